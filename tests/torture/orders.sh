#!/bin/bash
# Two workers with six deliveries each of the same contacts, messages and calls, stepped
# from point to point (claimed, locked, inserted, lists, all rows, before the commit): in
# whatever order they move, the rows are those of one worker, and there is no deadlock.
# A sample of the 924 orders; in `make torture` (TORTURE set) all.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99
needs_points
. "$TOP_SRCDIR/tests/torture/stage.sh" || exit 99

step=77
[ -z "${TORTURE:-}" ] || step=1
faults --step "$step" orders
finish
