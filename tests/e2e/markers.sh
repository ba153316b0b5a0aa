#!/bin/bash
# No secret and nothing that people said where it must not be: tests/e2e/markers.py.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

command -v python3 >/dev/null || exit 77
python3 -B "$TOP_SRCDIR/tests/e2e/markers.py" || exit 1
finish
