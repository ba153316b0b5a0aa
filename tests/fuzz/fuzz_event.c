/*
 * fuzz_event.c - any bytes as the body of a verified delivery: decoded, dumped
 * and folded, or refused as bad input with a text that tells why.
 */
#include <string.h>

#include "core/json_text.h"
#include "core/json_write.h"
#include "fuzz/fuzz.h"
#include "quosync.h"

/* What is kept as JSON text must read back, and be written alike again. */
static void
check_json(const char *text)
{
    struct arena arena = { 0 };
    const char *again;
    json_t *json;
    char *object;
    size_t bytes;

    if (text == NULL)
        return;
    bytes = strlen(text) + 6;
    object = malloc(bytes + 1);
    MUST(object != NULL);
    (void)snprintf(object, bytes + 1, "{\"a\":%s}", text);
    MUST(json_text_parse(object, bytes, &json, NULL));
    MUST(json_write(json, &arena, &again, NULL));
    MUST(strcmp(object, again) == 0);
    json_decref(json);
    arena_done(&arena);
    free(object);
}

static void
check_kept_json(const struct quosync_event *event)
{
    if (event->test)
        return;
    if (event->kind >= QUOSYNC_MESSAGE_RECEIVED && event->kind <= QUOSYNC_MESSAGE_UNDELIVERED)
        check_json(event->of.message.media);
    if (event->kind == QUOSYNC_CALL_SUMMARY_COMPLETED)
        check_json(event->of.summary.jobs);
    if (event->kind >= QUOSYNC_CONTACT_UPDATED) {
        for (size_t i = 0; i < event->of.contact.n_custom_fields; i++)
            check_json(event->of.contact.custom_fields[i].value);
    }
}

static void
check_fold(const struct quosync_event *event)
{
    struct quosync_fold *fold;
    struct quosync_row **rows;
    size_t n;

    MUST(quosync_fold_new(1, &fold, NULL));
    MUST(quosync_fold_event(fold, event, NULL));
    for (enum quosync_table table = 0; table < QUOSYNC_TABLES; table++) {
        MUST(quosync_fold_rows(fold, table, &rows, &n, NULL));
        for (size_t i = 0; i < n; i++)
            MUST(quosync_row_id(rows[i]) != NULL);
    }
    quosync_fold_free(fold);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct quosync_event *event;
    struct quosync_error err = { 0 };

    if (!quosync_event_decode(data, bytes, &event, &err)) {
        MUST(err.kind == QUOSYNC_BAD_INPUT);
        MUST(err.text[0] != '\0' && strlen(err.text) < 200);
        return 0;
    }
    MUST(event->id[0] != '\0' && strlen(event->id) <= 255);
    MUST(event->type[0] != '\0' && strlen(event->type) <= 255);
    check_kept_json(event);
    check_fold(event);
    quosync_event_free(event);
    return 0;
}
