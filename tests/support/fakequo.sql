-- Where the mirror shows otherwise than the fake Quo: a line for each difference.
-- An independent statement of what REST's objects must become; run by
-- fakequo.sh beside the dumps of the fake Quo.

create temp table fake (kind text, item jsonb);
\set items `cat contact.json`
insert into fake select 'contact', jsonb_array_elements(:'items'::jsonb);
\set items `cat call.json`
insert into fake select 'call', jsonb_array_elements(:'items'::jsonb);
\set items `cat message.json`
insert into fake select 'message', jsonb_array_elements(:'items'::jsonb);
\set items `cat user.json`
insert into fake select 'user', jsonb_array_elements(:'items'::jsonb);
\set items `cat number.json`
insert into fake select 'number', jsonb_array_elements(:'items'::jsonb);
\set items `cat field.json`
insert into fake select 'field', jsonb_array_elements(:'items'::jsonb);

-- Both sides in one form: what, whose, and a row of text.
create temp view expected as
select 'contact' as what, item ->> 'id' as id,
       row (item #>> '{defaultFields,firstName}', item #>> '{defaultFields,lastName}',
            item #>> '{defaultFields,company}', item #>> '{defaultFields,role}', item ->> 'source',
            item ->> 'externalId', item ->> 'sourceUrl', item ->> 'createdByUserId',
            (item ->> 'createdAt')::timestamptz, (item ->> 'updatedAt')::timestamptz)::text as value
  from fake
 where kind = 'contact'
