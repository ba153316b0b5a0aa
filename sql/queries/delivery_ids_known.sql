-- Which deliveries this mirror has ever stored: still known by id, archived,
-- dead (discarded ones too) or waiting. The archive is looked at between two
-- instants only, because its key begins with them.
--   $1  org_id
--   $2  text[]  webhook-ids
--   $3  timestamptz  received after this
--   $4  timestamptz  and before this
-- Returns the known ids, each once.
select webhook_id
  from quo.delivery_ids
 where org_id = $1::text
   and webhook_id = any ($2::text[])
union
select webhook_id
  from quo.dead_letters
 where org_id = $1::text
   and webhook_id = any ($2::text[])
union
select webhook_id
  from quo.events
 where org_id = $1::text
   and received_at > $3::timestamptz
   and received_at < $4::timestamptz
   and webhook_id = any ($2::text[])
union
select webhook_id
  from quo.inbox
 where org_id = $1::text
   and webhook_id = any ($2::text[]);
