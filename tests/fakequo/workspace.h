/*
 * workspace.h - a Quo workspace of any size, made from a seed: every object is
 * a function of (seed, kind, index, revision), so a million contacts need no
 * more memory than their revisions.
 */
#ifndef QUOSYNC_TESTS_FAKEQUO_WORKSPACE_H
#define QUOSYNC_TESTS_FAKEQUO_WORKSPACE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind { CONTACT, CALL, MESSAGE, USER, NUMBER, KINDS };

struct workspace {
    uint64_t seed;
    int64_t now_s;       /* when the workspace was made: nothing in it is newer */
    int64_t span_s;      /* calls and messages lie within this many seconds before */
    size_t n[KINDS];
    size_t known;        /* contacts at the start: whose numbers call and write */
    uint8_t *revision[KINDS]; /* how many times the object was changed */
    bool *gone[KINDS];
    size_t n_gone[KINDS];
};

/* A number that depends on every argument and looks random. */
uint64_t workspace_mix(const struct workspace *ws, enum kind kind, uint64_t i, uint64_t salt);

/* An instant as Quo writes it; whole seconds without a fraction. */
json_t *workspace_instant(int64_t ms);

/* Aborts when there is no memory: this is a test's program. */
void workspace_init(struct workspace *ws);
void workspace_done(struct workspace *ws);

/* Changes one object: a new revision has new content and a later updatedAt. */
void workspace_touch(struct workspace *ws, enum kind kind, size_t i);
void workspace_remove(struct workspace *ws, enum kind kind, size_t i);
/* One object more, at the end. */
void workspace_add(struct workspace *ws, enum kind kind);

const char *workspace_org_id(void);
/* The object's id, valid until the next call. */
const char *workspace_id(const struct workspace *ws, enum kind kind, size_t i);
/* The index of an id; false when there is no such object, or no longer. */
bool workspace_find(const struct workspace *ws, enum kind kind, const char *id, size_t *i);
/* createdAt of a call or message: grows with the index. */
int64_t workspace_created_s(const struct workspace *ws, enum kind kind, size_t i);
/* How many of kind were created before the instant. */
size_t workspace_created_before(const struct workspace *ws, enum kind kind, int64_t us);

/* REST's form of the object. */
json_t *workspace_contact(const struct workspace *ws, size_t i);
json_t *workspace_call(const struct workspace *ws, size_t i, bool summary, bool voicemail);
json_t *workspace_recordings(const struct workspace *ws, size_t i);
json_t *workspace_transcripts(const struct workspace *ws, size_t i);
json_t *workspace_message(const struct workspace *ws, size_t i);
json_t *workspace_user(const struct workspace *ws, size_t i);
json_t *workspace_number(const struct workspace *ws, size_t i);
json_t *workspace_field_definitions(void);

/* How many events the object has, and the envelope of one. */
size_t workspace_events(const struct workspace *ws, enum kind kind, size_t i);
json_t *workspace_event(const struct workspace *ws, enum kind kind, size_t i, size_t event);

#endif
