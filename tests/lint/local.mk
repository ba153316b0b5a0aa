# Lint: rules about the source that a compiler does not check. To add one: its
# name. They read $TOP_SRCDIR and $TOP_BUILDDIR and write nothing there.
lint_tests = \
    %D%/config.sh \
    %D%/docs.sh \
    %D%/exports.sh \
    %D%/files.sh \
    %D%/headers.sh \
    %D%/layers.sh \
    %D%/man.sh \
    %D%/messages.sh \
    %D%/pure.sh \
    %D%/sql_distributable.sh \
    %D%/sql_heads.sh \
    %D%/sql_privileges.sh \
    %D%/trust.sh

TESTS += $(lint_tests)
EXTRA_DIST += $(lint_tests) %D%/messages.py %D%/sources.sh
