/*
 * workspace.c - the objects of the fake workspace, in REST's form and as the
 * events that tell of them; both are made from the same numbers, so a mirror
 * that saw either must show the same facts.
 */
#include "workspace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_S 86400

#define mix workspace_mix

/* splitmix64's mixer over a sum of odd multiples. */
uint64_t
workspace_mix(const struct workspace *ws, enum kind kind, uint64_t i, uint64_t salt)
{
    uint64_t x = ws->seed * UINT64_C(0x9E3779B97F4A7C15) +
                 (uint64_t)kind * UINT64_C(0xD1B54A32D192ED03) + i * UINT64_C(0x8CB92BA72F3D8DD7) +
                 salt * UINT64_C(0xABC98388FB8FAC03);

    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static bool
chance(const struct workspace *ws, enum kind kind, size_t i, uint64_t salt, unsigned percent)
{
    return mix(ws, kind, i, salt) % 100 < percent;
}

static void *
grow(void *block, size_t n, size_t bytes)
{
    void *grown = realloc(block, (n > 0 ? n : 1) * bytes);

    if (grown == NULL)
        abort();
    return grown;
}

void
workspace_init(struct workspace *ws)
{
    ws->known = ws->n[CONTACT] > 0 ? ws->n[CONTACT] : 1;
    for (int kind = 0; kind < KINDS; kind++) {
        ws->revision[kind] = grow(NULL, ws->n[kind], sizeof *ws->revision[kind]);
        ws->gone[kind] = grow(NULL, ws->n[kind], sizeof *ws->gone[kind]);
        memset(ws->revision[kind], 0, ws->n[kind]);
        memset(ws->gone[kind], 0, ws->n[kind] * sizeof *ws->gone[kind]);
    }
}

void
workspace_done(struct workspace *ws)
{
    for (int kind = 0; kind < KINDS; kind++) {
        free(ws->revision[kind]);
        free(ws->gone[kind]);
    }
}

void
workspace_touch(struct workspace *ws, enum kind kind, size_t i)
{
    if (ws->revision[kind][i] < UINT8_MAX)
        ws->revision[kind][i]++;
}

void
workspace_remove(struct workspace *ws, enum kind kind, size_t i)
{
    ws->n_gone[kind] += !ws->gone[kind][i];
    ws->gone[kind][i] = true;
}

void
workspace_add(struct workspace *ws, enum kind kind)
{
    size_t i = ws->n[kind]++;

    ws->revision[kind] = grow(ws->revision[kind], ws->n[kind], sizeof *ws->revision[kind]);
    ws->gone[kind] = grow(ws->gone[kind], ws->n[kind], sizeof *ws->gone[kind]);
    ws->revision[kind][i] = 0;
    ws->gone[kind][i] = false;
}

const char *
workspace_org_id(void)
{
    return "ORfak3W0rkspc";
}

/* ---- ids ------------------------------------------------------------ */

/* Contacts have 24 hex digits as in REST, the others a prefix; all end in the index. */
static const char *const prefixes[KINDS] = { "", "ACc", "ACm", "US", "PN" };

static void
id_make(const struct workspace *ws, enum kind kind, size_t i, char id[32])
{
    if (kind == CONTACT)
        (void)snprintf(id, 32, "%012" PRIx64 "%012zx",
                       mix(ws, CONTACT, 0, 1) & UINT64_C(0xFFFFFFFFFFFF), i);
    else
        (void)snprintf(id, 32, "%s%04" PRIx64 "%08zx", prefixes[kind],
                       mix(ws, kind, 0, 1) & 0xFFFF, i);
}

const char *
workspace_id(const struct workspace *ws, enum kind kind, size_t i)
{
    static _Thread_local char id[32];

    id_make(ws, kind, i, id);
    return id;
}

bool
workspace_find(const struct workspace *ws, enum kind kind, const char *id, size_t *i)
{
    size_t digits = kind == CONTACT ? 12 : 8;
    size_t bytes = strlen(id);
    char *end;

    if (bytes < digits)
        return false;
    *i = strtoull(id + bytes - digits, &end, 16);
    return *end == '\0' && *i < ws->n[kind] && !ws->gone[kind][*i] &&
           strcmp(workspace_id(ws, kind, *i), id) == 0;
}

/* ---- instants ------------------------------------------------------- */

json_t *
workspace_instant(int64_t ms)
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    char text[40];
    size_t n;

    gmtime_r(&s, &tm);
    n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (ms % 1000 != 0)
        n += (size_t)snprintf(text + n, sizeof text - n, ".%03d", (int)(ms % 1000));
    (void)snprintf(text + n, sizeof text - n, "Z");
    return json_string(text);
}

