/*
 * params.c - the parameters of one statement, in PostgreSQL's binary form:
 * scalars as <type>send gives them, arrays as array_send does. Each parameter
 * has a growing buffer of its own that the next statement uses again.
 */
#include "db/pg_internal.h"

#include "core/error.h"

#include <limits.h>
#include <string.h>

/* From pg_type.dat: fixed for ever. */
enum type_oid {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_TEXT = 25,
    OID_BOOL_ARRAY = 1000,
    OID_BYTEA_ARRAY = 1001,
    OID_TEXT_ARRAY = 1009,
    OID_INT8_ARRAY = 1016,
    OID_TIMESTAMPTZ = 1184,
    OID_TIMESTAMPTZ_ARRAY = 1185
};

/* A buffer that one large batch made is not kept for the small ones behind it. */
#define KEEP_BYTES ((size_t)256 << 10)

/* ndim, flags, element type, length and lower bound of the one dimension. */
#define ARRAY_HEAD_BYTES 20
#define ARRAY_FLAGS_AT 4

struct param {
    unsigned type;
    bool null;
    const void *borrowed; /* a bytea or text that is not copied */
    size_t borrowed_bytes;
    char *bytes;
    size_t n;
    size_t room;
    size_t items; /* of arrays: how many are still to come */
};

struct params {
    size_t n;
    enum quosync_error_kind failed; /* the first failure, reported by pg_run */
    struct param list[PARAMS_MAX];
};

static const struct {
    unsigned array;
    unsigned element;
} array_types[] = {
    [PARAMS_TEXT] = { OID_TEXT_ARRAY, OID_TEXT },
    [PARAMS_BYTEA] = { OID_BYTEA_ARRAY, OID_BYTEA },
    [PARAMS_BIGINT] = { OID_INT8_ARRAY, OID_INT8 },
    [PARAMS_BOOLEAN] = { OID_BOOL_ARRAY, OID_BOOL },
    [PARAMS_INSTANT] = { OID_TIMESTAMPTZ_ARRAY, OID_TIMESTAMPTZ },
};

/* What there is where no memory was for them: never written to, so threads may share it. */
static struct params unmade = { .failed = QUOSYNC_NO_MEMORY };

struct params *
params_new(void)
{
    struct params *params = memory_get(sizeof *params);

    if (params == NULL)
        return &unmade;
    memset(params, 0, sizeof *params);
    return params;
}

bool
params_made(const struct params *params)
{
    return params != &unmade;
}

void
params_free(struct params **params)
{
    if (*params == NULL || !params_made(*params))
        return;
    for (size_t i = 0; i < PARAMS_MAX; i++)
        memory_free((*params)->list[i].bytes);
    memory_free(*params);
    *params = NULL;
}

void
params_reset(struct params *params)
{
    if (!params_made(params))
        return;
    for (size_t i = 0; i < params->n; i++) {
        struct param *param = &params->list[i];

        if (param->room > KEEP_BYTES) {
            memory_free(param->bytes);
            param->bytes = NULL;
            param->room = 0;
        }
    }
    params->n = 0;
    params->failed = QUOSYNC_OK;
}

static void
fail(struct params *params, enum quosync_error_kind kind)
{
    if (params->failed == QUOSYNC_OK)
        params->failed = kind;
}

void
params_no_memory(struct params *params)
{
    fail(params, QUOSYNC_NO_MEMORY);
}

/* The next parameter, empty; NULL when something failed before. */
static struct param *
next(struct params *params, unsigned type)
{
    struct param *param;

    if (params->failed != QUOSYNC_OK)
        return NULL;
    if (params->n == PARAMS_MAX) {
        fail(params, QUOSYNC_BUG);
        return NULL;
    }
    param = &params->list[params->n++];
    param->type = type;
    param->null = false;
    param->borrowed = NULL;
    param->borrowed_bytes = 0;
    param->n = 0;
    param->items = 0;
    return param;
}

/* Room for `bytes` more, or NULL; the failure is remembered. */
static char *
grow(struct params *params, struct param *param, size_t bytes)
{
    size_t room = param->room;
    char *block;

    if (bytes > PARAMS_VALUE_MAX_BYTES || param->n + bytes > PARAMS_VALUE_MAX_BYTES) {
        fail(params, QUOSYNC_BAD_INPUT);
        return NULL;
    }
    if (param->n + bytes > room) {
        room = room < 256 ? 256 : room * 2;
        if (room < param->n + bytes)
            room = param->n + bytes;
        block = memory_resize(param->bytes, room);
        if (block == NULL) {
            fail(params, QUOSYNC_NO_MEMORY);
            return NULL;
        }
        param->bytes = block;
        param->room = room;
    }
    block = param->bytes + param->n;
    param->n += bytes;
    return block;
}

static void
put32(char *at, uint32_t value)
{
    at[0] = (char)(value >> 24);
    at[1] = (char)(value >> 16);
    at[2] = (char)(value >> 8);
    at[3] = (char)value;
}

static void
put64(char *at, int64_t value)
{
    put32(at, (uint32_t)((uint64_t)value >> 32));
    put32(at + 4, (uint32_t)(uint64_t)value);
}

