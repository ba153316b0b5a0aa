-- Volume by day
--
-- Section: people
-- Question: How do messages and calls develop from day to day?
-- Period: when it happened
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Column day: the local day
-- Column messages_in: messages received
-- Column messages_out: messages sent
-- Column calls_in: incoming calls
-- Column calls_out: outgoing calls
-- Column not_answered: incoming calls that were missed, abandoned, or went to voicemail
-- Column talk_minutes: minutes of all calls that began on this day
-- Trap: a call belongs to the day on which it began, also where it went on past midnight
-- Trap: days are local: where clocks change, one has 23 hours and one 25
-- Trap: days without activity are listed, from the first in the period that has any
-- Chart: lines x=day y=messages_in,messages_out,calls_in,calls_out
--   title=Messages and calls of each day
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

with counted as (
    select (a.occurred_at at time zone :'tz')::date                                as day,
           count(*) filter (where a.kind = 'message' and a.direction = 'incoming') as messages_in,
           count(*) filter (where a.kind = 'message' and a.direction = 'outgoing') as messages_out,
           count(*) filter (where a.kind = 'call' and a.direction = 'incoming')    as calls_in,
           count(*) filter (where a.kind = 'call' and a.direction = 'outgoing')    as calls_out,
           count(*) filter (where a.kind = 'call' and a.direction = 'incoming'
                                  and a.outcome in ('missed', 'abandoned', 'voicemail'))
                                                                                   as not_answered,
           sum(a.duration_seconds)                                                 as seconds
      from quo.activities as a
      left join (select distinct activity_kind, activity_id
                   from quo.activity_field_values
                  where org_id = :'org_id'
                    and key = :'field'
                    and (:'value' = '' or value = :'value')) as cut
        on cut.activity_kind = a.kind and cut.activity_id = a.id
     where a.org_id = :'org_id'
       and a.kind in ('message', 'call')
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
       and (:'field' = '' or cut.activity_id is not null)
     group by 1
)
select days.day::date                            as day,
       coalesce(c.messages_in, 0)                as messages_in,
       coalesce(c.messages_out, 0)               as messages_out,
       coalesce(c.calls_in, 0)                   as calls_in,
       coalesce(c.calls_out, 0)                  as calls_out,
       coalesce(c.not_answered, 0)               as not_answered,
       round(coalesce(c.seconds, 0) / 60, 1)     as talk_minutes
  from (select generate_series(min(day)::timestamp, max(day)::timestamp, interval '1 day') as day
          from counted) as days
  left join counted as c on c.day = days.day::date
 order by 1;
