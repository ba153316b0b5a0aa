-- Calls, the latest first
--
-- Section: calls
-- Question: Which calls were there, with whom, how did they end and how long did they take?
-- Period: when a call was placed
-- Column at: when it was placed
-- Column direction: incoming or outgoing
-- Column who: the contacts of the call, else the numbers on the other side
-- Column outcome: what became of it; empty while it rings or goes on
-- Column duration_seconds: how long it took; empty where it never connected
-- Column handled_by: the user who answered or placed it
-- Trap: the user_id of an incoming call is the line's owner; who answered is handled_by_user_id
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

select date_trunc('second', a.occurred_at at time zone :'tz')       as at,
       a.direction,
       coalesce(names.list, array_to_string(a.external_identifiers, ', ')) as who,
       a.outcome,
       c.duration_seconds,
       a.handled_by_user_id                                         as handled_by
  from quo.activities as a
  join quo.calls as c on c.org_id = :'org_id' and c.id = a.id
  left join (
       select r.activity_id,
              string_agg(coalesce(nullif(concat_ws(' ', nullif(p.first_name, ''),
                                                   nullif(p.last_name, '')), ''), p.id),
                         ', ' order by p.id) as list
         from quo.activity_contacts_resolved as r
         join quo.contacts as p on p.org_id = :'org_id' and p.id = r.contact_id
        where r.org_id = :'org_id' and r.activity_kind = 'call'
        group by r.activity_id) as names
    on names.activity_id = a.id
 where a.org_id = :'org_id'
   and a.kind = 'call'
   and a.occurred_at >= :'since'::timestamptz
   and a.occurred_at < :'until'::timestamptz
 order by a.occurred_at desc nulls last, a.id;
