# sql_heads.sh - each statement says at its head what it is for, what its
# parameters are and what it returns, casts its parameters, and is run by the
# program; no line of SQL that people read is longer than 100 columns.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99

# What the program's objects ask the linker for.
find "$TOP_BUILDDIR/src" -name '*.o' ! -name '*statement*' -exec nm -u {} + |
    sed -n 's/.* U //p' | sort -u >"$work/run"

wrong=
say() { wrong="$wrong$1
"; }
for file in "$TOP_SRCDIR"/sql/queries/*.sql; do
    name=$(basename "$file" .sql)
    head=$(sed -n '/^--/!q;p' "$file")
    text=$(sed -e '/^ *--/d' -e "s/'[^']*'//g" "$file")
    [ -n "$head" ] || say "$name: there is no head"
    grep -q '^--.*Returns ' <<<"$head" || say "$name: the head does not say what it returns"
    for parameter in $(grep -o '\$[0-9]*' <<<"$text" | sort -u); do
        grep -q -- "--.*\\$parameter\\b" <<<"$head" ||
            grep -qE -- '--.*\$[0-9]+ (to|-|\.\.) \$[0-9]+' <<<"$head" ||
            say "$name: the head does not explain $parameter"
        grep -q "\\$parameter::" <<<"$text" || say "$name: $parameter is never cast"
    done
    grep -q ';$' "$file" || say "$name: the statement does not end with a semicolon"
    grep -qx "sql_$name" "$work/run" || say "$name: nothing in src runs it"
done
empty "every statement has a head that explains it, casts its parameters, and is run" "$wrong"

empty "no line of a statement or report is longer than 100 columns" "$(
    cd "$TOP_SRCDIR" && awk 'length > 100 { print FILENAME ":" FNR ": " length " columns" }' \
        sql/queries/*.sql sql/reports/*.sql)"
empty "no file of sql has a tab or blanks at the end of a line" "$(
    cd "$TOP_SRCDIR" && grep -nE "$(printf '\t')| +\$" sql/*/*.sql)"
finish
