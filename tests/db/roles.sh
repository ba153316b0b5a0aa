#!/bin/bash
# roles.sh - what each role of `migrate --roles` may do, and above all what it
# may not: every forbidden verb on every table is tried as a login role.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

query() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

for file in "$TOP_SRCDIR"/sql/migrations/*.sql; do
    query -1 -f "$file"
done
query -c "select quo.ensure_partitions(), quo.secure_views()" -o /dev/null
query -c "insert into quo.workspaces values ('OR1', 'one', 'UTC'), ('OR2', 'two', 'UTC')"
roles() { query -1 -f "$TOP_SRCDIR/sql/scripts/roles.sql" 2>"$work/error"; }
check "the roles are made" roles
check "and made again" roles

query <<'SQL'
create role worker login in role quo_worker;
create role reader1 login in role quo_reader, "quo_org_OR1";
create role reader2 login in role quo_reader, "quo_org_OR2";
create role reader0 login in role quo_reader;
create role careful login in role quo_reader_nocontent, "quo_org_OR1";
create role stranger login;
insert into quo.contacts (org_id, id, updated_at, synced_at, merge_state)
values ('OR1', 'c1', now(), now(), ''), ('OR2', 'c2', now(), now(), '');
insert into quo.messages (org_id, id, body, status_at, merge_state)
values ('OR1', 'm1', 'secret', now(), ''), ('OR2', 'm2', 'secret', now(), '');
SQL
as() { local user=$1; shift; PGUSER=$user query "$@"; }

# Tries each verb of the list on each relation of the list as a user, and takes it
# back; prints those whose answer was not what is wanted: allowed, or refused for
# want of a right. Any other error came after the right was granted.
try() {
    as "$1" 2>&1 <<SQL | sed -n 's/.*\(NOTICE\|ERROR\):  *//p'
do \$do\$
declare
    relation text;
    verb     text;
    first    text;
    got      text;
begin
    foreach relation in array string_to_array('$(echo $4)', ' ') loop
        select quote_ident(a.attname) into strict first
          from pg_attribute a
          join pg_class c on c.oid = a.attrelid
          join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'quo' and c.relname = relation and a.attnum = 1;
        foreach verb in array string_to_array('$(echo $3)', ' ') loop
            begin
                execute format(case verb
                    when 'select1' then 'select %2\$s from quo.%1\$s limit 0'
                    when 'selectall' then 'select * from quo.%1\$s limit 0'
                    when 'insert' then 'insert into quo.%1\$s default values'
                    when 'update' then 'update quo.%1\$s set %2\$s = %2\$s where false'
                    when 'delete' then 'delete from quo.%1\$s where false'
                    when 'truncate' then 'truncate quo.%1\$s'
                    when 'lock' then 'lock table quo.%1\$s in access exclusive mode'
                    when 'alter' then 'alter table quo.%1\$s add column intruder int'
                    when 'drop' then 'drop table quo.%1\$s cascade'
                    when 'index' then 'create index on quo.%1\$s (%2\$s)'
                    when 'grant' then 'grant select on quo.%1\$s to stranger'
                    end, relation, first);
                -- A GRANT without the right to it is only warned about.
                if verb = 'grant' and not has_table_privilege('stranger', 'quo.' || relation, 'select')
                then
                    raise insufficient_privilege;
                end if;
                raise triggered_action_exception;
            exception
                when insufficient_privilege then got := 'refused';
                when others then got := 'allowed';
            end;
            if got <> '$2' then
                raise notice '% % was %', verb, relation, got;
            end if;
        end loop;
    end loop;
end
\$do\$
SQL
}
list() { query -c "select relname from pg_class c where relnamespace = 'quo'::regnamespace and $1 order by 1"; }
tables=$(list "relkind in ('r', 'p') and not relispartition")
partitions=$(list "relispartition and relkind = 'r'")
views=$(list "relkind = 'v' and relname <> 'event_payloads'")
people="activity_contacts call_recordings call_summaries call_transcript_lines call_transcripts calls
    contact_custom_fields contact_emails contact_phone_numbers contacts custom_field_definitions
    messages phone_numbers users voicemails workspaces schema_migrations"
machinery="attempts contact_rest dead_letters delivery_ids erasures events inbox leases
    pruned_weeks rate_limits reconcile_progress reconcile_runs test_events"
equal "every table is known to this test" "$(echo $people $machinery | tr ' ' '\n' | sort | xargs)" \
    "$(echo $tables | tr ' ' '\n' | sort | xargs)"

ddl="truncate lock alter drop index grant"
empty "the worker changes rows of every table" "$(
    try worker allowed 'selectall insert update delete' "${tables/schema_migrations/}"
    try worker allowed selectall "schema_migrations event_payloads $views")"
empty "the worker can do no DDL, nor write the schema's version" "$(
    try worker refused "truncate alter drop index grant" "$tables"
    try worker refused 'insert update delete' schema_migrations)"
empty "the worker has functions for the archive's partitions" "$(
    as worker -c 'select quo.ensure_partitions()' -o /dev/null 2>&1
    as worker -c "select quo.drop_partition('2000-01-01')" -o /dev/null 2>&1)"
