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

crmexamplesdir = $(examplesdir)/crm
dist_crmexamples_DATA = \
    %D%/crm/README.md \
    %D%/crm/customers.sql \
    %D%/crm/feed.sql \
    %D%/crm/matching.sql \
    %D%/crm/people.sql \
    %D%/crm/publisher.sql \
    %D%/crm/subscriber.sql
