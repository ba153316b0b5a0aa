/*
 * log_list.c - see log_list.h.
 */
#include "base/log_list.h"

#include <string.h>

struct log_line {
    struct log_line *next;
    enum log_level level;
    const char *event; /* a literal, as the keys are */
    struct log_field *fields;
};

static struct log_line *
copy(struct log_list *list, enum log_level level, const char *event,
     const struct log_field *fields)
{
    struct log_line *line = arena_get(&list->arena, sizeof *line);
    size_t n = 0;

    while (fields[n].type != LOG_FIELD_NONE)
        n++;
    if (line == NULL)
        return NULL;
    *line = (struct log_line){ .level = level, .event = event };
    line->fields = arena_get(&list->arena, (n + 1) * sizeof *fields);
    if (line->fields == NULL)
        return NULL;
    memcpy(line->fields, fields, (n + 1) * sizeof *fields);
    for (size_t i = 0; i < n; i++) {
        struct log_field *field = &line->fields[i];

        if (field->text == NULL)
            continue;
        field->text = arena_text(&list->arena, field->text, strlen(field->text));
        if (field->text == NULL)
            return NULL;
    }
    return line;
}

void
log_list_add(struct log_list *list, enum log_level level, const char *event,
             const struct log_field *fields)
{
    struct log_line *line;

    if (!log_enabled(level))
        return;
    line = copy(list, level, event, fields);
    if (line == NULL) {
        log_write(level, event, fields);
        return;
    }
    if (list->last != NULL)
        list->last->next = line;
    else
        list->first = line;
    list->last = line;
}

void
log_list_write(struct log_list *list)
{
    for (const struct log_line *line = list->first; line != NULL; line = line->next)
        log_write(line->level, line->event, line->fields);
    log_list_done(list);
}

void
log_list_done(struct log_list *list)
{
    arena_done(&list->arena);
    *list = (struct log_list){ 0 };
}
