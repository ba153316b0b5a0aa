-- Take from messages what one whose content was pruned must not hold.
--   $1  org_id
--   $2  text[]       ids
--   $3  timestamptz  now
-- Returns no rows. The rows are locked.
update quo.messages t
   set body              = null,
       media             = null,
       content_pruned_at = $3::timestamptz
 where t.org_id = $1::text
   and t.id = any ($2::text[]);
