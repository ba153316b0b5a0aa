# Database tests (Check), each beside a PostgreSQL of its own. To add one: a
# name in this list, and its source %D%/<name>.c.
db_tests = \
    %D%/check_apply \
    %D%/check_migrate \
    %D%/check_pg \
    %D%/check_prune \
    %D%/check_rows \
    %D%/check_statements \
    %D%/check_store \
    %D%/check_worker

# The same in shell, for what psql says best.
db_scripts = \
    %D%/citus.sh \
    %D%/contacts_wide.sh \
    %D%/reports.sh \
    %D%/differential.sh \
    %D%/roles.sh \
    %D%/schema.sh \
    %D%/schema_man.sh \
    %D%/views.sh

TESTS += $(db_scripts)
EXTRA_DIST += $(db_scripts)

if HAVE_CHECK
check_PROGRAMS += $(db_tests)
TESTS += $(db_tests)
endif

EXTRA_DIST += %D%/deliver.h %D%/differential.py %D%/schema.h

%C%_check_rows_SOURCES = \
    %D%/check_rows.c \
    tests/support/generate.c \
    tests/support/generate_rest.c \
    tests/support/generate_trouble.c \
    tests/support/observed.c \
    tests/support/row_text.c
%C%_check_rows_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_check_rows_LDADD = $(LDADD) $(JANSSON_LIBS)

# The data set and the hand-computed answers of reports.sh.
EXTRA_DIST += tests/reports
