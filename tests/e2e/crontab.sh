# crontab.sh - the lines for cron, of contrib/crontab and of the README, work as typed:
# run as cron runs them (sh, hardly any environment, no terminal), they reconcile, say
# nothing where all is well, and say why where it is not.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

fake --seed 4 --contacts 60 --calls 4 --messages 10 --users 2 --numbers 1 --days 5
connect
# cron knows nothing of PGHOST and its like, and the program is installed where it says.
sed -i "s,^database = .*,database = host='$PGHOST' port=$PGPORT user='$PGUSER' dbname='$PGDATABASE'," "$conf"
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"
mkdir "$work/bin" "$work/home"
ln -s "$QUOSYNC" "$work/bin/quosync"

# A crontab: settings, and lines of five fields and a command.
settings_of() {
    grep -E '^[A-Z_]+ *=' "$1" | sed "s,/usr/local/bin,$work/bin,g"
}
commands_of() {
    sed -nE 's,^([^ #]+ +){5}([^ ].*)$,\2,p' "$1"
}
# as_cron CRONTAB COMMAND: what cron would do; what it would mail is in $work/mail.
as_cron() {
    local settings
    mapfile -t settings < <(settings_of "$1")
    status=0
    (cd "$work/home" && exec env -i HOME="$work/home" LOGNAME="$(id -un)" SHELL=/bin/sh \
        PATH=/usr/bin:/bin QUOSYNC_CONFIG="$conf" "${settings[@]}" \
        setsid -w sh -c "${2//\/usr\/local\/bin/$work/bin}") </dev/null >"$work/mail" 2>&1 || status=$?
}
runs() {
    rows "select count(*) from quo.reconcile_runs where outcome = 'done'"
}

crontab=$TOP_SRCDIR/contrib/crontab
sed -n 's/^    \([0-9*].* quosync\|[0-9*].*bin\/quosync\)/\1/p' "$TOP_SRCDIR/README.md" >"$work/readme"
equal "the README has the line of contrib/crontab, with its path" \
    "$(sed 's,/usr/local/bin/,,; s/  */ /g' "$work/readme")" "$(grep ' quosync reconcile' "$crontab" | sed 's/  */ /g')"
equal "no line has a % (cron ends the command there)" "$(cat "$crontab" "$work/readme" | grep -vc '^#.*%\|^[^%]*$')" 0
empty "every line begins with five fields of time" "$(cat "$crontab" "$work/readme" |
    grep -vE '^(#|[A-Z]+=|((\*|[0-9]+)(/[0-9]+)? +){5}[^ *0-9])')"

line=$(commands_of "$work/readme")
as_cron "$work/readme" "$line"
equal "the README's line exits 0" "$status" 0
empty "and says nothing" "$(cat "$work/mail")"
equal "but it reconciles" "$(runs)" 1
empty "everything" "$(differences)"
as_cron "$work/readme" "${line% >/dev/null}"
equal "without >/dev/null it exits 0" "$status" 0
summary='^default reconciled: directory [0-9]+ read, 0 repaired; contacts 60 read, 0 repaired; .*; deliveries 0 read, 0 repaired; [0-9]+ requests in [0-9.]+ s$'
check "and prints the summary line alone" test "$(grep -cE "$summary" "$work/mail")$(wc -l <"$work/mail")" = 11
shape() {
    sed -E 's/[0-9.]+/N/g' | tr ',;' '\n\n' | sed 's/^ *//; s/ *$//' | sort -u
}
empty "which has nothing that the README's example lacks" \
    "$(comm -23 <(shape <"$work/mail") <(grep '^    default reconciled:' "$TOP_SRCDIR/README.md" | sed 's/^ *//' | shape))"

while read -r line; do
    as_cron "$crontab" "$line"
    equal "\"$line\" exits 0" "$status" 0
    empty "\"$line\" says nothing" "$(cat "$work/mail")"
done < <(commands_of "$crontab")
equal "the crontab's line reconciles, too" "$(runs)" 3

faults "status=401"
as_cron "$crontab" "$(commands_of "$crontab" | grep reconcile)"
equal "where Quo refuses the key, it exits 78" "$status" 78
check "and the mail says so" grep -q 'refuses the API key' "$work/mail"
rows "insert into quo.inbox (org_id, received_at, webhook_id, body)
      values ('default', now() - interval '1 hour', 'msg_1', 'x')"
as_cron "$crontab" "$(commands_of "$crontab" | grep status)"
check "where deliveries wait for nobody, the watch says so" grep -qi 'inbox' "$work/mail"
finish
