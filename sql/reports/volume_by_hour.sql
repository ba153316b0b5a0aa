-- Volume by weekday and hour
--
-- Section: people
-- Question: When do people write and call, so when should somebody be there?
-- Period: when it happened
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Column weekday: the local day of the week
-- Column hour: the local hour, 0 to 23
-- Column messages_in: messages received
-- Column messages_out: messages sent
-- Column calls_in: incoming calls
-- Column calls_out: outgoing calls
-- Column incoming: messages received and incoming calls
-- Column total: all of them
-- Trap: hours are local: where clocks change, one night has an hour less, and one an hour twice
-- Trap: a call belongs to the hour in which it began, also where it went on past it
-- Trap: voicemails are not counted beside their calls
-- Chart: heatmap x=hour y=weekday value=incoming title=What comes in, by weekday and hour
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
    select extract(isodow from a.occurred_at at time zone :'tz')::integer      as weekday,
           extract(hour from a.occurred_at at time zone :'tz')::integer        as hour,
           count(*) filter (where a.kind = 'message' and a.direction = 'incoming') as messages_in,
           count(*) filter (where a.kind = 'message' and a.direction = 'outgoing') as messages_out,
           count(*) filter (where a.kind = 'call' and a.direction = 'incoming')    as calls_in,
           count(*) filter (where a.kind = 'call' and a.direction = 'outgoing')    as calls_out
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
     group by 1, 2
)
select (array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[d]
                                                                 as weekday,
       h                                                         as hour,
       coalesce(messages_in, 0)                                  as messages_in,
       coalesce(messages_out, 0)                                 as messages_out,
       coalesce(calls_in, 0)                                     as calls_in,
       coalesce(calls_out, 0)                                    as calls_out,
       coalesce(messages_in + calls_in, 0)                       as incoming,
       coalesce(messages_in + calls_in + messages_out + calls_out, 0) as total
  from generate_series(1, 7) as d
  cross join generate_series(0, 23) as h
  left join counted as c on c.weekday = d and c.hour = h
 order by d, h;
