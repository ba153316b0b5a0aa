/*
 * ingest.c - reads lines into one buffer of bounded size and stores them in
 * groups, as the receiver does with requests.
 */
#include "app/ingest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/memory.h"
#include "db/store.h"

#define READ_BYTES ((size_t)256 * 1024)
/* A wrapped body may need six characters for a byte (\u001f), and some around it. */
#define LINE_BYTES(max_body) ((max_body) * 6 + 4096)
#define TRIES 6

struct reader {
    const struct ingest_options *options;
    struct pg *pg;
    int fd;
    const char *name;
    struct ingest_counts *counts;
    uint64_t line; /* number of the line in hand */

    char *buffer; /* the beginning of a line, and what was read behind it */
    size_t filled, room;
    bool skipping; /* inside a line that is too long */

    struct ingest_line *lines; /* the group: options->batch of room */
    struct store_delivery *deliveries;
    size_t n, bytes;
};

static void
drop_group(struct reader *reader)
{
    for (size_t i = 0; i < reader->n; i++)
        memory_free(reader->lines[i].copy);
    reader->n = 0;
    reader->bytes = 0;
}

static void
reader_done(struct reader *reader)
{
    drop_group(reader);
    memory_free(reader->buffer);
    memory_free(reader->lines);
    memory_free(reader->deliveries);
}

static void
refuse(struct reader *reader, const char *reason)
{
    reader->counts->refused++;
    if (reader->options->refused != NULL)
        reader->options->refused(reader->options->data, reader->name, reader->line, reason);
}

/* Deadlocks and the like pass: the transaction is repeated as it was. */
static bool
store_group(struct reader *reader, struct quosync_error *err)
{
    struct store_counts counts;

    if (reader->n == 0)
        return true;
    for (unsigned try = 0;; try++) {
        /* Made anew for each try: store_deliveries puts them in another order. */
        for (size_t i = 0; i < reader->n; i++) {
            const struct ingest_line *line = &reader->lines[i];
            struct store_delivery *delivery = &reader->deliveries[i];

            *delivery = (struct store_delivery){ .webhook_id = line->webhook_id,
                                                 .body = line->body,
                                                 .body_bytes = line->body_bytes };
            if (!digest_64(line->body, line->body_bytes, &delivery->digest, err))
                return false;
        }
        if (store_deliveries(reader->pg, reader->options->org_id, reader->deliveries, reader->n,
                             true, &counts, err))
            break;
        if (err->kind != QUOSYNC_TRY_LATER || try + 1 == TRIES)
            return false;
        clock_sleep_ms(clock_backoff_ms(try, 20, 1000));
    }
    reader->counts->stored += counts.stored;
    reader->counts->duplicate += counts.duplicate;
    reader->counts->conflict += counts.conflict;
    drop_group(reader);
    if (reader->options->stored != NULL)
        reader->options->stored(reader->options->data, reader->counts);
    return true;
}

/* Blanks alone: nothing is said about them. */
static bool
is_blank(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r')
            return false;
    return true;
}

/* One whole line, without its end. */
static bool
take_line(struct reader *reader, const char *text, size_t bytes, struct quosync_error *err)
{
    struct ingest_line *line = &reader->lines[reader->n];

    if (bytes > 0 && text[bytes - 1] == '\r')
        bytes--;
    if (is_blank(text, bytes))
        return true;
    reader->counts->lines++;
    if (!ingest_line_read(text, bytes, reader->options->max_body_bytes, line, err)) {
        if (err->kind != QUOSYNC_BAD_INPUT)
            return false;
        refuse(reader, err->text);
        return true;
    }
    if (line->copy == NULL) {
        /* The buffer moves on before the group is stored. */
        line->copy = memory_get(line->body_bytes);
        if (line->copy == NULL)
            return error_no_memory(err);
        memcpy(line->copy, line->body, line->body_bytes);
        line->body = line->copy;
    }
    reader->bytes += line->body_bytes;
    reader->n++;
    if (reader->n == reader->options->batch || reader->bytes >= reader->options->batch_bytes)
        return store_group(reader, err);
    return true;
}

/* All whole lines of the buffer; what is left of it moves to the front. */
static bool
take_lines(struct reader *reader, size_t fresh, struct quosync_error *err)
{
    const char *at = reader->buffer;
    const char *search = reader->buffer + reader->filled - fresh;
    const char *end = reader->buffer + reader->filled;
    const char *newline;

    while ((newline = memchr(search, '\n', (size_t)(end - search))) != NULL) {
        reader->line++;
        if (reader->skipping)
            reader->skipping = false; /* the end of a line that was refused already */
        else if (!take_line(reader, at, (size_t)(newline - at), err))
            return false;
        at = search = newline + 1;
    }
    reader->filled = (size_t)(end - at);
    memmove(reader->buffer, at, reader->filled);
    if (!reader->skipping && reader->filled > LINE_BYTES(reader->options->max_body_bytes)) {
        reader->line++;
        reader->counts->lines++;
        refuse(reader, "it is longer than any line that holds a body of max_body");
        reader->line--; /* its newline counts it */
        reader->skipping = true;
    }
    if (reader->skipping)
        reader->filled = 0;
    return true;
}

static bool
make_room(struct reader *reader, struct quosync_error *err)
{
    char *buffer;
    size_t room = reader->room == 0 ? 2 * READ_BYTES : reader->room;

    while (room - reader->filled < READ_BYTES)
        room *= 2;
    if (room == reader->room)
        return true;
    buffer = memory_resize(reader->buffer, room);
    if (buffer == NULL)
        return error_no_memory(err);
    reader->buffer = buffer;
    reader->room = room;
    return true;
}

static bool
read_lines(struct reader *reader, struct quosync_error *err)
{
    for (;;) {
        ssize_t n;

        if (!make_room(reader, err))
            return false;
        n = read(reader->fd, reader->buffer + reader->filled, READ_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, QUOSYNC_BAD_INPUT, "cannot read \"%s\": %s", reader->name,
                             strerror(errno));
        if (n == 0)
            break;
        reader->filled += (size_t)n;
        reader->counts->bytes += (uint64_t)n;
        if (!take_lines(reader, (size_t)n, err))
            return false;
    }
    if (reader->filled == 0 || reader->skipping)
        return true;
    reader->line++; /* the last line, without a newline */
    return take_line(reader, reader->buffer, reader->filled, err);
}

bool
ingest_file(struct pg *pg, const struct ingest_options *options, int fd, const char *name,
            struct ingest_counts *counts, struct quosync_error *err)
{
    AUTO(reader_done) struct reader reader = { .options = options, .pg = pg, .fd = fd,
                                               .name = name, .counts = counts };

    reader.lines = memory_get(options->batch * sizeof *reader.lines);
    reader.deliveries = memory_get(options->batch * sizeof *reader.deliveries);
    if (reader.lines == NULL || reader.deliveries == NULL)
        return error_no_memory(err);
    /* What was read before a failure is stored: the counts then say what happened. */
    if (!read_lines(&reader, err)) {
        struct quosync_error ignored;

        if (err->kind == QUOSYNC_BAD_INPUT && !store_group(&reader, &ignored))
            *err = ignored;
        return false;
    }
    return store_group(&reader, err);
}
