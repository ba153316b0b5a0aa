-- What makes a server keep more than it needs, as far as SQL can see it, for quosync doctor.
-- Returns one row (slots, slot, prepared, gid): how many replication slots are not in use
-- and hold back WAL, and one of them; how many prepared transactions are older than an
-- hour and hold back vacuum, and one of them.
select (select count(*) from pg_catalog.pg_replication_slots
         where not active and not temporary and restart_lsn is not null),
       (select min(slot_name::text) from pg_catalog.pg_replication_slots
         where not active and not temporary and restart_lsn is not null),
       (select count(*) from pg_catalog.pg_prepared_xacts
         where database = current_database() and prepared < now() - interval '1 hour'),
       (select min(gid) from pg_catalog.pg_prepared_xacts
         where database = current_database() and prepared < now() - interval '1 hour');
