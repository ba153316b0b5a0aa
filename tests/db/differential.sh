#!/bin/bash
# The library beside others that know the same: the comparison of tests/db/differential.py.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

command -v python3 >/dev/null || exit 77
python3 -B "$TOP_SRCDIR/tests/db/differential.py" || exit 1
finish
