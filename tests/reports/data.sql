-- The data set of the reports' tests: March 2025 in New York, where clocks go from
-- 02:00 EST (-05) to 03:00 EDT (-04) in the night to Sunday the 9th, and the night
-- to Sunday, November 2, where 01:30 comes twice. Each row says which trap it is.

insert into quo.workspaces (org_id, name, timezone)
values ('OR1', 'one', 'America/New_York'), ('OR2', 'two', 'UTC')
    on conflict (org_id) do update set timezone = excluded.timezone;

insert into quo.users (org_id, id, email, first_name, last_name, created_at, updated_at, gone_at, merge_state)
values ('OR1', 'USada', 'ada@example.com', 'Ada', 'Byron', '2025-01-01Z', '2025-01-01Z', null, ''),
       ('OR1', 'USbob', 'bob@example.com', '', ' ', '2025-01-02Z', '2025-01-02Z', null, ''),   -- no name: the address
       ('OR1', 'USidle', null, 'Idle', null, '2025-01-03Z', '2025-01-03Z', null, ''),          -- did nothing
       ('OR1', 'USgone', null, 'Gone', null, '2025-01-04Z', '2025-01-04Z', '2025-02-01Z', ''); -- did nothing, and left
insert into quo.phone_numbers (org_id, id, name, number, created_at, updated_at, merge_state)
values ('OR1', 'PN1', 'Front desk', '+12065550100', '2025-01-01Z', '2025-01-05Z', ''),
       ('OR1', 'PN2', '', '+12065550142', '2025-01-01Z', '2025-01-01Z', '');                   -- no name: the number

-- ---- contacts ----------------------------------------------------------------------------
insert into quo.contacts (org_id, id, first_name, last_name, company, source, created_at, updated_at,
                          deleted_at, synced_at, merge_state)
values ('OR1', 'c1', 'Dee', 'Park', 'Acme', 'csv', '2025-03-03 15:00Z', '2025-03-03 15:00Z', null, now(), ''),
       ('OR1', 'c2', 'Bo', null, ' acme ', 'crm', '2025-03-04 15:00Z', '2025-03-04 15:00Z', null, now(), ''),
       ('OR1', 'c3', 'Chidi', 'Okafor', 'Zeta', 'csv', '2025-03-10 03:30Z', '2025-03-10 03:30Z', null, now(), ''), -- Sunday there
       -- Deleted: without its number, but with its links.
       ('OR1', 'c4', 'Lost', 'Soul', 'Acme', null, '2025-02-01 15:00Z', '2025-03-20 15:00Z', '2025-03-20 15:00Z', now(), ''),
       -- c1 once more: the same number and address.
       ('OR1', 'c5', null, null, 'Dee P.', 'crm', '2025-03-12 15:00Z', '2025-03-12 15:00Z', null, now(), ''),
       ('OR2', 'c1', 'Other', 'Workspace', 'Acme', 'csv', '2025-03-03 15:00Z', '2025-03-03 15:00Z', null, now(), '');
insert into quo.contact_phone_numbers (org_id, contact_id, position, value, e164)
values ('OR1', 'c1', 1, '+1 312-555-0188', '+13125550188'), ('OR1', 'c1', 2, '+13125550188', '+13125550188'), -- twice
       ('OR1', 'c2', 1, '+16465550123', '+16465550123'),
       ('OR1', 'c3', 1, '+15875550155', '+15875550155'), ('OR1', 'c3', 2, '555-0166', null),
       ('OR1', 'c5', 1, '+13125550188', '+13125550188'), ('OR1', 'c5', 2, '5550166', null),  -- equal by digits
       ('OR2', 'c1', 1, '+16465550123', '+16465550123');                                     -- another workspace's
insert into quo.contact_emails (org_id, contact_id, position, value)
values ('OR1', 'c1', 1, 'dee@example.com'), ('OR1', 'c1', 2, 'DEE@example.com'),
       ('OR1', 'c5', 1, ' Dee@Example.com'), ('OR1', 'c3', 1, 'chidi@example.com'),
       ('OR2', 'c1', 1, 'chidi@example.com');
