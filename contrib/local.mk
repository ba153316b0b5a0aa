# Service units, examples, the quick start.
EXTRA_DIST += \
    %D%/example/crm.c \
    %D%/fuzz.sh \
    %D%/install-packages.sh \
    %D%/post-delivery.sh \
    %D%/quickstart

# Read by people, installed beside the documentation.
examplesdir = $(docdir)/examples
dist_examples_DATA = \
    %D%/crontab \
    %D%/nginx.conf \
    %D%/quosync.conf \
    %D%/quosync-reconcile.service \
    %D%/quosync-reconcile.timer \
    %D%/quosync.service
