-- What processes that died, or ran long ago, left of a workspace, for quosync doctor.
--   $1  text    org_id
--   $2  bigint  seconds that the archive is kept; 0: for ever
--   $3  bigint  seconds that delivery ids are kept
-- Returns one row (now, attempts, worker, first, lease, holder, expires, running, started,
-- old_events, old_ids): how many batches were begun more than ten minutes ago, by whom and
-- when first; the lease that runs longest, in whose hands and until when (null: none holds);
-- how many reconciliations are noted as running although no lease holds, since when; whether
-- there are a week of the archive, and ids, two weeks older than they are kept.
select clock_timestamp(),
       a.n, a.worker, a.started_at,
       l.name, l.holder, l.expires_at,
       r.n, r.started_at,
       $2::bigint > 0 and exists (
           select
             from pg_catalog.pg_class c
             join pg_catalog.pg_inherits i on i.inhrelid = c.oid
            where i.inhparent = 'quo.events'::regclass
              and c.relname ~ '^events_[0-9]{4}_[0-9]{2}_[0-9]{2}$'
              and to_date(substr(c.relname, 8), 'YYYY_MM_DD')
                  < now() - make_interval(secs => $2::bigint) - interval '21 days'),
       exists (select
                 from quo.delivery_ids d
                where d.org_id = $1::text
                  and d.received_at
                      < now() - make_interval(secs => $3::bigint) - interval '14 days')
  from (select count(*) as n, min(worker) as worker, min(started_at) as started_at
          from quo.attempts
         where org_id = $1::text
           and started_at < clock_timestamp() - interval '10 minutes') a
 cross join (select count(*) as n, min(started_at) as started_at
               from quo.reconcile_runs
              where org_id = $1::text
                and outcome = 'running'
                and started_at < clock_timestamp() - interval '10 minutes'
                and not exists (select
                                  from quo.leases
                                 where org_id = $1::text
                                   and expires_at > clock_timestamp())) r
  left join (select name, holder, expires_at
               from quo.leases
              where org_id = $1::text
                and expires_at > clock_timestamp()
              order by expires_at desc
              limit 1) l on true;
