# Manual pages.
dist_man_MANS += \
    %D%/quosync.1 \
    %D%/quosync.conf.5
