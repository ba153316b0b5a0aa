-- Live contacts, the one heard of last first: who it is, and the last message,
-- call or voicemail with them. An activity counts for a contact where Quo
-- matched the two, or, where Quo could not look, where the number is theirs.
with touch as (
    select distinct on (r.org_id, r.contact_id)
           r.org_id, r.contact_id, a.occurred_at, a.kind, a.direction, a.outcome
      from quo.activity_contacts_resolved as r
      join quo.activities as a
        on a.org_id = r.org_id and a.kind = r.activity_kind and a.id = r.activity_id
     order by r.org_id, r.contact_id, a.occurred_at desc nulls last, a.id
)
select coalesce(nullif(concat_ws(' ', nullif(c.first_name, ''), nullif(c.last_name, '')), ''),
                nullif(c.company, ''), phone.value, c.id)          as contact,
       phone.value                                                  as phone,
       to_char(touch.occurred_at, 'YYYY-MM-DD HH24:MI')             as last_touch,
       concat_ws(' ', touch.direction, touch.kind)                  as what,
       touch.outcome
  from quo.live_contacts as c
  left join quo.contact_phone_numbers as phone
    on phone.org_id = c.org_id and phone.contact_id = c.id and phone.position = 1
  left join touch on touch.org_id = c.org_id and touch.contact_id = c.id
 order by touch.occurred_at desc nulls last, contact;
