/*
 * json_text.c - the pass over a body before jansson reads it: checks the
 * grammar, UTF-8, depth and numbers, and mends values. It checks all of the
 * grammar, because jansson tells a failed allocation and a syntax error apart
 * in few places: after this pass only duplicate keys are left to find.
 */
#include "core/json_text.h"

#include <locale.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/number.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

struct scan {
    const char *body;
    size_t bytes;
    size_t at;
    char *copy;         /* made at the first change */
    size_t copy_bytes;
    size_t copied_to;   /* how far the body is in the copy */
    struct quosync_error *err;
};

static bool scan_value(struct scan *scan, int depth);

static bool
bad(struct scan *scan, const char *what, size_t at)
{
    return error_set(scan->err, QUOSYNC_BAD_INPUT, "%s at byte %zu", what, at);
}

static bool
at_char(const struct scan *scan, char c)
{
    return scan->at < scan->bytes && scan->body[scan->at] == c;
}

/* ---- changes -------------------------------------------------------- */

static void
copy_up_to(struct scan *scan, size_t end)
{
    memcpy(scan->copy + scan->copy_bytes, scan->body + scan->copied_to, end - scan->copied_to);
    scan->copy_bytes += end - scan->copied_to;
    scan->copied_to = end;
}

/*
 * Puts text in the place of the body's bytes from start to end. Only ".0" after
 * a number of at least 19 digits makes the copy longer than the body.
 */
static bool
replace(struct scan *scan, size_t start, size_t end, const char *text)
{
    size_t bytes = strlen(text);

    if (scan->copy == NULL) {
        scan->copy = memory_get(scan->bytes + scan->bytes / 8 + 1);
        if (scan->copy == NULL)
            return error_no_memory(scan->err);
    }
    copy_up_to(scan, start);
    memcpy(scan->copy + scan->copy_bytes, text, bytes);
    scan->copy_bytes += bytes;
    scan->copied_to = end;
    return true;
}

/* ---- strings -------------------------------------------------------- */

static bool
is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* How many bytes the character of UTF-8 has that begins here; 0 when it is none. */
static size_t
utf8_bytes(const char *text, size_t left)
{
    const unsigned char *c = (const unsigned char *)text;

    if (c[0] < 0x80)
        return 1;
    if (c[0] >= 0xC2 && c[0] <= 0xDF && left >= 2 && is_continuation(c[1]))
        return 2;
    /* The second byte tells overlong forms, surrogates and what is beyond U+10FFFF. */
    if (c[0] >= 0xE0 && c[0] <= 0xEF && left >= 3 && is_continuation(c[1]) &&
        is_continuation(c[2]))
        return (c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xED && c[1] > 0x9F) ? 0 : 3;
    if (c[0] >= 0xF0 && c[0] <= 0xF4 && left >= 4 && is_continuation(c[1]) &&
        is_continuation(c[2]) && is_continuation(c[3]))
        return (c[0] == 0xF0 && c[1] < 0x90) || (c[0] == 0xF4 && c[1] > 0x8F) ? 0 : 4;
    return 0;
}

