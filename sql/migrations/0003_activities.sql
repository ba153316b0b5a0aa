-- Messages, calls, voicemails and what hangs on them; who Quo matched to them.
--
-- Each of the three has the same indexes: by conversation, by line, and by time.
-- The last is a BRIN, which costs next to nothing to write and suits rows that
-- arrive in the order of their time.
--
-- org_id leads no index but the primary keys. Ids are unique in Quo, so it would
-- add bytes and no selectivity; and a worker's lookup by (org_id, id) then has no
-- other index to go astray on, however stale the statistics are.

create table quo.messages (
    org_id          text        not null,
    id              text        collate "C" not null,
    direction       text,
    body            text,
    status          text,
    error_code      text,
    media           jsonb,
    phone_number_id text        collate "C",
    conversation_id text        collate "C",
    user_id         text        collate "C",
    sender          text,
    recipients      text[],
    contact_lookup  text,
    quo_url         text,
    created_at      timestamptz,
    status_at       timestamptz not null,
    merge_state     bytea       not null,
    constraint messages_pkey primary key (org_id, id)
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
alter table quo.messages alter column merge_state set storage main;
create index messages_by_conversation on quo.messages (conversation_id, created_at);
create index messages_by_line on quo.messages (phone_number_id, created_at);
create index messages_by_time on quo.messages using brin (created_at) with (autosummarize = on);
comment on index quo.messages_by_conversation is 'One conversation in order; conversations.';
comment on index quo.messages_by_line is 'One line over a time.';
comment on index quo.messages_by_time is 'All lines over a time.';
comment on table quo.messages is 'Text messages.';
comment on column quo.messages.org_id is 'The workspace.';
comment on column quo.messages.id is 'Quo''s id of the message (AC...).';
comment on column quo.messages.direction is 'incoming or outgoing.';
comment on column quo.messages.body is 'The text.';
comment on column quo.messages.status is 'queued, sent, received, delivered, failed, undelivered, or what else Quo may send.';
comment on column quo.messages.error_code is 'The carrier''s error, of messages that were not delivered.';
comment on column quo.messages.media is 'Attachments, as Quo gives them (type, url).';
comment on column quo.messages.phone_number_id is 'The line (phone_numbers.id).';
comment on column quo.messages.conversation_id is 'The conversation (conversations.id).';
comment on column quo.messages.user_id is 'The user who sent it; of incoming ones, the line''s owner.';
comment on column quo.messages.sender is 'The number it came from.';
comment on column quo.messages.recipients is 'The numbers it went to.';
comment on column quo.messages.contact_lookup is 'Could Quo match contacts? matched, none, unavailable; null where it was not asked.';
comment on column quo.messages.quo_url is 'The message''s page in Quo.';
comment on column quo.messages.created_at is 'When it was made, by Quo''s clock.';
comment on column quo.messages.status_at is 'When it reached its status, by Quo''s clock.';
comment on column quo.messages.merge_state is 'Versions of the merge, packed by quosync.';

create table quo.calls (
    org_id                     text        not null,
    id                         text        collate "C" not null,
    direction                  text,
    status                     text,
    created_at                 timestamptz,
    ringing_at                 timestamptz,
    answered_at                timestamptz,
    answered_by_user_id        text        collate "C",
    completed_at               timestamptz,
    updated_at                 timestamptz,
    duration_seconds           numeric,
    has_voicemail              boolean,
    missed                     boolean     not null,
    initiated_by_user_id       text        collate "C",
    ai_handled                 text,
    rest_status                text,
    forwarded_from             text,
    forwarded_to               text,
    menu_selection             text,
    menu_selection_name        text,
    menu_reason                text,
    phone_number_id            text        collate "C",
    phone_number_type          text,
    conversation_id            text        collate "C",
    user_id                    text        collate "C",
    workspace_participants     text[],
    external_participants      text[],
    participants_resolution    text,
    contact_lookup             text,
    quo_url                    text,
    voicemail_id               text        collate "C",
    voicemail_duration_seconds numeric,
    voicemail_transcript       text,
    voicemail_recording_url    text,
    merge_state                bytea       not null,
    constraint calls_pkey primary key (org_id, id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.1);
alter table quo.calls alter column merge_state set storage main;
create index calls_by_conversation on quo.calls (conversation_id, created_at);
create index calls_by_line on quo.calls (phone_number_id, created_at);
create index calls_by_time on quo.calls using brin (created_at) with (autosummarize = on);
comment on index quo.calls_by_conversation is 'One conversation in order; conversations.';
comment on index quo.calls_by_line is 'One line over a time.';
comment on index quo.calls_by_time is 'All lines over a time.';
comment on table quo.calls is 'Calls. A row exists as soon as any event names the call, so every column but missed may be null.';
comment on column quo.calls.org_id is 'The workspace.';
comment on column quo.calls.id is 'Quo''s id of the call (AC...).';
comment on column quo.calls.direction is 'incoming or outgoing.';
comment on column quo.calls.status is 'How it ended, by the webhook: answered, unanswered, failed, forwarded, abandoned, ai-handled, unknown; null while it rings or goes on. activities.outcome says it in one word.';
comment on column quo.calls.created_at is 'When it was placed, by Quo''s clock.';
comment on column quo.calls.ringing_at is 'When it began to ring, by Quo''s clock.';
comment on column quo.calls.answered_at is 'When it was answered, by Quo''s clock; null when it was not.';
comment on column quo.calls.answered_by_user_id is 'The user who answered it (users.id).';
comment on column quo.calls.completed_at is 'When it ended, by Quo''s clock.';
comment on column quo.calls.updated_at is 'When Quo last changed it, by Quo''s clock.';
comment on column quo.calls.duration_seconds is 'How long it lasted, in seconds; null for calls that never connected.';
comment on column quo.calls.has_voicemail is 'True when the caller left a voicemail.';
comment on column quo.calls.missed is 'True when Quo sent a missed event for it.';
comment on column quo.calls.initiated_by_user_id is 'The user who placed it (users.id); known from REST.';
comment on column quo.calls.ai_handled is 'ai-agent when Quo''s AI agent took it; known from REST.';
comment on column quo.calls.rest_status is 'REST''s status, which has other words than the webhook''s.';
comment on column quo.calls.forwarded_from is 'The number that forwarded it.';
comment on column quo.calls.forwarded_to is 'The number that it was forwarded to.';
comment on column quo.calls.menu_selection is 'The digit that the caller chose in the phone menu.';
comment on column quo.calls.menu_selection_name is 'The name of that choice.';
comment on column quo.calls.menu_reason is 'How the phone menu routed it, such as phone-menu-dial.';
comment on column quo.calls.phone_number_id is 'The line (phone_numbers.id).';
comment on column quo.calls.phone_number_type is 'shared, private or external.';
comment on column quo.calls.conversation_id is 'The conversation (conversations.id).';
comment on column quo.calls.user_id is 'The user who placed it; of incoming ones, the line''s owner. activities.handled_by_user_id says who handled it.';
comment on column quo.calls.workspace_participants is 'The numbers on the workspace''s side.';
comment on column quo.calls.external_participants is 'The numbers on the other side; also anonymous, blocked, restricted.';
comment on column quo.calls.participants_resolution is 'Could Quo tell the participants? available or unavailable.';
comment on column quo.calls.contact_lookup is 'Could Quo match contacts? matched, none, unavailable; null where it was not asked.';
comment on column quo.calls.quo_url is 'The call''s page in Quo.';
comment on column quo.calls.voicemail_id is 'REST''s id of the call''s voicemail.';
comment on column quo.calls.voicemail_duration_seconds is 'The voicemail''s length in seconds, by REST.';
comment on column quo.calls.voicemail_transcript is 'The voicemail''s transcript, by REST.';
comment on column quo.calls.voicemail_recording_url is 'The voicemail''s recording, by REST; the link expires.';
comment on column quo.calls.merge_state is 'Versions of the merge, packed by quosync.';

create table quo.call_recordings (
    org_id           text    not null,
    call_id          text    collate "C" not null,
    position         integer not null,
    recording_id     text    collate "C",
    duration_seconds numeric,
    started_at       timestamptz,
    type             text,
    url              text,
    constraint call_recordings_pkey primary key (org_id, call_id, position)
);
comment on table quo.call_recordings is 'The recordings of calls; a call has several where recording was paused.';
comment on column quo.call_recordings.org_id is 'The workspace.';
comment on column quo.call_recordings.call_id is 'calls.id.';
comment on column quo.call_recordings.position is 'The place in Quo''s list, from 1.';
comment on column quo.call_recordings.recording_id is 'Quo''s id of the recording.';
comment on column quo.call_recordings.duration_seconds is 'Its length in seconds.';
comment on column quo.call_recordings.started_at is 'When it began, by Quo''s clock.';
comment on column quo.call_recordings.type is 'Its media type, such as audio/mpeg.';
comment on column quo.call_recordings.url is 'Where it can be fetched; the link expires.';

create table quo.call_summaries (
    org_id              text    not null,
    call_id             text    collate "C" not null,
    status              text    not null,
    summary             text[],
    next_steps          text[],
    from_phone_number   text,
    handled_by_ai_agent boolean,
    answered_by_user_id text    collate "C",
    jobs                jsonb,
    merge_state         bytea   not null,
    constraint call_summaries_pkey primary key (org_id, call_id)
);
alter table quo.call_summaries alter column merge_state set storage main;
comment on table quo.call_summaries is 'The summaries of calls.';
comment on column quo.call_summaries.org_id is 'The workspace.';
comment on column quo.call_summaries.call_id is 'calls.id.';
comment on column quo.call_summaries.status is 'absent, in-progress, completed or failed; lists are there when completed.';
comment on column quo.call_summaries.summary is 'The summary, a sentence or point each.';
comment on column quo.call_summaries.next_steps is 'What is to be done next.';
comment on column quo.call_summaries.from_phone_number is 'The number that called.';
comment on column quo.call_summaries.handled_by_ai_agent is 'True when Quo''s AI agent took the call.';
comment on column quo.call_summaries.answered_by_user_id is 'The user who answered (users.id).';
comment on column quo.call_summaries.jobs is 'What Quo''s AI agent did, as Quo gives it.';
comment on column quo.call_summaries.merge_state is 'Versions of the merge, packed by quosync.';

create table quo.call_transcripts (
    org_id           text        not null,
    call_id          text        collate "C" not null,
    status           text        not null,
    created_at       timestamptz,
    duration_seconds numeric,
    merge_state      bytea       not null,
    constraint call_transcripts_pkey primary key (org_id, call_id)
);
alter table quo.call_transcripts alter column merge_state set storage main;
comment on table quo.call_transcripts is 'The transcripts of calls; what was said is in call_transcript_lines.';
comment on column quo.call_transcripts.org_id is 'The workspace.';
comment on column quo.call_transcripts.call_id is 'calls.id.';
comment on column quo.call_transcripts.status is 'absent, in-progress, completed or failed; lines are there when completed.';
comment on column quo.call_transcripts.created_at is 'When it was made, by Quo''s clock.';
comment on column quo.call_transcripts.duration_seconds is 'The length of what was transcribed, in seconds.';
comment on column quo.call_transcripts.merge_state is 'Versions of the merge, packed by quosync.';

create table quo.call_transcript_lines (
    org_id        text    not null,
    call_id       text    collate "C" not null,
    position      integer not null,
    user_id       text    collate "C",
    identifier    text,
    content       text    not null,
    start_seconds numeric not null,
    end_seconds   numeric not null,
    constraint call_transcript_lines_pkey primary key (org_id, call_id, position)
);
comment on table quo.call_transcript_lines is 'What was said in calls, in order.';
comment on column quo.call_transcript_lines.org_id is 'The workspace.';
comment on column quo.call_transcript_lines.call_id is 'calls.id.';
comment on column quo.call_transcript_lines.position is 'The place in the dialogue, from 1.';
comment on column quo.call_transcript_lines.user_id is 'The user who spoke (users.id); null for the other side.';
comment on column quo.call_transcript_lines.identifier is 'The number that spoke.';
comment on column quo.call_transcript_lines.content is 'What was said.';
comment on column quo.call_transcript_lines.start_seconds is 'When it begins, seconds from the start.';
comment on column quo.call_transcript_lines.end_seconds is 'When it ends, seconds from the start.';

create table quo.voicemails (
    org_id                text        not null,
    id                    text        collate "C" not null,
    voicemail_id          text        collate "C",
    call_id               text        collate "C",
    direction             text,
    duration_seconds      numeric,
    from_number           text,
    to_number             text,
    transcript            text,
    recording_url         text,
    phone_number_id       text        collate "C",
    conversation_id       text        collate "C",
    user_id               text        collate "C",
    contact_lookup        text,
    external_participants text[],
    created_at            timestamptz,
    updated_at            timestamptz,
    merge_state           bytea       not null,
    constraint voicemails_pkey primary key (org_id, id)
) with (fillfactor = 90);
alter table quo.voicemails alter column merge_state set storage main;
create index voicemails_by_call on quo.voicemails (call_id) where call_id is not null;
create index voicemails_by_conversation on quo.voicemails (conversation_id, created_at);
create index voicemails_by_line on quo.voicemails (phone_number_id, created_at);
create index voicemails_by_time on quo.voicemails using brin (created_at) with (autosummarize = on);
comment on index quo.voicemails_by_call is 'The voicemail of a call; activities.';
comment on index quo.voicemails_by_conversation is 'One conversation in order.';
comment on index quo.voicemails_by_line is 'One line over a time.';
comment on index quo.voicemails_by_time is 'All lines over a time.';
comment on table quo.voicemails is 'Voicemails that an event told of. What REST says of a call''s voicemail is in calls.';
comment on column quo.voicemails.org_id is 'The workspace.';
comment on column quo.voicemails.id is 'Quo''s id of the voicemail activity.';
comment on column quo.voicemails.voicemail_id is 'Quo''s id of the voicemail (VM...).';
comment on column quo.voicemails.call_id is 'The call that it was left in (calls.id), where Quo could tell.';
comment on column quo.voicemails.direction is 'incoming or outgoing.';
comment on column quo.voicemails.duration_seconds is 'Its length in seconds.';
comment on column quo.voicemails.from_number is 'The number that left it.';
comment on column quo.voicemails.to_number is 'The number that it was left for.';
comment on column quo.voicemails.transcript is 'What was said; null while Quo works on it, or where there is none.';
comment on column quo.voicemails.recording_url is 'Where it can be fetched; the link expires.';
comment on column quo.voicemails.phone_number_id is 'The line (phone_numbers.id).';
comment on column quo.voicemails.conversation_id is 'The conversation (conversations.id).';
comment on column quo.voicemails.user_id is 'The line''s owner (users.id).';
comment on column quo.voicemails.contact_lookup is 'Could Quo match contacts? matched, none, unavailable; null where it was not asked.';
comment on column quo.voicemails.external_participants is 'The numbers on the other side; also anonymous, blocked, restricted.';
comment on column quo.voicemails.created_at is 'When it was left, by Quo''s clock.';
comment on column quo.voicemails.updated_at is 'When Quo last changed it, by Quo''s clock.';
comment on column quo.voicemails.merge_state is 'Versions of the merge, packed by quosync.';

create table quo.activity_contacts (
    org_id        text not null,
    activity_kind text collate "C" not null,
    activity_id   text collate "C" not null,
    contact_id    text collate "C" not null,
    constraint activity_contacts_pkey primary key (org_id, activity_kind, activity_id, contact_id)
);
alter table quo.activity_contacts add constraint activity_contacts_kind_is_known
    check (activity_kind in ('message', 'call', 'voicemail'));
create index activity_contacts_by_contact
    on quo.activity_contacts (contact_id, activity_kind, activity_id);
comment on index quo.activity_contacts_by_contact is 'All activities of one contact.';
comment on table quo.activity_contacts is 'The contacts that Quo matched to an activity. A contact may be deleted, or not have arrived yet. activity_contacts_resolved adds matches by number.';
comment on column quo.activity_contacts.org_id is 'The workspace.';
comment on column quo.activity_contacts.activity_kind is 'message, call or voicemail.';
comment on column quo.activity_contacts.activity_id is 'messages.id, calls.id or voicemails.id.';
comment on column quo.activity_contacts.contact_id is 'contacts.id.';
