/*
 * crm.c - how a CRM uses libquosync without the quosync program: verify
 * deliveries of Quo, decode them, fold them into rows, and print the rows.
 *
 *   cc crm.c $(pkg-config --cflags --libs quosync) -o crm
 *   QUO_WEBHOOK_SECRET=whsec_... ./crm [--any-time] [--country-code 1] [FILE...]
 *
 * A FILE (standard input without one) holds one delivery as it came over HTTP:
 * header lines, an empty line, the body up to the end of the file. --any-time
 * takes deliveries that are older than five minutes, such as recorded ones. In
 * whatever order the files are named, the rows are the same.
 *
 * Exit: 0 all were taken; 1 one was not genuine or no usable event, and is
 * named on standard error; 2 usage; 71 out of memory.
 */
#include <inttypes.h>
#include <quosync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* A delivery as it came: headers and body borrow from text. */
struct delivery {
    char *text;
    struct quosync_headers headers;
    const char *body;
    size_t body_bytes;
};

/* ---- reading a delivery --------------------------------------------- */

static char *
read_all(FILE *file, size_t *bytes)
{
    size_t size = 65536, n;
    char *text = malloc(size);

    *bytes = 0;
    while (text != NULL && (n = fread(text + *bytes, 1, size - *bytes, file)) > 0) {
        *bytes += n;
        if (*bytes == size) {
            char *more = realloc(text, size *= 2);

            if (more == NULL)
                free(text);
            text = more;
        }
    }
    return text;
}

/* Points *value at what follows "name:" in a header line, if the line is that header. */
static void
take_header(const char *line, size_t bytes, const char *name, const char **value, size_t *n)
{
    size_t name_bytes = strlen(name);

    if (bytes > name_bytes && line[name_bytes] == ':' &&
        strncasecmp(line, name, name_bytes) == 0) {
        *value = line + name_bytes + 1;
        *n = bytes - name_bytes - 1;
    }
}

static bool
read_delivery(FILE *file, struct delivery *delivery)
{
    struct quosync_headers *h = &delivery->headers;
    size_t bytes;
    const char *line, *end;

    *delivery = (struct delivery){ .text = read_all(file, &bytes) };
    if (delivery->text == NULL)
        return false;
    for (line = delivery->text; bytes > 0; line = end + 1) {
        size_t line_bytes;

        end = memchr(line, '\n', bytes);
        if (end == NULL)
            break;
        line_bytes = (size_t)(end - line);
        bytes -= line_bytes + 1;
        if (line_bytes > 0 && line[line_bytes - 1] == '\r')
            line_bytes--;
        if (line_bytes == 0) {
            delivery->body = end + 1;
            delivery->body_bytes = bytes;
            break;
        }
        take_header(line, line_bytes, "webhook-id", &h->id, &h->id_bytes);
        take_header(line, line_bytes, "webhook-timestamp", &h->timestamp, &h->timestamp_bytes);
        take_header(line, line_bytes, "webhook-signature", &h->signature, &h->signature_bytes);
    }
    return true;
}

/* ---- printing rows -------------------------------------------------- */

static void
print_quoted(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == '"' || *text == '\\')
            printf("\\x%02x", (unsigned)*text);
        else
            putchar(*text);
    }
    putchar('"');
}

static void
print_value(struct quosync_value value)
{
    char instant[QUOSYNC_INSTANT_SIZE];

    switch (value.type) {
    case QUOSYNC_NULL:
        fputs("null", stdout);
        break;
    case QUOSYNC_TEXT:
        print_quoted(value.of.text);
        break;
    case QUOSYNC_NUMBER:
    case QUOSYNC_JSON:
        fputs(value.of.text, stdout);
        break;
    case QUOSYNC_INSTANT:
        quosync_instant_format(value.of.instant_us, instant);
        fputs(instant, stdout);
        break;
    case QUOSYNC_BOOLEAN:
        fputs(value.of.boolean ? "true" : "false", stdout);
        break;
    case QUOSYNC_TEXTS:
        for (size_t i = 0; i < value.of.texts.n; i++) {
            putchar(i > 0 ? ' ' : '{');
            print_quoted(value.of.texts.items[i]);
        }
        fputs(value.of.texts.n > 0 ? "}" : "{}", stdout);
        break;
    }
}

static void
print_column(const char *name, struct quosync_value value)
{
    if (value.type == QUOSYNC_NULL)
        return;
    printf(" %s=", name);
    print_value(value);
}

static void
print_list(enum quosync_table table, const struct quosync_row *row, size_t list)
{
    const char *name;

    for (size_t item = 0; item < quosync_row_list_length(row, list); item++) {
        printf("  %s %zu:", quosync_list_name(table, list), item + 1);
        for (size_t c = 0; (name = quosync_list_column_name(table, list, c)) != NULL; c++)
            print_column(name, quosync_row_list_value(row, list, item, c));
        putchar('\n');
    }
}

static void
print_row(enum quosync_table table, const char *table_name, const struct quosync_row *row)
{
    const char *name;

    printf("%s %s:", table_name, quosync_row_id(row));
    for (size_t c = 0; (name = quosync_column_name(table, c)) != NULL; c++)
        print_column(name, quosync_row_value(row, c));
    putchar('\n');
    for (size_t list = 0; quosync_list_name(table, list) != NULL; list++)
        print_list(table, row, list);
}

