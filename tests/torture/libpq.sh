#!/bin/bash
# Every call of libpq fails, in every command: statements answer with SQLSTATEs, the
# connection is lost before, after and in the middle of an answer, answers do not come.
# Nothing is lost, doubled or half done, and one more run finishes the work. And one
# delivery that is refused for good: by the data it alone becomes a dead letter, by the
# server's faults none does.
# In `make torture` (TORTURE set) each statement of the source meets every answer, and two
# of them wherever else it is sent from; with TORTURE=full all wherever it occurs; else
# each meets one.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99
. "$TOP_SRCDIR/tests/torture/stage.sh" || exit 99

with_fake --seed 3 --contacts 12 --calls 6 --messages 6 --users 2 --numbers 1 --days 2
case ${TORTURE:-} in
'') share= ;;
full) share=--full ;;
*) share=--answers ;;
esac
faults $share libpq
faults $share culprit
finish
