# catalogue.py - the table of bodies that are odd, broken or hostile: each is signed,
# posted, acknowledged, and ends as a dead letter that names the reason or as rows that
# show what it said. After each comes a good delivery, which must be applied. Run by
# catalogue.sh; J and V name the rows of doc/trust.md.
import gzip
import json

from http_client import *

CREATED = "2026-11-06T10:00:01.000Z"
FFFD = "\ufffd"
cases, bodies = [], {}


# ---- bodies -----------------------------------------------------------------------

def envelope(kind, name, resource, context=None, **more):
    return {"id": "EV" + name, "createdAt": CREATED, "type": kind,
            "data": {"resource": resource,
                     "context": {"orgId": "ORacme"} if context is None else context}, **more}


def message(name, **members):
    context = members.pop("context", None)
    return envelope("message.received", name, {
        "id": "m-" + name, "direction": "incoming", "text": "hello", "status": "received",
        "createdAt": CREATED, **members}, context)


def call(name, **members):
    return envelope("call.completed", name, {
        "id": "c-" + name, "direction": "incoming", "status": "answered", "createdAt": CREATED,
        "updatedAt": CREATED, "duration": 5, **members})


def contact(name, **members):
    return envelope("contact.updated", name, {
        "id": "p-" + name, "firstName": "Ada", "phoneNumbers": [], "emails": [],
        "customFields": [], "createdAt": CREATED, "updatedAt": CREATED, **members})


def field(kind, value, key="k", **more):
    return {"type": kind, "key": key, "value": value, **more}


# ---- the table ----------------------------------------------------------------------

def dead(row, sentence, body, reason):
    """A body, or a function of its name, that must become a dead letter."""
    add(row, sentence, body, ("dead", reason))


def shows(row, sentence, body, query, answer):
    """One that is applied: the query ($n: its name) must give the answer."""
    add(row, sentence, body, ("shows", query, answer))


def add(row, sentence, body, expected):
    name = f"{row.lower()}-{len(cases):03d}"
    if callable(body):
        body = body(name)
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    bodies[name] = body
    cases.append((row, name, sentence, expected))


def with_text(make, old, new):
    """A body whose JSON text is changed, for what json.dumps would not write."""
    def build(name):
        text = json.dumps(make(name))
        assert text.count(old) == 1, (old, text)
        return text.replace(old, new).encode("utf-8", "surrogateescape")
    return build


MESSAGE = "select body from quo.messages where id = 'm-$n'"
DURATION = "select duration_seconds from quo.calls where id = 'c-$n'"


