# headers.sh - every header compiles by itself, so that the order of includes
# never matters; the public one as C++ too, where a C++ compiler is installed.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99

cc=${CC:-cc}
include="-I$TOP_BUILDDIR -I$TOP_SRCDIR/include -I$TOP_SRCDIR/src -I$TOP_BUILDDIR/src"
include="$include -I$TOP_SRCDIR/tests"

wrong=$(sources '*.h' | grep -E '^(include|src)/' | while read -r file; do
    # shellcheck disable=SC2086 # lists of words
    printf '#include "config.h"\n#include "%s"\n' "$TOP_SRCDIR/$file" |
        $cc -std=gnu11 -D_GNU_SOURCE $include -Wall -Wextra -Werror -fsyntax-only -x c - 2>&1 |
        grep -m 1 -E 'error' | sed "s|^|$file: |"
done)
empty "every header compiles by itself" "$wrong"

if command -v c++ >/dev/null; then
    echo '#include "quosync.h"' >"$work/public.cc"
    check "the public header is C++ too" \
        c++ -I"$TOP_SRCDIR/include" -Wall -Wextra -Werror -fsyntax-only "$work/public.cc"
fi
finish
