-- A workspace made in the database, for tests/bench/reports.sh: :contacts contacts,
-- :messages messages and :calls calls of the 12 months up to now, in the order of
-- time, as webhooks bring them. Few people have much traffic, many have little;
-- one number in ten is no contact; lookups are missing at times.
select setseed(0.42) \gset

insert into quo.workspaces (org_id, name, timezone)
values ('ORbench', 'bench', 'America/New_York')
    on conflict (org_id) do update set timezone = excluded.timezone;

insert into quo.users (org_id, id, email, first_name, last_name, role, created_at, merge_state)
select 'ORbench', 'USbench' || n, 'user' || n || '@example.com', 'User', 'Number ' || n, 'member',
       now() - interval '2 years', '\x00'
  from generate_series(1, 20) as n;

insert into quo.phone_numbers (org_id, id, name, number, created_at, merge_state)
select 'ORbench', 'PNbench' || n, 'Line ' || n, '+1206555' || lpad(n::text, 4, '0'),
       now() - interval '2 years', '\x00'
  from generate_series(1, 10) as n;

insert into quo.custom_field_definitions (org_id, key, name, type, merge_state)
values ('ORbench', 'tier', 'Tier', 'string', '\x00'), ('ORbench', 'seats', 'Seats', 'number', '\x00');

insert into quo.contacts (org_id, id, first_name, last_name, company, source, external_id,
                          created_at, updated_at, deleted_at, synced_at, merge_state)
select 'ORbench', 'CTbench' || lpad(n::text, 10, '0'), 'First' || n % 997, 'Last' || n,
       case when n % 5 > 0 then 'Company ' || n % 20000 end,
       (array['csv', 'hubspot', 'openphone', null])[1 + n % 4], 'crm-' || n, at, at,
       case when n % 33 = 0 then at + interval '20 days' end, at, decode(repeat('ab', 132), 'hex')
  from (select n, now() - random() * interval '24 months' as at
          from generate_series(1, :contacts) as n) as made;

-- Every fiftieth shares the number of the one before it.
insert into quo.contact_phone_numbers (org_id, contact_id, position, value, e164)
select 'ORbench', 'CTbench' || lpad(n::text, 10, '0'), position, number, number
  from generate_series(1, :contacts) as n
  cross join lateral (values (1, '+1' || 2020000000 + n - (n % 50 = 0)::int),
                             (2, '+1' || 7020000000 + n)) as v (position, number)
 where position = 1 or n % 3 = 0;
insert into quo.contact_emails (org_id, contact_id, position, value)
select 'ORbench', 'CTbench' || lpad(n::text, 10, '0'), 1,
       'person' || n - (n % 80 = 0)::int || '@example.com'
  from generate_series(1, :contacts) as n
 where n % 5 < 3;
insert into quo.contact_custom_fields (org_id, contact_id, position, key, type, value_text, value_number)
select 'ORbench', 'CTbench' || lpad(n::text, 10, '0'), position, key, type, text, number
  from generate_series(1, :contacts) as n
  cross join lateral (values (1, 'tier', 'string', (array['gold', 'silver', 'none'])[1 + n % 3], null),
                             (2, 'seats', 'number', null, n % 12)) as v (position, key, type, text, number);

-- Who is on the other side (n beyond :contacts is no contact), on which line, when.
create temporary table happened as
select row_number() over (order by at) as seq, at, n, n % 10 + 1 as line, kind, chance, luck, lookup
  from (select now() - random() * interval '365 days' as at,
               floor(:contacts * 1.1 * random() ^ 2)::bigint + 1 as n,
               case when s <= :messages then 'message' else 'call' end as kind,
               random() as chance, random() as luck, random() as lookup
          from generate_series(1, :messages + :calls) as s) as made;

insert into quo.messages (org_id, id, direction, body, status, error_code, phone_number_id,
                          conversation_id, user_id, sender, recipients, contact_lookup, created_at,
                          status_at, merge_state)
