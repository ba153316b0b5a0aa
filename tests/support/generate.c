/*
 * generate.c - the load of benchmarks: many contacts, messages and calls in
 * the proportions of a busy workspace. What is meant to break the merge is in
 * generate_trouble.c.
 */
#include "generate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FIRST_S 1793491200 /* 2026-11-01T00:00:00Z */

void
generator_done(struct generator *g)
{
    free(g->body);
    g->body = NULL;
    g->bytes = g->room = 0;
}

/* xorshift64*: small, fast, and the same everywhere. */
unsigned
generate_below(struct generator *g, unsigned n)
{
    g->random ^= g->random >> 12;
    g->random ^= g->random << 25;
    g->random ^= g->random >> 27;
    return (unsigned)(((g->random * 0x2545F4914F6CDD1DU) >> 33) % n);
}

bool
generate_chance(struct generator *g, unsigned percent)
{
    return generate_below(g, 100) < percent;
}

void
generate_start(struct generator *g)
{
    g->bytes = 0;
}

void
generate_add(struct generator *g, const char *format, ...)
{
    for (;;) {
        va_list args;
        int n;

        va_start(args, format);
        n = vsnprintf(g->body == NULL ? NULL : g->body + g->bytes, g->room - g->bytes, format,
                      args);
        va_end(args);
        if (n < 0)
            abort();
        if (g->bytes + (size_t)n < g->room) {
            for (char *p = g->body + g->bytes; *p != '\0'; p++)
                if (*p == '\'')
                    *p = '"';
            g->bytes += (size_t)n;
            return;
        }
        g->room = g->room * 2 + (size_t)n + 1024;
        g->body = realloc(g->body, g->room);
        if (g->body == NULL)
            abort();
    }
}

/* "2026-11-01T00:00:00.000Z" and so on. */
static const char *
instant(long moment, char text[40])
{
    time_t s = FIRST_S + moment / 1000;
    struct tm tm;
    char front[32];

    gmtime_r(&s, &tm);
    strftime(front, sizeof front, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text, 40, "%s.%03ldZ", front, moment % 1000);
    return text;
}

static void
envelope(struct generator *g, const char *type, const char *id, long n, long moment)
{
    char at[40];

    generate_start(g);
    generate_add(g,
                 "{'id':'EV%s%010ld%010ld','apiVersion':'2026-03-30','createdAt':'%s',"
                 "'type':'%s','data':{'resource':",
                 id, n, moment, instant(moment, at), type);
}

/* Which of its two values a child has: the usual one nine times in ten. */
static unsigned
version(struct generator *g)
{
    return generate_chance(g, 10) ? 1 + generate_below(g, 9) : 0;
}

void
generate_contact(struct generator *g, long contact, long moment)
{
    static const char *const names[] = { "Ada", "Bo", "Chidi", "Dee", "Eve", "Farah", "Goran" };
    char at[40];

    envelope(g, "contact.updated", "c", contact, moment);
    generate_add(g,
                 "{'id':'66f1c0aa%016lx','firstName':'%s','lastName':'Nwosu-O’Brien %ld',"
                 "'company':'Brien & Söhne GmbH','role':'Site manager',"
                 "'location':'Seattle, WA','source':'public-api','externalId':'crm-%06ld',",
                 (unsigned long)contact, names[generate_below(g, 7)], moment, contact);
    generate_add(g, "'emails':[{'value':'contact%ld.%u@example.com','type':'email'}],", contact,
                 version(g));
    generate_add(g,
                 "'phoneNumbers':[{'value':'+1415%07ld','type':'phone-number'},"
                 "{'value':'+1%u06%07ld','type':'phone-number'}],",
                 contact % 10000000, 2 + version(g) % 8, contact % 10000000);
    generate_add(g,
                 "'customFields':[{'name':'Services','key':'services',"
                 "'id':'6710aa01f3c2d4e5b6a70001','type':'multi-select',"
                 "'value':['delivery','tiling %u']},",
                 version(g));
    generate_add(g,
                 "{'name':'Lead score','key':'lead-score',"
                 "'id':'6710aa01f3c2d4e5b6a70002','type':'number','value':%u},",
                 100 + version(g));
    generate_add(g,
                 "{'name':'Notes','key':'notes','id':'6710aa01f3c2d4e5b6a70007',"
                 "'type':'string','value':'Prefers texts, call after %u'}],",
                 9 + version(g));
    generate_add(g,
                 "'createdAt':'2026-01-15T08:30:00.000Z','updatedAt':'%s'},"
                 "'context':{'orgId':'OR7kq2Xw9bVd','userId':'USh3LqT8zWvM',"
                 "'sharedWithIds':['OR7kq2Xw9bVd']},"
                 "'links':{'quo':'https://my.quo.com/contacts/66f1c0aa%016lx'}}}",
                 instant(moment, at), (unsigned long)contact);
}

