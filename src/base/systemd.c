/*
 * systemd.c - three messages and the passed sockets, over libsystemd.
 */
#include <config.h>

#include "base/systemd.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/error.h"

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

static void
say(const char *state)
{
#ifdef HAVE_SYSTEMD
    (void)sd_notify(0, state);
#else
    (void)state;
#endif
}

void
systemd_ready(void)
{
    say("READY=1");
}

void
systemd_stopping(void)
{
    say("STOPPING=1");
}

void
systemd_alive(void)
{
    say("WATCHDOG=1");
}

#ifdef HAVE_SYSTEMD
static void
free_names(char **names)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++)
        free(names[i]);
    free(names);
}

/* One passed socket: is it the one, and is it any good? */
static bool
consider(int passed, const char *its_name, const char *name, int *fd, struct quosync_error *err)
{
    if (strcmp(its_name, "listen") != 0 && strcmp(its_name, "admin_listen") != 0) {
        (void)error_set(err, QUOSYNC_CONFIG, "cannot use the socket \"%s\" that systemd passes: "
                        "its FileDescriptorName must be listen or admin_listen", its_name);
        error_hint(err, "Set FileDescriptorName= in the .socket unit.");
        return false;
    }
    if (strcmp(its_name, name) != 0)
        return true;
    if (*fd >= 0) {
        (void)error_set(err, QUOSYNC_CONFIG, "cannot use two sockets \"%s\" that systemd passes",
                        name);
        error_hint(err, "Leave one ListenStream= of that name in the .socket units.");
        return false;
    }
    if (sd_is_socket(passed, AF_UNSPEC, SOCK_STREAM, 1) <= 0) {
        (void)error_set(err, QUOSYNC_CONFIG, "cannot use the socket \"%s\" that systemd passes: "
                        "it does not listen for streams", name);
        error_hint(err, "Make it a ListenStream= with Accept=no.");
        return false;
    }
    (void)fcntl(passed, F_SETFL, fcntl(passed, F_GETFL) | O_NONBLOCK);
    *fd = passed;
    return true;
}
#endif

bool
systemd_socket(const char *name, int *fd, struct quosync_error *err)
{
    *fd = -1;
#ifdef HAVE_SYSTEMD
    char **names = NULL;
    const int n = sd_listen_fds_with_names(0, &names);
    bool ok = true;

    for (int i = 0; ok && i < n; i++)
        ok = consider(SD_LISTEN_FDS_START + i, names[i], name, fd, err);
    free_names(names);
    return ok;
#else
    (void)name;
    (void)err;
    return true;
#endif
}
