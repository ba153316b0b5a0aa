/*
 * check_state.c - the bytes that databases hold of rows: versions as tuples, merge
 * states of form 2 (doc/merge.md, "The merge state"). A later release reads what this
 * one wrote, and its versions meet these: so the bytes are written out here.
 */
#include <check.h>
#include <string.h>

#include "core/pack.h"
#include "core/version.h"
#include "support/suite.h"
#include "told.h"

static struct arena memory;

static void
forget(void)
{
    arena_done(&memory);
}

/* ---- versions ------------------------------------------------------------------------ */

/* What the observations below say: U, C, and the id. */
#define UPDATED "10:00:05Z"
#define CREATED "10:00:09Z"
#define ID "EV7"
#define UPDATED_US INT64_C(1793959205000000)
#define CREATED_US INT64_C(1793959209000000)
#define MINUTE_US INT64_C(60000000)

/*
 * A register and its version: U and C (or T) as in the design, M a minute before C, i the
 * event's id, - none, d the digest, digits ranks and booleans.
 */
struct tuple {
    size_t reg;
    const char *elements;
};

#define DIGEST_OF_VERSION 8

static struct version
packed(const char *elements, const struct reg *reg)
{
    struct version version = { .n = 0 };
    uint64_t digest = 0;

    for (const char *at = elements; *at != '\0'; at++)
        switch (*at) {
        case 'U':
            version_instant(&version, UPDATED_US);
            break;
        case 'C':
            version_instant(&version, CREATED_US);
            break;
        case 'M':
            version_instant(&version, CREATED_US - MINUTE_US);
            break;
        case 'i':
            version_text(&version, ID);
            break;
        case '-':
            version_text(&version, "");
            break;
        case 'd':
            for (size_t i = reg->version_bytes - DIGEST_OF_VERSION; i < reg->version_bytes; i++)
                digest = digest << 8 | reg->version[i];
            version_digest(&version, digest);
            break;
        default:
            version_rank(&version, (uint8_t)(*at - '0'));
        }
    return version;
}

/* All registers that the observation spoke for, in their order. */
static void
check_versions(const struct told *told, enum quosync_table table, const struct tuple *tuples)
{
    struct quosync_fold *fold;
    struct quosync_row **rows;
    const uint8_t *digest = NULL;
    size_t n;

    ck_assert(quosync_fold_new(0, &fold, NULL));
    told_fold(told, fold);
    ck_assert(quosync_fold_rows(fold, table, &rows, &n, NULL));
    ck_assert_uint_eq(n, 1);
    for (size_t r = 0; r < TABLE_MAX_REGISTERS; r++) {
        const struct reg *reg = &rows[0]->regs[r];
        struct version version;

        if (tuples->elements == NULL || tuples->reg != r) {
            ck_assert_msg(reg->version == NULL, "%s: register %zu", told->type, r);
            continue;
        }
        version = packed(tuples->elements, reg);
        ck_assert_msg(reg->version_bytes == version.n &&
                          memcmp(reg->version, version.bytes, version.n) == 0,
                      "%s: register %zu is not %s", told->type, r, tuples->elements);
        if (strchr(tuples->elements, 'd') != NULL) {
            const uint8_t *ours = reg->version + reg->version_bytes - DIGEST_OF_VERSION;

            /* One digest for all registers of an observation. */
            ck_assert(digest == NULL || memcmp(digest, ours, DIGEST_OF_VERSION) == 0);
            digest = ours;
        }
        tuples++;
    }
    ck_assert_ptr_null(tuples->elements);
    quosync_fold_free(fold);
}

#define CHECK_VERSIONS(told, table, ...)                                                           \
    check_versions(told, table, (const struct tuple[]){ __VA_ARGS__, { 0, NULL } })

#define CALL "'id':'a1','direction':'incoming','createdAt':'09:00:00Z','updatedAt':'" UPDATED "'"
#define SURROUNDINGS(resolution, lookup)                                                           \
    "'phoneNumberType':'private','contacts':{'ids':['c1'],'lookupStatus':'" lookup "'},"           \
    "'participants':{'workspace':['+1'],'external':['+2'],'resolution':'" resolution "'}"

