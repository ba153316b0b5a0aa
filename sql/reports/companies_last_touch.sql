-- Companies: first and last touch, and totals
--
-- Section: contacts
-- Question: With which companies were we in touch, when first and last, and how much?
-- Period: when it happened; --since all counts from the beginning
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column company: the company of the contacts
-- Column contacts: how many of its contacts took part
-- Column first_touch: the first message or call in the period, local time
-- Column last_touch: the last one
-- Column messages_in: messages from them
-- Column messages_out: messages to them
-- Column calls_in: calls from them
-- Column calls_out: calls to them
-- Column talk_minutes: minutes of their calls
-- Trap: an activity with several contacts of one company counts once for it
-- Trap: companies are told apart by their spelling, but not by capitals and outer blanks
-- Trap: deleted contacts keep their activity; contacts without a company are left out
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
\if :{?field} \else \set field '' \endif
\if :{?value} \else \set value '' \endif
\if :{?limit} \else \set limit 1000 \endif

with happened as not materialized (
    select a.kind, a.id, a.occurred_at, a.direction, a.duration_seconds, a.contact_lookup,
           a.external_identifiers
      from quo.activities as a
     where a.org_id = :'org_id'
       and a.kind in ('message', 'call')
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
), matched as (
    -- As quo.activity_contacts_resolved matches them, for the period alone.
    select h.kind, h.id, h.occurred_at, h.direction, h.duration_seconds, l.contact_id
      from happened as h
      join quo.activity_contacts as l
        on l.org_id = :'org_id' and l.activity_kind = h.kind and l.activity_id = h.id
     union all
    select distinct h.kind, h.id, h.occurred_at, h.direction, h.duration_seconds, n.contact_id
      from happened as h
      cross join lateral unnest(h.external_identifiers) as who (number)
      join quo.contact_phone_numbers as n
        on n.org_id = :'org_id' and n.e164 = who.number collate "C"
      join quo.live_contacts as c on c.org_id = :'org_id' and c.id = n.contact_id
     where h.contact_lookup is null or h.contact_lookup = 'unavailable'
), member as (
    select c.id as contact_id, btrim(c.company) as company, lower(btrim(c.company)) as folded
      from quo.contacts as c
     where c.org_id = :'org_id'
       and btrim(c.company) <> ''
       and (:'field' = ''
            or c.id in (select contact_id
                                  from quo.contact_field_values
                                 where org_id = :'org_id'
                                   and key = :'field'
                                   and (:'value' = '' or value = :'value')))
), shared as materialized (
    select m.folded, m.company, a.*
      from matched as a
      join member as m on m.contact_id = a.contact_id
), one_each as (
    -- Several contacts of one company on one activity are one.
    select distinct folded, kind, id, direction, occurred_at, duration_seconds
      from shared
), totals as (
    select folded,
           min(occurred_at)                                             as first_touch,
           max(occurred_at)                                             as last_touch,
           count(*) filter (where kind = 'message' and direction = 'incoming') as messages_in,
           count(*) filter (where kind = 'message' and direction = 'outgoing') as messages_out,
           count(*) filter (where kind = 'call' and direction = 'incoming')    as calls_in,
           count(*) filter (where kind = 'call' and direction = 'outgoing')    as calls_out,
           sum(duration_seconds)                                        as seconds
      from one_each
     group by folded
     order by last_touch desc, folded
     limit nullif(:'limit', '0')::bigint
), people as (
    select folded, min(company collate "C") as company, count(*) as contacts
      from (select distinct folded, company, contact_id from shared) as pairs
     group by folded
)
select p.company,
       p.contacts,
       date_trunc('second', t.first_touch at time zone :'tz') as first_touch,
       date_trunc('second', t.last_touch at time zone :'tz')  as last_touch,
       t.messages_in,
       t.messages_out,
       t.calls_in,
       t.calls_out,
       round(coalesce(t.seconds, 0) / 60, 1)              as talk_minutes
  from totals as t
  join people as p on p.folded = t.folded
 order by t.last_touch desc, t.folded;
