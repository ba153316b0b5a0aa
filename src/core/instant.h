/*
 * instant.h - instants inside core: what quosync.h's parser does not offer.
 * The public functions (quosync_instant_parse, _format) are in instant.c, too.
 */
#ifndef QUOSYNC_CORE_INSTANT_H
#define QUOSYNC_CORE_INSTANT_H

#include "quosync.h"

#define INSTANT_DAY_US (INT64_C(86400) * 1000000)

/*
 * instant_parse_date - read the date of a custom field: an RFC 3339 instant or
 * a plain YYYY-MM-DD, which is midnight UTC; years 0001 to 9999.
 *
 * Returns false when it is neither; that is no error, the value then stays as
 * it came. *us may be negative.
 */
bool instant_parse_date(const char *text, size_t bytes, int64_t *us);

#endif
