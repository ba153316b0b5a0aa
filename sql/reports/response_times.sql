-- Response time to messages
--
-- Section: messages
-- Question: How long do people wait until we answer their messages?
-- Period: when the question came
-- Parameter opens (09:00): when a working day begins
-- Parameter closes (17:00): and when it ends
-- Parameter days (12345): the working days, 1 is Monday
-- Parameter ai (no): yes counts what Quo's AI sent or answered as an answer, too
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Column line: the line that the question came in on; the first row is all lines
-- Column questions: questions, of one or several messages in a row
-- Column answered: how many of them were answered
-- Column median_minutes: half of the answers came within so many minutes
-- Column p90_minutes: nine of ten did
-- Column median_business_minutes: the same, counting working hours only
-- Column p90_business_minutes: the same, counting working hours only
-- Trap: several messages in a row are one question; the wait counts from the first of them
-- Trap: an answer by anyone, on any line, counts, also a call; what failed does not
-- Trap: working hours know no holidays
-- Trap: a question of before the period that was still open counts from its first message in it
-- Chart: bars x=line y=median_minutes title=Half of the answers came within
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
\if :{?opens} \else \set opens 09:00 \endif
\if :{?closes} \else \set closes 17:00 \endif
\if :{?days} \else \set days 12345 \endif
\if :{?ai} \else \set ai no \endif
\if :{?field} \else \set field '' \endif
\if :{?value} \else \set value '' \endif

with events as (
    -- What they wrote, and whenever somebody of ours got, or tried to get, in touch with them.
    -- Of a group message, its sender waits for an answer.
    select a.external_identifiers[1] collate "C" as number, a.occurred_at, false as ours,
           coalesce(a.line_name, a.phone_number_id) as line
      from quo.activities as a
      left join (select distinct activity_kind, activity_id
                   from quo.activity_field_values
                  where org_id = :'org_id'
                    and key = :'field'
                    and (:'value' = '' or value = :'value')) as cut
        on cut.activity_kind = a.kind and cut.activity_id = a.id
     where a.org_id = :'org_id'
       and a.kind = 'message'
       and a.direction = 'incoming'
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
       and a.external_identifiers[1] like '+%'
       and (:'field' = '' or cut.activity_id is not null)
     union all
    select who.number collate "C", a.occurred_at, true, null
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
), in_order as (
    select *, lag(ours) over (partition by number order by occurred_at, ours) as before_ours
      from events
), turns as (
    -- The first of several messages in a row begins the wait, our first answer ends it.
    select *, lead(occurred_at) over (partition by number order by occurred_at, ours)
                  as answered_at
      from in_order
     where ours is distinct from before_ours
), waits as (
    select line, occurred_at, answered_at,
           extract(epoch from answered_at - occurred_at) / 60 as minutes,
           quo.business_seconds(occurred_at at time zone :'tz', answered_at at time zone :'tz',
                                :'opens'::time, :'closes'::time, :'days') / 60 as business_minutes
      from turns
     where not ours
)
select case when grouping(line) = 1 then 'all lines' else line end    as line,
       count(*)                                                       as questions,
       count(answered_at)                                             as answered,
       round(percentile_cont(0.5) within group (order by minutes)::numeric, 1) as median_minutes,
       round(percentile_cont(0.9) within group (order by minutes)::numeric, 1) as p90_minutes,
       round(percentile_cont(0.5) within group (order by business_minutes)::numeric, 1)
                                                                      as median_business_minutes,
       round(percentile_cont(0.9) within group (order by business_minutes)::numeric, 1)
                                                                      as p90_business_minutes
  from waits
 group by grouping sets ((), (line))
 order by grouping(line) desc, questions desc, line;
