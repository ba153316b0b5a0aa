-- Take deliveries that were archived or buried from the inbox, in the same transaction.
--   $1  org_id
--   $2  timestamptz[]  received_at }
--   $3  bigint[]       seq         } of each delivery
-- One scan of the key between the first and the last of them: what lies between and is
-- not ours are the batches of other workers. A join would leave the planner a choice, and
-- with statistics of an empty inbox it chooses to read all of it (events_archive). `is true`
-- keeps the list a hash table; without it the list is a join again.
-- Returns no rows; the command tag counts them. The rows were locked by inbox_claim.
delete from quo.inbox i
 where i.org_id = $1::text
   and i.received_at >= (select min(k.at) from unnest($2::timestamptz[]) as k (at))
   and i.received_at <= (select max(k.at) from unnest($2::timestamptz[]) as k (at))
   and ((i.received_at, i.seq) in (select k.received_at, k.seq
                                     from unnest($2::timestamptz[], $3::bigint[])
                                       as k (received_at, seq))) is true;
