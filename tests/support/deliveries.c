/*
 * deliveries.c - prints made-up deliveries as NDJSON, a line for each, in the
 * form that `quosync ingest` reads: {"webhook-id": ..., "body": "..."}.
 */
#include "generate.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: deliveries [OPTION]... KIND COUNT\n"
    "\n"
    "KIND: contacts     contact.updated of COUNT contacts, one each\n"
    "      updates      contact.updated, 70 % of them of contacts that are known\n"
    "      activities   messages and calls that name known contacts\n"
    "      transcripts  activities, and among them every 50th a transcript of 4 MB\n"
    "      trouble      all types, few ids and few instants: what the merge must withstand\n"
    "\n"
    "  --known N     contacts that there are already (100000)\n"
    "  --first N     the number of the first delivery and moment (0)\n"
    "  --poison P    percent of the deliveries that are of no use (0)\n"
    "  --prefix TEXT begins every webhook-id (msg_)\n"
    "  --seed N      another stream (1)\n"
    "  --sets N      of trouble: so many sets that share no contact, message or call (1)\n";

struct options {
    const char *kind, *prefix;
    long count, known, first, sets;
    unsigned poison;
    struct generator g;
};

static void
make(struct options *o, long i)
{
    struct generator *g = &o->g;
    long n = o->first + i;

    if (o->poison > 0 && generate_chance(g, o->poison))
        generate_poison(g, n, n);
    else if (strcmp(o->kind, "contacts") == 0)
        generate_contact(g, n, n);
    else if (strcmp(o->kind, "updates") == 0)
        generate_contact(
            g, generate_chance(g, 70) ? (long)generate_below(g, (unsigned)o->known) : o->known + n,
            o->known + n);
    else if (strcmp(o->kind, "activities") == 0)
        generate_activity(g, n, o->known, n);
    else if (strcmp(o->kind, "transcripts") == 0 && n % 50 != 49)
        generate_activity(g, n, o->known, n);
    else if (strcmp(o->kind, "transcripts") == 0)
        generate_transcript(g, n, 4150000, n);
    else {
        g->set = (unsigned)(n % o->sets);
        generate_trouble(g);
    }
}

static void
print(const struct options *o, long i)
{
    printf("{\"webhook-id\":\"%s%ld\",\"body\":\"", o->prefix, o->first + i);
    for (const char *p = o->g.body, *end = p + o->g.bytes; p < end; p++) {
        if (*p == '"' || *p == '\\')
            putchar_unlocked('\\');
        putchar_unlocked(*p);
    }
    fputs("\"}\n", stdout);
}

static bool
parse(int argc, char **argv, struct options *o)
{
    static const struct option longs[] = {
        { "known", required_argument, NULL, 'k' },
        { "first", required_argument, NULL, 'f' },
        { "poison", required_argument, NULL, 'p' },
        { "prefix", required_argument, NULL, 'x' },
        { "seed", required_argument, NULL, 's' },
        { "sets", required_argument, NULL, 'S' },
        { NULL, 0, NULL, 0 },
    };
    static const char *const kinds[] = { "contacts", "updates", "activities", "transcripts",
                                         "trouble" };

    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        switch (c) {
        case 'k': o->known = strtol(optarg, NULL, 10); break;
        case 'f': o->first = strtol(optarg, NULL, 10); break;
        case 'p': o->poison = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'x': o->prefix = optarg; break;
        case 's': o->g.random = strtoull(optarg, NULL, 10) * 0x9E3779B97F4A7C15U | 1; break;
        case 'S': o->sets = strtol(optarg, NULL, 10); break;
        default: return false;
        }
    }
    if (argc - optind != 2)
        return false;
    o->kind = argv[optind];
    o->count = strtol(argv[optind + 1], NULL, 10);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(o->kind, kinds[i]) == 0)
            return true;
    return false;
}

int
main(int argc, char **argv)
{
    struct options o = {
        .prefix = "msg_", .known = 100000, .sets = 1, .g.random = 0x9E3779B97F4A7C15U
    };

    if (!parse(argc, argv, &o)) {
        fputs(usage, stderr);
        return 2;
    }
    for (long i = 0; i < o.count; i++) {
        make(&o, i);
        print(&o, i);
    }
    generator_done(&o.g);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
