-- Take from summaries what one whose content was pruned must not hold.
--   $1  org_id
--   $2  text[]       call ids
--   $3  timestamptz  now
-- Returns no rows. The rows are locked.
update quo.call_summaries t
   set summary           = null,
       next_steps        = null,
       jobs              = null,
       content_pruned_at = $3::timestamptz
 where t.org_id = $1::text
   and t.call_id = any ($2::text[]);