insert into quo.custom_field_definitions (org_id, key, name, type, merge_state)
values ('OR1', 'tier', 'Tier', 'string', ''), ('OR1', 'tags', 'Tags', 'multi-select', '');
insert into quo.contact_custom_fields (org_id, contact_id, position, key, type, value_text, value_list)
values ('OR1', 'c1', 1, 'tier', 'string', 'gold', null), ('OR1', 'c2', 1, 'tier', 'string', 'silver', null),
       ('OR1', 'c3', 1, 'tier', 'string', 'gold', null),
       ('OR1', 'c3', 2, 'tags', 'multi-select', null, '{vip,"late payer"}'),
       ('OR2', 'c1', 1, 'tier', 'string', 'gold', null);

-- ---- calls ---------------------------------------------------------------------------------
create function call(id text, at timestamptz, direction text, status text, number text[], seconds numeric,
                     contacts text[], lookup text, line text default 'PN1', answered_by text default null,
                     placed_by text default null, owner text default 'USada') returns void
    language sql as $$
    insert into quo.calls (org_id, id, direction, status, created_at, answered_at, answered_by_user_id,
                           initiated_by_user_id, duration_seconds, missed, phone_number_id, user_id,
                           external_participants, contact_lookup, merge_state)
    values ('OR1', id, direction, status, at, case when status = 'answered' then at end, answered_by,
            placed_by, seconds,
           direction = 'incoming' and status is not distinct from 'unanswered', line, owner, number, lookup, '');
    insert into quo.activity_contacts select 'OR1', 'call', id, c from unnest(contacts) as t (c)
$$;
select call('k1 missed, a text back from another line', '2025-03-03 15:00Z', 'incoming', 'unanswered',
            '{+13125550188}', null, '{c1}', 'matched'),
       call('k2 missed, called back after six hours', '2025-03-04 15:00Z', 'incoming', 'unanswered',
            '{+16465550123}', null, '{c2}', 'matched'),
       call('k3 voicemail before midnight', '2025-03-06 04:50Z', 'incoming', 'unanswered',
            '{+15875550155}', 0, '{c3}', 'matched'),
       call('k4 forwarded', '2025-03-06 15:00Z', 'incoming', 'forwarded', '{+13125550188}', 60, '{c1}', 'matched'),
       call('k5 handled by AI', '2025-03-06 16:00Z', 'incoming', 'ai-handled', '{+14155550199}', 90, '{}', 'none'),
       call('k6 anonymous', '2025-03-07 13:00Z', 'incoming', 'unanswered', '{anonymous}', null, '{}', 'none'),
       call('k7 abandoned, answered by AI and a text that failed', '2025-03-07 14:00Z', 'incoming', 'abandoned',
            '{+14155550199}', null, '{}', 'none'),
       call('k8 past midnight and the change of clocks', '2025-03-09 04:58Z', 'incoming', 'answered',
            '{+13125550188}', 9000, '{c1}', 'matched', answered_by => 'USbob'),
       call('k9 three contacts', '2025-03-10 18:00Z', 'outgoing', 'answered',
            '{+13125550188,+16465550123,+15875550155}', 600, '{c1,c2,c3}', 'matched', placed_by => 'USada',
            owner => 'USbob'),
       call('k10 the call back of k2, in vain', '2025-03-04 21:00Z', 'outgoing', 'unanswered', '{+16465550123}', 0,
            '{c2}', 'matched', line => 'PN2', owner => 'USbob'),
       call('k11 missed, called again an hour later', '2025-03-12 14:00Z', 'incoming', 'unanswered',
            '{+16465550123}', null, '{c2}', 'matched'),
       call('k12 and was answered; REST alone knows', '2025-03-12 15:00Z', 'incoming', null, '{+16465550123}', 30,
            '{}', null, line => 'PN2', answered_by => 'USada'),
       call('k13 menu, answered', '2025-03-13 16:00Z', 'incoming', 'answered', '{+13125550188}', 120, '{c1}',
            'matched', answered_by => 'USbob'),
       call('k14 menu, voicemail', '2025-03-13 15:00Z', 'incoming', 'unanswered', '{+15875550155}', 0, '{c3}', 'matched'),
       call('k15 the call back of k14', '2025-03-14 17:00Z', 'outgoing', 'answered', '{+15875550155}', 300, '{c3}',
            'matched'),
       call('k16 menu, no choice', '2025-03-14 19:00Z', 'incoming', 'abandoned', '{+13125550188}', null, '{c1}', 'matched');
