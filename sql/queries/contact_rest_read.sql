-- Read what REST said of contacts. Sent behind contacts_lock, as a statement of its
-- own: whoever writes contact_rest holds the contact's lock, so what is read after
-- that lock is the latest.
--   $1  org_id
--   $2  text[]  contact_ids
-- Returns (contact_id, merge_state) of those that exist, by contact_id.
-- OFFSET 0: see contacts_lock.
select r.contact_id, r.merge_state
  from unnest($2::text[]) as k (contact_id)
 cross join lateral (
       select t.contact_id, t.merge_state
         from quo.contact_rest t
        where t.org_id = $1::text
          and t.contact_id = k.contact_id
       offset 0) r
 order by r.contact_id;
