/*
 * reference.c - what the same cluster can do without quosync, for `make bench`
 * to print beside it: the rows of made-up contact.updated events written
 *
 *   copy    by COPY into tables without an index, 500 events to a transaction:
 *           the ceiling
 *   single  one event to a transaction, one row to a prepared statement: what
 *           one would write first
 *
 * Seven rows to an event: a contact, two numbers, an email, three fields.
 */
#include <getopt.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../support/generate.h"

#define BATCH 500
#define TABLES 4

static const char *const tables[TABLES] = { "contacts", "contact_phone_numbers", "contact_emails",
                                            "contact_custom_fields" };

static const char schema[] =
    "drop schema if exists reference cascade; create schema reference;\n"
    "create table reference.contacts (org_id text, id text, first_name text, last_name text,"
    " company text, role text, location text, source text, external_id text, quo_url text,"
    " shared_with_ids text[], created_at timestamptz, updated_at timestamptz);\n"
    "create table reference.contact_phone_numbers (org_id text, contact_id text, position int,"
    " value text, e164 text);\n"
    "create table reference.contact_emails (org_id text, contact_id text, position int,"
    " value text);\n"
    "create table reference.contact_custom_fields (org_id text, contact_id text, position int,"
    " key text, field_id text, name text, type text, value_text text, value_number numeric,"
    " value_list text[]);\n";

static const char keys[] =
    "alter table reference.contacts add primary key (org_id, id);\n"
    "alter table reference.contact_phone_numbers add primary key (org_id, contact_id, position);\n"
    "alter table reference.contact_emails add primary key (org_id, contact_id, position);\n"
    "alter table reference.contact_custom_fields add primary key (org_id, contact_id, position);\n"
    "vacuum analyze reference.contacts; vacuum analyze reference.contact_phone_numbers;"
    "vacuum analyze reference.contact_emails; vacuum analyze reference.contact_custom_fields;\n";

struct options {
    bool single;
    int connections;
    long events, known;
};

/* A share of the events, for one connection. */
struct part {
    pthread_t thread;
    struct options *options;
    long first, n;
    struct generator (*batches)[TABLES]; /* COPY's text, ready to be sent */
};

static void
die(const char *what, PGconn *conn)
{
    fprintf(stderr, "reference: %s: %s\n", what, conn == NULL ? "failed" : PQerrorMessage(conn));
    exit(1);
}

static PGconn *
connect_database(void)
{
    PGconn *conn = PQconnectdb("");

    if (PQstatus(conn) != CONNECTION_OK)
        die("could not connect", conn);
    return conn;
}

static void
run(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        die("could not run a statement", conn);
    PQclear(result);
}

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The rows of one contact, as lines of COPY; children vary with `moment`. */
static void
add_rows(struct generator rows[TABLES], long contact, long moment)
{
    char id[32];

    snprintf(id, sizeof id, "66f1c0aa%016lx", (unsigned long)contact);
    generate_add(
        &rows[0],
        "default\t%s\tAda\tNwosu-O’Brien %ld\tBrien & Söhne GmbH\tSite manager\t"
        "Seattle, WA\tpublic-api\tcrm-%06ld\thttps://my.quo.com/contacts/%s\t{OR7kq2Xw9bVd}\t"
        "2026-01-15 08:30:00Z\t2026-11-01 %02ld:%02ld:%02ld.%03ldZ\n",
        id, moment, contact, id, moment / 3600000 % 24, moment / 60000 % 60, moment / 1000 % 60,
        moment % 1000);
    for (int i = 1; i <= 2; i++)
        generate_add(&rows[1], "default\t%s\t%d\t+1%d15%07ld\t+1%d15%07ld\n", id, i, 3 + i, contact,
                     3 + i, contact);
    generate_add(&rows[2], "default\t%s\t1\tcontact%ld.%ld@example.com\n", id, contact,
                 moment % 10 == 0 ? moment : 0);
    generate_add(&rows[3],
                 "default\t%s\t1\tservices\t6710aa01f3c2d4e5b6a70001\tServices\tmulti-select\t"
                 "\\N\t\\N\t{delivery,tiling}\n",
                 id);
    generate_add(&rows[3],
                 "default\t%s\t2\tlead-score\t6710aa01f3c2d4e5b6a70002\tLead score\tnumber\t"
                 "\\N\t%ld\t\\N\n",
                 id, moment % 10 == 0 ? moment : 100);
    generate_add(&rows[3],
                 "default\t%s\t3\tnotes\t6710aa01f3c2d4e5b6a70007\tNotes\tstring\t"
                 "Prefers texts, call after 9\t\\N\t\\N\n",
                 id);
}

