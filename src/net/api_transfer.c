/*
 * api_transfer.c - how libcurl is set up and driven: https alone (http on
 * loopback), no redirects, no proxies, cookies, netrc or compression, own
 * limits of size and time.
 */
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "core/error.h"
#include "net/api_internal.h"

#define CONNECT_TIMEOUT_MS 10000L
#define TIMEOUT_S 60L
/* Slower than this for so long is given up. */
#define LOW_SPEED_BYTES 64L
#define LOW_SPEED_S 20L

/* ---- what libcurl calls ------------------------------------------------- */

static size_t
take_body(char *data, size_t size, size_t n, void *state)
{
    struct api_task *task = state;
    size_t bytes = size * n;

    if (bytes > API_ANSWER_MAX_BYTES - task->bytes) {
        task->too_large = true;
        return 0;
    }
    if (task->room - task->bytes < bytes) {
        size_t room = (task->bytes + bytes) * 2;
        char *grown = memory_resize(task->text, room);

        if (grown == NULL) {
            task->no_memory = true;
            return 0;
        }
        task->text = grown;
        task->room = room;
    }
    memcpy(task->text + task->bytes, data, bytes);
    task->bytes += bytes;
    return bytes;
}

static bool
header_is(const char *line, size_t bytes, const char *name, char *value, size_t room)
{
    size_t n = strlen(name);

    if (bytes <= n || strncasecmp(line, name, n) != 0)
        return false;
    line += n;
    bytes -= n;
    while (bytes > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        bytes--;
    }
    while (bytes > 0 && (line[bytes - 1] == '\r' || line[bytes - 1] == '\n' ||
                         line[bytes - 1] == ' '))
        bytes--;
    if (bytes >= room)
        return false;
    memcpy(value, line, bytes);
    value[bytes] = '\0';
    return true;
}

static size_t
take_header(char *data, size_t size, size_t n, void *state)
{
    struct api_task *task = state;

    if (!header_is(data, size * n, "date:", task->date, sizeof task->date))
        (void)header_is(data, size * n, "retry-after:", task->retry_after,
                        sizeof task->retry_after);
    return size * n;
}

/* The connection stands, and the request is about to leave. */
static int
before_leaving(void *state, char *peer, char *own, int peer_port, int own_port)
{
    (void)peer;
    (void)own;
    (void)peer_port;
    (void)own_port;
    return api_may_leave(state) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* ---- one transfer ------------------------------------------------------- */

#define SET(option, value) (curl_easy_setopt(curl, (option), (value)) == CURLE_OK)

static bool
set_limits(CURL *curl, const struct api *api)
{
    const char *protocols = api->loopback ? "http,https" : "https";

    return SET(CURLOPT_PROTOCOLS_STR, protocols) && SET(CURLOPT_REDIR_PROTOCOLS_STR, protocols) &&
           SET(CURLOPT_FOLLOWLOCATION, 0L) && SET(CURLOPT_UNRESTRICTED_AUTH, 0L) &&
           SET(CURLOPT_NOSIGNAL, 1L) && SET(CURLOPT_PROXY, "") &&
           SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
           SET(CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS) &&
           SET(CURLOPT_TIMEOUT, api->timeout_s > 0 ? api->timeout_s : TIMEOUT_S) &&
           SET(CURLOPT_LOW_SPEED_LIMIT, LOW_SPEED_BYTES) &&
           SET(CURLOPT_LOW_SPEED_TIME, api->low_speed_s > 0 ? api->low_speed_s : LOW_SPEED_S) &&
           SET(CURLOPT_SSL_VERIFYPEER, 1L) &&
           SET(CURLOPT_SSL_VERIFYHOST, 2L) &&
           SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           SET(CURLOPT_MAXREDIRS, 0L) && SET(CURLOPT_TCP_KEEPALIVE, 1L);
}

static bool
set_method(CURL *curl, const struct api_task *task)
{
    static const char *const names[] = { "GET", "POST", "PATCH", "DELETE" };

    if (task->method == API_GET)
        return true;
    return SET(CURLOPT_POSTFIELDS, task->body != NULL ? task->body : "") &&
           SET(CURLOPT_CUSTOMREQUEST, names[task->method]);
}

static bool
set_up(CURL *curl, struct api *api, struct api_task *task)
{
    char url[API_URL_SIZE];
    bool v1 = strncmp(task->path, "/v1/", 4) == 0;

    (void)snprintf(url, sizeof url, "%s%s", api->url, task->path);
    return SET(CURLOPT_URL, url) && set_limits(curl, api) && set_method(curl, task) &&
           SET(CURLOPT_HTTPHEADER, v1 ? api->v1_headers : api->headers) &&
           SET(CURLOPT_WRITEFUNCTION, take_body) && SET(CURLOPT_WRITEDATA, task) &&
           SET(CURLOPT_HEADERFUNCTION, take_header) && SET(CURLOPT_HEADERDATA, task) &&
           SET(CURLOPT_PREREQFUNCTION, before_leaving) && SET(CURLOPT_PREREQDATA, task) &&
           (api->ca_file == NULL || SET(CURLOPT_CAINFO, api->ca_file)) &&
           SET(CURLOPT_PRIVATE, task);
}

bool
api_transfer_start(struct api *api, struct api_task *task, struct quosync_error *err)
{
    task->api = api;
    task->curl = curl_easy_init();
    if (task->curl == NULL || !set_up(task->curl, api, task) ||
        curl_multi_add_handle(api->multi, task->curl) != CURLM_OK) {
        curl_easy_cleanup(task->curl);
        task->curl = NULL;
        return error_no_memory(err);
    }
    task->next = api->running;
    task->previous = NULL;
    if (api->running != NULL)
        api->running->previous = task;
    api->running = task;
    api->open++;
    return true;
}

void
api_transfer_done(struct api_task *task)
{
    if (task->curl != NULL) {
        struct api *api = task->api;

        if (task->previous != NULL)
            task->previous->next = task->next;
        else
            api->running = task->next;
        if (task->next != NULL)
            task->next->previous = task->previous;
        task->next = task->previous = NULL;
        api->open--;
        (void)curl_multi_remove_handle(api->multi, task->curl);
        curl_easy_cleanup(task->curl);
        task->curl = NULL;
    }
    memory_free(task->text);
    task->text = NULL;
    task->bytes = task->room = 0;
    task->too_large = task->no_memory = false;
    task->date[0] = task->retry_after[0] = '\0';
}

bool
api_transfer_wait(struct api *api, int64_t wait_us, struct quosync_error *err)
{
    int running = 0;
    CURLMcode code = curl_multi_perform(api->multi, &running);

    /* With every transfer at its end there is something to read, and nothing to wait for. */
    if (code == CURLM_OK && (size_t)running == api->open && wait_us > 0)
        code = curl_multi_poll(api->multi, NULL, 0, (int)((wait_us + 999) / 1000), NULL);
    if (code != CURLM_OK)
        return code == CURLM_OUT_OF_MEMORY
                   ? error_no_memory(err)
                   : error_set(err, QUOSYNC_BUG, "libcurl: %s", curl_multi_strerror(code));
    return true;
}

struct api_task *
api_transfer_ended(struct api *api, int *code)
{
    int left;
    CURLMsg *message = curl_multi_info_read(api->multi, &left); /* there is CURLMSG_DONE alone */
    char *task = NULL;

    if (message == NULL)
        return NULL;
    *code = (int)message->data.result;
    (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &task);
    return (struct api_task *)(void *)task;
}

/* ---- the client ----------------------------------------------------------- */

/* http is for the loopback literals and localhost alone, so that a key never travels bare. */
static bool
url_is_allowed(const char *url, bool *loopback)
{
    static const char *const hosts[] = { "http://127.0.0.1", "http://[::1]", "http://localhost" };

    *loopback = false;
    if (strncmp(url, "https://", 8) == 0)
        return strchr(url + 8, '@') == NULL;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        size_t n = strlen(hosts[i]);

        if (strncmp(url, hosts[i], n) == 0 &&
            (url[n] == '\0' || url[n] == ':' || url[n] == '/') && strchr(url, '@') == NULL)
            *loopback = true;
    }
    return *loopback;
}

