-- Calls, the latest first: when, with whom, how they ended and how long they
-- took. The outcome is quosync's reading of all that Quo said of the call; it
-- is empty while the call rings or goes on.
select to_char(a.occurred_at, 'YYYY-MM-DD HH24:MI')                as at,
       a.direction,
       coalesce(names.list, array_to_string(a.external_identifiers, ', ')) as who,
       a.outcome,
       c.duration_seconds * interval '1 second'                     as duration,
       a.handled_by_user_id                                         as handled_by
  from quo.activities as a
  join quo.calls as c on c.org_id = a.org_id and c.id = a.id
  left join (
       select r.org_id, r.activity_id,
              string_agg(coalesce(nullif(concat_ws(' ', nullif(p.first_name, ''),
                                                   nullif(p.last_name, '')), ''), p.id),
                         ', ' order by p.id) as list
         from quo.activity_contacts_resolved as r
         join quo.contacts as p on p.org_id = r.org_id and p.id = r.contact_id
        where r.activity_kind = 'call'
        group by r.org_id, r.activity_id) as names
    on names.org_id = a.org_id and names.activity_id = a.id
 where a.kind = 'call'
 order by a.occurred_at desc nulls last, a.id;
