/*
 * generate_rest.c - items of REST answers that meet the events of
 * generate_trouble.c: the same few ids and instants, fractions cut off, values
 * that agree and that do not, labels that move.
 */
#include "generate.h"

#include <stdio.h>

#define PICK(g, list) (list)[generate_below((g), sizeof(list) / sizeof *(list))]

static const char *const instants[] = {
    "'2026-11-06T10:00:00.250Z'", "'2026-11-06T10:00:00Z'", "'2026-11-06T10:00:01Z'",
    "'2026-11-05T23:59:59Z'",     "'2026-11-06T10:00:00Z'",
};

static unsigned
which(struct generator *g, unsigned n)
{
    return generate_below(g, g->few > 0 && g->few < n ? g->few : n);
}

static const char *
instant_or_null(struct generator *g)
{
    return generate_chance(g, 25) ? "null" : PICK(g, instants);
}

static void
contact(struct generator *g)
{
    static const char *const names[] = { "null", "'Ada'", "'ada'", "''" };
    static const char *const labels[] = { "'work'", "'home'", "''", "'Mobile'" };
    static const char *const fields[] = {
        "[]",
        "[{'name':'Score','type':'number','value':'12.25'}]",
        "[{'name':'VIP','key':'vip','type':'boolean','value':null}]",
        "[{'name':'Tags','key':'tags','type':'multi-select','value':null}]",
    };

    generate_start(g);
    generate_add(g, "{'id':'c%u-%u','externalId':%s,'source':null,'sourceUrl':%s,", g->set,
                 which(g, 4), PICK(g, names), generate_chance(g, 50) ? "null" : "'https://s'");
    generate_add(g, "'defaultFields':{'firstName':%s,'lastName':%s,'company':null,'role':null,",
                 PICK(g, names), PICK(g, names));
    generate_add(g, "'phoneNumbers':");
    switch (generate_below(g, 3)) {
    case 0:
        generate_add(g, "[]");
        break;
    case 1:
        generate_add(g, "[{'id':'1','name':%s,'value':'+14155550101'}]", PICK(g, labels));
        break;
    default:
        generate_add(g,
                     "[{'name':%s,'value':'+1 (415) 555-0102'},{'name':'other','value':null},"
                     "{'name':'x','value':'5035550166 ext. 12'}]",
                     PICK(g, labels));
        break;
    }
    generate_add(g, ",'emails':");
    if (generate_chance(g, 40))
        generate_add(g, "[{'name':'a','value':'a@b'},{'name':%s,'value':'a@b'}]",
                     PICK(g, labels));
    else if (generate_chance(g, 50))
        generate_add(g, "[{'name':%s,'value':'EVE@Example.COM'}]", PICK(g, labels));
    else
        generate_add(g, "[]");
    generate_add(g, "},'customFields':%s,'createdAt':%s,'updatedAt':%s,'createdByUserId':'US%u'}",
                 PICK(g, fields), PICK(g, instants), PICK(g, instants), generate_below(g, 2));
}

static void
message(struct generator *g)
{
    static const char *const statuses[] = { "queued",      "sent",     "delivered",
                                            "undelivered", "received", "failed" };

    generate_start(g);
    generate_add(g,
                 "{'id':'m%u-%u','to':['+1'],'from':'+2','text':'t%u','conversationId':'CN1',"
                 "'direction':'outgoing','status':'%s','createdAt':%s,'updatedAt':%s",
                 g->set, which(g, 4), generate_below(g, 2), PICK(g, statuses), PICK(g, instants),
                 instant_or_null(g));
    if (generate_chance(g, 60))
        generate_add(g, ",'media':[{'url':'u%u'}]", generate_below(g, 2));
    generate_add(g, "}");
}

