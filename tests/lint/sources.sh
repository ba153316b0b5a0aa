# sources.sh - sourced by the lint tests: which files are ours.
#
#   sources PATTERN...   prints the paths (below TOP_SRCDIR) of our files whose
#                        names match, sorted; what a build makes is left out
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

sources() {
    local names=() pattern
    for pattern in "$@"; do
        names+=(-o -name "$pattern")
    done
    (
        cd "$TOP_SRCDIR" || exit 1
        find include src sql tests contrib man doc m4 .ci Makefile.am configure.ac README.md NEWS \
            -type f \( "${names[@]:1}" \) \
            ! -path 'm4/*' ! -path '*/.deps/*' ! -path '*/.libs/*' ! -path '*/__pycache__/*' \
            ! -path src/db/statement.c ! -path src/db/statement_names.h \
            ! -path src/db/migrations.c 2>/dev/null | LC_ALL=C sort
    )
}
