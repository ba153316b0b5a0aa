/* rest_read.c - see rest_read.h; and sightings, which have no item to read. */
#include "core/rest_read.h"

#include <string.h>

#include "core/digest.h"
#include "core/error.h"
#include "core/instant.h"
#include "core/rest.h"

bool
rest_read_start(struct rest_read *read, json_t *item, bool list, int64_t at_us,
                struct quosync_error *err)
{
    bool digested;
    char *text;

    *read = (struct rest_read){ .top = node_top(item) };
    read->reader = (struct reader){ .arena = &read->arena, .err = err };
    if (list ? !json_is_array(item) : !json_is_object(item))
        return error_set(err, QUOSYNC_BAD_INPUT, "the item is not %s",
                         list ? "a list" : "an object");
    text = json_dumps(item, JSON_SORT_KEYS | JSON_COMPACT);
    if (text == NULL)
        return error_no_memory(err);
    digested = digest_64(text, strlen(text), &read->observation.digest, err);
    memory_free(text);
    read->observation.at_us = at_us;
    read->observation.id = "";
    return digested;
}

void
rest_read_done(struct rest_read *read)
{
    arena_done(&read->arena);
}

bool
rest_read_updated(const struct rest_read *read, const struct quosync_instant *updated)
{
    struct node node = node_member(&read->top, "updatedAt");

    return !updated->known || updated->us - read->observation.at_us <= INSTANT_DAY_US ||
           node_bad(&read->reader, &node, "is more than a day after the answer's Date");
}

bool
rest_read_folded(const struct quosync_fold *fold, struct quosync_error *err)
{
    return !fold_failed(fold, err);
}

/* ---- sightings ------------------------------------------------------------------ */

/* (T, gone?): of one instant, gone wins. */
void
observe_sighting(struct quosync_fold *fold, struct quosync_row *row, int64_t at_us, bool gone)
{
    size_t r = row->number == QUOSYNC_CONTACTS ? (size_t)CONTACT_SIGHTING : DIRECTORY_SIGHTING;
    struct quosync_instant at = { gone, at_us };
    struct version version = { .n = 0 };
    struct put put;

    version_instant(&version, at_us);
    version_rank(&version, gone);
    if (!fold_observe(fold, row, r, &version, &put))
        return;
    /* A contact's deleted_at is derived from the version. */
    if (row->number == QUOSYNC_USERS)
        put_instant(&put, USER_GONE_AT, at);
    else if (row->number == QUOSYNC_PHONE_NUMBERS)
        put_instant(&put, PHONE_GONE_AT, at);
}

static bool
sighted(struct quosync_fold *fold, enum quosync_table table, const char *id, int64_t at_us,
        bool gone, struct quosync_error *err)
{
    struct quosync_row *row = fold_row(fold, table, id);

    if (row != NULL)
        observe_sighting(fold, row, at_us, gone);
    return rest_read_folded(fold, err);
}

bool
rest_gone(struct quosync_fold *fold, enum quosync_table table, const char *id, int64_t at_us,
          struct quosync_error *err)
{
    return sighted(fold, table, id, at_us, true, err);
}

bool
rest_seen(struct quosync_fold *fold, const char *contact_id, int64_t at_us,
          struct quosync_error *err)
{
    return sighted(fold, QUOSYNC_CONTACTS, contact_id, at_us, false, err);
}
