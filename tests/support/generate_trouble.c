/*
 * generate_trouble.c - events that meet: few ids, few instants, few event ids,
 * so that versions tie and only the digest decides; members that are absent,
 * null or empty; stale and restored contacts; beta and GA forms. Every event
 * is one that the merge must accept.
 */
#include "generate.h"

#define PICK(g, list) (list)[generate_below((g), sizeof(list) / sizeof *(list))]

static const char *const instants[] = {
    "2026-11-06T10:00:00.250Z",     "2026-11-06T10:00:00Z", "2026-11-06T11:00:00.2500009+01:00",
    "2026-11-06T10:00:00.2500001Z", "2026-11-06T10:00:01Z", "2026-11-05T23:59:59.999999Z",
};
static const char *const texts[] = {
    "''",
    "null",
    "'Ada'",
    "'ada'",
    "'Ada\\u0000'",
    "'\\ud83d'",
    "'\\ud83d\\ude00 \\\\u0000'",
    "'Zoë\\n\\'quoted\\''",
};
static const char *const numbers[] = {
    "0",     "-0.0", "1e-07", "341.72", "9007199254740993", "0.1", "100000000000000000000",
    "12.50", "1E2"
};

/* Which of n contacts, messages, calls or voicemails; fewer where that is asked for. */
static unsigned
which(struct generator *g, unsigned n)
{
    return generate_below(g, g->few > 0 && g->few < n ? g->few : n);
}

/* One of the instants, or null where `nullable`. */
static void
add_instant(struct generator *g, const char *name, bool nullable)
{
    if (nullable && generate_chance(g, 30))
        generate_add(g, "'%s':null,", name);
    else
        generate_add(g, "'%s':'%s',", name, PICK(g, instants));
}

static void
add_text(struct generator *g, const char *name)
{
    if (!generate_chance(g, 10)) /* a scalar that is absent counts as null */
        generate_add(g, "'%s':%s,", name, PICK(g, texts));
}

/* An id or another short word; ids hold no U+0000. */
static void
add_id(struct generator *g, const char *name)
{
    static const char *const ids[] = { "null", "'ID1'", "'ID2'", "'id1'" };

    if (!generate_chance(g, 10))
        generate_add(g, "'%s':%s,", name, PICK(g, ids));
}

/* A text that the schema does not let be null. */
static void
add_some_text(struct generator *g, const char *name)
{
    generate_add(g, "'%s':'t%u',", name, generate_below(g, 3));
}

static void
add_number(struct generator *g, const char *name, bool nullable)
{
    generate_add(g, "'%s':%s,", name,
                 nullable && generate_chance(g, 20) ? "null" : PICK(g, numbers));
}

/* A trailing comma is undone by the caller's closing brace. */
static void
close_object(struct generator *g)
{
    if (g->body[g->bytes - 1] == ',')
        g->bytes--;
    generate_add(g, "}");
}

static void
envelope(struct generator *g, const char *type)
{
    generate_start(g);
    generate_add(g,
                 "{'id':'%s%u','apiVersion':'2026-03-30','createdAt':'%s',"
                 "'type':'%s','data':{'resource':{",
                 generate_chance(g, 50) ? "EVa" : "EVB", generate_below(g, 3), PICK(g, instants),
                 type);
}

static void
add_org(struct generator *g)
{
    generate_add(g, "},'context':{");
    if (generate_chance(g, 50))
        generate_add(g, "'orgId':'OR7kq2Xw9bVd',");
}

static void
finish(struct generator *g)
{
    close_object(g);
    if (generate_chance(g, 80))
        generate_add(g, ",'links':{'quo':%s}",
                     generate_chance(g, 30) ? "null" : "'https://my.quo.com/x'");
    generate_add(g, "}}");
}

static void
add_contacts(struct generator *g)
{
    static const char *const lookups[] = {
        "{'ids':['c0'],'lookupStatus':'matched'}",
        "{'ids':['c1','c0','c1'],'lookupStatus':'matched'}",
        "{'ids':[],'lookupStatus':'none'}",
        "{'ids':['c2'],'lookupStatus':'none'}",
        "{'ids':[],'lookupStatus':'unavailable'}",
        "{'ids':['c3'],'lookupStatus':'unavailable'}",
    };

    generate_add(g, "'contacts':%s,", PICK(g, lookups));
}

