/*
 * pg_sqlstate.c - what an SQLSTATE means to the program: the only place where
 * they are interpreted.
 */
#include "db/pg_internal.h"

#include <string.h>

enum quosync_error_kind
sqlstate_kind(const char *state)
{
    static const struct {
        const char *prefix;
        enum quosync_error_kind kind;
    } kinds[] = {
        /* Longer prefixes stand before the class that they are an exception of. */
        { "57014", QUOSYNC_TRY_LATER },   /* query_canceled */
        { "25006", QUOSYNC_UNAVAILABLE }, /* read_only_sql_transaction: a standby */
        { "25P03", QUOSYNC_UNAVAILABLE }, /* idle_in_transaction_session_timeout */
        { "42501", QUOSYNC_CONFIG },      /* insufficient_privilege */
        { "42P01", QUOSYNC_CONFIG },      /* undefined_table: not migrated */
        { "55P03", QUOSYNC_TRY_LATER },   /* lock_not_available */
        { "08", QUOSYNC_UNAVAILABLE },    { "53", QUOSYNC_UNAVAILABLE },
        { "57", QUOSYNC_UNAVAILABLE },    { "58", QUOSYNC_UNAVAILABLE },
        { "40", QUOSYNC_TRY_LATER },      { "22", QUOSYNC_BAD_INPUT },
        { "23", QUOSYNC_BAD_INPUT },      { "54", QUOSYNC_BAD_INPUT },
        { "28", QUOSYNC_CONFIG },         { "3D", QUOSYNC_CONFIG },
        { "3F", QUOSYNC_CONFIG },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncmp(state, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
            return kinds[i].kind;
    return QUOSYNC_BUG;
}
