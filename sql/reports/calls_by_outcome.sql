-- Calls by outcome
--
-- Section: calls
-- Question: What became of our calls, and how long did they take?
-- Period: when the call was placed
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Column direction: incoming or outgoing
-- Column outcome: answered, ai, forwarded, voicemail, missed, abandoned, unanswered, failed,
--   unknown; empty while a call goes on
-- Column calls: how many
-- Column percent: of all calls in this direction
-- Column median_minutes: how long half of them took at most
-- Column total_minutes: all of them together
-- Trap: an outgoing call that a voicemail box took counts as answered, Quo cannot tell
-- Trap: Quo counts minutes from the answer, calls that never connected have none
-- Chart: bars x=outcome y=calls by=direction
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

select a.direction,
       a.outcome,
       count(*)                                                       as calls,
       round(100.0 * count(*) / sum(count(*)) over (partition by a.direction), 1) as percent,
       round((percentile_cont(0.5) within group (order by a.duration_seconds)
              filter (where a.duration_seconds > 0) / 60)::numeric, 1) as median_minutes,
       round(coalesce(sum(a.duration_seconds), 0) / 60, 1)            as total_minutes
  from quo.activities as a
  left join (select distinct activity_kind, activity_id
               from quo.activity_field_values
              where org_id = :'org_id'
                and key = :'field'
                and (:'value' = '' or value = :'value')) as cut
    on cut.activity_kind = a.kind and cut.activity_id = a.id
 where a.org_id = :'org_id'
   and a.kind = 'call'
   and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
        or a.created_at is null
           and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
   and (:'field' = '' or cut.activity_id is not null)
 group by a.direction, a.outcome
 order by a.direction, calls desc, a.outcome;
