/*
 * fuzz.h - a fuzz target is one function that takes any bytes. libFuzzer calls
 * it with bytes of its own making (contrib/fuzz.sh), replay.c with files.
 */
#ifndef QUOSYNC_TESTS_FUZZ_H
#define QUOSYNC_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* What must hold whatever the bytes are. */
#define MUST(condition)                                                                  \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                     \
        }                                                                                \
    } while (0)

#endif