/* What is wrong where the grammar allows nothing of what stands there. */
static bool
bad_syntax(struct scan *scan)
{
    if (scan->at < scan->bytes &&
        utf8_bytes(scan->body + scan->at, scan->bytes - scan->at) == 0)
        return bad(scan, "not UTF-8", scan->at);
    return bad(scan, "not JSON", scan->at);
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The unit of a \uXXXX that begins at `at`; -1 when none does. */
static int
unicode_escape(const struct scan *scan, size_t at)
{
    int unit = 0;

    if (at + 6 > scan->bytes || scan->body[at] != '\\' || scan->body[at + 1] != 'u')
        return -1;
    for (size_t i = at + 2; i < at + 6; i++) {
        int digit = hex_digit(scan->body[i]);

        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static bool
is_high_surrogate(int unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool
is_low_surrogate(int unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

static bool
scan_escape(struct scan *scan, bool key)
{
    size_t start = scan->at;
    int unit;

    if (start + 1 < scan->bytes && scan->body[start + 1] != '\0' &&
        strchr("\"\\/bfnrt", scan->body[start + 1]) != NULL) {
        scan->at += 2;
        return true;
    }
    unit = unicode_escape(scan, start);
    if (unit < 0)
        return bad(scan, "not JSON", start);
    scan->at += 6;
    if (unit == 0 && key)
        return bad(scan, "U+0000 in a key", start);
    if (is_high_surrogate(unit) && is_low_surrogate(unicode_escape(scan, scan->at))) {
        scan->at += 6;
        return true;
    }
    if (unit == 0 || is_high_surrogate(unit) || is_low_surrogate(unit))
        return replace(scan, start, scan->at, REPLACEMENT);
    return true;
}

static bool
scan_string(struct scan *scan, bool key)
{
    if (!at_char(scan, '"'))
        return bad_syntax(scan);
    scan->at++;
    while (scan->at < scan->bytes) {
        unsigned char c = (unsigned char)scan->body[scan->at];

        if (c == '"') {
            scan->at++;
            return true;
        }
        if (c == '\\') {
            if (!scan_escape(scan, key))
                return false;
        } else if (c < 0x20) {
            return bad(scan, "a control character in a string", scan->at);
        } else {
            size_t n = utf8_bytes(scan->body + scan->at, scan->bytes - scan->at);

            if (n == 0)
                return bad(scan, "not UTF-8", scan->at);
            scan->at += n;
        }
    }
    return bad(scan, "a string without end", scan->at);
}

/* ---- the rest of the grammar ---------------------------------------- */

static void
skip_blanks(struct scan *scan)
{
    while (at_char(scan, ' ') || at_char(scan, '\n') || at_char(scan, '\r') ||
           at_char(scan, '\t'))
        scan->at++;
}

static bool
scan_number(struct scan *scan)
{
    const char *text = scan->body + scan->at;
    size_t start = scan->at;
    bool whole;
    size_t n = number_span(text, scan->bytes - scan->at, &whole);
    double value;

    if (n == 0)
        return bad_syntax(scan);
    scan->at += n;
    if (whole && number_fits_int64(text, n))
        return true;
    if (!number_parse(text, n, &value))
        return bad(scan, "a number out of range", start);
    return !whole || replace(scan, scan->at, scan->at, ".0");
}

static bool
scan_word(struct scan *scan, const char *word)
{
    size_t n = strlen(word);

    if (scan->bytes - scan->at < n || memcmp(scan->body + scan->at, word, n) != 0)
        return bad_syntax(scan);
    scan->at += n;
    return true;
}

/* Goes over a comma, or the end of the list; false is bad syntax. */
static bool
scan_separator(struct scan *scan, char end, bool *more)
{
    skip_blanks(scan);
    *more = at_char(scan, ',');
    if (!*more && !at_char(scan, end))
        return bad_syntax(scan);
    scan->at++;
    return true;
}

/* Goes over the opening bracket, and over an empty list as a whole. */
static bool
scan_opening(struct scan *scan, char end, int depth, bool *more)
{
    if (depth > JSON_TEXT_DEPTH_AT_MOST)
        return bad(scan, "nested too deeply", scan->at);
    scan->at++;
    skip_blanks(scan);
    *more = !at_char(scan, end);
    if (!*more)
        scan->at++;
    return true;
}

static bool
scan_object(struct scan *scan, int depth)
{
    bool more;

    if (!scan_opening(scan, '}', depth, &more))
        return false;
    while (more) {
        skip_blanks(scan);
        if (!scan_string(scan, true))
            return false;
        skip_blanks(scan);
        if (!scan_word(scan, ":") || !scan_value(scan, depth + 1) ||
            !scan_separator(scan, '}', &more))
            return false;
    }
    return true;
}

static bool
scan_array(struct scan *scan, int depth)
{
    bool more;

    if (!scan_opening(scan, ']', depth, &more))
        return false;
    while (more) {
        if (!scan_value(scan, depth + 1) || !scan_separator(scan, ']', &more))
            return false;
    }
    return true;
}

/* depth: how many objects and lists are open once this one is. */
static bool
scan_value(struct scan *scan, int depth)
{
    skip_blanks(scan);
    if (scan->at == scan->bytes)
        return bad_syntax(scan);
    switch (scan->body[scan->at]) {
    case '{':
        return scan_object(scan, depth);
    case '[':
        return scan_array(scan, depth);
    case '"':
        return scan_string(scan, false);
    case 't':
        return scan_word(scan, "true");
    case 'f':
        return scan_word(scan, "false");
    case 'n':
        return scan_word(scan, "null");
    default:
        return scan_number(scan);
    }
}

static bool
scan_body(struct scan *scan)
{
    if (scan->bytes >= 3 && memcmp(scan->body, "\xEF\xBB\xBF", 3) == 0)
        return bad(scan, "a byte order mark", 0);
    skip_blanks(scan);
    if (!at_char(scan, '{')) {
        if (scan->at < scan->bytes &&
            utf8_bytes(scan->body + scan->at, scan->bytes - scan->at) == 0)
            return bad_syntax(scan);
        return error_set(scan->err, QUOSYNC_BAD_INPUT, "not a JSON object");
    }
    if (!scan_value(scan, 1))
        return false;
    skip_blanks(scan);
    if (scan->at < scan->bytes)
        return bad(scan, "text after the JSON object", scan->at);
    return true;
}

bool
json_text_mend(const void *body, size_t bytes, struct json_text *text, struct quosync_error *err)
{
    struct scan scan = { .body = body, .bytes = bytes, .err = err };

    *text = (struct json_text){ body, bytes, NULL };
    if (!scan_body(&scan)) {
        memory_free(scan.copy);
        return false;
    }
    if (scan.copy != NULL) {
        copy_up_to(&scan, bytes);
        *text = (struct json_text){ scan.copy, scan.copy_bytes, scan.copy };
    }
    return true;
}

void
json_text_done(struct json_text *text)
{
    memory_free(text->copy);
    *text = (struct json_text){ 0 };
}

/*
 * jansson before 2.14.1 asks the locale for its decimal point, once for each
 * number, and takes its first byte only: while it reads, this thread has C's.
 */
static bool
load(const struct json_text *text, json_t **json, json_error_t *error)
{
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    locale_t before;

    error->text[0] = '\0';
    *json = NULL;
    if (plain == (locale_t)0)
        return false;
    before = uselocale(plain);
    (void)memory_jansson_refused();
    *json = json_loadb(text->text, text->bytes, JSON_REJECT_DUPLICATES, error);
    (void)uselocale(before);
    freelocale(plain);
    /* It may have lost a byte of a string without a word. */
    if (memory_jansson_refused() && *json != NULL) {
        json_decref(*json);
        *json = NULL;
        error->text[0] = '\0';
    }
    return *json != NULL;
}

static bool
is_duplicate_key(const json_error_t *error)
{
    return error->text[0] != '\0' && json_error_code(error) == json_error_duplicate_key;
}

bool
json_text_parse(const void *body, size_t bytes, json_t **json, struct quosync_error *err)
{
    AUTO(json_text_done) struct json_text text = { 0 };
    json_error_t error;

    *json = NULL;
    if (!json_text_mend(body, bytes, &text, err))
        return false;
    if (load(&text, json, &error))
        return true;
    /* jansson's own text quotes the input, so it is not passed on. */
    if (is_duplicate_key(&error))
        return error_set(err, QUOSYNC_BAD_INPUT, "duplicate key in a JSON object");
    return error_no_memory(err);
}

void
json_text_free(json_t **json)
{
    /* A tree in a pool goes with it, in one piece. */
    if (!memory_pool_active())
        json_decref(*json);
    *json = NULL;
}
