/*
 * fuzz_rest.c - any bytes as REST answers: pages of a list go through the page
 * reader (reconcile_walk.c) and their items into a fold, as a reconciliation
 * has them; answers of other kinds are observed whole. An item is observed,
 * once or twice with the same result, or refused as bad input and leaves the
 * fold as it was.
 *
 * Input: a letter (what is listed), then pages, a line each.
 */
#include <string.h>

#include "app/reconcile_internal.h"
#include "core/json_text.h"
#include "core/memory.h"
#include "fuzz/fuzz.h"
#include "support/row_text.h"

#define AT_US INT64_C(1793966400000000) /* 2026-11-06T12:00:00Z */
#define MAX_PAGES 8

/* The request that the page reader waits for. */
static struct step_request asked;
static size_t n_asked;

/* ---- in place of the run ---------------------------------------------------------- */

bool
run_submit(struct step *step, const struct step_request *request, struct quosync_error *err)
{
    (void)step;
    (void)err;
    MUST(n_asked == 0 && strlen(request->path) < 3000);
    asked = *request;
    n_asked = 1;
    return true;
}

bool
client_refused(const struct api_answer *answer, const char *what, struct quosync_error *err)
{
    (void)answer;
    (void)what;
    err->kind = QUOSYNC_UNAVAILABLE;
    return false;
}

/* As the client's; what is percent-encoded is three times as long. */
bool
api_path_add(char *path, size_t room, const char *text)
{
    return strlen(path) + 3 * strlen(text) < room;
}

/* ---- items ------------------------------------------------------------------------- */

static bool
observe(struct quosync_fold *fold, char kind, json_t *item, struct quosync_error *err)
{
    struct rest_definitions *definitions = NULL;
    bool good;

    switch (kind) {
    case 'm':
        return rest_message(fold, item, AT_US, err);
    case 'k':
        return rest_call(fold, item, AT_US, err);
    case 'u':
        return rest_user(fold, item, AT_US, err);
    case 'p':
        return rest_phone_number(fold, item, AT_US, err);
    case 'r':
        return rest_recordings(fold, "AC1", item, AT_US, err);
    case 't':
        return rest_transcripts(fold, "AC1", item, AT_US, err);
    case 'd':
        good = rest_definitions_read(item, &definitions, err) &&
               rest_definitions_observe(fold, definitions, AT_US, err);
        rest_definitions_free(&definitions);
        return good;
    default:
        return rest_contact(fold, item, AT_US, NULL, err);
    }
}

static void
check_item(struct quosync_fold *fold, char kind, json_t *item)
{
    struct quosync_error err = { 0 };
    char *before = row_text_fold(fold), *after;
    bool good = observe(fold, kind, item, &err);

    after = row_text_fold(fold);
    if (!good) {
        MUST(err.kind == QUOSYNC_BAD_INPUT);
        MUST(err.text[0] != '\0' && strlen(err.text) < 200);
        MUST(strcmp(before, after) == 0);
    } else {
        char *again;

        MUST(observe(fold, kind, item, &err));
        again = row_text_fold(fold);
        MUST(strcmp(after, again) == 0);
        free(again);
    }
    free(before);
    free(after);
}

/* ---- pages --------------------------------------------------------------------------- */

struct reading {
    struct quosync_fold *fold;
    char kind;
    bool ended, complete;
};

static bool
take_items(struct walk *walk, json_t *data, int64_t t_us, bool *stop, struct quosync_error *err)
{
    struct reading *reading = walk->owner;
    size_t i;
    json_t *item;

    (void)t_us;
    (void)stop;
    (void)err;
    /* Lists that are observed whole, and lists of items. */
    if (strchr("rtd", reading->kind) != NULL) {
        check_item(reading->fold, reading->kind, data);
        return true;
    }
    json_array_foreach(data, i, item)
        check_item(reading->fold, reading->kind, item);
    return true;
}

static bool
end_of_list(struct walk *walk, bool complete, struct quosync_error *err)
{
    struct reading *reading = walk->owner;

    (void)err;
    reading->ended = true;
    reading->complete = complete;
    return true;
}

/* Answers what is asked with a page; false when the walk has ended. */
static bool
answer_with(struct reading *reading, const char *text, size_t bytes)
{
    struct api_answer answer = { .status = 200 };
    struct quosync_error err = { 0 };
    bool good;

    if (!json_text_parse(text, bytes, &answer.json, NULL))
        return false;
    n_asked = 0;
    good = asked.handler(NULL, asked.owner, &answer, AT_US, &err);
    MUST(good || err.kind == QUOSYNC_UNAVAILABLE);
    /* Either it asks for more, or it ended, or it failed; a failed one has no end. */
    MUST((n_asked == 1) + reading->ended + !good == 1);
    if (reading->complete) {
        json_t *token = json_object_get(answer.json, "nextPageToken");

        MUST(json_is_null(token) || json_string_length(token) == 0);
        MUST(token != NULL);
    }
    json_decref(answer.json);
    return n_asked == 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    const char *at = (const char *)data, *end = at + bytes;
    struct reading reading = { .kind = bytes > 0 ? *at : 'c' };
    struct walk walk = { .path = "/v1/list", .v1 = true, .page = take_items, .end = end_of_list,
                         .owner = &reading };

    MUST(quosync_fold_new(1, &reading.fold, NULL));
    n_asked = 0;
    MUST(walk_start(&walk, NULL) && n_asked == 1);
    at += bytes > 0;
    for (size_t pages = 0; n_asked == 1 && pages < MAX_PAGES && at < end; pages++) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        size_t n = line != NULL ? (size_t)(line - at) : (size_t)(end - at);

        if (!answer_with(&reading, at, n))
            break;
        at += n + (line != NULL);
    }
    /* What is still asked for ends without an answer. */
    if (n_asked == 1) {
        n_asked = 0;
        MUST(asked.handler(NULL, asked.owner, NULL, 0, NULL));
        MUST(n_asked == 0 && !reading.complete);
    }
    quosync_fold_free(reading.fold);
    return 0;
}
