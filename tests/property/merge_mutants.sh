# merge_mutants.sh - the law of the merge notices a merge that is broken: a
# checker that never fails has not been tested.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

# broken NUMBER WHAT: merge_law, linked with that mutant, finds a difference.
broken() {
    "$TOP_BUILDDIR/tests/property/merge_mutant_$1" >"$work/mutant_$1" 2>&1
    check "$2 is noticed" test $? -eq 1 -a -n "$(grep '^not ok' "$work/mutant_$1")"
}

broken 1 "a version without the digest"
broken 2 "comparing instants as text"
broken 3 "comparing the first element alone"
broken 4 "losing the version of a row that shows nothing new"
finish
