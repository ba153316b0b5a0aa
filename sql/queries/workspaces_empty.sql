-- Delete the rows of a workspace that its archive gives back, for a replay from the
-- start. What it does not give back stays as it is, and is merged with: what was
-- erased or pruned (the marks must stay, too), activities of which a body is missing
-- or that no delivery told of, and what REST said: contacts that it showed, calls
-- that it described, definitions, users, phone numbers.
--   $1  org_id
-- Returns no rows. The workspace is locked against its workers. No part reads what
-- another writes; children go with their rows, by RETURNING.
with given as materialized (
    select case when event_type like 'message.%' then 'message'
                when event_type = 'call.voicemail.completed' then 'voicemail'
                when event_type = 'call.summary.completed' then 'summary'
                when event_type = 'call.transcript.completed' then 'transcript'
                else 'call' end as kind,
           resource_id as id
      from quo.events
     where org_id = $1::text
       and resource_id is not null
       and event_type not like 'contact.%'
     group by 1, 2
    having bool_and(body is not null)
), contacts as (
    delete from quo.contacts t
     where t.org_id = $1::text
       and not exists (select
                         from quo.erasures e
                        where e.org_id = $1::text
                          and e.kind = 'contact'
                          and e.id = t.id)
       and not exists (select
                         from quo.contact_rest r
                        where r.org_id = $1::text
                          and r.contact_id = t.id)
    returning t.id
), contact_phone_numbers as (
    delete from quo.contact_phone_numbers
     where org_id = $1::text
       and contact_id in (select id from contacts)
), contact_emails as (
    delete from quo.contact_emails
     where org_id = $1::text
       and contact_id in (select id from contacts)
), contact_custom_fields as (
    delete from quo.contact_custom_fields
     where org_id = $1::text
       and contact_id in (select id from contacts)
), messages as (
    delete from quo.messages t
     where t.org_id = $1::text
       and t.content_pruned_at is null
       and t.id in (select id from given where kind = 'message')
       and not exists (select
                         from quo.erasures e
                        where e.org_id = $1::text
                          and e.kind = 'message'
                          and e.id = t.id)
    returning t.id
), calls as (
    delete from quo.calls t
     where t.org_id = $1::text
       and t.content_pruned_at is null
       and num_nonnulls(t.rest_status, t.initiated_by_user_id, t.ai_handled, t.voicemail_id) = 0
       and t.id in (select id from given where kind = 'call')
       and not exists (select
                         from quo.erasures e
                        where e.org_id = $1::text
                          and e.kind = 'call'
                          and e.id = t.id)
    returning t.id
), call_recordings as (
    delete from quo.call_recordings
     where org_id = $1::text
       and call_id in (select id from calls)
), call_summaries as (
    delete from quo.call_summaries t
     where t.org_id = $1::text
       and t.content_pruned_at is null
       and t.call_id in (select id from given where kind = 'summary')
       and not exists (select
                         from quo.erasures e
                        where e.org_id = $1::text
                          and e.kind = 'call'
                          and e.id = t.call_id)
), call_transcripts as (
    delete from quo.call_transcripts t
     where t.org_id = $1::text
       and t.content_pruned_at is null
       and t.call_id in (select id from given where kind = 'transcript')
       and not exists (select
                         from quo.erasures e
                        where e.org_id = $1::text
                          and e.kind = 'call'
                          and e.id = t.call_id)
    returning t.call_id
), call_transcript_lines as (
    delete from quo.call_transcript_lines
     where org_id = $1::text
       and call_id in (select call_id from call_transcripts)
), voicemails as (
    delete from quo.voicemails t
     where t.org_id = $1::text
       and t.content_pruned_at is null
       and t.id in (select id from given where kind = 'voicemail')
       and not exists (select
                         from quo.erasures e
                        where e.org_id = $1::text
                          and e.kind = 'voicemail'
                          and e.id = t.id)
    returning t.id
)
delete from quo.activity_contacts
 where org_id = $1::text
   and (activity_kind, activity_id)
       in (select 'message', id from messages
           union all
           select 'call', id from calls
           union all
           select 'voicemail', id from voicemails);
