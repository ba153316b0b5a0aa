-- Live contacts that a listing has not shown, of a form of id that REST uses.
--   $1  org_id
--   $2  timestamptz  when the listing began: what was made later need not be in it
--   $3  timestamptz  not seen since then
--   $4  forms of ids (contacts_id_forms), as an array literal
--   $5  go on after this id; '' at the start
--   $6  bigint  at most so many
-- Returns their ids, sorted.
select c.id
  from quo.contacts c
  left join quo.contact_rest r on r.org_id = $1::text and r.contact_id = c.id
 where c.org_id = $1::text
   and c.id > $5::text
   and c.deleted_at is null
   and c.erased_at is null
   and (c.created_at is null or c.created_at < $2::timestamptz)
   and (r.seen_at is null or r.seen_at < $3::timestamptz)
   and (r.seen_at is not null
        or case when c.id ~ '^[0-9a-f]{24}$' then 'hex' else left(c.id, 2) end
           = any (($4::text)::text[]))
 order by c.id
 limit $6::bigint;