static json_t *
instant(int64_t s)
{
    return workspace_instant(s * 1000);
}

int64_t
workspace_created_s(const struct workspace *ws, enum kind kind, size_t i)
{
    size_t n = ws->n[kind] > 0 ? ws->n[kind] : 1;

    if (kind != CALL && kind != MESSAGE)
        return ws->now_s - 400 * DAY_S + (int64_t)(mix(ws, kind, i, 2) % (300 * DAY_S));
    /* An hour is left to the end, so that what follows a call is not in the future. */
    return ws->now_s - 3600 - ws->span_s + (int64_t)((double)ws->span_s * (double)i / (double)n);
}

size_t
workspace_created_before(const struct workspace *ws, enum kind kind, int64_t us)
{
    size_t low = 0, high = ws->n[kind];

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (workspace_created_s(ws, kind, middle) * 1000000 < us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- people --------------------------------------------------------- */

static const char *const first_names[] = { "Ada", "Björn", "Chinwe", "Dörte", "Ève", "Fumiko",
                                           "Gábor", "Hülya", "İpek", "José", "Khadija", "Łukasz" };
static const char *const last_names[] = { "Okafor", "Müller", "O’Brien", "Nguyễn", "García",
                                          "Smith", "Ivanova", "Sørensen", "Çelik", "Kowalski" };

#define PICK(array, number) (array)[(number) % (sizeof(array) / sizeof *(array))]

static json_t *
optional(bool present, const char *text)
{
    return present ? json_string(text) : json_null();
}

/* The phone number of a contact; a twentieth share theirs with another contact. */
static void
contact_number(const struct workspace *ws, size_t i, size_t k, char text[24])
{
    size_t owner = i > 20 && chance(ws, CONTACT, i, 3, 5) ? i - 20 : i;

    (void)snprintf(text, 24, "+1%03u%07zu", (unsigned)(206 + k), owner % 10000000);
}

static json_t *
labelled(const struct workspace *ws, size_t i, uint64_t salt, const char *value)
{
    static const char *const names[] = { "work", "Mobile", "", "home" };

    return json_pack("{s:s, s:s}", "name", PICK(names, mix(ws, CONTACT, i, salt)), "value", value);
}

static json_t *
contact_phones(const struct workspace *ws, size_t i, uint8_t revision)
{
    json_t *phones = json_array();
    size_t n = mix(ws, CONTACT, i, 4) % 3;

    for (size_t k = 0; k < n; k++) {
        char number[24];

        contact_number(ws, i, k + (k == 1 ? revision % 5 : 0U), number);
        json_array_append_new(phones, labelled(ws, i, 10 + k, number));
    }
    if (chance(ws, CONTACT, i, 5, 2)) /* a null value, which a mirror leaves out */
        json_array_append_new(phones, json_pack("{s:s, s:n}", "name", "fax", "value"));
    return phones;
}

static json_t *
contact_emails(const struct workspace *ws, size_t i)
{
    json_t *emails = json_array();
    char value[64];

    if (chance(ws, CONTACT, i, 6, 70)) {
        (void)snprintf(value, sizeof value, "Person.%zu@Example.com", i);
        json_array_append_new(emails, labelled(ws, i, 20, value));
    }
    return emails;
}

json_t *
workspace_field_definitions(void)
{
    return json_pack("[{s:s,s:s,s:s},{s:s,s:s,s:s},{s:s,s:s,s:s},{s:s,s:s,s:s},{s:s,s:s,s:s}]",
                     "name", "Lead score", "key", "lead-score", "type", "number",
                     "name", "VIP", "key", "vip", "type", "boolean",
                     "name", "Renewal date", "key", "renewal-date", "type", "date",
                     "name", "Services", "key", "services", "type", "multi-select",
                     "name", "Notes", "key", "notes", "type", "string");
}

/* The value of field k in REST's form; null for some. */
static json_t *
field_value(const struct workspace *ws, size_t i, size_t k, uint8_t revision)
{
    uint64_t number = mix(ws, CONTACT, i, 30 + k + revision * 7ULL);
    char notes[64];

    if (number % 9 == 0)
        return json_null();
    switch (k) {
    case 0:
        return number % 11 == 1 ? json_string("42.5") : json_real((double)(number % 2000) / 20);
    case 1:
        return json_boolean(number % 2);
    case 2:
        return instant((int64_t)(1700000000 + number % 1000 * DAY_S));
    case 3:
        return number % 3 == 0 ? json_array() : json_pack("[s, s]", "delivery", "tiling 🧱");
    default:
        (void)snprintf(notes, sizeof notes, "note %" PRIu64 " \"quoted\"\n", number % 1000);
        return json_string(notes);
    }
}

static json_t *
contact_fields(const struct workspace *ws, size_t i, uint8_t revision)
{
    json_t *definitions = workspace_field_definitions();
    json_t *fields = json_array(), *definition;
    size_t k;

    json_array_foreach(definitions, k, definition) {
        json_t *field = json_copy(definition);

        if (!chance(ws, CONTACT, i, 40 + k, 60)) {
            json_decref(field);
            continue;
        }
        json_object_set_new(field, "value", field_value(ws, i, k, revision));
        if (chance(ws, CONTACT, i, 50 + k, 10)) /* to be found by name and type */
            json_object_del(field, "key");
        if (chance(ws, CONTACT, i, 60 + k, 30))
            json_object_set_new(field, "id", json_string(PICK(first_names, k)));
        json_array_append_new(fields, field);
    }
    json_decref(definitions);
    return fields;
}

/* When the revision was made: after its creation and before now. */
static int64_t
updated_s(const struct workspace *ws, enum kind kind, size_t i)
{
    int64_t created_s = workspace_created_s(ws, kind, i);

    if (kind == CALL || kind == MESSAGE)
        return created_s + 600 + ws->revision[kind][i] * 5;
    return created_s + DAY_S + ws->revision[kind][i] * 3600;
}

json_t *
workspace_contact(const struct workspace *ws, size_t i)
{
    uint8_t revision = ws->revision[CONTACT][i];
    char company[64], external_id[32], url[80];
    json_t *fields;

    (void)snprintf(company, sizeof company, "Company %" PRIu64 " r%u", mix(ws, CONTACT, i, 7) % 500,
                   revision);
    (void)snprintf(external_id, sizeof external_id, "crm-%06zu", i);
    (void)snprintf(url, sizeof url, "https://crm.example.com/people/%zu", i);
    fields = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "firstName",
                       PICK(first_names, mix(ws, CONTACT, i, 8)), "lastName",
                       PICK(last_names, mix(ws, CONTACT, i, 9)), "company",
                       optional(chance(ws, CONTACT, i, 11, 80), company), "role",
                       optional(chance(ws, CONTACT, i, 12, 30), "Site manager"), "emails",
                       contact_emails(ws, i), "phoneNumbers", contact_phones(ws, i, revision));
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "id",
                     workspace_id(ws, CONTACT, i), "externalId",
                     optional(chance(ws, CONTACT, i, 13, 50), external_id), "source",
                     optional(chance(ws, CONTACT, i, 14, 50), "public-api"), "sourceUrl",
                     optional(chance(ws, CONTACT, i, 15, 30), url), "defaultFields", fields,
                     "customFields", contact_fields(ws, i, revision), "createdAt",
                     instant(workspace_created_s(ws, CONTACT, i)), "updatedAt",
                     instant(updated_s(ws, CONTACT, i)), "createdByUserId", "USfakeUser1");
}

