# Service units, examples, the quick start.
EXTRA_DIST += \
    %D%/example/crm.c \
    %D%/install-packages.sh \
    %D%/post-delivery.sh \
    %D%/quickstart
