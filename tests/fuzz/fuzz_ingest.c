/*
 * fuzz_ingest.c - any bytes as a line of NDJSON: a delivery whose id a header
 * could hold and whose body is within the limit, or refused with a reason.
 */
#include <string.h>

#include "app/ingest.h"
#include "core/memory.h"
#include "fuzz/fuzz.h"

#define MAX_BODY 512

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct ingest_line line;
    struct quosync_error err = { 0 };
    size_t id_bytes;

    if (!ingest_line_read((const char *)data, bytes, MAX_BODY, &line, &err)) {
        MUST(err.kind == QUOSYNC_BAD_INPUT && err.text[0] != '\0');
        memory_free(line.copy);
        return 0;
    }
    id_bytes = strlen(line.webhook_id);
    MUST(id_bytes >= 1 && id_bytes <= 255);
    for (size_t i = 0; i < id_bytes; i++)
        MUST(line.webhook_id[i] >= 0x20 && line.webhook_id[i] <= 0x7E);
    MUST(line.body_bytes <= MAX_BODY);
    if (line.copy == NULL) {
        MUST(line.body == (const char *)data && line.body_bytes == bytes);
        MUST(strncmp(line.webhook_id, "ingest:", 7) == 0 && id_bytes == 7 + 32);
    }
    memory_free(line.copy);
    return 0;
}