update quo.calls set rest_status = 'completed', answered_at = created_at where id like 'k12%';
update quo.calls set menu_selection = '1', menu_selection_name = 'Sales', menu_reason = 'phone-menu-dial' where id like 'k13%';
update quo.calls set menu_selection = '2', menu_selection_name = 'Support', menu_reason = 'phone-menu-voicemail' where id like 'k14%';
update quo.calls set menu_reason = 'phone-menu-abandoned' where id like 'k16%';
insert into quo.voicemails (org_id, id, call_id, direction, duration_seconds, from_number, to_number,
                            phone_number_id, user_id, contact_lookup, external_participants, created_at, updated_at, merge_state)
select org_id, replace(id, 'k', 'v'), id, 'incoming', 20, external_participants[1], '+12065550100', 'PN1', user_id,
       contact_lookup, external_participants, created_at + interval '2 minutes', created_at + interval '2 minutes', ''
  from quo.calls where id like 'k3 %' or id like 'k14%';
insert into quo.activity_contacts
select org_id, 'voicemail', id, 'c3' from quo.voicemails;
-- A call of which only a summary tells: it belongs to no day.
insert into quo.calls (org_id, id, missed, merge_state) values ('OR1', 'k17 nothing but a name', false, '');

-- ---- messages ------------------------------------------------------------------------------
create function message(id text, at timestamptz, direction text, status text, theirs text[], contacts text[],
                        lookup text, line text default 'PN1', sender text default 'USada', body text default 'Hello',
                        code text default null) returns void
    language sql as $$
    insert into quo.messages (org_id, id, direction, body, status, error_code, phone_number_id, user_id, sender,
                              recipients, contact_lookup, created_at, status_at, merge_state)
    select 'OR1', message.id, direction, body, status, code, line, sender,
           case when direction = 'incoming' then theirs[1] else number end,
           case when direction = 'incoming' then number || theirs[2:] else theirs end, lookup, at, at, ''
      from quo.phone_numbers where org_id = 'OR1' and phone_numbers.id = line;
    insert into quo.activity_contacts select 'OR1', 'message', message.id, c from unnest(contacts) as t (c)
