-- Conversations that wait for an answer
--
-- Section: messages
-- Question: Who wrote, or called in vain, and has not heard from us since?
-- Period: when they wrote or called
-- Parameter ai (no): yes counts what Quo's AI sent or answered as an answer, too
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column waiting_since: their first message or call that nobody answered, local time
-- Column waiting_hours: how long that is ago
-- Column number: who waits
-- Column contact: the contacts that Quo matched, and those that own the number
-- Column line: the line that they wrote to or called last
-- Column last_at: their last message or call
-- Column last_kind: message, or call
-- Column times: how often they wrote or called since
-- Trap: an answer by anyone, on any line, counts, also a call; what failed does not
-- Trap: of a group message, its sender waits
-- Trap: short codes and callers without a number cannot be answered and are left out
-- Trap: a last word that needs no answer (Thanks!) waits here, too: nobody can tell by counting
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
\if :{?ai} \else \set ai no \endif
\if :{?field} \else \set field '' \endif
\if :{?value} \else \set value '' \endif
\if :{?limit} \else \set limit 1000 \endif

with theirs as (
    select a.external_identifiers[1] collate "C" as number, a.occurred_at, a.kind, a.id,
           coalesce(a.line_name, a.phone_number_id) as line_name
      from quo.activities as a
      left join (select distinct activity_kind, activity_id
                   from quo.activity_field_values
                  where org_id = :'org_id'
                    and key = :'field'
                    and (:'value' = '' or value = :'value')) as cut
        on cut.activity_kind = a.kind and cut.activity_id = a.id
     where a.org_id = :'org_id'
       and (a.kind = 'message' and a.direction = 'incoming'
            or a.kind = 'call' and a.direction = 'incoming'
               and a.outcome in ('missed', 'voicemail', 'abandoned'))
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
       and a.external_identifiers[1] like '+%'
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
), last_reached as (
    select number, max(occurred_at) as occurred_at
      from reached
     group by number
), open as (
    select t.*
      from theirs as t
      left join last_reached as r on r.number = t.number
     where r.occurred_at is null or r.occurred_at < t.occurred_at
), waiting as (
    select number, min(occurred_at) as since, max(occurred_at) as last_at, count(*) as times
      from open
     group by number
     order by since, number
     limit nullif(:'limit', '0')::bigint
), listed as (
    select distinct on (w.number) w.*, o.kind, o.id, o.line_name
      from waiting as w
      join open as o on o.number = w.number and o.occurred_at = w.last_at
     order by w.number, o.id
)
select date_trunc('second', listed.since at time zone :'tz')         as waiting_since,
       round((extract(epoch from now() - listed.since) / 3600)::numeric, 1)      as waiting_hours,
       listed.number,
       contact.names                                                             as contact,
       listed.line_name                                                          as line,
       date_trunc('second', listed.last_at at time zone :'tz')       as last_at,
       listed.kind                                                               as last_kind,
       listed.times
  from listed
  left join lateral (
       select string_agg(coalesce(quo.person_name(c.first_name, c.last_name),
                                  nullif(c.company, ''), c.id), ', ' order by c.id) as names
         from (select l.contact_id
                 from quo.activity_contacts as l
                where l.org_id = :'org_id'
                  and l.activity_kind = listed.kind
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
 order by listed.since, listed.number;
