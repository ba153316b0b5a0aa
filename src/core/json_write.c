/*
 * json_write.c - walks a tree twice with the same code: once to measure, once
 * to write. Nothing between can fail.
 */
#include "core/json_write.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/number.h"

struct output {
    char *text; /* NULL while it is measured */
    size_t bytes;
};

static void write_value(struct output *out, json_t *json);

static void
put(struct output *out, const char *text, size_t bytes)
{
    if (out->text != NULL)
        memcpy(out->text + out->bytes, text, bytes);
    out->bytes += bytes;
}

static void
put_text(struct output *out, const char *text)
{
    put(out, text, strlen(text));
}

static bool
must_be_escaped(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

static void
write_escaped(struct output *out, char c)
{
    static const char named[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    const char *found = strchr(named, c);
    char escape[8];

    if (found != NULL)
        (void)snprintf(escape, sizeof escape, "\\%c", names[found - named]);
    else
        (void)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)c);
    put_text(out, escape);
}

static void
write_string(struct output *out, const char *text)
{
    put(out, "\"", 1);
    while (*text != '\0') {
        size_t plain = 0;

        while (text[plain] != '\0' && !must_be_escaped(text[plain]))
            plain++;
        put(out, text, plain);
        text += plain;
        if (*text != '\0')
            write_escaped(out, *text++);
    }
    put(out, "\"", 1);
}

static void
format_number(const json_t *json, char text[NUMBER_SIZE])
{
    if (json_is_integer(json))
        number_format_whole(json_integer_value(json), text);
    else
        number_format(json_real_value(json), text);
}

static void
write_array(struct output *out, json_t *json)
{
    json_t *item;
    size_t i;

    put(out, "[", 1);
    json_array_foreach(json, i, item)
    {
        if (i > 0)
            put(out, ",", 1);
        write_value(out, item);
    }
    put(out, "]", 1);
}

static void
write_object(struct output *out, json_t *json)
{
    const char *separator = "";
    const char *key;
    json_t *member;

    put(out, "{", 1);
    json_object_foreach(json, key, member)
    {
        put_text(out, separator);
        write_string(out, key);
        put(out, ":", 1);
        write_value(out, member);
        separator = ",";
    }
    put(out, "}", 1);
}

static void
write_value(struct output *out, json_t *json)
{
    char number[NUMBER_SIZE];

    switch (json_typeof(json)) {
    case JSON_OBJECT:
        write_object(out, json);
        break;
    case JSON_ARRAY:
        write_array(out, json);
        break;
    case JSON_STRING:
        write_string(out, json_string_value(json));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        format_number(json, number);
        put_text(out, number);
        break;
    case JSON_TRUE:
        put_text(out, "true");
        break;
    case JSON_FALSE:
        put_text(out, "false");
        break;
    case JSON_NULL:
        put_text(out, "null");
        break;
    }
}

bool
json_write(json_t *json, struct arena *arena, const char **text, struct quosync_error *err)
{
    struct output measured = { 0 };
    struct output written = { 0 };

    write_value(&measured, json);
    written.text = arena_get(arena, measured.bytes + 1);
    if (written.text == NULL)
        return error_no_memory(err);
    write_value(&written, json);
    written.text[written.bytes] = '\0';
    *text = written.text;
    return true;
}

bool
json_write_number(const json_t *json, struct arena *arena, const char **text,
                  struct quosync_error *err)
{
    char number[NUMBER_SIZE];

    format_number(json, number);
    *text = arena_text(arena, number, strlen(number));
    return *text != NULL || error_no_memory(err);
}
