-- Is anything known of a contact?
--   $1  org_id
--   $2  text  contact id
-- Returns one row: is it in the tables, or recorded as erased?
select exists (select
                 from quo.contacts
                where org_id = $1::text
                  and id = $2::text)
    or exists (select
                 from quo.contact_rest
                where org_id = $1::text
                  and contact_id = $2::text)
    or exists (select
                 from quo.erasures
                where org_id = $1::text
                  and kind = 'contact'
                  and id = $2::text);