static void
matched(struct generator *g, long contacts)
{
    generate_add(g, "'contacts':{'ids':[");
    for (unsigned n = 1 + generate_below(g, 2), i = 0; i < n; i++)
        generate_add(g, "%s'66f1c0aa%016lx'", i == 0 ? "" : ",",
                     (unsigned long)generate_below(g, (unsigned)contacts));
    generate_add(g, "],'lookupStatus':'matched'}");
}

static void
message(struct generator *g, long n, long contacts, long moment)
{
    bool incoming = generate_chance(g, 50);
    char at[40];

    envelope(g, incoming ? "message.received" : "message.delivered", "m", n, moment);
    generate_add(g,
                 "{'id':'ACm%08ld','direction':'%s',"
                 "'text':'Hi! Running %u min late. Gate code is still 4711, right?','media':[],"
                 "'status':'%s','createdAt':'%s'},",
                 n, incoming ? "incoming" : "outgoing", generate_below(g, 60),
                 incoming ? "received" : "delivered", instant(moment, at));
    generate_add(g,
                 "'context':{'orgId':'OR7kq2Xw9bVd','phoneNumberId':'PNa1Fr0ntDsk',"
                 "'conversationId':'CN%06u','userId':'USh3LqT8zWvM',",
                 generate_below(g, 5000));
    matched(g, contacts);
    generate_add(g,
                 ",'senderIdentifier':'+1415%07u','recipientIdentifiers':['+12065550100']},"
                 "'links':{'quo':'https://my.quo.com/inbox/PNa1Fr0ntDsk/m/%ld'}}}",
                 generate_below(g, 10000000), n);
}

static void
call_context(struct generator *g, long call, long contacts)
{
    generate_add(g,
                 "'context':{'orgId':'OR7kq2Xw9bVd','phoneNumberId':'PNa1Fr0ntDsk',"
                 "'conversationId':'CN%06ld','phoneNumberType':'shared',"
                 "'userId':'USh3LqT8zWvM',",
                 call % 5000);
    matched(g, contacts);
    generate_add(g,
                 ",'participants':{'workspace':['+12065550100'],"
                 "'external':['+1415%07ld'],'resolution':'available'}},"
                 "'links':{'quo':'https://my.quo.com/inbox/PNa1Fr0ntDsk/c/%ld'}}}",
                 call % 10000000, call);
}

/* The step-th event of a call's life, 0 to 2. */
static void
call(struct generator *g, long call_number, unsigned step, long contacts, long moment)
{
    static const char *const types[] = { "call.answered", "call.completed",
                                         "call.recording.completed" };
    char at[40];

    envelope(g, types[step], "k", call_number * 3 + step, moment);
    instant(moment, at);
    generate_add(g,
                 "{'id':'ACc%08ld','direction':'incoming','createdAt':'%s',"
                 "'answeredAt':'%s','updatedAt':'%s'",
                 call_number, at, at, at);
    if (step == 0)
        generate_add(g, ",'answeredByUserId':'USh3LqT8zWvM'");
    else
        generate_add(g, ",'completedAt':'%s','duration':342", at);
    if (step == 1)
        generate_add(g, ",'status':'answered','hasVoicemail':false");
    if (step == 2)
        generate_add(g,
                     ",'recordings':[{'id':'CR%08ld','duration':120.5,'startTime':'%s',"
                     "'type':'audio/mpeg','url':'https://media.example.net/r/%ld.mp3'}]",
                     call_number, at, call_number);
    generate_add(g, "},");
    call_context(g, call_number, contacts);
}

/* Of every six: three messages, and the three events of one call. */
void
generate_activity(struct generator *g, long n, long contacts, long moment)
{
    if (n % 2 == 0)
        message(g, n, contacts, moment);
    else
        call(g, n / 6, (unsigned)(n / 2 % 3), contacts, moment);
}

void
generate_transcript(struct generator *g, long call_number, size_t bytes, long moment)
{
    char at[40];

    envelope(g, "call.transcript.completed", "t", call_number, moment);
    generate_add(g,
                 "{'callId':'ACc%08ld','createdAt':'%s','duration':341.72,"
                 "'processingStatus':'completed','dialogue':[",
                 call_number, instant(moment, at));
    for (long line = 0; g->bytes < bytes; line++)
        generate_add(g,
                     "%s{'userId':null,'identifier':'+14155550101','content':"
                     "'Line %ld of what was said, and then some more of it.',"
                     "'start':%ld.25,'end':%ld.75}",
                     line == 0 ? "" : ",", line, line, line);
    generate_add(g, "]},");
    call_context(g, call_number, 1000);
}

void
generate_poison(struct generator *g, long n, long moment)
{
    static const char *const poisons[] = {
        "{'id':'66f1c0aa','firstName':7", /* a member of another type */
        "{'id':null",                     /* no key */
        "{'id':'66f1c0aa','updatedAt':'now'",
        "{'id':'66f1c0aa','emails':{}",
    };

    envelope(g, "contact.updated", "p", n, moment);
    if (n % 5 == 4) { /* no JSON at all */
        generate_add(g, "{{");
        return;
    }
    generate_add(g, "%s},'context':{'orgId':'OR7kq2Xw9bVd'},'links':{}}}", poisons[n % 5]);
}
