/*
 * quosync.h - the public library: verify a Quo delivery, decode its event,
 * compare versions, and fold events into the rows that quosync stores.
 *
 * Pure: no I/O, no clock, no threads of its own, no global state but the
 * allocator. Safe from any thread as long as no object is shared while one
 * thread changes it.
 *
 * Strings that the library returns are UTF-8, end with a NUL and hold none
 * (U+0000 has become U+FFFD). NULL stands for JSON null, and for a member
 * that was absent, unless a `has_` flag beside it tells the two apart.
 * Instants are microseconds since 1970-01-01 UTC, digits beyond them cut off.
 */
#ifndef QUOSYNC_H
#define QUOSYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define QUOSYNC_MUST_CHECK __attribute__((warn_unused_result))
#else
#define QUOSYNC_MUST_CHECK
#endif

/* ---- errors --------------------------------------------------------- */

/* The kind says what the caller can do, not what broke. */
enum quosync_error_kind {
    QUOSYNC_OK = 0,
    QUOSYNC_BAD_INPUT,   /* these bytes will never work */
    QUOSYNC_UNAVAILABLE, /* the database or the API was not reached: repeat */
    QUOSYNC_TRY_LATER,   /* deadlock, lease held, rate limit: repeat */
    QUOSYNC_CONFIG,      /* a person must act */
    QUOSYNC_NO_MEMORY,   /* an allocation failed */
    QUOSYNC_BUG          /* our mistake */
};

/*
 * Filled by every function that returns false. `text` starts in lower case
 * and has no full stop; `hint`, where there is one, is a sentence on what to
 * do next. Functions of this library accept NULL for it.
 */
struct quosync_error {
    enum quosync_error_kind kind;
    char text[512];
    char hint[256];
};

/*
 * quosync_set_allocator - replace malloc, realloc and free, before anything
 * else is called; NULL for all three restores the C library's. The JSON parser
 * (jansson) is given the same functions, for the whole process.
 */
void quosync_set_allocator(void *(*malloc_fn)(size_t), void *(*realloc_fn)(void *, size_t),
                           void (*free_fn)(void *));

/* The library's version, "MAJOR.MINOR.PATCH". */
const char *quosync_version(void);

/* ---- instants ------------------------------------------------------- */

/*
 * quosync_instant_parse - read an RFC 3339 instant with an offset or Z.
 *
 * Accepts lower case t and z, and any number of fraction digits; those beyond
 * the sixth are cut off, not rounded. Years 1970 to 9999. Refuses everything
 * else that PostgreSQL would take: now, infinity, a missing zone, 24:00:00,
 * a 60th second.
 *
 * Errors   QUOSYNC_BAD_INPUT; *us is then untouched.
 */
