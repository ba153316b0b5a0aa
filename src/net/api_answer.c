/*
 * api_answer.c - from what libcurl brought to a struct api_answer: what was cut,
 * what is no JSON, what an error says in any of its three shapes, and when.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "core/error.h"
#include "core/json_text.h"
#include "net/api_internal.h"

/* Texts of others go into our messages without control characters. */
static void
copy_clean(char *to, size_t room, const char *from)
{
    size_t n = 0;

    for (; from != NULL && *from != '\0' && n + 1 < room; from++)
        to[n++] = (unsigned char)*from < 0x20 || *from == 0x7F ? ' ' : *from;
    to[n] = '\0';
}

/* Any of {"error": {...}}, {"message": ..., "trace": ...}, or nothing that can be used. */
static void
read_problem(struct api_answer *answer)
{
    json_t *inner = json_object_get(answer->json, "error");
    const json_t *problem = json_is_object(inner) ? inner : answer->json;
    const char *trace = json_string_value(json_object_get(problem, "trace"));

    if (trace == NULL)
        trace = json_string_value(json_object_get(answer->json, "trace"));
    copy_clean(answer->message, sizeof answer->message,
               json_string_value(json_object_get(problem, "message")));
    copy_clean(answer->trace, sizeof answer->trace, trace);
    if (answer->message[0] == '\0')
        (void)snprintf(answer->message, sizeof answer->message, "HTTP %u without a message",
                       answer->status);
}

/* Where a redirect leads, without what may be secret behind the host. */
static void
redirect_host(CURL *curl, char *host, size_t room)
{
    char *target = NULL;
    CURLU *parts = curl_url();
    char *name = NULL;

    (void)curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &target);
    if (parts != NULL && target != NULL &&
        curl_url_set(parts, CURLUPART_URL, target, 0) == CURLUE_OK)
        (void)curl_url_get(parts, CURLUPART_HOST, &name, 0);
    copy_clean(host, room, name != NULL ? name : "an unnamed host");
    curl_free(name);
    curl_url_cleanup(parts);
}

static bool
transfer_failed(const struct api_task *task, int code, struct quosync_error *err)
{
    if (task->no_memory || code == CURLE_OUT_OF_MEMORY)
        return error_no_memory(err);
    if (task->too_large)
        return error_set(err, QUOSYNC_UNAVAILABLE, "Quo's answer is larger than %zu bytes",
                         API_ANSWER_MAX_BYTES);
    return error_set(err, QUOSYNC_UNAVAILABLE, "could not read from Quo's API: %s",
                     curl_easy_strerror((CURLcode)code));
}

static void
read_date(const struct api_task *task, struct api_answer *answer)
{
    time_t date_s = task->date[0] != '\0' ? curl_getdate(task->date, NULL) : -1;

    answer->has_date = date_s >= 0;
    answer->date_us = answer->has_date ? (int64_t)date_s * CLOCK_US_PER_S : 0;
}

/* A success without a body is one only where none is due (DELETE, retry). */
static bool
read_success(struct api_task *task, struct api_answer *answer, struct quosync_error *err)
{
    struct quosync_error why;

    if (answer->status == 204 || (task->bytes == 0 && task->method != API_GET))
        return true;
    if (!json_text_parse(task->text != NULL ? task->text : "", task->bytes, &answer->json, &why)) {
        if (why.kind != QUOSYNC_BAD_INPUT) {
            *err = why;
            return false;
        }
        return error_set(err, QUOSYNC_UNAVAILABLE,
                         "Quo's answer (HTTP %u, %zu bytes) is not JSON: %s", answer->status,
                         task->bytes, why.text);
    }
    return true;
}

bool
api_answer_read(struct api_task *task, int code, struct api_answer *answer,
                struct quosync_error *err)
{
    long status = 0;

    if (code != CURLE_OK)
        return transfer_failed(task, code, err);
    (void)curl_easy_getinfo(task->curl, CURLINFO_RESPONSE_CODE, &status);
    answer->status = (unsigned)status;
    read_date(task, answer);
    if (status >= 200 && status < 300)
        return read_success(task, answer, err);
    if (status >= 300 && status < 400) {
        char host[128];

        redirect_host(task->curl, host, sizeof host);
        (void)error_set(err, QUOSYNC_CONFIG,
                        "Quo's API redirects to %s (HTTP %ld), and the key is not sent on", host,
                        status);
        error_hint(err, "Correct api_url: https://api.quo.com is Quo's.");
        return false;
    }
    if (task->bytes > 0 && !json_text_parse(task->text, task->bytes, &answer->json, NULL))
        answer->json = NULL;
    read_problem(answer);
    return true;
}

int64_t
api_retry_after_s(const struct api_task *task)
{
    const char *text = task->retry_after;
    char *end;
    double seconds;
    time_t date_s;

    if (text[0] == '\0')
        return -1;
    seconds = strtod(text, &end);
    if (end != text && *end == '\0')
        return seconds < 0 ? -1 : seconds < 1e9 ? (int64_t)(seconds + 0.999) : 1000000000;
    date_s = curl_getdate(text, NULL);
    if (date_s < 0)
        return -1;
    return date_s > time(NULL) ? (int64_t)(date_s - time(NULL)) : 0;
}