def json_rows():
    for again in ('"a":1,"a":2', '"a":1,"\\u0061":2'):
        dead("J1", "a key that comes twice", with_text(message, '"id": "EV', again + ',"id": "EV'),
             "duplicate key in a JSON object")
    dead("J1", "a key that comes twice inside", with_text(message, '"orgId":', '"b":0,"b":1,"orgId":'),
         "duplicate key in a JSON object")

    shows("J2", "U+0000 in a value", lambda n: message(n, text="x\0y"), MESSAGE, f"x{FFFD}y")
    dead("J3", "U+0000 in a key", lambda n: message(n, **{"a\0b": 1}), "U+0000 in a key at byte #")
    for text, shown in (("\\ud800", FFFD), ("\\udc00", FFFD), ("\\ud83dx", FFFD + "x"),
                        ("\\ud83c\\udfc3", "\U0001f3c3"), ("\\udfc3\\ud83c", FFFD * 2)):
        shows("J4", f"surrogates as {text}", with_text(message, '"hello"', f'"{text}"'), MESSAGE, shown)
    for bad in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xc3"):
        dead("J5", f"bytes {bad.hex(' ')}, which are no UTF-8",
             with_text(message, "hello", bad.decode("utf-8", "surrogateescape")),
             "not UTF-8 at byte #")

    whole = json.dumps(message("x"))
    dead("J6", "a byte order mark", b"\xef\xbb\xbf" + whole.encode(), "a byte order mark at byte 0")
    dead("J6", "UTF-16 with a mark", whole.encode("utf-16"), "not UTF-8 at byte 0")
    dead("J6", "UTF-16 without", whole.encode("utf-16-le"), "not JSON at byte 1")
    for sentence, text in (("no bytes", b""), ("blanks", b" \n "), ("a number", b"5"),
                           ("a word", b"null"), ("a list", b"[]"), ("a string", b'"a"'),
                           ("HTML", b"<html>")):
        dead("J6", sentence, text, "not a JSON object")
    dead("J6", "two documents", whole.encode() * 2, "text after the JSON object at byte #")
    dead("J6", "a NUL at the end", whole.encode() + b"\0", "text after the JSON object at byte #")
    dead("J6", "text at the end", whole.encode() + b" x", "text after the JSON object at byte #")
    dead("J6", "half a document", whole.encode()[:40], "a string without end at byte #")

    deep = lambda n: lambda name: {**message(name), "x": json.loads("[" * n + "]" * n)}
    shows("J7", "nesting of 64", deep(63), MESSAGE, "hello")
    dead("J7", "nesting of 65", deep(64), "nested too deeply at byte #")
    dead("J7", "nesting of 100,000", with_text(message, '"hello"', "[" * 100000 + "]" * 100000),
         "nested too deeply at byte #")

    # Beyond 64 bits a number is the double that it was printed from.
    for digits, double in (("9223372036854775808", "9223372036854776000"), ("1" + "0" * 20,) * 2):
        shows("J8", f"the number {digits}", with_text(call, '"duration": 5', f'"duration": {digits}'),
              DURATION, double)
    for digits in ("9" * 400000, "1e400", "-1e400", "1e-400"):
        dead("J8", f"the number {digits[:8]}", with_text(call, '"duration": 5', f'"duration": {digits}'),
             "a number out of range at byte #")
    number = "select value_number, value_json from quo.contact_custom_fields where contact_id = 'p-$n'"
    shows("J9", "0.1", lambda n: contact(n, customFields=[field("number", 0.1)]), number, "0.1|")
    shows("J10", "2^53 + 1", lambda n: contact(n, customFields=[field("number", 2**53 + 1)]), number,
          "9007199254740993|")
    for text, shown in (("5.0", "5"), ("1e2", "100"), ("5.5", "5.5"), ("0.10", "0.1")):
        shows("J11", f"a duration of {text}", with_text(call, '"duration": 5', f'"duration": {text}'),
              DURATION, shown)
    for seconds in (-1, 2**31, 2**53):
        shows("J12", f"a duration of {seconds}", lambda n, s=seconds: call(n, duration=s), DURATION,
              str(seconds))


def type_rows():
    for value, words in ((5, "is not a string"), (None, "is null"), ("", "is empty")):
        dead("J13", f"an id {words}", lambda n, v=value: message(n, id=v), "data.resource.id " + words)
    dead("J13", "emails as an object", lambda n: contact(n, emails={}),
         "data.resource.emails is not a list")
    dead("J13", "data null", lambda n: {**message(n), "data": None}, "data is not an object")
    dead("J13", "type missing", lambda n: {"id": "EV" + n, "createdAt": CREATED, "data": {}},
         "type is missing")
    dead("J13", "a type of 10 kB", lambda n: {**message(n), "type": "t" * 10000},
         "type is longer than 255 bytes")
    dead("J13", "a text that is a number", lambda n: message(n, text=5),
         "data.resource.text is not a string")

    shows("J14", "an unknown type", lambda n: {**message(n), "type": "fax.received"},
          "select count(*) from quo.messages where id = 'm-$n'", "0")
    shows("J14", "unknown members everywhere",
          lambda n: {**message(n, novel={"a": []}), "novel": 1}, MESSAGE, "hello")
    shows("J14", "an unknown status and direction",
          lambda n: message(n, status="teleported", direction="sideways"),
          "select status, direction from quo.messages where id = 'm-$n'", "teleported|sideways")

    many = 100000
    shows("J15", "100,000 custom fields",
          lambda n: contact(n, customFields=[field("string", "v", f"k{i % 50}") for i in range(many)]),
          "select count(*), max(position) from quo.contact_custom_fields where contact_id = 'p-$n'",
          f"{many}|{many}")
    shows("J15", "50,000 recipients", lambda n: message(n, context={
        "orgId": "ORacme", "recipientIdentifiers": [f"+1206555{i:05d}" for i in range(50000)]}),
          "select cardinality(recipients) from quo.messages where id = 'm-$n'", "50000")
    shows("J15", "a text of 900 kB", lambda n: message(n, text="é" * 450000),
          "select octet_length(body) from quo.messages where id = 'm-$n'", "900000")
    shows("J16", "an object of 60,000 keys",
          lambda n: {**message(n), "x": {f"k{i}": 0 for i in range(60000)}}, MESSAGE, "hello")

    odd = ["__proto__", "'); DROP TABLE quo.messages; --", '"quoted"', "%n%s%1$s", "a\r\nb",
           "\x1b[31mred", "\u202eabc", "\U0001f9d1\u200d\U0001f680", "e\u0301", "\\N", "{a,b}", "NULL"]
    for text in odd:
        shows("J17", f"the text {text!r}", lambda n, t=text: message(n, text=t),
              "select encode(convert_to(body, 'UTF8'), 'hex') from quo.messages where id = 'm-$n'",
              text.encode().hex())
    shows("J17", "keys of that kind", lambda n: contact(n, customFields=[
        field("string", "v", text, name=text) for text in odd]),
          "select md5(string_agg(key || name, ',' order by position))"
          " from quo.contact_custom_fields where contact_id = 'p-$n'",
          hashlib.md5(",".join(text * 2 for text in odd).encode()).hexdigest())