$$;
select message('m1 in the hour before clocks change', '2025-03-09 06:59Z', 'incoming', 'received', '{+13125550188}',
               '{c1}', 'matched'),
       message('m2 a minute later it is three', '2025-03-09 07:00Z', 'incoming', 'received', '{+13125550188}',
               '{c1}', 'matched'),
       message('m3 the answer to both', '2025-03-10 13:30Z', 'outgoing', 'delivered', '{+13125550188}', '{c1}', 'matched'),
       message('m4 a group message', '2025-03-13 18:00Z', 'incoming', 'received',
               '{+16465550123,+13125550188,+15875550155}', '{c1,c2,c3}', 'matched'),
       message('m5 and its answer', '2025-03-14 20:00Z', 'outgoing', 'delivered',
               '{+16465550123,+13125550188,+15875550155}', '{c1,c2,c3}', 'matched'),
       message('m6 Quo could not look', '2025-03-17 14:00Z', 'incoming', 'received', '{+15875550155}', '{}',
               'unavailable', line => 'PN2'),
       message('m7 an answer that did not arrive', '2025-03-17 15:00Z', 'outgoing', 'undelivered', '{+15875550155}',
               '{c3}', 'matched', line => 'PN2', sender => 'USbob', code => '30007'),
       message('m8 opts out', '2025-03-18 14:00Z', 'incoming', 'received', '{+14155550199}', '{}', 'none', body => 'Stop.'),
       message('m9 written to all the same', '2025-03-19 14:00Z', 'outgoing', 'delivered', '{+14155550199}', '{}',
               'none', sender => 'USbob'),
       message('m10 a short code', '2025-03-19 15:00Z', 'incoming', 'received', '{24365}', '{}', 'none'),
       message('m11 a contact that was deleted later', '2025-03-15 16:00Z', 'incoming', 'received', '{+17775550100}',
               '{c4}', 'matched'),
       message('m12 opts out', '2025-03-20 14:00Z', 'incoming', 'received', '{+13125550188}', '{c1}', 'matched',
               line => 'PN2', body => ' STOP '),
       message('m13 and in again', '2025-03-21 14:00Z', 'incoming', 'received', '{+13125550188}', '{c1}', 'matched',
               line => 'PN2', body => 'start'),
       message('m14 not an opt-out', '2025-03-21 15:00Z', 'incoming', 'received', '{+13125550188}', '{c1}', 'matched',
               line => 'PN2', body => 'Please stop calling'),
       message('m15 the text back of k1', '2025-03-03 16:30Z', 'outgoing', 'delivered', '{+13125550188}', '{c1}',
               'matched', line => 'PN2', sender => 'USbob'),
       message('m16 by Quo''s AI', '2025-03-07 14:01Z', 'outgoing', 'sent', '{+14155550199}', '{}', 'none',
               sender => 'SYUrobot'),
       message('m17 it failed', '2025-03-07 15:00Z', 'outgoing', 'failed', '{+14155550199}', '{}', 'none', code => '30003'),
       message('m18 half past one, the first time', '2025-11-02 05:30Z', 'incoming', 'received', '{+16465550123}',
               '{c2}', 'matched'),
       message('m19 half past one, the second time', '2025-11-02 06:30Z', 'incoming', 'received', '{+16465550123}',
               '{c2}', 'matched');
-- Another workspace's, in the same week, with the same ids.
insert into quo.messages (org_id, id, direction, body, status, phone_number_id, user_id, sender, recipients,
                          contact_lookup, created_at, status_at, merge_state)
values ('OR2', 'm1 in the hour before clocks change', 'outgoing', 'STOP', 'delivered', 'PN1', 'USada', '+1',
        '{+15875550155,+17775550100,+14155550199}', 'matched', '2025-03-22 14:00Z', '2025-03-22 14:00Z', '');
insert into quo.activity_contacts values ('OR2', 'message', 'm1 in the hour before clocks change', 'c1');

-- ---- machinery ------------------------------------------------------------------------------
insert into quo.reconcile_runs (org_id, started_at, finished_at, parts, dry_run, outcome, checked, repaired, counts)
values ('OR1', '2025-03-09 04:30Z', '2025-03-09 04:40Z', '{contacts}', false, 'done', 100, 3, '{}'), -- Saturday there
       ('OR1', '2025-03-10 07:30Z', '2025-03-10 07:40Z', '{deliveries}', false, 'done', 50, 2,
        '{"deliveries": {"lost": 4, "fetched": 2}}'),
       ('OR1', '2025-03-10 08:30Z', null, '{calls}', false, 'running', 0, 0, '{}'),
       ('OR1', '2025-03-10 09:30Z', '2025-03-10 09:40Z', '{calls}', true, 'done', 70, 7, '{}'),       -- a dry run
       ('OR2', '2025-03-10 09:30Z', '2025-03-10 09:40Z', '{calls}', false, 'done', 70, 7, '{}');
insert into quo.dead_letters (org_id, webhook_id, received_at, failed_at, attempts, reason, discarded_at)
values ('OR1', 'w1', '2025-03-10 12:00Z', '2025-03-10 12:00Z', 1, 'no id', null),
       ('OR1', 'w2', '2025-03-11 12:00Z', '2025-03-11 12:00Z', 1, 'no id', null),
       ('OR1', 'w3', '2025-03-11 12:00Z', '2025-03-11 12:00Z', 1, 'no id', '2025-03-12Z');
drop function call, message;
