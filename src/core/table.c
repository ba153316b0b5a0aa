/*
 * table.c - the merge's table as data, in the schema's order of columns, and
 * the public library's names of them.
 */
#include "core/table.h"

#define TEXT(name, owners) { name, QUOSYNC_TEXT, owners, 0 }
#define NUMBER(name, owners) { name, QUOSYNC_NUMBER, owners, 0 }
#define JSON(name, owners) { name, QUOSYNC_JSON, owners, 0 }
#define INSTANT(name, owners) { name, QUOSYNC_INSTANT, owners, 0 }
#define BOOLEAN(name, owners) { name, QUOSYNC_BOOLEAN, owners, 0 }
#define TEXTS(name, owners) { name, QUOSYNC_TEXTS, owners, 0 }

/* Who knows what of a call. */
#define LIFE                                                                                       \
    (BIT(CALL_RINGING) | BIT(CALL_ANSWERED) | BIT(CALL_COMPLETED) | BIT(CALL_MISSED_REGISTER) |    \
     BIT(CALL_FORWARDED) | BIT(CALL_MENU) | BIT(CALL_RECORDING) | BIT(CALL_REST))
#define ANSWER (BIT(CALL_ANSWERED) | BIT(CALL_COMPLETED) | BIT(CALL_RECORDING) | BIT(CALL_REST))
#define END (BIT(CALL_COMPLETED) | BIT(CALL_RECORDING) | BIT(CALL_REST))

#define LINKS(register_number)                                                                     \
    { "activity_contacts", register_number, true, 1, { TEXT("contact_id", 0) }, 0, 0 }

