# Service units, examples, the quick start.
EXTRA_DIST += \
    %D%/install-packages.sh \
    %D%/post-delivery.sh \
    %D%/quickstart