static void
add_fields(struct generator *g)
{
    static const char *const fields[] = {
        "{'name':'Score','key':'score','id':'f1','type':'number','value':87.5}",
        "{'name':'Score','key':'score','type':'number','value':'12.25'}",
        "{'name':'Score','key':'score','type':'number','value':'many'}",
        "{'name':'Score','key':'score','type':'string','value':'high'}",
        "{'name':'VIP','key':'vip','type':'boolean','value':true}",
        "{'name':'VIP','key':'vip','type':'boolean','value':'yes'}",
        "{'name':'Day','key':'day','type':'date','value':'2027-03-01'}",
        "{'name':'Day','key':'day','type':'date','value':'2027-02-30'}",
        "{'name':'Day','key':'day','type':'date','value':'2027-03-01T05:00:00.000Z'}",
        "{'name':'Day','key':'day','type':'date','value':'tomorrow'}",
        "{'name':'Day','key':'day','type':'date','value':'1958-03-01T01:00:00.5+02:00'}",
        "{'name':'Tags','key':'tags','type':'multi-select','value':['a','b \\'c\\'']}",
        "{'name':'Tags','key':'tags','type':'multi-select','value':null}",
        "{'name':'Tags','key':'tags','type':'multi-select','value':[1]}",
        "{'name':'Stars','key':'stars','type':'star-rating','value':{'stars':4.50}}",
        "{'name':'Old','id':'f9','type':'url','value':null}",
        "{'name':'Older','type':'address','value':'12 Rue'}",
    };

    generate_add(g, "'customFields':[");
    for (unsigned n = generate_below(g, 4), i = 0; i < n; i++)
        generate_add(g, "%s%s", i == 0 ? "" : ",", PICK(g, fields));
    generate_add(g, "],");
}

static void
contact(struct generator *g)
{
    static const char *const numbers_[] = {
        "[]",
        "[{'value':'+14155550101','type':'phone-number'}]",
        ("[{'value':'+1 (415) 555-0102','type':'phone-number'},"
         "{'value':'5035550166 ext. 12','type':'phone-number'}]"),
        "[{'value':'','type':'phone-number'},{'value':'+14155550101'}]",
    };
    static const char *const emails[] = {
        "[]",
        "[{'value':'EVE@Example.COM','type':'email'}]",
        "[{'value':'a@b','type':'email'},{'value':'a@b','type':'email'}]",
    };

    envelope(g, generate_chance(g, 75) ? "contact.updated" : "contact.deleted");
    generate_add(g, "'id':'c%u-%u',", g->set, which(g, 4));
    add_text(g, "firstName");
    add_text(g, "lastName");
    add_text(g, "location");
    add_id(g, "externalId");
    generate_add(g, "'phoneNumbers':%s,'emails':%s,", PICK(g, numbers_), PICK(g, emails));
    add_fields(g);
    add_instant(g, "createdAt", false);
    add_instant(g, "updatedAt", false);
    close_object(g);
    g->bytes--; /* add_org closes the resource */
    add_org(g);
    if (generate_chance(g, 70))
        generate_add(g, "'sharedWithIds':['US1'],");
    finish(g);
}

static void
message(struct generator *g)
{
    static const char *const types[] = { "message.received", "message.delivered", "message.failed",
                                         "message.undelivered" };
    static const char *const statuses[] = { "queued", "sent",        "received", "delivered",
                                            "failed", "undelivered", "read",     "sending" };
    static const char *const media[] = {
        "[]",
        "null",
        "[{'url':'https://media.example.net/1','type':'image/jpeg'}]",
        "[{'url':'https://media.example.net/2','size':1.50}]",
    };

    envelope(g, PICK(g, types));
    generate_add(g, "'id':'m%u-%u','direction':'%s',", g->set, which(g, 4),
                 generate_chance(g, 50) ? "incoming" : "outgoing");
    add_text(g, "text");
    generate_add(g, "'status':'%s',", PICK(g, statuses));
    if (generate_chance(g, 50))
        generate_add(g, "'media':%s,", PICK(g, media));
    if (generate_chance(g, 50))
        generate_add(g, "'errorCode':%s,", generate_chance(g, 50) ? "null" : "'30007'");
    add_instant(g, "createdAt", false);
    close_object(g);
    g->bytes--;
    add_org(g);
    add_id(g, "phoneNumberId");
    add_id(g, "conversationId");
    add_id(g, "userId");
    add_contacts(g);
    add_some_text(g, "senderIdentifier");
    generate_add(g, "'recipientIdentifiers':['+1206555010%u']", generate_below(g, 3));
    finish(g);
}

static void
call_context(struct generator *g, bool ringing)
{
    static const char *const participants[] = {
        "{'workspace':['+12065550100'],'external':['+14155550101'],'resolution':'available'}",
        "{'workspace':[],'external':[],'resolution':'available'}",
        "{'workspace':[],'external':[],'resolution':'unavailable'}",
        "{'workspace':['+1'],'external':['anonymous','+2'],'resolution':'unavailable'}",
    };
    static const char *const types[] = { "'shared'", "'private'", "null" };

    add_org(g);
    add_id(g, "phoneNumberId");
    add_id(g, "conversationId");
    add_id(g, "userId");
    if (!ringing) {
        add_contacts(g);
        generate_add(g, "'phoneNumberType':%s,", PICK(g, types));
    }
    if (!ringing || generate_chance(g, 50))
        generate_add(g, "'participants':%s,", PICK(g, participants));
    finish(g);
}

