-- Growth of contacts, by source
--
-- Section: contacts
-- Question: How many contacts come and go, and from where?
-- Period: when a contact was made, or deleted
-- Parameter unit (week): day, week, month, quarter or year
-- Parameter field (): only contacts that have this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Column period: the first local day of the week (or day, month ...); a week begins on Monday
-- Column source: where the contact came from; none where Quo names no source
-- Column created: contacts made
-- Column deleted: contacts deleted
-- Column net: the difference
-- Trap: the first and the last week may be cut by the period
-- Trap: a contact that was deleted and came back counts as made, once
-- Trap: deleted contacts no longer have their custom fields, so a cut by field sees none of them
-- Chart: bars x=period y=created by=source title=New contacts by source
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
\if :{?unit} \else \set unit week \endif
\if :{?field} \else \set field '' \endif
\if :{?value} \else \set value '' \endif

with counted as (
    select c.source, change.at, change.created, change.deleted
      from quo.contacts as c
      cross join lateral (values (c.created_at, 1, 0), (c.deleted_at, 0, 1))
              as change (at, created, deleted)
     where c.org_id = :'org_id'
       and change.at >= :'since'::timestamptz
       and change.at < :'until'::timestamptz
       and (:'field' = ''
            or c.id in (select contact_id
                          from quo.contact_field_values
                         where org_id = :'org_id'
                           and key = :'field'
                           and (:'value' = '' or value = :'value')))
)
select date_trunc(:'unit', at at time zone :'tz')::date as period,
       coalesce(nullif(source, ''), 'none')             as source,
       sum(created)                                     as created,
       sum(deleted)                                     as deleted,
       sum(created - deleted)                           as net
  from counted
 group by 1, 2
 order by 1, 2;
