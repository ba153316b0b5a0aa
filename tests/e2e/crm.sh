# crm.sh - contrib/crm does what its README says, over rows that the worker applied and
# with the roles that `migrate --roles` makes: matching, a table that triggers keep
# current, a feed that is polled, and tables in a database of another server.
#
# Publishing needs another wal_level: so a second server is started, which is the
# mirror's; the first one, which was given, is the CRM's.
if [ -z "${CRM_SERVER:-}" ]; then
    export CRM_SERVER=$PGHOST
    exec sh "$TOP_SRCDIR/tests/support/with_postgres.sh" --no-fsync -c wal_level=logical bash "$0"
fi
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99

kit=$TOP_SRCDIR/contrib/crm
ada=66f1c0aa1d4e5b7c8d9e0a11
bo=66f1c0aa1d4e5b7c8d9e0b22

# as ROLE ARGUMENT...
as() { PGUSER=$1 psql -XAtqv ON_ERROR_STOP=1 "${@:2}"; }
elsewhere() { PGHOST=$CRM_SERVER psql -XAtqv ON_ERROR_STOP=1 "$@"; }

# With the rights of the worker.
quosync() { PGUSER=mirror "$QUOSYNC" "$@" --config "$conf"; }
deliver() {
    quosync ingest "$@" >"$work/ingest.out" 2>&1 ||
        fail "deliveries are stored" "$(cat "$work/ingest.out")"
}
apply() {
    quosync work --drain "$@" >"$work/work.out" 2>&1 ||
        fail "the worker drains the inbox" "$(tail -n 5 "$work/work.out")"
}
samples() {
    for sample; do
        tr -d '\n' <"$TOP_SRCDIR/tests/samples/$sample.json"
        echo
    done
}

# contact ID NAME EMAIL PHONE EXTERNAL_ID MINUTE: an event that says so.
contact() {
    printf '{"id":"EV%s-%s","apiVersion":"2026-03-30","createdAt":"2026-11-10T12:%s:01.000Z",' "$1" "$6" "$6"
    printf '"type":"contact.updated","data":{"resource":{"id":"%s","firstName":"%s","lastName":null,' "$1" "$2"
    printf '"company":null,"role":null,"location":null,"source":null,"externalId":%s,' "${5:-null}"
    printf '"emails":[%s],"phoneNumbers":[%s],"customFields":[],' \
        "${3:+{\"value\":\"$3\",\"type\":\"email\"\}}" "${4:+{\"value\":\"$4\",\"type\":\"phone-number\"\}}"
    printf '"createdAt":"2026-01-15T08:30:00.000Z","updatedAt":"2026-11-10T12:%s:00.000Z"},' "$6"
    printf '"context":{"orgId":"%s"},"links":{"quo":null}}}\n' "$org_id"
}

configure
"$QUOSYNC" migrate --roles --config "$conf" >"$work/migrate.log" 2>&1 || exit 99
rows "create role mirror login in role quo_worker;
      create role crm login in role quo_reader, \"quo_org_$org_id\";
      create schema crm authorization crm;
      grant trigger on all tables in schema quo to crm" >/dev/null
samples contact.updated contact.updated.beta message.received call.completed >"$work/first"
deliver "$work/first"
apply

# ---- matching
for file in customers matching people feed; do
    check "$file.sql runs as the CRM's role" as crm -f "$kit/$file.sql" -o "$work/$file.out"
done
{
    contact c-key Key key@example.com '' '"K-1"' 01
    contact c-mail Mail Both@Example.com '' '' 02
    contact c-phone Phone '' '(415) 555-0177' '' 03
    contact c-twin1 Twin '' '+14155550188' '' 04
    contact c-twin2 Twin '' '+14155550188' '' 05
    contact c-gone Gone gone@example.com '' '' 06
    contact c-gone Gone gone@example.com '' '' 07 | sed 's/contact.updated/contact.deleted/'
} >"$work/people"
deliver "$work/people"
apply --country-code 1
as crm -c "insert into crm.customers (code, name, email, phone) values
    ('K-1', 'by key', 'both@example.com', null),
    (null, 'by mail', ' BOTH@example.com ', null),
    (null, 'by number', null, '+1 415.555-0177'),
    (null, 'by national number', null, '415 555 0177'),
    (null, 'shared', null, '+14155550188'),
    (null, 'deleted in Quo', 'gone@example.com', null),
    (null, 'nobody', 'nobody@example.com', '4711'),
    ('crm-000101', 'Ada', null, null)"
