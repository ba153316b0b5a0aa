#!/bin/bash
# Allocations fail, the n-th once and from then on, in every command: ours, jansson's,
# OpenSSL's and libcurl's. Nothing crashes or leaks, nothing is lost, doubled or half
# done, and one more run finishes the work.
# TORTURE_FULL=1: every allocation; else a sample (TORTURE_STEP, 1499).
. "$TOP_SRCDIR/tests/support/prove.sh"
. "$TOP_SRCDIR/tests/torture/stage.sh"

faults ${TORTURE_FULL:+--full} --step "${TORTURE_STEP:-1499}" memory
finish
