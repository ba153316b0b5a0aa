# cli.sh - the command line: help of every command, exit statuses, wrong words,
# closed descriptors; and no secret in anything that any command prints.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

for name in $(env | sed -n 's/^\(QUOSYNC_[A-Z_]*\)=.*/\1/p'); do
    unset "$name"
done
QUOSYNC_CONFIG=/dev/null
# Nothing here may reach Quo itself: nobody listens there.
QUOSYNC_API_URL=http://127.0.0.1:1
export QUOSYNC_CONFIG QUOSYNC_API_URL

# status COMMAND...: the exit status; what was printed is in $work/out and $work/err.
status() {
    "$QUOSYNC" "$@" >"$work/out" 2>"$work/err" </dev/null
    echo $?
}

commands=$("$QUOSYNC" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | grep -vx help)

# ---- help and wrong words ---------------------------------------------------------
equal "without a command it says how it is used" "$(status)" 2
equal "then nothing is on stdout" "$(cat "$work/out")" ""
equal "--help succeeds" "$(status --help)" 0
equal "--version succeeds" "$(status --version)" 0
check "--version names the program" grep -qE '^quosync [0-9]+\.[0-9]+\.[0-9]+$' "$work/out"

wrong=$(for command in $commands; do
    [ "$(status "$command" --help)" = 0 ] && grep -q "^usage: quosync $command" "$work/out" &&
        [ ! -s "$work/err" ] || echo "$command --help"
    [ "$(status help "$command")" = 0 ] || echo "help $command"
done)
empty "every command has help, on stdout alone" "$wrong"

equal "an unknown command is wrong usage" "$(status staus)" 2
check "and the one that was meant is named" grep -q 'did you mean status?' "$work/err"
wrong=$(for command in $commands; do
    [ "$(status "$command" --no-such-option)" = 2 ] || echo "$command"
done)
empty "every command refuses an unknown option with 2" "$wrong"
equal "an option's near miss is wrong usage" "$(status status --nagois)" 2
check "and the one that was meant is named too" grep -qF 'did you mean --nagios?' "$work/err"
equal "an option that other commands take is wrong usage" "$(status prune --workspace x)" 2
check "and it is not suggested" grep -qx 'quosync prune: unknown option --workspace' "$work/err"
equal "options may not be abbreviated" "$(status status --nagio)" 2
equal "an option without its value is wrong usage" "$(status config --config)" 2
equal "a switch with a value is wrong usage" "$(status status --nagios=yes)" 2
equal "an argument too many is wrong usage" "$(status config more)" 2
equal "there is no option for a secret" "$(status config --api-key=MARKER)" 2
equal "nor for the other" "$(status config --webhook-secrets MARKER)" 2
equal "a workspace that is not configured is wrong usage" "$(status ingest --workspace x)" 2

