-- The events that `quosync webhook test` made Quo send: they look like real ones, and
-- must be archived without being applied, now and in every replay.

create table quo.test_events (
    org_id      text        not null,
    event_id    text        collate "C" not null,
    recorded_at timestamptz not null default now(),
    constraint test_events_pkey primary key (org_id, event_id)
);
comment on table quo.test_events is 'The ids of events that webhook test made Quo send: archived, never applied. The last thousand of each workspace.';
comment on column quo.test_events.org_id is 'The workspace.';
comment on column quo.test_events.event_id is 'The id that Quo answered; Quo may use the same for every test.';
comment on column quo.test_events.recorded_at is 'When it was answered last.';
