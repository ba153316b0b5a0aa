-- The views that people query. Each joins by org_id everywhere, so that one
-- workspace's query stays within it; contact_ids is a LEFT JOIN of an aggregate
-- (a correlated subquery cannot be distributed), which the planner drops where
-- nobody asks for the column. Views without a SECURITY clause run with their
-- owner's rights: quo.secure_views() sees to that.

create view quo.live_contacts as
select org_id, id, first_name, last_name, company, role, location, source, external_id, source_url,
       created_by_user_id, shared_with_ids, quo_url, created_at, updated_at, deleted_at, synced_at
  from quo.contacts
 where deleted_at is null
   and erased_at is null;
comment on view quo.live_contacts is 'Contacts that are neither deleted nor erased.';
comment on column quo.live_contacts.org_id is 'The workspace.';
comment on column quo.live_contacts.id is 'Quo''s id of the contact.';
comment on column quo.live_contacts.first_name is 'First name.';
comment on column quo.live_contacts.last_name is 'Last name.';
comment on column quo.live_contacts.company is 'Company.';
comment on column quo.live_contacts.role is 'Role in the company.';
comment on column quo.live_contacts.location is 'Location, as contact.updated gives it.';
comment on column quo.live_contacts.source is 'Where the contact came from, such as a CRM''s name.';
comment on column quo.live_contacts.external_id is 'The contact''s id in its source.';
comment on column quo.live_contacts.source_url is 'The contact''s page in its source; known from REST.';
comment on column quo.live_contacts.created_by_user_id is 'The user who made it (users.id); known from REST.';
comment on column quo.live_contacts.shared_with_ids is 'Whom it is shared with, as contact.updated gives it.';
comment on column quo.live_contacts.quo_url is 'The contact''s page in Quo.';
comment on column quo.live_contacts.created_at is 'When it was made, by Quo''s clock.';
comment on column quo.live_contacts.updated_at is 'When it was last changed, by Quo''s clock.';
comment on column quo.live_contacts.deleted_at is 'Always null here.';
comment on column quo.live_contacts.synced_at is 'When quosync last changed a column that people see, by the database''s clock.';

-- What became of a message, in one word; null for a status that is not known.
create function quo.message_outcome(status text) returns text
    language sql immutable parallel safe
as $$
    select case
        when status in ('received', 'receiving') then 'received'
        when status in ('delivered', 'read', 'partially_delivered') then 'delivered'
        when status in ('sent', 'queued', 'sending', 'accepted', 'scheduled') then 'sent'
        when status in ('failed', 'canceled') then 'failed'
        when status = 'undelivered' then 'undelivered'
    end
$$;
comment on function quo.message_outcome(text) is
    'What became of a message: received, delivered, sent, failed or undelivered.';

-- What became of a call, in one word: the first that applies. `status` is the
-- webhook's, or REST's where the webhook said nothing.
create function quo.call_outcome(status text, direction text, answered boolean, ai_handled boolean,
                                 voicemail boolean, missed boolean) returns text
    language sql immutable parallel safe
as $$
    select case
        when status = 'ai-handled' or ai_handled then 'ai'
        when status = 'forwarded' then 'forwarded'
        when status = 'answered' or (status = 'completed' and answered) then 'answered'
        when voicemail then 'voicemail'
        when status = 'abandoned' then 'abandoned'
        when status in ('failed', 'busy') then 'failed'
        when missed then 'missed'
        when direction = 'incoming'
             and status in ('unanswered', 'missed', 'no-answer', 'completed') then 'missed'
        when direction = 'outgoing'
             and status in ('unanswered', 'no-answer', 'canceled', 'completed') then 'unanswered'
        when status is null
             or status in ('queued', 'initiated', 'ringing', 'in-progress') then null
        else 'unknown'
    end
$$;
comment on function quo.call_outcome(text, text, boolean, boolean, boolean, boolean) is
    'What became of a call: ai, forwarded, answered, voicemail, abandoned, failed, missed, unanswered or unknown; null while it rings or goes on.';

