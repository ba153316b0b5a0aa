#!/bin/sh
# run_test.sh - how `make check` runs one test, chosen by the folder it is in.
#
#   tests/unit, tests/lint   as they are
#   tests/db, tests/e2e,
#   tests/torture            beside a PostgreSQL of their own (with_postgres.sh)
#
# Shell tests need no x bit. Every test has a deadline, TEST_DEADLINE_S seconds
# (400): one that hangs is killed, with its children, and fails.
set -u

support=$(dirname "$0")
test=$1
shift

case $test in
*.sh) set -- bash "$test" "$@" ;;
*) set -- "$test" "$@" ;;
esac
case $test in
*tests/db/* | *tests/e2e/* | *tests/torture/*) set -- sh "$support/with_postgres.sh" --no-fsync "$@" ;;
esac

started=$(date +%s)
timeout --kill-after=10 "${TEST_DEADLINE_S:-400}" "$@"
status=$?
[ "$status" -ne 124 ] || echo "killed at the deadline"
echo "took $(($(date +%s) - started)) s"
exit "$status"
