/*
 * process.h - what the whole process agrees on before it does anything: its
 * descriptors, its core dumps, its locale, the seed of the JSON parser.
 */
#ifndef QUOSYNC_APP_PROCESS_H
#define QUOSYNC_APP_PROCESS_H

/* Once, first thing, before any thread. Ends the process where it cannot (no /dev/null). */
void process_prepare(void);

#endif
