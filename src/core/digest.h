/*
 * digest.h - SHA-256, which is what an observation's digest, an ingested
 * line's id and the lists of a merge state are told apart by.
 */
#ifndef QUOSYNC_CORE_DIGEST_H
#define QUOSYNC_CORE_DIGEST_H

#include "quosync.h"

#define DIGEST_SHA256_BYTES 32

/* Errors: QUOSYNC_NO_MEMORY. */
bool digest_sha256(const void *data, size_t bytes, uint8_t digest[DIGEST_SHA256_BYTES],
                   struct quosync_error *err) QUOSYNC_MUST_CHECK;

/*
 * The same in pieces, for what should not be copied together first. digest_done
 * frees a run that was not ended; all-zero is one that was not begun.
 * Errors: QUOSYNC_NO_MEMORY.
 */
struct digest_run {
    void *context;
};
bool digest_begin(struct digest_run *run, struct quosync_error *err) QUOSYNC_MUST_CHECK;
bool digest_add(struct digest_run *run, const void *data, size_t bytes,
                struct quosync_error *err) QUOSYNC_MUST_CHECK;
bool digest_end(struct digest_run *run, uint8_t digest[DIGEST_SHA256_BYTES],
                struct quosync_error *err) QUOSYNC_MUST_CHECK;
void digest_done(struct digest_run *run);

/* The first 64 bits of it, big-endian: the `d` of a version. Errors: QUOSYNC_NO_MEMORY. */
bool digest_64(const void *data, size_t bytes, uint64_t *digest,
               struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
