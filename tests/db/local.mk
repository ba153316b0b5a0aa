# Database tests (Check), each beside a PostgreSQL of its own. To add one: a
# name in this list, and its source %D%/<name>.c.
db_tests = \
    %D%/check_migrate \
    %D%/check_pg \
    %D%/check_prune

# The same in shell, for what psql says best.
db_scripts = \
    %D%/roles.sh \
    %D%/schema.sh \
    %D%/views.sh

TESTS += $(db_scripts)
EXTRA_DIST += $(db_scripts)

if HAVE_CHECK
check_PROGRAMS += $(db_tests)
TESTS += $(db_tests)
endif

EXTRA_DIST += %D%/schema.h
