/*
 * observe_field.c - the value of a custom field, from its JSON text to the one
 * typed column that it fits; what fits none stays JSON. A small reader of JSON
 * text does for this: a tree for each field would cost more than the fold.
 */
#include <string.h>

#include "core/instant.h"
#include "core/number.h"
#include "core/observe.h"

/* What type a field is, by the name that Quo gives it. */
enum field_type {
    FIELD_IS_TEXT,
    FIELD_IS_NUMBER,
    FIELD_IS_BOOLEAN,
    FIELD_IS_DATE,
    FIELD_IS_CHOICES,
    FIELD_IS_UNKNOWN
};

static enum field_type
field_type(const char *name)
{
    static const struct {
        const char *name;
        enum field_type type;
    } types[] = {
        { "string", FIELD_IS_TEXT },   { "url", FIELD_IS_TEXT },
        { "address", FIELD_IS_TEXT },  { "number", FIELD_IS_NUMBER },
        { "date", FIELD_IS_DATE },     { "boolean", FIELD_IS_BOOLEAN },
        { "multi-select", FIELD_IS_CHOICES },
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(name, types[i].name) == 0)
            return types[i].type;
    return FIELD_IS_UNKNOWN;
}

/* ---- reading JSON text --------------------------------------------------------------- */

static const char *
skip_blanks(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static unsigned
hex_digits(const char *at)
{
    unsigned value = 0;

    for (int i = 0; i < 4; i++) {
        char c = at[i];

        if (c >= '0' && c <= '9')
            value = value << 4 | (unsigned)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            value = value << 4 | (unsigned)((c | 0x20) - 'a' + 10);
        else
            return 0;
    }
    return value;
}

static char *
put_utf8(char *to, unsigned c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    } else {
        *to++ = (char)(0xF0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3F));
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    return to;
}

/* After "\u": one character, of two escapes where they are a pair of surrogates. */
static const char *
read_unicode(const char *at, char **to)
{
    unsigned c = hex_digits(at);

    at += 4;
    if (c >= 0xD800 && c < 0xDC00 && at[0] == '\\' && at[1] == 'u') {
        unsigned low = hex_digits(at + 2);

        if (low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
        }
    }
    /* The decoder has mended these; nothing here may end a text or break UTF-8. */
    if (c == 0 || (c >= 0xD800 && c < 0xE000))
        c = 0xFFFD;
    *to = put_utf8(*to, c);
    return at;
}

/*
 * Reads the string that begins at *at (its quote) into the arena and moves *at
 * past its end; NULL when there is no memory. The decoder wrote the text: it
 * is a well-formed JSON text, and no escape grows when it is read.
 */
static const char *
read_string(struct arena *arena, const char **at)
{
    const char *from = *at + 1;
    const char *end = from;
    char *text, *to;

    while (*end != '"' && *end != '\0')
        end += end[0] == '\\' && end[1] != '\0' ? 2 : 1;
    text = to = arena_get(arena, (size_t)(end - from) + 1);
    if (text == NULL)
        return NULL;
    while (from < end) {
        static const char escapes[] = "bfnrt", meanings[] = "\b\f\n\r\t";
        const char *escape;

        if (*from != '\\') {
            *to++ = *from++;
            continue;
        }
        from++;
        if (*from == 'u' && end - from >= 5) {
            from = read_unicode(from + 1, &to);
            continue;
        }
        escape = strchr(escapes, *from);
        *to++ = escape != NULL ? meanings[escape - escapes] : *from;
        from++;
    }
    *to = '\0';
    *at = *end == '"' ? end + 1 : end;
    return text;
}

/* ---- columns ------------------------------------------------------------------------- */

static void
fit_text(struct quosync_fold *fold, struct quosync_value *values, const char *json)
{
    struct quosync_value *value = &values[FIELD_TEXT];

    if (*json != '"')
        return;
    value->of.text = read_string(&fold->arena, &json);
    if (value->of.text == NULL)
        fold->failed = true;
    else
        value->type = QUOSYNC_TEXT;
}

