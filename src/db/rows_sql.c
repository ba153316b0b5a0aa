/*
 * rows_sql.c - which statements belong to which table, and how values of
 * columns travel as parameters.
 */
#include "db/rows_sql.h"

#include <string.h>

#define SQL_OF(table) \
    &sql_##table##_lock, &sql_##table##_lock_now, &sql_##table##_insert, &sql_##table##_update
#define STRIP_OF(table) &sql_##table##_erase, &sql_##table##_prune

const struct table_sql table_sql[QUOSYNC_TABLES] = {
    [QUOSYNC_CUSTOM_FIELD_DEFINITIONS] = { SQL_OF(custom_field_definitions), NULL, NULL, NULL },
    [QUOSYNC_CONTACTS] = { SQL_OF(contacts), &sql_contacts_erase, NULL, NULL },
    [QUOSYNC_MESSAGES] = { SQL_OF(messages), STRIP_OF(messages), "message" },
    [QUOSYNC_CALLS] = { SQL_OF(calls), STRIP_OF(calls), "call" },
    [QUOSYNC_CALL_SUMMARIES] = { SQL_OF(call_summaries), STRIP_OF(call_summaries), NULL },
    [QUOSYNC_CALL_TRANSCRIPTS] = { SQL_OF(call_transcripts), STRIP_OF(call_transcripts), NULL },
    [QUOSYNC_VOICEMAILS] = { SQL_OF(voicemails), STRIP_OF(voicemails), "voicemail" },
    [QUOSYNC_USERS] = { SQL_OF(users), NULL, NULL, NULL },
    [QUOSYNC_PHONE_NUMBERS] = { SQL_OF(phone_numbers), NULL, NULL, NULL },
};

#define LIST_OF(list) #list, &sql_##list##_insert, &sql_##list##_upsert, &sql_##list##_trim

static const struct list_sql lists[] = {
    { LIST_OF(contact_phone_numbers), &sql_contact_phone_numbers_read },
    { LIST_OF(contact_emails), &sql_contact_emails_read },
    { LIST_OF(contact_custom_fields), NULL },
    { LIST_OF(call_recordings), NULL },
    { LIST_OF(call_transcript_lines), NULL },
};

const struct list_sql *
list_sql_find(const struct list_def *list)
{
    if (list->name == NULL || list->set)
        return NULL;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (strcmp(lists[i].name, list->name) == 0)
            return &lists[i];
    return NULL;
}

uint32_t
table_guards(const struct table *table)
{
    uint32_t guards = 0;

    for (size_t c = 0; c < table->n_columns; c++) {
        int reg = table_column_register(table, c);

        if (reg >= 0)
            guards |= BIT(reg);
    }
    return guards;
}

void
values_begin(struct params *params, enum quosync_value_type type, size_t n)
{
    switch (type) {
    case QUOSYNC_INSTANT:
        params_array(params, PARAMS_INSTANT, n);
        return;
    case QUOSYNC_BOOLEAN:
        params_array(params, PARAMS_BOOLEAN, n);
        return;
    case QUOSYNC_NULL:
    case QUOSYNC_TEXT:
    case QUOSYNC_NUMBER:
    case QUOSYNC_JSON:
    case QUOSYNC_TEXTS:
        break;
    }
    params_array(params, PARAMS_TEXT, n);
}

const char *
texts_literal(const struct quosync_strings *texts, struct arena *arena)
{
    size_t room = 3;
    char *literal, *at;

    for (size_t i = 0; i < texts->n; i++)
        room += 2 * strlen(texts->items[i]) + 3;
    literal = at = arena_get(arena, room);
    if (literal == NULL)
        return NULL;
    *at++ = '{';
    for (size_t i = 0; i < texts->n; i++) {
        if (i > 0)
            *at++ = ',';
        *at++ = '"';
        for (const char *p = texts->items[i]; *p != '\0'; p++) {
            if (*p == '"' || *p == '\\')
                *at++ = '\\';
            *at++ = *p;
        }
        *at++ = '"';
    }
    *at++ = '}';
    *at = '\0';
    return literal;
}

void
values_put(struct params *params, const struct quosync_value *value, struct arena *arena)
{
    const char *literal;

    switch (value->type) {
    case QUOSYNC_NULL:
        params_item_null(params);
        return;
    case QUOSYNC_INSTANT:
        params_item_instant(params, value->of.instant_us);
        return;
    case QUOSYNC_BOOLEAN:
        params_item_boolean(params, value->of.boolean);
        return;
    case QUOSYNC_TEXTS:
        literal = texts_literal(&value->of.texts, arena);
        if (literal == NULL)
            params_no_memory(params);
        else
            params_item_text(params, literal);
        return;
    case QUOSYNC_TEXT:
    case QUOSYNC_NUMBER:
    case QUOSYNC_JSON:
        break;
    }
    params_item_text(params, value->of.text);
}
