/*
 * table.h - the merge as data: for each table its columns, the registers that
 * know them, and the lists (child tables) that hang on a row. Everything that
 * folds, stores and writes rows walks these tables, so a rule stands here once.
 *
 * A register holds the values that one observation gave for some columns, and
 * that observation's version; the greater version wins, whole. A column that
 * several registers know shows the value of the greatest version (first
 * element, id, digest; then the earlier register of the table), nulls last. A
 * FALLBACK register (REST's facts of a call) speaks only where no other
 * register of the column has a value.
 *
 * What a register said is needed again only where several know a column: those
 * are KEPT in the row's merge state. Of the others only version and a digest of
 * the values are kept, and their columns are left alone unless they win.
 */
#ifndef QUOSYNC_CORE_TABLE_H
#define QUOSYNC_CORE_TABLE_H

#include "quosync.h"

#define TABLE_MAX_COLUMNS 40
#define TABLE_MAX_REGISTERS 16
#define TABLE_MAX_LISTS 5
#define LIST_MAX_COLUMNS 10

/* Sets of registers, lists and columns are masks. */
#define BIT(n) (UINT32_C(1) << (n))
#define COLUMN(n) (UINT64_C(1) << (n))

enum column_flags {
    COLUMN_DERIVED = 1, /* computed from versions alone (contacts.deleted_at) */
    COLUMN_FALSE = 2    /* false, not null, where no register knows it */
};

struct column {
    const char *name; /* as in the schema */
    enum quosync_value_type type;
    uint32_t owners; /* bit r: register r knows it; 0 for the columns of lists */
    unsigned flags;
};

enum register_flags {
    REGISTER_KEPT = 1,     /* its values travel in the merge state */
    REGISTER_FALLBACK = 2, /* speaks only where no other register does; kept, too */
    REGISTER_REST = 4      /* of contacts: lives in contact_rest's merge state; kept, too */
};

struct register_def {
    const char *name;
    unsigned flags;
};

struct list_def {
    const char *name;      /* the child table; NULL for one that lives in the merge state alone */
    size_t reg;            /* the register that it belongs to */
    bool set;              /* a set of ids (links), sorted, not a list with positions */
    size_t n_columns;
    struct column columns[LIST_MAX_COLUMNS];
    uint32_t personal, content; /* columns that erasure, or pruning of content, makes null */
};

/* All items go, not some of their columns. */
#define LIST_GONE UINT32_MAX

struct table {
    const char *name;
    size_t n_columns; /* those after (org_id, id), without synced_at */
    struct column columns[TABLE_MAX_COLUMNS];
    size_t n_registers;
    struct register_def registers[TABLE_MAX_REGISTERS];
    size_t n_lists; /* those without a name come last */
    struct list_def lists[TABLE_MAX_LISTS];
    uint64_t personal; /* bit c: erasure makes column c null */
    uint64_t content;  /* bit c: pruning of content does */
    uint32_t required; /* registers without which there is no row (its NOT NULL columns) */
};

extern const struct table tables[QUOSYNC_TABLES];

/*
 * Where a column's value comes from when a row is written: -1 when it is known
 * after every row_plan_make (KEPT registers, derived columns), else the one
 * register r whose bit in row_plan.registers says that it must be written.
 */
int table_column_register(const struct table *table, size_t column);

/* ---- the names of registers, columns and lists ---------------------------- */

enum definition_register { DEFINITION_ROW };
enum definition_column { DEFINITION_NAME, DEFINITION_TYPE, DEFINITION_COLUMNS };