static void
copy_rows(PGconn *conn, struct generator rows[TABLES])
{
    for (size_t t = 0; t < TABLES; t++) {
        char sql[80];
        PGresult *result;

        snprintf(sql, sizeof sql, "copy reference.%s from stdin", tables[t]);
        PQclear(PQexec(conn, sql));
        if (PQputCopyData(conn, rows[t].body, (int)rows[t].bytes) != 1 ||
            PQputCopyEnd(conn, NULL) != 1)
            die("could not copy", conn);
        result = PQgetResult(conn);
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            die("could not copy", conn);
        PQclear(result);
        while ((result = PQgetResult(conn)) != NULL)
            PQclear(result);
    }
}

static void *
copy_part(void *argument)
{
    struct part *part = argument;
    PGconn *conn = connect_database();

    for (long i = 0; i < part->n / BATCH; i++) {
        run(conn, "begin");
        copy_rows(conn, part->batches[i]);
        run(conn, "commit");
    }
    PQfinish(conn);
    return NULL;
}

static void
prepare(PGconn *conn)
{
    static const char *const statements[TABLES] = {
        "insert into reference.contacts as t values"
        " ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11::text[],$12::timestamptz,$13::timestamptz)"
        " on conflict (org_id, id) do update set first_name = excluded.first_name,"
        " last_name = excluded.last_name, company = excluded.company, role = excluded.role,"
        " location = excluded.location, source = excluded.source,"
        " external_id = excluded.external_id, quo_url = excluded.quo_url,"
        " shared_with_ids = excluded.shared_with_ids, updated_at = excluded.updated_at"
        " where t.updated_at < excluded.updated_at",
        "insert into reference.contact_phone_numbers values ($1,$2,$3::int,$4,$5)"
        " on conflict (org_id, contact_id, position) do update set value = excluded.value,"
        " e164 = excluded.e164",
        "insert into reference.contact_emails values ($1,$2,$3::int,$4)"
        " on conflict (org_id, contact_id, position) do update set value = excluded.value",
        "insert into reference.contact_custom_fields values"
        " ($1,$2,$3::int,$4,$5,$6,$7,$8,$9::numeric,$10::text[])"
        " on conflict (org_id, contact_id, position) do update set key = excluded.key,"
        " field_id = excluded.field_id, name = excluded.name, type = excluded.type,"
        " value_text = excluded.value_text, value_number = excluded.value_number,"
        " value_list = excluded.value_list",
    };

    for (size_t t = 0; t < TABLES; t++) {
        PGresult *result = PQprepare(conn, tables[t], statements[t], 0, NULL);

        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            die("could not prepare", conn);
        PQclear(result);
    }
}

/* Every line of `rows`, one prepared statement each. */
static void
upsert_rows(PGconn *conn, const char *statement, char *rows)
{
    for (char *line = rows, *next; *line != '\0'; line = next) {
        const char *values[16];
        int n = 0;
        PGresult *result;

        next = strchr(line, '\n') + 1;
        next[-1] = '\0';
        for (char *value = line, *tab = line; tab != NULL; value = tab + 1) {
            tab = strchr(value, '\t');
            if (tab != NULL)
                *tab = '\0';
            values[n++] = strcmp(value, "\\N") == 0 ? NULL : value;
            if (tab == NULL)
                break;
        }
        result = PQexecPrepared(conn, statement, n, values, NULL, NULL, 0);
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            die("could not upsert", conn);
        PQclear(result);
    }
}

