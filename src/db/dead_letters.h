/*
 * dead_letters.h - deliveries that were acknowledged and cannot be applied.
 */
#ifndef QUOSYNC_DB_DEAD_LETTERS_H
#define QUOSYNC_DB_DEAD_LETTERS_H

#include "db/inbox.h"
#include "db/pg.h"

/* A delivery to bury. Strings are borrowed; reason is never NULL. */
struct dead_letter_entry {
    struct inbox_key key; /* first: inbox_put_keys walks them */
    const char *event_type, *reason, *detail;
    size_t attempts;
};

/* Sends its statement and inbox_remove; with n = 0, nothing. Errors: pg_send's. */
bool dead_letters_bury(struct pg *pg, struct params *params, const char *org_id,
                       const struct dead_letter_entry *entries, size_t n, int64_t now_us,
                       struct quosync_error *err) QUOSYNC_MUST_CHECK;

#define DEAD_LETTER_NO_INSTANT INT64_MIN

/* A dead letter as people see it; strings are borrowed from the answer, NULL where null. */
struct dead_letter {
    int64_t id;
    const char *webhook_id, *event_type, *reason, *detail;
    int64_t received_us, failed_us;
    int64_t discarded_us; /* DEAD_LETTER_NO_INSTANT: it was not */
    int64_t attempts;
    const void *body; /* of dead_letters_show; NULL where there is none */
    size_t body_bytes;
    bool has_body;
};

/* Newest first; rows at most. Read each with dead_letter_at. Errors: pg_run's. */
bool dead_letters_list(struct pg *pg, const char *org_id, size_t rows, bool discarded_too,
                       struct result *answer, struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* One, with its body; no row where there is none of this id. */
bool dead_letters_show(struct pg *pg, const char *org_id, int64_t id, struct result *answer,
                       struct quosync_error *err) QUOSYNC_MUST_CHECK;
/* A row of the answer of dead_letters_list (with_body false) or of dead_letters_show. */
void dead_letter_at(const struct result *answer, size_t row, bool with_body,
                    struct dead_letter *letter);

/* The next ids above `after` that have a body, ascending, rows at most: "all". */
bool dead_letters_ids(struct pg *pg, const char *org_id, int64_t after, size_t rows,
                      struct result *answer, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * Back to the inbox, with received_at and webhook-id as they were; or rid of
 * the body. In a transaction of the caller's, that workspace_lock began. The
 * answer's rows are the ids (column 0) for which it was done.
 */
bool dead_letters_retry(struct pg *pg, struct params *params, const char *org_id,
                        const int64_t *ids, size_t n, struct result *answer,
                        struct quosync_error *err) QUOSYNC_MUST_CHECK;
bool dead_letters_discard(struct pg *pg, struct params *params, const char *org_id,
                          const int64_t *ids, size_t n, int64_t now_us, struct result *answer,
                          struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