/* All rows, in the order in which a database would be written. */
static bool
print_rows(struct quosync_fold *fold, struct quosync_error *err)
{
    static const char *const names[QUOSYNC_TABLES] = {
        [QUOSYNC_CUSTOM_FIELD_DEFINITIONS] = "custom_field_definition",
        [QUOSYNC_CONTACTS] = "contact",
        [QUOSYNC_MESSAGES] = "message",
        [QUOSYNC_CALLS] = "call",
        [QUOSYNC_CALL_SUMMARIES] = "call_summary",
        [QUOSYNC_CALL_TRANSCRIPTS] = "call_transcript",
        [QUOSYNC_VOICEMAILS] = "voicemail",
        [QUOSYNC_USERS] = "user",
        [QUOSYNC_PHONE_NUMBERS] = "phone_number",
    };

    for (int table = 0; table < QUOSYNC_TABLES; table++) {
        struct quosync_row **rows;
        size_t n;

        if (!quosync_fold_rows(fold, (enum quosync_table)table, &rows, &n, err))
            return false;
        for (size_t i = 0; i < n; i++)
            print_row((enum quosync_table)table, names[table], rows[i]);
    }
    return true;
}

/* ---- taking deliveries ---------------------------------------------- */

struct crm {
    struct quosync_secret secret;
    int64_t tolerance_s;
    struct quosync_fold *fold;
    int refused;
};

static void
refuse(struct crm *crm, const char *name, const char *why)
{
    fprintf(stderr, "%s: %s\n", name, why);
    crm->refused++;
}

/* False when memory ran out; what is not genuine or not usable is only counted. */
static bool
take(struct crm *crm, const char *name, const struct delivery *delivery,
     struct quosync_error *err)
{
    static const char *const verdicts[] = { "", "a header is missing or malformed",
                                            "the timestamp is too far from the clock",
                                            "no signature matches" };
    enum quosync_verdict verdict;
    struct quosync_event *event;
    bool folded;

    if (!quosync_verify(&crm->secret, 1, &delivery->headers, delivery->body,
                        delivery->body_bytes, (int64_t)time(NULL), crm->tolerance_s, &verdict,
                        err))
        return false;
    if (verdict != QUOSYNC_VERIFIED) {
        refuse(crm, name, verdicts[verdict]);
        return true;
    }
    if (!quosync_event_decode(delivery->body, delivery->body_bytes, &event, err)) {
        if (err->kind != QUOSYNC_BAD_INPUT)
            return false;
        refuse(crm, name, err->text);
        return true;
    }
    folded = quosync_fold_event(crm->fold, event, err);
    quosync_event_free(event);
    return folded;
}

static bool
take_file(struct crm *crm, const char *name, struct quosync_error *err)
{
    bool is_stdin = strcmp(name, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(name, "rb");
    struct delivery delivery;
    bool done = true;

    if (file == NULL) {
        refuse(crm, name, "cannot be opened");
        return true;
    }
    if (read_delivery(file, &delivery))
        done = take(crm, name, &delivery, err);
    else
        refuse(crm, name, "is too large");
    free(delivery.text);
    if (!is_stdin)
        fclose(file);
    return done;
}

static int
usage(const char *why)
{
    fprintf(stderr, "crm: %s\nusage: QUO_WEBHOOK_SECRET=whsec_... crm [--any-time] "
                    "[--country-code 1] [FILE...]\n", why);
    return 2;
}

static int
run(struct crm *crm, char **files)
{
    static char standard_input[] = "-";
    static char *no_files[] = { standard_input, NULL };
    struct quosync_error err;
    bool done = true;

    for (char **file = *files != NULL ? files : no_files; done && *file != NULL; file++)
        done = take_file(crm, *file, &err);
    if (!done || !print_rows(crm->fold, &err)) {
        fprintf(stderr, "crm: %s\n", err.text);
        return err.kind == QUOSYNC_NO_MEMORY ? 71 : 70;
    }
    return crm->refused > 0 ? 1 : 0;
}

int
main(int argc, char **argv)
{
    const char *secret = getenv("QUO_WEBHOOK_SECRET");
    struct crm crm = { .tolerance_s = QUOSYNC_TOLERANCE_S };
    struct quosync_error err;
    int country_code = 0, at = 1, status;

    for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
        if (strcmp(argv[at], "--any-time") == 0)
            crm.tolerance_s = -1;
        else if (strcmp(argv[at], "--country-code") == 0 && at + 1 < argc &&
                 strcmp(argv[at + 1], "1") == 0)
            country_code = 1, at++;
        else
            return usage("unknown option");
    }
    if (secret == NULL)
        return usage("QUO_WEBHOOK_SECRET is not set");
    if (!quosync_secret_parse(secret, strlen(secret), &crm.secret, &err))
        return usage(err.text);
    if (!quosync_fold_new(country_code, &crm.fold, &err)) {
        fprintf(stderr, "crm: %s\n", err.text);
        return 71;
    }
    status = run(&crm, argv + at);
    quosync_fold_free(crm.fold);
    quosync_secret_done(&crm.secret);
    return status;
}