json_t *
workspace_user(const struct workspace *ws, size_t i)
{
    char email[64];
    json_t *picture = optional(i % 2 == 0, "https://files.example.com/user.png");

    (void)snprintf(email, sizeof email, "user.%zu@example.com", i);
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o}", "id", workspace_id(ws, USER, i),
                     "email", email, "firstName", PICK(first_names, i), "lastName",
                     PICK(last_names, i), "pictureUrl", picture, "role", i == 0 ? "owner" : "member",
                     "createdAt", instant(workspace_created_s(ws, USER, i)), "updatedAt",
                     instant(updated_s(ws, USER, i)));
}

static void
line_number(size_t i, char text[24])
{
    (void)snprintf(text, 24, "+1206555%04zu", 100 + i);
}

json_t *
workspace_number(const struct workspace *ws, size_t i)
{
    char number[24], name[32], formatted[32];

    line_number(i, number);
    (void)snprintf(name, sizeof name, "Line %zu", i + 1);
    (void)snprintf(formatted, sizeof formatted, "(206) %.3s-%s", number + 5, number + 8);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:n, s:n, s:s, s:s, s:o, s:o}", "id",
                     workspace_id(ws, NUMBER, i), "groupId", "GRfakeGroup", "name", name,
                     "phoneNumber", number, "formattedNumber", formatted, "forward",
                     "portRequestId", "portingStatus", "completed", "symbol", "☎", "createdAt",
                     instant(workspace_created_s(ws, NUMBER, i)), "updatedAt",
                     instant(updated_s(ws, NUMBER, i)));
}
