/*
 * pg_plans.c - which statements a connection prepares once and then runs by
 * name: those of a worker's batch, whose planning would cost a tenth of the
 * server's time. Each goes straight to keys, so that a plan that was made when
 * a table was empty is right when it is full (tests/db/check_apply.c).
 */
#include "db/pg_internal.h"

#define ROWS_OF(table) &sql_##table##_lock, &sql_##table##_insert, &sql_##table##_update
#define LIST_OF(list) &sql_##list##_insert, &sql_##list##_upsert

static const struct statement *const kept[PLANS_MAX] = {
    &sql_tx_begin,
    &sql_workspaces_lock,
    &sql_test_events_read,
    &sql_inbox_claim,
    &sql_inbox_remove,
    &sql_attempts_hold,
    &sql_events_archive,
    &sql_contact_rest_read,
    &sql_contact_rest_upsert,
    &sql_custom_field_definitions_read,
    &sql_activity_contacts_insert,
    ROWS_OF(contacts),
    ROWS_OF(messages),
    ROWS_OF(calls),
    ROWS_OF(call_summaries),
    ROWS_OF(call_transcripts),
    ROWS_OF(voicemails),
    LIST_OF(contact_phone_numbers),
    LIST_OF(contact_emails),
    LIST_OF(contact_custom_fields),
    LIST_OF(call_recordings),
    LIST_OF(call_transcript_lines),
};

size_t
plans_find(const struct statement *statement)
{
    size_t i = 0;

    while (i < PLANS_MAX && kept[i] != statement)
        i++;
    return i;
}
