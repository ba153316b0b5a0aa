# completion.sh - what the shells offer after `quosync`, asked of the shells themselves
# through the files that are installed: bash, and zsh and fish where they are.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

mkdir "$work/bin"
ln -s "$QUOSYNC" "$work/bin/quosync"
export PATH="$work/bin:$PATH" QUOSYNC_CONFIG=/dev/null
files=$TOP_SRCDIR/contrib/completions
commands=$("$QUOSYNC" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')

# bash_offers WORD...: what is offered for the last one.
bash_offers() {
    bash --norc -c '
        . "$1"; shift
        COMP_WORDS=(quosync "$@") COMP_CWORD=$#
        _quosync
        printf "%s\n" "${COMPREPLY[@]}"' bash "$files/quosync" "$@" 2>&1
}

# The options that a command's help names, and what is an option of every command.
options_of() {
    "$QUOSYNC" "$1" --help | sed -n 's/^  --\([a-z-]*\).*/--\1/p'
}

equal "bash offers every command" "$(bash_offers '' | grep -v ^- | sort)" "$(echo "$commands" | sort -u)"
wrong=$(for command in $commands; do
    [ "$command" = help ] && continue
    bash_offers "$command" -- | sort >"$work/offered"
    options_of "$command" | sort | comm -23 - "$work/offered" | sed "s/^/$command /"
done)
empty "and every option of every command" "$wrong"
equal "what begins as what was typed" "$(bash_offers rec)" reconcile
equal "the words that a command takes" "$(bash_offers dead '' | tr '\n' ' ')" "list show retry discard "
check "the names of reports" test "$(bash_offers report calls_by_o)" = calls_by_outcome
equal "of a report that is named its parameters" \
    "$(bash_offers report --tz UTC missed_calls '' | tr '\n' ' ')" "hours= ai= field= value= limit= "
equal "of which there may be none" "$(bash_offers report sync_freshness '')" ""
equal "and nothing for their values" "$(bash_offers report missed_calls hours =)" ""
wrong=$(for name in $("$QUOSYNC" report --config /dev/null | sed -n 's/^  \([a-z_]*\) .*/\1/p'); do
    heads=$(sed -n 's/^-- Parameter \([a-z_]*\) .*/\1=/p' "$TOP_SRCDIR/sql/reports/$name.sql")
    [ "$(bash_offers report "$name" '')" = "$heads" ] || echo "$name"
done)
empty "every report's are those of its head" "$wrong"
equal "the choices of an option" "$(bash_offers run --log '' | tr '\n' ' ')" "error warn info debug "
equal "also behind an equals sign, which bash makes a word" "$(bash_offers run --log = de)" debug
equal "nothing where the value is one's own" "$(bash_offers replay --since '')" ""
touch "$work/a b.ndjson"
equal "files where one is wanted" "$(bash_offers ingest "$work/a")" "$work/a b.ndjson"
equal "nothing of a key that is secret" "$(bash_offers run --webhook-secrets)" --webhook-secrets-file

if command -v fish >/dev/null; then
    fish_offers() {
        XDG_CONFIG_HOME=$work XDG_DATA_HOME=$work HOME=$work \
            fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$files/quosync.fish" "$1" |
            cut -f 1
    }
    equal "fish offers every command" "$(fish_offers 'quosync ' | sort)" "$(echo "$commands" | sort -u)"
    wrong=$(for command in $commands; do
        [ "$command" = help ] && continue
        fish_offers "quosync $command --" | sort >"$work/offered"
        options_of "$command" | sort | comm -23 - "$work/offered" | sed "s/^/$command /"
    done)
    empty "and every option of every command" "$wrong"
    equal "the words that a command takes" "$(fish_offers 'quosync dead ' | sort | tr '\n' ' ')" \
        "discard list retry show "
    equal "and the choices of an option" "$(fish_offers 'quosync run --log ' | sort | tr '\n' ' ')" \
        "debug error info warn "
    equal "the parameters of a report, and no second report" \
        "$(fish_offers 'quosync report missed_calls ' | sort | tr '\n' ' ')" "ai= field= hours= limit= value= "
fi

if command -v zsh >/dev/null && command -v python3 >/dev/null; then
    # zsh completes at a terminal only: one is made for it, with the folder in its fpath.
    # Prints what each line has become after it was typed, a TAB at its end.
    zsh_makes_of() {
        HOME=$work python3 -B - "$files" "$@" <<'PY'
import os, pty, select, sys, time
folder, *lines = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", PS1="$ ", COLUMNS="200")
    os.execvp("zsh", ["zsh", "-f", "-i"])
def say(text):
    os.write(fd, text.encode())
def hear(until, seconds=60):
    heard, end = b"", time.monotonic() + seconds
    while until not in heard and time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            heard += os.read(fd, 65536)
    return heard.decode(errors="replace")
say(f"unsetopt zle_bracketed_paste prompt_cr; fpath=({folder} $fpath); autoload -Uz compinit; "
    "compinit -u -D; show() { print -r -- \"<$BUFFER>\"; BUFFER=''; zle accept-line }; "
    "zle -N show; bindkey '^X' show; print RE''ADY\n")
hear(b"READY")
for line in lines:
    say(line + "\t\x18")
    heard = hear(b">")
    print(heard[heard.rfind("<") + 1:heard.rfind(">")].rstrip())
os.kill(pid, 9)
PY
    }
    equal "zsh completes commands, options, words and choices" "$(zsh_makes_of 'quosync compl' \
        'quosync replay --reb' 'quosync run --status-max-s' 'quosync dead disc' \
        'quosync run --log=de' 'quosync report callers' 'quosync report missed_calls ho')" "quosync completion
quosync replay --rebuild
quosync run --status-max-silence=
quosync dead discard
quosync run --log=debug
quosync report callers_without_contact
quosync report missed_calls hours="
fi

# lacking SHELL BEFORE: the options that its text does not have, with BEFORE before them.
lacking() {
    "$QUOSYNC" completion "$1" >"$work/words.$1" || echo "status $?"
    for command in $commands; do
        [ "$command" = help ] && continue
        options_of "$command" | sed 's/^--//' | while read -r option; do
            grep -qE -e "$2$option([]=[ ]|$)" "$work/words.$1" || echo "$command --$option"
        done
    done
}
equal "zsh is told of every option" "$(lacking zsh "'--")" ""
equal "fish is told of every option" "$(lacking fish '-l ')" ""
equal "zsh is told where a file is wanted, and what can be chosen" \
    "$(grep -E -e "'--(config|log)=" "$work/words.zsh" | sed 's/.*\]//' | sort -u)" \
    ":FILE:_files' \\
:choice:(error warn info debug)' \\"
equal "so is fish" "$(grep -oE -e '-l config -r -F|-l log -x -a .[a-z ]*' "$work/words.fish" | sort -u)" \
    "-l config -r -F
-l log -x -a 'error warn info debug"

"$QUOSYNC" completion tcsh >"$work/out" 2>&1
equal "a shell that is not known is refused" $? 2
finish
