-- Note that a batch is begun, before anything is done with it, and count the
-- workers that died over deliveries of the same range. A row that another
-- worker is at work on is locked (it is being deleted by attempts_end).
--   $1  org_id
--   $2  worker
--   $3, $4  timestamptz, bigint  received_at and seq of the first delivery
--   $5, $6  timestamptz, bigint  received_at and seq of the last delivery
--   $7  bigint  deliveries
-- Returns (id, abandoned, abandoned_alone): the row's number, how many rows of
-- dead workers overlap, and how many of them hold the first delivery alone.
-- Runs in a transaction of its own, on another connection than the batch.
with abandoned as materialized (
    select deliveries, first_received_at, first_seq
      from quo.attempts
     where org_id = $1::text
       and (first_received_at, first_seq) <= ($5::timestamptz, $6::bigint)
       and (last_received_at, last_seq) >= ($3::timestamptz, $4::bigint)
       for update skip locked
), begun as (
    insert into quo.attempts (org_id, worker, first_received_at, first_seq,
                              last_received_at, last_seq, deliveries)
    values ($1::text, $2::text, $3::timestamptz, $4::bigint,
            $5::timestamptz, $6::bigint, $7::int)
    returning id
)
select id,
       (select count(*) from abandoned),
       (select count(*)
          from abandoned
         where deliveries = 1
           and (first_received_at, first_seq) = ($3::timestamptz, $4::bigint))
  from begun;
