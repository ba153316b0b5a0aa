-- Messages per live contact: how many came in and went out, how many of these
-- never arrived, and when the last one was.
select coalesce(nullif(concat_ws(' ', nullif(c.first_name, ''), nullif(c.last_name, '')), ''),
                nullif(c.company, ''), c.id)                        as contact,
       count(*) filter (where a.direction = 'incoming')             as received,
       count(*) filter (where a.direction = 'outgoing')             as sent,
       count(*) filter (where a.outcome in ('failed', 'undelivered')) as not_delivered,
       to_char(max(a.occurred_at), 'YYYY-MM-DD HH24:MI')            as last_message
  from quo.live_contacts as c
  join quo.activity_contacts_resolved as r
    on r.org_id = c.org_id and r.contact_id = c.id and r.activity_kind = 'message'
  join quo.activities as a
    on a.org_id = r.org_id and a.kind = r.activity_kind and a.id = r.activity_id
 group by c.org_id, c.id, c.first_name, c.last_name, c.company
 order by count(*) desc, contact;
