-- Contacts with their phone numbers, emails and custom fields.
--
-- merge_state holds the versions of a row's registers, packed by the program
-- (the merge stands in C alone). It is kept in the row: whoever writes the row
-- reads it first. fillfactor leaves room, so that an update of columns that no
-- index knows stays on its page. Foreign keys are missing on purpose: they cost
-- a fifth of the apply rate, and an activity may name a contact that is not here.

create table quo.custom_field_definitions (
    org_id      text  not null,
    key         text  collate "C" not null,
    name        text  not null,
    type        text  not null,
    merge_state bytea not null,
    constraint custom_field_definitions_pkey primary key (org_id, key)
);
alter table quo.custom_field_definitions alter column merge_state set storage main;
comment on table quo.custom_field_definitions is 'The custom fields that contacts can have, learned from events and from REST.';
comment on column quo.custom_field_definitions.org_id is 'The workspace.';
comment on column quo.custom_field_definitions.key is 'The field''s key; its id or name where it has no key.';
comment on column quo.custom_field_definitions.name is 'What people call the field.';
comment on column quo.custom_field_definitions.type is 'string, url, address, number, boolean, date, multi-select, or what else Quo may send.';
comment on column quo.custom_field_definitions.merge_state is 'Versions of the merge, packed by quosync.';

create table quo.contacts (
    org_id             text        not null,
    id                 text        collate "C" not null,
    first_name         text,
    last_name          text,
    company            text,
    role               text,
    location           text,
    source             text,
    external_id        text,
    source_url         text,
    created_by_user_id text        collate "C",
    shared_with_ids    text[],
    quo_url            text,
    created_at         timestamptz,
    updated_at         timestamptz not null,
    deleted_at         timestamptz,
    synced_at          timestamptz not null,
    erased_at          timestamptz,
    merge_state        bytea       not null,
    constraint contacts_pkey primary key (org_id, id)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.1);
alter table quo.contacts alter column merge_state set storage main;
-- A hash index takes a value of any length, where a tree refuses a row above 2.7 kB.
create index contacts_by_external_id on quo.contacts using hash (external_id);
comment on index quo.contacts_by_external_id is 'where external_id = ..., joins with a CRM''s own key.';
comment on table quo.contacts is 'Contacts, deleted ones included; live_contacts leaves those out.';
comment on column quo.contacts.org_id is 'The workspace.';
comment on column quo.contacts.id is 'Quo''s id of the contact.';
comment on column quo.contacts.first_name is 'First name.';
comment on column quo.contacts.last_name is 'Last name.';
comment on column quo.contacts.company is 'Company.';
comment on column quo.contacts.role is 'Role in the company.';
comment on column quo.contacts.location is 'Location, as contact.updated gives it.';
comment on column quo.contacts.source is 'Where the contact came from, such as a CRM''s name.';
comment on column quo.contacts.external_id is 'The contact''s id in its source.';
comment on column quo.contacts.source_url is 'The contact''s page in its source; known from REST.';
comment on column quo.contacts.created_by_user_id is 'The user who made it (users.id); known from REST.';
comment on column quo.contacts.shared_with_ids is 'Whom it is shared with, as contact.updated gives it.';
comment on column quo.contacts.quo_url is 'The contact''s page in Quo.';
comment on column quo.contacts.created_at is 'When it was made, by Quo''s clock.';
comment on column quo.contacts.updated_at is 'When it was last changed, by Quo''s clock.';
comment on column quo.contacts.deleted_at is 'When it was deleted, by Quo''s clock; null while it lives.';
comment on column quo.contacts.synced_at is 'When quosync last changed a column that people see, by the database''s clock.';
comment on column quo.contacts.erased_at is 'When it was erased for privacy; only its id and instants remain.';
comment on column quo.contacts.merge_state is 'Versions of the merge, packed by quosync.';

create table quo.contact_phone_numbers (
    org_id     text    not null,
    contact_id text    collate "C" not null,
    position   integer not null,
    value      text    not null,
    e164       text    collate "C",
    label      text,
    constraint contact_phone_numbers_pkey primary key (org_id, contact_id, position)
) with (fillfactor = 90);
create index contact_phone_numbers_by_e164 on quo.contact_phone_numbers (e164)
    where e164 is not null;
