/*
 * reconcile_walk.c - walks over Quo's lists, with the suspicion that its
 * documentation asks for (doc/quo.md, "pages").
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/reconcile_internal.h"
#include "core/digest.h"
#include "core/error.h"

#define PATH_SIZE 3000
#define PAGE_ITEMS "50" /* the most that either surface gives */
#define PAGES_AT_MOST 100000

/*
 * A walk with what it owns. Tokens are remembered by digest, in a table of open
 * addressing that is at most half full: a few bytes and one look for each page.
 */
struct walking {
    struct walk walk; /* first, so that a walk is its walking */
    char *path, *token;
    uint64_t *seen; /* room of them, a power of two; 0: free */
    size_t n_seen, room;
    bool empty_before;
};

static void
walking_free(struct walking *walking)
{
    if (walking == NULL)
        return;
    memory_free(walking->path);
    memory_free(walking->token);
    memory_free(walking->seen);
    memory_free(walking);
}

static char *
copy_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = memory_get(bytes);

    if (copy != NULL)
        memcpy(copy, text, bytes);
    return copy;
}

static bool got_page(struct step *step, void *owner, const struct api_answer *answer, int64_t t_us,
                     struct quosync_error *err);

static bool
ask_page(struct walking *walking, struct quosync_error *err)
{
    const struct walk *walk = &walking->walk;
    char path[PATH_SIZE];
    const char *glue = strchr(walk->path, '?') != NULL ? "&" : "?";
    int n = snprintf(path, sizeof path, "%s%s%s=" PAGE_ITEMS, walk->path, glue,
                     walk->v1 ? "maxResults" : "limit");
    struct step_request request = { .path = path,
                                    .urgent = walk->urgent,
                                    .handler = got_page,
                                    .owner = walking };

    if (n < 0 || (size_t)n >= sizeof path)
        return error_set(err, QUOSYNC_BUG, "cannot ask for %s: a path of %d bytes", walk->path, n);
    if (walking->token != NULL) {
        n += snprintf(path + n, sizeof path - (size_t)n, "&%s=", walk->v1 ? "pageToken" : "after");
        if ((size_t)n >= sizeof path || !api_path_add(path, sizeof path, walking->token))
            return error_set(err, QUOSYNC_UNAVAILABLE,
                             "cannot ask for the next page: Quo gave a token of %zu bytes",
                             strlen(walking->token));
    }
    return run_submit(walk->step, &request, err);
}

/* ---- reading a page ------------------------------------------------------------- */

/* Where the digest is, or would be put. */
static uint64_t *
place_of(uint64_t *seen, size_t room, uint64_t digest)
{
    size_t i = (size_t)digest & (room - 1);

    while (seen[i] != 0 && seen[i] != digest)
        i = (i + 1) & (room - 1);
    return &seen[i];
}

static bool
make_room(struct walking *walking, struct quosync_error *err)
{
    size_t room = walking->room > 0 ? walking->room * 2 : 64;
    uint64_t *seen;

    if (walking->n_seen < walking->room / 2)
        return true;
    seen = memory_get(room * sizeof *seen);
    if (seen == NULL)
        return error_no_memory(err);
    memset(seen, 0, room * sizeof *seen);
    for (size_t i = 0; i < walking->room; i++)
        if (walking->seen[i] != 0)
            *place_of(seen, room, walking->seen[i]) = walking->seen[i];
    memory_free(walking->seen);
    walking->seen = seen;
    walking->room = room;
    return true;
}

/* Tests of an endless list need not read so much of it. */
static size_t
pages_at_most(void)
{
#ifdef ENABLE_POINTS
    const char *text = getenv("QUOSYNC_TEST_PAGES_AT_MOST");

    if (text != NULL)
        return (size_t)strtoul(text, NULL, 10);
#endif
    return PAGES_AT_MOST;
}

/* Remembers the token; an error when it was there before. */
static bool
note_token(struct walking *walking, const char *token, struct quosync_error *err)
{
    uint64_t digest, *place;

    if (walking->walk.pages > pages_at_most())
        return error_set(err, QUOSYNC_UNAVAILABLE, "%s: Quo's list has no end after %d pages",
                         walking->walk.path, (int)pages_at_most());
    if (!digest_64(token, strlen(token), &digest, err) || !make_room(walking, err))
        return false;
    digest |= digest == 0; /* 0 is a free place */
    place = place_of(walking->seen, walking->room, digest);
    if (*place == digest)
        return error_set(err, QUOSYNC_UNAVAILABLE,
                         "%s: Quo's list goes round in a circle: page %zu leads back to an "
                         "earlier one", walking->walk.path, walking->walk.pages);
    *place = digest;
    walking->n_seen++;
    return true;
}

