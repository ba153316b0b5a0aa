# All tests. Each kind has a folder with a list of names; run_test.sh decides
# by the folder what a test needs.
TEST_EXTENSIONS = .sh
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/support/run_test.sh
SH_LOG_COMPILER = $(LOG_COMPILER)
AM_TESTS_ENVIRONMENT = \
    TOP_SRCDIR='$(abs_top_srcdir)'; export TOP_SRCDIR; \
    TOP_BUILDDIR='$(abs_top_builddir)'; export TOP_BUILDDIR; \
    QUOSYNC='$(abs_top_builddir)/quosync'; export QUOSYNC; \
    CC='$(CC)'; export CC;

EXTRA_DIST += \
    %D%/run \
    %D%/support/browser.py \
    %D%/support/fakequo.sh \
    %D%/support/fakequo.sql \
    %D%/support/fakequo_columns.sql \
    %D%/support/page_check.py \
    %D%/support/program.sh \
    %D%/samples \
    %D%/support/run_test.sh \
    %D%/support/shell.sh \
    %D%/support/suite.h \
    %D%/support/with_postgres.sh \
    %D%/vectors

# What every test program links unless it says otherwise: all layers that
# exist, so that a test needs no more than its name in a list.
LDADD = $(TEST_LIBS) $(CHECK_LIBS)
TEST_LIBS = libapp.la libdb.la libbase.la libcore.la

include %D%/fuzz/local.mk
include %D%/unit/local.mk
include %D%/property/local.mk
include %D%/db/local.mk
include %D%/e2e/local.mk
include %D%/oracle/local.mk
include %D%/package/local.mk
include %D%/support/local.mk
include %D%/torture/local.mk
include %D%/fakequo/local.mk
include %D%/bench/local.mk
include %D%/coverage/local.mk
include %D%/lint/local.mk
include %D%/mutation/local.mk
