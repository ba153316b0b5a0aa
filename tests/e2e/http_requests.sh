#!/bin/bash
# Every odd request: the table of tests/e2e/http_requests.py.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

command -v python3 >/dev/null || exit 77
python3 -B "$TOP_SRCDIR/tests/e2e/http_requests.py" || exit 1
finish
