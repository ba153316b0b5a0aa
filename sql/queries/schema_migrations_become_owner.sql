-- Act as the role that owns schema quo for the rest of the transaction, so that
-- what a migration creates belongs to it as well. Fails when the user is not a
-- member of it.
-- Returns one row that nobody reads; none when there is no schema, or it is the user's own.
select set_config('role', pg_get_userbyid(nspowner), true)
  from pg_namespace
 where nspname = 'quo'
   and pg_get_userbyid(nspowner) <> current_user;
