-- Reserve the next REST request's turn, for all processes that share the key.
--   $1  key: a digest of the API key
--   $2  bigint  microseconds between two requests
-- Returns how many microseconds from now it may be sent (0 or less: at once).
with turn as (
    insert into quo.rate_limits as r (key, next_us)
    values ($1::text, (extract(epoch from clock_timestamp()) * 1000000)::bigint)
        on conflict (key) do update
       set next_us = greatest(r.next_us + $2::bigint, excluded.next_us)
    returning next_us
)
select next_us - (extract(epoch from clock_timestamp()) * 1000000)::bigint as wait_us
  from turn;