create view quo.activities as
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
       m.contact_lookup
  from quo.messages m
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
       c.contact_lookup
  from quo.calls c
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
       v.contact_lookup
  from quo.voicemails v
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
       c.contact_lookup
  from quo.calls c
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
comment on view quo.activities is 'Messages, calls and voicemails as one list.';
comment on column quo.activities.org_id is 'The workspace.';
comment on column quo.activities.kind is 'message, call or voicemail.';
comment on column quo.activities.id is 'messages.id, calls.id or voicemails.id; of a voicemail that REST alone knows, calls.voicemail_id.';
comment on column quo.activities.occurred_at is 'When it was made or placed; else the first known instant.';
comment on column quo.activities.direction is 'incoming or outgoing.';
comment on column quo.activities.status is 'The status as Quo gave it: of calls the webhook''s, else REST''s; null for voicemails.';
comment on column quo.activities.outcome is 'Calls: ai, forwarded, answered, voicemail, abandoned, failed, missed, unanswered, unknown; null while it rings or goes on. Messages: received, delivered, sent, failed, undelivered. Voicemails: null.';
comment on column quo.activities.user_id is 'Quo''s user of the activity; of incoming ones, the line''s owner.';
comment on column quo.activities.handled_by_user_id is 'Who answered the call, or placed it, or sent the message (users.id).';
comment on column quo.activities.phone_number_id is 'The line (phone_numbers.id).';
comment on column quo.activities.conversation_id is 'The conversation (conversations.id).';
comment on column quo.activities.external_identifiers is 'The numbers on the other side, also short codes and words such as anonymous; {} where not known.';
comment on column quo.activities.contact_ids is 'The contacts that Quo matched (contacts.id); {} where none. activity_contacts_resolved adds matches by number.';
comment on column quo.activities.contact_lookup is 'Could Quo match contacts? matched, none, unavailable; null where it was not asked.';

create view quo.activity_contacts_resolved as
select org_id, activity_kind, activity_id, contact_id, text 'quo' as match_source
  from quo.activity_contacts
union all
-- A voicemail that REST alone knows has the contacts of its call.
select a.org_id, a.kind, a.id, links.contact_id, 'quo'
  from quo.activities a
  cross join lateral unnest(a.contact_ids) as links (contact_id)
 where a.kind = 'voicemail'
   and not exists (select from quo.voicemails v where v.org_id = a.org_id and v.id = a.id)
union all
select distinct a.org_id, a.kind, a.id, n.contact_id, 'phone'
  from quo.activities a
  cross join lateral unnest(a.external_identifiers) as external (identifier)
  join quo.contact_phone_numbers n
    on n.org_id = a.org_id and n.e164 = external.identifier collate "C"
  join quo.contacts c on c.org_id = n.org_id and c.id = n.contact_id
 where (a.contact_lookup is null or a.contact_lookup = 'unavailable')
   and c.deleted_at is null
   and c.erased_at is null;
comment on view quo.activity_contacts_resolved is 'Who the contacts of an activity are: Quo''s matches, and, only where Quo could not look or was not asked, the live contacts that own one of its external numbers.';
comment on column quo.activity_contacts_resolved.org_id is 'The workspace.';
comment on column quo.activity_contacts_resolved.activity_kind is 'message, call or voicemail (activities.kind).';
comment on column quo.activity_contacts_resolved.activity_id is 'activities.id.';
comment on column quo.activity_contacts_resolved.contact_id is 'contacts.id.';
comment on column quo.activity_contacts_resolved.match_source is 'quo (Quo matched it) or phone (the number is the contact''s).';

