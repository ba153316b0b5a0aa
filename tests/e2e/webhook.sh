# webhook.sh - the subscription at Quo: made, corrected, given new keys and judged;
# a key is on disk before anything is done with it, and is never printed.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

secrets=$work/secrets
old_key=whsec_b2xkLWtleS1mb3ItdGVzdHMtb25seS0wMDAwMDE=
said=$work/said # all that was ever printed

fake --seed 3 --contacts 20 --calls 10 --messages 10 --users 2 --numbers 2
connect "webhook_secrets_file = $secrets"
url=http://$listen/webhooks/quo

webhook() {
    status=0
    QUOSYNC_TEST_BACK_OFF_DIVISOR=100 timeout 60 "$QUOSYNC" webhook "$@" --config "$conf" \
        >"$work/out" 2>"$work/err" </dev/null || status=$?
    cat "$work/out" "$work/err" >>"$said"
}

# at_quo [ID]: what the fake Quo holds, one member a line.
at_quo() {
    curl -fsS --noproxy '*' -H 'Authorization: fake-key' -H 'Quo-Api-Version: 2026-03-30' \
        "$fake/webhooks${1:+/$1}" | sed 's/,"/\n"/g'
}
at_quo_patch() {
    curl -fsS --noproxy '*' -o "$work/patched" -X PATCH -H 'Authorization: fake-key' \
        -H 'Content-Type: application/json' -H 'Quo-Api-Version: 2026-03-30' -d "$2" \
        "$fake/webhooks/$1" || fail "the fake Quo takes $2"
}
first_key() {
    head -n 1 "$secrets"
}
n_archived() {
    rows 'select count(*) from quo.events'
}
mode() {
    command stat -c %a "$1" # fakequo.sh has another stat
}
keys() {
    grep -c ^whsec_ "$secrets"
}
judged() {
    "$QUOSYNC" status --config "$conf" "$@" >"$work/status" 2>>"$work/status"
    cat "$work/status" >>"$said"
    cat "$work/status"
}

check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"

# Nothing there yet.
check "status says that there is no subscription" grep -q 'subscription.*none' <(judged)
check "status does not ask when it may not" grep -q 'not checked' <(judged --no-rest)

# A folder that nobody can write in: a key of Quo's would be lost.
sed "s,^webhook_secrets_file.*,webhook_secrets_file = $work/nowhere/secrets," "$conf" >"$work/nowhere.conf"
chmod 600 "$work/nowhere.conf"
good=$conf conf=$work/nowhere.conf
webhook ensure "$url"
equal "ensure does not begin where it cannot keep a key" "$status" 78
check "and says why, and what to do" grep -q 'could not make.*nowhere/secrets.new' "$work/err"
check "and that Quo knows nothing of it" grep -q 'Quo was not asked' "$work/err"
equal "nor does it" "$(at_quo | grep -c '"status"')" 0
conf=$good

# Making it, into a file that was made for it: the user that it belongs to reads it.
(umask 037 && : >"$secrets")
[ "$(id -u)" != 0 ] || chown 65534:65534 "$secrets"
owner=$(command stat -c %u:%g "$secrets")
webhook ensure "$url"
equal "an empty file keeps its owner and mode" "$(command stat -c %u:%g:%a "$secrets")" "$owner:640"
chmod 600 "$secrets"
[ "$(id -u)" != 0 ] || chown 0:0 "$secrets"
equal "ensure makes a subscription" "$status" 0
check "it says so" grep -q 'was made and enabled' "$work/out"
id=$(sed -n 's/^subscription \([0-9]*\).*/\1/p' "$work/out")
check "it is enabled" grep -q '"status":"enabled"' <(at_quo "$id")
check "it has the URL" grep -qF "\"url\":\"$url\"" <(at_quo "$id")
check "it names voicemails too" grep -q 'call.voicemail.completed' <(at_quo "$id")
check "it is for all phone numbers" grep -qF '"resourceIds":["*"]' <(at_quo "$id")
check "the key is the first line of the file" grep -q '^whsec_' <(first_key)
equal "only its owner may read it" "$(mode "$secrets")" 600
at_quo >"$work/before"
webhook ensure "$url"
equal "a second ensure finds it as it should be" "$status" 0
check "and says so" grep -q 'is as it should be' "$work/out"
empty "it changes nothing" "$(at_quo | diff "$work/before" -)"
equal "and makes no key" "$(keys)" 1
check "status finds nothing wrong with it" grep -q 'subscription.*as it should be' <(judged)

