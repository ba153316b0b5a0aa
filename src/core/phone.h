/*
 * phone.h - from a phone number as somebody typed it to E.164, by the one rule
 * that the schema's `e164` columns follow.
 */
#ifndef QUOSYNC_CORE_PHONE_H
#define QUOSYNC_CORE_PHONE_H

#include <stdbool.h>

/* Room for "+", 15 digits and a NUL. */
#define PHONE_E164_SIZE 17

/*
 * phone_e164 - derive E.164 where the value allows it.
 *
 *   value         as it came; ends with a NUL
 *   country_code  1: a number of ten digits, or eleven that begin with 1, is
 *                 one of the North American plan; 0: only "+" counts
 *
 * Blanks, '.', '-', '(' and ')' are passed over. Returns false when nothing
 * can be derived (short codes, names, SIP addresses): that is no error.
 */
bool phone_e164(const char *value, int country_code, char e164[PHONE_E164_SIZE]);

#endif
