-- Schema quo and its machinery: what is waiting, the archive, what was refused,
-- and what keeps runs apart. People's tables are in 0002 and 0003.
--
-- Habits of all migrations: org_id (plain text, one collation everywhere) leads
-- every key, so that the schema can be distributed by it; ids are COLLATE "C",
-- because the program sorts and compares them bytewise; constraints have names;
-- numbers come from sequences, are bigint and say nothing of order.

-- An administrator may have made the schema for a role that may not create one
-- (IF NOT EXISTS would ask for that right even then).
do $$
begin
    if to_regnamespace('quo') is null then
        create schema quo;
    end if;
end
$$;
comment on schema quo is
    'A live copy of Quo workspaces, kept by quosync. Instants are timestamptz, durations are seconds, ids are Quo''s.';

create table quo.schema_migrations (
    number     integer     not null,
    name       text        not null,
    checksum   text        not null,
    applied_at timestamptz not null default now(),
    constraint schema_migrations_pkey primary key (number)
);
comment on table quo.schema_migrations is 'The migrations that were applied to this schema, by quosync migrate.';
comment on column quo.schema_migrations.number is 'The migration''s number, from 1 without gaps.';
comment on column quo.schema_migrations.name is 'The migration file''s name without .sql.';
comment on column quo.schema_migrations.checksum is 'SHA-256 of the migration file, in hex; a released file never changes.';
comment on column quo.schema_migrations.applied_at is 'When it was applied.';

create table quo.workspaces (
    org_id   text not null,
    name     text not null,
    timezone text not null default 'UTC',
    constraint workspaces_pkey primary key (org_id)
);
comment on table quo.workspaces is 'The configured workspaces. Every transaction of a workspace locks its row: workers FOR KEY SHARE, erase FOR UPDATE.';
comment on column quo.workspaces.org_id is 'Quo''s id of the workspace (OR...), or ''default''.';
comment on column quo.workspaces.name is 'The workspace''s name in the configuration.';
comment on column quo.workspaces.timezone is 'The time zone in which reports count days.';

create sequence quo.inbox_seq as bigint;
create table quo.inbox (
    org_id      text        not null,
    received_at timestamptz not null,
    seq         bigint      not null default nextval('quo.inbox_seq'),
    webhook_id  text        collate "C" not null,
    body        bytea       not null,
    body_bytes  integer     not null generated always as (octet_length(body)) stored,
    constraint inbox_pkey primary key (org_id, received_at, seq)
) with (
    -- Rows live for milliseconds: vacuum by number of rows, at full speed, so that
    -- neither the table nor its index grows, and analyze seldom (claims do not
    -- depend on statistics, they follow the primary key).
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000,
    autovacuum_vacuum_cost_delay = 0,
    toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 5000,
    toast.autovacuum_vacuum_cost_delay = 0
);
alter sequence quo.inbox_seq owned by quo.inbox.seq;
-- Stored as it came: compressing it here would be paid for twice, the archive compresses.
alter table quo.inbox alter column body set storage external;
comment on table quo.inbox is 'Deliveries that were acknowledged and wait to be applied, and nothing else. Claimed in the order of received_at, then seq.';
comment on column quo.inbox.org_id is 'The receiving workspace.';
comment on column quo.inbox.received_at is 'When the delivery was received, by the receiver''s clock.';
comment on column quo.inbox.seq is 'A number that makes the key unique; it says nothing of order between hosts.';
comment on column quo.inbox.webhook_id is 'The webhook-id header: stands for one body.';
comment on column quo.inbox.body is 'The delivery''s body, byte for byte.';
comment on column quo.inbox.body_bytes is 'The body''s length in bytes.';

create table quo.delivery_ids (
    org_id      text        not null,
    webhook_id  text        collate "C" not null,
    received_at timestamptz not null,
    body_digest bigint      not null,
    constraint delivery_ids_pkey primary key (org_id, webhook_id)
) with (
    autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_analyze_scale_factor = 0.1
);
comment on table quo.delivery_ids is 'The webhook-ids that were received lately, so that a repeated delivery is stored once. Pruned by received_at.';
comment on column quo.delivery_ids.org_id is 'The receiving workspace.';
comment on column quo.delivery_ids.webhook_id is 'The webhook-id header.';
comment on column quo.delivery_ids.received_at is 'When it was first received.';
comment on column quo.delivery_ids.body_digest is 'The first 64 bits of the body''s SHA-256: tells a repetition from a conflict.';