/* The seven that are about the call itself. */
static void
call(struct generator *g)
{
    static const char *const types[] = {
        "call.ringing",   "call.answered",      "call.completed",          "call.missed",
        "call.forwarded", "call.menu.selected", "call.recording.completed"
    };
    static const char *const recordings[] = {
        "[]",
        "[{'id':null,'duration':null,'startTime':null,'type':null,'url':null}]",
        ("[{'id':'RE1','duration':1.5,'startTime':'2026-11-06T10:00:00Z','type':'a',"
         "'url':'u'},{'id':'RE2','duration':2,'startTime':null,'type':null,'url':null}]"),
    };
    static const char *const statuses[] = { "answered", "unanswered", "abandoned", "ai-handled" };
    unsigned kind = generate_below(g, 7);

    envelope(g, types[kind]);
    generate_add(g, "'id':'a%u-%u',", g->set, which(g, 4));
    add_instant(g, "createdAt", false);
    add_instant(g, "updatedAt", kind != 0 && kind != 3);
    if (kind < 3 || kind == 6)
        generate_add(g, "'direction':'%s',", generate_chance(g, 50) ? "incoming" : "outgoing");
    if (kind == 1 || kind == 2 || kind == 6)
        add_instant(g, "answeredAt", true);
    if (kind == 2 || kind == 6) {
        add_instant(g, "completedAt", true);
        add_number(g, "duration", true);
    }
    if (kind == 1)
        add_id(g, "answeredByUserId");
    if (kind == 2)
        generate_add(g, "'status':'%s','hasVoicemail':%s,", PICK(g, statuses),
                     generate_chance(g, 50) ? "true" : "false");
    if (kind == 4) {
        add_some_text(g, "forwardedFrom");
        add_some_text(g, "forwardedTo");
    }
    if (kind == 5) {
        add_id(g, "phoneMenuSelection");
        add_text(g, "phoneMenuSelectionName");
        add_id(g, "statusReason");
    }
    if (kind == 6)
        generate_add(g, "'recordings':%s,", PICK(g, recordings));
    close_object(g);
    g->bytes--;
    call_context(g, kind == 0);
}

static void
summary(struct generator *g)
{
    static const char *const contents[] = {
        "'processingStatus':'completed','summary':['It \\'rang\\'.',''],'nextSteps':[],",
        "'processingStatus':'in-progress','summary':null,'nextSteps':null,",
        "'processingStatus':'failed','summary':null,'nextSteps':null,",
        "'processingStatus':'absent','summary':null,'nextSteps':null,",
        "'processingStatus':'queued','summary':null,'nextSteps':null,",
    };
    static const char *const jobs[] = {
        "[]",
        "[{'icon':'i','name':'n','result':{'data':[{'name':'x','value':249.50}]}}]",
    };

    envelope(g, "call.summary.completed");
    generate_add(g, "'callId':'a%u-%u',%s", g->set, which(g, 5), PICK(g, contents));
    add_id(g, "fromPhoneNumber");
    generate_add(g, "'handledByAiAgent':%s,", generate_chance(g, 50) ? "true" : "false");
    add_id(g, "answeredByUserId");
    generate_add(g, "'jobs':%s", PICK(g, jobs));
    call_context(g, false);
}

static void
transcript(struct generator *g)
{
    static const char *const contents[] = {
        "'processingStatus':'completed','dialogue':[]",
        "'processingStatus':'completed','dialogue':[{'userId':'US1','identifier':null,"
        "'content':'Hi','start':0.42,'end':2.90},{'userId':null,'identifier':'+1',"
        "'content':'','start':3,'end':1e1}]",
        "'processingStatus':'in-progress','dialogue':null",
        "'processingStatus':'failed','dialogue':null",
    };

    envelope(g, "call.transcript.completed");
    generate_add(g, "'callId':'a%u-%u',", g->set, which(g, 5));
    add_instant(g, "createdAt", false);
    add_number(g, "duration", false);
    generate_add(g, "%s", PICK(g, contents));
    call_context(g, false);
}

static void
voicemail(struct generator *g)
{
    envelope(g, "call.voicemail.completed");
    generate_add(g, "'id':'v%u-%u',", g->set, which(g, 3));
    if (generate_chance(g, 80))
        generate_add(g, "'callId':'a%u-%u',", g->set, which(g, 5));
    else
        generate_add(g, "'callId':null,");
    add_id(g, "voicemailId");
    generate_add(g, "'direction':'incoming',");
    add_number(g, "duration", false);
    add_some_text(g, "from");
    add_some_text(g, "to");
    add_text(g, "transcript");
    add_text(g, "recordingUrl");
    add_instant(g, "createdAt", false);
    add_instant(g, "updatedAt", false);
    close_object(g);
    g->bytes--;
    call_context(g, false);
}

void
generate_trouble_of(struct generator *g, enum generate_kind kind)
{
    static void (*const kinds[GENERATE_KINDS])(struct generator *) = {
        [GENERATE_CONTACT] = contact,       [GENERATE_MESSAGE] = message,
        [GENERATE_CALL] = call,             [GENERATE_SUMMARY] = summary,
        [GENERATE_TRANSCRIPT] = transcript, [GENERATE_VOICEMAIL] = voicemail,
    };

    kinds[kind](g);
}

void
generate_trouble(struct generator *g)
{
    static void (*const kinds[])(struct generator *) = { contact, contact,    contact,  message,
                                                         message, call,       call,     call,
                                                         summary, transcript, voicemail };

    PICK(g, kinds)(g);
}