/* A quoted number counts: REST's specification shows one. */
static void
fit_number(struct quosync_fold *fold, struct quosync_value *values, const char *json)
{
    const char *text = json;
    char canonical[NUMBER_SIZE];

    if (*json == '"')
        text = read_string(&fold->arena, &json);
    if (text == NULL)
        fold->failed = true;
    else if (number_canonical(text, strlen(text), canonical))
        item_text(fold, &values[FIELD_NUMBER], QUOSYNC_NUMBER, canonical);
}

static void
fit_boolean(struct quosync_value *values, const char *json)
{
    bool yes = strcmp(json, "true") == 0;

    if (yes || strcmp(json, "false") == 0)
        values[FIELD_BOOLEAN] = (struct quosync_value){ .type = QUOSYNC_BOOLEAN,
                                                        .of.boolean = yes };
}

static void
fit_date(struct quosync_fold *fold, struct quosync_value *values, const char *json)
{
    const char *text;
    int64_t us;

    if (*json != '"')
        return;
    text = read_string(&fold->arena, &json);
    if (text == NULL)
        fold->failed = true;
    else if (instant_parse_date(text, strlen(text), &us))
        values[FIELD_DATE] = (struct quosync_value){ .type = QUOSYNC_INSTANT,
                                                     .of.instant_us = us };
}

/* How many commas a list of strings can have at most: those inside strings count, too. */
static size_t
items_at_most(const char *json)
{
    size_t n = 1;

    while ((json = strchr(json, ',')) != NULL) {
        json++;
        n++;
    }
    return n;
}

static void
fit_choices(struct quosync_fold *fold, struct quosync_value *values, const char *json)
{
    struct quosync_value *value = &values[FIELD_LIST];
    const char **items;
    size_t n = 0;

    if (*json != '[')
        return;
    items = arena_get(&fold->arena, items_at_most(json) * sizeof *items);
    json = skip_blanks(json + 1);
    while (items != NULL && *json == '"') {
        items[n] = read_string(&fold->arena, &json);
        if (items[n] == NULL)
            items = NULL;
        n++;
        json = skip_blanks(json);
        if (*json == ',')
            json = skip_blanks(json + 1);
    }
    if (items == NULL)
        fold->failed = true;
    else if (*json == ']')
        *value = (struct quosync_value){ .type = QUOSYNC_TEXTS, .of.texts = { items, n } };
}

static bool
fits(const struct quosync_value *values)
{
    for (size_t c = FIELD_TEXT; c <= FIELD_LIST; c++)
        if (values[c].type != QUOSYNC_NULL)
            return true;
    return false;
}

static void
put_value(struct quosync_fold *fold, struct quosync_value *values, enum field_type type,
          const char *json)
{
    static const struct quosync_strings none;

    if (json == NULL) {
        if (type == FIELD_IS_CHOICES)
            item_texts(fold, &values[FIELD_LIST], &none);
        return;
    }
    json = skip_blanks(json);
    switch (type) {
    case FIELD_IS_TEXT:
        fit_text(fold, values, json);
        break;
    case FIELD_IS_NUMBER:
        fit_number(fold, values, json);
        break;
    case FIELD_IS_BOOLEAN:
        fit_boolean(values, json);
        break;
    case FIELD_IS_DATE:
        fit_date(fold, values, json);
        break;
    case FIELD_IS_CHOICES:
        fit_choices(fold, values, json);
        break;
    case FIELD_IS_UNKNOWN:
        break;
    }
    if (!fits(values))
        item_text(fold, &values[FIELD_JSON], QUOSYNC_JSON, json);
}

void
observe_fields(struct put *put, const struct quosync_custom_field *fields, size_t n)
{
    struct quosync_fold *fold = put->fold;
    struct list_item *items = put_list(put, CONTACT_FIELDS, n);

    for (size_t i = 0; items != NULL && i < n; i++) {
        struct quosync_value *values = items[i].values;

        item_text(fold, &values[FIELD_KEY], QUOSYNC_TEXT, fields[i].key);
        item_text(fold, &values[FIELD_ID], QUOSYNC_TEXT, fields[i].id);
        item_text(fold, &values[FIELD_NAME], QUOSYNC_TEXT, fields[i].name);
        item_text(fold, &values[FIELD_TYPE], QUOSYNC_TEXT, fields[i].type);
        put_value(fold, values, field_type(fields[i].type), fields[i].value);
    }
}
