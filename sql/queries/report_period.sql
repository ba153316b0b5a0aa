-- Settle the period of reports. Each end is a date (its midnight in the time
-- zone), an instant, or by default: until now, since the midnight 30 days before.
--   $1  text         time zone
--   $2  text         since: a date; null: none
--   $3  boolean      is $4 given?
--   $4  timestamptz  since: an instant; -infinity is from the beginning
--   $5 to $7         the same of until
-- Returns one row: since, until, now; and the three in local time, as text
-- (empty for -infinity).
with ends as (
    select case when $2::text is not null then ($2::text)::date::timestamp at time zone $1::text
                when $3::boolean then $4::timestamptz end as since,
           case when $5::text is not null then ($5::text)::date::timestamp at time zone $1::text
                when $6::boolean then $7::timestamptz
                else now() end as until
), settled as (
    select coalesce(since, (date_trunc('day', until at time zone $1::text) - interval '30 days')
                           at time zone $1::text) as since,
           until
      from ends
)
select since,
       until,
       now(),
       case when isfinite(since)
            then to_char(since at time zone $1::text, 'YYYY-MM-DD HH24:MI') else '' end,
       case when isfinite(until)
            then to_char(until at time zone $1::text, 'YYYY-MM-DD HH24:MI') else '' end,
       to_char(now() at time zone $1::text, 'YYYY-MM-DD HH24:MI')
  from settled;