START_TEST(the_versions_of_a_call_are_those_of_the_merges_table)
{
    static const struct told completed = { "call.completed", ID, CREATED,
                                           CALL ",'duration':5",
                                           SURROUNDINGS("available", "matched") };
    static const struct told ringing = { "call.ringing", ID, CREATED, CALL,
                                         SURROUNDINGS("unavailable", "unavailable") };
    static const struct told recording = { "call.recording.completed", ID, CREATED,
                                           CALL ",'recordings':[{'id':'RE1','url':'u'}]", NULL };
    static const struct told no_recording = { "call.recording.completed", ID, CREATED,
                                              CALL ",'recordings':[]", NULL };

    CHECK_VERSIONS(&completed, QUOSYNC_CALLS, { CALL_COMPLETED, "Uid" }, { CALL_UPDATED, "U" },
                   { CALL_CONTEXT, "2Cid" }, { CALL_PARTICIPANTS, "2Cid" },
                   { CALL_RESOLUTION, "2Cid" }, { CALL_NUMBER_TYPE, "2Cid" },
                   { CALL_LINKS, "1Cid" });
    CHECK_VERSIONS(&ringing, QUOSYNC_CALLS, { CALL_RINGING, "Uid" }, { CALL_UPDATED, "U" },
                   { CALL_CONTEXT, "1Cid" }, { CALL_PARTICIPANTS, "1Cid" },
                   { CALL_RESOLUTION, "1Cid" }, { CALL_NUMBER_TYPE, "1Cid" },
                   { CALL_LINKS, "0Cid" });
    CHECK_VERSIONS(&recording, QUOSYNC_CALLS, { CALL_RECORDING, "Uid" }, { CALL_UPDATED, "U" },
                   { CALL_CONTEXT, "0Cid" }, { CALL_RECORDINGS_REGISTER, "11Uid" });
    CHECK_VERSIONS(&no_recording, QUOSYNC_CALLS, { CALL_RECORDING, "Uid" }, { CALL_UPDATED, "U" },
                   { CALL_CONTEXT, "0Cid" }, { CALL_RECORDINGS_REGISTER, "01Uid" });
}
END_TEST

START_TEST(the_versions_of_what_names_a_call_are_those_of_the_merges_table)
{
    static const struct told summary = { "call.summary.completed", ID, CREATED,
                                         "'callId':'a1','processingStatus':'completed',"
                                         "'summary':['s'],'nextSteps':[],'jobs':[]",
                                         NULL };
    static const struct told transcript = { "call.transcript.completed", ID, CREATED,
                                            "'callId':'a1','processingStatus':'in-progress',"
                                            "'createdAt':'09:00:00Z','dialogue':[]",
                                            NULL };
    static const struct told voicemail = {
        "call.voicemail.completed", ID, CREATED,
        "'id':'v1','callId':'a1','transcript':'t','recordingUrl':null,'updatedAt':'" UPDATED "'",
        SURROUNDINGS("available", "none")
    };
    static const struct told no_instant = { "call.voicemail.completed", ID, CREATED,
                                            "'id':'v1','transcript':null,'recordingUrl':'u'",
                                            NULL };

    CHECK_VERSIONS(&summary, QUOSYNC_CALL_SUMMARIES, { SUMMARY_ROW, "41Cid" },
                   { SUMMARY_HANDLING, "Cid" });
    CHECK_VERSIONS(&summary, QUOSYNC_CALLS, { CALL_CONTEXT, "0Cid" });
    CHECK_VERSIONS(&transcript, QUOSYNC_CALL_TRANSCRIPTS, { TRANSCRIPT_ROW, "21Cid" });
    CHECK_VERSIONS(&transcript, QUOSYNC_CALLS, { CALL_CONTEXT, "0Cid" });
    CHECK_VERSIONS(&voicemail, QUOSYNC_VOICEMAILS, { VOICEMAIL_ROW, "Uid" },
                   { VOICEMAIL_TRANSCRIPT_REGISTER, "1Uid" }, { VOICEMAIL_URL_REGISTER, "0Uid" },
                   { VOICEMAIL_PARTICIPANTS, "2Cid" }, { VOICEMAIL_LINKS, "1Cid" });
    CHECK_VERSIONS(&voicemail, QUOSYNC_CALLS, { CALL_CONTEXT, "2Cid" },
                   { CALL_PARTICIPANTS, "2Cid" }, { CALL_RESOLUTION, "2Cid" },
                   { CALL_NUMBER_TYPE, "2Cid" }, { CALL_LINKS, "1Cid" });
    CHECK_VERSIONS(&no_instant, QUOSYNC_VOICEMAILS, { VOICEMAIL_ROW, "Cid" },
                   { VOICEMAIL_TRANSCRIPT_REGISTER, "0Cid" }, { VOICEMAIL_URL_REGISTER, "1Cid" });
}
END_TEST

