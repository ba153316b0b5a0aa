/*
 * log_list.h - log lines that are true only once something else is: kept until a
 * transaction is committed, and dropped where it is rolled back.
 */
#ifndef QUOSYNC_BASE_LOG_LIST_H
#define QUOSYNC_BASE_LOG_LIST_H

#include "base/log.h"
#include "core/memory.h"

struct log_line;

/* All-zero is the empty state. One thread at a time. */
struct log_list {
    struct arena arena; /* the lines and their texts */
    struct log_line *first, *last;
};

/* Keeps a copy of a line that would be written. Without memory it is written at once. */
void log_list_add(struct log_list *list, enum log_level level, const char *event,
                  const struct log_field *fields);

/* Writes the lines in their order, and drops them. */
void log_list_write(struct log_list *list);
void log_list_done(struct log_list *list);

#endif
