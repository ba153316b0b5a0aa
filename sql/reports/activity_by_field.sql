-- Activity by the values of a custom field
--
-- Section: contacts
-- Question: How much do we have to do with contacts of each kind, as a custom field tells them?
-- Period: when it happened
-- Parameter field (): the key of the custom field; all of them without
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column field: the key
-- Column value: the value
-- Column contacts: live contacts that have it
-- Column active: of these, how many we were in touch with
-- Column messages_in: messages from them
-- Column messages_out: messages to them
-- Column calls_in: calls from them
-- Column calls_out: calls to them
-- Column talk_minutes: minutes of their calls
-- Trap: an activity with several contacts of one value counts once for it, of several values
--   once for each of them
-- Trap: a contact counts for each of the several values of a multi-select
-- Trap: deleted contacts no longer have custom fields
-- Chart: bars x=value y=messages_in,messages_out,calls_in,calls_out
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
\if :{?limit} \else \set limit 1000 \endif

with holder as (
    select distinct f.key, f.value, f.contact_id
      from quo.contact_field_values as f
      join quo.live_contacts as c on c.org_id = :'org_id' and c.id = f.contact_id
     where f.org_id = :'org_id'
       and (:'field' = '' or f.key = :'field')
), kind as (
    select key, value, count(*) as contacts
      from holder
     group by key, value
     order by contacts desc, key, value
     limit nullif(:'limit', '0')::bigint
), happened as not materialized (
    select a.kind, a.id, a.occurred_at, a.direction, a.duration_seconds, a.contact_lookup,
           a.external_identifiers
      from quo.activities as a
     where a.org_id = :'org_id'
       and a.kind in ('message', 'call')
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
), matched as (
    -- As quo.activity_contacts_resolved matches them, for the period alone; and whether an
    -- activity has several contacts: only then it could be counted twice.
    select m.*, count(*) over (partition by m.kind, m.id) > 1 as several
      from (select h.kind, h.id, h.occurred_at, h.direction, h.duration_seconds, l.contact_id
              from happened as h
              join quo.activity_contacts as l
                on l.org_id = :'org_id' and l.activity_kind = h.kind and l.activity_id = h.id
             union all
            select distinct h.kind, h.id, h.occurred_at, h.direction, h.duration_seconds,
                   n.contact_id
              from happened as h
              cross join lateral unnest(h.external_identifiers) as who (number)
              join quo.contact_phone_numbers as n
                on n.org_id = :'org_id' and n.e164 = who.number collate "C"
              join quo.live_contacts as c on c.org_id = :'org_id' and c.id = n.contact_id
             where h.contact_lookup is null or h.contact_lookup = 'unavailable') as m
), alone as (
    select contact_id,
           min(occurred_at)                                             as first_touch,
           max(occurred_at)                                             as last_touch,
           count(*) filter (where kind = 'message' and direction = 'incoming') as messages_in,
           count(*) filter (where kind = 'message' and direction = 'outgoing') as messages_out,
           count(*) filter (where kind = 'call' and direction = 'incoming')    as calls_in,
           count(*) filter (where kind = 'call' and direction = 'outgoing')    as calls_out,
           sum(duration_seconds)                                        as seconds
      from matched
     where not several
     group by contact_id
), together as (
    select distinct h.key, h.value, a.kind, a.id, a.direction, a.duration_seconds
      from matched as a
      join holder as h on h.contact_id = a.contact_id
     where a.several
), parts as (
    select h.key, h.value, a.messages_in, a.messages_out, a.calls_in, a.calls_out, a.seconds
      from alone as a
      join holder as h on h.contact_id = a.contact_id
     union all
    select key, value,
           (kind = 'message' and direction = 'incoming')::integer,
           (kind = 'message' and direction = 'outgoing')::integer,
           (kind = 'call' and direction = 'incoming')::integer,
           (kind = 'call' and direction = 'outgoing')::integer, duration_seconds
      from together
), totals as (
    select key, value, sum(messages_in) as messages_in, sum(messages_out) as messages_out,
           sum(calls_in) as calls_in, sum(calls_out) as calls_out, sum(seconds) as seconds
      from parts
     group by key, value
), active as (
    select h.key, h.value, count(*) as contacts
      from holder as h
     where h.contact_id in (select contact_id from alone
                             union all
                            select contact_id from matched where several)
     group by h.key, h.value
)
select k.key                                     as field,
       k.value,
       k.contacts,
       coalesce(a.contacts, 0)                   as active,
       coalesce(t.messages_in, 0)                as messages_in,
       coalesce(t.messages_out, 0)               as messages_out,
       coalesce(t.calls_in, 0)                   as calls_in,
       coalesce(t.calls_out, 0)                  as calls_out,
       round(coalesce(t.seconds, 0) / 60, 1)     as talk_minutes
  from kind as k
  left join totals as t on t.key = k.key and t.value = k.value
  left join active as a on a.key = k.key and a.value = k.value
 order by k.key, k.contacts desc, k.value;
