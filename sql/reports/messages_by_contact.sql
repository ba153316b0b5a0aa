-- Messages per contact
--
-- Section: contacts
-- Question: With whom do we exchange the most messages, and how many of ours never arrive?
-- Period: when a message was sent
-- Column contact: the contact's name, else its company, else its id
-- Column received: messages from the contact
-- Column sent: messages to the contact
-- Column not_delivered: of these, the ones that failed or were not delivered
-- Column last_message: when the last one was
-- Trap: a message with several contacts counts for each of them
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

select coalesce(nullif(concat_ws(' ', nullif(c.first_name, ''), nullif(c.last_name, '')), ''),
                nullif(c.company, ''), c.id)                        as contact,
       count(*) filter (where a.direction = 'incoming')             as received,
       count(*) filter (where a.direction = 'outgoing')             as sent,
       count(*) filter (where a.outcome in ('failed', 'undelivered')) as not_delivered,
       date_trunc('second', max(a.occurred_at) at time zone :'tz')  as last_message
  from quo.live_contacts as c
  join quo.activity_contacts_resolved as r
    on r.org_id = c.org_id and r.contact_id = c.id and r.activity_kind = 'message'
   and r.org_id = :'org_id'
  join quo.activities as a
    on a.org_id = r.org_id and a.kind = r.activity_kind and a.id = r.activity_id
   and a.org_id = :'org_id'
 where c.org_id = :'org_id'
   and a.occurred_at >= :'since'::timestamptz
   and a.occurred_at < :'until'::timestamptz
 group by c.org_id, c.id, c.first_name, c.last_name, c.company
 order by count(*) desc, contact;
