/*
 * framing.h - where a request ends, read strictly. Two readings of one request
 * (a proxy's and ours) are how requests are smuggled, and libmicrohttpd before
 * 1.0.4 reads generously.
 */
#ifndef QUOSYNC_NET_FRAMING_H
#define QUOSYNC_NET_FRAMING_H

#include "quosync.h"

struct MHD_Connection;

struct framing {
    bool bad;       /* 400, and the connection is closed */
    bool has_body;  /* a length or chunks were announced */
    uint64_t bytes; /* of the announced length; 0 for chunks */
};

void framing_read(struct MHD_Connection *connection, struct framing *framing);

/*
 * How many header lines have this name, in any case; the first one's value is
 * set, borrowed from the connection.
 */
size_t framing_header(struct MHD_Connection *connection, const char *name, const char **value,
                      size_t *bytes);

#endif