equal "customers are matched by key, email and number, the surest way first" \
    "$(as crm -F ' ' -P null=- -c "select k.name, m.contact_id, m.matched_by, m.rivals, m.outdone
          from crm.customers k left join crm.customer_contacts m using (customer_id)
         order by k.customer_id, m.outdone, m.contact_id")" \
    "by key c-key external_id 0 f
by key c-mail email 0 t
by mail c-mail email 0 f
by number c-phone number 0 f
by national number c-phone number 0 f
shared c-twin1 number 1 f
shared c-twin2 number 1 f
deleted in Quo - - - -
nobody - - - -
Ada $ada external_id 0 f"
equal "one customer is found by indexes" \
    "$(as crm -c 'set enable_seqscan = off' \
        -c "explain select * from crm.customer_contacts where customer_id = 3" | grep -c 'Seq Scan')" 0
equal "a customer's activities are those of the contact, once each" \
    "$(as crm -F ' ' -c "select a.kind, a.id from crm.customer_activities a
          join crm.customers k using (customer_id) where k.name = 'Ada' order by 1, 2")" \
    "$(rows "select activity_kind || ' ' || activity_id from quo.activity_contacts
              where contact_id = '$ada' order by 1")"

# ---- the table that follows
people() {
    as crm -F ' ' -c "select name, email, phone, gone from crm.people where contact_id = '$1'"
}
equal "who was there already is in crm.people" "$(people $ada)" \
    "Ada Nwosu-O’Brien ada@example.com +14155550101 f"
equal "who came later as well, with a number in E.164 form" "$(people c-phone)" "Phone  +14155550177 f"
equal "a deleted contact is gone" "$(people c-gone)" "Gone gone@example.com  t"
contact c-mail Renamed other@example.com +14155550199 '' 10 >"$work/renamed"
deliver "$work/renamed"
apply
equal "a changed contact is changed, with its address and number" "$(people c-mail)" \
    "Renamed other@example.com +14155550199 f"
as crm -c "alter table crm.people add constraint not_everybody check (name <> 'Refused') not valid"
contact c-key Refused key@example.com '' '' 11 >"$work/refused"
contact c-twin1 Welcome '' '+14155550188' '' 11 >>"$work/refused"
deliver "$work/refused"
apply
equal "what the CRM's table refuses makes no dead letter" \
    "$(rows "select count(*) from quo.dead_letters") $(rows "select first_name from quo.contacts
             where id = 'c-key'")" "0 Refused"
equal "it is noted, without its values" \
    "$(as crm -F ' ' -c "select contact_id, sqlstate, violated from crm.people_refused")" \
    "c-key 23514 not_everybody"
equal "and others of its batch are written" "$(people c-twin1)" "Welcome  +14155550188 f"
contact c-key Key key@example.com '' '' 12 >"$work/again"
deliver "$work/again"
apply
equal "which ends when it is no longer refused" \
    "$(as crm -c "select count(*) from crm.people_refused") $(people c-key)" \
    "0 Key key@example.com  f"
quosync erase c-mail >"$work/erase.out" 2>&1 || fail "a contact is erased" "$(cat "$work/erase.out")"
equal "an erased contact keeps nothing in crm.people" "$(people c-mail)" "   t"
quosync replay --rebuild >"$work/replay.out" 2>&1 || fail "the mirror is rebuilt" "$(cat "$work/replay.out")"
equal "a rebuilt mirror is in crm.people again" \
    "$(rows "select p.contact_id from crm.people p left join quo.contacts c
               on c.org_id = p.org_id and c.id = p.contact_id
              where (p.gone, p.name) is distinct from
                    (c.id is null or c.deleted_at is not null or c.erased_at is not null,
                     nullif(concat_ws(' ', c.first_name, c.last_name), ''))
              union all select id from quo.contacts
              where id not in (select contact_id from crm.people)")" ""