def instant_rows():
    unread = "data.resource.createdAt is not an RFC 3339 instant with an offset"
    outside = "data.resource.createdAt is an instant outside the years 1970 to 9999"
    for text in ("now", "tomorrow", "infinity", "-infinity", "epoch", "04/05/2026", ""):
        dead("V1", f"the instant '{text}'", lambda n, t=text: message(n, createdAt=t), unread)
    at = "select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')" \
         " from quo.messages where id = 'm-$n'"
    for text, shown in (
            ("2026-11-06T12:00:00Z", "2026-11-06 12:00:00.000000"),
            ("2026-11-06T12:00:00.1Z", "2026-11-06 12:00:00.100000"),
            ("2026-11-06T12:00:00.100Z", "2026-11-06 12:00:00.100000"),
            ("2026-11-06T12:00:00.1234567Z", "2026-11-06 12:00:00.123456"),
            ("2026-11-06T12:00:00.9999999Z", "2026-11-06 12:00:00.999999"),
            ("2026-11-06T12:00:00.123456789Z", "2026-11-06 12:00:00.123456"),
            ("2026-11-06T12:00:00+02:00", "2026-11-06 10:00:00.000000"),
            ("2026-11-06t12:00:00z", "2026-11-06 12:00:00.000000")):
        shows("V2", f"the instant {text}", lambda n, t=text: message(n, createdAt=t), at, shown)
    for text in ("2026-11-06T12:00:00", "2026-11-06T12:00Z", "2026-11-06T24:00:00Z",
                 "2026-11-06T12:00:60Z", "2026-02-30T12:00:00Z", "2026-11-06T12:00:00+25:00"):
        dead("V3", f"the instant {text}", lambda n, t=text: message(n, createdAt=t), unread)
    for text in ("10000-01-01T00:00:00Z", "294277-01-01T00:00:00Z", "+010000-01-01T00:00:00Z",
                 "-000001-01-01T00:00:00Z"):
        dead("V4", f"the instant {text}", lambda n, t=text: message(n, createdAt=t), unread)
    for text in ("0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z"):
        dead("V4", f"the instant {text}", lambda n, t=text: message(n, createdAt=t), outside)
    date = "select value_date at time zone 'UTC', value_json from quo.contact_custom_fields" \
           " where contact_id = 'p-$n'"
    for text, shown in (("0001-01-01", "0001-01-01 00:00:00|"), ("9999-12-31", "9999-12-31 00:00:00|"),
                        ("1969-07-20T20:17:40Z", "1969-07-20 20:17:40|"),
                        ("0000-01-01", '|"0000-01-01"'), ("10000-01-01", '|"10000-01-01"'),
                        ("soon", '|"soon"')):
        shows("V4", f"a custom date of {text}",
              lambda n, t=text: contact(n, customFields=[field("date", t)]), date, shown)

    shows("V5", "a call whose updatedAt is null", lambda n: call(n, updatedAt=None),
          "select status, updated_at is null from quo.calls where id = 'c-$n'", "answered|t")
    shows("V5", "an updatedAt a day ahead", lambda n: contact(n, updatedAt="2026-11-07T10:00:01.000Z"),
          "select first_name from quo.contacts where id = 'p-$n'", "Ada")
    dead("V5", "an updatedAt further ahead", lambda n: contact(n, updatedAt="2026-11-07T10:00:01.001Z"),
         "data.resource.updatedAt is more than a day after createdAt")


