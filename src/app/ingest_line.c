/*
 * ingest_line.c - what one line of NDJSON is.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "app/ingest.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/json_text.h"
#include "core/memory.h"

/* The same rule as for the header of a delivery over HTTP. */
static bool
is_webhook_id(const json_t *json)
{
    const char *text = json_string_value(json);
    const size_t bytes = json_string_length(json);

    if (text == NULL || bytes == 0 || bytes >= INGEST_ID_SIZE)
        return false;
    for (size_t i = 0; i < bytes; i++)
        if (text[i] < 0x20 || text[i] > 0x7E)
            return false;
    return text[0] != ' ' && text[bytes - 1] != ' ';
}

/* What a body says is the worker's to judge, an empty one's as well; as over HTTP. */
static bool
check_size(size_t bytes, size_t max_body_bytes, struct quosync_error *err)
{
    return bytes <= max_body_bytes ||
           error_set(err, QUOSYNC_BAD_INPUT, "the body has %zu bytes, more than max_body (%zu)",
                     bytes, max_body_bytes);
}

/*
 * {"webhook-id": ..., "body": ...}: parsed again as it stands, because the body
 * must come out byte for byte, without what json_text.h mends for columns.
 */
static bool
read_wrapped(const char *text, size_t bytes, size_t max_body_bytes, struct ingest_line *line,
             struct quosync_error *err)
{
    AUTO(json_text_free) json_t *json =
        json_loadb(text, bytes, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    const json_t *id = json_object_get(json, "webhook-id");
    const json_t *body = json_object_get(json, "body");

    if (memory_jansson_refused())
        return error_no_memory(err);
    if (json == NULL)
        return error_set(err, QUOSYNC_BAD_INPUT, "its strings cannot be turned into bytes");
    if (!is_webhook_id(id))
        return error_set(err, QUOSYNC_BAD_INPUT,
                         "its webhook-id is not a string of 1 to 255 printable ASCII characters");
    if (!json_is_string(body))
        return error_set(err, QUOSYNC_BAD_INPUT, "its body is not a string");
    line->body_bytes = json_string_length(body);
    if (!check_size(line->body_bytes, max_body_bytes, err))
        return false;
    line->copy = memory_get(line->body_bytes + 1); /* with its NUL: never of no bytes */
    if (line->copy == NULL)
        return error_no_memory(err);
    memcpy(line->copy, json_string_value(body), line->body_bytes + 1);
    line->body = line->copy;
    memcpy(line->webhook_id, json_string_value(id), json_string_length(id) + 1);
    return true;
}

static bool
read_bare(const char *text, size_t bytes, size_t max_body_bytes, struct ingest_line *line,
          struct quosync_error *err)
{
    uint8_t digest[DIGEST_SHA256_BYTES];
    size_t at;

    if (!check_size(bytes, max_body_bytes, err) || !digest_sha256(text, bytes, digest, err))
        return false;
    at = (size_t)snprintf(line->webhook_id, INGEST_ID_SIZE, "ingest:");
    for (size_t i = 0; i < 16; i++)
        at += (size_t)snprintf(line->webhook_id + at, INGEST_ID_SIZE - at, "%02x", digest[i]);
    line->body = text;
    line->body_bytes = bytes;
    return true;
}

bool
ingest_line_read(const char *text, size_t bytes, size_t max_body_bytes, struct ingest_line *line,
                 struct quosync_error *err)
{
    AUTO(json_text_free) json_t *json = NULL;

    memset(line, 0, sizeof *line);
    if (!json_text_parse(text, bytes, &json, err))
        return false;
    if (json_object_get(json, "webhook-id") != NULL)
        return read_wrapped(text, bytes, max_body_bytes, line, err);
    /* What every envelope of Quo's has; whether it is usable is the worker's to say. */
    if (json_is_string(json_object_get(json, "type")))
        return read_bare(text, bytes, max_body_bytes, line, err);
    return error_set(err, QUOSYNC_BAD_INPUT,
                     "it is neither a Quo event nor an object with webhook-id and body");
}
