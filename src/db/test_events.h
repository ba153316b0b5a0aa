/*
 * test_events.h - the events that `webhook test` made Quo send. Workers get them with
 * what they claim (inbox.h).
 */
#ifndef QUOSYNC_DB_TEST_EVENTS_H
#define QUOSYNC_DB_TEST_EVENTS_H

#include "core/event.h"
#include "db/pg.h"

/* Notes one, in the caller's transaction. Errors: pg_run's. */
bool test_events_record(struct pg *pg, const char *org_id, const char *event_id,
                        struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* A workspace's; tests borrows from answer, which is the caller's. Errors: pg_run's. */
bool test_events_read(struct pg *pg, const char *org_id, struct result *answer,
                      struct event_tests *tests, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
