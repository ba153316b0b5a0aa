/* told.c - see told.h. */
#include "told.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_text.h"
#include "core/rest.h"
#include "row_text.h"
#include "shelf.h"

#define DAY "2026-11-06T"

/* ' becomes ", and a time that stands alone in quotes gets its day. */
static char *
json_of(const char *text)
{
    char *json = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&json, &bytes);

    ck_assert_ptr_nonnull(out);
    for (; *text != '\0'; text++) {
        bool time = text[0] == '\'' && strlen(text) > 9 && text[3] == ':' && text[6] == ':' &&
                    text[1] >= '0' && text[1] <= '2';

        if (time)
            fprintf(out, "\"" DAY);
        else
            fputc(*text == '\'' ? '"' : *text, out);
    }
    ck_assert_int_eq(fclose(out), 0);
    return json;
}

static bool
fold_event(const struct told *told, struct quosync_fold *fold, struct quosync_error *err)
{
    char *body = NULL, *json;
    size_t bytes = 0;
    FILE *out = open_memstream(&body, &bytes);
    struct quosync_event *event;
    bool done;

    ck_assert_ptr_nonnull(out);
    fprintf(out,
            "{'id':'%s','apiVersion':'2026-03-30','createdAt':'%s','type':'%s',"
            "'data':{'resource':{%s},'context':{%s},'links':{'quo':null}}}",
            told->id, told->at, told->type, told->resource,
            told->context == NULL ? "" : told->context);
    ck_assert_int_eq(fclose(out), 0);
    json = json_of(body);
    done = quosync_event_decode(json, strlen(json), &event, err);
    if (done) {
        done = quosync_fold_event(fold, event, err);
        quosync_event_free(event);
    }
    free(json);
    free(body);
    return done;
}

static bool
fold_item(const struct told *told, struct quosync_fold *fold, json_t *item,
          struct quosync_error *err)
{
    AUTO(rest_definitions_free) struct rest_definitions *definitions = NULL;
    const char *form = told->type + strlen("rest.");
    char at[64];
    int64_t at_us;

    (void)snprintf(at, sizeof at, DAY "%s", told->at);
    ck_assert(quosync_instant_parse(at, strlen(at), &at_us, NULL));
    if (strcmp(form, "gone") == 0)
        return rest_gone(fold, QUOSYNC_CONTACTS, told->id, at_us, err);
    if (strcmp(form, "seen") == 0)
        return rest_seen(fold, told->id, at_us, err);
    if (strcmp(form, "user_gone") == 0)
        return rest_gone(fold, QUOSYNC_USERS, told->id, at_us, err);
    if (strcmp(form, "message") == 0)
        return rest_message(fold, item, at_us, err);
    if (strcmp(form, "call") == 0)
        return rest_call(fold, item, at_us, err);
    if (strcmp(form, "recordings") == 0)
        return rest_recordings(fold, told->id, item, at_us, err);
    if (strcmp(form, "transcripts") == 0)
        return rest_transcripts(fold, told->id, item, at_us, err);
    if (strcmp(form, "user") == 0)
        return rest_user(fold, item, at_us, err);
    if (strcmp(form, "phone_number") == 0)
        return rest_phone_number(fold, item, at_us, err);
    if (strcmp(form, "definitions") == 0)
        return rest_definitions_read(item, &definitions, err) &&
               rest_definitions_observe(fold, definitions, at_us, err);
    ck_assert_str_eq(form, "contact");
    return rest_contact(fold, item, at_us, definitions, err);
}

bool
told_try(const struct told *told, struct quosync_fold *fold, struct quosync_error *err)
{
    json_t *item = NULL;
    char *json;
    bool done;

    if (strncmp(told->type, "rest.", strlen("rest.")) != 0)
        return fold_event(told, fold, err);
    json = json_of(told->resource == NULL ? "{}" : told->resource);
    item = json_loads(json, 0, NULL);
    ck_assert_msg(item != NULL, "no JSON: %s", json);
    done = fold_item(told, fold, item, err);
    json_decref(item);
    free(json);
    return done;
}

void
told_fold(const struct told *told, struct quosync_fold *fold)
{
    struct quosync_error err = { .kind = QUOSYNC_OK };

    ck_assert_msg(told_try(told, fold, &err), "%s of %s: %s", told->type, told->id, err.text);
}

/* ---- comparing -------------------------------------------------------------------- */

/* The lines of one row of a text, without its first; the caller frees it. */
static char *
block_of(const char *text, const char *row)
{
    size_t n = strlen(row);
    const char *from, *to;

    for (from = text; from != NULL && *from != '\0'; from = strchr(from, '\n'), from += from != NULL)
        if (strncmp(from, row, n) == 0 && from[n] == '\n')
            break;
    if (from == NULL || *from == '\0')
        return NULL;
    from += n + 1;
    for (to = from; to[0] == ' ';)
        to = strchr(to, '\n') + 1;
    return strndup(from, (size_t)(to - from));
}

static bool
has_line(const char *block, const char *line, bool begins)
{
    size_t n = strlen(line);

    for (const char *at = block; *at != '\0'; at = strchr(at, '\n') + 1)
        if (strncmp(at + 2, line, n) == 0 && (begins || at[2 + n] == '\n'))
            return true;
    return false;
}

static void
check_lines(const char *text, const char *row, const char *const *lines, const char *order,
            const char *how)
{
    char *block = block_of(text, row);

    if (lines[0] == NULL) {
        ck_assert_msg(block == NULL, "there is a row %s (%s, order %s)", row, how, order);
        return;
    }
    ck_assert_msg(block != NULL, "no row %s (%s, order %s)", row, how, order);
    for (; *lines != NULL; lines++) {
        bool not = **lines == '!';

        ck_assert_msg(has_line(block, *lines + not, not) != not, "%s %s, %s, order %s:\n%s",
                      not ? "there is" : "there is no", *lines + not, how, order, block);
    }
    free(block);
}

static void
check_order(const struct told *told, const size_t *order, size_t n, const char *row,
            const char *const *lines)
{
    struct shelf shelf = { .n = 0 };
    struct quosync_fold *fold, *single;
    char digits[16] = "", *text;

    ck_assert(quosync_fold_new(0, &fold, NULL));
    for (size_t i = 0; i < n; i++) {
        digits[i] = (char)('0' + order[i]);
        told_fold(&told[order[i]], fold);
        ck_assert(quosync_fold_new(0, &single, NULL));
        told_fold(&told[order[i]], single);
        shelf_write(&shelf, single, false);
        quosync_fold_free(single);
    }
    text = row_text_fold(fold);
    check_lines(text, row, lines, digits, "folded");
    free(text);
    text = shelf_text(&shelf);
    check_lines(text, row, lines, digits, "stored one by one");
    free(text);
    shelf_done(&shelf);
    quosync_fold_free(fold);
}

static void
all_orders(const struct told *told, size_t *order, size_t k, size_t n, const char *row,
           const char *const *lines)
{
    if (k == n) {
        check_order(told, order, n, row, lines);
        return;
    }
    for (size_t i = k; i < n; i++) {
        size_t kept = order[k];

        order[k] = order[i];
        order[i] = kept;
        all_orders(told, order, k + 1, n, row, lines);
        order[i] = order[k];
        order[k] = kept;
    }
}

void
told_shows(const struct told *told, size_t n, const char *row, const char *const *lines)
{
    size_t order[6] = { 0, 1, 2, 3, 4, 5 };

    ck_assert_uint_le(n, sizeof order / sizeof order[0]);
    all_orders(told, order, 0, n, row, lines);
}
