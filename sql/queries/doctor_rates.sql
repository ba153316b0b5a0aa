-- Turns for REST requests that lie further ahead than any wait can explain (a clock was
-- wrong), for quosync doctor.
-- Returns one row (keys, seconds): of how many API keys, and how far ahead at most.
select count(*),
       coalesce(max(next_us / 1000000 - extract(epoch from clock_timestamp())), 0)::bigint
  from quo.rate_limits
 where next_us / 1000000 > extract(epoch from clock_timestamp()) + 600;