def value_rows():
    dead("V6", "an id of 256 bytes", lambda n: message(n, id="i" * 256),
         "data.resource.id is longer than 255 bytes")
    dead("V6", "an id of 128 letters of two bytes", lambda n: message(n, id="é" * 128),
         "data.resource.id is longer than 255 bytes")
    shows("V6", "an id of 255 bytes", lambda n: message(n, id="é" * 127 + "x"),
          "select count(*) from quo.messages where id = repeat('é', 127) || 'x'", "1")
    shows("V6", "an id with U+0000", lambda n: message(n, id="zero\0" + n),
          f"select count(*) from quo.messages where id = 'zero{FFFD}$n'", "1")
    shows("V6", "an id of any letters", lambda n: message(n, id=f"'; -- %s \t{n}"),
          "select count(*) from quo.messages where id = '''; -- %s ' || chr(9) || '$n'", "1")
    dead("V6", "a key of 12 kB", lambda n: contact(n, customFields=[field("string", "v", "k" * 12000)]),
         "data.resource.customFields[0].key is longer than 255 bytes")

    numbers = (("+1 (206) 555-0142", "+12065550142"), ("anonymous", ""), ("12345", ""),
               ("sip:+12065550142@example.org", ""), ("+" + "1" * 40, ""), ("+1-800-FLOWERS", ""),
               ("+" + "".join(chr(0xff10 + int(d)) for d in "12065550142"), ""))
    shows("V7", "phone numbers of every kind", lambda n: contact(n, phoneNumbers=[
        {"value": value} for value, _ in numbers]),
          "select string_agg(value || '=' || coalesce(e164, ''), ';' order by position)"
          " from quo.contact_phone_numbers where contact_id = 'p-$n'",
          ";".join(value + "=" + e164 for value, e164 in numbers))

    dead("V8", "another workspace's orgId", lambda n: message(n, context={"orgId": "ORbolt"}),
         "data.context.orgId is not the workspace's org_id")
    for sentence, context in (("no orgId", {}), ("an orgId of null", {"orgId": None})):
        shows("V8", sentence, lambda n, c=context: message(n, context=c),
              "select org_id from quo.messages where id = 'm-$n'", "ORacme")

    shows("V11", "a deletion of a contact that nobody knew",
          lambda n: {**contact(n), "type": "contact.deleted"},
          "select deleted_at is not null from quo.contacts where id = 'p-$n'", "t")
    shows("V11", "a summary of a call that nobody knew",
          lambda n: envelope("call.summary.completed", n, {
              "callId": "c-" + n, "processingStatus": "completed", "summary": ["s"], "nextSteps": []}),
          "select (select count(*) from quo.calls where id = 'c-$n' and status is null),"
          " (select summary from quo.call_summaries where call_id = 'c-$n')", "1|{s}")

    typed = "select coalesce(value_text, value_number::text, value_boolean::text, value_list::text)," \
            " value_json from quo.contact_custom_fields where contact_id = 'p-$n'"
    for kind, value, shown in (
            ("multi-select", [], "{}|"), ("multi-select", None, "{}|"), ("multi-select", "", '|""'),
            ("multi-select", ["a", "b c"], '{a,"b c"}|'), ("multi-select", [5], "|[5]"),
            ("boolean", "true", '|"true"'), ("boolean", True, "true|"), ("number", "12", "12|"),
            ("number", "twelve", '|"twelve"'), ("string", 5, "|5"), ("of-tomorrow", {"a": 1}, '|{"a": 1}'),
            ("number", None, "|"), ("string", "", "|")):
        shows("V12", f"a {kind} of {json.dumps(value)}",
              lambda n, k=kind, v=value: contact(n, customFields=[field(k, v)]), typed, shown)
    keys = ["company", "k" * 100, 'a"b', "Size", "size", ""]
    shows("V13", "custom fields named like columns, at length, in quotes, by case, or not",
          lambda n: contact(n, customFields=[field("string", "v", key or None, name=key or "nameless")
                                             for key in keys]),
          "select string_agg(key, ',' order by position) from quo.contact_custom_fields"
          " where contact_id = 'p-$n'", ",".join(key or "nameless" for key in keys))

    for prefix in ("EV-test", "EV-sample"):
        shows("V14", f"a test delivery ({prefix}), of a foreign orgId at that",
              lambda n, p=prefix: {**contact(n), "id": p + n, "data": {"resource": {"id": "p-" + n},
                                                                      "context": {"orgId": "ORother"}}},
              "select count(*) from quo.contacts where id = 'p-$n'", "0")