START_TEST(the_versions_of_a_message_are_those_of_the_merges_table)
{
    static const struct told event = { "message.failed", ID, CREATED,
                                       "'id':'m1','status':'failed','text':'x','media':[],"
                                       "'errorCode':'30007','createdAt':'09:00:00Z'",
                                       "'contacts':{'ids':[],'lookupStatus':'none'}" };
    static const struct told rest = { "rest.message", "", CREATED,
                                      "{'id':'m1','text':'x','status':'delivered','to':['+2'],"
                                      "'from':'+1','updatedAt':'" UPDATED "'}",
                                      NULL };

    CHECK_VERSIONS(&event, QUOSYNC_MESSAGES, { MESSAGE_FACTS, "1Cid" },
                   { MESSAGE_MEDIA_REGISTER, "1Cid" }, { MESSAGE_STATUS_REGISTER, "C4id" },
                   { MESSAGE_ERROR_REGISTER, "Cid" }, { MESSAGE_LINKS, "1Cid" });
    CHECK_VERSIONS(&rest, QUOSYNC_MESSAGES, { MESSAGE_FACTS, "0C-d" },
                   { MESSAGE_STATUS_REGISTER, "U3-d" });
}
END_TEST

START_TEST(the_versions_of_a_contact_are_those_of_the_merges_table)
{
#define CONTACT                                                                                    \
    "'id':'c1','phoneNumbers':[],'emails':[],'customFields':[],'updatedAt':'" UPDATED "'"
    static const struct told updated = { "contact.updated", ID, CREATED, CONTACT, NULL };
    static const struct told deleted = { "contact.deleted", ID, CREATED, CONTACT, NULL };
    static const struct told rest = { "rest.contact", "", CREATED,
                                      "{'id':'c1','updatedAt':'" UPDATED "','customFields':[],"
                                      "'defaultFields':{'emails':[],'phoneNumbers':[]}}",
                                      NULL };
    static const struct told gone = { "rest.gone", "c1", CREATED, NULL, NULL };

    CHECK_VERSIONS(&updated, QUOSYNC_CONTACTS, { CONTACT_CORE, "UC0id" },
                   { CONTACT_PLACE, "UCid" });
    CHECK_VERSIONS(&deleted, QUOSYNC_CONTACTS, { CONTACT_CORE, "UC1id" });
    CHECK_VERSIONS(&rest, QUOSYNC_CONTACTS, { CONTACT_CORE, "UM0-d" }, { CONTACT_REST, "UCd" },
                   { CONTACT_SIGHTING, "C0" });
    CHECK_VERSIONS(&gone, QUOSYNC_CONTACTS, { CONTACT_SIGHTING, "C1" });
}
END_TEST

START_TEST(a_version_has_room_to_its_last_byte)
{
    static char id[VERSION_MAX_TEXT_BYTES + 1];
    struct version version = { .n = 0 };

    memset(id, 'i', sizeof id - 1);
    version_text(&version, id);
    while (version.n < VERSION_MAX_BYTES)
        version_digest(&version, 1);
    ck_assert_uint_eq(version.n, VERSION_MAX_BYTES);
    ck_assert_uint_eq(version.bytes[VERSION_MAX_BYTES - 1], 1);
}
END_TEST

