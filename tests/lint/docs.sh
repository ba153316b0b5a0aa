# docs.sh - what the documents name exists: commands, and files that are linked.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99
cd "$TOP_SRCDIR" || exit 99

"$QUOSYNC" --help 2>&1 | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | sort >"$work/commands"
check "the program lists its commands" test -s "$work/commands"

for document in $(sources '*.md'); do
    # In running text a command stands in backquotes, in examples indented.
    named=$(grep -oE '(`|^    )quosync [a-z]+' "$document" | awk '{ print $NF }' | sort -u)
    empty "$document names commands that exist" \
        "$(printf '%s\n' "$named" | sed '/^$/d' | comm -23 - "$work/commands")"

    wrong=$(grep -oE '\]\([^)#]+' "$document" | sed 's/^](//' | grep -v '^https*:' |
        while read -r link; do
            [ -e "$(dirname "$document")/$link" ] || echo "$link"
        done)
    empty "$document links files that exist" "$wrong"
done
finish
