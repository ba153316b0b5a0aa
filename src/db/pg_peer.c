/*
 * pg_peer.c - where a connection string leads: whether it is one, and what the
 * connection came to, for whoever has to explain it.
 */
#include "db/pg_internal.h"

#include "core/error.h"

#include <libpq-fe.h>
#include <string.h>

static const char *
text_or_nothing(const char *text)
{
    return text == NULL ? "" : text;
}

/* libpq's defaults, files of services and variables are in it by now. */
static bool
checks_certificate(const PGconn *conn)
{
    PQconninfoOption *options = PQconninfo((PGconn *)(uintptr_t)conn);
    bool checks = false;

    for (const PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
        if (strcmp(o->keyword, "sslmode") == 0 && o->val != NULL)
            checks = strcmp(o->val, "verify-full") == 0 || strcmp(o->val, "verify-ca") == 0;
    PQconninfoFree(options);
    return checks;
}

static bool
stays_here(const char *host, const char *address)
{
    return host[0] == '/' || host[0] == '@' || strncmp(address, "127.", 4) == 0 ||
           strcmp(address, "::1") == 0;
}

void
pg_peer(const struct pg *pg, struct pg_peer *peer)
{
    const PGconn *conn = pg_connection(pg);
    PGconn *asked = (PGconn *)(uintptr_t)conn; /* some of libpq's questions are not const */

    *peer = (struct pg_peer){ .host = text_or_nothing(PQhost(conn)),
                              .port = text_or_nothing(PQport(conn)),
                              .database = text_or_nothing(PQdb(conn)),
                              .user = text_or_nothing(PQuser(conn)),
                              .version = PQserverVersion(conn),
                              .version_text =
                                  text_or_nothing(PQparameterStatus(conn, "server_version")),
                              .process = PQbackendPID(conn),
                              .cipher = "" };
    peer->local = stays_here(peer->host, text_or_nothing(PQhostaddr(conn)));
    if (PQsslInUse(asked) != 0) {
        peer->encrypted = true;
        peer->verified = checks_certificate(conn);
        peer->cipher = text_or_nothing(PQsslAttribute(asked, "protocol"));
    } else if (PQgssEncInUse(asked) != 0) {
        peer->encrypted = peer->verified = true; /* Kerberos knows both ends */
        peer->cipher = "GSSAPI";
    }
}

/* libpq's texts on a bad connection string quote it, and it may hold a password. */
bool
pg_conninfo_check(const char *conninfo, struct quosync_error *err)
{
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(conninfo, &message);

    if (message != NULL)
        PQfreemem(message);
    if (options == NULL) {
        (void)error_set(err, QUOSYNC_CONFIG, "cannot connect to the database: "
                                             "the connection string is malformed");
        error_hint(err, "Correct database: words as \"host=db1 dbname=crm\", or a URI.");
        return false;
    }
    PQconninfoFree(options);
    return true;
}