/* Only an explicit null, or an empty text, ends a list. */
static bool
read_token(struct walking *walking, const json_t *page, struct quosync_error *err)
{
    const char *member = walking->walk.v1 ? "nextPageToken" : "nextCursor";
    json_t *token = json_object_get(page, member);

    walking->walk.next_token = NULL;
    if (json_is_null(token) || (json_is_string(token) && json_string_length(token) == 0))
        return true;
    if (!json_is_string(token))
        return error_set(err, QUOSYNC_UNAVAILABLE,
                         "%s: page %zu of Quo's list says neither where to go on nor that it is "
                         "the last (%s)", walking->walk.path, walking->walk.pages, member);
    walking->walk.next_token = json_string_value(token);
    return note_token(walking, walking->walk.next_token, err);
}

static bool
end_walk(struct walking *walking, bool complete, struct quosync_error *err)
{
    struct walk *walk = &walking->walk;
    bool good = walk->end == NULL || walk->end(walk, complete, err);

    walking_free(walking);
    return good;
}

/*
 * Ends the walk or asks for the next page. An empty page with a token may be the
 * end: one more is asked for, and where that is empty too, the walk ends without
 * being complete (doc/quo.md, "pages").
 */
static bool
go_on(struct walking *walking, bool stop, bool empty, struct quosync_error *err)
{
    struct walk *walk = &walking->walk;

    if (stop || walk->next_token == NULL)
        return end_walk(walking, !stop, err);
    if (empty && walking->empty_before)
        return end_walk(walking, false, err);
    walking->empty_before = empty;
    memory_free(walking->token);
    walking->token = copy_text(walk->next_token);
    walk->next_token = NULL;
    if ((walking->token == NULL && !error_no_memory(err)) || !ask_page(walking, err)) {
        walking_free(walking);
        return false;
    }
    return true;
}

static bool
take_page(struct walking *walking, const struct api_answer *answer, int64_t t_us, bool *stop,
          struct quosync_error *err)
{
    struct walk *walk = &walking->walk;
    json_t *data = json_object_get(answer->json, "data");

    walk->pages++;
    if (!json_is_array(data))
        return error_set(err, QUOSYNC_UNAVAILABLE, "%s: page %zu of Quo's list has no data",
                         walk->path, walk->pages);
    return read_token(walking, answer->json, err) && walk->page(walk, data, t_us, stop, err);
}

/* A stored token that Quo has forgotten: the first page of a walk that began in the middle. */
static bool
is_expired(const struct walking *walking, const struct api_answer *answer)
{
    return walking->walk.pages == 0 && walking->token != NULL && walking->walk.expired != NULL &&
           (answer->status == 400 || answer->status == 404);
}

static bool
got_page(struct step *step, void *owner, const struct api_answer *answer, int64_t t_us,
         struct quosync_error *err)
{
    struct walking *walking = owner;
    bool stop = false, good;

    (void)step;
    if (answer == NULL) {
        walking_free(walking);
        return true;
    }
    if (is_expired(walking, answer)) {
        good = walking->walk.expired(&walking->walk, err);
        walking_free(walking);
        return good;
    }
    if (answer->status >= 400)
        good = client_refused(answer, walking->walk.path, err);
    else
        good = take_page(walking, answer, t_us, &stop, err);
    if (!good) {
        walking_free(walking);
        return false;
    }
    return go_on(walking, stop, json_array_size(json_object_get(answer->json, "data")) == 0, err);
}

bool
walk_start(const struct walk *like, struct quosync_error *err)
{
    struct walking *walking = memory_get(sizeof *walking);

    if (walking == NULL)
        return error_no_memory(err);
    *walking = (struct walking){ .walk = *like, .path = copy_text(like->path) };
    walking->walk.path = walking->path;
    if (like->token != NULL)
        walking->token = copy_text(like->token);
    if (walking->path == NULL || (like->token != NULL && walking->token == NULL)) {
        walking_free(walking);
        return error_no_memory(err);
    }
    if (!ask_page(walking, err)) {
        walking_free(walking);
        return false;
    }
    return true;
}
