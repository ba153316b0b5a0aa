-- Contacts, the one heard of last first
--
-- Section: contacts
-- Question: Who are our contacts, and what was the last message, call or voicemail with them?
-- Period: when an activity happened
-- Column contact: the contact's name, else its company, else its number, else its id
-- Column phone: its first number
-- Column last_touch: when the last activity was
-- Column what: incoming or outgoing message, call or voicemail
-- Column outcome: what became of it
-- Trap: an activity counts for a contact where Quo matched the two, or, where Quo could not
--   look, where the number is theirs
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

with touch as (
    select distinct on (r.contact_id) r.contact_id, a.occurred_at, a.kind, a.direction, a.outcome
      from quo.activity_contacts_resolved as r
      join quo.activities as a
        on a.org_id = :'org_id' and a.kind = r.activity_kind and a.id = r.activity_id
     where r.org_id = :'org_id'
       and a.occurred_at >= :'since'::timestamptz
       and a.occurred_at < :'until'::timestamptz
     order by r.contact_id, a.occurred_at desc nulls last, a.id
)
select coalesce(nullif(concat_ws(' ', nullif(c.first_name, ''), nullif(c.last_name, '')), ''),
                nullif(c.company, ''), phone.value, c.id)          as contact,
       phone.value                                                  as phone,
       date_trunc('second', touch.occurred_at at time zone :'tz')   as last_touch,
       concat_ws(' ', touch.direction, touch.kind)                  as what,
       touch.outcome
  from quo.live_contacts as c
  left join quo.contact_phone_numbers as phone
    on phone.org_id = :'org_id' and phone.contact_id = c.id and phone.position = 1
  left join touch on touch.contact_id = c.id
 where c.org_id = :'org_id'
 order by touch.occurred_at desc nulls last, contact;