# refuses WORDS... = TEXT, a line each on stdin: status 2, and the text on stderr.
refuses() {
    local words text
    while IFS='=' read -r words text; do
        # shellcheck disable=SC2086 # words
        [ "$(QUOSYNC_API_KEY=key status $words)" = 2 ] && grep -qF -- "$text" "$work/err" ||
            echo "$words: $(head -n 1 "$work/err")"
    done
}
empty "words that make no sense together are refused" "$(refuses <<'WORDS'
dead bury="bury" is none of list, show, retry, discard
dead show --limit 3 1=--limit is for list
dead show=show takes one id
dead show 1 2=show takes one id
dead show --all=show takes one id
dead retry=retry takes ids, or --all
dead discard 1 --all=discard takes ids, or --all
dead list 5=list takes no ids
dead retry one="one" is not the id of a dead letter
dead show -1=unknown option -1
dead show 99999999999999999999="99999999999999999999" is not the id
dead show 01="01" is not the id
erase=expected CONTACT_ID
replay --rebuild --type call.completed=--rebuild takes the whole archive
replay --rebuild --since 1d=--rebuild takes the whole archive
replay --rebuild --until 1d=--rebuild takes the whole archive
replay --since yesterday=--since: "yesterday" is neither an instant
replay --until d=--until: "d" is neither an instant
replay --until 99999999d=--until: "99999999d" is neither an instant
migrate OLD=expected --rename-workspace OLD NEW
migrate --status --dry-run=only one of --status, --dry-run
migrate --rename-workspace A=expected --rename-workspace OLD NEW
reconcile --details some=--details takes "all" only
reconcile --since nonsense=--since: "nonsense" is neither an instant
reconcile nothing="nothing"
webhook nothing=there is no "nothing"
webhook list more=list
webhook rotate=rotate
report --all --format csv=--all prints a table, JSON or HTML
status -x=unknown option -x
status --tim=unknown option --tim
status --a-name-that-is-longer-than-any-option-that-there-has-ever-been=unknown option --a-name
status --status_max_age 1h=unknown option --status_max_age
work -- --drain=expected
help nothing=unknown command "nothing"
WORDS
)"
equal "-h is --help" "$(status status -h)" 0
equal "an empty id is nobody's" "$(status erase '')" 2
equal "and one of 256 bytes as well" "$(status erase "$(printf %0256d 1)")" 2

# ---- the configuration ----------------------------------------------------------------
printf 'batch = 1e3\nbogus = 1\n' >"$work/bad.conf"
wrong=$(for command in $commands; do
    case $command in
    points | completion) continue ;;
    dead | webhook) set -- "$command" list ;;
    erase) set -- "$command" CT1 ;;
    *) set -- "$command" ;;
    esac
    [ "$(status "$@" --config "$work/bad.conf")" = 78 ] || echo "$command: another status"
    # They are what doctor was asked for; all others tell them beside their data.
    told=err
    [ "$command" != doctor ] || told=out
    grep -qF "$work/bad.conf:1: batch: " "$work/$told" || echo "$command: no batch"
    grep -qF "$work/bad.conf:2: bogus: " "$work/$told" || echo "$command: no bogus"
done)
empty "every command tells all mistakes of the configuration and exits with 78" "$wrong"
equal "a missing configuration file that was named is 78" "$(status status --config "$work/none")" 78
equal "--nagios knows a plugin's status for it" "$(status status --nagios --config "$work/none")" 3

printf '[workspace a]\norg_id = ORa\n[workspace b]\norg_id = ORb\n' >"$work/two.conf"
for command in ingest replay "dead retry 1" "dead discard 1" "erase x" "webhook list"; do
    # shellcheck disable=SC2086 # words
    equal "$command demands a workspace where there are two" \
        "$(status $command --config "$work/two.conf")" 2
done
printf 'api_url = http://127.0.0.1:1\n[workspace a]\norg_id = ORa\napi_key = k\n[workspace b]\norg_id = ORb\n' \
    >"$work/two.conf"
for command in "webhook list" reconcile; do
    # shellcheck disable=SC2086 # words
    equal "$command of one workspace does not ask for the key of another" \
        "$(status $command --workspace a --database "host=$work/nowhere" --config "$work/two.conf")" 69
    # shellcheck disable=SC2086 # words
    equal "but for its own" "$(status $command --workspace b --config "$work/two.conf")" 78
done
equal "reconcile of all asks for the keys of all" "$(status reconcile --config "$work/two.conf")" 78

# ---- the database ------------------------------------------------------------------------
wrong=$(for command in migrate ingest "dead list" replay status prune "work --drain"; do
    # shellcheck disable=SC2086 # words
    [ "$(status $command --database "host=$work/nowhere")" = 69 ] || echo "$command"
done)
empty "a server that is not there is 69" "$wrong"
equal "a schema that is not there is 78" "$(status status)" 78
check "and what to do is said" grep -q 'quosync migrate' "$work/err"
equal "migrate --status finds that it is missing" "$(status migrate --status)" 1
equal "migrate makes it" "$(status migrate)" 0
equal "migrate --status finds it" "$(status migrate --status)" 0
equal "a new installation is healthy" "$(status status)" 0
equal "a plugin is told the same" "$(status status --nagios)" 0
equal "in one line" "$(wc -l <"$work/out")" 1
psql -XAtqc "insert into quo.inbox (org_id, received_at, webhook_id, body)
             values ('default', now() - interval '1 hour', 'old', '{}')"