empty "a reader reads people's tables and views" "$(try reader1 allowed selectall "$people $views")"
empty "a reader reads no machinery" "$(try reader1 refused select1 "$machinery event_payloads $partitions")"
empty "a reader writes nothing and can do no DDL" "$(
    try reader1 refused "insert update delete $ddl" "$tables")"
empty "a reader without content reads the other columns, and the views" "$(
    try careful allowed select1 "$people"
    try careful allowed selectall "$views"
    as careful -c 'select id, status, sender from quo.messages' -o /dev/null 2>&1)"
content="messages.body messages.media messages.merge_state calls.voicemail_transcript
    calls.voicemail_recording_url calls.merge_state call_recordings.url call_summaries.summary
    call_summaries.next_steps call_summaries.jobs call_transcript_lines.content
    voicemails.transcript voicemails.recording_url voicemails.merge_state contacts.merge_state"
empty "but no content" "$(for column in $content; do
    as careful -c "select ${column#*.} from quo.${column%.*}" >/dev/null 2>"$work/error"
    grep -q 'permission denied' "$work/error" || echo "$column"
done)"
empty "nor any machinery, nor writing" "$(
    try careful refused select1 "$machinery event_payloads $partitions"
    try careful refused "insert update delete $ddl" "$tables")"
empty "a stranger may not do anything" "$(
    try stranger refused "select1 insert update delete $ddl" "$tables $partitions"
    try stranger refused select1 "$views event_payloads")"
empty "nobody but the owner may call the functions that act with its rights" "$(
    for user in reader1 careful stranger; do
        for call in "ensure_partitions()" "drop_partition(now())" "secure_views()"; do
            as $user -c "select quo.$call" >/dev/null 2>"$work/error"
            grep -q 'permission denied' "$work/error" || echo "$user: $call"
        done
    done)"
check "no function of the owner's rights can be led astray by a search path" \
    test "$(query -c "select count(*) from pg_proc where pronamespace = 'quo'::regnamespace
                       and prosecdef and not 'search_path=pg_catalog, quo, pg_temp' = any (proconfig)")" = 0
equal "everything belongs to the owner, who cannot log in" "$(query -c "
    select count(*) from pg_class where relnamespace = 'quo'::regnamespace
       and relowner <> 'quo_owner'::regrole
    union all select count(*) from pg_roles where rolname like 'quo\_%' and rolcanlogin")" "0
0"

# ---- row level security -----------------------------------------------------------------
ids() { as "$1" -c "select coalesce(string_agg(id, ' ' order by id), '-') from quo.$2"; }
equal "a reader sees the workspaces whose role was granted, and no others" \
    "$(ids reader1 contacts) $(ids reader2 contacts) $(ids reader0 contacts)" "c1 c2 -"
equal "also without content, and for the messages" "$(ids careful contacts) $(ids reader2 messages)" "c1 m2"
if [ "$(query -c "select current_setting('server_version_num')::int >= 150000")" = t ]; then
    equal "and through views" \
        "$(ids reader1 live_contacts) $(ids reader2 activities) $(ids reader0 activities)" "c1 m2 -"
fi
equal "a setting cannot open another workspace" \
    "$(as reader1 -c "set role quo_reader; select count(*) from quo.contacts where org_id = 'OR2'")" 0
equal "the worker sees all" "$(ids worker contacts)" "c1 c2"
query -c 'grant "quo_org_OR2" to reader1'
equal "who reads both workspaces sees both" "$(ids reader1 contacts)" "c1 c2"
query -c "
    insert into quo.messages (org_id, id, status_at, merge_state)
    select 'OR2', 'n' || n, now(), '' from generate_series(1, 20000) n; analyze quo.messages"
plan=$(as reader2 -c "explain select count(status) from quo.messages")
check "asking for the workspaces is not repeated for each row" \
    grep -q 'Index Cond.*readable_workspaces' <<<"$plan"

# ---- without a superuser ------------------------------------------------------------------
query -c "create role boss login createrole" -c "create database boss owner boss" -c "grant quo_owner to boss"
for file in "$TOP_SRCDIR"/sql/migrations/*.sql; do
    as boss -d boss -1 -f "$file" >/dev/null
done
check "the owner of the database makes the roles as well, with CREATEROLE" \
    as boss -d boss -1 -f "$TOP_SRCDIR/sql/scripts/roles.sql"
check "and makes them again" as boss -d boss -1 -f "$TOP_SRCDIR/sql/scripts/roles.sql"
equal "the owner of the schema may not create others" \
    "$(query -d boss -c "select has_database_privilege('quo_owner', 'boss', 'create')")" f

# ---- afterwards -----------------------------------------------------------------------
query -c "insert into quo.workspaces values ('OR3', 'three', 'UTC')"
roles
equal "a workspace that came later gets its role" \
    "$(query -c "select count(*) from pg_roles where rolname = 'quo_org_OR3'")" 1
query -c 'grant select on quo.inbox to quo_reader; grant select (body) on quo.messages to quo_reader_nocontent'
roles
empty "rights that were granted by hand are taken back" "$(try reader1 refused select1 inbox
    as careful -c 'select body from quo.messages' >/dev/null 2>"$work/error"
    grep -q 'permission denied' "$work/error" || echo 'messages.body')"
query -c "insert into quo.workspaces values (repeat('x', 60), 'long', 'UTC')"
check "an org_id that is too long for a role's name is refused" eval '! roles && grep -q "too long" "$work/error"'
finish