const struct table tables[QUOSYNC_TABLES] = {
    [QUOSYNC_CUSTOM_FIELD_DEFINITIONS] = {
        .name = "custom_field_definitions",
        .n_columns = DEFINITION_COLUMNS,
        .columns = {
            [DEFINITION_NAME] = TEXT("name", BIT(DEFINITION_ROW)),
            [DEFINITION_TYPE] = TEXT("type", BIT(DEFINITION_ROW)),
        },
        .n_registers = 1,
        .registers = { [DEFINITION_ROW] = { "row", REGISTER_KEPT } },
        .required = BIT(DEFINITION_ROW),
    },
    [QUOSYNC_CONTACTS] = {
        .name = "contacts",
        .personal = COLUMN(CONTACT_FIRST_NAME) | COLUMN(CONTACT_LAST_NAME) |
                    COLUMN(CONTACT_COMPANY) | COLUMN(CONTACT_ROLE) | COLUMN(CONTACT_LOCATION) |
                    COLUMN(CONTACT_SOURCE) | COLUMN(CONTACT_EXTERNAL_ID) |
                    COLUMN(CONTACT_SOURCE_URL) | COLUMN(CONTACT_CREATED_BY_USER_ID) |
                    COLUMN(CONTACT_SHARED_WITH_IDS) | COLUMN(CONTACT_QUO_URL),
        .n_columns = CONTACT_COLUMNS,
        .columns = {
            [CONTACT_FIRST_NAME] = TEXT("first_name", BIT(CONTACT_CORE)),
            [CONTACT_LAST_NAME] = TEXT("last_name", BIT(CONTACT_CORE)),
            [CONTACT_COMPANY] = TEXT("company", BIT(CONTACT_CORE)),
            [CONTACT_ROLE] = TEXT("role", BIT(CONTACT_CORE)),
            [CONTACT_LOCATION] = TEXT("location", BIT(CONTACT_PLACE)),
            [CONTACT_SOURCE] = TEXT("source", BIT(CONTACT_CORE)),
            [CONTACT_EXTERNAL_ID] = TEXT("external_id", BIT(CONTACT_CORE)),
            [CONTACT_SOURCE_URL] = TEXT("source_url", BIT(CONTACT_REST)),
            [CONTACT_CREATED_BY_USER_ID] = TEXT("created_by_user_id", BIT(CONTACT_REST)),
            [CONTACT_SHARED_WITH_IDS] = TEXTS("shared_with_ids", BIT(CONTACT_PLACE)),
            [CONTACT_QUO_URL] = TEXT("quo_url", BIT(CONTACT_PLACE)),
            [CONTACT_CREATED_AT] = INSTANT("created_at", BIT(CONTACT_CORE)),
            [CONTACT_UPDATED_AT] = INSTANT("updated_at", BIT(CONTACT_CORE)),
            [CONTACT_DELETED_AT] = { "deleted_at", QUOSYNC_INSTANT,
                                     BIT(CONTACT_CORE) | BIT(CONTACT_SIGHTING), COLUMN_DERIVED },
        },
        .n_registers = 4,
        .registers = {
            [CONTACT_CORE] = { "core", 0 },
            [CONTACT_PLACE] = { "place", 0 },
            [CONTACT_REST] = { "rest", REGISTER_KEPT | REGISTER_REST },
            [CONTACT_SIGHTING] = { "sighting", REGISTER_KEPT | REGISTER_REST },
        },
        .n_lists = CONTACT_LISTS,
        .lists = {
            [CONTACT_NUMBERS] = { "contact_phone_numbers", CONTACT_CORE, false, NUMBER_COLUMNS,
                { [NUMBER_VALUE] = TEXT("value", 0),
                  [NUMBER_E164] = TEXT("e164", 0),
                  [NUMBER_LABEL] = TEXT("label", 0) },
                LIST_GONE, 0 },
            [CONTACT_EMAILS] = { "contact_emails", CONTACT_CORE, false, EMAIL_COLUMNS,
                { [EMAIL_VALUE] = TEXT("value", 0),
                  [EMAIL_LABEL] = TEXT("label", 0) },
                LIST_GONE, 0 },
            [CONTACT_FIELDS] = { "contact_custom_fields", CONTACT_CORE, false, FIELD_COLUMNS,
                { [FIELD_KEY] = TEXT("key", 0),
                  [FIELD_ID] = TEXT("field_id", 0),
                  [FIELD_NAME] = TEXT("name", 0),
                  [FIELD_TYPE] = TEXT("type", 0),
                  [FIELD_TEXT] = TEXT("value_text", 0),
                  [FIELD_NUMBER] = NUMBER("value_number", 0),
                  [FIELD_BOOLEAN] = BOOLEAN("value_boolean", 0),
                  [FIELD_DATE] = INSTANT("value_date", 0),
                  [FIELD_LIST] = TEXTS("value_list", 0),
                  [FIELD_JSON] = JSON("value_json", 0) },
                LIST_GONE, 0 },
            [CONTACT_NUMBER_LABELS] = { NULL, CONTACT_REST, false, LABEL_COLUMNS,
                { [LABEL_VALUE] = TEXT("value", 0),
                  [LABEL_NAME] = TEXT("name", 0) },
                LIST_GONE, 0 },
            [CONTACT_EMAIL_LABELS] = { NULL, CONTACT_REST, false, LABEL_COLUMNS,
                { [LABEL_VALUE] = TEXT("value", 0),
                  [LABEL_NAME] = TEXT("name", 0) },
                LIST_GONE, 0 },
        },
        .required = BIT(CONTACT_CORE),
    },
    [QUOSYNC_MESSAGES] = {
        .name = "messages",
        .personal = COLUMN(MESSAGE_BODY) | COLUMN(MESSAGE_ERROR_CODE) | COLUMN(MESSAGE_MEDIA) |
                    COLUMN(MESSAGE_SENDER) | COLUMN(MESSAGE_RECIPIENTS) |
                    COLUMN(MESSAGE_QUO_URL),
        .content = COLUMN(MESSAGE_BODY) | COLUMN(MESSAGE_MEDIA),
        .n_columns = MESSAGE_COLUMNS,
        .columns = {
            [MESSAGE_DIRECTION] = TEXT("direction", BIT(MESSAGE_FACTS)),
            [MESSAGE_BODY] = TEXT("body", BIT(MESSAGE_FACTS)),
            [MESSAGE_STATUS] = TEXT("status", BIT(MESSAGE_STATUS_REGISTER)),
            [MESSAGE_ERROR_CODE] = TEXT("error_code", BIT(MESSAGE_ERROR_REGISTER)),
            [MESSAGE_MEDIA] = JSON("media", BIT(MESSAGE_MEDIA_REGISTER)),
            [MESSAGE_PHONE_NUMBER_ID] = TEXT("phone_number_id", BIT(MESSAGE_FACTS)),
            [MESSAGE_CONVERSATION_ID] = TEXT("conversation_id", BIT(MESSAGE_FACTS)),
            [MESSAGE_USER_ID] = TEXT("user_id", BIT(MESSAGE_FACTS)),
            [MESSAGE_SENDER] = TEXT("sender", BIT(MESSAGE_FACTS)),
            [MESSAGE_RECIPIENTS] = TEXTS("recipients", BIT(MESSAGE_FACTS)),
            [MESSAGE_CONTACT_LOOKUP] = TEXT("contact_lookup", BIT(MESSAGE_LINKS)),
            [MESSAGE_QUO_URL] = TEXT("quo_url", BIT(MESSAGE_FACTS)),
            [MESSAGE_CREATED_AT] = INSTANT("created_at", BIT(MESSAGE_FACTS)),
            [MESSAGE_STATUS_AT] = INSTANT("status_at", BIT(MESSAGE_STATUS_REGISTER)),
        },
        .n_registers = 5,
        .registers = {
            [MESSAGE_FACTS] = { "facts", 0 },
            [MESSAGE_MEDIA_REGISTER] = { "media", 0 },
            [MESSAGE_STATUS_REGISTER] = { "status", REGISTER_KEPT },
            [MESSAGE_ERROR_REGISTER] = { "error", REGISTER_KEPT },
            [MESSAGE_LINKS] = { "links", REGISTER_KEPT },
        },
        .n_lists = 1,
        .lists = { [ACTIVITY_CONTACTS] = LINKS(MESSAGE_LINKS) },
        .required = BIT(MESSAGE_STATUS_REGISTER),
    },
    [QUOSYNC_CALLS] = {
        .name = "calls",
        .personal = COLUMN(CALL_FORWARDED_FROM) | COLUMN(CALL_FORWARDED_TO) |
                    COLUMN(CALL_MENU_SELECTION) | COLUMN(CALL_MENU_SELECTION_NAME) |
                    COLUMN(CALL_MENU_REASON) | COLUMN(CALL_PHONE_NUMBER_TYPE) |
                    COLUMN(CALL_WORKSPACE_PARTICIPANTS) | COLUMN(CALL_EXTERNAL_PARTICIPANTS) |
                    COLUMN(CALL_PARTICIPANTS_RESOLUTION) | COLUMN(CALL_QUO_URL) |
                    COLUMN(CALL_VOICEMAIL_TRANSCRIPT) | COLUMN(CALL_VOICEMAIL_RECORDING_URL),
        .content = COLUMN(CALL_VOICEMAIL_TRANSCRIPT) | COLUMN(CALL_VOICEMAIL_RECORDING_URL),
        .n_columns = CALL_COLUMNS,
        .columns = {
            [CALL_DIRECTION] = TEXT("direction", LIFE),
            [CALL_STATUS] = TEXT("status", BIT(CALL_COMPLETED)),
            [CALL_CREATED_AT] = INSTANT("created_at", LIFE),
            [CALL_RINGING_AT] = INSTANT("ringing_at", BIT(CALL_RINGING)),
            [CALL_ANSWERED_AT] = INSTANT("answered_at", ANSWER),
            [CALL_ANSWERED_BY_USER_ID] =
                TEXT("answered_by_user_id", BIT(CALL_ANSWERED) | BIT(CALL_REST)),
            [CALL_COMPLETED_AT] = INSTANT("completed_at", END),
            [CALL_UPDATED_AT] = INSTANT("updated_at", BIT(CALL_UPDATED)),
            [CALL_DURATION_SECONDS] = NUMBER("duration_seconds", END),
            [CALL_HAS_VOICEMAIL] = BOOLEAN("has_voicemail", BIT(CALL_COMPLETED)),
            [CALL_MISSED] = { "missed", QUOSYNC_BOOLEAN, BIT(CALL_MISSED_REGISTER), COLUMN_FALSE },
            [CALL_INITIATED_BY_USER_ID] = TEXT("initiated_by_user_id", BIT(CALL_REST)),
            [CALL_AI_HANDLED] = TEXT("ai_handled", BIT(CALL_REST)),
            [CALL_REST_STATUS] = TEXT("rest_status", BIT(CALL_REST)),
            [CALL_FORWARDED_FROM] =
                TEXT("forwarded_from", BIT(CALL_FORWARDED) | BIT(CALL_REST)),
            [CALL_FORWARDED_TO] = TEXT("forwarded_to", BIT(CALL_FORWARDED) | BIT(CALL_REST)),
            [CALL_MENU_SELECTION] = TEXT("menu_selection", BIT(CALL_MENU)),
            [CALL_MENU_SELECTION_NAME] = TEXT("menu_selection_name", BIT(CALL_MENU)),
            [CALL_MENU_REASON] = TEXT("menu_reason", BIT(CALL_MENU)),
            [CALL_PHONE_NUMBER_ID] = TEXT("phone_number_id", BIT(CALL_CONTEXT) | BIT(CALL_REST)),
            [CALL_PHONE_NUMBER_TYPE] = TEXT("phone_number_type", BIT(CALL_NUMBER_TYPE)),
            [CALL_CONVERSATION_ID] = TEXT("conversation_id", BIT(CALL_CONTEXT)),
            [CALL_USER_ID] = TEXT("user_id", BIT(CALL_CONTEXT) | BIT(CALL_REST)),
            [CALL_WORKSPACE_PARTICIPANTS] =
                TEXTS("workspace_participants", BIT(CALL_PARTICIPANTS) | BIT(CALL_REST)),
            [CALL_EXTERNAL_PARTICIPANTS] =
                TEXTS("external_participants", BIT(CALL_PARTICIPANTS) | BIT(CALL_REST)),
            [CALL_PARTICIPANTS_RESOLUTION] = TEXT("participants_resolution", BIT(CALL_RESOLUTION)),
            [CALL_CONTACT_LOOKUP] = TEXT("contact_lookup", BIT(CALL_LINKS)),
            [CALL_QUO_URL] = TEXT("quo_url", BIT(CALL_CONTEXT)),
            [CALL_VOICEMAIL_ID] = TEXT("voicemail_id", BIT(CALL_REST)),
            [CALL_VOICEMAIL_DURATION_SECONDS] =
                NUMBER("voicemail_duration_seconds", BIT(CALL_REST)),
            [CALL_VOICEMAIL_TRANSCRIPT] = TEXT("voicemail_transcript", BIT(CALL_REST)),
            [CALL_VOICEMAIL_RECORDING_URL] = TEXT("voicemail_recording_url", BIT(CALL_REST)),
        },
        .n_registers = CALL_REGISTERS,
        .registers = {
            [CALL_RINGING] = { "ringing", REGISTER_KEPT },
            [CALL_ANSWERED] = { "answered", REGISTER_KEPT },
            [CALL_COMPLETED] = { "completed", REGISTER_KEPT },
            [CALL_MISSED_REGISTER] = { "missed", REGISTER_KEPT },
            [CALL_FORWARDED] = { "forwarded", REGISTER_KEPT },
            [CALL_MENU] = { "menu", REGISTER_KEPT },
            [CALL_RECORDING] = { "recording", REGISTER_KEPT },
            [CALL_REST] = { "rest", REGISTER_KEPT | REGISTER_FALLBACK },
            [CALL_UPDATED] = { "updated", REGISTER_KEPT },
            [CALL_CONTEXT] = { "context", REGISTER_KEPT },
            [CALL_PARTICIPANTS] = { "participants", REGISTER_KEPT },
            [CALL_RESOLUTION] = { "participants_resolution", REGISTER_KEPT },
            [CALL_NUMBER_TYPE] = { "phone_number_type", REGISTER_KEPT },
            [CALL_LINKS] = { "links", REGISTER_KEPT },
            [CALL_RECORDINGS_REGISTER] = { "recordings", REGISTER_KEPT },
        },
        .n_lists = CALL_LISTS,
        .lists = {
            [CALL_RECORDINGS] = { "call_recordings", CALL_RECORDINGS_REGISTER, false,
                RECORDING_COLUMNS,
                { [RECORDING_ID] = TEXT("recording_id", 0),
                  [RECORDING_DURATION_SECONDS] = NUMBER("duration_seconds", 0),
                  [RECORDING_STARTED_AT] = INSTANT("started_at", 0),
                  [RECORDING_TYPE] = TEXT("type", 0),
                  [RECORDING_URL] = TEXT("url", 0) },
                BIT(RECORDING_TYPE) | BIT(RECORDING_URL), BIT(RECORDING_URL) },
            [CALL_CONTACTS] = LINKS(CALL_LINKS),
        },
    },
    [QUOSYNC_CALL_SUMMARIES] = {
        .name = "call_summaries",
        .personal = COLUMN(SUMMARY_SUMMARY) | COLUMN(SUMMARY_NEXT_STEPS) |
                    COLUMN(SUMMARY_FROM_PHONE_NUMBER) | COLUMN(SUMMARY_JOBS),
        .content = COLUMN(SUMMARY_SUMMARY) | COLUMN(SUMMARY_NEXT_STEPS) | COLUMN(SUMMARY_JOBS),
        .n_columns = SUMMARY_COLUMNS,
        .columns = {
            [SUMMARY_STATUS] = TEXT("status", BIT(SUMMARY_ROW)),
            [SUMMARY_SUMMARY] = TEXTS("summary", BIT(SUMMARY_ROW)),
            [SUMMARY_NEXT_STEPS] = TEXTS("next_steps", BIT(SUMMARY_ROW)),
            [SUMMARY_FROM_PHONE_NUMBER] = TEXT("from_phone_number", BIT(SUMMARY_HANDLING)),
            [SUMMARY_HANDLED_BY_AI_AGENT] = BOOLEAN("handled_by_ai_agent", BIT(SUMMARY_HANDLING)),
            [SUMMARY_ANSWERED_BY_USER_ID] = TEXT("answered_by_user_id", BIT(SUMMARY_HANDLING)),
            [SUMMARY_JOBS] = JSON("jobs", BIT(SUMMARY_ROW)),
        },
        .n_registers = 2,
        .registers = {
            [SUMMARY_ROW] = { "row", 0 },
            [SUMMARY_HANDLING] = { "handling", REGISTER_KEPT },
        },
        .required = BIT(SUMMARY_ROW),
    },
    [QUOSYNC_CALL_TRANSCRIPTS] = {
        .name = "call_transcripts",
        .n_columns = TRANSCRIPT_COLUMNS,
        .columns = {
            [TRANSCRIPT_STATUS] = TEXT("status", BIT(TRANSCRIPT_ROW)),
            [TRANSCRIPT_CREATED_AT] = INSTANT("created_at", BIT(TRANSCRIPT_ROW)),
            [TRANSCRIPT_DURATION_SECONDS] = NUMBER("duration_seconds", BIT(TRANSCRIPT_ROW)),
        },
        .n_registers = 1,
        .registers = { [TRANSCRIPT_ROW] = { "row", REGISTER_KEPT } },
        .n_lists = 1,
        .lists = {
            [TRANSCRIPT_LINES] = { "call_transcript_lines", TRANSCRIPT_ROW, false, LINE_COLUMNS,
                { [LINE_USER_ID] = TEXT("user_id", 0),
                  [LINE_IDENTIFIER] = TEXT("identifier", 0),
                  [LINE_CONTENT] = TEXT("content", 0),
                  [LINE_START_SECONDS] = NUMBER("start_seconds", 0),
                  [LINE_END_SECONDS] = NUMBER("end_seconds", 0) },
                LIST_GONE, LIST_GONE },
        },
        .required = BIT(TRANSCRIPT_ROW),
    },
    [QUOSYNC_VOICEMAILS] = {
        .name = "voicemails",
        .personal = COLUMN(VOICEMAIL_FROM_NUMBER) | COLUMN(VOICEMAIL_TO_NUMBER) |
                    COLUMN(VOICEMAIL_TRANSCRIPT) | COLUMN(VOICEMAIL_RECORDING_URL) |
                    COLUMN(VOICEMAIL_EXTERNAL_PARTICIPANTS),
        .content = COLUMN(VOICEMAIL_TRANSCRIPT) | COLUMN(VOICEMAIL_RECORDING_URL),
        .n_columns = VOICEMAIL_COLUMNS,
        .columns = {
            [VOICEMAIL_VOICEMAIL_ID] = TEXT("voicemail_id", BIT(VOICEMAIL_ROW)),
            [VOICEMAIL_CALL_ID] = TEXT("call_id", BIT(VOICEMAIL_ROW)),
            [VOICEMAIL_DIRECTION] = TEXT("direction", BIT(VOICEMAIL_ROW)),
            [VOICEMAIL_DURATION_SECONDS] = NUMBER("duration_seconds", BIT(VOICEMAIL_ROW)),
            [VOICEMAIL_FROM_NUMBER] = TEXT("from_number", BIT(VOICEMAIL_ROW)),
            [VOICEMAIL_TO_NUMBER] = TEXT("to_number", BIT(VOICEMAIL_ROW)),
            [VOICEMAIL_TRANSCRIPT] = TEXT("transcript", BIT(VOICEMAIL_TRANSCRIPT_REGISTER)),
            [VOICEMAIL_RECORDING_URL] = TEXT("recording_url", BIT(VOICEMAIL_URL_REGISTER)),
            [VOICEMAIL_PHONE_NUMBER_ID] = TEXT("phone_number_id", BIT(VOICEMAIL_ROW)),
            [VOICEMAIL_CONVERSATION_ID] = TEXT("conversation_id", BIT(VOICEMAIL_ROW)),
            [VOICEMAIL_USER_ID] = TEXT("user_id", BIT(VOICEMAIL_ROW)),
            [VOICEMAIL_CONTACT_LOOKUP] = TEXT("contact_lookup", BIT(VOICEMAIL_LINKS)),
            [VOICEMAIL_EXTERNAL_PARTICIPANTS] =
                TEXTS("external_participants", BIT(VOICEMAIL_PARTICIPANTS)),
            [VOICEMAIL_CREATED_AT] = INSTANT("created_at", BIT(VOICEMAIL_ROW)),
            [VOICEMAIL_UPDATED_AT] = INSTANT("updated_at", BIT(VOICEMAIL_ROW)),
        },
        .n_registers = 5,
        .registers = {
            [VOICEMAIL_ROW] = { "row", REGISTER_KEPT },
            [VOICEMAIL_TRANSCRIPT_REGISTER] = { "transcript", 0 },
            [VOICEMAIL_URL_REGISTER] = { "recording_url", REGISTER_KEPT },
            [VOICEMAIL_PARTICIPANTS] = { "participants", REGISTER_KEPT },
            [VOICEMAIL_LINKS] = { "links", REGISTER_KEPT },
        },
        .n_lists = 1,
        .lists = { [ACTIVITY_CONTACTS] = LINKS(VOICEMAIL_LINKS) },
        .required = BIT(VOICEMAIL_ROW),
    },
    [QUOSYNC_USERS] = {
        .name = "users",
        .n_columns = USER_COLUMNS,
        .columns = {
            [USER_EMAIL] = TEXT("email", BIT(DIRECTORY_ROW)),
            [USER_FIRST_NAME] = TEXT("first_name", BIT(DIRECTORY_ROW)),
            [USER_LAST_NAME] = TEXT("last_name", BIT(DIRECTORY_ROW)),
            [USER_ROLE] = TEXT("role", BIT(DIRECTORY_ROW)),
            [USER_PICTURE_URL] = TEXT("picture_url", BIT(DIRECTORY_ROW)),
            [USER_CREATED_AT] = INSTANT("created_at", BIT(DIRECTORY_ROW)),
            [USER_UPDATED_AT] = INSTANT("updated_at", BIT(DIRECTORY_ROW)),
            [USER_GONE_AT] = INSTANT("gone_at", BIT(DIRECTORY_SIGHTING)),
        },
        .n_registers = 2,
        .registers = {
            [DIRECTORY_ROW] = { "row", REGISTER_KEPT },
            [DIRECTORY_SIGHTING] = { "sighting", REGISTER_KEPT },
        },
        .required = BIT(DIRECTORY_ROW),
    },
    [QUOSYNC_PHONE_NUMBERS] = {
        .name = "phone_numbers",
        .n_columns = PHONE_COLUMNS,
        .columns = {
            [PHONE_GROUP_ID] = TEXT("group_id", BIT(DIRECTORY_ROW)),
            [PHONE_NAME] = TEXT("name", BIT(DIRECTORY_ROW)),
            [PHONE_NUMBER] = TEXT("number", BIT(DIRECTORY_ROW)),
            [PHONE_FORMATTED] = TEXT("formatted", BIT(DIRECTORY_ROW)),
            [PHONE_PORTING_STATUS] = TEXT("porting_status", BIT(DIRECTORY_ROW)),
            [PHONE_SYMBOL] = TEXT("symbol", BIT(DIRECTORY_ROW)),
            [PHONE_CREATED_AT] = INSTANT("created_at", BIT(DIRECTORY_ROW)),
            [PHONE_UPDATED_AT] = INSTANT("updated_at", BIT(DIRECTORY_ROW)),
            [PHONE_GONE_AT] = INSTANT("gone_at", BIT(DIRECTORY_SIGHTING)),
        },
        .n_registers = 2,
        .registers = {
            [DIRECTORY_ROW] = { "row", REGISTER_KEPT },
            [DIRECTORY_SIGHTING] = { "sighting", REGISTER_KEPT },
        },
        .required = BIT(DIRECTORY_ROW),
    },
};

int
table_column_register(const struct table *table, size_t column)
{
    const struct column *of = &table->columns[column];

    if (of->flags & COLUMN_DERIVED)
        return -1;
    for (int r = 0; (size_t)r < table->n_registers; r++)
        if (of->owners & BIT(r))
            return table->registers[r].flags & REGISTER_KEPT ? -1 : r;
    return -1;
}

const char *
quosync_column_name(enum quosync_table table, size_t column)
{
    return column < tables[table].n_columns ? tables[table].columns[column].name : NULL;
}

const char *
quosync_list_name(enum quosync_table table, size_t list)
{
    return list < tables[table].n_lists ? tables[table].lists[list].name : NULL;
}

const char *
quosync_list_column_name(enum quosync_table table, size_t list, size_t column)
{
    if (quosync_list_name(table, list) == NULL || column >= tables[table].lists[list].n_columns)
        return NULL;
    return tables[table].lists[list].columns[column].name;
}