static void *
single_part(void *argument)
{
    struct part *part = argument;
    struct generator random = { .random = (uint64_t)part->first * 2 + 1 }, rows[TABLES] = { 0 };
    PGconn *conn = connect_database();

    prepare(conn);
    for (long i = 0; i < part->n; i++) {
        long known = part->options->known, moment = part->first + i;
        long contact = generate_chance(&random, 70) ? (long)generate_below(&random, (unsigned)known)
                                                    : known + moment;

        for (size_t t = 0; t < TABLES; t++)
            generate_start(&rows[t]);
        add_rows(rows, contact, moment);
        run(conn, "begin");
        for (size_t t = 0; t < TABLES; t++)
            upsert_rows(conn, tables[t], rows[t].body);
        run(conn, "commit");
    }
    for (size_t t = 0; t < TABLES; t++)
        generator_done(&rows[t]);
    PQfinish(conn);
    return NULL;
}

/* The contacts that the events then update, with their keys. */
static void
preload(PGconn *conn, long known)
{
    struct generator rows[TABLES] = { 0 };

    for (long contact = 0; contact < known; contact++) {
        add_rows(rows, contact, 0);
        if (contact % 10000 == 9999 || contact == known - 1) {
            copy_rows(conn, rows);
            for (size_t t = 0; t < TABLES; t++)
                generate_start(&rows[t]);
        }
    }
    for (size_t t = 0; t < TABLES; t++)
        generator_done(&rows[t]);
    for (const char *at = keys, *end; (end = strchr(at, ';')) != NULL; at = end + 1) {
        char sql[200];

        snprintf(sql, sizeof sql, "%.*s", (int)(end - at), at);
        run(conn, sql); /* one by one: VACUUM wants no transaction around it */
    }
}

static void
make_batches(struct part *part)
{
    part->batches = calloc((size_t)(part->n / BATCH), sizeof *part->batches);
    if (part->batches == NULL)
        die("could not allocate", NULL);
    for (long i = 0; i < part->n / BATCH * BATCH; i++)
        add_rows(part->batches[i / BATCH], part->first + i, part->first + i);
}

static void
free_batches(struct part *part)
{
    for (long i = 0; part->batches != NULL && i < part->n / BATCH; i++)
        for (size_t t = 0; t < TABLES; t++)
            generator_done(&part->batches[i][t]);
    free(part->batches);
}

static double
measure(struct options *options)
{
    struct part parts[16] = { 0 };
    long share = options->events / options->connections;
    double start;

    for (int i = 0; i < options->connections; i++) {
        parts[i].options = options;
        parts[i].first = i * share;
        parts[i].n = share;
        if (!options->single)
            make_batches(&parts[i]);
    }
    start = seconds();
    for (int i = 0; i < options->connections; i++)
        if (pthread_create(&parts[i].thread, NULL, options->single ? single_part : copy_part,
                           &parts[i]) != 0)
            die("could not start a thread", NULL);
    for (int i = 0; i < options->connections; i++)
        pthread_join(parts[i].thread, NULL);
    start = seconds() - start;
    for (int i = 0; i < options->connections; i++)
        free_batches(&parts[i]);
    return (double)(share * options->connections) / start;
}

int
main(int argc, char **argv)
{
    struct options options = { .connections = 1, .events = 60000, .known = 100000 };
    PGconn *conn;

    for (int c; (c = getopt(argc, argv, "c:n:k:")) != -1;) {
        if (c == 'c')
            options.connections = (int)strtol(optarg, NULL, 10);
        else if (c == 'n')
            options.events = strtol(optarg, NULL, 10);
        else if (c == 'k')
            options.known = strtol(optarg, NULL, 10);
        else
            argc = 0;
    }
    options.single = argc - optind == 1 && strcmp(argv[optind], "single") == 0;
    if (argc - optind != 1 || (!options.single && strcmp(argv[optind], "copy") != 0) ||
        options.connections < 1 || options.connections > 16) {
        fputs("usage: reference [-c CONNECTIONS] [-n EVENTS] [-k KNOWN] copy|single\n"
              "prints events per second; the database comes from PG* variables\n",
              stderr);
        return 2;
    }
    conn = connect_database();
    run(conn, "set client_min_messages = warning");
    run(conn, schema);
    if (options.single)
        preload(conn, options.known);
    printf("%.0f\n", measure(&options));
    run(conn, "drop schema reference cascade");
    PQfinish(conn);
    return 0;
}
