# messages.sh - every error message has the form that tests/lint/messages.py tells of.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99
command -v python3 >/dev/null || exit 77
cd "$TOP_SRCDIR" || exit 99

empty "the checker finds what is wrong, and nothing else" \
    "$(python3 -B tests/lint/messages.py --self-test)"
# shellcheck disable=SC2046 # words
empty "every error message names what failed and has the form" \
    "$(python3 -B tests/lint/messages.py $(sources '*.c' | grep ^src/) 2>&1)"
finish
