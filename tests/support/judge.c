/*
 * judge.c - what the library makes of deliveries and instants, a line each, so
 * that programs in other languages can be compared with it.
 *
 *   v KEY ID TIMESTAMP SIGNATURE BODY NOW   (hex; NOW decimal): the verdict's number
 *   i TEXT                                  (hex): microseconds since 1970, or -
 *   d TEXT                                  (hex): the same of a custom field's date
 *
 * An empty field is written as "-".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "quosync.h"

#define FIELDS 7

struct bytes {
    char *at;
    size_t n;
};

/* In place: a field of hex is twice as long as what it stands for. */
static struct bytes
unhex(char *field)
{
    struct bytes bytes = { field, 0 };
    unsigned value;

    for (const char *at = field; sscanf(at, "%2x", &value) == 1; at += 2)
        bytes.at[bytes.n++] = (char)value;
    return bytes;
}

static void
judge_delivery(char **fields)
{
    struct bytes key = unhex(fields[1]), id = unhex(fields[2]), timestamp = unhex(fields[3]);
    struct bytes signature = unhex(fields[4]), body = unhex(fields[5]);
    struct quosync_headers headers = { id.at, timestamp.at, signature.at,
                                       id.n,  timestamp.n,  signature.n };
    struct quosync_secret secret = { .key_bytes = key.n };
    enum quosync_verdict verdict;

    if (key.n > sizeof secret.key)
        abort();
    memcpy(secret.key, key.at, key.n);
    if (!quosync_verify(&secret, 1, &headers, body.at, body.n, strtoll(fields[6], NULL, 10),
                        QUOSYNC_TOLERANCE_S, &verdict, NULL))
        abort();
    printf("%d\n", (int)verdict);
}

static void
judge_instant(char **fields)
{
    struct bytes text = unhex(fields[1]);
    int64_t us;
    bool good = fields[0][0] == 'd' ? instant_parse_date(text.at, text.n, &us)
                                    : quosync_instant_parse(text.at, text.n, &us, NULL);

    if (good)
        printf("%" PRId64 "\n", us);
    else
        puts("-");
}

int
main(void)
{
    char *line = NULL, *fields[FIELDS];
    size_t room = 0;

    while (getline(&line, &room, stdin) > 0) {
        char *rest = line;

        for (size_t i = 0; i < FIELDS; i++)
            fields[i] = rest != NULL ? strsep(&rest, " \n") : NULL;
        if (fields[0][0] == 'v' && fields[6] != NULL)
            judge_delivery(fields);
        else if (fields[1] != NULL)
            judge_instant(fields);
        else
            abort();
    }
    free(line);
    return 0;
}
