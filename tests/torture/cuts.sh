#!/bin/bash
# The connection to the database is cut after each byte of what an intake and a worker say
# and hear, and the one to Quo after each byte of a page: with an end, with a reset; and
# here and there it falls silent. Nothing is lost, doubled or half done, every hang ends at
# a deadline, and one more run finishes the work.
# A sample; in `make torture` (TORTURE set) every third byte that is received and every
# 30th that is sent (that is mostly the text of statements), with TORTURE=full every one.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99
. "$TOP_SRCDIR/tests/torture/stage.sh" || exit 99

with_fake --seed 3 --contacts 4 --calls 2 --messages 2 --users 1 --numbers 1 --days 2
case ${TORTURE:-} in
'' | places) faults --step 901 cuts ;;
full) faults --full --step 1 cuts ;;
*) faults --full --step 3 cuts ;;
esac
finish
