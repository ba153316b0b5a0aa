-- Activity per user
--
-- Section: people
-- Question: Who of us writes, calls and answers how much?
-- Period: when it happened
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Column who: the user; Quo's AI in a row of its own, and one for calls of nobody that is known
-- Column messages_sent: messages sent
-- Column not_delivered: of these, failed or undelivered
-- Column calls_placed: outgoing calls
-- Column reached: of these, answered
-- Column calls_answered: incoming calls answered
-- Column talk_minutes: minutes of both
-- Column people: how many different numbers they wrote to or talked with
-- Trap: the user_id of an incoming call or message is the line's owner; who answered counts here
-- Trap: calls that nobody answered, and messages that came in, belong to no one
-- Trap: who placed a call is known from REST: until a reconciliation, its line's user counts
-- Trap: users who did nothing have a row of zeros as long as they are in the directory
-- Chart: bars x=who y=messages_sent,calls_placed,calls_answered title=What each of us did
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

with done as (
    select case when a.outcome = 'ai' or a.handled_by_user_id like 'SYU%' then 'AI'
                else coalesce(a.handled_by_user_id, '') end as user_id,
           a.kind, a.direction, a.outcome, a.external_identifiers, a.duration_seconds
      from quo.activities as a
      left join (select distinct activity_kind, activity_id
                   from quo.activity_field_values
                  where org_id = :'org_id'
                    and key = :'field'
                    and (:'value' = '' or value = :'value')) as cut
        on cut.activity_kind = a.kind and cut.activity_id = a.id
     where a.org_id = :'org_id'
       and (a.kind = 'message' and a.direction = 'outgoing'
            or a.kind = 'call' and (a.direction = 'outgoing' or a.outcome in ('answered', 'ai')))
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
       and (:'field' = '' or cut.activity_id is not null)
), people as (
    select user_id, count(*) as n
      from (select distinct done.user_id, who.number
              from done
              cross join lateral unnest(done.external_identifiers) as who (number)
             where done.kind = 'message' or done.outcome in ('answered', 'ai')) as pairs
     group by user_id
), counted as (
    select user_id,
           count(*) filter (where kind = 'message')                          as messages_sent,
           count(*) filter (where kind = 'message'
                                  and outcome in ('failed', 'undelivered'))  as not_delivered,
           count(*) filter (where kind = 'call' and direction = 'outgoing')  as calls_placed,
           count(*) filter (where kind = 'call' and direction = 'outgoing'
                                  and outcome = 'answered')                  as reached,
           count(*) filter (where kind = 'call' and direction = 'incoming')  as calls_answered,
           round(coalesce(sum(duration_seconds) filter (where kind = 'call'), 0) / 60, 1)
                                                                             as talk_minutes
      from done
     group by user_id
), users as (
    select id, coalesce(quo.person_name(first_name, last_name), email, id) as name, gone_at
      from quo.users
     where org_id = :'org_id'
)
select case when coalesce(c.user_id, u.id) = 'AI' then 'Quo''s AI'
            when coalesce(c.user_id, u.id) = '' then 'not known'
            else coalesce(u.name, c.user_id) end   as who,
       coalesce(c.messages_sent, 0)                as messages_sent,
       coalesce(c.not_delivered, 0)                as not_delivered,
       coalesce(c.calls_placed, 0)                 as calls_placed,
       coalesce(c.reached, 0)                      as reached,
       coalesce(c.calls_answered, 0)               as calls_answered,
       coalesce(c.talk_minutes, 0)                 as talk_minutes,
       coalesce(p.n, 0)                            as people
  from counted as c
  full join users as u on u.id = c.user_id
  left join people as p on p.user_id = c.user_id
 where c.user_id is not null or u.gone_at is null
 order by coalesce(c.messages_sent + c.calls_placed + c.calls_answered, 0) desc, who;
