-- Users and phone numbers of the workspace, from REST.

create table quo.users (
    org_id      text        not null,
    id          text        collate "C" not null,
    email       text,
    first_name  text,
    last_name   text,
    role        text,
    picture_url text,
    created_at  timestamptz,
    updated_at  timestamptz,
    gone_at     timestamptz,
    merge_state bytea       not null,
    constraint users_pkey primary key (org_id, id)
);
comment on table quo.users is 'The users of the workspace, from REST.';
comment on column quo.users.org_id is 'The workspace.';
comment on column quo.users.id is 'Quo''s id of the user (US...).';
comment on column quo.users.email is 'Email address.';
comment on column quo.users.first_name is 'First name.';
comment on column quo.users.last_name is 'Last name.';
comment on column quo.users.role is 'owner, admin or member.';
comment on column quo.users.picture_url is 'Where the picture can be fetched.';
comment on column quo.users.created_at is 'When it was made, by Quo''s clock.';
comment on column quo.users.updated_at is 'When it was last changed, by Quo''s clock.';
comment on column quo.users.gone_at is 'When REST no longer listed the user, by Quo''s clock.';
comment on column quo.users.merge_state is 'Versions of the merge, packed by quosync.';

create table quo.phone_numbers (
    org_id         text        not null,
    id             text        collate "C" not null,
    group_id       text        collate "C",
    name           text,
    number         text        not null,
    formatted      text,
    porting_status text,
    symbol         text,
    created_at     timestamptz,
    updated_at     timestamptz,
    gone_at        timestamptz,
    merge_state    bytea       not null,
    constraint phone_numbers_pkey primary key (org_id, id)
);
comment on table quo.phone_numbers is 'The workspace''s own phone numbers (lines), from REST.';
comment on column quo.phone_numbers.org_id is 'The workspace.';
comment on column quo.phone_numbers.id is 'Quo''s id of the phone number (PN...).';
comment on column quo.phone_numbers.group_id is 'Quo''s id of the group that it belongs to.';
comment on column quo.phone_numbers.name is 'What people call the line.';
comment on column quo.phone_numbers.number is 'The number in E.164 form.';
comment on column quo.phone_numbers.formatted is 'The number as people read it.';
comment on column quo.phone_numbers.porting_status is 'Where the porting of the number stands.';
comment on column quo.phone_numbers.symbol is 'The line''s symbol in Quo, an emoji.';
comment on column quo.phone_numbers.created_at is 'When it was made, by Quo''s clock.';
comment on column quo.phone_numbers.updated_at is 'When it was last changed, by Quo''s clock.';
comment on column quo.phone_numbers.gone_at is 'When REST no longer listed the number, by Quo''s clock.';
comment on column quo.phone_numbers.merge_state is 'Versions of the merge, packed by quosync.';