create table quo.events (
    org_id      text        not null,
    received_at timestamptz not null,
    webhook_id  text        collate "C" not null,
    event_id    text        collate "C",
    event_type  text        collate "C",
    api_version text        collate "C",
    created_at  timestamptz,
    resource_id text        collate "C",
    body        bytea,
    constraint events_pkey primary key (org_id, received_at, webhook_id)
) partition by range (received_at);
-- Long bodies (transcripts) are compressed; lz4 takes a fraction of the time that
-- PostgreSQL's own method does. Not every server was built with it, and 13 has none.
do $$
begin
    if current_setting('server_version_num')::integer >= 140000 then
        execute 'alter table quo.events alter column body set compression lz4';
    end if;
exception when feature_not_supported then
    null;
end
$$;
comment on table quo.events is 'The archive: every delivery that was applied, or that is of a type that changes no table. One partition for each week, by received_at; pruned by whole weeks.';
comment on column quo.events.org_id is 'The receiving workspace.';
comment on column quo.events.received_at is 'When the delivery was received, by the receiver''s clock.';
comment on column quo.events.webhook_id is 'The webhook-id header.';
comment on column quo.events.event_id is 'The envelope''s id (EV...).';
comment on column quo.events.event_type is 'The envelope''s type, such as message.received.';
comment on column quo.events.api_version is 'The envelope''s apiVersion.';
comment on column quo.events.created_at is 'The envelope''s createdAt, by Quo''s clock.';
comment on column quo.events.resource_id is 'The id of the contact, message or call that the event is about; null where the event names none.';
comment on column quo.events.body is 'The delivery''s body, byte for byte; null once it was erased. The view event_payloads shows it as json.';

create sequence quo.dead_letters_id_seq as bigint;
create table quo.dead_letters (
    org_id       text        not null,
    id           bigint      not null default nextval('quo.dead_letters_id_seq'),
    webhook_id   text        collate "C" not null,
    event_type   text        collate "C",
    received_at  timestamptz not null,
    failed_at    timestamptz not null,
    attempts     integer     not null,
    reason       text        not null,
    detail       text,
    body         bytea,
    discarded_at timestamptz,
    constraint dead_letters_pkey primary key (org_id, id)
);
alter sequence quo.dead_letters_id_seq owned by quo.dead_letters.id;
create index dead_letters_by_webhook_id on quo.dead_letters (webhook_id);
create index dead_letters_by_failed_at on quo.dead_letters (failed_at);
comment on index quo.dead_letters_by_webhook_id is 'A discarded delivery that comes again.';
comment on index quo.dead_letters_by_failed_at is 'Listing the newest; pruning the oldest.';
comment on table quo.dead_letters is 'Deliveries that were acknowledged and cannot be applied, with the reason. See quosync dead.';
comment on column quo.dead_letters.org_id is 'The receiving workspace.';
comment on column quo.dead_letters.id is 'The number that quosync dead takes.';
comment on column quo.dead_letters.webhook_id is 'The webhook-id header.';
comment on column quo.dead_letters.event_type is 'The envelope''s type, where it could be read.';
comment on column quo.dead_letters.received_at is 'When the delivery was received, by the receiver''s clock.';
comment on column quo.dead_letters.failed_at is 'When it was found that it cannot be applied.';
comment on column quo.dead_letters.attempts is 'How many times it was tried.';
comment on column quo.dead_letters.reason is 'Why it cannot be applied, without any of its content.';
comment on column quo.dead_letters.detail is 'More for the operator: SQLSTATE, column or constraint.';
comment on column quo.dead_letters.body is 'The delivery''s body, byte for byte; null once it was discarded or erased.';
comment on column quo.dead_letters.discarded_at is 'When quosync dead discard was told to forget it; the id stays, so that it does not come back.';

create sequence quo.attempts_id_seq as bigint;
create table quo.attempts (
    org_id            text        not null,
    id                bigint      not null default nextval('quo.attempts_id_seq'),
    worker            text        not null,
    first_received_at timestamptz not null,
    first_seq         bigint      not null,
    last_received_at  timestamptz not null,
    last_seq          bigint      not null,
    deliveries        integer     not null,
    started_at        timestamptz not null default now(),
    constraint attempts_pkey primary key (org_id, id)
) with (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_cost_delay = 0
);
alter sequence quo.attempts_id_seq owned by quo.attempts.id;
comment on table quo.attempts is 'The batches that workers have begun: committed before a batch, deleted with it. A row that stays tells of a worker that died; a delivery found in three of them is tried alone.';
comment on column quo.attempts.org_id is 'The workspace.';
comment on column quo.attempts.id is 'A number that makes the key unique.';
comment on column quo.attempts.worker is 'Host, process and thread of the worker.';
comment on column quo.attempts.first_received_at is 'received_at of the batch''s first delivery.';
comment on column quo.attempts.first_seq is 'seq of the batch''s first delivery.';
comment on column quo.attempts.last_received_at is 'received_at of the batch''s last delivery.';
comment on column quo.attempts.last_seq is 'seq of the batch''s last delivery.';
comment on column quo.attempts.deliveries is 'How many deliveries the batch holds.';
comment on column quo.attempts.started_at is 'When the batch was begun.';

