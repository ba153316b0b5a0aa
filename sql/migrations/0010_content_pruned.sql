-- When the content of an activity was pruned (keep_content). The rule itself is a
-- mark in merge_state: a marked row takes no content from any later observation.

alter table quo.messages add column content_pruned_at timestamptz;
alter table quo.calls add column content_pruned_at timestamptz;
alter table quo.call_summaries add column content_pruned_at timestamptz;
alter table quo.call_transcripts add column content_pruned_at timestamptz;
alter table quo.voicemails add column content_pruned_at timestamptz;
comment on column quo.messages.content_pruned_at is 'When its body and media were pruned, being older than keep_content; null while they stay.';
comment on column quo.calls.content_pruned_at is 'When its recordings'' links and REST''s voicemail were pruned, being older than keep_content; null while they stay.';
comment on column quo.call_summaries.content_pruned_at is 'When its text was pruned, being older than keep_content; null while it stays.';
comment on column quo.call_transcripts.content_pruned_at is 'When its lines were pruned, being older than keep_content; null while they stay.';
comment on column quo.voicemails.content_pruned_at is 'When its transcript and recording''s link were pruned, being older than keep_content; null while they stay.';
