/*
 * archive.h - the deliveries that were applied, or change no table: moved out
 * of the inbox, and read again by replay.
 */
#ifndef QUOSYNC_DB_ARCHIVE_H
#define QUOSYNC_DB_ARCHIVE_H

#include "db/inbox.h"
#include "db/pg.h"

/* One delivery and what its envelope says. Strings may be NULL, and are borrowed. */
struct archive_entry {
    struct inbox_key key; /* first: inbox_put_keys walks them */
    const char *event_id, *event_type, *api_version, *resource_id;
    int64_t created_us;
    bool erased;  /* the body does not go along */
    bool applied; /* to people's tables; false: a test, or a type that changes none */
};

/* Sends its statement and inbox_remove; with n = 0, nothing. Errors: pg_send's. */
bool archive_move(struct pg *pg, struct params *params, const char *org_id,
                  const struct archive_entry *entries, size_t n,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
