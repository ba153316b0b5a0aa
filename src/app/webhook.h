/*
 * webhook.h - the subscription at Quo: made and kept as it should be, and judged.
 * New keys are on disk before anything else is done with them.
 */
#ifndef QUOSYNC_APP_WEBHOOK_H
#define QUOSYNC_APP_WEBHOOK_H

#include <jansson.h>

#include "app/client.h"

/* The types that the mirror applies, which a subscription must name; ends with NULL. */
extern const char *const webhook_events[];

/*
 * Whether a subscription is this workspace's: it carries the label that we gave,
 * or its URL ends in the workspace's path.
 */
bool webhook_is_ours(const struct config_workspace *workspace, const json_t *subscription);

/* What webhook_ensure did. */
struct webhook_ensured {
    char id[64];
    bool created, rotated;
    bool url, events, status, resources; /* what was corrected */
    size_t others; /* further subscriptions with the same URL: each event comes twice */
};

/*
 * webhook_ensure - make the subscription be: enabled, with this URL, all types
 * of webhook_events, all phone numbers. Types that it names beyond are kept.
 *
 * A new one is made disabled, its key put into webhook_secrets_file as the first
 * line, and then enabled: no delivery is refused for want of the key. One that
 * is disabled, or for which that file holds no key at all, is rotated.
 * Errors   QUOSYNC_CONFIG: no webhook_secrets_file, or it cannot be written;
 *          QUOSYNC_TRY_LATER: the answer to create or rotate was lost, see the
 *          hint; QUOSYNC_BAD_INPUT: Quo refuses the URL; api_run's.
 */
bool webhook_ensure(struct client *client, const struct config_workspace *workspace,
                    const char *url, struct webhook_ensured *ensured,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* A new key for one subscription, first in the file; the old ones stay. Errors: as above. */
bool webhook_rotate(struct client *client, const struct config_workspace *workspace,
                    const char *id, struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* What PATCH may change; NULL leaves a member as it is. Lists: comma-separated. */
struct webhook_changes {
    const char *url, *status, *label, *events, *resource_ids;
};
bool webhook_update(struct client *client, const char *id, const struct webhook_changes *changes,
                    json_t **subscription, struct quosync_error *err) QUOSYNC_MUST_CHECK;

bool webhook_delete(struct client *client, const char *id,
                    struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * webhook_test - ask Quo for a test event, and note its id: whatever it looks like, it
 * is archived and changes nothing.
 *
 * The workspace's workers wait until that is done (a lease, see inbox_claim), for the
 * event may come before the answer.
 *
 *   envelope  the sample that will be delivered; owned by the caller
 *
 * Errors   as api_run and pg_run; QUOSYNC_TRY_LATER while another test is asked for, and
 *          after a cut answer: the event may come, under an id that nobody saw.
 */
bool webhook_test(struct client *client, const struct config_workspace *workspace,
                  const char *id, const char *event_type, json_t **envelope,
                  struct quosync_error *err) QUOSYNC_MUST_CHECK;

/* Asks Quo to deliver once more. */
bool webhook_retry(struct client *client, const char *id, const char *delivery,
                   struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * webhook_judge - what is wrong with the workspace's subscriptions, in words:
 * "none", "disabled", "missing types: ...", "filtered to some numbers"; "" when
 * all is well.
 *
 *   list  the data of GET /webhooks
 */
void webhook_judge(const struct config_workspace *workspace, const json_t *list, char *words,
                   size_t room);

#endif