# A receiver that runs while keys change.
start run
equal "the receiver listens where the subscription points" "http://$listen/webhooks/quo" "$url"
# deliver CONTACT COUNT: an event of the contact, and then so many are archived. A file
# of keys is read again once a second at most; Quo's own retry comes later than that.
deliver() {
    sleep 1.1
    curl -fsS --noproxy '*' --max-time 20 -o "$work/delivered" "$fake/_fake/deliver" \
        -d "{\"kind\": \"contact\", \"index\": $1, \"event\": 0}"
    wait_for 10 archived "$2"
}
archived() {
    [ "$(rows 'select count(*) from quo.events')" -ge "$1" ]
}
check "a delivery with the key is accepted" deliver 1 1
before=$(first_key)
webhook rotate "$id"
equal "rotate exits 0" "$status" 0
check "the new key is first" test "$(first_key)" != "$before"
equal "the old one is kept" "$(sed -n 2p "$secrets")" "$before"
check "a delivery with the new key is accepted without a restart" deliver 2 2
check "the receiver runs all the while" kill -0 "$pid"

# Correcting it.
at_quo_patch "$id" '{"events": ["message.received", "task.created"], "status": "disabled",
                     "resourceIds": ["PN1"]}'
check "status says that it is disabled" grep -q 'subscription.*disabled' <(judged)
check "status says that it is filtered" grep -q 'subscription.*filtered' <(judged)
at_quo_patch "$id" '{"status": "enabled", "resourceIds": ["*"]}'
check "status says which types are missing" grep -q 'types are missing.*message.delivered' <(judged)
at_quo_patch "$id" "{\"url\": \"http://$listen/elsewhere\"}"
check "status says that the URL is wrong" grep -q 'subscription.*wrong URL.*/webhooks/quo' <(judged)
at_quo_patch "$id" "{\"url\": \"$url\"}"
check "status finds it degraded" grep -qi 'types are missing' <(judged)
at_quo_patch "$id" '{"status": "disabled", "resourceIds": ["PN1"]}'
before=$(keys)
webhook ensure "$url"
equal "ensure corrects it" "$status" 0
check "it says what was wrong" grep -q 'was corrected:.*event types.*status.*phone numbers' "$work/out"
check "all types are back" grep -q 'contact.deleted' <(at_quo "$id")
check "a type that we do not apply is kept" grep -q 'task.created' <(at_quo "$id")
check "it is enabled again" grep -q '"status":"enabled"' <(at_quo "$id")
equal "one that was disabled gets a key that is known" "$(keys)" "$((before + 1))"
check "a delivery is accepted after it" deliver 3 3
webhook ensure "http://127.0.0.1:1/webhooks/quo"
check "another URL is a correction, not a second subscription" grep -q 'was corrected: URL' "$work/out"
equal "there is one" "$(at_quo | grep -c '"id"')" 1
webhook ensure "$url" --json
check "--json tells of it" grep -q '"corrected": true' "$work/out"