/* ---- merge states --------------------------------------------------------------------- */

#define SIXTEEN(byte)                                                                              \
    byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte
#define EIGHT(byte) byte, byte, byte, byte, byte, byte, byte, byte
#define NO_TAIL 0xFF

/* A contact: one number whose digest is known, no emails, fields of which only the whole is. */
static const uint8_t contact_state[] = {
    2, ROW_ERASED,
    CONTACT_CORE, 6, 'c', 'o', 't', 'a', 'i', 'l', NO_TAIL, 0, SIXTEEN(0x11),
    2, SIXTEEN(0x22), 1, EIGHT(0x33), 0, 1, SIXTEEN(0x44),
    CONTACT_PLACE, 1, 'p', CONTACT_CORE, 4, 0, SIXTEEN(0x55)
};

static struct quosync_row *
row_of_state(enum quosync_table table, const uint8_t *bytes, size_t n)
{
    struct quosync_row *row;

    ck_assert(row_state_unpack(table, "x1", bytes, n, &memory, &row, NULL));
    return row;
}

static void
packs_as(const struct quosync_row *row, const uint8_t *expected, size_t n)
{
    const uint8_t *bytes;
    size_t n_bytes;

    ck_assert(row_state_pack(row, &memory, &bytes, &n_bytes, NULL));
    ck_assert_uint_eq(n_bytes, n);
    ck_assert_mem_eq(bytes, expected, n);
}

START_TEST(a_state_of_digests_is_read_and_written_byte_by_byte)
{
    static const uint8_t whole[] = { SIXTEEN(0x22) }, each[] = { EIGHT(0x33) };
    struct quosync_row *row = row_of_state(QUOSYNC_CONTACTS, contact_state, sizeof contact_state);
    const struct item_digests *numbers = &row->items[CONTACT_NUMBERS];

    ck_assert_uint_eq(row->marks, ROW_ERASED);
    ck_assert(row->regs[CONTACT_CORE].stored && row->regs[CONTACT_PLACE].stored);
    ck_assert_uint_eq(row->regs[CONTACT_PLACE].version_bytes, 5);
    ck_assert_mem_eq(row->regs[CONTACT_PLACE].version, "ptail", 5);
    ck_assert_mem_eq(row->list_digests[CONTACT_NUMBERS], whole, sizeof whole);
    ck_assert(numbers->known && numbers->n == 1);
    ck_assert_mem_eq(numbers->bytes, each, sizeof each);
    ck_assert(row->items[CONTACT_EMAILS].known && row->items[CONTACT_EMAILS].n == 0);
    ck_assert(!row->items[CONTACT_FIELDS].known);
    packs_as(row, contact_state, sizeof contact_state);
}
END_TEST

/* A call whose kept values are a text, a number and a flag; the second tail is the longest. */
static const uint8_t call_state[] = {
    2, 0,
    CALL_COMPLETED, 5, 'x', 't', 'a', 'i', 'l', NO_TAIL, 1, 3,
    CALL_STATUS, QUOSYNC_TEXT, 2, 'o', 'k', 0,
    CALL_DURATION_SECONDS, QUOSYNC_NUMBER, 1, '5', 0,
    CALL_HAS_VOICEMAIL, QUOSYNC_BOOLEAN, 1,
    CALL_MISSED_REGISTER, 2, 'a', 'y', CALL_COMPLETED, 4, 1, 0,
    CALL_FORWARDED, 0, CALL_MISSED_REGISTER, 5, 1, 0
};
#define KEPT_COLUMN_AT 12 /* the byte of CALL_STATUS */

