# Unit tests (Check): no files, no server. To add one: a name in this list, and
# its source %D%/<name>.c. What is shared between them goes into libunit.
unit_tests = \
    %D%/check_error

if HAVE_CHECK
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