# The rest of the management.
webhook list
check "list shows it as ours" grep -q "^$id  enabled  $url.*this workspace's" "$work/out"
webhook show "$id"
check "show prints Quo's object" grep -q '"apiVersion": "2026-03-30"' "$work/out"
webhook update "$id" --label 'a name' --events message.received,contact.updated --status disabled
equal "update exits 0" "$status" 0
check "update changes what it is told" grep -q '"label":"a name"' <(at_quo "$id")
equal "update replaces the list of types" "$(at_quo "$id" | grep -c 'message.delivered')" 0
webhook ensure "$url"
check "ensure repairs what update did" grep -q 'was corrected' "$work/out"
sleep 1.1
webhook test "$id" contact.updated
equal "test exits 0" "$status" 0
check "it says what will happen" grep -q 'archived and changes nothing' "$work/out"
check "the test event is archived" wait_for 10 archived 4
equal "and changes nothing" "$(rows "select count(*) from quo.contacts where id = 'sample'")" 0
webhook deliveries "$id"
delivery=$(awk '/success/ { print $NF; exit }' "$work/out")
check "deliveries lists the log" grep -q 'success.*contact\.' "$work/out"
webhook deliveries "$id" --status failed
equal "by status" "$(wc -l <"$work/out")" 0
webhook deliveries "$id" "$delivery"
check "one delivery is shown with its attempts" grep -q '"responseStatusCode": 200' "$work/out"
webhook retry "$id" "$delivery"
equal "retry exits 0" "$status" 0
webhook show 999999
equal "an unknown subscription exits 65" "$status" 65
webhook show nonsense
equal "an id that is none exits 65" "$status" 65
webhook rotate
equal "rotate without an id is a usage error" "$status" 2

# Killed while a key is on its way: the next ensure heals.
points=$("$QUOSYNC" points 2>/dev/null | grep ^webhook-)
for point in $points; do
    webhook delete "$id"
    equal "delete exits 0" "$status" 0
    equal "nothing is left at Quo" "$(at_quo | grep -c '"id"')" 0
    QUOSYNC_POINT=$point:1:kill webhook ensure "$url"
    equal "killed at $point" "$status" 137
    check "a subscription whose key may be unknown is not enabled" \
        grep -q '"status":"disabled"' <(at_quo)
    check "the old keys are still there" test "$(keys)" -ge 2
    webhook ensure "$url"
    equal "after $point, ensure exits 0" "$status" 0
    equal "after $point, there is one subscription" "$(at_quo | grep -c '"id"')" 1
    id=$(at_quo | sed -n 's/.*"id":"\([0-9]*\)".*/\1/p' | head -n 1)
    check "after $point, it is enabled" grep -q '"status":"enabled"' <(at_quo "$id")
    n=$(n_archived)
    check "after $point, its deliveries are accepted" deliver 4 $((n + 1))
    equal "after $point, the file is whole and private" "$(mode "$secrets")" 600
    QUOSYNC_POINT=$point:1:kill webhook rotate "$id"
    equal "rotate is killed at $point" "$status" 137
    webhook rotate "$id"
    n=$(n_archived)
    check "rotating again heals that" deliver 5 $((n + 1))
done

# Answers that are lost on their way.
webhook delete "$id"
faults "cut@100x1#/webhooks"
# The listing comes first, and may be repeated; the second answer is that to create.
webhook ensure "$url"
equal "a listing that was cut is repeated" "$status" 0
id=$(at_quo | sed -n 's/.*"id":"\([0-9]*\)".*/\1/p' | head -n 1)
faults "cut@100#/rotate"
webhook rotate "$id"
equal "a cut answer to rotate exits 75" "$status" 75
check "it says that a key may be lost, and what to do" grep -q 'new key that nobody saw: run it again' "$work/err"
faults ''
webhook rotate "$id"
equal "once more makes a key" "$status" 0
n=$(n_archived)
check "which is accepted" deliver 6 $((n + 1))
webhook delete "$id"
faults "cut@100x1#POST"
webhook ensure "$url"
equal "a cut answer to create exits 75" "$status" 75
check "it says to run it again" grep -q 'run it again, it will be found' "$work/err"
faults ''
webhook ensure "$url"
equal "run again, it is found" "$status" 0
equal "and no second one is made" "$(at_quo | grep -c '"id"')" 1
n=$(n_archived)
check "its key is known" deliver 7 $((n + 1))
id=$(at_quo | sed -n 's/.*"id":"\([0-9]*\)".*/\1/p' | head -n 1)
stop