union all
select 'phone number of contact', item ->> 'id',
       row (row_number() over (partition by item ->> 'id' order by place), n ->> 'value',
            case when translate(n ->> 'value', ' .-()', '') ~ '^\+[1-9][0-9]{7,14}$'
                 then translate(n ->> 'value', ' .-()', '') end,
            n ->> 'name')::text
  from fake,
       jsonb_array_elements(item #> '{defaultFields,phoneNumbers}') with ordinality as x (n, place)
 where kind = 'contact'
   and n ->> 'value' is not null
union all
select 'email of contact', item ->> 'id', row (place, n ->> 'value', n ->> 'name')::text
  from fake, jsonb_array_elements(item #> '{defaultFields,emails}') with ordinality as x (n, place)
 where kind = 'contact'
union all
select 'field of contact', item ->> 'id',
       row (place,
            case f ->> 'name' when 'Lead score' then 'lead-score' when 'VIP' then 'vip'
                              when 'Renewal date' then 'renewal-date' when 'Services' then 'services'
                              else 'notes' end,
            f ->> 'id', f ->> 'name', f ->> 'type',
            case f ->> 'type'
                when 'number' then trim_scale((f ->> 'value')::numeric)::text
                when 'date' then ((f ->> 'value')::timestamptz)::text
                when 'multi-select' then coalesce((select array_agg(v order by o)
                                                     from jsonb_array_elements_text(
                                                              case jsonb_typeof(f -> 'value')
                                                                  when 'array' then f -> 'value'
                                                                  else '[]' end)
                                                              with ordinality as y (v, o)),
                                                  '{}')::text
                else f ->> 'value' end)::text
  from fake, jsonb_array_elements(item -> 'customFields') with ordinality as x (f, place)
 where kind = 'contact'
union all
select 'message', item ->> 'id',
       row (item ->> 'direction', item ->> 'text', item ->> 'status', item -> 'media',
            item ->> 'phoneNumberId', item ->> 'conversationId', item ->> 'userId', item ->> 'from',
            (select array_agg(v) from jsonb_array_elements_text(item -> 'to') as y (v)),
            (item ->> 'createdAt')::timestamptz)::text
  from fake
 where kind = 'message'
union all
select 'call', item ->> 'id',
       row (item ->> 'direction', item ->> 'status', (item ->> 'createdAt')::timestamptz,
            (item ->> 'answeredAt')::timestamptz, (item ->> 'completedAt')::timestamptz,
            (item ->> 'updatedAt')::timestamptz, item ->> 'duration', item ->> 'initiatedBy',
            item ->> 'aiHandled', item ->> 'forwardedFrom', item ->> 'forwardedTo',
            item ->> 'phoneNumberId', item ->> 'actorId', item ->> 'answeredBy',
            item #>> '{voicemail,id}', item #>> '{voicemail,duration}',
            item #>> '{voicemail,transcript}', item #>> '{voicemail,recordingUrl}')::text
  from fake
 where kind = 'call'
union all
select 'participants of call', item ->> 'id',
       row ((select array_agg(p ->> 'phoneNumber') from jsonb_array_elements(item -> 'participants') as y (p)
              where p ->> 'actorId' is not null),
            (select array_agg(p ->> 'phoneNumber') from jsonb_array_elements(item -> 'participants') as y (p)
              where p ->> 'actorId' is null))::text
  from fake
 where kind = 'call'
union all
-- REST names no contacts: they are those who own the number outside.
select 'contact of call', c.item ->> 'id', k.item ->> 'id'
  from fake c, fake k
 where c.kind = 'call'
   and k.kind = 'contact'
   and exists (select
                 from jsonb_array_elements(c.item -> 'participants') as x (p),
                      jsonb_array_elements(k.item #> '{defaultFields,phoneNumbers}') as y (n)
                where p ->> 'actorId' is null
                  and p ->> 'phoneNumber' = n ->> 'value')
union all
select 'summary of call', item ->> 'id',
       row (item #>> '{summary,status}', item #> '{summary,summary}', item #> '{summary,nextSteps}',
            item #> '{summary,jobs}')::text
  from fake
 where kind = 'call'
union all
select 'recording of call', item ->> 'id',
       row (place, r ->> 'id', r ->> 'duration', (r ->> 'startTime')::timestamptz, r ->> 'type',
            r ->> 'url')::text
  from fake, jsonb_array_elements(item -> 'recordings') with ordinality as x (r, place)
 where kind = 'call'
union all
-- One timeline: a segment's offsets count from its own start.
select 'line of call', item ->> 'id',
       row (row_number() over (partition by item ->> 'id' order by s, l), d ->> 'content',
            trim_scale((d ->> 'start')::numeric + began::numeric),
            trim_scale((d ->> 'end')::numeric + began::numeric),
            d ->> 'identifier', d ->> 'actorId')::text
  from fake, jsonb_array_elements(item -> 'transcripts') with ordinality as x (t, s),
       extract(epoch from (t ->> 'startTime')::timestamptz
                          - (item #>> '{transcripts,0,startTime}')::timestamptz) as z (began),
       jsonb_array_elements(t -> 'dialogue') with ordinality as y (d, l)
 where kind = 'call'
union all
select 'transcript of call', item ->> 'id',
       row ('completed', (item #>> '{transcripts,0,createdAt}')::timestamptz,
            (select trim_scale(sum((t ->> 'duration')::numeric))
               from jsonb_array_elements(item -> 'transcripts') as x (t)))::text
  from fake
 where kind = 'call'
   and jsonb_array_length(item -> 'transcripts') > 0
union all
select 'user', item ->> 'id',
       row (item ->> 'email', item ->> 'firstName', item ->> 'lastName', item ->> 'role',
            item ->> 'pictureUrl', (item ->> 'createdAt')::timestamptz,
            (item ->> 'updatedAt')::timestamptz)::text
  from fake
 where kind = 'user'
union all
select 'number', item ->> 'id',
       row (item ->> 'groupId', item ->> 'name', item ->> 'phoneNumber', item ->> 'formattedNumber',
            item ->> 'portingStatus', item ->> 'symbol', (item ->> 'createdAt')::timestamptz,
            (item ->> 'updatedAt')::timestamptz)::text
  from fake
 where kind = 'number'
union all
select 'definition of field', item ->> 'key', row (item ->> 'name', item ->> 'type')::text
  from fake
 where kind = 'field';

create temp view shown as
select 'contact' as what, id,
       row (first_name, last_name, company, role, source, external_id, source_url,
            created_by_user_id, created_at, updated_at)::text as value
  from quo.live_contacts
union all
select 'phone number of contact', contact_id, row (position, value, e164, label)::text
  from quo.contact_phone_numbers n
 where exists (select from quo.live_contacts c where c.id = n.contact_id)
union all
select 'email of contact', contact_id, row (position, value, label)::text
  from quo.contact_emails n
 where exists (select from quo.live_contacts c where c.id = n.contact_id)
union all
select 'field of contact', contact_id,
       row (position, key, field_id, name, type,
            coalesce(value_text, trim_scale(value_number)::text, value_boolean::text, value_date::text,
                     value_list::text, value_json::text))::text
  from quo.contact_custom_fields n
 where exists (select from quo.live_contacts c where c.id = n.contact_id)
union all
select 'message', id,
       row (direction, body, status, coalesce(media, '[]'), phone_number_id, conversation_id,
            -- (Of incoming ones events know more: the owner of the line.)
            case when direction = 'outgoing' then user_id end, sender, recipients, created_at)::text
  from quo.messages
union all
select 'call', id,
       row (direction, rest_status, created_at, answered_at, completed_at, updated_at,
            duration_seconds, initiated_by_user_id, ai_handled, forwarded_from, forwarded_to,
            phone_number_id, user_id, answered_by_user_id, voicemail_id,
            voicemail_duration_seconds, voicemail_transcript, voicemail_recording_url)::text
  from quo.calls
union all
select 'participants of call', id, row (workspace_participants, external_participants)::text
  from quo.calls
union all
select 'contact of call', activity_id, contact_id
  from quo.activity_contacts_resolved
 where activity_kind = 'call'
   and match_source = 'phone'
union all
select 'summary of call', call_id,
       row (status, coalesce(to_jsonb(summary), 'null'), coalesce(to_jsonb(next_steps), 'null'),
            coalesce(jobs, 'null'))::text
  from quo.call_summaries
union all
select 'recording of call', call_id,
       row (position, recording_id, duration_seconds, started_at, type, url)::text
  from quo.call_recordings
union all
select 'line of call', call_id,
       row (position, content, trim_scale(start_seconds), trim_scale(end_seconds), identifier,
            user_id)::text
  from quo.call_transcript_lines
union all
select 'transcript of call', call_id,
       row (status, created_at, trim_scale(duration_seconds))::text
  from quo.call_transcripts
union all
select 'user', id,
       row (email, first_name, last_name, role, picture_url, created_at, updated_at)::text
  from quo.users
 where gone_at is null
union all
select 'number', id,
       row (group_id, name, number, formatted, porting_status, symbol, created_at, updated_at)::text
  from quo.phone_numbers
 where gone_at is null
union all
select 'definition of field', key, row (name, type)::text
  from quo.custom_field_definitions;

create temp view differences as
select side || ' ' || what || ' ' || id || ': ' || value as difference
  from (select 'missing' as side, e.* from (table expected except all table shown) e
        union all
        select 'unexpected', s.* from (table shown except all table expected) s) d;

select difference
  from differences
 order by substr(difference, strpos(difference, ' ')), 1
 limit 40;