select 'ORbench', 'ACbench' || seq, case when incoming then 'incoming' else 'outgoing' end,
       case when luck < 0.002 and incoming then 'STOP'
            else 'Message ' || seq || repeat(' and so on', 8) end,
       case when incoming then 'received' when luck < 0.02 then 'undelivered'
            when luck < 0.03 then 'failed' else 'delivered' end,
       case when not incoming and luck < 0.03 then (array['30003', '30005', '30007'])[1 + n % 3] end,
       'PNbench' || line, 'CNbench' || n,
       case when not incoming and luck > 0.95 then 'SYUbench' else 'USbench' || n % 20 + 1 end,
       case when incoming then theirs else ours end,
       array[case when incoming then ours else theirs end],
       case when lookup < 0.04 then 'unavailable' when lookup < 0.05 then null
            when n > :contacts then 'none' else 'matched' end,
       at, at + interval '2 s', decode(repeat('cd', 135), 'hex')
  from (select *, chance < 0.45 as incoming, '+1' || 2020000000 + n as theirs,
               '+1206555' || lpad(line::text, 4, '0') as ours
          from happened where kind = 'message') as made
 order by seq;

insert into quo.calls (org_id, id, direction, status, created_at, ringing_at, answered_at,
                       answered_by_user_id, completed_at, updated_at, duration_seconds, has_voicemail,
                       missed, menu_selection, menu_selection_name, menu_reason, phone_number_id,
                       conversation_id, user_id, workspace_participants, external_participants,
                       participants_resolution, contact_lookup, merge_state)
select 'ORbench', 'ACbench' || seq, case when incoming then 'incoming' else 'outgoing' end, status, at, at,
       case when status in ('answered', 'ai-handled') then at + interval '12 s' end,
       case when status = 'answered' and incoming then 'USbench' || seq % 20 + 1 end,
       at + interval '5 minutes', at + interval '5 minutes',
       case when status in ('answered', 'ai-handled') then floor(luck * 900) else 0 end,
       status = 'unanswered' and incoming and luck < 0.4, status = 'unanswered' and incoming,
       case when incoming and luck < 0.3 then (1 + n % 3)::text end,
       case when incoming and luck < 0.3 then (array['Sales', 'Support', 'Billing'])[1 + n % 3] end,
       case when incoming and luck < 0.3 then 'phone-menu-dial' end,
       'PNbench' || line, 'CNbench' || n, 'USbench' || n % 20 + 1, array[ours], array[theirs], 'available',
       case when lookup < 0.04 then 'unavailable' when lookup < 0.05 then null
            when n > :contacts then 'none' else 'matched' end,
       decode(repeat('ef', 350), 'hex')
  from (select *, chance < 0.5 as incoming, '+1' || 2020000000 + n as theirs,
               '+1206555' || lpad(line::text, 4, '0') as ours,
               case when luck < 0.05 then 'ai-handled' when luck < 0.1 then 'forwarded'
                    when luck < 0.14 then 'abandoned' when luck < 0.4 then 'unanswered'
                    else 'answered' end as status
          from happened where kind = 'call') as made
 order by seq;

insert into quo.voicemails (org_id, id, voicemail_id, call_id, direction, duration_seconds, from_number,
                            to_number, transcript, phone_number_id, conversation_id, user_id,
                            contact_lookup, external_participants, created_at, updated_at, merge_state)
select org_id, 'VMA' || id, 'VM' || id, id, 'incoming', 20, external_participants[1],
       workspace_participants[1], 'Please call me back.', phone_number_id, conversation_id, user_id,
       contact_lookup, external_participants, created_at + interval '1 minute',
       created_at + interval '1 minute', decode(repeat('12', 300), 'hex')
  from quo.calls
 where org_id = 'ORbench' and has_voicemail;

insert into quo.activity_contacts (org_id, activity_kind, activity_id, contact_id)
select org_id, 'message', id, 'CTbench' || lpad(substr(conversation_id, 8), 10, '0')
  from quo.messages where org_id = 'ORbench' and contact_lookup = 'matched'
union all
select org_id, 'call', id, 'CTbench' || lpad(substr(conversation_id, 8), 10, '0')
  from quo.calls where org_id = 'ORbench' and contact_lookup = 'matched'
union all
select org_id, 'voicemail', id, 'CTbench' || lpad(substr(conversation_id, 8), 10, '0')
  from quo.voicemails where org_id = 'ORbench' and contact_lookup = 'matched';

insert into quo.reconcile_runs (org_id, started_at, finished_at, parts, outcome, checked, repaired)
select 'ORbench', now() - n * interval '1 day', now() - n * interval '1 day' + interval '9 minutes',
       '{directory,contacts,calls,messages,deliveries}', 'done', 10000, n % 7
  from generate_series(1, 365) as n;

drop table happened;
vacuum analyze;
