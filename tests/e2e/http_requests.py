# http_requests.py - what the receiver does with every odd request: methods, targets,
# framing, headers, sizes, signatures. Run by http_requests.sh.
import gzip
import signal
import time

from http_client import *

LIMIT = 65536


def statuses(server, requests):
    """The set of statuses that these requests are answered with."""
    return {server.exchange(data).status for data in requests}


def methods_and_targets(server):
    answers = [server.exchange(request([], method=method))
               for method in ("GET", "PUT", "HEAD", "OPTIONS", "DELETE", "post", "Post")]
    equal("any method but POST is not allowed", {a.status for a in answers}, {405})
    equal("and the answer names POST", {a.headers.get("allow") for a in answers}, {"POST"})
    targets = ["/", "/webhooks", PATH + "/", "//webhooks/quo/acme", "/webhooks//quo/acme",
               "/webhooks/quo/x/../acme", "/webhooks/quo/%61cme", PATH + "%00x", PATH + "?a=1",
               "http://quosync.test" + PATH, "/webhooks/quo", PATH.upper()]
    equal("a target that is not the configured one byte for byte is not found",
          statuses(server, [delivery(path=target) for target in targets]), {404})
    equal("the target is looked at before the method",
          server.exchange(request([], method="GET", path="/nothing")).status, 404)
    equal("health and metrics are not on the public address",
          statuses(server, [request([], method="GET", path=path)
                            for path in ("/healthz", "/readyz", "/metrics")]), {404})
    equal("the webhook is not on the admin address",
          Client(server.admin_port).send(delivery()).read().status, 404)
    equal("a POST to an admin path is not allowed",
          Client(server.admin_port).send(delivery(path="/healthz")).read().headers.get("allow"),
          "GET, HEAD")


def content(server):
    kinds = [[], ["Content-Type: text/plain"], ["Content-Type: application/json"],
             ["Content-Type: x"]]
    equal("the type of the content does not matter",
          statuses(server, [delivery(extra=kind) for kind in kinds]), {200})
    name, body = new_id(), gzip.compress(b"x" * 1000)
    equal("an encoded body is verified as it came",
          server.exchange(delivery(name, body, extra=["Content-Encoding: gzip"])).status, 200)
    equal("and stored as it came",
          sql(f"select encode(body, 'hex') from quo.inbox where webhook_id = '{name}'"), body.hex())
    name = new_id()
    equal("an empty body that is signed is stored", server.exchange(delivery(name, b"")).status, 200)
    equal("as an empty body",
          sql(f"select octet_length(body) from quo.inbox where webhook_id = '{name}'"), "0")
    body = bytes(range(256)) * 3
    name = new_id()
    server.exchange(delivery(name, body))
    equal("any bytes are stored as they came",
          sql(f"select encode(body, 'hex') from quo.inbox where webhook_id = '{name}'"), body.hex())


def chunk(data, extension=b""):
    return b"%x%s\r\n%s\r\n" % (len(data), extension, data)


def chunked(headers, *chunks, trailer=b""):
    return request(list(headers) + ["Transfer-Encoding: chunked"], length=False) + \
        b"".join(chunks) + b"0\r\n" + trailer + b"\r\n"