# ---- running it -------------------------------------------------------------------------

def post_all(server):
    """Every case, each followed by a good delivery, over one connection."""
    client = server.client()
    wrong = []
    for _, name, _, _ in cases:
        for webhook_id, body in ((name, bodies[name]), ("after-" + name,
                                                        json.dumps(message("after-" + name)).encode())):
            answer = client.send(delivery(webhook_id, body)).read(30)
            if answer.status != 200:
                wrong.append(f"{name}: {answer}")
                client = server.client()
    equal("every body that is signed is acknowledged, whatever it is", wrong, [])


def same_reason(got, expected):
    """A # stands for any number."""
    return re.fullmatch(re.escape(expected).replace(r"\#", r"\d+"), got) is not None


def answers(queries):
    """The answers of many queries, by name, from one psql."""
    script = "".join(f"\\echo @@{name}\n{query};\n" for name, query in queries.items())
    done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"], input=script.encode(),
                          stdout=subprocess.PIPE, check=True)
    parts = re.split(r"^@@(\S+)\n", done.stdout.decode(), flags=re.M)[1:]
    return {name: text.removesuffix("\n") for name, text in zip(parts[::2], parts[1::2])}


def check_cases():
    """Each is in the archive or among the dead, once; and shows what it should."""
    fate = answers({name: f"select (select count(*) from quo.events where webhook_id = '{name}'),"
                          f" (select count(*) from quo.dead_letters where webhook_id = '{name}')"
                    for _, name, _, _ in cases})
    reason = answers({name: f"select reason from quo.dead_letters where webhook_id = '{name}'"
                      for _, name, _, _ in cases})
    shown = answers({name: expected[1].replace("$n", name)
                     for _, name, _, expected in cases if expected[0] == "shows"})
    for row, name, sentence, expected in cases:
        if expected[0] == "dead":
            check(f"{row}: {sentence}: a dead letter says why",
                  fate[name] == "0|1" and same_reason(reason[name], expected[1]),
                  fate[name], reason[name], expected[1])
        else:
            check(f"{row}: {sentence}: applied", (fate[name], shown[name]) == ("1|0", expected[2]),
                  fate[name], shown[name], expected[2], reason[name])
    check_types()


def check_types():
    """A dead letter names the type wherever its body does."""
    buried = [name for _, name, _, expected in cases if expected[0] == "dead"]
    kept = answers({name: f"select event_type from quo.dead_letters where webhook_id = '{name}'"
                    for name in buried})
    # The rows before J13 are no JSON that is taken.
    said = {name: stated_type(bodies[name]) for row, name, _, expected in cases
            if expected[0] == "dead" and (row[0] == "V" or row == "J13")}
    said = {name: kind for name, kind in said.items() if kind}
    check("the bodies of many dead letters name a type", len(said) > 20, len(said))
    equal("and each of these is kept with it", {name: kept[name] for name in said}, said)
    equal("what is no JSON object has none", {kept[name] for name in buried
                                              if not bodies[name].startswith(b"{")}, {""})