create view quo.conversations as
select a.org_id, a.id, a.phone_number_id, coalesce(x.external_identifiers, '{}') as external_identifiers,
       a.first_at, a.last_at, a.messages, a.calls
  from (select org_id,
               conversation_id as id,
               (array_agg(phone_number_id order by occurred_at desc nulls last)
                    filter (where phone_number_id is not null))[1] as phone_number_id,
               min(occurred_at) as first_at,
               max(occurred_at) as last_at,
               count(*) filter (where kind = 'message') as messages,
               count(*) filter (where kind = 'call') as calls
          from quo.activities
         where kind in ('message', 'call') and conversation_id is not null
         group by org_id, conversation_id) a
  left join (select org_id, conversation_id as id,
                    array_agg(distinct identifier order by identifier) as external_identifiers
               from quo.activities
               cross join lateral unnest(external_identifiers) as external (identifier)
              where kind in ('message', 'call') and conversation_id is not null
              group by org_id, conversation_id) x
         on x.org_id = a.org_id and x.id = a.id;
comment on view quo.conversations is 'Conversations, as the messages and calls that belong to them tell.';
comment on column quo.conversations.org_id is 'The workspace.';
comment on column quo.conversations.id is 'Quo''s id of the conversation (CN...).';
comment on column quo.conversations.phone_number_id is 'The line (phone_numbers.id), of the latest activity that names one.';
comment on column quo.conversations.external_identifiers is 'All numbers on the other side.';
comment on column quo.conversations.first_at is 'When its first activity occurred.';
comment on column quo.conversations.last_at is 'When its last activity occurred.';
comment on column quo.conversations.messages is 'How many messages it has.';
comment on column quo.conversations.calls is 'How many calls it has.';

-- A body as json, or null where it is none: one bad body must not fail a query over all.
-- json, not jsonb, which refuses the escape of U+0000. Not parallel: it needs a
-- subtransaction to look before PostgreSQL raises.
create function quo.body_json(body bytea) returns json
    language plpgsql immutable strict
    set search_path = pg_catalog, quo, pg_temp
as $$
begin
    return convert_from(body, 'UTF8')::json;
exception when data_exception or program_limit_exceeded or untranslatable_character then
    return null;
end
$$;
comment on function quo.body_json(bytea) is 'A delivery''s body as json; null where it is not JSON in UTF-8.';

create view quo.event_payloads as
select org_id, received_at, webhook_id, event_id, event_type, api_version, created_at, resource_id,
       quo.body_json(body) as json
  from quo.events;
comment on view quo.event_payloads is 'The archive with its bodies as json.';
comment on column quo.event_payloads.org_id is 'The receiving workspace.';
comment on column quo.event_payloads.received_at is 'When the delivery was received, by the receiver''s clock.';
comment on column quo.event_payloads.webhook_id is 'The webhook-id header.';
comment on column quo.event_payloads.event_id is 'The envelope''s id (EV...).';
comment on column quo.event_payloads.event_type is 'The envelope''s type, such as message.received.';
comment on column quo.event_payloads.api_version is 'The envelope''s apiVersion.';
comment on column quo.event_payloads.created_at is 'The envelope''s createdAt, by Quo''s clock.';
comment on column quo.event_payloads.resource_id is 'The id of the contact, message or call that the event is about; null where the event names none.';
comment on column quo.event_payloads.json is 'The body; null where it was erased, or is no JSON.';

-- Views check the rights of who asks, where the server can do that (15 and newer), and
-- so keep row level security. Called by migrate: replacing a view forgets the setting,
-- and a server may have been upgraded.
create function quo.secure_views() returns void
    language plpgsql
    set search_path = pg_catalog, quo, pg_temp
as $$
declare
    view regclass;
begin
    if current_setting('server_version_num')::integer < 150000 then
        return;
    end if;
    for view in
        select c.oid
          from pg_class c
         where c.relnamespace = 'quo'::regnamespace
           and c.relkind = 'v'
           and not coalesce('security_invoker=true' = any (c.reloptions), false)
    loop
        execute format('alter view %s set (security_invoker = true)', view);
    end loop;
end
$$;
revoke all on function quo.secure_views() from public;
comment on function quo.secure_views() is 'Makes views check the rights of who asks (PostgreSQL 15 and newer). Called by migrate.';
