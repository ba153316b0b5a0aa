/*
 * status.h - what the tables say about a workspace's health. What of it is bad
 * is app/status's to judge.
 */
#ifndef QUOSYNC_DB_STATUS_H
#define QUOSYNC_DB_STATUS_H

#include "db/pg.h"

#define STATUS_NEVER INT64_MIN

/* Instants by the server's clock and the receivers'; STATUS_NEVER where there is none. */
struct status_facts {
    int64_t now_us; /* the server's */
    int64_t waiting;
    int64_t oldest_waiting_us, newest_waiting_us;
    int64_t newest_applied_us;
    int64_t dead, newest_dead_us;
    int64_t reconciled_us, reconcile_checked, reconcile_repaired;
    int64_t weeks_ahead; /* partitions of the archive after the present week's */
};

struct status_rows {
    int64_t contacts, deleted_contacts, messages, calls, voicemails, users, phone_numbers;
};

/* One round trip. Errors: pg_run's. */
bool status_facts_read(struct pg *pg, const char *org_id, struct status_facts *facts,
                       struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Takes long where there are many rows. Errors: pg_run's. */
bool status_rows_read(struct pg *pg, const char *org_id, struct status_rows *rows,
                      struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
