/*
 * replay.c - gives a fuzz target the files that are named, or all files of the
 * folders that are: make check replays what is known without a fuzzer.
 */
#include <dirent.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz/fuzz.h"

static size_t replayed;

static bool
replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    static uint8_t bytes[8 << 20];
    uint8_t *copy;
    size_t n;

    if (file == NULL)
        return false;
    n = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    /* As large as it is, so that a sanitizer sees a read beyond its end. */
    copy = malloc(n > 0 ? n : 1);
    MUST(copy != NULL);
    memcpy(copy, bytes, n);
    (void)LLVMFuzzerTestOneInput(copy, n);
    free(copy);
    replayed++;
    return true;
}

static void
replay(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;

    if (folder == NULL) {
        MUST(replay_file(path));
        return;
    }
    while ((entry = readdir(folder)) != NULL) {
        char inner[4096];

        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        replay(inner);
    }
    (void)closedir(folder);
}

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    printf("%zu inputs\n", replayed);
    return replayed > 0 ? 0 : 1;
}
