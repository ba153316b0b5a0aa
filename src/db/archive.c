/*
 * archive.c - moves claimed deliveries into quo.events.
 */
#include "db/archive.h"

bool
archive_move(struct pg *pg, struct params *params, const char *org_id,
             const struct archive_entry *entries, size_t n, struct quosync_error *err)
{
    if (n == 0)
        return true;
    inbox_put_keys(params, org_id, &entries->key, sizeof *entries, n);
    params_array(params, PARAMS_TEXT, n);
    for (size_t i = 0; i < n; i++)
        params_item_text(params, entries[i].event_id);
    params_array(params, PARAMS_TEXT, n);
    for (size_t i = 0; i < n; i++)
        params_item_text(params, entries[i].event_type);
    params_array(params, PARAMS_TEXT, n);
    for (size_t i = 0; i < n; i++)
        params_item_text(params, entries[i].api_version);
    params_array(params, PARAMS_INSTANT, n);
    for (size_t i = 0; i < n; i++)
        params_item_instant(params, entries[i].created_us);
    params_array(params, PARAMS_TEXT, n);
    for (size_t i = 0; i < n; i++)
        params_item_text(params, entries[i].resource_id);
    params_array(params, PARAMS_BOOLEAN, n);
    for (size_t i = 0; i < n; i++)
        params_item_boolean(params, entries[i].erased);
    return pg_send(pg, &sql_events_archive, params, NULL, err) &&
           inbox_remove(pg, params, org_id, &entries->key, sizeof *entries, n, err);
}
