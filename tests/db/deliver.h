/*
 * deliver.h - for tests of the worker: deliveries put straight into the inbox,
 * and worker threads that drain it.
 */
#ifndef QUOSYNC_TESTS_DB_DELIVER_H
#define QUOSYNC_TESTS_DB_DELIVER_H

#include "app/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/stop.h"
#include "db/schema.h"

/* Bodies to deliver. All-zero is the empty state. */
struct bodies {
    char **items;
    size_t *bytes;
    size_t n, room;
};

static inline void
bodies_add(struct bodies *bodies, const void *body, size_t bytes)
{
    if (bodies->n == bodies->room) {
        bodies->room = bodies->room == 0 ? 64 : 2 * bodies->room;
        bodies->items = realloc(bodies->items, bodies->room * sizeof *bodies->items);
        bodies->bytes = realloc(bodies->bytes, bodies->room * sizeof *bodies->bytes);
        ck_assert_ptr_nonnull(bodies->items);
        ck_assert_ptr_nonnull(bodies->bytes);
    }
    bodies->items[bodies->n] = malloc(bytes + 1);
    ck_assert_ptr_nonnull(bodies->items[bodies->n]);
    memcpy(bodies->items[bodies->n], body, bytes);
    bodies->items[bodies->n][bytes] = '\0';
    bodies->bytes[bodies->n++] = bytes;
}

static inline void
bodies_done(struct bodies *bodies)
{
    for (size_t i = 0; i < bodies->n; i++)
        free(bodies->items[i]);
    free(bodies->items);
    free(bodies->bytes);
    *bodies = (struct bodies){ 0 };
}

/* Puts deliveries into a workspace's inbox, in the order of `order` (NULL: as they are). */
static inline void
deliver(struct pg *pg, const char *org_id, const struct bodies *bodies, const size_t *order,
        size_t n, const char *prefix)
{
    static const struct statement put = {
        "put", "insert into quo.inbox (org_id, received_at, webhook_id, body)"
               " select $1, now() + n * interval '1 microsecond', $2 || n, b"
               "   from unnest($3::bytea[]) with ordinality as u (b, n)"
    };
    struct params *params = params_new();

    params_text(params, org_id);
    params_text(params, prefix);
    params_array(params, PARAMS_BYTEA, n);
    for (size_t i = 0; i < n; i++) {
        size_t k = order == NULL ? i : order[i];

        params_item_bytes(params, bodies->items[k], bodies->bytes[k]);
    }
    ck_assert_msg(pg_run(pg, &put, params, NULL, &err), "%s", err.text);
    params_free(&params);
}

static inline void
deliver_one(struct pg *pg, const char *org_id, const char *body, const char *prefix)
{
    struct bodies one = { 0 };

    bodies_add(&one, body, strlen(body));
    deliver(pg, org_id, &one, NULL, 1, prefix);
    bodies_done(&one);
}

/* Workers of `config` until every inbox is empty. */
static inline void
drain(const struct config *config, struct worker_stats *stats)
{
    const struct worker_options options = { .config = config, .drain = true };
    struct workers *workers;

    ck_assert_msg(workers_open(&options, &workers, &err), "%s", err.text);
    workers_wait(workers);
    if (stats != NULL)
        memcpy(stats, workers_stats(workers), sizeof *stats);
    ck_assert_msg(workers_close(&workers, &err), "%s", err.text);
}

/* contact.updated; `version` orders the events. */
static inline const char *
contact_with(const char *id, const char *name, const char *numbers, int version)
{
    static char body[2048];

    (void)snprintf(body, sizeof body,
                   "{\"id\":\"EV%s%d\",\"type\":\"contact.updated\",\"apiVersion\":\"2026-03-30\","
                   "\"createdAt\":\"2026-11-06T10:00:%02d.000Z\",\"data\":{\"resource\":{"
                   "\"id\":\"%s\",\"firstName\":\"%s\",\"lastName\":null,\"company\":null,"
                   "\"role\":null,\"location\":null,\"source\":null,\"externalId\":null,"
                   "\"emails\":[{\"value\":\"a@example.com\"}],"
                   "\"phoneNumbers\":[%s],"
                   "\"customFields\":[],\"createdAt\":\"2026-11-01T00:00:00Z\","
                   "\"updatedAt\":\"2026-11-06T10:00:%02d.000Z\"},"
                   "\"context\":{\"orgId\":\"OR1\",\"userId\":\"US1\",\"sharedWithIds\":[]},"
                   "\"links\":{\"quo\":\"https://my.quo.com/contacts/%s\"}}}",
                   id, version, version, id, name, numbers, version, id);
    return body;
}

static inline const char *
contact(const char *id, const char *name, int version)
{
    return contact_with(id, name,
                        "{\"value\":\"+12065550101\"},{\"value\":\"+12065550102\"}", version);
}

/* 9,999 contacts of a workspace, made from the one that there is. */
#define COPIES(org) \
    "insert into quo.contacts select '" org "', 'c' || n, first_name, last_name, company, role," \
    " location, source, external_id, source_url, created_by_user_id, shared_with_ids, quo_url," \
    " created_at, updated_at, deleted_at, synced_at, erased_at, merge_state" \
    " from quo.contacts, generate_series(1, 9999) n where id = 'c0';" \
    "insert into quo.contact_phone_numbers select '" org "', 'c' || n, position, value, e164," \
    " label from quo.contact_phone_numbers, generate_series(1, 9999) n" \
    " where contact_id = 'c0';" \
    "insert into quo.contact_rest (org_id, contact_id, merge_state)" \
    " select '" org "', 'x' || n, ''::bytea from generate_series(1, 9999) n"

#endif
