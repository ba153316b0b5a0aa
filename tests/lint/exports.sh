# exports.sh - the shared library exports what quosync.h declares, all of it
# and nothing else.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99

library=$(ls "$TOP_BUILDDIR"/.libs/libquosync.so.*.*.* 2>/dev/null | tail -n 1)
if [ -z "$library" ]; then
    echo "libquosync has not been built"
    exit 99
fi

nm -D --defined-only "$library" | awk '$2 ~ /[TDBRVW]/ { print $3 }' | sed 's/@.*//' |
    LC_ALL=C sort -u >"$work/exported"
# Declarations, comments and attributes left out: a name before a parenthesis.
${CC:-cc} -E -P -I"$TOP_SRCDIR/include" -include quosync.h -x c /dev/null |
    grep -oE '\bquosync_[a-z0-9_]+ *\(' | tr -d ' (' | LC_ALL=C sort -u >"$work/declared"

check "the header declares functions" test -s "$work/declared"
empty "every function of quosync.h is exported" "$(LC_ALL=C comm -13 "$work/exported" "$work/declared")"
empty "nothing is exported that quosync.h does not declare" \
    "$(LC_ALL=C comm -23 "$work/exported" "$work/declared")"
finish
