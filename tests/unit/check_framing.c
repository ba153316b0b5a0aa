/*
 * check_framing.c - what is refused of header lines that libmicrohttpd let through: those of
 * its versions are played, as it would hand them over.
 */
#include "net/framing.h"

#include <microhttpd.h>
#include <string.h>

#include "support/suite.h"

/* ---- libmicrohttpd, as far as it is asked ------------------------------------------- */

struct line {
    const char *name, *value; /* value NULL: the line had none */
    size_t name_bytes;        /* 0: those of the text */
    const char *tail;         /* what stands behind the value, up to the next line; NULL: its end */
};

#define LINES_MAX 4
#define LINE(name, value) { (name), (value), 0, NULL }
static const struct line *lines;
static const char *version;

int __wrap_MHD_get_connection_values_n(struct MHD_Connection *connection, enum MHD_ValueKind kind,
                                       MHD_KeyValueIteratorN iterator, void *cls);
const char *__wrap_MHD_get_version(void);

const char *
__wrap_MHD_get_version(void)
{
    return version;
}

/* Names and values stand in one buffer, NULs where the blank, CR and LF were. */
int
__wrap_MHD_get_connection_values_n(struct MHD_Connection *connection, enum MHD_ValueKind kind,
                                   MHD_KeyValueIteratorN iterator, void *cls)
{
    static char buffer[4096];
    char *at = buffer;
    int n = 0;

    ck_assert_ptr_null(connection);
    ck_assert_int_eq(kind, MHD_HEADER_KIND);
    memset(buffer, 0, sizeof buffer);
    for (; n < LINES_MAX && lines[n].name != NULL; n++) {
        const struct line *line = &lines[n];
        size_t name = line->name_bytes > 0 ? line->name_bytes : strlen(line->name);
        size_t value = line->value == NULL ? 0 : strlen(line->value);
        char *name_at = at, *value_at = at + name + 2;

        memcpy(name_at, line->name, name);
        if (line->value != NULL)
            memcpy(value_at, line->value, value);
        at = value_at + value;
        if (line->tail != NULL) {
            memcpy(at + 1, line->tail, strlen(line->tail));
            at += 1 + strlen(line->tail);
        }
        at += 2;
        ck_assert_int_eq(iterator(cls, kind, name_at, name, line->value == NULL ? NULL : value_at,
                                  value), MHD_YES);
    }
    return n;
}

/* ---- what is read ----------------------------------------------------------------- */

static const struct {
    const char *version; /* NULL: whichever */
    struct line lines[LINES_MAX];
    bool bad, has_body;
    uint64_t bytes;
} cases[] = {
    { NULL, { LINE("Host", "x") }, false, false, 0 },
    { NULL, { LINE("Content-Length", "5") }, false, true, 5 },
    { NULL, { LINE("content-LENGTH", " \t5\t ") }, false, true, 5 },
    { NULL, { LINE("Content-Length", "0") }, false, true, 0 },
    { NULL, { LINE("Content-Length", "18446744073709551599") }, false, true,
      UINT64_C(18446744073709551599) },
    { NULL, { LINE("Content-Length", "18446744073709551615") }, true, true, 0 },
    { NULL, { LINE("Content-Length", "99999999999999999999999") }, true, true, 0 },
    { NULL, { LINE("Content-Length", "") }, true, true, 0 },
    { NULL, { LINE("Content-Length", " \t") }, true, true, 0 },
    { NULL, { LINE("Content-Length", "5x") }, true, true, 0 },
    { NULL, { LINE("Content-Length", "-5") }, true, true, 0 },
    { NULL, { LINE("Content-Length", "5 5") }, true, true, 0 },
    { NULL, { LINE("Content-Length", "5"), LINE("Content-Length", "5") }, true, true, 5 },
    { NULL, { LINE("Transfer-Encoding", "chunked") }, false, true, 0 },
    { NULL, { LINE("transfer-encoding", "CHUNKED") }, false, true, 0 },
    { NULL, { LINE("Transfer-Encoding", "chunked ") }, true, true, 0 },
    { NULL, { LINE("Transfer-Encoding", "gzip, chunked") }, true, true, 0 },
    { NULL, { LINE("Transfer-Encoding", "chunked"), LINE("Content-Length", "5") }, true, true, 5 },
    { NULL, { LINE("Content-Length", NULL) }, true, false, 0 },
    { NULL, { LINE("Content-Lengthy", "x") }, false, false, 0 },
    { NULL, { LINE("!#$%&'*+-.^_`|~azAZ09", "x") }, false, false, 0 },
    { NULL, { LINE("", "x") }, true, false, 0 },
    { NULL, { LINE("A b", "x") }, true, false, 0 },
    { NULL, { LINE("A/", "x") }, true, false, 0 },
    { NULL, { LINE("A:", "x") }, true, false, 0 },
    { NULL, { LINE("A@", "x") }, true, false, 0 },
    { NULL, { LINE("A[", "x") }, true, false, 0 },
    { NULL, { LINE("A{", "x") }, true, false, 0 },
    { NULL, { LINE("A\x80", "x") }, true, false, 0 },
    { NULL, { { "A\0b", "x", 3, NULL } }, true, false, 0 },
    /* A NUL of the sender's: the value that is handed over ends there. */
    { "0.9.75", { { "A", "x", 0, "y" } }, true, false, 0 },
    { "0.9.75", { { "A", "x", 0, "" }, LINE("B", "y") }, true, false, 0 },
    { "0.9.75", { LINE("A", "x"), LINE("B", "y"), LINE("C", "z") }, false, false, 0 },
    { "1.0.1", { { "A", "x", 0, "y" }, LINE("B", "y") }, false, false, 0 },
};

START_TEST(a_request_ends_where_its_lines_say_or_is_refused)
{
    static const char *const versions[] = LINE("0.9.75", "1.0.1");
    struct framing framing;

    lines = cases[_i].lines;
    for (size_t i = 0; i < 2; i++) {
        version = cases[_i].version == NULL ? versions[i] : cases[_i].version;
        framing_read(NULL, &framing);
        ck_assert_msg(framing.bad == cases[_i].bad, "%s: %s", version, lines[0].name);
        ck_assert_int_eq(framing.has_body, cases[_i].has_body);
        if (!framing.bad)
            ck_assert_uint_eq(framing.bytes, cases[_i].bytes);
    }
}
END_TEST

START_TEST(of_several_lines_the_first_is_told_and_how_many_there_are)
{
    static const struct line several[LINES_MAX] = { LINE("webhook-ID", "first"),
                                                    LINE("webhook-idx", "no"),
                                                    LINE("Webhook-Id", "second") };
    static const struct line empty[LINES_MAX] = { LINE("webhook-id", NULL) };
    const char *value;
    size_t bytes;

    version = "0.9.75";
    lines = several;
    ck_assert_uint_eq(framing_header(NULL, "webhook-id", &value, &bytes), 2);
    ck_assert_uint_eq(bytes, strlen("first"));
    ck_assert_int_eq(memcmp(value, "first", bytes), 0);
    ck_assert_uint_eq(framing_header(NULL, "host", &value, &bytes), 0);
    ck_assert_uint_eq(bytes, 0);
    lines = empty;
    ck_assert_uint_eq(framing_header(NULL, "webhook-id", &value, &bytes), 1);
    ck_assert_str_eq(value, "");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("framing");
    TCase *tc = tcase_create("framing");

    tcase_add_loop_test(tc, a_request_ends_where_its_lines_say_or_is_refused, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tc, of_several_lines_the_first_is_told_and_how_many_there_are);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