comment on index quo.contact_phone_numbers_by_e164 is 'Who owns a number; activity_contacts_resolved.';
comment on table quo.contact_phone_numbers is 'The phone numbers of contacts, in Quo''s order.';
comment on column quo.contact_phone_numbers.org_id is 'The workspace.';
comment on column quo.contact_phone_numbers.contact_id is 'contacts.id.';
comment on column quo.contact_phone_numbers.position is 'The place in Quo''s list, from 1.';
comment on column quo.contact_phone_numbers.value is 'The number as Quo holds it.';
comment on column quo.contact_phone_numbers.e164 is 'The number in E.164 form (+ and 8 to 15 digits), where value gives one; else null.';
comment on column quo.contact_phone_numbers.label is 'The label that REST gave the value, such as mobile; null where it named none.';

create table quo.contact_emails (
    org_id     text    not null,
    contact_id text    collate "C" not null,
    position   integer not null,
    value      text    not null,
    label      text,
    constraint contact_emails_pkey primary key (org_id, contact_id, position)
) with (fillfactor = 90);
create index contact_emails_by_address on quo.contact_emails using hash (lower(value));
comment on index quo.contact_emails_by_address is 'where lower(value) = lower(...).';
comment on table quo.contact_emails is 'The email addresses of contacts, in Quo''s order.';
comment on column quo.contact_emails.org_id is 'The workspace.';
comment on column quo.contact_emails.contact_id is 'contacts.id.';
comment on column quo.contact_emails.position is 'The place in Quo''s list, from 1.';
comment on column quo.contact_emails.value is 'The address as Quo holds it; compare lower(value), which is indexed.';
comment on column quo.contact_emails.label is 'The label that REST gave the value, such as work; null where it named none.';

create table quo.contact_custom_fields (
    org_id        text    not null,
    contact_id    text    collate "C" not null,
    position      integer not null,
    key           text    collate "C" not null,
    field_id      text    collate "C",
    name          text,
    type          text    not null,
    value_text    text,
    value_number  numeric,
    value_boolean boolean,
    value_date    timestamptz,
    value_list    text[],
    value_json    jsonb,
    constraint contact_custom_fields_pkey primary key (org_id, contact_id, position)
) with (fillfactor = 90);
alter table quo.contact_custom_fields add constraint contact_custom_fields_one_typed_value
    check (num_nonnulls(value_text, value_number, value_boolean, value_date, value_list,
                        value_json) <= 1
           and (value_text is null or type in ('string', 'url', 'address'))
           and (value_number is null or type = 'number')
           and (value_boolean is null or type = 'boolean')
           and (value_date is null or type = 'date')
           and (value_list is null or type = 'multi-select'));
comment on table quo.contact_custom_fields is 'The custom field values of contacts, in Quo''s order, each in the column of its type. contacts_wide shows them as columns.';
comment on column quo.contact_custom_fields.org_id is 'The workspace.';
comment on column quo.contact_custom_fields.contact_id is 'contacts.id.';
comment on column quo.contact_custom_fields.position is 'The place in Quo''s list, from 1.';
comment on column quo.contact_custom_fields.key is 'The field''s key (custom_field_definitions.key).';
comment on column quo.contact_custom_fields.field_id is 'Quo''s id of the field, where it gave one.';
comment on column quo.contact_custom_fields.name is 'What people call the field.';
comment on column quo.contact_custom_fields.type is 'The field''s type; says which value column may be set.';
comment on column quo.contact_custom_fields.value_text is 'The value, of type string, url or address.';
comment on column quo.contact_custom_fields.value_number is 'The value, of type number.';
comment on column quo.contact_custom_fields.value_boolean is 'The value, of type boolean.';
comment on column quo.contact_custom_fields.value_date is 'The value, of type date; a plain date is midnight UTC.';
comment on column quo.contact_custom_fields.value_list is 'The values, of type multi-select; {} when none is chosen.';
comment on column quo.contact_custom_fields.value_json is 'The value as it came, where it does not fit its type or the type is unknown.';

create table quo.contact_rest (
    org_id      text        not null,
    contact_id  text        collate "C" not null,
    seen_at     timestamptz,
    gone_at     timestamptz,
    merge_state bytea       not null,
    constraint contact_rest_pkey primary key (org_id, contact_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1);
alter table quo.contact_rest alter column merge_state set storage main;
comment on table quo.contact_rest is 'What REST said of contacts, and when: so that a listing that shows nothing new writes no row of contacts.';
comment on column quo.contact_rest.org_id is 'The workspace.';
comment on column quo.contact_rest.contact_id is 'contacts.id.';
comment on column quo.contact_rest.seen_at is 'When REST last showed the contact, by Quo''s clock.';
comment on column quo.contact_rest.gone_at is 'When REST last answered that there is no such contact, by Quo''s clock.';
comment on column quo.contact_rest.merge_state is 'Versions of the merge, packed by quosync.';
