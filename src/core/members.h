/*
 * members.h - reading JSON objects into structs by tables: one line says a
 * member's name, its type, whether it must be there, and where it goes. Errors
 * name the path of the member, never what it holds.
 */
#ifndef QUOSYNC_CORE_MEMBERS_H
#define QUOSYNC_CORE_MEMBERS_H

#include <jansson.h>

#include "core/memory.h"
#include "quosync.h"

#define ID_BYTES_AT_MOST 255

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Where values are copied to and errors go. */
struct reader {
    struct arena *arena;
    struct quosync_error *err;
};

/* A place in the tree. Borrows its parent: made on the stack, on the way down. */
struct node {
    const struct node *parent; /* NULL at the top */
    const char *name;          /* of a member; NULL for an item of a list */
    size_t index;              /* of an item, from 0 */
    json_t *json;              /* NULL when the member is absent */
};

struct node node_top(json_t *json);
struct node node_member(const struct node *object, const char *name);
struct node node_item(const struct node *list, size_t index);
bool node_is_absent(const struct node *node); /* or null, which most rules treat alike */

/* Returns false with "data.resource.id is not a string", of the node and `why`. */
bool node_bad(const struct reader *reader, const struct node *node, const char *why);

/* Whether it is an object, or absent or null: then all of its members are absent. */
bool node_object(const struct reader *reader, const struct node *node);
/* The same of a list; *n is 0 where there is none. */
bool node_list(const struct reader *reader, const struct node *node, size_t *n);

enum member_type {
    MEMBER_TEXT,    /* const char * */
    MEMBER_ID,      /* const char *: 1 to 255 bytes */
    MEMBER_KEY,     /* const char *: at most 255 bytes */
    MEMBER_INSTANT, /* struct quosync_instant */
    MEMBER_SECONDS, /* const char *, decimal */
    MEMBER_FLAG,    /* enum quosync_flag */
    MEMBER_TEXTS,   /* struct quosync_strings */
    MEMBER_IDS,     /* struct quosync_strings: each 1 to 255 bytes */
    MEMBER_LIST     /* const char *: JSON text of a list */
};

enum member_flags {
    MEMBER_REQUIRED = 1,  /* an error when it is absent or null */
    MEMBER_TELLS = 2,     /* a bool tells whether it was there, null or not */
    MEMBER_TELLS_FULL = 4 /* a bool tells whether it was there and not null */
};

struct member {
    const char *name;
    enum member_type type;
    unsigned flags;
    size_t offset; /* of the value in the struct */
    size_t told;   /* of the bool in the struct, where flags ask for one */
};

/*
 * Reads n members of an object into a zeroed struct. Absent and null leave it
 * as it is. Errors: QUOSYNC_BAD_INPUT, QUOSYNC_NO_MEMORY.
 */
bool members_read(const struct reader *reader, const struct node *object,
                  const struct member *members, size_t n, void *into) QUOSYNC_MUST_CHECK;

/* An instant that must be there. */
bool member_instant(const struct reader *reader, const struct node *object, const char *name,
                    int64_t *us) QUOSYNC_MUST_CHECK;

/*
 * Reads a list of objects, each by the same members, into an array of zeroed
 * structs in the arena; NULL and 0 where there is no list or an empty one.
 */
bool members_read_list(const struct reader *reader, const struct node *list,
                       const struct member *members, size_t n_members, size_t item_bytes,
                       void **items, size_t *n) QUOSYNC_MUST_CHECK;

#endif
