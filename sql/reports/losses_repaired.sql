-- What reconciliation found and repaired
--
-- Section: mirror
-- Question: What did deliveries miss, and did reconciliation make up for it?
-- Period: when a run began, or a delivery became a dead letter
-- No field: reconciliations and dead letters belong to no contact
-- Column day: the local day
-- Column runs: reconciliations
-- Column not_done: of these, failed, died, or could not check everything
-- Column checked: what they compared, contacts, calls, messages and so on together
-- Column repaired: what they had to repair
-- Column deliveries_lost: deliveries that Quo had sent and nobody received
-- Column deliveries_fetched: of these, those that were fetched from Quo and applied
-- Column dead_letters: deliveries that could not be applied, without discarded ones
-- Trap: the first runs of a new mirror repair all that was there before: that is no loss
-- Trap: dry runs are left out; a run that is still going on is not done
-- Trap: it reads the machinery, which readers may not
-- Chart: lines x=day y=repaired,dead_letters
-- Role: quo_worker

-- The usual parameters: \set them before, or leave these.
\if :{?org_id} \else
select coalesce(min(org_id), 'default') as org_id from quo.workspaces \gset
\endif
\if :{?tz} \else
select coalesce(min(timezone), 'UTC') as tz from quo.workspaces where org_id = :'org_id' \gset
\endif
\if :{?since} \else
select (date_trunc('day', now() at time zone :'tz') - interval '30 days') at time zone :'tz'
       as since \gset
\endif
\if :{?until} \else
select now() as until \gset
\endif

with run as (
    select (started_at at time zone :'tz')::date as day, outcome, checked, repaired, counts
      from quo.reconcile_runs
     where org_id = :'org_id'
       and not dry_run
       and started_at >= :'since'::timestamptz
       and started_at < :'until'::timestamptz
), runs as (
    select day,
           count(*)                                                      as runs,
           count(*) filter (where outcome <> 'done')                     as not_done,
           sum(checked)                                                  as checked,
           sum(repaired)                                                 as repaired,
           sum(coalesce((counts -> 'deliveries' ->> 'lost')::bigint, 0)) as lost,
           sum(coalesce((counts -> 'deliveries' ->> 'fetched')::bigint, 0)) as fetched
      from run
     group by day
), letters as (
    select (failed_at at time zone :'tz')::date as day, count(*) as n
      from quo.dead_letters
     where org_id = :'org_id'
       and discarded_at is null
       and failed_at >= :'since'::timestamptz
       and failed_at < :'until'::timestamptz
     group by 1
)
select coalesce(r.day, l.day)      as day,
       coalesce(r.runs, 0)         as runs,
       coalesce(r.not_done, 0)     as not_done,
       coalesce(r.checked, 0)      as checked,
       coalesce(r.repaired, 0)     as repaired,
       coalesce(r.lost, 0)         as deliveries_lost,
       coalesce(r.fetched, 0)      as deliveries_fetched,
       coalesce(l.n, 0)            as dead_letters
  from runs as r
  full join letters as l on l.day = r.day
 order by 1;
