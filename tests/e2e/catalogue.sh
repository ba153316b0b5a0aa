#!/bin/bash
# Every odd body: the table of tests/e2e/catalogue.py.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

command -v python3 >/dev/null || exit 77
python3 -B "$TOP_SRCDIR/tests/e2e/catalogue.py" || exit 1
finish
