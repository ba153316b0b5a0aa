-- The mirror's rows for another database, without what people said: no bodies, media,
-- transcripts, summaries or links to recordings. By logical replication, so the other
-- side lags by moments and survives an outage of either. PostgreSQL 15 or newer:
-- before, a publication cannot leave out columns. Needs wal_level = logical.
--
-- Run as a member of quo_owner (`quosync migrate --roles`) that may CREATE in this
-- database; then subscriber.sql on the other side.
--
-- Columns are named one by one, so a later migration that adds one publishes nothing
-- new. The keys (org_id and so on) must stay: changes and deletions are told by them.
-- With several workspaces, a condition after each table chooses: where (org_id = 'OR...').
-- The condition may name columns of the key alone.
--
-- Deleting and erasing reach the other side like any other change. So does `replay
-- --rebuild`, as many of both.
create publication quo_without_content for table
    quo.contacts (org_id, id, first_name, last_name, company, role, location, source,
                  external_id, source_url, created_at, updated_at, deleted_at, erased_at,
                  synced_at),
    quo.contact_phone_numbers (org_id, contact_id, position, value, e164, label),
    quo.contact_emails (org_id, contact_id, position, value, label),
    quo.messages (org_id, id, direction, status, error_code, phone_number_id, conversation_id,
                  user_id, sender, recipients, contact_lookup, created_at, status_at),
    quo.calls (org_id, id, direction, status, created_at, answered_at, answered_by_user_id,
               completed_at, duration_seconds, has_voicemail, missed, ai_handled, rest_status,
               phone_number_id, conversation_id, user_id, external_participants,
               contact_lookup),
    quo.voicemails (org_id, id, call_id, direction, duration_seconds, from_number, to_number,
                    phone_number_id, conversation_id, user_id, contact_lookup, created_at),
    quo.activity_contacts (org_id, activity_kind, activity_id, contact_id);
