/*
 * receive.c - judges requests on the server's thread (about 2 us each). The
 * answer never tells why: all refusals of a kind have one text, the reasons are
 * counted. Nothing of a body is looked at, stored or logged before it verified.
 */
#include <config.h>

#include "app/receive.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/error.h"
#include "core/memory.h"

/* What an endpoint's context points to. */
struct place {
    struct receive *receive;
    const struct config_workspace *workspace;
    size_t index; /* of the workspace in the configuration */
};

/* Those for one reason. */
struct refusals {
    const char *reason;
    atomic_uint_fast64_t n;
    struct log_limit limit;
};

struct receive {
    struct intake *intake;
    struct place *places;
    struct httpd_endpoint *endpoints;
    size_t n;
    atomic_uint_fast64_t verified;
    struct refusals malformed, stale, no_match;
};

/* One line of each header, no more: of two, a proxy and we could read different ones. */
static bool
read_header(struct httpd_request *request, const char *name, const char **text, size_t *bytes)
{
    struct httpd_text value;

    if (httpd_header(request, name, &value) != 1)
        return false;
    while (value.bytes != 0 && (*value.text == ' ' || *value.text == '\t')) {
        value.text++;
        value.bytes--;
    }
    while (value.bytes != 0 &&
           (value.text[value.bytes - 1] == ' ' || value.text[value.bytes - 1] == '\t'))
        value.bytes--;
    *text = value.text;
    *bytes = value.bytes;
    return true;
}

static bool
read_headers(struct httpd_request *request, struct quosync_headers *headers)
{
    return read_header(request, "webhook-id", &headers->id, &headers->id_bytes) &&
           read_header(request, "webhook-timestamp", &headers->timestamp,
                       &headers->timestamp_bytes) &&
           read_header(request, "webhook-signature", &headers->signature,
                       &headers->signature_bytes);
}

static bool
verify(const struct config_workspace *workspace, const struct quosync_headers *headers,
       const struct httpd_body *body, enum quosync_verdict *verdict)
{
    AUTO(secret_set_release) const struct secret_set *set = secrets_take(workspace->secrets);
    struct quosync_error err;

    return quosync_verify(set->items, set->n, headers, body->bytes == NULL ? "" : body->bytes,
                          body->n, clock_now_us() / CLOCK_US_PER_S, QUOSYNC_TOLERANCE_S, verdict,
                          &err);
}

/*
 * Counts a refusal and says it once a minute for each reason: a wrong clock or a
 * rotated secret should be noticed, and anybody can send what is refused.
 */
static unsigned
refuse(struct refusals *refusals, const struct config_workspace *workspace, unsigned status)
{
    const struct log_field fields[] = { LOG_TEXT("workspace", workspace->name),
                                        LOG_TEXT("reason", refusals->reason),
                                        { 0 } };

    atomic_fetch_add_explicit(&refusals->n, 1, memory_order_relaxed);
    log_write_limited(&refusals->limit, LOG_LEVEL_WARN, "receive.refused", fields);
    return status;
}

/* The first of the lines by which a delivery can be followed: the id is the sender's own. */
static void
log_received(const struct config_workspace *workspace, const struct quosync_headers *headers,
             size_t body_bytes)
{
    char id[256];

    if (!log_enabled(LOG_LEVEL_DEBUG))
        return;
    (void)snprintf(id, sizeof id, "%.*s", (int)headers->id_bytes, headers->id);
    log_debug("delivery.received", LOG_TEXT("workspace", workspace->name),
              LOG_TEXT("webhook_id", id), LOG_NUMBER("body_bytes", body_bytes));
}

static unsigned
serve(void *context, struct httpd_request *request)
{
    const struct place *place = context;
    struct receive *receive = place->receive;
    const struct httpd_body *body = httpd_body(request);
    struct quosync_headers headers;
    enum quosync_verdict verdict;

    if (!read_headers(request, &headers))
        return refuse(&receive->malformed, place->workspace, 400);
    if (!verify(place->workspace, &headers, body, &verdict))
        return 503;
    /* The secret may have been rotated, and the file say so already. */
    if (verdict == QUOSYNC_NO_MATCH &&
        secrets_refresh(place->workspace->secrets, clock_steady_us()) &&
        !verify(place->workspace, &headers, body, &verdict))
        return 503;
    switch (verdict) {
    case QUOSYNC_VERIFIED:
        break;
    case QUOSYNC_MALFORMED:
        return refuse(&receive->malformed, place->workspace, 400);
    case QUOSYNC_STALE:
        return refuse(&receive->stale, place->workspace, 401);
    case QUOSYNC_NO_MATCH:
    default:
        return refuse(&receive->no_match, place->workspace, 401);
    }
    atomic_fetch_add_explicit(&receive->verified, 1, memory_order_relaxed);
    log_received(place->workspace, &headers, body->n);
    struct httpd_text id = { headers.id, headers.id_bytes };
    return intake_put(receive->intake, place->index, request, &id);
}

bool
receive_open(const struct config *config, struct intake *intake, struct receive **receive,
             struct quosync_error *err)
{
    AUTO(receive_close) struct receive *new = memory_get(sizeof(*new));

    if (new == NULL)
        return error_no_memory(err);
    memset(new, 0, sizeof(*new));
    new->intake = intake;
    new->malformed.reason = "headers";
    new->stale.reason = "stale";
    new->no_match.reason = "no_match";
    new->n = config->n_workspaces;
    new->places = memory_get(new->n * sizeof(*new->places));
    new->endpoints = memory_get(new->n * sizeof(*new->endpoints));
    if (new->places == NULL || new->endpoints == NULL)
        return error_no_memory(err);
    for (size_t i = 0; i < new->n; i++) {
        const struct config_workspace *workspace = &config->workspaces[i];

        new->places[i] = (struct place) { .receive = new, .workspace = workspace, .index = i };
        new->endpoints[i] = (struct httpd_endpoint) {
            .target = workspace->path,
            .method = "POST",
            .serve = serve,
            .context = &new->places[i],
        };
    }
    *receive = new;
    new = NULL;
    return true;
}

void
receive_close(struct receive **receive)
{
    struct receive *old = *receive;

    if (old == NULL)
        return;
    memory_free(old->places);
    memory_free(old->endpoints);
    memory_free(old);
    *receive = NULL;
}

const struct httpd_endpoint *
receive_endpoints(const struct receive *receive, size_t *n)
{
    *n = receive->n;
    return receive->endpoints;
}

void
receive_stats(const struct receive *receive, struct receive_stats *stats)
{
    *stats = (struct receive_stats) {
        .verified = atomic_load(&receive->verified),
        .malformed = atomic_load(&receive->malformed.n),
        .stale = atomic_load(&receive->stale.n),
        .no_match = atomic_load(&receive->no_match.n),
    };
}
