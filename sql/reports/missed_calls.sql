-- Missed calls that nobody returned in time
--
-- Section: calls
-- Question: Which callers did nobody of ours talk to, or get back to within some hours?
-- Period: when the call came
-- Parameter hours (4): how long a caller may wait for a call or text back
-- Parameter ai (no): yes counts what Quo's AI sent or answered as getting back, too
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column called_at: when the call came, local time
-- Column caller: the number
-- Column contact: the contacts that Quo matched, and those that own the number
-- Column line: the line that was called
-- Column outcome: missed, voicemail (the caller left one) or abandoned (gave up waiting)
-- Column returned_at: when somebody got back after all; empty where nobody did
-- Trap: a call or text to the number by anyone, on any line, counts as getting back, and so does
--   a later call of theirs that was answered; what failed or was not delivered does not
-- Trap: calls that were forwarded, or that Quo's AI handled, are not missed
-- Trap: callers without a number (anonymous, blocked) cannot be called back and are left out
-- Trap: a call is listed once its hours are over, so the latest ones are not here yet
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
\if :{?hours} \else \set hours 4 \endif
\if :{?ai} \else \set ai no \endif
\if :{?field} \else \set field '' \endif
\if :{?value} \else \set value '' \endif
\if :{?limit} \else \set limit 1000 \endif

with missed as (
    select a.id, a.occurred_at, a.outcome, who.number collate "C" as number,
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
       and a.kind = 'call'
       and a.direction = 'incoming'
       and a.outcome in ('missed', 'voicemail', 'abandoned')
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
), returned as (
    select m.id, m.occurred_at, m.outcome, m.line_name, min(m.number) as number,
           min(r.occurred_at) as returned_at
      from missed as m
      left join reached as r on r.number = m.number and r.occurred_at > m.occurred_at
     group by m.id, m.occurred_at, m.outcome, m.line_name
), listed as (
    select *
      from returned
     where returned_at is null
        or returned_at > occurred_at + :'hours'::numeric * interval '1 hour'
     order by occurred_at desc, id
     limit nullif(:'limit', '0')::bigint
)
select date_trunc('second', listed.occurred_at at time zone :'tz') as called_at,
       listed.number                                          as caller,
       contact.names                                          as contact,
       listed.line_name                                       as line,
       listed.outcome,
       date_trunc('second', listed.returned_at at time zone :'tz') as returned_at
  from listed
  left join lateral (
       select string_agg(coalesce(quo.person_name(c.first_name, c.last_name),
                                  nullif(c.company, ''), c.id), ', ' order by c.id) as names
         from (select l.contact_id
                 from quo.activity_contacts as l
                where l.org_id = :'org_id'
                  and l.activity_kind = 'call'
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