check "the mirror's roles can be made again beside all this" \
    "$QUOSYNC" migrate --roles --config "$conf" >"$work/roles.out"

# ---- the feed
take() {
    as crm -F ' ' -c "select kind, id from crm.quo_feed_take('$1', ${2:-1000})"
}
check "a reader that nobody opened is refused with a hint" \
    test "$(take nobody 2>&1 | grep -c 'no reader "nobody"\|quo_feed_open')" = 2
as crm -c "select crm.quo_feed_open('one')" -c "select crm.quo_feed_open('two')" -o "$work/open"
equal "an open reader has nothing to read" "$(take one)" ""
samples message.delivered contact.updated.empty >"$work/more"
deliver "$work/more"
apply
equal "then what was applied" "$(take one)" "contact 66f1c0aa1d4e5b7c8d9e0d44
message ACm10Deliver"
equal "once" "$(take one)" ""
equal "every reader for itself, and as many at once as it likes" "$(take two 1 | wc -l) $(take two | wc -l)" "1 1"
as crm -c begin -c "select crm.quo_feed_open('three')" -c "commit" -o "$work/open"
deliver "$work/renamed" # a duplicate: nothing is applied
contact c-new New new@example.com '' '' 20 >"$work/new"
deliver "$work/new"
apply
as crm -c begin -c "select * from crm.quo_feed_take('three')" -c rollback -o "$work/rolled"
equal "what was taken and rolled back comes again" "$(take three)" "contact c-new"

# Two transactions that commit the other way round.
sleepless=$work/fifo
mkfifo "$sleepless"
psql -XAtq <"$sleepless" >"$work/slow.out" 2>&1 &
exec 7>"$sleepless"
take one >"$work/rest"
last=$(rows "select max(synced_at) from quo.contacts")
echo "begin; update quo.contacts set synced_at = now() where id = '$bo'; select 'begun';" >&7
check "a transaction begins to write" wait_for 20 grep -q begun "$work/slow.out"
contact c-fast Fast fast@example.com '' '' 21 >"$work/fast"
deliver "$work/fast"
apply
equal "a poller of synced_at sees the later one first" \
    "$(rows "select id from quo.contacts where synced_at > '$last'")" c-fast
last=$(rows "select max(synced_at) from quo.contacts")
equal "the feed waits" "$(take one)" ""
echo "commit; select 'done';" >&7
check "the first one commits" wait_for 20 grep -q done "$work/slow.out"
exec 7>&-
equal "which the poller of synced_at misses for ever" \
    "$(rows "select count(*) from quo.contacts where synced_at > '$last'")" 0
equal "and the feed does not" "$(take one | sort)" "contact $bo
contact c-fast"

# The same by the dozen: four workers in small batches, and a reader that never rests.
everything() {
    rows "select 'contact ' || id from quo.contacts union all select 'message ' || id from quo.messages
          union all select 'call ' || id from quo.calls union all select 'voicemail ' || id
          from quo.voicemails" | LC_ALL=C sort
}
as crm -c "select crm.quo_feed_open('busy')" -o "$work/open"
everything >"$work/before"
"$TOP_BUILDDIR/tests/support/deliveries" --sets 40 trouble 2000 >"$work/many"
quosync ingest "$work/many" >"$work/ingest.out" 2>&1
quosync work --drain --workers 4 --batch 20 >"$work/work.out" 2>&1 &
pid=$!
while kill -0 "$pid" 2>/dev/null; do
    take busy 50
done >"$work/taken"
wait "$pid" && pid=
meanwhile=$(wc -l <"$work/taken")
while take busy >"$work/last" && [ -s "$work/last" ]; do
    cat "$work/last"