bool quosync_instant_parse(const char *text, size_t bytes, int64_t *us,
                           struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Room for "9999-12-31T23:59:59.999999Z" and its NUL. */
#define QUOSYNC_INSTANT_SIZE 28

/*
 * Writes YYYY-MM-DDTHH:MM:SS[.ffffff]Z; trailing zeros of the fraction are left
 * out. An instant outside the years 1 to 9999 is written as the nearest of them.
 */
void quosync_instant_format(int64_t us, char text[QUOSYNC_INSTANT_SIZE]);

/* ---- deliveries (Standard Webhooks, symmetric) ------------------------ */

#define QUOSYNC_SECRET_MIN_BYTES 24
#define QUOSYNC_SECRET_MAX_BYTES 64

/* One signing key, decoded. Owned by the caller; wipe it with quosync_secret_done. */
struct quosync_secret {
    unsigned char key[QUOSYNC_SECRET_MAX_BYTES];
    size_t key_bytes;
};

/*
 * quosync_secret_parse - decode "whsec_" and base64 (the prefix may be absent).
 *
 * Errors   QUOSYNC_CONFIG when it is not canonical base64 of 24 to 64 bytes,
 *          or is a `whpk_` key; the text never holds the secret.
 */
bool quosync_secret_parse(const char *text, size_t bytes, struct quosync_secret *secret,
                          struct quosync_error *err) QUOSYNC_MUST_CHECK;
void quosync_secret_done(struct quosync_secret *secret);

/* Room for "v1," and 44 characters of base64 and a NUL. */
#define QUOSYNC_SIGNATURE_SIZE 48

/*
 * quosync_sign - the `webhook-signature` entry of a delivery, "v1,<base64>".
 *
 * Errors   QUOSYNC_NO_MEMORY.
 */
bool quosync_sign(const struct quosync_secret *secret, const char *id, size_t id_bytes,
                  int64_t timestamp_s, const void *body, size_t body_bytes,
                  char signature[QUOSYNC_SIGNATURE_SIZE], struct quosync_error *err)
    QUOSYNC_MUST_CHECK;

/* The three headers as they came, one line each. Borrowed for the call. */
struct quosync_headers {
    const char *id, *timestamp, *signature;
    size_t id_bytes, timestamp_bytes, signature_bytes;
};

enum quosync_verdict {
    QUOSYNC_VERIFIED = 0,
    QUOSYNC_MALFORMED, /* a header is missing, empty or not of the form: 400 */
    QUOSYNC_STALE,     /* the timestamp is too far from the clock: 401 */
    QUOSYNC_NO_MATCH   /* no signature matches under any secret: 401 */
};

/* The tolerance that Standard Webhooks and Quo's quickstart name. */
#define QUOSYNC_TOLERANCE_S 300

/*
 * quosync_verify - judge a delivery by its headers and raw body.
 *
 *   secrets      n of them; any may match, all are tried, in constant time
 *   now_s        the receiver's clock, seconds since 1970
 *   tolerance_s  how far the timestamp may be off, either way; negative: any
 *   verdict      set when true is returned
 *
 * Blanks and tabs around a header are ignored. An id is 1 to 255 bytes of
 * 0x20 to 0x7E; a timestamp is digits without sign or leading zero; at most
 * 64 signature entries are looked at.
 *
 * Errors   QUOSYNC_NO_MEMORY: nothing was judged.
 */
bool quosync_verify(const struct quosync_secret *secrets, size_t n,
                    const struct quosync_headers *headers, const void *body, size_t body_bytes,
                    int64_t now_s, int64_t tolerance_s, enum quosync_verdict *verdict,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* ---- events ----------------------------------------------------------- */

enum quosync_event_kind {
    QUOSYNC_EVENT_OTHER = 0, /* a type that is stored and not interpreted (task.*, new ones) */
    QUOSYNC_MESSAGE_RECEIVED,
    QUOSYNC_MESSAGE_DELIVERED,
    QUOSYNC_MESSAGE_FAILED,
    QUOSYNC_MESSAGE_UNDELIVERED,
    QUOSYNC_CALL_RINGING,
    QUOSYNC_CALL_ANSWERED,
    QUOSYNC_CALL_COMPLETED,
    QUOSYNC_CALL_FORWARDED,
    QUOSYNC_CALL_MISSED,
    QUOSYNC_CALL_MENU_SELECTED,
    QUOSYNC_CALL_RECORDING_COMPLETED,
    QUOSYNC_CALL_SUMMARY_COMPLETED,
    QUOSYNC_CALL_TRANSCRIPT_COMPLETED,
    QUOSYNC_CALL_VOICEMAIL_COMPLETED,
    QUOSYNC_CONTACT_UPDATED,
    QUOSYNC_CONTACT_DELETED
};

struct quosync_strings {
    const char **items;
    size_t n;
};

/* An instant that may be null or absent. */
struct quosync_instant {
    bool known;
    int64_t us;
};

/* A boolean that may be null or absent. */
enum quosync_flag { QUOSYNC_UNKNOWN = 0, QUOSYNC_FALSE, QUOSYNC_TRUE };

/*
 * What surrounds the object: `data.context` and `data.links.quo`. `has_` tells
 * whether the member was there and not null; a list that was not is empty.
 */
struct quosync_context {
    const char *org_id; /* OR..., NULL in the beta's form */
    const char *phone_number_id, *conversation_id, *user_id;
    const char *quo_url;
    bool has_phone_number_type; /* the member was there, null or not */
    const char *phone_number_type;
    bool has_contacts;
    const char *contacts_lookup_status; /* matched, none, unavailable */
    struct quosync_strings contact_ids;
    bool has_participants;
    const char *participants_resolution; /* available, unavailable */
    struct quosync_strings workspace_participants, external_participants;
    const char *sender;
    bool has_recipients;
    struct quosync_strings recipients;
    bool has_shared_with_ids;
    struct quosync_strings shared_with_ids;
};

struct quosync_custom_field {
    const char *key;   /* the member, else its id, else its name: never NULL */
    const char *id, *name, *type;
    const char *value; /* JSON text of the value; NULL when null or absent */
};

/* contact.updated, contact.deleted. The lists are complete. */
struct quosync_contact {
    const char *id;
    const char *first_name, *last_name, *company, *role, *location, *source, *external_id;
    struct quosync_instant created;
    int64_t updated_us;
    struct quosync_strings phone_numbers, emails; /* their values, in Quo's order */
    struct quosync_custom_field *custom_fields;
    size_t n_custom_fields;
};

/* message.* */
struct quosync_message {
    const char *id, *direction, *text, *status;
    bool has_media;       /* the member was there, null or not */
    const char *media;    /* JSON text; NULL when null */
    bool has_error_code;  /* the member was there, null or not */
    const char *error_code;
    struct quosync_instant created;
};

struct quosync_recording {
    const char *id, *type, *url;
    const char *duration_seconds; /* decimal */
    struct quosync_instant started;
};

/* call.ringing ... call.recording.completed; members that a type lacks are null. */
struct quosync_call {
    const char *id, *direction, *status;
    struct quosync_instant created, answered, completed, updated;
    const char *answered_by_user_id;
    const char *duration_seconds; /* decimal */
    enum quosync_flag has_voicemail;
    const char *forwarded_from, *forwarded_to;
    const char *menu_selection, *menu_selection_name, *menu_reason;
    struct quosync_recording *recordings;
    size_t n_recordings;
};

/* call.summary.completed */
struct quosync_summary {
    const char *call_id, *status;
    bool has_summary, has_next_steps; /* a list, not null */
    struct quosync_strings summary, next_steps;
    const char *from_phone_number, *answered_by_user_id;
    enum quosync_flag handled_by_ai_agent;
    const char *jobs; /* JSON text */
};

struct quosync_transcript_line {
    const char *user_id, *identifier, *content;
    const char *start_seconds, *end_seconds; /* decimal */
};

/* call.transcript.completed */
struct quosync_transcript {
    const char *call_id, *status;
    struct quosync_instant created;
    const char *duration_seconds; /* decimal */
    struct quosync_transcript_line *lines;
    size_t n_lines;
};

/* call.voicemail.completed */
struct quosync_voicemail {
    const char *id, *voicemail_id, *call_id, *direction, *from_number, *to_number;
    const char *transcript, *recording_url;
    const char *duration_seconds; /* decimal */
    struct quosync_instant created, updated;
};

/*
 * A decoded event. Owns everything that it points to; copy what must live
 * longer than quosync_event_free.
 */
struct quosync_event {
    const char *id, *type, *api_version;
    int64_t created_us;
    enum quosync_event_kind kind;
    bool test;       /* an id that begins EV-test or EV-sample: never apply it */
    uint64_t digest; /* first 64 bits, big-endian, of the SHA-256 of the raw body */
    struct quosync_context context;
    union {
        struct quosync_contact contact;
        struct quosync_message message;
        struct quosync_call call;
        struct quosync_summary summary;
        struct quosync_transcript transcript;
        struct quosync_voicemail voicemail;
    } of;
    struct quosync_arena *memory;
};

/*
 * quosync_event_decode - read the raw body of a verified delivery.
 *
 * Of test events and of kind QUOSYNC_EVENT_OTHER only id, type, createdAt and
 * the context's orgId are read. Unknown members are ignored, unknown values of
 * enumerations kept.
 *
 * Errors   QUOSYNC_BAD_INPUT when it is no usable event: the text names the
 *          JSON path or the byte, never a value. QUOSYNC_NO_MEMORY.
 * Memory   *event is owned by the caller; free it with quosync_event_free.
 */
bool quosync_event_decode(const void *body, size_t bytes, struct quosync_event **event,
                          struct quosync_error *err) QUOSYNC_MUST_CHECK;
void quosync_event_free(struct quosync_event *event);

/* ---- versions and rows ------------------------------------------------ */

/*
 * quosync_version_compare - order two packed versions of the same register:
 * negative, 0 or positive. An absent version (NULL, 0) is smallest. They are
 * packed so that bytes compare as the tuples of the merge's table do.
 */
int quosync_version_compare(const uint8_t *a, size_t a_bytes, const uint8_t *b, size_t b_bytes);

enum quosync_value_type {
    QUOSYNC_NULL = 0,
    QUOSYNC_TEXT,
    QUOSYNC_NUMBER, /* decimal text */
    QUOSYNC_JSON,   /* JSON text */
    QUOSYNC_INSTANT,
    QUOSYNC_BOOLEAN,
    QUOSYNC_TEXTS
};

/* A value of a column. Borrowed from the fold that it came from. */
struct quosync_value {
    enum quosync_value_type type;
    union {
        const char *text; /* of TEXT, NUMBER and JSON */
        int64_t instant_us;
        bool boolean;
        struct quosync_strings texts;
    } of;
};

/* The tables whose rows a fold holds, in the order in which they are written. */
enum quosync_table {
    QUOSYNC_CUSTOM_FIELD_DEFINITIONS = 0,
    QUOSYNC_CONTACTS,
    QUOSYNC_MESSAGES,
    QUOSYNC_CALLS,
    QUOSYNC_CALL_SUMMARIES,
    QUOSYNC_CALL_TRANSCRIPTS,
    QUOSYNC_VOICEMAILS,
    QUOSYNC_USERS,
    QUOSYNC_PHONE_NUMBERS,
    QUOSYNC_TABLES
};

struct quosync_fold;
struct quosync_row;

/*
 * quosync_fold_new - an empty set of rows of one workspace.
 *
 *   country_code  how to derive E.164 from national numbers: 1, or 0 for none
 *
 * Errors   QUOSYNC_NO_MEMORY.
 */
bool quosync_fold_new(int country_code, struct quosync_fold **fold,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK;
void quosync_fold_free(struct quosync_fold *fold);

/*
 * quosync_fold_event - merge what an event says into the rows it speaks of.
 * Commutative, associative and idempotent: any order and repetition of the
 * same events gives the same rows. Test events and kind OTHER change nothing.
 * Copies what it keeps; the event may be freed afterwards.
 *
 * Errors   QUOSYNC_NO_MEMORY: the fold is then unusable, free it.
 */
bool quosync_fold_event(struct quosync_fold *fold, const struct quosync_event *event,
                        struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * The rows of one table, sorted by id bytewise. Pointers stay valid until the
 * next quosync_fold_event or quosync_fold_free. Errors: QUOSYNC_NO_MEMORY.
 */
bool quosync_fold_rows(struct quosync_fold *fold, enum quosync_table table,
                       struct quosync_row ***rows, size_t *n,
                       struct quosync_error *err) QUOSYNC_MUST_CHECK;

const char *quosync_row_id(const struct quosync_row *row);

/* The table's columns after (org_id, id), as in the schema; NULL past the last. */
const char *quosync_column_name(enum quosync_table table, size_t column);
struct quosync_value quosync_row_value(const struct quosync_row *row, size_t column);

/* The lists that hang on a row (phone numbers, emails, links, ...); NULL past the last. */
const char *quosync_list_name(enum quosync_table table, size_t list);
const char *quosync_list_column_name(enum quosync_table table, size_t list, size_t column);
size_t quosync_row_list_length(const struct quosync_row *row, size_t list);
struct quosync_value quosync_row_list_value(const struct quosync_row *row, size_t list,
                                            size_t item, size_t column);

#ifdef __cplusplus
}
#endif

#endif
