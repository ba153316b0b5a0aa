#!/bin/bash
# Every call of libpq fails, in every command: statements answer with SQLSTATEs, the
# connection is lost before, after and in the middle of an answer, answers do not come.
# Nothing is lost, doubled or half done, and one more run finishes the work. And one
# delivery that is refused for good: by the data it alone becomes a dead letter, by the
# server's faults none does.
# TORTURE_FULL=1: every answer of every call; else one answer of each statement.
. "$TOP_SRCDIR/tests/support/prove.sh"
. "$TOP_SRCDIR/tests/torture/stage.sh"

faults ${TORTURE_FULL:+--full} libpq
faults culprit
finish
