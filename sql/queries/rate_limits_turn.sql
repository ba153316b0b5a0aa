-- Reserve the next REST request's turn, for all processes that share the key; or
-- take back one that passed unused: as long as nobody has reserved a later one it
-- moves to 6 ms ago (a request may be late by more, see api.h), so that little of the
-- rate is lost; otherwise it is lost and a new one comes after all others.
--   $1  key: a digest of the API key
--   $2  bigint  microseconds between two requests
--   $3  bigint  next_us of the turn that passed; 0: none
-- Returns (next_us, wait_us): the turn, and how many microseconds from now it may be
-- used (0 or less: at once); the third column is for the server: the wait counts from
-- before the commit, which must not wait for the disk. A turn more than ten minutes
-- ahead is of a clock that was set back since: it counts for nothing.
with turn as (
    insert into quo.rate_limits as r (key, next_us)
    values ($1::text, (extract(epoch from clock_timestamp()) * 1000000)::bigint)
        on conflict (key) do update
       set next_us = case
                         when r.next_us > excluded.next_us + 600000000
                         then excluded.next_us
                         when r.next_us = $3::bigint
                         then greatest(r.next_us, excluded.next_us - 6000)
                         else greatest(r.next_us + $2::bigint, excluded.next_us)
                     end
    returning next_us
)
select next_us,
       next_us - (extract(epoch from clock_timestamp()) * 1000000)::bigint as wait_us,
       set_config('synchronous_commit', 'off', true)
  from turn;