def sizes(server):
    for length in (str(LIMIT + 1), str(2**63), str(2**64 + 2)):
        client = server.client()
        client.send(request(signed("x", b"") + [f"Content-Length: {length}"], length=False))
        answer = client.read(3)
        check(f"a length of {length} is too large, without reading the body",
              answer.status == 413 and answer.headers.get("connection") == "close", answer)
        check(f"and ends the connection ({length})", client.ends(3))
    answer = server.exchange(delivery(body=b"x" * (LIMIT + 1)))
    equal("one byte above the limit is too large", answer.status, 413)
    name = new_id()
    equal("the limit itself is not", server.exchange(delivery(name, b"x" * LIMIT)).status, 200)
    equal("and it is stored whole",
          sql(f"select body_bytes from quo.inbox where webhook_id = '{name}'"), str(LIMIT))

    body = b"x" * LIMIT
    name = new_id()
    answer = server.exchange(chunked(signed(name, body), *[chunk(body[i:i + 4096])
                                                          for i in range(0, LIMIT, 4096)]))
    equal("chunks up to the limit are taken", (answer.status, stored(name)), (200, 1))
    name = new_id()
    client = server.client()
    client.send(request(signed(name, body + b"x") + ["Transfer-Encoding: chunked"], length=False))
    client.send(chunk(body))
    before = client.read(0.3).status
    client.send(chunk(b"x"))
    answer = client.read(3)
    check("the first byte above the limit is answered at once, though chunks go on",
          (before, answer.status, answer.headers.get("connection")) == (0, 413, "close"), answer)
    client.send(chunk(body) * 20 + b"0\r\n\r\n")
    check("and the connection ends", client.ends(5))
    equal("and nothing is stored", stored(name), 0)

    client = server.client()
    client.send(request(["Expect: 100-continue", f"Content-Length: {LIMIT + 1}"], length=False))
    answer = client.read(3)
    equal("who asks before sending too much is told so, not to continue", answer.status, 413)
    name, body = new_id(), b"{}"
    client = server.client()
    client.send(request(signed(name, body) + ["Expect: 100-continue", "Content-Length: 2"],
                        length=False))
    client.socket.settimeout(3)
    equal("who asks before sending enough is told to continue",
          client.socket.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
    equal("and then stored", client.send(body).read().status, 200)


def framing(server):
    def refused(sentence, *requests):
        answers = []
        for data in requests:
            client = server.client()
            answer = client.send(data).read(3)
            answers.append((answer.status, answer.headers.get("connection"), client.ends(3)))
        equal(sentence, set(answers), {(400, "close", True)})

    def raw(*lines, body=b"{}"):
        return request(signed("m", body) + list(lines), length=False) + body

    # Nothing is wrong with the body, so that the lines alone are refused.
    def in_chunks(*lines):
        return request(signed("m", b"{}") + list(lines), length=False) + chunk(b"{}") + b"0\r\n\r\n"

    refused("two lengths are refused, equal or not",
            raw("Content-Length: 2", "Content-Length: 2"),
            raw("Content-Length: 2", "Content-Length: 3"),
            raw("Content-Length: 2", "content-length: 2"))
    refused("a length beside chunks is refused",
            in_chunks("Content-Length: 2", "Transfer-Encoding: chunked"),
            in_chunks("Transfer-Encoding: chunked", "Content-Length: 2"))
    refused("any encoding but chunked is refused",
            *[raw("Transfer-Encoding: " + value)
              for value in ("gzip, chunked", "identity", "xchunked", "chunked, chunked", "chunked;a",
                            "", "chunked ")])
    refused("two encodings are refused",
            in_chunks("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"))
    refused("a length that is no plain number is refused",
            *[raw("Content-Length: " + value)
              for value in ("-1", "+2", "0x2", "2, 2", "2 x", "2.0", "", "two")])
    refused("a POST that says nothing of its length is refused",
            request(signed("m", b""), length=False) + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    refused("bad chunks are refused",
            chunked(signed("m", b"abc"), b"zz\r\nabc\r\n"),
            chunked(signed("m", b"abc"), b"3\r\nabcX\r\n"),
            chunked(signed("m", b"abc"), b"-3\r\nabc\r\n"))
    answer = server.exchange(chunked(signed("m", b"abc"), b"fffffffffffffffff\r\nabc\r\n"))
    equal("a chunk of an impossible size is too large", answer.status, 413)
    name, body = new_id(), b"abcdef"
    answer = server.exchange(chunked(signed(name, body), chunk(b"abc", b";a=b"), chunk(b"def")))
    equal("an extension of a chunk is ignored", (answer.status, stored(name)), (200, 1))
    name = new_id()
    answer = server.exchange(chunked(signed(name, body)[1:], chunk(body),
                                     trailer=f"webhook-id: {name}\r\n".encode()))
    equal("a trailer is not read as a header", (answer.status, stored(name)), (400, 0))
    name = new_id()
    answer = server.exchange(chunked(signed(name, body), chunk(body),
                                     trailer=b"webhook-id: other\r\n"))
    equal("nor does it replace one", (answer.status, stored(name)), (200, 1))


def header_lines(server):
    body = b"{}"

    def sent(*lines):
        return request(lines, body)

    good = signed("m", body)
    for index, word in enumerate(("id", "timestamp", "signature")):
        line, rest = good[index], good[:index] + good[index + 1:]
        name, value = line.split(": ", 1)
        equal(f"webhook-{word} missing, empty, twice or misspelt is malformed",
              statuses(server, [sent(*rest), sent(*rest, name + ":"), sent(*rest, name + ":  \t "),
                                sent(*rest, line, line), sent(*rest, line, line.upper()),
                                sent(*rest, name + " : " + value), sent(*rest, name + "x: " + value),
                                sent(*rest, name + "\r\n : " + value)]), {400})
    equal("a folded header is malformed",
          statuses(server, [sent("webhook-id: m\r\n n", *good[1:]),
                            sent("X-Any: a\r\n\tb", *good), sent("X-Any: a\r\n b", *good)]), {400})
    equal("a line without colon is malformed", statuses(server, [sent("nothing", *good)]), {400})
    equal("a name with a blank in it is malformed", statuses(server, [sent("X Y: a", *good)]), {400})
    odd = [b"a\x00b", b"a\x00", b"\x00", b"a\x80", b"\xff", b"a\rb", b"a\x01", b"a\x7f", b"a\tb"]
    equal("an id with bytes that are no printable ASCII is malformed",
          statuses(server, [sent(b"webhook-id: " + value, *good[1:]) for value in odd]), {400})
    equal("an id of 256 bytes is malformed",
          server.exchange(delivery("m" * 256)).status, 400)
    name = new_id().ljust(255, "x")
    equal("an id of 255 bytes is not", server.exchange(delivery(name)).status, 200)
    name = new_id()
    lines = [line.replace(": ", ":\t ") + " \t" for line in signed(name, body)]
    equal("blanks and tabs around a value do not matter",
          (server.exchange(sent(*lines)).status, stored(name)), (200, 1))
    name = new_id()
    lines = [line.replace("webhook", "WEBHOOK", 1) for line in signed(name, body)]
    equal("the case of a header's name does not matter", server.exchange(sent(*lines)).status, 200)
    now = int(time.time())
    bad = [f"+{now}", f"-{now}", f"0{now}", f"{now}.0", f"{now}x", f"0x{now:x}", "1e9", "",
           "9" * 20, f"{now} {now}"]
    answers = [server.exchange(data).body for data in (
        sent(*good[1:]), sent(good[0], good[0], *good[1:]), sent(*good[:2]), delivery("m" * 256),
        sent(good[0], "webhook-timestamp: x", good[2]))]
    equal("all that is malformed gets the same answer, which says nothing of the reason",
          set(answers), {b"bad request\n"})
    equal("a timestamp that is no plain number is malformed",
          statuses(server, [sent(good[0], f"webhook-timestamp: {value}", good[2]) for value in bad]),
          {400})


def envelopes(server):
    equal("long headers are refused by their size",
          statuses(server, [request(["X: " + "y" * 20000]), request(["X: y"] * 1000)]), {431})
    equal("a long target is refused by its size",
          server.exchange(request([], path="/" + "y" * 20000)).status, 414)
    equal("HTTP/1.1 without Host is refused", server.exchange(delivery(host=False)).status, 400)
    client = server.client()
    answer = client.send(delivery(version="HTTP/1.0", host=False)).read()
    check("HTTP/1.0 is answered, and the connection ends", answer.status == 200 and client.ends())
    equal("HTTP/0.9 is refused", server.exchange(b"GET " + PATH.encode() + b"\r\n\r\n").status, 400)
    equal("HTTP/2 is refused",
          server.exchange(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status, 505)
    hello = bytes.fromhex("1603010200010001fc0303") + b"z" * 500
    client = server.client()
    check("TLS is not answered, and cut", client.send(hello).ends(8))
    names = [new_id() for _ in range(3)]
    client = server.client().send(b"".join(delivery(name) for name in names))
    equal("three requests at once get three answers",
          [client.read().status for _ in names], [200, 200, 200])
    client = server.client()
    client.send(delivery() + delivery(path="/nothing") + delivery())
    equal("and in their order", [client.read().status for _ in range(2)], [200, 404])
    equal("all of them are stored", [stored(name) for name in names], [1, 1, 1])
    client = server.client()
    equal("a connection serves one request after the other",
          [client.send(delivery()).read().status for _ in range(20)], [200] * 20)
    name = new_id()
    data = delivery(name, b"y" * 5000, extra=[f"X-{i}: {'z' * i}" for i in range(80)])
    client = server.client()
    for i in range(0, len(data), 97):
        client.send(data[i:i + 97])
    equal("a request in small pieces is the same request",
          (client.read().status, stored(name)), (200, 1))


def broken_off(server):
    name = new_id()
    before = server.metric("quosync_http_broken_off_total")
    client = server.client()
    client.send(delivery(name)[:-1])
    time.sleep(0.1)
    client.close()
    name_after = new_id()
    client = server.client().send(delivery(name_after))
    client.close()
    for _ in range(100):
        if stored(name_after) and server.metric("quosync_http_broken_off_total") > before:
            break
        time.sleep(0.05)
    check("a body shorter than promised is counted",
          server.metric("quosync_http_broken_off_total") > before)
    equal("and not stored", stored(name), 0)
    equal("a delivery whose sender did not wait is stored", stored(name_after), 1)
    equal("and its repetition a duplicate",
          (server.exchange(delivery(name_after)).status, stored(name_after)), (200, 1))


def signatures(server):
    def outcome(name):
        return server.metric(f'quosync_intake_deliveries_total{{outcome="{name}"}}')

    def reason(name):
        return server.metric(f'quosync_requests_refused_total{{reason="{name}"}}')

    body, now = b"{}", int(time.time())
    good = signed("m", body)

    def sent(*lines):
        return request(lines, body)

    stale, no_match = reason("stale"), reason("no_match")
    answers = [server.exchange(data) for data in (
        request(signed("m", body, timestamp=now - 305), body),
        request(signed("m", body, timestamp=now + 305), body),
        request(signed("m", body, timestamp=0), body),
        request(signed("m", body, timestamp=2**63 - 1), body))]
    equal("a timestamp more than 300 s off is unauthorized", {a.status for a in answers}, {401})
    answers += [server.exchange(data) for data in (
        request(good, b"{ }"),
        sent("webhook-id: n", *good[1:]),
        sent(*good[:2], good[2].replace("v1,", "v2,")),
        sent(*good[:2], good[2].replace("v1,", "v1a,")),
        sent(*good[:2], "webhook-signature: v1,"),
        sent(*good[:2], good[2][:-1]), sent(*good[:2], good[2] + "="),
        delivery(secret=OTHER),
        delivery(secret=OTHER, path=PATH), delivery(path=OTHER_PATH))]
    equal("what no secret of this path signed is unauthorized",
          {a.status for a in answers[4:]}, {401})
    equal("all of them get the same answer", len({a.body for a in answers}), 1)
    check("which says nothing of the reason", answers[0].body == b"unauthorized\n", answers[0].body)
    equal("the reasons are counted", (reason("stale") - stale, reason("no_match") - no_match),
          (4, 10))
    check("and an answer names no version",
          all("quosync" not in a.raw.decode("latin-1").lower() and "server" not in a.headers
              for a in answers))
    equal("either of two secrets is good",
          statuses(server, [delivery(), delivery(secret=SECOND)]), {200})
    equal("300 s less a moment are not off",
          statuses(server, [request(signed(new_id(), body, timestamp=int(time.time()) + off), body)
                            for off in (-295, 295)]), {200})
    name = new_id()
    entries = "v1," + "A" * 43 + "= v2,x  " + signature(SECRET, name, now, body) + " v1,zz"
    equal("one good signature among others is enough",
          server.exchange(sent(f"webhook-id: {name}", f"webhook-timestamp: {now}",
                               "webhook-signature: " + entries)).status, 200)
    name = new_id()
    equal("a workspace's delivery is stored as its own",
          (server.exchange(delivery(name, secret=OTHER, path=OTHER_PATH)).status,
           sql(f"select org_id from quo.inbox where webhook_id = '{name}'")), (200, "ORbolt"))
    equal("the same id in two workspaces is two deliveries",
          (server.exchange(delivery(name)).status, stored(name)), (200, 2))

    name, duplicates = new_id(), outcome("duplicate")
    equal("a repeated delivery is acknowledged and stored once",
          (statuses(server, [delivery(name)] * 3), stored(name)), ({200}, 1))
    equal("and counted", outcome("duplicate") - duplicates, 2)
    conflicts = outcome("conflict")
    equal("another body under the same id is acknowledged",
          server.exchange(delivery(name, b'{"id":"EV2"}')).status, 200)
    equal("and counted as a conflict", outcome("conflict") - conflicts, 1)
    equal("the first one stays",
          sql(f"select convert_from(body, 'UTF8') from quo.inbox where webhook_id = '{name}'"),
          '{"id":"EV1"}')
    sql(f"delete from quo.delivery_ids where webhook_id = '{name}'")
    equal("an id that was forgotten is stored again",
          (server.exchange(delivery(name)).status, stored(name)), (200, 2))


def rotation(server):
    third = "whsec_" + base64.b64encode(b"third-secret-of-acme-for-tests-03").decode()
    equal("a secret that is not configured yet signs nothing",
          server.exchange(delivery(secret=third)).status, 401)
    time.sleep(1.1)
    server.write_secrets(third, SECRET)
    equal("a secret that came into the file is found when it is needed",
          server.exchange(delivery(secret=third)).status, 200)
    equal("one that left it signs nothing any more",
          server.exchange(delivery(secret=SECOND)).status, 401)
    server.write_secrets("whsec_bad")
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    equal("a bad file leaves the old secrets in place",
          statuses(server, [delivery(secret=third), delivery()]), {200})
    server.write_secrets(SECRET, SECOND)
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    equal("SIGHUP reads the file again",
          statuses(server, [delivery(), delivery(secret=SECOND)]), {200})


def admin(server):
    equal("healthz is healthy", server.admin("/healthz"), (200, "ok\n"))
    equal("readyz is ready", server.admin("/readyz"), (200, "ok\n"))
    status, text = server.admin("/metrics")
    names = re.findall(r"^# TYPE (\S+)", text, re.M)
    check("metrics are there, each named once",
          status == 200 and len(names) > 15 and len(names) == len(set(names)), names)
    with open(os.path.join(os.environ["TOP_SRCDIR"], "doc/http.md")) as page:
        known = set(re.findall(r"`(quosync_\w+)", page.read()))
    equal("every metric is in doc/http.md", [name for name in names if name not in known], [])
    check("every metric has a help text",
          re.findall(r"^# HELP (\S+)", text, re.M) == names)
    rows = [row for row in text.splitlines() if not row.startswith("#")]
    check("every line is a metric and a number",
          all(re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9.e+-]+', row) for row in rows), rows)
    check("workspaces go by the names that the configuration gives them",
          set(re.findall(r'workspace="([^"]*)"', text)) <= {"acme", "bolt"})
    check("no label names anybody else",
          not re.search(r"OR|msg_|acme|bolt", re.sub(r'workspace="[^"]*"', "", "\n".join(rows))))
    check("nothing of a body is held any more",
          server.metric_in_the_end("quosync_http_body_bytes", 0) == 0)


def log_lines(server):
    text = server.log_text()
    check("no secret, signature or text of a body stands in the log",
          not re.search(r"whsec_|v1,|EV1|\"id\"", text), text)
    check("no odd byte stands in the log", all(" " <= c <= "~" or c == "\n" for c in text))
    bad = [line for line in text.splitlines() if re.match(r"warn|error", line)]
    check("hundreds of bad requests do not flood the log", len(bad) < 10, *bad)


fresh_schema()
with Program(max_body=LIMIT, request_deadline=3) as program:
    methods_and_targets(program)
    content(program)
    sizes(program)
    framing(program)
    header_lines(program)
    envelopes(program)
    broken_off(program)
    signatures(program)
    admin(program)
    log_lines(program)
    rotation(program)
    code, seconds = program.stop()
    equal("the server ends with 0", code, 0)
finish()
