-- What the reports (sql/reports) and people's own ask for again and again: local
-- time and names beside activities, working hours between two instants, the
-- values of custom fields as text, and which of them an activity has.

-- A person's name from its parts; null where both are missing or blank.
create function quo.person_name(first_name text, last_name text) returns text
    language sql immutable parallel safe
as $$
    select nullif(btrim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')
$$;
comment on function quo.person_name(text, text) is
    'First and last name as one; null where there is neither.';

-- How much working time lies between Monday 1969-12-29 and a local instant of 1970
-- or later: whole weeks, the working days of the week before its day, and the part
-- of the day itself. `days` are the working days, 1 is Monday. One expression, so
-- that it becomes part of the query that calls it.
create function quo.business_time(at timestamp, opens time, closes time, days text) returns interval
    language sql immutable parallel safe
as $$
    select (closes - opens)
           * ((at::date - date '1969-12-29') / 7
              * (7 - length(translate('1234567', days, '')))
              + length(translate(substr('1234567', 1, (at::date - date '1969-12-29') % 7),
                                 translate('1234567', days, ''), '')))
           + case when strpos(days, substr('1234567', (at::date - date '1969-12-29') % 7 + 1, 1)) = 0
                  then interval '0'
                  else greatest(least(at::time, closes), opens) - opens end
$$;
comment on function quo.business_time(timestamp, time, time, text) is
    'Working time from 1969-12-29 to a local instant, given opening hours and the working days (12345: Monday to Friday). Of use as a difference: business_seconds.';

-- Local clocks count, so a night in which clocks change has no more and no less
-- working time than any other.
create function quo.business_seconds(since timestamp, until timestamp, opens time, closes time,
                                     days text) returns numeric
    language sql immutable parallel safe
as $$
    select case when until >= since and closes > opens
                then extract(epoch from quo.business_time(until, opens, closes, days)
                                        - quo.business_time(since, opens, closes, days))::numeric end
$$;
comment on function quo.business_seconds(timestamp, timestamp, time, time, text) is
    'Seconds of working time between two local instants, given opening hours and the working days (12345: Monday to Friday); null where until is before since. It knows no holidays.';

-- New columns at the end: nothing else is changed. Joins that nobody asks a column
-- of are dropped by the planner.
create or replace view quo.activities as
select m.org_id,
       text 'message' collate "C" as kind,
       m.id,
       coalesce(m.created_at, m.status_at) as occurred_at,
       m.direction,
       m.status,
       quo.message_outcome(m.status) as outcome,
       m.user_id,
       case when m.direction = 'outgoing' then m.user_id end as handled_by_user_id,
       m.phone_number_id,
       m.conversation_id,
       -- An incoming group message went to the line and to others. The line's own
       -- number is known from the directory; without it, the sender alone is sure.
       case when m.direction = 'outgoing' then coalesce(m.recipients, '{}')
            when line.number is null then array_remove(array[m.sender], null)
            else array_remove(array_remove(m.sender || m.recipients, null), line.number)
       end as external_identifiers,
       coalesce(links.contact_ids, '{}') as contact_ids,
       m.contact_lookup,
       coalesce(m.created_at, m.status_at) at time zone coalesce(w.timezone, 'UTC') as occurred_local,
       quo.person_name(owner.first_name, owner.last_name) as user_name,
       case when m.direction = 'outgoing'
            then quo.person_name(owner.first_name, owner.last_name) end as handled_by,
       coalesce(nullif(line.name, ''), line.number) as line_name,
       m.created_at,
       null::numeric as duration_seconds
  from quo.messages m
  left join quo.workspaces w on w.org_id = m.org_id
  left join quo.users owner on owner.org_id = m.org_id and owner.id = m.user_id
  left join quo.phone_numbers line on line.org_id = m.org_id and line.id = m.phone_number_id
  left join (select org_id, activity_id, array_agg(contact_id order by contact_id) as contact_ids
               from quo.activity_contacts
              where activity_kind = 'message'
              group by org_id, activity_id) links
         on links.org_id = m.org_id and links.activity_id = m.id
union all
select c.org_id,
       'call',
       c.id,
       coalesce(c.created_at, least(c.ringing_at, c.answered_at, c.completed_at, c.updated_at)),
       c.direction,
       coalesce(c.status, c.rest_status),
       quo.call_outcome(coalesce(c.status, c.rest_status), c.direction, c.answered_at is not null,
                        c.ai_handled is not null,
                        c.has_voicemail or c.voicemail_id is not null or left_one.call_id is not null,
                        c.missed),
       c.user_id,
       case when c.direction = 'outgoing' then coalesce(c.initiated_by_user_id, c.user_id)
            else c.answered_by_user_id end,
       c.phone_number_id,
       c.conversation_id,
       coalesce(c.external_participants, '{}'),
       coalesce(links.contact_ids, '{}'),
       c.contact_lookup,
       coalesce(c.created_at, least(c.ringing_at, c.answered_at, c.completed_at, c.updated_at))
           at time zone coalesce(w.timezone, 'UTC'),
       quo.person_name(owner.first_name, owner.last_name),
       quo.person_name(handler.first_name, handler.last_name),
       coalesce(nullif(line.name, ''), line.number),
       c.created_at,
       c.duration_seconds
  from quo.calls c
  left join quo.workspaces w on w.org_id = c.org_id
  left join quo.users owner on owner.org_id = c.org_id and owner.id = c.user_id
  left join quo.users handler
         on handler.org_id = c.org_id
        and handler.id = case when c.direction = 'outgoing'
                              then coalesce(c.initiated_by_user_id, c.user_id)
                              else c.answered_by_user_id end
  left join quo.phone_numbers line on line.org_id = c.org_id and line.id = c.phone_number_id
  left join (select org_id, call_id
               from quo.voicemails
              where call_id is not null
              group by org_id, call_id) left_one
         on left_one.org_id = c.org_id and left_one.call_id = c.id
  left join (select org_id, activity_id, array_agg(contact_id order by contact_id) as contact_ids
               from quo.activity_contacts
              where activity_kind = 'call'
              group by org_id, activity_id) links
         on links.org_id = c.org_id and links.activity_id = c.id
union all
select v.org_id,
       'voicemail',
       v.id,
       coalesce(v.created_at, v.updated_at),
       v.direction,
       null,
       null,
       v.user_id,
       null,
       v.phone_number_id,
       v.conversation_id,
       case when cardinality(v.external_participants) > 0 then v.external_participants
            else array_remove(array[case when v.direction = 'outgoing' then v.to_number
                                         else v.from_number end], null) end,
       coalesce(links.contact_ids, '{}'),
       v.contact_lookup,
       coalesce(v.created_at, v.updated_at) at time zone coalesce(w.timezone, 'UTC'),
       quo.person_name(owner.first_name, owner.last_name),
       null,
       coalesce(nullif(line.name, ''), line.number),
       v.created_at,
       v.duration_seconds
  from quo.voicemails v
  left join quo.workspaces w on w.org_id = v.org_id
  left join quo.users owner on owner.org_id = v.org_id and owner.id = v.user_id
  left join quo.phone_numbers line on line.org_id = v.org_id and line.id = v.phone_number_id
  left join (select org_id, activity_id, array_agg(contact_id order by contact_id) as contact_ids
               from quo.activity_contacts
              where activity_kind = 'voicemail'
              group by org_id, activity_id) links
         on links.org_id = v.org_id and links.activity_id = v.id
union all
-- A voicemail that REST alone knows: it has no activity id, so it shows under its own.
select c.org_id,
       'voicemail',
       c.voicemail_id,
       coalesce(c.completed_at, c.created_at, c.updated_at),
       c.direction,
       null,
       null,
       c.user_id,
       null,
       c.phone_number_id,
       c.conversation_id,
       coalesce(c.external_participants, '{}'),
       coalesce(links.contact_ids, '{}'),
       c.contact_lookup,
       coalesce(c.completed_at, c.created_at, c.updated_at) at time zone coalesce(w.timezone, 'UTC'),
       quo.person_name(owner.first_name, owner.last_name),
       null,
       coalesce(nullif(line.name, ''), line.number),
       null,
       c.voicemail_duration_seconds
  from quo.calls c
  left join quo.workspaces w on w.org_id = c.org_id
  left join quo.users owner on owner.org_id = c.org_id and owner.id = c.user_id
  left join quo.phone_numbers line on line.org_id = c.org_id and line.id = c.phone_number_id
  left join (select org_id, activity_id, array_agg(contact_id order by contact_id) as contact_ids
               from quo.activity_contacts
              where activity_kind = 'call'
              group by org_id, activity_id) links
         on links.org_id = c.org_id and links.activity_id = c.id
 where c.voicemail_id is not null
   and not exists (select from quo.voicemails v
                    where v.org_id = c.org_id and v.call_id = c.id)
   and not exists (select from quo.voicemails v
                    where v.org_id = c.org_id and v.voicemail_id = c.voicemail_id);
comment on column quo.activities.occurred_local is 'occurred_at in the workspace''s time zone (workspaces.timezone).';
comment on column quo.activities.user_name is 'The name of user_id, from the directory; null where it is not known.';
comment on column quo.activities.handled_by is 'The name of handled_by_user_id, from the directory.';
comment on column quo.activities.line_name is 'The line''s name, else its number, from the directory.';
comment on column quo.activities.created_at is 'occurred_at where Quo told when the activity was made, else null. An index answers conditions on it: (created_at >= ... or created_at is null) and occurred_at >= ...';
comment on column quo.activities.duration_seconds is 'How long the call, or the voicemail, lasted, in seconds; null for messages and for calls that never connected.';

create view quo.contact_field_values as
select f.org_id, f.contact_id, f.key, coalesce(d.name, f.name, f.key) as name, v.value
  from quo.contact_custom_fields f
  left join quo.custom_field_definitions d on d.org_id = f.org_id and d.key = f.key
  cross join lateral (
       select coalesce(f.value_text, f.value_number::text, f.value_boolean::text,
                       to_char(f.value_date at time zone 'UTC', 'YYYY-MM-DD'),
                       f.value_json #>> '{}') as value
        where f.value_list is null
       union all
       select element
         from unnest(f.value_list) as list (element)) v
 where v.value <> '';
comment on view quo.contact_field_values is 'The values of custom fields as text, a row for each; of a list, a row for each of its elements. Empty values are left out.';
comment on column quo.contact_field_values.org_id is 'The workspace.';
comment on column quo.contact_field_values.contact_id is 'contacts.id.';
comment on column quo.contact_field_values.key is 'The field (custom_field_definitions.key).';
comment on column quo.contact_field_values.name is 'What people call the field.';
comment on column quo.contact_field_values.value is 'The value: true or false of a boolean, YYYY-MM-DD of a date.';

create view quo.activity_field_values as
select r.org_id, r.activity_kind, r.activity_id, r.contact_id, f.key, f.name, f.value
  from quo.activity_contacts_resolved r
  join quo.contact_field_values f on f.org_id = r.org_id and f.contact_id = r.contact_id;
comment on view quo.activity_field_values is 'The custom fields of the contacts of an activity: what an activity can be filtered and grouped by. An activity has a row for each contact and value: count it once.';
comment on column quo.activity_field_values.org_id is 'The workspace.';
comment on column quo.activity_field_values.activity_kind is 'message, call or voicemail (activities.kind).';
comment on column quo.activity_field_values.activity_id is 'activities.id.';
comment on column quo.activity_field_values.contact_id is 'The contact that has the value (contacts.id); a deleted one has none.';
comment on column quo.activity_field_values.key is 'The field (custom_field_definitions.key).';
comment on column quo.activity_field_values.name is 'What people call the field.';
comment on column quo.activity_field_values.value is 'The value, as contact_field_values gives it.';