static void
call(struct generator *g)
{
    static const char *const voicemails[] = {
        "",
        (",'voicemail':{'id':'VM1','status':'completed','duration':3,'recordingUrl':'u',"
         "'transcript':null}"),
        ",'voicemail':{'id':'VM1','status':'in-progress'}",
    };
    static const char *const summaries[] = {
        "",
        ",'summary':{'status':'completed','type':'human','summary':['s'],'nextSteps':[]}",
        ",'summary':{'status':'absent','type':null,'summary':null}",
        ",'summary':{'status':'completed','type':'agent','summary':['t'],'jobs':[]}",
    };

    generate_start(g);
    generate_add(g,
                 "{'id':'a%u-%u','phoneNumberId':%s,'actorId':'US%u','direction':'%s',"
                 "'status':'completed','answeredAt':%s,'completedAt':%s,",
                 g->set, which(g, 4), generate_chance(g, 50) ? "null" : "'PN9'",
                 generate_below(g, 2), generate_chance(g, 50) ? "incoming" : "outgoing",
                 instant_or_null(g), instant_or_null(g));
    generate_add(g,
                 "'createdAt':%s,'updatedAt':%s,'answeredBy':%s,'initiatedBy':null,"
                 "'duration':%u,'forwardedFrom':null,'forwardedTo':'PN1','aiHandled':%s%s%s}",
                 PICK(g, instants), instant_or_null(g),
                 generate_chance(g, 50) ? "null" : "'US9'", generate_below(g, 3),
                 generate_chance(g, 50) ? "null" : "'ai-agent'", PICK(g, voicemails),
                 PICK(g, summaries));
}

static void
recordings(struct generator *g)
{
    static const char *const lists[] = {
        "[]",
        "[{'id':'CR1','status':'processing','startTime':'2026-11-06T10:00:00Z'}]",
        ("[{'id':'CR1','status':'completed','startTime':'2026-11-06T10:00:00Z','duration':7,"
         "'url':'u','type':'audio/mpeg'},{'id':'CR2','status':'absent','startTime':null}]"),
    };

    generate_start(g);
    generate_add(g, "%s", PICK(g, lists));
}

static void
transcripts(struct generator *g)
{
    static const char *const lists[] = {
        "[]",
        ("[{'recordingId':'CR1','status':'in-progress','startTime':'2026-11-06T10:00:00Z',"
         "'createdAt':'2026-11-06T10:00:01Z','duration':0,'dialogue':[]}]"),
        ("[{'status':'completed','startTime':'2026-11-06T10:00:00Z','createdAt':"
         "'2026-11-06T10:00:01Z','duration':5.5,'dialogue':[{'content':'a','start':0.1,"
         "'end':2,'identifier':'+1','actorId':null}]},{'status':'completed','startTime':"
         "'2026-11-06T10:01:00.5Z','createdAt':'2026-11-06T10:02:00Z','duration':1,"
         "'dialogue':[{'content':'b','start':0.2,'end':0.7}]}]"),
    };

    generate_start(g);
    generate_add(g, "%s", PICK(g, lists));
}

static void
definitions(struct generator *g)
{
    generate_start(g);
    generate_add(g,
                 "[{'name':'Score','key':'score','type':'number'},"
                 "{'name':'%s','key':'vip','type':'boolean'}]",
                 generate_chance(g, 50) ? "VIP" : "Very important");
}

static enum generate_form
form_of(struct generator *g, enum generate_kind kind)
{
    switch (kind) {
    case GENERATE_CONTACT:
        if (generate_chance(g, 10))
            return GENERATE_REST_DEFINITIONS;
        return generate_chance(g, 25) ? GENERATE_REST_GONE : GENERATE_REST_CONTACT;
    case GENERATE_MESSAGE:
        return GENERATE_REST_MESSAGE;
    case GENERATE_TRANSCRIPT:
        return GENERATE_REST_TRANSCRIPTS;
    default:
        return generate_chance(g, 30) ? GENERATE_REST_RECORDINGS : GENERATE_REST_CALL;
    }
}

enum generate_form
generate_rest(struct generator *g, enum generate_kind kind, char id[32])
{
    static void (*const forms[])(struct generator *) = {
        [GENERATE_REST_CONTACT] = contact,
        [GENERATE_REST_GONE] = recordings, /* an item that nobody reads */
        [GENERATE_REST_MESSAGE] = message,
        [GENERATE_REST_CALL] = call,
        [GENERATE_REST_RECORDINGS] = recordings,
        [GENERATE_REST_TRANSCRIPTS] = transcripts,
        [GENERATE_REST_DEFINITIONS] = definitions,
    };
    enum generate_form form = form_of(g, kind);

    (void)snprintf(id, 32, "%c%u-%u", form == GENERATE_REST_GONE ? 'c' : 'a', g->set,
                   which(g, 4));
    forms[form](g);
    return form;
}
