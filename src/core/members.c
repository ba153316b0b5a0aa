/*
 * members.c - the tables of members.h at work: type checks, copies into the
 * arena, and paths for errors.
 */
#include "core/members.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/json_write.h"

#define PATH_SIZE 160 /* the longest of ours has some 60 characters */

/* ---- places --------------------------------------------------------- */

struct node
node_top(json_t *json)
{
    return (struct node){ .json = json };
}

struct node
node_member(const struct node *object, const char *name)
{
    /* json_object_get gives NULL for NULL and for what is no object. */
    return (struct node){ .parent = object, .name = name,
                          .json = json_object_get(object->json, name) };
}

struct node
node_item(const struct node *list, size_t index)
{
    return (struct node){ .parent = list, .index = index,
                          .json = json_array_get(list->json, index) };
}

bool
node_is_absent(const struct node *node)
{
    return node->json == NULL || json_is_null(node->json);
}

/* Writes "data.resource.emails[0].value" and returns its length; the top has no name. */
static size_t
write_path(const struct node *node, char path[PATH_SIZE])
{
    size_t n;
    int more;

    if (node->parent == NULL) {
        path[0] = '\0';
        return 0;
    }
    n = write_path(node->parent, path);
    if (node->name == NULL)
        more = snprintf(path + n, PATH_SIZE - n, "[%zu]", node->index);
    else
        more = snprintf(path + n, PATH_SIZE - n, "%s%s", n > 0 ? "." : "", node->name);
    n += more > 0 ? (size_t)more : 0;
    return n < PATH_SIZE ? n : PATH_SIZE - 1;
}

bool
node_bad(const struct reader *reader, const struct node *node, const char *why)
{
    char path[PATH_SIZE];

    (void)write_path(node, path);
    return error_set(reader->err, QUOSYNC_BAD_INPUT, "%s %s", path, why);
}

bool
node_object(const struct reader *reader, const struct node *node)
{
    return node_is_absent(node) || json_is_object(node->json) ||
           node_bad(reader, node, "is not an object");
}

bool
node_list(const struct reader *reader, const struct node *node, size_t *n)
{
    *n = node_is_absent(node) ? 0 : json_array_size(node->json);
    return node_is_absent(node) || json_is_array(node->json) ||
           node_bad(reader, node, "is not a list");
}

/* ---- values --------------------------------------------------------- */

static bool
read_text(const struct reader *reader, const struct node *node, const char **text)
{
    if (!json_is_string(node->json))
        return node_bad(reader, node, "is not a string");
    *text = arena_text(reader->arena, json_string_value(node->json),
                       json_string_length(node->json));
    return *text != NULL || error_no_memory(reader->err);
}

static bool
read_id(const struct reader *reader, const struct node *node, bool may_be_empty,
        const char **text)
{
    size_t bytes = json_string_length(node->json);

    if (json_is_string(node->json) && bytes == 0 && !may_be_empty)
        return node_bad(reader, node, "is empty");
    if (bytes > ID_BYTES_AT_MOST)
        return node_bad(reader, node, "is longer than 255 bytes");
    return read_text(reader, node, text);
}

static bool
read_instant(const struct reader *reader, const struct node *node,
             struct quosync_instant *instant)
{
    struct quosync_error why;

    if (!json_is_string(node->json))
        return node_bad(reader, node, "is not a string");
    if (!quosync_instant_parse(json_string_value(node->json), json_string_length(node->json),
                               &instant->us, &why)) {
        char is[sizeof why.text + 4];

        (void)snprintf(is, sizeof is, "is %s", why.text);
        return node_bad(reader, node, is);
    }
    instant->known = true;
    return true;
}

static bool
read_seconds(const struct reader *reader, const struct node *node, const char **text)
{
    if (!json_is_number(node->json))
        return node_bad(reader, node, "is not a number");
    return json_write_number(node->json, reader->arena, text, reader->err);
}

