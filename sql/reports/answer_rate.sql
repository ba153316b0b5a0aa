-- Answer rate per line and day
--
-- Section: calls
-- Question: Of the calls that came in on a line on a day, how many did a person answer?
-- Period: when the call came
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Column day: the local day on which the call came, also where it went on past midnight
-- Column line: the line's name, else its number, else its id
-- Column calls: incoming calls that are over
-- Column answered: answered by a person
-- Column ai: handled by Quo's AI
-- Column forwarded: forwarded to another number
-- Column voicemail: not answered, and the caller left a voicemail
-- Column missed: not answered
-- Column abandoned: the caller gave up first
-- Column other: failed, or Quo could not tell
-- Column answered_percent: answered, of the calls that were for a person: all but ai and forwarded
-- Trap: a forwarded call, or one that Quo's AI took, is neither answered nor missed
-- Trap: a day without calls on a line has no row
-- Chart: lines x=day y=answered_percent by=line title=Calls that a person answered, by line
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

select (a.occurred_at at time zone :'tz')::date                    as day,
       coalesce(a.line_name, a.phone_number_id)                    as line,
       count(*)                                                    as calls,
       count(*) filter (where a.outcome = 'answered')              as answered,
       count(*) filter (where a.outcome = 'ai')                    as ai,
       count(*) filter (where a.outcome = 'forwarded')             as forwarded,
       count(*) filter (where a.outcome = 'voicemail')             as voicemail,
       count(*) filter (where a.outcome = 'missed')                as missed,
       count(*) filter (where a.outcome = 'abandoned')             as abandoned,
       count(*) filter (where a.outcome in ('failed', 'unknown'))  as other,
       round(100.0 * count(*) filter (where a.outcome = 'answered')
             / nullif(count(*) filter (where a.outcome not in ('ai', 'forwarded')), 0), 1)
                                                                   as answered_percent
  from quo.activities as a
  left join (select distinct activity_kind, activity_id
               from quo.activity_field_values
              where org_id = :'org_id'
                and key = :'field'
                and (:'value' = '' or value = :'value')) as cut
    on cut.activity_kind = a.kind and cut.activity_id = a.id
 where a.org_id = :'org_id'
   and a.kind = 'call'
   and a.direction = 'incoming'
   and a.outcome is not null
   and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
        or a.created_at is null
           and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
   and (:'field' = '' or cut.activity_id is not null)
 group by 1, 2
 order by 1, 2;
