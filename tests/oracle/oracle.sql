-- An independent statement of the merge: computes, from the archive alone, what every table
-- that people query must hold after webhooks (REST and erasure excepted). Made for small
-- sets: clear, not fast. Load with `psql -f tests/oracle/oracle.sql`, then run compare.sql.
-- Everything lives in a scratch schema, `oracle`; drop it when done.

\set ON_ERROR_STOP on
begin;
set local client_min_messages = warning;
\ir archive.sql
\ir links.sql
\ir contacts.sql
\ir messages.sql
\ir calls.sql
\ir differences.sql
commit;
