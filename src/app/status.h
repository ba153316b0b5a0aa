/*
 * status.h - how a workspace does: the figures, and what of them is not as it
 * should be, by the configured limits.
 */
#ifndef QUOSYNC_APP_STATUS_H
#define QUOSYNC_APP_STATUS_H

#include "base/config.h"
#include "db/pg.h"
#include "db/status.h"

#define STATUS_PROBLEMS_MAX 8

/* What a problem is about. */
enum status_topic {
    STATUS_INBOX, STATUS_PARTITIONS, STATUS_DEAD_LETTERS, STATUS_SILENCE, STATUS_RECONCILED,
    STATUS_SUBSCRIPTION
};

/* One thing that is wrong. Critical: the tables are not, or soon will not be, live. */
struct status_problem {
    enum status_topic topic;
    bool critical;
    char text[160];
};

struct status {
    struct status_facts facts;
    struct status_rows rows; /* zero where they were not asked for */
    bool rows_known;
    int64_t oldest_age_us;   /* of what waits; 0: nothing does */
    int64_t lag_us;          /* how far what was applied is behind what was received */
    int64_t last_delivery_us; /* STATUS_NEVER */
    char subscription[200]; /* "as it should be"; "not checked": nothing asked the REST API */
    struct status_problem problems[STATUS_PROBLEMS_MAX];
    size_t n_problems;
};

/*
 * status_read - look at one workspace.
 *
 *   since_us  when the schema was made: silence is counted from there where
 *             nothing ever came (status_since)
 *   rows      also count rows, which takes its time
 *
 * Errors   pg_run's: nothing can be told.
 */
bool status_read(struct pg *pg, const struct config *config,
                 const struct config_workspace *workspace, int64_t since_us, bool rows,
                 struct status *status, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * status_check_subscription - ask Quo for the workspace's subscription and judge
 * it. Without an API key, or where Quo cannot be asked, it stays "not checked",
 * with the reason.
 */
void status_check_subscription(struct pg *pg, const struct config *config,
                               const struct config_workspace *workspace, struct status *status);

/* When the schema was made. Errors: pg_run's. */
bool status_since(struct pg *pg, int64_t *since_us, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* True where a problem is critical. */
bool status_critical(const struct status *status);

/* "12 s", "3 m", "5 h", "9 d". */
#define STATUS_AGE_SIZE 24
const char *status_age(int64_t us, char text[STATUS_AGE_SIZE]);

#endif