equal "a delivery that waits too long makes it degraded" "$(status status)" 1
equal "and is critical for a plugin" "$(status status --nagios)" 2
equal "what is too long is configured" "$(status status --status-max-age=2h)" 0
equal "work --drain empties the inbox" "$(status work --drain)" 0
equal "a dead letter makes it degraded" "$(status status)" 1
equal "and is a warning for a plugin" "$(status status --nagios)" 1
id=$("$QUOSYNC" dead list | sed 's/ .*//')
equal "dead show shows it" "$(status dead show "$id")" 0
check "with its body" grep -qx '{}' "$work/out"
equal "dead show shows it as JSON, too" "$(status dead show --json "$id")" 0
check "with the same body" grep -qE '"body": *"[{][}]"' "$work/out"
equal "a limit that is no number is wrong usage" "$(status dead list --limit 0)" 2
equal "and so is one with a sign" "$(status dead list --limit +1)" 2
printf '[workspace a]\norg_id = ORa\n[workspace b]\norg_id = ORb\n' >"$work/several.conf"
equal "the list is one of each workspace" "$(status dead list --config "$work/several.conf")" 0
equal "which it names" "$(grep '^workspace' "$work/out" | paste -s -d ' ')" "workspace a: workspace b:"
equal "or of one" "$(status dead list --workspace b --config "$work/several.conf")" 0
equal "then without a name" "$(grep -c '^workspace' "$work/out")" 0
equal "the letter of a workspace that is not configured is unknown" \
    "$(status dead show "$id" --config "$work/several.conf")" 1
equal "and to the one that is named as well" \
    "$(status dead show "$id" --workspace b --config "$work/several.conf")" 1
equal "ids of which one is unknown are found to be so" "$(status dead retry "$id" 99)" 1
equal "it dies once more" "$(status work --drain)" 0
id=$("$QUOSYNC" dead list | sed 's/ .*//')
equal "dead retry moves it back" "$(status dead retry "$id")" 0
equal "there it waits" "$(psql -XAtc "select webhook_id from quo.inbox")" old
if [ -n "$("$QUOSYNC" points 2>/dev/null)" ]; then
    # A test that asks for the wrong thing must not pass.
    equal "a point is killed or stopped at, nothing else" "$(QUOSYNC_POINT=worker-idle:1:sing status work --drain)" 2
    equal "and is none of this length" "$(QUOSYNC_POINT=$(printf %0100d 1) status work --drain)" 2
fi
equal "it dies again" "$(status work --drain)" 0
equal "dead discard forgets it" "$(status dead discard --all --json)" 0
equal "and counts it" "$(tr -d ' \n' <"$work/out")" '{"discarded":1}'
equal "it is listed among all, as discarded" "$("$QUOSYNC" dead list --all | grep -c discarded)" 1
id=$("$QUOSYNC" dead list --all | sed 's/ .*//')
equal "and shown without its body" "$(status dead show "$id")" 0
check "which it says" grep -qF 'none: discarded or erased' "$work/out"
equal "and all is well" "$(status status)" 0
equal "an unknown id is found to be one" "$(status dead show 99)" 1

# ---- JSON ---------------------------------------------------------------------------------
if command -v python3 >/dev/null; then
    wrong=$(for command in config status "status --nagios" "dead list" "dead list --all" prune \
        "migrate --status" migrate replay ingest; do
        [ "$command" = "status --nagios" ] && continue
        # shellcheck disable=SC2086 # words
        "$QUOSYNC" $command --json </dev/null 2>/dev/null | python3 -m json.tool >/dev/null 2>&1 ||
            echo "$command"
    done)
    empty "--json prints JSON" "$wrong"
