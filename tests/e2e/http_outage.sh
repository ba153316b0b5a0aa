#!/bin/bash
# The receiver without its database: down, hanging, read-only, of another schema; and full.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

command -v python3 >/dev/null || exit 77
python3 -B "$TOP_SRCDIR/tests/e2e/http_outage.py" || exit 1
finish