def stated_type(body):
    """What a body says that it is, in a form that the envelope allows; else None."""
    def once(members):
        assert len({name for name, _ in members}) == len(members), "a name stands twice"
        return dict(members)

    try:
        said = json.loads(body, object_pairs_hook=once, parse_float=str)["type"]
    except Exception:  # whatever keeps it from being read
        return None
    fits = isinstance(said, str) and 1 <= len(said.encode("utf-8", "surrogatepass")) <= 255
    return said if fits and said.isprintable() else None


def idle(seconds=120):
    end = time.monotonic() + seconds
    while sql("select count(*) from quo.inbox") != "0":
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def same_contact_500_times(server):
    """V10: the worker is not running, so that all are in one batch."""
    client = server.client()
    for i in range(500):
        body = contact("many", firstName=f"n{i:03d}", phoneNumbers=[{"value": f"+1206555{i:04d}"}],
                       updatedAt=f"2026-11-06T10:00:00.{i:03d}Z")
        client.send(delivery(f"many-{i}", json.dumps(body).encode())).read()
    subprocess.run([QUOSYNC, "work", "--drain", "--workers", "1", "--config", server.conf], check=True,
                   stderr=subprocess.DEVNULL)
    equal("V10: one contact 500 times in a batch: the last observation shows",
          sql("select first_name, (select string_agg(value, ',') from quo.contact_phone_numbers"
              " where contact_id = 'p-many') from quo.contacts where id = 'p-many'"),
          "n499|+12065550499")
    equal("V10: and all 500 are archived",
          sql("select count(*) from quo.events where webhook_id like 'many-%'"), "500")


def raw_bytes_stay():
    kept = answers({name: f"select coalesce(e.body, d.body) is not null and encode(sha256("
                          f"coalesce(e.body, d.body)), 'hex') = '{hashlib.sha256(body).hexdigest()}'"
                          f" from (values ('{name}')) v (name) left join quo.events e on e.webhook_id = name"
                          f" left join quo.dead_letters d on d.webhook_id = name"
                    for name, body in bodies.items()})
    equal("J2: archive and dead letters keep all bytes as they came",
          [name for name, same in kept.items() if same != "t"], [])


def encoded_bodies(server):
    """H3, H4: what the headers call a body does not matter; it is what its bytes are."""
    name, body = new_id(), json.dumps(message("typed")).encode()
    server.exchange(delivery(name, body, extra=["Content-Type: text/plain"]))
    zipped, packed = new_id(), gzip.compress(body)
    server.exchange(delivery(zipped, packed, extra=["Content-Encoding: gzip"]))
    plain = new_id()
    server.exchange(delivery(plain, b"a=1&b=2", extra=["Content-Type: application/x-www-form-urlencoded"]))
    check("everything is applied", idle())
    equal("H3: an event that is called plain text is applied",
          sql("select body from quo.messages where id = 'm-typed'"), "hello")
    equal("H3: a form becomes a dead letter",
          sql(f"select reason from quo.dead_letters where webhook_id = '{plain}'"), "not a JSON object")
    equal("H4: a compressed body is not unpacked: a dead letter holds its bytes",
          sql(f"select reason, encode(body, 'hex') from quo.dead_letters where webhook_id = '{zipped}'"),
          "not a JSON object|" + packed.hex())


def repetitions(server):
    """S5 to S7, to the end: what is seen in people's tables."""
    def people():
        return sql("select md5(string_agg(m::text, ',' order by id)) from quo.messages m"), sql(
            "select md5(string_agg(c::text, ',' order by id)) from quo.contacts c")

    name, body = new_id(), json.dumps(contact("again", phoneNumbers=[{"value": "+12065550142"}])).encode()
    equal("S5: a delivery that is repeated is acknowledged each time",
          [server.exchange(delivery(name, body)).status for _ in range(3)], [200] * 3)
    other = json.dumps(contact("again", firstName="Other", updatedAt="2026-11-06T10:00:00.9Z")).encode()
    equal("S7: another body under its id is acknowledged",
          server.exchange(delivery(name, other)).status, 200)
    check("all is applied", idle())
    equal("S5: and applied once", sql(f"select count(*) from quo.events where webhook_id = '{name}'"), "1")
    equal("S7: the first body stays, and a conflict is counted",
          (sql("select first_name from quo.contacts where id = 'p-again'"),
           server.metric('quosync_intake_deliveries_total{outcome="conflict"}')), ("Ada", 1))
    before = people()
    sql(f"delete from quo.delivery_ids where webhook_id = '{name}'")
    equal("S6: a replay of an id that was forgotten is acknowledged",
          server.exchange(delivery(name, body)).status, 200)
    check("it is applied", idle())
    equal("S6: archived again, and nothing that people see has changed",
          (sql(f"select count(*) from quo.events where webhook_id = '{name}'"), people()), ("2", before))