enum contact_register { CONTACT_CORE, CONTACT_PLACE, CONTACT_REST, CONTACT_SIGHTING };
enum contact_column {
    CONTACT_FIRST_NAME,
    CONTACT_LAST_NAME,
    CONTACT_COMPANY,
    CONTACT_ROLE,
    CONTACT_LOCATION,
    CONTACT_SOURCE,
    CONTACT_EXTERNAL_ID,
    CONTACT_SOURCE_URL,
    CONTACT_CREATED_BY_USER_ID,
    CONTACT_SHARED_WITH_IDS,
    CONTACT_QUO_URL,
    CONTACT_CREATED_AT,
    CONTACT_UPDATED_AT,
    CONTACT_DELETED_AT,
    CONTACT_COLUMNS
};
enum contact_list {
    CONTACT_NUMBERS,
    CONTACT_EMAILS,
    CONTACT_FIELDS,
    CONTACT_NUMBER_LABELS, /* what REST calls the values of the two lists */
    CONTACT_EMAIL_LABELS,
    CONTACT_LISTS
};
enum number_column { NUMBER_VALUE, NUMBER_E164, NUMBER_LABEL, NUMBER_COLUMNS };
enum email_column { EMAIL_VALUE, EMAIL_LABEL, EMAIL_COLUMNS };
enum label_column { LABEL_VALUE, LABEL_NAME, LABEL_COLUMNS };
enum field_column {
    FIELD_KEY,
    FIELD_ID,
    FIELD_NAME,
    FIELD_TYPE,
    FIELD_TEXT,
    FIELD_NUMBER,
    FIELD_BOOLEAN,
    FIELD_DATE,
    FIELD_LIST,
    FIELD_JSON,
    FIELD_COLUMNS
};

enum message_register {
    MESSAGE_FACTS,
    MESSAGE_MEDIA_REGISTER,
    MESSAGE_STATUS_REGISTER,
    MESSAGE_ERROR_REGISTER,
    MESSAGE_LINKS
};
enum message_column {
    MESSAGE_DIRECTION,
    MESSAGE_BODY,
    MESSAGE_STATUS,
    MESSAGE_ERROR_CODE,
    MESSAGE_MEDIA,
    MESSAGE_PHONE_NUMBER_ID,
    MESSAGE_CONVERSATION_ID,
    MESSAGE_USER_ID,
    MESSAGE_SENDER,
    MESSAGE_RECIPIENTS,
    MESSAGE_CONTACT_LOOKUP,
    MESSAGE_QUO_URL,
    MESSAGE_CREATED_AT,
    MESSAGE_STATUS_AT,
    MESSAGE_COLUMNS
};

/* The seven registers of a call's life come first, in the order that breaks ties. */
enum call_register {
    CALL_RINGING,
    CALL_ANSWERED,
    CALL_COMPLETED,
    CALL_MISSED_REGISTER,
    CALL_FORWARDED,
    CALL_MENU,
    CALL_RECORDING,
    CALL_REST,
    CALL_UPDATED,
    CALL_CONTEXT,
    CALL_PARTICIPANTS,
    CALL_RESOLUTION,
    CALL_NUMBER_TYPE,
    CALL_LINKS,
    CALL_RECORDINGS_REGISTER,
    CALL_REGISTERS
};
enum call_column {
    CALL_DIRECTION,
    CALL_STATUS,
    CALL_CREATED_AT,
    CALL_RINGING_AT,
    CALL_ANSWERED_AT,
    CALL_ANSWERED_BY_USER_ID,
    CALL_COMPLETED_AT,
    CALL_UPDATED_AT,
    CALL_DURATION_SECONDS,
    CALL_HAS_VOICEMAIL,
    CALL_MISSED,
    CALL_INITIATED_BY_USER_ID,
    CALL_AI_HANDLED,
    CALL_REST_STATUS,
    CALL_FORWARDED_FROM,
    CALL_FORWARDED_TO,
    CALL_MENU_SELECTION,
    CALL_MENU_SELECTION_NAME,
    CALL_MENU_REASON,
    CALL_PHONE_NUMBER_ID,
    CALL_PHONE_NUMBER_TYPE,
    CALL_CONVERSATION_ID,
    CALL_USER_ID,
    CALL_WORKSPACE_PARTICIPANTS,
    CALL_EXTERNAL_PARTICIPANTS,
    CALL_PARTICIPANTS_RESOLUTION,
    CALL_CONTACT_LOOKUP,
    CALL_QUO_URL,
    CALL_VOICEMAIL_ID,
    CALL_VOICEMAIL_DURATION_SECONDS,
    CALL_VOICEMAIL_TRANSCRIPT,
    CALL_VOICEMAIL_RECORDING_URL,
    CALL_COLUMNS
};
enum call_list { CALL_RECORDINGS, CALL_CONTACTS, CALL_LISTS };
enum recording_column {
    RECORDING_ID,
    RECORDING_DURATION_SECONDS,
    RECORDING_STARTED_AT,
    RECORDING_TYPE,
    RECORDING_URL,
    RECORDING_COLUMNS
};

