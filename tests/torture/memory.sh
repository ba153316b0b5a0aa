#!/bin/bash
# Allocations fail, the n-th once and from then on, in every command: ours, jansson's,
# OpenSSL's and libcurl's, and so does what else a host gives out. Nothing crashes or leaks,
# nothing is lost, doubled or half done, and one more run finishes the work.
# Of the places that ask for memory, one in five, each where it does so first; with
# TORTURE=places all of them, told apart by more of the calls that lead there. In `make
# torture` (TORTURE set) one allocation in 11, with TORTURE=full each.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99
. "$TOP_SRCDIR/tests/torture/stage.sh" || exit 99

with_fake --seed 3 --contacts 12 --calls 6 --messages 6 --users 2 --numbers 1 --days 2
case ${TORTURE:-} in
'') share="--sites --step 5" ;;
places) share="--sites --frames 4 --step 1" ;;
full) share="--step 1" ;;
*) share="--step 11" ;;
esac
# shellcheck disable=SC2086 # words
faults $share memory
finish
