#!/bin/bash
# activation.sh - sockets that systemd passes (socket activation).
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

command -v python3 >/dev/null || exit 77
python3 -B "$TOP_SRCDIR/tests/e2e/activation.py" || exit $?
finish