def spreadsheets(server):
    """J18: a contact that is called like a formula, and whoever reads a report by a spreadsheet."""
    formula = '=HYPERLINK("http://x","y")'
    body = contact("formula", firstName=formula, lastName="@SUM(A1)", company="+1+1")
    server.exchange(delivery("formula", json.dumps(body).encode()))
    server.exchange(delivery("formula-m", json.dumps(message("formula", createdAt=time.strftime(
        "%Y-%m-%dT%H:%M:%SZ", time.gmtime()), context={
            "orgId": "ORacme", "contacts": {"ids": ["p-formula"], "lookupStatus": "matched"},
            "senderIdentifier": "+12065550142"})).encode()))
    check("everything is applied", idle())

    def report(*words):
        return subprocess.run([QUOSYNC, "report", *words, "--workspace", "acme", "--config", server.conf],
                              stdout=subprocess.PIPE, check=True).stdout.decode()

    names = re.findall(r"^  ?([a-z_]+)", subprocess.run(
        [QUOSYNC, "report", "--config", server.conf], stdout=subprocess.PIPE).stdout.decode(), re.M)
    as_is = "".join(report(name, "--format", "csv", "--since", "all") for name in names)
    safe = "".join(report(name, "--format", "csv", "--since", "all", "--spreadsheet") for name in names)
    quoted = formula.replace('"', '""')
    check("J18: a name that is a formula is printed as it is", quoted in as_is, names, as_is)
    check("J18: with --spreadsheet it is none any more", "'" + quoted in safe and not
          re.search(r'(^|,)"?[=@+-][^0-9,"]', safe, re.M), re.findall(r'.*(?:^|,)"?[=@+-][^0-9,"].*', safe))


def largest_body():
    """V9: nothing of a body comes near the limits of text (1 GB) and jsonb strings (2^28)."""
    with open(os.path.join(os.environ["TOP_SRCDIR"], "src/base/config_table.c")) as table:
        limit = re.search(r'"max_body".*RANGE\(1, (\d+) \* MIB\)', table.read())
    check("V9: a body cannot be so long that its columns would not take it (64 MiB at most)",
          limit and int(limit[1]) * 3 * 2**20 < 2**28, limit)
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write("max_body = 65 MiB\nintake_bytes = 1 GiB\n")
        conf.flush()
        done = subprocess.run([QUOSYNC, "config", "--config", conf.name], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
        check("V9: nor can it be configured so",
              done.returncode == 78 and b"max_body" in done.stderr, done.returncode, done.stderr)


fresh_schema()
json_rows()
type_rows()
instant_rows()
value_rows()
started = time.monotonic()
with Program("run", max_body="16 MiB", intake_bytes="64 MiB", workers=1) as program:
    post_all(program)
    check("everything is applied", idle())
    print(f"# {len(cases)} bodies took {time.monotonic() - started:.1f} s", flush=True)
    check_cases()
    equal("every good delivery behind a bad one is applied",
          sql("select count(*) from quo.messages where id like 'm-after-%' and body = 'hello'"),
          str(len(cases)))
    raw_bytes_stay()
    encoded_bodies(program)
    repetitions(program)
    spreadsheets(program)
    check("and the program is as well as before", program.admin("/healthz") == (200, "ok\n"))
    log = program.log_text()
    check("J17: no odd byte stands in the log", all(" " <= c <= "~" or c == "\n" for c in log))
    check("no text of a body stands in the log", not re.search("DROP TABLE|teleported|hello|Ada", log))
    equal("the end is 0", program.stop()[0], 0)
fresh_schema()
with Program("serve") as program:
    same_contact_500_times(program)
largest_body()
finish()