enum summary_register { SUMMARY_ROW, SUMMARY_HANDLING };
enum summary_column {
    SUMMARY_STATUS,
    SUMMARY_SUMMARY,
    SUMMARY_NEXT_STEPS,
    SUMMARY_FROM_PHONE_NUMBER,
    SUMMARY_HANDLED_BY_AI_AGENT,
    SUMMARY_ANSWERED_BY_USER_ID,
    SUMMARY_JOBS,
    SUMMARY_COLUMNS
};

enum transcript_register { TRANSCRIPT_ROW };
enum transcript_column {
    TRANSCRIPT_STATUS,
    TRANSCRIPT_CREATED_AT,
    TRANSCRIPT_DURATION_SECONDS,
    TRANSCRIPT_COLUMNS
};
enum transcript_list { TRANSCRIPT_LINES };
enum line_column {
    LINE_USER_ID,
    LINE_IDENTIFIER,
    LINE_CONTENT,
    LINE_START_SECONDS,
    LINE_END_SECONDS,
    LINE_COLUMNS
};

enum voicemail_register {
    VOICEMAIL_ROW,
    VOICEMAIL_TRANSCRIPT_REGISTER,
    VOICEMAIL_URL_REGISTER,
    VOICEMAIL_PARTICIPANTS,
    VOICEMAIL_LINKS
};
enum voicemail_column {
    VOICEMAIL_VOICEMAIL_ID,
    VOICEMAIL_CALL_ID,
    VOICEMAIL_DIRECTION,
    VOICEMAIL_DURATION_SECONDS,
    VOICEMAIL_FROM_NUMBER,
    VOICEMAIL_TO_NUMBER,
    VOICEMAIL_TRANSCRIPT,
    VOICEMAIL_RECORDING_URL,
    VOICEMAIL_PHONE_NUMBER_ID,
    VOICEMAIL_CONVERSATION_ID,
    VOICEMAIL_USER_ID,
    VOICEMAIL_CONTACT_LOOKUP,
    VOICEMAIL_EXTERNAL_PARTICIPANTS,
    VOICEMAIL_CREATED_AT,
    VOICEMAIL_UPDATED_AT,
    VOICEMAIL_COLUMNS
};

/* Links are list 0 of messages and voicemails. */
enum activity_list { ACTIVITY_CONTACTS };

enum directory_register { DIRECTORY_ROW, DIRECTORY_SIGHTING };
enum user_column {
    USER_EMAIL,
    USER_FIRST_NAME,
    USER_LAST_NAME,
    USER_ROLE,
    USER_PICTURE_URL,
    USER_CREATED_AT,
    USER_UPDATED_AT,
    USER_GONE_AT,
    USER_COLUMNS
};
enum phone_column {
    PHONE_GROUP_ID,
    PHONE_NAME,
    PHONE_NUMBER,
    PHONE_FORMATTED,
    PHONE_PORTING_STATUS,
    PHONE_SYMBOL,
    PHONE_CREATED_AT,
    PHONE_UPDATED_AT,
    PHONE_GONE_AT,
    PHONE_COLUMNS
};

#endif
