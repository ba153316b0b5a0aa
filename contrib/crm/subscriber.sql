-- The other side of publisher.sql: tables of the same names, in a database of the
-- CRM's, and the subscription that fills them.
--
--   psql -v publisher="host=db1 dbname=crm user=replicator" -f subscriber.sql
--
-- publisher is how THIS SERVER reaches the mirror's: a login role with REPLICATION that
-- may read the published columns (README.md), its password in the server's .pgpass or
-- in the string. As a superuser, or from 16 on as a member of pg_create_subscription.
--
-- Where both databases are of one server, CREATE SUBSCRIPTION would wait for itself for
-- ever: there, make the slot first, on the publisher's side
--   select pg_create_logical_replication_slot('quo_without_content', 'pgoutput');
-- and add create_slot = false to the options below.
--
-- Add indexes and views of your own as you like; do not write to these tables.
create schema quo;

create table quo.contacts (
    org_id text not null, id text collate "C" not null,
    first_name text, last_name text, company text, role text, location text, source text,
    external_id text, source_url text, created_at timestamptz, updated_at timestamptz not null,
    deleted_at timestamptz, erased_at timestamptz, synced_at timestamptz not null,
    primary key (org_id, id)
);

create table quo.contact_phone_numbers (
    org_id text not null, contact_id text collate "C" not null, position integer not null,
    value text not null, e164 text collate "C", label text,
    primary key (org_id, contact_id, position)
);
create index on quo.contact_phone_numbers (e164) where e164 is not null;

create table quo.contact_emails (
    org_id text not null, contact_id text collate "C" not null, position integer not null,
    value text not null, label text,
    primary key (org_id, contact_id, position)
);

create table quo.messages (
    org_id text not null, id text collate "C" not null,
    direction text, status text, error_code text, phone_number_id text collate "C",
    conversation_id text collate "C", user_id text collate "C", sender text, recipients text[],
    contact_lookup text, created_at timestamptz, status_at timestamptz not null,
    primary key (org_id, id)
);

create table quo.calls (
    org_id text not null, id text collate "C" not null,
    direction text, status text, created_at timestamptz, answered_at timestamptz,
    answered_by_user_id text collate "C", completed_at timestamptz, duration_seconds numeric,
    has_voicemail boolean, missed boolean not null, ai_handled text, rest_status text,
    phone_number_id text collate "C", conversation_id text collate "C",
    user_id text collate "C", external_participants text[], contact_lookup text,
    primary key (org_id, id)
);

create table quo.voicemails (
    org_id text not null, id text collate "C" not null,
    call_id text collate "C", direction text, duration_seconds numeric, from_number text,
    to_number text, phone_number_id text collate "C", conversation_id text collate "C",
    user_id text collate "C", contact_lookup text, created_at timestamptz,
    primary key (org_id, id)
);

create table quo.activity_contacts (
    org_id text not null, activity_kind text collate "C" not null,
    activity_id text collate "C" not null, contact_id text collate "C" not null,
    primary key (org_id, activity_kind, activity_id, contact_id)
);
create index on quo.activity_contacts (contact_id);

create subscription quo_without_content
    connection :'publisher'
    publication quo_without_content
    with (slot_name = 'quo_without_content');