START_TEST(a_state_of_values_is_read_and_written_byte_by_byte)
{
    struct quosync_row *row = row_of_state(QUOSYNC_CALLS, call_state, sizeof call_state);

    ck_assert(!row->regs[CALL_COMPLETED].stored);
    ck_assert_str_eq(quosync_row_value(row, CALL_STATUS).of.text, "ok");
    ck_assert_str_eq(quosync_row_value(row, CALL_DURATION_SECONDS).of.text, "5");
    ck_assert(quosync_row_value(row, CALL_HAS_VOICEMAIL).of.boolean);
    ck_assert_mem_eq(row->regs[CALL_MISSED_REGISTER].version, "aytail", 6);
    ck_assert_mem_eq(row->regs[CALL_FORWARDED].version, "ytail", 5);
    packs_as(row, call_state, sizeof call_state);
}
END_TEST

START_TEST(a_state_that_names_a_column_that_is_none_is_refused)
{
    uint8_t bytes[sizeof call_state];
    struct quosync_row *row;
    struct quosync_error err;

    memcpy(bytes, call_state, sizeof bytes);
    ck_assert_uint_eq(bytes[KEPT_COLUMN_AT], CALL_STATUS);
    bytes[KEPT_COLUMN_AT] = CALL_COLUMNS;
    ck_assert(!row_state_unpack(QUOSYNC_CALLS, "x1", bytes, sizeof bytes, &memory, &row, &err));
    ck_assert_int_eq(err.kind, QUOSYNC_BUG);
}
END_TEST

/* ---- what no row of ours holds ------------------------------------------------------ */

START_TEST(a_count_without_an_end_is_a_failure)
{
    uint8_t bytes[10];
    struct unpack unpack = { .arena = &memory, .at = bytes, .end = bytes + sizeof bytes };

    memset(bytes, 0xFF, sizeof bytes);
    ck_assert_uint_eq(unpack_count(&unpack), 0);
    ck_assert(unpack.failed && !unpack.no_memory);
    ck_assert_uint_eq(unpack_byte(&unpack), 0);
}
END_TEST

START_TEST(what_has_no_size_is_not_packed)
{
    struct pack pack = { .arena = &memory };

    pack_byte(&pack, 1);
    ck_assert(!pack.failed);
    pack_bytes(&pack, "x", SIZE_MAX - 1);
    ck_assert(pack.failed);
    ck_assert_uint_eq(pack.n, 1);
    pack_byte(&pack, 2);
    pack_bytes(&pack, "yy", 2);
    ck_assert(pack.failed);
}
END_TEST

START_TEST(a_text_of_a_version_is_cut_at_its_limit)
{
    struct version longer = { .n = 0 }, longest = { .n = 0 };
    char text[VERSION_MAX_TEXT_BYTES + 11];

    memset(text, 't', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    version_text(&longer, text);
    text[VERSION_MAX_TEXT_BYTES] = '\0';
    version_text(&longest, text);
    ck_assert_uint_eq(longer.n, VERSION_MAX_TEXT_BYTES + 1);
    ck_assert_uint_eq(longest.n, longer.n);
    ck_assert_int_eq(memcmp(longer.bytes, longest.bytes, longer.n), 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("state");
    TCase *versions = tcase_create("versions"), *states = tcase_create("states");

    tcase_add_test(versions, a_text_of_a_version_is_cut_at_its_limit);
    tcase_add_test(versions, a_count_without_an_end_is_a_failure);
    tcase_add_test(versions, what_has_no_size_is_not_packed);
    tcase_add_test(versions, the_versions_of_a_call_are_those_of_the_merges_table);
    tcase_add_test(versions, the_versions_of_what_names_a_call_are_those_of_the_merges_table);
    tcase_add_test(versions, the_versions_of_a_message_are_those_of_the_merges_table);
    tcase_add_test(versions, the_versions_of_a_contact_are_those_of_the_merges_table);
    tcase_add_test(versions, a_version_has_room_to_its_last_byte);
    suite_add_tcase(suite, versions);
    tcase_add_checked_fixture(states, NULL, forget);
    tcase_add_test(states, a_state_of_digests_is_read_and_written_byte_by_byte);
    tcase_add_test(states, a_state_of_values_is_read_and_written_byte_by_byte);
    tcase_add_test(states, a_state_that_names_a_column_that_is_none_is_refused);
    suite_add_tcase(suite, states);
    return suite_run(suite);
}
