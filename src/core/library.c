/*
 * library.c - what the public library says about itself.
 */
#include "config.h"
#include "quosync.h"

const char *
quosync_version(void)
{
    return PACKAGE_VERSION;
}