# A subscription that is as it should be, and silent.
check "with deliveries of late, nothing is said of silence" test "$(judged | grep -c 'no delivery came')" = 0
echo 'status_max_silence = 1 s' >>"$conf"
sleep 2.1
check "without, status says for how long none came" grep -q 'no delivery came for .*status_max_silence 1 s' <(judged)
equal "and exits 1" "$("$QUOSYNC" status --config "$conf" >"$work/status" 2>&1; echo $?)" 1
sed -i '/^status_max_silence/d' "$conf"

# Keys that cannot be kept, and a key that Quo refuses.
cp "$secrets" "$work/kept"
rm "$secrets"
webhook ensure "$url"
equal "without the file, ensure makes it anew" "$status" 0
equal "with a key that Quo signs with" "$(keys)" 1
check "it says that a new key was made" grep -q 'a new key was made' "$work/out"
sed -i "s,^webhook_secrets_file.*,webhook_secrets_file = $work/no-such-folder/secrets," "$conf"
webhook rotate "$id"
equal "a file that cannot be written exits 78" "$status" 78
check "it is named" grep -q 'no-such-folder' "$work/err"
sed -i "/^webhook_secrets_file/d" "$conf"
webhook ensure "$url"
equal "without webhook_secrets_file, ensure exits 78" "$status" 78
check "it says which setting is missing" grep -q 'webhook_secrets_file' "$work/err"
echo "webhook_secrets_file = $secrets" >>"$conf"
webhook ensure "ftp://127.0.0.1/"
equal "a URL that Quo refuses exits 65" "$status" 65
check "Quo's reason is shown" grep -q 'public https URL' "$work/err"

# What programs read, and ids that fit nowhere.
long=$(printf '7%.0s' $(seq 1100))
webhook ensure "$url" --json
equal "ensure says the same as JSON" "$(tr -d ' \n' <"$work/out")" \
    "{\"id\":\"$id\",\"created\":false,\"rotated\":false,\"corrected\":false,\"others\":0}"
webhook list --json
equal "list gives Quo's own objects" "$(grep -c '"apiVersion"' "$work/out")" 1
equal "without a key" "$(grep -c '"key"' "$work/out")" 0
webhook deliveries "$id" --json
check "deliveries, too" grep -q '"eventType"' "$work/out"
webhook update "$id" --url ftp://127.0.0.1/
equal "an update that Quo refuses exits 65" "$status" 65
empty "and prints nothing" "$(cat "$work/out")"
webhook delete 999999
equal "so does the end of what is not there" "$status" 65
empty "nor does that say that it was done" "$(cat "$work/out")"
webhook deliveries 999999
equal "and its log" "$status" 65
for words in "show $long" "deliveries $long" "deliveries 7 $long" "deliveries 7 --status $long" \
    "delete $long" "retry 7 $long"; do
    # shellcheck disable=SC2086 # words
    webhook $words
    equal "webhook ${words%%7777*}7... exits 65" "$status" 65
    check "and says why" grep -q 'too long for' "$work/err"
done

faults "status=401"
webhook list
equal "a refused key exits 78" "$status" 78
check "it says which" grep -q 'refuses the API key' "$work/err"
check "status cannot check it then" grep -q 'not checked' <(judged)
faults ''

# Whatever was printed held no key.
cat "$secrets" "$work/kept" 2>/dev/null | grep ^whsec_ | sort -u >"$work/all-keys"
check "several keys were made" test "$(wc -l <"$work/all-keys")" -gt 5
equal "none of them was ever printed" "$(grep -cF -f "$work/all-keys" "$said" "$log" | grep -vc ':0$')" 0
finish
