-- Callers who are not contacts
--
-- Section: contacts
-- Question: Who calls or writes to us, and is in nobody's contacts?
-- Period: when they called or wrote
-- No field: these callers are no contacts, and only contacts have custom fields
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column number: who
-- Column calls: their calls
-- Column messages: their messages
-- Column first_at: the first of them in the period, local time
-- Column last_at: the last of them
-- Column lines: the lines that they called or wrote to
-- Column answered_calls: how many of their calls a person answered
-- Trap: the contacts of now count: who was made a contact after the call is not listed
-- Trap: who is a contact without this number, but was matched by Quo, is not listed either; the
--   other numbers of a group message are judged by their number alone
-- Trap: short codes and callers without a number are left out
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
\if :{?limit} \else \set limit 1000 \endif

with came as (
    select who.number collate "C" as number, a.kind, a.id, a.occurred_at, a.outcome,
           coalesce(a.line_name, a.phone_number_id) as line,
           cardinality(a.external_identifiers) = 1 as alone
      from quo.activities as a
      cross join lateral unnest(a.external_identifiers) with ordinality as who (number, place)
     where a.org_id = :'org_id'
       and a.kind in ('message', 'call')
       and a.direction = 'incoming'
       and (a.kind = 'call' or who.place = 1)
       and who.number like '+%'
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
), unknown as (
    select came.*,
           came.alone
           and exists (select
                         from quo.activity_contacts as l
                         join quo.live_contacts as c on c.org_id = :'org_id' and c.id = l.contact_id
                        where l.org_id = :'org_id'
                          and l.activity_kind = came.kind
                          and l.activity_id = came.id) as matched
      from came
     where not exists (
              select
                from quo.contact_phone_numbers as n
                join quo.live_contacts as c on c.org_id = :'org_id' and c.id = n.contact_id
               where n.org_id = :'org_id'
                 and n.e164 = came.number)
)
select u.number,
       count(*) filter (where u.kind = 'call')                      as calls,
       count(*) filter (where u.kind = 'message')                   as messages,
       date_trunc('second', min(u.occurred_at) at time zone :'tz')      as first_at,
       date_trunc('second', max(u.occurred_at) at time zone :'tz')      as last_at,
       string_agg(distinct u.line, ', ' order by u.line)            as lines,
       count(*) filter (where u.kind = 'call' and u.outcome = 'answered') as answered_calls
  from unknown as u
 group by u.number
having not bool_or(u.matched)
 order by max(u.occurred_at) desc, u.number
 limit nullif(:'limit', '0')::bigint;
