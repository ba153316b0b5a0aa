/*
 * systemd.c - the three messages, over libsystemd.
 */
#include <config.h>

#include "base/systemd.h"

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
