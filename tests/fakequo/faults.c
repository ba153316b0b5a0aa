/*
 * faults.c - the list of faults and the dice.
 */
#include "faults.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULTS_AT_MOST 32

struct entry {
    enum fault fault;
    char argument[128], path[64];
    unsigned percent;
    long times; /* how often still; negative: always */
};

static const char *const names[] = {
    [FAULT_STATUS] = "status",     [FAULT_CUT] = "cut",           [FAULT_CUT_CLOSE] = "cut-close",
    [FAULT_SLOW] = "slow",         [FAULT_REDIRECT] = "redirect", [FAULT_ENDLESS] = "endless",
    [FAULT_HTML] = "html",         [FAULT_EMPTY] = "empty",       [FAULT_OBJECT] = "object",
    [FAULT_NO_CURSOR] = "no-cursor", [FAULT_REPEAT] = "repeat",   [FAULT_EXPIRED] = "expired",
    [FAULT_EMPTY_PAGE] = "empty-page", [FAULT_SHIFT] = "shift",   [FAULT_NO_DATE] = "no-date",
    [FAULT_BAD_DATE] = "bad-date", [FAULT_BAD_ITEM] = "bad-item",
    [FAULT_CLOSE] = "close",       [FAULT_TWICE] = "twice",       [FAULT_NO_LAST] = "no-last",
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry entries[FAULTS_AT_MOST];
static size_t n_entries;
/* How often running chance spoilt a request; slots by a hash of it, shared by few. */
static unsigned char running[4096];
static uint64_t dice = 88172645463325252ULL;
static unsigned long fired;

/* Cuts the text at the last separator and gives what follows it; NULL when there is none. */
static char *
cut_at(char *text, char separator)
{
    char *at = strrchr(text, separator);

    if (at == NULL)
        return NULL;
    *at = '\0';
    return at + 1;
}

static bool
entry_parse(char *word, struct entry *entry)
{
    char *path = cut_at(word, '#');
    char *percent = cut_at(word, '@');
    char *times = percent != NULL ? cut_at(percent, 'x') : NULL;
    char *argument = strchr(word, '=');

    if (argument != NULL)
        *argument++ = '\0';
    *entry = (struct entry){ .percent = percent != NULL ? (unsigned)atoi(percent) : 100,
                             .times = times != NULL ? atol(times) : -1 };
    (void)snprintf(entry->path, sizeof entry->path, "%s", path != NULL ? path : "");
    (void)snprintf(entry->argument, sizeof entry->argument, "%s", argument != NULL ? argument : "");
    for (size_t i = FAULT_STATUS; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], word) == 0)
            entry->fault = (enum fault)i;
    }
    return entry->fault != FAULT_NONE && entry->percent <= 100;
}

bool
faults_set(const char *text)
{
    char *words = strdup(text), *rest = words, *word;
    bool good = words != NULL;

    pthread_mutex_lock(&lock);
    n_entries = 0;
    memset(running, 0, sizeof running);
    while (good && (word = strsep(&rest, " \n")) != NULL) {
        if (*word == '\0')
            continue;
        good = n_entries < FAULTS_AT_MOST && entry_parse(word, &entries[n_entries]);
        n_entries += good;
    }
    pthread_mutex_unlock(&lock);
    free(words);
    return good;
}

static unsigned
roll(void)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (unsigned)(dice % 100);
}

/* FNV-1a */
static unsigned char *
times_running(const char *path)
{
    uint64_t hash = 14695981039346656037ULL;

    for (; *path != '\0'; path++)
        hash = (hash ^ (unsigned char)*path) * 1099511628211ULL;
    return &running[hash % sizeof running];
}

static bool
happens(const struct entry *entry, const char *path, unsigned spoilt)
{
    if (entry->times == 0 || strstr(path, entry->path) == NULL || roll() >= entry->percent)
        return false;
    return entry->percent == 100 || spoilt < FAULTS_RUNNING;
}

enum fault
faults_choose(const char *path, char argument[128])
{
    enum fault chosen = FAULT_NONE;
    unsigned char *spoilt;
    bool by_chance = false;

    argument[0] = '\0';
    pthread_mutex_lock(&lock);
    spoilt = times_running(path);
    for (size_t i = 0; i < n_entries && chosen == FAULT_NONE; i++) {
        struct entry *entry = &entries[i];

        if (!happens(entry, path, *spoilt))
            continue;
        if (entry->times > 0)
            entry->times--;
        by_chance = entry->percent < 100;
        chosen = entry->fault;
        memcpy(argument, entry->argument, sizeof entry->argument);
        fired++;
    }
    *spoilt = by_chance ? (unsigned char)(*spoilt + 1) : 0;
    pthread_mutex_unlock(&lock);
    return chosen;
}

unsigned long
faults_fired(void)
{
    unsigned long n;

    pthread_mutex_lock(&lock);
    n = fired;
    pthread_mutex_unlock(&lock);
    return n;
}
