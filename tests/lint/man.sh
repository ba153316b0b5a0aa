# man.sh - the manual pages: well-formed, and complete against the program's own
# help: every command, every option of it.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
cd "$TOP_SRCDIR" || exit 99

if command -v mandoc >/dev/null; then
    # Pages that are not installed yet are no mistake of the text.
    wrong=$(for page in man/*.[1-9]; do mandoc -Tlint "$page"; done 2>&1 |
        grep -v 'referenced manual not found')
    empty "mandoc finds nothing wrong in the manual pages" "$wrong"
fi

# Dq and Ql reach to the end of the line: what follows would stand within the quotes.
wrong=$(grep -nE '^\..*\b(Dq|Ql|Pq) .*\b(Dq|Ql)\b.* , |^\.Ql [^ ]+ , |\bDq .*\bDq\b' man/*.[1-9])
empty "no quotation in the manual pages holds another" "$wrong"

commands=$("$QUOSYNC" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' |
    grep -vxE 'help|points')
check "the program has commands" test "$(echo "$commands" | wc -l)" -ge 8

wrong=$(for command in $commands; do
    grep -qE "^\.Ss $command( |\$)" man/quosync.1 || echo "$command"
done)
empty "quosync(1) has a section for every command" "$wrong"

wrong=$(for command in $commands; do
    section=$(sed -n "/^\.Ss $command\( \|\$\)/,/^\.S[sh] [^$]*/{/^\.Ss $command/p;/^\.S[sh]/!p}" \
        man/quosync.1)
    "$QUOSYNC" "$command" --help | sed -n 's/^  --\([a-z-]*\).*/\1/p' |
        grep -vxE 'help|config|json|workspace' | while read -r option; do
        echo "$section" | grep -qE "^\.It Fl -$option( |\$)" || echo "$command --$option"
    done
done)
empty "quosync(1) has every option of every command" "$wrong"

wrong=$(sed -n 's/^\.Ss \([a-z]*\).*/\1/p' man/quosync.1 | while read -r command; do
    echo "$commands" | grep -qxF "$command" || echo "$command"
done)
empty "quosync(1) tells of no command that is none" "$wrong"

wrong=$(grep -ohE '"reconcile\.[a-z_]+"' src/app/*.c | tr -d '"' | sort -u | while read -r event; do
    grep -qxF ".It Li $event" man/quosync.1 || echo "$event"
done)
empty "quosync(1) has every line that a reconciliation logs" "$wrong"
sed -n 's/^\.It D[qo] //p' man/quosync.1 | sed 's/ Dc , Do /\n/g; s/ Dc$//; s/ \.\.\. / .* /g; s/ \.\.\.$//' >"$work/said"
wrong=$(cat src/app/*.c src/net/api*.c src/db/reconcile.c src/cmd/cmd_reconcile.c |
    awk '{ gsub(/" *\n? *"/, ""); printf "%s ", $0 }' | sed -E 's/" +"//g; s/%[a-z0-9.]*/.../g' >"$work/source"
    while read -r text; do
        # The name of the key is put in by the caller.
        grep -qE -- "${text/refuses the API key/refuses}" "$work/source" || echo "$text"
    done <"$work/said")
empty "quosync(1) quotes no message that the program does not have" "$wrong"
finish