done >>"$work/taken"
everything | LC_ALL=C comm -13 "$work/before" - >"$work/came"
check "hundreds of rows came, and changes were read meanwhile" \
    test "$(wc -l <"$work/came")" -gt 300 -a "$meanwhile" -gt 100
empty "not one of them was missed" \
    "$(LC_ALL=C sort -u "$work/taken" | LC_ALL=C comm -23 "$work/came" - | head -n 5)"
take two 100000 >"$work/rest"
take one 100000 >"$work/rest"
take three 100000 >"$work/rest"
check "what all have read can be dropped" test "$(as crm -c 'select crm.quo_feed_prune()')" -gt 100
equal "and takes nothing from anybody" "$(take one)$(take two)$(take three)$(take busy)" ""
as crm -c "update crm.quo_feed_readers set server = server + 1 where name = 'one'"
check "a reader of another server is refused with a hint" \
    test "$(take one 2>&1 | grep -c 'began on another server\|read everything once')" = 2

# ---- another database
if [ "$(rows 'show server_version_num')" -lt 150000 ]; then
    echo "column lists need PostgreSQL 15: the rest is left out"
    finish
fi
rows "grant create on database $PGDATABASE to quo_owner;
      create role publisher login in role quo_owner;
      create role replicator login replication in role quo_reader_nocontent, \"quo_org_$org_id\""
check "publisher.sql runs as a member of quo_owner" as publisher -f "$kit/publisher.sql"
check "subscriber.sql runs on the other server" elsewhere -v publisher="host=$PGHOST port=$PGPORT \
dbname=$PGDATABASE user=replicator" -f "$kit/subscriber.sql" -o "$work/subscriber.out"

# both QUERY: the answer is the same on both sides.
both() { [ "$(rows "$1")" = "$(elsewhere -c "$1")" ]; }
copied="select (select count(*) from quo.contacts), (select count(*) from quo.contact_emails),
               (select count(*) from quo.messages), (select count(*) from quo.calls),
               (select count(*) from quo.voicemails), (select count(*) from quo.activity_contacts),
               (select md5(string_agg(concat_ws(',', id, first_name, deleted_at), ';' order by id))
                  from quo.contacts)"
check "all rows arrive" wait_for 60 both "$copied"
check "which are not few" test "$(elsewhere -c 'select count(*) from quo.messages')" -gt 50
contact c-new Newer newer@example.com '' '' 30 >"$work/newer"
contact c-fast Fast '' '' '' 31 | sed 's/contact.updated/contact.deleted/' >>"$work/newer"
samples message.received.group >>"$work/newer"
deliver "$work/newer"
apply
quosync erase $bo >"$work/erase.out" 2>&1 || fail "a contact is erased" "$(cat "$work/erase.out")"
check "so does what changes, is deleted and erased" wait_for 60 both "$copied"
equal "an erased contact is erased there" \
    "$(elsewhere -c "select first_name is null and erased_at is not null from quo.contacts where id = '$bo'")" t
equal "no content is there" "$(elsewhere -c "select count(*) from information_schema.columns
    where table_schema = 'quo' and column_name in ('body', 'media', 'voicemail_transcript',
          'voicemail_recording_url', 'transcript', 'recording_url', 'url', 'summary', 'merge_state')")" 0
columns="select c.table_name, c.column_name, c.data_type, c.collation_name
           from information_schema.columns c
          where c.table_schema = 'quo' and (c.table_name, c.column_name) in (values"
published=$(rows "select string_agg(format('(%L, %L)', tablename, a), ', ')
                    from pg_publication_tables, unnest(attnames) as a")
empty "every published column is there, of the same type" \
    "$(diff <(rows "$columns $published) order by 1, 2") <(elsewhere -c "$columns $published) order by 1, 2"))"
elsewhere -c 'drop subscription quo_without_content' 2>"$work/drop" || fail "the subscription ends" "$(cat "$work/drop")"
finish
