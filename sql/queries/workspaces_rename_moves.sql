-- The statements that give a workspace's rows another org_id, for every table of
-- quo that has one: copy ($1 from, $2 to), then delete ($1 from). An UPDATE of
-- org_id would move rows between nodes, which a cluster refuses.
-- Returns (table, copy, delete), by the table's name.
select c.relname,
       format('insert into quo.%1$I (org_id%2$s)'
              ' select $2::text%2$s from quo.%1$I where org_id = $1::text',
              c.relname,
              coalesce(string_agg(format(', %I', a.attname), '' order by a.attnum)
                           filter (where a.attname <> 'org_id' and a.attgenerated = ''), '')),
       format('delete from quo.%I where org_id = $1::text', c.relname)
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relnamespace = 'quo'::regnamespace
   and c.relkind in ('r', 'p')
   and not c.relispartition
 group by c.oid, c.relname
having bool_or(a.attname = 'org_id')
 order by c.relname;
