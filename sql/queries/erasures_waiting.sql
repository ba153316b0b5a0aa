-- The waiting deliveries that name what is erased. A worker would treat them alike
-- later; until then their bodies would stay.
--   $1  org_id
--   $2  text[]  ids of contacts and activities
--   $3  bigint  rows at most
-- Returns (received_at, seq, webhook_id, body). The workspace is locked, no worker
-- holds a row.
select received_at, seq, webhook_id, body
  from quo.inbox
 where org_id = $1::text
   and exists (select
                 from unnest($2::text[]) as k (id)
                where position(convert_to(k.id, 'UTF8') in body) > 0)
 order by received_at, seq
 limit $3::bigint;