fi

# ---- descriptors ----------------------------------------------------------------------------
"$QUOSYNC" config >/dev/full 2>"$work/err"
equal "output that could not be written is told" "$?" 1
"$QUOSYNC" config >&- 2>"$work/err"
equal "and so is a closed stdout" "$?" 1
"$QUOSYNC" config 2>&- >"$work/out"
equal "a closed stderr is no hindrance" "$?" 0
"$QUOSYNC" config <&- >"$work/out" 2>&-
equal "nor are several" "$?" 0

# ---- secrets ----------------------------------------------------------------------------------
# Markers that no command may print: as values, and as what is wrong with them.
marker=MARKERabcdefghijklmnopqrstuvw
good=whsec_TUFSS0VSYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnc=
cat >"$work/secret.conf" <<END
database = host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE password=$marker
api_key = $marker
webhook_secrets = $good
END
sed "s/$good/whsec_$marker!!/" "$work/secret.conf" >"$work/wrong.conf"
sed "s/host=[^ ]*/host=127.0.0.1/; s/port=[0-9]*/port=1/" "$work/secret.conf" >"$work/lost.conf"
printf '%s\n' "$good" >"$work/file"
chmod 644 "$work/file"
printf 'webhook_secrets_file = %s\napi_key_file = %s\n' "$work/file" "$work/file" >"$work/open.conf"
chmod 600 "$work"/*.conf
: >"$work/all"
for conf in secret wrong lost open; do
    for command in $commands; do
        case $command in
        dead | webhook) set -- "$command" list ;;
        run | serve | work) [ "$conf" = wrong ] || continue; set -- "$command" ;;
        *) set -- "$command" ;;
        esac
        # They would ask a REST API that is not there again and again.
        timeout 4 "$QUOSYNC" "$@" --log debug --config "$work/$conf.conf" </dev/null >>"$work/all" 2>&1
    done
    "$QUOSYNC" config --json --config "$work/$conf.conf" >>"$work/all" 2>&1
done
QUOSYNC_API_KEY=$marker QUOSYNC_WEBHOOK_SECRETS=$good "$QUOSYNC" config >>"$work/all" 2>&1
QUOSYNC_API_KEY="$marker x" QUOSYNC_WEBHOOK_SECRETS=whsec_$marker! \
    QUOSYNC_DATABASE="host=/nowhere password=$marker" "$QUOSYNC" status >>"$work/all" 2>&1
"$QUOSYNC" status --database "host=/nowhere password=$marker" >>"$work/all" 2>&1
check "much was printed meanwhile" test "$(wc -l <"$work/all")" -gt 200
empty "no command prints a secret" "$(grep -aE "$marker|TUFSS0VS|abcdefghijklmnop" "$work/all")"
empty "no secret is in the database" "$(
    pg_dump 2>/dev/null | grep -aE "$marker|TUFSS0VS")"

# The environment of a running process, and its arguments.
QUOSYNC_API_KEY=$marker QUOSYNC_WEBHOOK_SECRETS=$good "$QUOSYNC" work >"$work/log" 2>&1 &
pid=$!
settled() { ! grep -aq "$marker" "/proc/$pid/environ" 2>/dev/null; }
check "secrets vanish from the environment of a running process" wait_for 10 settled
empty "none is among its arguments" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | grep -E "$marker|TUFSS0VS")"
# Before that it dies like any process: its handler must be there (bit 14 is TERM).
handles_term() { (((0x$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$pid/status") >> 14) & 1)); }
check "a running process handles SIGTERM" wait_for 10 handles_term
kill -TERM "$pid"
wait "$pid"
equal "SIGTERM ends work with 0" "$?" 0
finish