static bool
read_flag(const struct reader *reader, const struct node *node, enum quosync_flag *flag)
{
    if (!json_is_boolean(node->json))
        return node_bad(reader, node, "is not a boolean");
    *flag = json_is_true(node->json) ? QUOSYNC_TRUE : QUOSYNC_FALSE;
    return true;
}

static bool
read_texts(const struct reader *reader, const struct node *node, bool ids,
           struct quosync_strings *texts)
{
    size_t n;

    if (!node_list(reader, node, &n))
        return false;
    if (n == 0)
        return true;
    texts->items = arena_get_zeroed(reader->arena, n, sizeof *texts->items);
    if (texts->items == NULL)
        return error_no_memory(reader->err);
    for (; texts->n < n; texts->n++) {
        struct node item = node_item(node, texts->n);
        const char **text = &texts->items[texts->n];

        if (!(ids ? read_id(reader, &item, false, text) : read_text(reader, &item, text)))
            return false;
    }
    return true;
}

static bool
read_list(const struct reader *reader, const struct node *node, const char **text)
{
    if (!json_is_array(node->json))
        return node_bad(reader, node, "is not a list");
    return json_write(node->json, reader->arena, text, reader->err);
}

/* ---- tables --------------------------------------------------------- */

static bool
read_value(const struct reader *reader, const struct node *node, enum member_type type, void *into)
{
    switch (type) {
    case MEMBER_TEXT:
        return read_text(reader, node, into);
    case MEMBER_ID:
        return read_id(reader, node, false, into);
    case MEMBER_KEY:
        return read_id(reader, node, true, into);
    case MEMBER_INSTANT:
        return read_instant(reader, node, into);
    case MEMBER_SECONDS:
        return read_seconds(reader, node, into);
    case MEMBER_FLAG:
        return read_flag(reader, node, into);
    case MEMBER_TEXTS:
        return read_texts(reader, node, false, into);
    case MEMBER_IDS:
        return read_texts(reader, node, true, into);
    case MEMBER_LIST:
        return read_list(reader, node, into);
    }
    return error_set(reader->err, QUOSYNC_BUG, "unknown type of a member: %d", (int)type);
}

bool
members_read(const struct reader *reader, const struct node *object,
             const struct member *members, size_t n, void *into)
{
    if (!node_object(reader, object))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct member *member = &members[i];
        struct node node = node_member(object, member->name);
        bool absent = node_is_absent(&node);

        if (absent && (member->flags & MEMBER_REQUIRED) != 0)
            return node_bad(reader, &node, node.json == NULL ? "is missing" : "is null");
        if (!absent && !read_value(reader, &node, member->type, (char *)into + member->offset))
            return false;
        if ((member->flags & MEMBER_TELLS) != 0)
            *(bool *)((char *)into + member->told) = node.json != NULL;
        if ((member->flags & MEMBER_TELLS_FULL) != 0)
            *(bool *)((char *)into + member->told) = !absent;
    }
    return true;
}

bool
member_instant(const struct reader *reader, const struct node *object, const char *name,
               int64_t *us)
{
    struct member member = { name, MEMBER_INSTANT, MEMBER_REQUIRED, 0, 0 };
    struct quosync_instant read = { 0 };

    if (!members_read(reader, object, &member, 1, &read))
        return false;
    *us = read.us;
    return true;
}

bool
members_read_list(const struct reader *reader, const struct node *list,
                  const struct member *members, size_t n_members, size_t item_bytes,
                  void **items, size_t *n)
{
    char *array;
    size_t length;

    *items = NULL;
    *n = 0;
    if (!node_list(reader, list, &length))
        return false;
    if (length == 0)
        return true;
    array = arena_get_zeroed(reader->arena, length, item_bytes);
    if (array == NULL)
        return error_no_memory(reader->err);
    for (size_t i = 0; i < length; i++) {
        struct node item = node_item(list, i);

        if (!json_is_object(item.json))
            return node_bad(reader, &item, "is not an object");
        if (!members_read(reader, &item, members, n_members, array + i * item_bytes))
            return false;
    }
    *items = array;
    *n = length;
    return true;
}
