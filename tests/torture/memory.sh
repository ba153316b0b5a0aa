#!/bin/bash
# Allocations fail, the n-th once and from then on, in every command: ours, jansson's,
# OpenSSL's and libcurl's. Nothing crashes or leaks, nothing is lost, doubled or half
# done, and one more run finishes the work.
# A sample: one in 2999; in `make torture` (TORTURE set) one in 11, with TORTURE=full all.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99
. "$TOP_SRCDIR/tests/torture/stage.sh" || exit 99

with_fake --seed 3 --contacts 12 --calls 6 --messages 6 --users 2 --numbers 1 --days 2
case ${TORTURE:-} in
'') step=2999 ;;
full) step=1 ;;
*) step=11 ;;
esac
faults --step "$step" memory
finish
