-- Take the bodies of dead letters that name what is erased.
--   $1  org_id
--   $2  text[]  ids of contacts and activities
-- Returns no rows; the command tag counts them.
update quo.dead_letters d
   set body = null
 where d.org_id = $1::text
   and d.body is not null
   and exists (select
                 from unnest($2::text[]) as k (id)
                where position(convert_to(k.id, 'UTF8') in d.body) > 0);