/* INT64_MIN is -infinity for both; an instant of the years 1970 to 9999 fits. */
static int64_t
pg_instant(int64_t us)
{
    return us == INT64_MIN || us == INT64_MAX ? us : us - PG_EPOCH_US;
}

static void
borrow(struct params *params, unsigned type, const void *bytes, size_t n)
{
    struct param *param = next(params, type);

    if (param == NULL)
        return;
    if (n > PARAMS_VALUE_MAX_BYTES) {
        fail(params, QUOSYNC_BAD_INPUT);
        return;
    }
    param->null = bytes == NULL;
    param->borrowed = bytes;
    param->borrowed_bytes = n;
}

void
params_text(struct params *params, const char *text)
{
    borrow(params, OID_TEXT, text, text == NULL ? 0 : strlen(text));
}

void
params_bytes(struct params *params, const void *bytes, size_t n)
{
    borrow(params, OID_BYTEA, bytes, n);
}

static void
put_scalar64(struct params *params, unsigned type, int64_t value)
{
    struct param *param = next(params, type);
    char *at = param == NULL ? NULL : grow(params, param, 8);

    if (at != NULL)
        put64(at, value);
}

void
params_bigint(struct params *params, int64_t value)
{
    put_scalar64(params, OID_INT8, value);
}

void
params_instant(struct params *params, int64_t us)
{
    put_scalar64(params, OID_TIMESTAMPTZ, pg_instant(us));
}

void
params_boolean(struct params *params, bool value)
{
    struct param *param = next(params, OID_BOOL);
    char *at = param == NULL ? NULL : grow(params, param, 1);

    if (at != NULL)
        *at = value ? 1 : 0;
}

void
params_array(struct params *params, enum params_array type, size_t n)
{
    struct param *param = next(params, array_types[type].array);
    char *at;

    if (param == NULL)
        return;
    if (n > INT_MAX) {
        fail(params, QUOSYNC_BAD_INPUT);
        return;
    }
    /* An empty array has no dimension at all. */
    at = grow(params, param, n == 0 ? 12 : ARRAY_HEAD_BYTES);
    if (at == NULL)
        return;
    param->items = n;
    put32(at, n == 0 ? 0 : 1);
    put32(at + ARRAY_FLAGS_AT, 0);
    put32(at + 8, array_types[type].element);
    if (n > 0) {
        put32(at + 12, (uint32_t)n);
        put32(at + 16, 1);
    }
}

/* An element of the array that was begun last: room for its bytes, or NULL. */
static char *
item(struct params *params, size_t bytes, bool null)
{
    struct param *param;
    char *at;

    if (params->n == 0 || params->failed != QUOSYNC_OK)
        return NULL;
    param = &params->list[params->n - 1];
    if (param->items == 0 || bytes > PARAMS_VALUE_MAX_BYTES) {
        fail(params, param->items == 0 ? QUOSYNC_BUG : QUOSYNC_BAD_INPUT);
        return NULL;
    }
    at = grow(params, param, 4 + bytes);
    if (at == NULL)
        return NULL;
    param->items--;
    put32(at, null ? UINT32_MAX : (uint32_t)bytes);
    if (null)
        put32(param->bytes + ARRAY_FLAGS_AT, 1);
    return at + 4;
}

void
params_item_null(struct params *params)
{
    (void)item(params, 0, true);
}

void
params_item_bytes(struct params *params, const void *bytes, size_t n)
{
    char *at = item(params, bytes == NULL ? 0 : n, bytes == NULL);

    if (at != NULL && bytes != NULL && n > 0)
        memcpy(at, bytes, n);
}

void
params_item_text(struct params *params, const char *text)
{
    params_item_bytes(params, text, text == NULL ? 0 : strlen(text));
}

void
params_item_bigint(struct params *params, int64_t value)
{
    char *at = item(params, 8, false);

    if (at != NULL)
        put64(at, value);
}

void
params_item_boolean(struct params *params, bool value)
{
    char *at = item(params, 1, false);

    if (at != NULL)
        *at = value ? 1 : 0;
}

void
params_item_instant(struct params *params, int64_t us)
{
    params_item_bigint(params, pg_instant(us));
}

bool
params_look(const struct params *params, struct params_view *view, struct quosync_error *err)
{
    if (params->failed == QUOSYNC_NO_MEMORY)
        return error_no_memory(err);
    if (params->failed != QUOSYNC_OK)
        return error_set(err, params->failed, "a parameter is too long or out of place");
    view->n = (int)params->n;
    for (size_t i = 0; i < params->n; i++) {
        const struct param *param = &params->list[i];

        if (param->items > 0)
            return error_set(err, QUOSYNC_BUG, "the array of parameter %zu lacks %zu elements",
                             i + 1, param->items);
        view->types[i] = param->type;
        view->formats[i] = 1;
        if (param->null) {
            view->values[i] = NULL;
            view->lengths[i] = 0;
        } else {
            view->values[i] = param->borrowed != NULL ? param->borrowed : param->bytes;
            view->lengths[i] = (int)(param->borrowed != NULL ? param->borrowed_bytes : param->n);
        }
    }
    return true;
}
