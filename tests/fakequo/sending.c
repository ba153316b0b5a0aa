/*
 * sending.c - answers on the wire, whole or as badly as a fault wants them.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "requests.h"

struct trickle {
    char *text;
    size_t bytes;
    bool endless;
    unsigned wait_s; /* before the first byte */
};

static ssize_t
trickle_read(void *state, uint64_t at, char *to, size_t room)
{
    struct trickle *trickle = state;

    if (trickle->endless) {
        memset(to, ' ', room);
        return (ssize_t)room;
    }
    if (at >= trickle->bytes)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (at > 0)
        sleep(1);
    else
        sleep(trickle->wait_s);
    *to = trickle->text[at];
    return 1;
}

static void
trickle_free(void *state)
{
    struct trickle *trickle = state;

    free(trickle->text);
    free(trickle);
}

static ssize_t
cut_read(void *state, uint64_t at, char *to, size_t room)
{
    struct trickle *trickle = state;
    size_t left = at < trickle->bytes / 2 ? trickle->bytes / 2 - (size_t)at : 0;
    size_t n = left < room ? left : room;

    memcpy(to, trickle->text + at, n);
    return n > 0 ? (ssize_t)n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static ssize_t
half_read(void *state, uint64_t at, char *to, size_t room)
{
    ssize_t n = cut_read(state, at, to, room);

    return n > 0 ? n : MHD_CONTENT_READER_END_OF_STREAM;
}

static struct MHD_Response *
response_of(const struct request *request, char *text, size_t bytes)
{
    struct trickle *trickle = calloc(1, sizeof *trickle);

    if (trickle == NULL)
        abort();
    *trickle = (struct trickle){ text, bytes, request->fault == FAULT_ENDLESS,
                                 (unsigned)atoi(request->argument) };
    switch (request->fault) {
    case FAULT_CUT:
        return MHD_create_response_from_callback(bytes, 4096, cut_read, trickle, trickle_free);
    case FAULT_CUT_CLOSE:
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, half_read, trickle,
                                                 trickle_free);
    case FAULT_SLOW:
    case FAULT_ENDLESS:
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 65536, trickle_read, trickle,
                                                 trickle_free);
    default:
        free(trickle);
        return MHD_create_response_from_buffer(bytes, text, MHD_RESPMEM_MUST_FREE);
    }
}

static void
add_date(const struct request *request, struct MHD_Response *response)
{
    long off_s = request->argument[0] != '\0' ? atol(request->argument) : 10 * 86400;
    time_t now = time(NULL) - (request->fault == FAULT_BAD_DATE ? off_s : 0);
    struct tm tm;
    char text[64];

    if (request->fault == FAULT_NO_DATE)
        return;
    gmtime_r(&now, &tm);
    (void)strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    MHD_add_response_header(response, "Date", text);
}

/* Faults that replace the answer whole. */
static struct answer
disturb(const struct request *request, struct answer answer, char **retry_after)
{
    *retry_after = NULL;
    if (request->fault == FAULT_STATUS) {
        *retry_after = strchr(request->argument, '/');
        json_decref(answer.body);
        answer = refuse(request, (unsigned)atoi(request->argument), "something went wrong");
        if (*retry_after != NULL)
            (*retry_after)++;
    } else if (request->fault == FAULT_OBJECT) {
        json_decref(answer.body);
        answer = (struct answer){ 200, request->argument[0] != '\0'
                                           ? json_pack("{s:{}}", request->argument)
                                           : json_object() };
    } else if (request->fault == FAULT_REDIRECT) {
        json_decref(answer.body);
        answer = (struct answer){ 302, NULL };
    }
    return answer;
}

enum MHD_Result
send_answer(struct request *request, struct answer answer)
{
    char *retry_after, *text;
    struct MHD_Response *response;
    enum MHD_Result result;

    answer = disturb(request, answer, &retry_after);
    text = request->fault == FAULT_HTML    ? strdup("<html><body>Sorry</body></html>")
           : request->fault == FAULT_EMPTY ? strdup("")
           : answer.body != NULL           ? json_dumps(answer.body, JSON_COMPACT | JSON_REAL_PRECISION(15))
                                           : strdup("");
    json_decref(answer.body);
    if (text == NULL)
        abort();
    response = response_of(request, text, strlen(text));
    add_date(request, response);
    MHD_add_response_header(response, "Content-Type",
                            request->fault == FAULT_HTML ? "text/html" : "application/json");
    if (retry_after != NULL)
        MHD_add_response_header(response, "Retry-After", retry_after);
    if (request->fault == FAULT_REDIRECT)
        MHD_add_response_header(response, "Location", request->argument);
    if (request->fault == FAULT_CUT_CLOSE || request->fault == FAULT_CLOSE)
        MHD_add_response_header(response, "Connection", "close");
    result = MHD_queue_response(request->connection, answer.status, response);
    MHD_destroy_response(response);
    return result;
}
