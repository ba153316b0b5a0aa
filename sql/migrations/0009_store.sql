-- The way into the inbox. A function, because the server keeps a function's plans
-- (also behind a pooler in transaction mode, where prepared statements are lost):
-- intake runs it a thousand times a second, and planning took a quarter of its time.

-- Stores deliveries of one workspace, each webhook-id once, and returns how many
-- were new; null, and nothing is stored, where the workspace has no row.
--   ids      webhook-ids, ascending bytewise (one lock order for all), each once
--   bodies   in the same order
--   digests  the first 64 bits of each body's SHA-256
--   patient  wait where somebody holds the workspace; else fail at once (55P03)
-- A webhook-id that is known stores nothing, whatever its body: the first one stays.
-- received_at is the transaction's instant by the database's clock, so that several
-- receivers agree. A kept plan knows nothing of the arrays' lengths: without
-- enable_nestloop = off it could compare each id with each.
create function quo.store_deliveries(workspace text, ids text[], bodies bytea[], digests bigint[],
                                     patient boolean) returns bigint
    language plpgsql
    set search_path = pg_catalog, quo, pg_temp
    set enable_nestloop = off
as $$
declare
    stored bigint;
begin
    -- The lock that every transaction of a workspace begins with; see workspaces_lock.
    if patient then
        perform from quo.workspaces w where w.org_id = workspace for key share;
    else
        perform from quo.workspaces w where w.org_id = workspace for key share nowait;
    end if;
    if not found then
        return null;
    end if;
    with new as (
        insert into quo.delivery_ids (org_id, webhook_id, received_at, body_digest)
        select workspace, k.webhook_id, now(), k.body_digest
          from unnest(ids, digests) as k (webhook_id, body_digest)
            on conflict (org_id, webhook_id) do nothing
        returning org_id, webhook_id
    )
    insert into quo.inbox (org_id, received_at, webhook_id, body)
    select n.org_id, now(), n.webhook_id, k.body
      from unnest(ids, bodies) as k (webhook_id, body)
      join new n on n.webhook_id = k.webhook_id;
    get diagnostics stored = row_count;
    return stored;
end
$$;
comment on function quo.store_deliveries(text, text[], bytea[], bigint[], boolean) is
    'Stores deliveries of a workspace, each webhook-id once; returns how many were new.';
