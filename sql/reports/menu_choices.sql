-- What callers choose in the phone menu
--
-- Section: calls
-- Question: Which choices of the phone menu do callers make, and what becomes of their calls?
-- Period: when the call came
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Column choice: the digit; empty where the caller made no valid choice
-- Column name: what the menu called it then
-- Column calls: how many
-- Column percent: of all calls that met the menu
-- Column answered: answered by a person
-- Column ai: handled by Quo's AI
-- Column forwarded: forwarded to another number
-- Column lost: voicemail, missed, abandoned
-- Column answered_percent: answered, of the calls but those of ai and forwarded
-- Trap: a choice that was renamed has a row for each name
-- Trap: of a call's several choices Quo tells the last
-- Chart: bars x=name y=answered,ai,forwarded,lost title=What became of the calls of each choice
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

select c.menu_selection                                               as choice,
       c.menu_selection_name                                          as name,
       count(*)                                                       as calls,
       round(100.0 * count(*) / sum(count(*)) over (), 1)             as percent,
       count(*) filter (where a.outcome = 'answered')                 as answered,
       count(*) filter (where a.outcome = 'ai')                       as ai,
       count(*) filter (where a.outcome = 'forwarded')                as forwarded,
       count(*) filter (where a.outcome in ('voicemail', 'missed', 'abandoned')) as lost,
       round(100.0 * count(*) filter (where a.outcome = 'answered')
             / nullif(count(*) filter (where a.outcome not in ('ai', 'forwarded')), 0), 1)
                                                                      as answered_percent
  from quo.activities as a
  join quo.calls as c on c.org_id = :'org_id' and c.id = a.id
  left join (select distinct activity_kind, activity_id
               from quo.activity_field_values
              where org_id = :'org_id'
                and key = :'field'
                and (:'value' = '' or value = :'value')) as cut
    on cut.activity_kind = a.kind and cut.activity_id = a.id
 where a.org_id = :'org_id'
   and a.kind = 'call'
   and (c.menu_selection is not null or c.menu_selection_name is not null
        or c.menu_reason is not null)
   and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
        or a.created_at is null
           and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
   and (:'field' = '' or cut.activity_id is not null)
 group by c.menu_selection, c.menu_selection_name
 order by calls desc, choice, name;
