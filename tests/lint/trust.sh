# trust.sh - doc/trust.md has every row, and each test and case that it names is there;
# what `make defences` takes out is there as well.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99
cd "$TOP_SRCDIR" || exit 99
page=doc/trust.md

numbered() {
    local prefix=$1 last=$2
    seq -f "$prefix%g" 1 "$last"
}
expected=$({ numbered H 28; numbered S 7; numbered J 18; numbered V 14; numbered R 17; numbered C 8
    numbered K 20; numbered D 20; } | LC_ALL=C sort)
# A row of the fault tables may stand for several: K1-K3.
rows=$(grep -oE '^\| [A-Z][0-9]+(-[A-Z]?[0-9]+)? \|' "$page" | tr -d '| ' | while read -r row; do
    first=${row%-*} last=${row##*-}
    for ((i = ${first#?}; i <= ${last#[A-Z]}; i++)); do echo "${row:0:1}$i"; done
done | LC_ALL=C sort)
empty "doc/trust.md has every row once" "$(diff <(echo "$expected") <(echo "$rows"))"
empty "every row of it names a test, or says why there is none" "$(
    grep -E '^\| [A-Z][0-9]' "$page" | grep -vE '`tests/[^`]+`|no test: ' | cut -c 1-80)"

# Each file in backquotes, with the quoted cases that follow it.
named=$(grep -oE '`tests/[^`]+`(,? ?"[^"]+")*' <(tr '\n' ' ' <"$page"))
check "many tests are named" test "$(wc -l <<<"$named")" -gt 120
wrong=$(while IFS= read -r line; do
    file=${line#\`} file=${file%%\`*}
    if [ ! -e "$file" ]; then
        echo "no file: $file"
        continue
    fi
    grep -oE '"[^"]+"' <<<"$line" | tr -d '"' | while IFS= read -r case; do
        grep -qF -- "$case" "$file" || echo "$file has no case: $case"
    done
done <<<"$named")
empty "they exist, and so do their cases" "$wrong"

wrong=$(while IFS= read -r line; do
    case $line in
    'file: '*) file=${line#file: } ;;
    'was: '*) [ "$(grep -cF -- "${line#was: }" "$file")" -eq 1 ] || echo "$file: ${line#was: }" ;;
    esac
done <tests/mutation/defences.txt)
empty "each defence stands once where it is said to" "$wrong"
finish
