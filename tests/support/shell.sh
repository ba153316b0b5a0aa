# shell.sh - sourced by shell tests: cases, their counting, and waiting.
#
# A case is a sentence. Each prints one line, `ok - <sentence>` or
# `not ok - <sentence>`, which is what tests/run counts; `finish` ends the test
# with 1 when a case failed.
#
#   . "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
#   check "a duplicate is acknowledged" test "$answer" = 200
#   equal "two rows are left" "$(psql -XAtc 'select count(*) from quo.inbox')" 2
#   finish
#
# From make come TOP_SRCDIR and TOP_BUILDDIR (absolute) and QUOSYNC (the built
# program). `work` is a directory of the test's own, removed at its end.

TOP_SRCDIR=${TOP_SRCDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
TOP_BUILDDIR=${TOP_BUILDDIR:-$TOP_SRCDIR}
QUOSYNC=${QUOSYNC:-$TOP_BUILDDIR/quosync}
failures=0
work=$(mktemp -d "${TMPDIR:-/tmp}/quosync-test.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT

pass() {
    printf 'ok - %s\n' "$1"
}

# fail SENTENCE [DETAIL...]: details are printed below, a line each.
fail() {
    printf 'not ok - %s\n' "$1"
    shift
    [ $# -eq 0 ] || printf '    %s\n' "$@"
    failures=$((failures + 1))
}

# check SENTENCE COMMAND...: passes when the command succeeds.
check() {
    local sentence=$1
    shift
    if "$@"; then pass "$sentence"; else fail "$sentence" "failed: $*"; fi
}

# equal SENTENCE GOT EXPECTED
equal() {
    if [ "$2" = "$3" ]; then
        pass "$1"
    else
        fail "$1" "got:      $2" "expected: $3"
    fi
}

# empty SENTENCE TEXT: passes when there is nothing; else every line is shown.
empty() {
    if [ -z "$2" ]; then
        pass "$1"
    else
        fail "$1"
        printf '%s\n' "$2" | sed 's/^/    /'
    fi
}

# wait_for SECONDS COMMAND...: repeats the command until it succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

# free_port: a TCP port that nobody listens on now. It may be taken a moment
# later: whoever uses it must be able to try again.
free_port() {
    local port
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        if ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
}

# needs_points: the test is skipped where the build has no named points.
needs_points() {
    "$QUOSYNC" points >"$work/points" 2>&1 && return
    echo "this build has no named points (--enable-points)"
    exit 77
}

finish() {
    [ "$failures" -eq 0 ] || exit 1
    exit 0
}
