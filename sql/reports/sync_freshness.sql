-- How fresh the mirror is
--
-- Section: mirror
-- Question: What does the mirror hold, and how old is the newest of each kind?
-- No field: it tells of whole tables, not of the activity of contacts
-- Column what: the table
-- Column rows: how many; of contacts the live ones
-- Column newest_at: when the newest of them was made, by Quo's clock, local time
-- Column changed_at: the last change of any of them, by Quo's clock
-- Column changed_hours: how many hours ago that was
-- Trap: a quiet workspace looks like one whose deliveries stopped: quosync status tells them apart
-- Trap: users and phone numbers come with a reconciliation, never with a delivery
-- Role: quo_reader_nocontent

-- The usual parameters: \set them before, or leave these.
\if :{?org_id} \else
select coalesce(min(org_id), 'default') as org_id from quo.workspaces \gset
\endif
\if :{?tz} \else
select coalesce(min(timezone), 'UTC') as tz from quo.workspaces where org_id = :'org_id' \gset
\endif

select what,
       n                                                                   as rows,
       date_trunc('second', newest_at at time zone :'tz')                       as newest_at,
       date_trunc('second', changed_at at time zone :'tz')                      as changed_at,
       round((extract(epoch from now() - changed_at) / 3600)::numeric, 1)  as changed_hours
  from (select 1 as place, 'contacts' as what, count(*) filter (where deleted_at is null) as n,
               max(created_at) as newest_at, max(greatest(updated_at, deleted_at)) as changed_at
          from quo.contacts
         where org_id = :'org_id' and erased_at is null
         union all
        select 2, 'messages', count(*), max(created_at), max(greatest(created_at, status_at))
          from quo.messages
         where org_id = :'org_id'
         union all
        select 3, 'calls', count(*), max(created_at), max(greatest(created_at, updated_at))
          from quo.calls
         where org_id = :'org_id'
         union all
        select 4, 'voicemails', count(*), max(created_at), max(greatest(created_at, updated_at))
          from quo.voicemails
         where org_id = :'org_id'
         union all
        select 5, 'users', count(*) filter (where gone_at is null), max(created_at),
               max(greatest(updated_at, gone_at))
          from quo.users
         where org_id = :'org_id'
         union all
        select 6, 'phone numbers', count(*) filter (where gone_at is null), max(created_at),
               max(greatest(updated_at, gone_at))
          from quo.phone_numbers
         where org_id = :'org_id') as kinds
 order by place;
