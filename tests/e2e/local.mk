# End-to-end tests: shell scripts that run the built program beside a PostgreSQL
# of their own (support/shell.sh has their vocabulary). To add one: its name.
e2e_tests =

TESTS += $(e2e_tests)
EXTRA_DIST += $(e2e_tests)