create table quo.leases (
    org_id     text        not null,
    name       text        not null,
    holder     text        not null,
    token      bigint      not null,
    taken_at   timestamptz not null,
    expires_at timestamptz not null,
    constraint leases_pkey primary key (org_id, name)
);
comment on table quo.leases is 'Who may do what only one process at a time may do, such as reconcile.';
comment on column quo.leases.org_id is 'The workspace; '''' for a lease of no workspace.';
comment on column quo.leases.name is 'What the lease is for.';
comment on column quo.leases.holder is 'Host and process that hold it.';
comment on column quo.leases.token is 'Grows by one with each holder; a write under an older token is refused.';
comment on column quo.leases.taken_at is 'When the holder took it.';
comment on column quo.leases.expires_at is 'When another may take it.';

create table quo.rate_limits (
    key     text   collate "C" not null,
    next_us bigint not null,
    constraint rate_limits_pkey primary key (key)
);
comment on table quo.rate_limits is 'When the next REST request may be sent, for all processes that share an API key.';
comment on column quo.rate_limits.key is 'A digest of the API key.';
comment on column quo.rate_limits.next_us is 'The earliest instant of the next request, microseconds since 1970 UTC.';

create sequence quo.reconcile_runs_id_seq as bigint;
create table quo.reconcile_runs (
    org_id      text        not null,
    id          bigint      not null default nextval('quo.reconcile_runs_id_seq'),
    started_at  timestamptz not null default now(),
    finished_at timestamptz,
    parts       text[]      not null,
    dry_run     boolean     not null default false,
    outcome     text        not null default 'running',
    checked     bigint      not null default 0,
    repaired    bigint      not null default 0,
    counts      jsonb       not null default '{}',
    error       text,
    constraint reconcile_runs_pkey primary key (org_id, id)
);
alter sequence quo.reconcile_runs_id_seq owned by quo.reconcile_runs.id;
alter table quo.reconcile_runs add constraint reconcile_runs_outcome_is_known
    check (outcome in ('running', 'done', 'incomplete', 'failed'));
comment on table quo.reconcile_runs is 'The runs of quosync reconcile and what they had to repair.';
comment on column quo.reconcile_runs.org_id is 'The workspace.';
comment on column quo.reconcile_runs.id is 'The run''s number.';
comment on column quo.reconcile_runs.started_at is 'When it began.';
comment on column quo.reconcile_runs.finished_at is 'When it ended; null while it runs, or after it died.';
comment on column quo.reconcile_runs.parts is 'What it reconciles: directory, contacts, calls, messages, deliveries.';
comment on column quo.reconcile_runs.dry_run is 'True when it only counts what it would repair.';
comment on column quo.reconcile_runs.outcome is 'running, done, incomplete (something could not be checked) or failed.';
comment on column quo.reconcile_runs.checked is 'How many resources were compared.';
comment on column quo.reconcile_runs.repaired is 'How many of them had to be repaired.';
comment on column quo.reconcile_runs.counts is 'What was read, repaired, found gone, asked for in detail, bad or lost, for each step; requests, repeats and waits of the run.';
comment on column quo.reconcile_runs.error is 'What ended it, without content.';

create table quo.reconcile_progress (
    org_id     text        not null,
    step       text        collate "C" not null,
    progress   jsonb       not null,
    updated_at timestamptz not null,
    constraint reconcile_progress_pkey primary key (org_id, step)
);
comment on table quo.reconcile_progress is 'What each step of a reconciliation remembers between runs: what was walked to the end, and where a run that was cut can go on.';
comment on column quo.reconcile_progress.org_id is 'The workspace.';
comment on column quo.reconcile_progress.step is 'directory, contacts, calls, messages or deliveries.';
comment on column quo.reconcile_progress.progress is 'Its own notes; quosync''s alone.';
comment on column quo.reconcile_progress.updated_at is 'When it was last written.';

create table quo.erasures (
    org_id    text        not null,
    kind      text        collate "C" not null,
    id        text        collate "C" not null,
    erased_at timestamptz not null default now(),
    constraint erasures_pkey primary key (org_id, kind, id)
);
alter table quo.erasures add constraint erasures_kind_is_known
    check (kind in ('contact', 'message', 'call', 'voicemail'));
comment on table quo.erasures is 'What was erased for privacy. Final: nothing that arrives later brings content back.';
comment on column quo.erasures.org_id is 'The workspace.';
comment on column quo.erasures.kind is 'contact, message, call or voicemail.';
comment on column quo.erasures.id is 'The id of the contact or activity.';
comment on column quo.erasures.erased_at is 'When it was erased.';
