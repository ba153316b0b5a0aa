#!/bin/bash
# coverage.sh - what of the program the tests reach, by gcov: `make coverage`.
#
#   tests/coverage/coverage.sh BUILD [TESTS]
#
# Builds into BUILD without optimisation, runs unit, fuzz, property, database and
# end-to-end tests there, and torture: every place that asks for memory does not get it,
# every statement meets every failure of libpq (or TESTS; "-": none, the counts of before
# are read). Prints functions, lines and branches of every file. Processes that are
# killed leave no counts, so those tests are left out. report.py says what the goals are.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1
tests=${2:-'$(unit_tests) $(fuzz_tests) tests/property/merge_law $(db_tests) $(db_scripts) tests/package/completion.sh tests/torture/memory.sh tests/torture/libpq.sh tests/torture/cuts.sh $(filter-out %/kill_points.sh %/random_kill.sh %/set_test.sh,$(e2e_tests))'}
jobs=$(nproc 2>/dev/null || echo 1)

mkdir -p "$build" && cd "$build" || exit 1
build=$PWD
if [ ! -f Makefile ]; then
    "$top/configure" --enable-points CC=gcc CFLAGS='-g -O0 --coverage -fprofile-update=atomic' \
        >configure.log 2>&1 || { tail -n 20 configure.log; exit 1; }
fi
make -j"$jobs" all >make.log 2>&1 || { tail -n 20 make.log; exit 1; }
if [ "$tests" != - ]; then
    find . -name '*.gcda' -delete
    TORTURE=places CK_TIMEOUT_MULTIPLIER=5 TEST_DEADLINE_S=1800 make -k -j"$jobs" check TESTS="$tests" >check.log 2>&1
    grep -E '^# (TOTAL|PASS|SKIP|FAIL|ERROR)' check.log | paste -s -d ' '
fi
exec python3 -B "$top/tests/coverage/report.py" "$top" "$build"
