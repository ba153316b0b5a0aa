-- Take from contacts what an erased one must not hold.
--   $1  org_id
--   $2  text[]  ids; quo.erasures names them
-- Returns no rows. The rows of quo.contacts are locked.
with numbers as (
    delete from quo.contact_phone_numbers
     where org_id = $1::text
       and contact_id = any ($2::text[])
), emails as (
    delete from quo.contact_emails
     where org_id = $1::text
       and contact_id = any ($2::text[])
), fields as (
    delete from quo.contact_custom_fields
     where org_id = $1::text
       and contact_id = any ($2::text[])
)
update quo.contacts t
   set first_name         = null,
       last_name          = null,
       company            = null,
       role               = null,
       location           = null,
       source             = null,
       external_id        = null,
       source_url         = null,
       created_by_user_id = null,
       shared_with_ids    = null,
       quo_url            = null,
       erased_at          = e.erased_at
  from quo.erasures e
 where t.org_id = $1::text
   and t.id = any ($2::text[])
   and e.org_id = $1::text
   and e.kind = 'contact'
   and e.id = t.id;