static bool
add_header(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);

    if (longer != NULL)
        *list = longer;
    return longer != NULL;
}

static bool
make_headers(struct api *api, const char *key)
{
    char authorization[sizeof "Authorization: " + CONFIG_API_KEY_MAX_BYTES];
    bool good = snprintf(authorization, sizeof authorization, "Authorization: %s", key) <
                    (int)sizeof authorization &&
                add_header(&api->v1_headers, authorization) &&
                add_header(&api->v1_headers, "Content-Type: application/json") &&
                add_header(&api->v1_headers, "Expect:") &&
                add_header(&api->headers, authorization) &&
                add_header(&api->headers, "Content-Type: application/json") &&
                add_header(&api->headers, "Expect:") &&
                add_header(&api->headers, API_VERSION_HEADER);

    explicit_bzero(authorization, sizeof authorization);
    return good;
}

bool
api_transfer_setup(struct api *api, const struct api_options *options, struct quosync_error *err)
{
    size_t bytes = strlen(options->url);

    if (!url_is_allowed(options->url, &api->loopback)) {
        (void)error_set(err, QUOSYNC_CONFIG, "api_url is not https (or http on loopback)");
        error_hint(err, "Correct api_url: https://api.quo.com is Quo's.");
        return false;
    }
    while (options->url[bytes - 1] == '/') /* there is a host before them */
        bytes--;
    api->url = memory_get(bytes + 1);
    if (api->url == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_no_memory(err);
    memcpy(api->url, options->url, bytes);
    api->url[bytes] = '\0';
    api->multi = curl_multi_init();
    if (api->multi == NULL || !make_headers(api, options->key) ||
        curl_multi_setopt(api->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                          (long)API_CONNECTIONS_AT_MOST) != CURLM_OK)
        return error_no_memory(err);
    return true;
}

/* The key is in the first line of both lists. */
static void
headers_free(struct curl_slist **list)
{
    if (*list != NULL && (*list)->data != NULL)
        explicit_bzero((*list)->data, strlen((*list)->data));
    curl_slist_free_all(*list);
    *list = NULL;
}

void
api_transfer_teardown(struct api *api)
{
    (void)curl_multi_cleanup(api->multi);
    headers_free(&api->v1_headers);
    headers_free(&api->headers);
    memory_free(api->url);
}
