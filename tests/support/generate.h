/*
 * generate.h - deliveries made up for tests and benchmarks: bodies of Quo's
 * events, reproducible from a seed. Knows the form of the events and nothing
 * of the program.
 */
#ifndef QUOSYNC_TESTS_GENERATE_H
#define QUOSYNC_TESTS_GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The body of one event, built up piece by piece. All-zero is the empty state. */
struct generator {
    uint64_t random; /* the seed; not 0 */
    unsigned set;    /* of generate_trouble: sets share no contact, message or call */
    unsigned few;    /* of generate_trouble: ids of each kind at most; 0: three to five */
    char *body;      /* ends in a 0 byte that is not counted */
    size_t bytes;
    size_t room;
};

void generator_done(struct generator *g);

/* A number from 0 to n - 1, and true `percent` times in a hundred. */
unsigned generate_below(struct generator *g, unsigned n);
bool generate_chance(struct generator *g, unsigned percent);
/*
 * Start a body anew; add to it as printf does, with every ' made a ", so that JSON
 * can be read in C (aborts without memory).
 */
void generate_start(struct generator *g);
void generate_add(struct generator *g, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Load: each makes one body. `moment` counts milliseconds from 2026-11-01 and
 * is the event's createdAt; a greater one is a newer event.
 *
 *   contact     contact.updated of about 1 KB that stands for 7 rows; one child
 *               in ten differs from what the same contact always has
 *   activity    the n-th of a stream of messages, and of calls that ring, are
 *               answered, completed and recorded; each names one or two of
 *               `contacts` contacts
 *   transcript  of `bytes` bytes or somewhat more
 *   poison      authentic and of no use, in one of several ways
 */
void generate_contact(struct generator *g, long contact, long moment);
void generate_activity(struct generator *g, long n, long contacts, long moment);
void generate_transcript(struct generator *g, long call, size_t bytes, long moment);
void generate_poison(struct generator *g, long n, long moment);

/*
 * Trouble for the merge: an event of any type about one of its set's few contacts,
 * messages and calls, with few instants and few event ids to share, members
 * absent, null and empty, beta and GA forms.
 */
void generate_trouble(struct generator *g);

/* The same of one kind alone: what ties is then the rule. */
enum generate_kind {
    GENERATE_CONTACT,
    GENERATE_MESSAGE,
    GENERATE_CALL,
    GENERATE_SUMMARY,
    GENERATE_TRANSCRIPT,
    GENERATE_VOICEMAIL,
    GENERATE_KINDS
};
void generate_trouble_of(struct generator *g, enum generate_kind kind);

/*
 * Items of REST answers about the same contacts, messages and calls. Returns
 * which form it is; *id, of 32 bytes, is set where the item does not hold it.
 */
enum generate_form {
    GENERATE_REST_CONTACT,
    GENERATE_REST_GONE, /* no item: the contact *id was found gone */
    GENERATE_REST_MESSAGE,
    GENERATE_REST_CALL,
    GENERATE_REST_RECORDINGS,  /* of the call *id */
    GENERATE_REST_TRANSCRIPTS, /* of the call *id */
    GENERATE_REST_DEFINITIONS
};
enum generate_form generate_rest(struct generator *g, enum generate_kind kind, char id[32]);

#endif
