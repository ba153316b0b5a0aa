-- Contacts: first and last touch, and totals
--
-- Section: contacts
-- Question: With which contacts were we in touch, when first and last, and how much?
-- Period: when it happened; --since all counts from the beginning
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column contact: the name, else the company, else the id
-- Column company: the company
-- Column phone: the first number
-- Column deleted: has the contact been deleted?
-- Column first_touch: the first message or call in the period, local time
-- Column last_touch: the last one
-- Column last_heard: the last message or call from them
-- Column messages_in: messages from them
-- Column messages_out: messages to them
-- Column calls_in: calls from them
-- Column calls_out: calls to them
-- Column talk_minutes: minutes of their calls
-- Trap: an activity with several contacts counts for each of them here, so sums over contacts
--   are more than there was; companies_last_touch counts it once
-- Trap: a contact counts where Quo matched it, and, only where Quo could not look or was not
--   asked, where it owns the number
-- Trap: deleted contacts keep their activity; contacts without any in the period are not listed
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
), touched as (
    select m.contact_id,
           min(m.occurred_at)                                           as first_touch,
           max(m.occurred_at)                                           as last_touch,
           max(m.occurred_at) filter (where m.direction = 'incoming')   as last_heard,
           count(*) filter (where m.kind = 'message' and m.direction = 'incoming') as messages_in,
           count(*) filter (where m.kind = 'message' and m.direction = 'outgoing') as messages_out,
           count(*) filter (where m.kind = 'call' and m.direction = 'incoming')    as calls_in,
           count(*) filter (where m.kind = 'call' and m.direction = 'outgoing')    as calls_out,
           sum(m.duration_seconds)                                      as seconds
      from matched as m
     where (:'field' = ''
            or m.contact_id in (select contact_id
                                  from quo.contact_field_values
                                 where org_id = :'org_id'
                                   and key = :'field'
                                   and (:'value' = '' or value = :'value')))
     group by m.contact_id
     order by last_touch desc, m.contact_id
     limit nullif(:'limit', '0')::bigint
)
select coalesce(quo.person_name(c.first_name, c.last_name), nullif(c.company, ''), t.contact_id)
                                                          as contact,
       nullif(btrim(c.company), '')                       as company,
       phone.value                                        as phone,
       c.deleted_at is not null or c.erased_at is not null as deleted,
       date_trunc('second', t.first_touch at time zone :'tz') as first_touch,
       date_trunc('second', t.last_touch at time zone :'tz')  as last_touch,
       date_trunc('second', t.last_heard at time zone :'tz')  as last_heard,
       t.messages_in,
       t.messages_out,
       t.calls_in,
       t.calls_out,
       round(coalesce(t.seconds, 0) / 60, 1)              as talk_minutes
  from touched as t
  left join quo.contacts as c on c.org_id = :'org_id' and c.id = t.contact_id
  left join quo.contact_phone_numbers as phone
    on phone.org_id = :'org_id' and phone.contact_id = t.contact_id and phone.position = 1
 order by t.last_touch desc, t.contact_id;
