/*
 * client.c - see client.h.
 */
#include <config.h>

#include "app/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/stop.h"
#include "core/digest.h"
#include "core/error.h"
#include "db/reconcile.h"

/*
 * Turns are this much further apart than the rate asks: 30 ms in a second, of which
 * a request may use API_LATE_AT_MOST_US by leaving late, and the network the rest by
 * carrying one of them faster than another. Then none is one too many in its second.
 */
#define TURN_SLACK 1.03

static bool
next_turn(void *state, int64_t *turn, int64_t *wait_us, struct quosync_error *err)
{
    struct client *client = state;

    return rate_turn(client->pg, client->rate_key, client->interval_us, turn, wait_us, err);
}

/*
 * Tests need not wait as long as Quo deserves, and bring a certificate of their own.
 * NULL where there is no such word, or the build has no named points.
 */
static const char *
test_word(const char *name)
{
#ifdef ENABLE_POINTS
    return getenv(name);
#else
    (void)name;
    return NULL;
#endif
}

static long
test_number(const char *name)
{
    const char *text = test_word(name);

    return text != NULL ? strtol(text, NULL, 10) : 0;
}

bool
client_open(struct pg *pg, const struct config *config, const struct config_workspace *workspace,
            unsigned tries, struct client *client, struct quosync_error *err)
{
    struct api_options options = { .url = config->api_url,
                                   .key = workspace->api_key,
                                   .key_name = "the API key (api_key)",
                                   .turn = pg != NULL ? next_turn : NULL,
                                   .turn_state = client,
                                   .ca_file = test_word("QUOSYNC_TEST_CA_FILE"),
                                   .stopping = stop_requested,
                                   .tries = tries,
                                   .back_off_divisor =
                                       (int)test_number("QUOSYNC_TEST_BACK_OFF_DIVISOR"),
                                   .low_speed_s = test_number("QUOSYNC_TEST_LOW_SPEED_S") };
    uint64_t digest;

    *client = (struct client){ .pg = pg,
                               .interval_us = (int64_t)(1e6 / (double)config->rate * TURN_SLACK) };
    /* The rate belongs to the key, so the row is the key's, under a name that hides it. */
    if (!digest_64(workspace->api_key, strlen(workspace->api_key), &digest, err))
        return false;
    (void)snprintf(client->rate_key, sizeof client->rate_key, "api-key-%016llx",
                   (unsigned long long)digest);
    return api_open(&options, &client->api, err);
}

void
client_done(struct client *client)
{
    api_close(&client->api);
}

bool
client_refused(const struct api_answer *answer, const char *what, struct quosync_error *err)
{
    return error_set(err, QUOSYNC_BAD_INPUT,
                     "Quo refuses %s (HTTP %u, \"%s\", trace %s)", what, answer->status,
                     answer->message, answer->trace[0] != '\0' ? answer->trace : "none");
}

bool
client_get(struct client *client, const char *path, struct api_answer *answer, json_t **data,
           struct quosync_error *err)
{
    json_t *json = NULL;
    bool good = api_ask(client->api, API_GET, path, NULL, false, answer, &json, err);

    if (good && answer->status >= 400)
        good = client_refused(answer, path, err);
    *data = good ? json_incref(json_object_get(json, "data")) : NULL;
    if (good && *data == NULL)
        good = error_set(err, QUOSYNC_UNAVAILABLE, "%s: Quo's answer has no data", path);
    json_decref(json);
    return good;
}
