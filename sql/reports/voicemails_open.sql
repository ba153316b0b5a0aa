-- Voicemails that nobody followed up in time
--
-- Section: calls
-- Question: Which voicemails were left without a call or text back within some hours?
-- Period: when the voicemail was left
-- Parameter hours (24): how long a voicemail may wait
-- Parameter ai (no): yes counts what Quo's AI sent or answered as following up, too
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column left_at: when it was left, local time
-- Column caller: the number
-- Column contact: the contacts that Quo matched, and those that own the number
-- Column line: the line it was left on
-- Column followed_up_at: when somebody got back after all; empty where nobody did
-- Trap: that somebody listened to it is not known, only that somebody called or texted
-- Trap: a call's voicemail that both an event and REST told of is one
-- Trap: callers without a number cannot be called back and are left out
-- Role: quo_reader_nocontent

-- The usual parameters: \set them before, or leave these.
\if :{?org_id} \else
select coalesce(min(org_id), 'default') as org_id from quo.workspaces \gset
\endif
\if :{?tz} \else
select coalesce(min(timezone), 'UTC') as tz from quo.workspaces where org_id = :'org_id' \gset
\endif
\if :{?since} \else
select (date_trunc('day', now() at time zone :'tz') - interval '30 days') at time zone :'tz'
       as since \gset
\endif
\if :{?until} \else
select now() as until \gset
\endif
\if :{?hours} \else \set hours 24 \endif
\if :{?ai} \else \set ai no \endif
\if :{?field} \else \set field '' \endif
\if :{?value} \else \set value '' \endif
\if :{?limit} \else \set limit 1000 \endif

with voicemail as (
    select a.id, a.occurred_at, who.number collate "C" as number,
           coalesce(a.line_name, a.phone_number_id) as line_name
      from quo.activities as a
      cross join lateral unnest(a.external_identifiers) as who (number)
      left join (select distinct activity_kind, activity_id
                   from quo.activity_field_values
                  where org_id = :'org_id'
                    and key = :'field'
                    and (:'value' = '' or value = :'value')) as cut
        on cut.activity_kind = a.kind and cut.activity_id = a.id
     where a.org_id = :'org_id'
       and a.kind = 'voicemail'
       and a.direction = 'incoming'
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
       and a.occurred_at + :'hours'::numeric * interval '1 hour' <= now()
       and who.number like '+%'
       and (:'field' = '' or cut.activity_id is not null)
), reached as (
    -- Whenever somebody of ours got, or tried to get, in touch with a number.
    select who.number collate "C" as number, a.occurred_at
      from quo.activities as a
      cross join lateral unnest(a.external_identifiers) as who (number)
     where a.org_id = :'org_id'
       and a.kind in ('message', 'call')
       and (a.created_at >= :'since'::timestamptz
            or a.created_at is null and a.occurred_at >= :'since'::timestamptz)
       and (a.direction = 'outgoing' and coalesce(a.outcome, '') not in ('failed', 'undelivered')
            or a.direction = 'incoming' and a.outcome = 'answered'
            or a.direction = 'incoming' and a.outcome = 'ai' and :'ai' = 'yes')
       and (coalesce(a.handled_by_user_id, '') not like 'SYU%' or :'ai' = 'yes')
), followed_up as (
    select v.id, v.occurred_at, v.line_name, min(v.number) as number,
           min(r.occurred_at) as followed_up_at
      from voicemail as v
      left join reached as r on r.number = v.number and r.occurred_at > v.occurred_at
     group by v.id, v.occurred_at, v.line_name
), listed as (
    select *
      from followed_up
     where followed_up_at is null
        or followed_up_at > occurred_at + :'hours'::numeric * interval '1 hour'
     order by occurred_at desc, id
     limit nullif(:'limit', '0')::bigint
)
select date_trunc('second', listed.occurred_at at time zone :'tz')    as left_at,
       listed.number                                             as caller,
       contact.names                                             as contact,
       listed.line_name                                          as line,
       date_trunc('second', listed.followed_up_at at time zone :'tz') as followed_up_at
  from listed
  left join lateral (
       select string_agg(coalesce(quo.person_name(c.first_name, c.last_name),
                                  nullif(c.company, ''), c.id), ', ' order by c.id) as names
         from (select l.contact_id
                 from quo.activity_contacts as l
                where l.org_id = :'org_id'
                  and l.activity_kind = 'voicemail'
                  and l.activity_id = listed.id
                union
               select n.contact_id
                 from quo.contact_phone_numbers as n
                 join quo.live_contacts as owner
                   on owner.org_id = :'org_id' and owner.id = n.contact_id
                where n.org_id = :'org_id'
                  and n.e164 = listed.number) as matched
         join quo.contacts as c on c.org_id = :'org_id' and c.id = matched.contact_id) as contact
    on true
 order by listed.occurred_at desc, listed.id;
