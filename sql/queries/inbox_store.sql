-- Store deliveries that came in, each webhook-id once: quo.store_deliveries, which
-- says more (migration 0009_store).
--   $1  org_id
--   $2  text[]    webhook_id, ascending bytewise, each once
--   $3  bytea[]   body
--   $4  bigint[]  first 64 bits of the body's SHA-256
--   $5  boolean   wait where an erasure or the like holds the workspace; false: 55P03
-- Returns one row: how many were stored, null where the workspace was never made
-- (workspaces_ensure). Locks the workspace and the new ids.
select quo.store_deliveries($1::text, $2::text[], $3::bytea[], $4::bigint[], $5::boolean);
