/*
 * test_events.c - the statements of quo.test_events.
 */
#include "db/test_events.h"

bool
test_events_record(struct pg *pg, const char *org_id, const char *event_id,
                   struct quosync_error *err)
{
    AUTO(params_free) struct params *record = params_new();
    AUTO(params_free) struct params *trim = params_new();

    params_text(record, org_id);
    params_text(record, event_id);
    params_text(trim, org_id);
    return pg_run(pg, &sql_test_events_record, record, NULL, err) &&
           pg_run(pg, &sql_test_events_trim, trim, NULL, err);
}

bool
test_events_read(struct pg *pg, const char *org_id, struct result *answer,
                 struct event_tests *tests, struct quosync_error *err)
{
    AUTO(params_free) struct params *params = params_new();

    *tests = (struct event_tests){ 0 };
    params_text(params, org_id);
    if (!pg_run(pg, &sql_test_events_read, params, answer, err))
        return false;
    if (answer->rows == 1)
        tests->ids = result_bytes(answer, 0, 0, &tests->bytes);
    return true;
}
