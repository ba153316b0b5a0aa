-- Take the batch's own row away: as long as the batch's transaction lives, the
-- row is locked, and so does not count as abandoned.
--   $1  org_id
--   $2  bigint  id
-- Returns no rows.
delete from quo.attempts
 where org_id = $1::text
   and id = $2::bigint;
