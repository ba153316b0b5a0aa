-- Delete all that events have said of a workspace, for a replay from the start.
-- Users and phone numbers come from REST alone, and stay; what REST said of
-- contacts goes with them, because its versions stand for values that go.
--   $1  org_id
-- Returns no rows. The workspace is locked against its workers.
with a as (delete from quo.custom_field_definitions where org_id = $1::text),
     b as (delete from quo.contacts where org_id = $1::text),
     c as (delete from quo.contact_phone_numbers where org_id = $1::text),
     d as (delete from quo.contact_emails where org_id = $1::text),
     e as (delete from quo.contact_custom_fields where org_id = $1::text),
     f as (delete from quo.contact_rest where org_id = $1::text),
     g as (delete from quo.messages where org_id = $1::text),
     h as (delete from quo.calls where org_id = $1::text),
     i as (delete from quo.call_recordings where org_id = $1::text),
     j as (delete from quo.call_summaries where org_id = $1::text),
     k as (delete from quo.call_transcripts where org_id = $1::text),
     l as (delete from quo.call_transcript_lines where org_id = $1::text),
     m as (delete from quo.voicemails where org_id = $1::text)
delete from quo.activity_contacts where org_id = $1::text;
