/*
 * systemd.h - how the process is, said to systemd. Says nothing where it does not
 * run under systemd, or was built without libsystemd. Any thread.
 */
#ifndef QUOSYNC_BASE_SYSTEMD_H
#define QUOSYNC_BASE_SYSTEMD_H

/* The process listens (Type=notify waits for it). */
void systemd_ready(void);

/* The process was told to end, and finishes what it has begun. */
void systemd_stopping(void);

/* Its threads move; WatchdogSec of the unit says how often this must be heard. */
void systemd_alive(void);

#endif
