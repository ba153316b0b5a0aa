#!/bin/bash
# Slow, idle and many clients; SIGTERM under load, with a database that hangs, and twice.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

command -v python3 >/dev/null || exit 77
python3 -B "$TOP_SRCDIR/tests/e2e/http_clients.py" || exit 1
finish
