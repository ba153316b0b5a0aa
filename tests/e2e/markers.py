# markers.py - plants markers where secrets stand and in everything that people say, runs
# every command through its work and its errors at level debug, and looks for the markers
# in all that was said: output, logs, metrics, arguments, environment, database. Run by
# markers.sh.
import json
import re
import shutil
import threading

from http_client import *

WORD, DIGITS = "MARKWORD", "5559731"
KEY = b"SECRETMARKER-of-the-webhook-0001"
MARKED_SECRET = "whsec_" + base64.b64encode(KEY).decode()
API_KEY = "SECRETMARKERapikey"
PASSWORD = "SECRETMARKERpassword"
ORG = "OR7kq2Xw9bVd"
# As they are, and as base64 and hex would show them.
SECRETS = re.compile("|".join(("SECRETMARKER", MARKED_SECRET[6:26], MARKED_SECRET[30:46],
                               KEY[:12].hex(), base64.b64encode(API_KEY.encode()).decode()[:16])),
                     re.I)
# The words of the fake Quo's people are markers, too.
SAID = re.compile(rf"{WORD}|{DIGITS}|gr\u00fc\u00dfe|Ivanova|Okafor|@example\.com|\+1206000|\+1207000"
                  r"|They talked|Good morning|files\.example")
TOP = os.environ["TOP_SRCDIR"]

# Members whose text people wrote, or which tell who they are.
PEOPLES = {"text", "firstName", "lastName", "company", "role", "location", "externalId", "value",
           "name", "transcript", "content", "summary", "nextSteps", "url", "recordingUrl", "quo",
           "phoneMenuSelectionName", "icon", "title", "source", "novel"}
NUMBERS = {"senderIdentifier", "recipientIdentifiers", "from", "to", "identifier", "workspace",
           "external", "fromPhoneNumber", "forwardedFrom", "forwardedTo"}

said, shown = [], []  # (what, text): what must hold no content; what may, but no secret


def marked(value, member, serial):
    """The value with markers in place of what people said."""
    if isinstance(value, dict):
        return {name: marked(inner, name, serial) for name, inner in value.items()}
    if isinstance(value, list):
        return [marked(inner, member, serial) for inner in value]
    if not isinstance(value, str):
        return value
    serial[0] += 1
    if member in NUMBERS or re.fullmatch(r"\+\d{8,15}", value):
        return f"+1206{DIGITS}{serial[0] % 10}"[:12]
    if member in PEOPLES and not re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value):
        return f"{WORD}{serial[0]} {value[:3]}"
    return value


def marked_samples():
    serial, bodies = [0], []
    folder = os.path.join(TOP, "tests/samples")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            event = json.loads(file.read().decode("utf-8", "surrogatepass"))
        bodies.append(json.dumps(marked(event, "", serial)).encode())
    hold = sum(WORD.encode() in body or DIGITS.encode() in body for body in bodies)
    check("most samples hold markers, and many", len(bodies) > 60 and hold > 40 and serial[0] > 500,
          len(bodies), hold, serial)
    return bodies


def bad_bodies(bodies):
    """Bodies that become dead letters, with markers at the place of the mistake."""
    event = json.loads(bodies[-20])
    resource = {"id": "m9", "direction": "incoming", "status": "received", "createdAt": "x"}
    message = {"id": "EVbad", "type": "message.received", "createdAt": "2026-11-06T10:00:01Z",
               "data": {"resource": dict(resource), "context": {"orgId": ORG}}}

    def wrong(**members):
        return json.dumps({**message, "data": {**message["data"], "resource": {**resource, **members}}})

    word = WORD + "bad"
    return [text.encode() for text in (
        word, f'"{word}"', f'{{"{word}": 1, "{word}": 2}}', f'{{"{word}\\u0000": 1}}',
        f'{{"a": "{word}', f'{{"a": {word}}}', f'{{"id": {{"{word}": 1}}}}',
        wrong(createdAt=word), wrong(text={word: word}, createdAt="2026-11-06T10:00:01Z"),
        wrong(id=word * 99), json.dumps({**message, "id": word * 99}),
        json.dumps({**message, "type": {word: 1}}), json.dumps({**event, "createdAt": word}),
        json.dumps({**message, "data": {"resource": {"id": "m8"}, "context": {"orgId": word}}}),
        json.dumps({**message, "type": "contact.updated", "data": {"resource": {
            "id": "c9", "updatedAt": "2026-11-06T10:00:01Z", "emails": word, "phoneNumbers": [],
            "customFields": []}, "context": {"orgId": ORG}}}))] + [
        word.encode() + b"\xff", b"\x1f\x8b" + word.encode()]


# ---- the program ----------------------------------------------------------------------

def configuration(directory, fake, **more):
    """A file whose secrets are markers; returns its path."""
    values = {
        "listen": "127.0.0.1:0", "admin_listen": "127.0.0.1:0", "log": "debug", "org_id": ORG,
        "database": f"dbname={os.environ['PGDATABASE']} password={PASSWORD}",
        "webhook_secrets_file": directory + "/secrets", "api_key_file": directory + "/key",
        "api_url": fake, "rate": 100, "country_code": 1, **more}
    for name, text in (("secrets", MARKED_SECRET), ("key", API_KEY)):
        with open(f"{directory}/{name}", "w", opener=private) as file:
            file.write(text + "\n")
    path = f"{directory}/quosync.conf"
    with open(path, "w", opener=private) as file:
        file.writelines(f"{name} = {value}\n" for name, value in values.items() if value is not None)
    return path


class Daemon(Program):
    """serve, run or work with a configuration that is there already."""

    def __init__(self, command, conf):
        self.directory = tempfile.TemporaryDirectory(prefix="quosync-marked.")
        self.conf, self.log = conf, os.path.join(self.directory.name, "log")
        self.process = subprocess.Popen([QUOSYNC, command, "--config", conf], cwd=self.directory.name,
                                        stdin=subprocess.DEVNULL, stderr=open(self.log, "wb"))
        self.port = self.logged_port("serve.listening")
        self.admin_port = self.logged_port("admin.listening")
        self.wait_ready()


ran = {}


def quosync(*words, conf=None, stdin=b"", content=False, **environment):
    """Runs a command; what it says is kept. content: stdout is people's data, rightly."""
    command = [QUOSYNC, *words] + (["--config", conf] if conf else [])
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "QUOSYNC_TEST_BACK_OFF_DIVISOR": "1000", **environment},
                          timeout=120)
    what = " ".join(words)
    ran.setdefault(words[0], set()).add(done.returncode)
    said.append((what + " (stderr)", done.stderr.decode("latin-1")))
    (shown if content else said).append((what, done.stdout.decode("utf-8", "replace")))
    return done


# ---- what it goes through ----------------------------------------------------------------

def process_files(pid):
    for name in ("cmdline", "environ"):
        with open(f"/proc/{pid}/{name}", "rb") as file:
            said.append((f"/proc/PID/{name}", file.read().decode("latin-1")))
    with open(f"/proc/{pid}/limits") as file:
        equal("it leaves no core file", re.search(r"Max core file size +(\S+) +(\S+)",
                                                  file.read()).groups(), ("0", "0"))


def receive(conf, bodies, bad):
    """run under load: good, bad and hostile requests, a database that refuses, fails and hangs."""
    sql("alter table quo.messages add constraint refuses check (status <> 'delivered')")
    with Daemon("run", conf) as server:
        process_files(server.process.pid)

        def many(mine):
            client = server.client()
            for i in mine:
                body = (bodies + bad)[i % (len(bodies) + len(bad))]
                client.send(delivery(f"in-{i}", body, MARKED_SECRET, path="/webhooks/quo")).read(20)

        threads = [threading.Thread(target=many, args=(range(n, 4 * (len(bodies) + len(bad)), 4),))
                   for n in range(4)]
        for thread in threads:
            thread.start()
        word, path = WORD.encode(), "/webhooks/quo"
        good = signed("x", b"{}", MARKED_SECRET)
        for data in (request(good, word, path=path), request(good[1:], word, path=path),
                     delivery(WORD, word, SECRET, path=path), request([], path="/" + WORD),
                     request([f"webhook-id: {WORD}\x01", *good[1:]], word, path=path),
                     request([WORD + ": " + WORD, WORD], word, path=path),
                     delivery("big", word * 700000, MARKED_SECRET, path=path),
                     delivery("c", word, MARKED_SECRET, path=path, extra=["Content-Encoding: " + WORD]),
                     request(signed("old", word, MARKED_SECRET, 5), word, path=path),
                     request(good, word, path=path, method=WORD), b"\x16\x03\x01" + word * 9,
                     request([good[0], good[1], "webhook-signature: v1," + MARKED_SECRET], word, path=path)):
            server.exchange(data, 2)
        sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'quosync%'")
        for thread in threads:
            thread.join()
        for i in range(len(bodies)):  # those that the lost connection cost
            server.exchange(delivery(f"again-{i}", bodies[i], MARKED_SECRET, path=path), 20)
        end = time.monotonic() + 60
        while sql("select count(*) from quo.inbox") != "0" and time.monotonic() < end:
            time.sleep(0.1)
        check("all is applied or dead", sql("select count(*) from quo.inbox") == "0")
        check("some of it by the database's word",
              sql("select count(*) > 0 from quo.dead_letters where detail ~ '23514'") == "t",
              sql("select distinct reason, detail from quo.dead_letters"))
        for page in ("/metrics", "/healthz", "/readyz"):
            said.append((page, server.admin(page)[1]))
        server.process.send_signal(signal.SIGHUP)
        process_files(server.process.pid)
        server.stop()
        said.append(("run (log)", server.log_text()))
        ran.setdefault("run", set()).add(0)
    sql("alter table quo.messages drop constraint refuses")
    reasons = sql("select reason, detail from quo.dead_letters")
    said.append(("reasons of dead letters", reasons))


def commands(conf, directory, fake, bodies, bad):
    lines = b"\n".join(b.replace(b"\n", b" ") for b in bodies + bad[:8]) + b"\n" + json.dumps(
        {"webhook-id": WORD, "body": {WORD: 1}}).encode()
    quosync("ingest", conf=conf, stdin=lines)
    quosync("ingest", "--json", conf=conf, stdin=lines)
    quosync("work", "--drain", conf=conf)
    for words in (["status"], ["status", "--json"], ["status", "--nagios"], ["config"],
                  ["config", "--json"], ["migrate"], ["migrate", "--status"], ["migrate", "--json"],
                  ["dead", "list"], ["dead", "list", "--json"], ["prune"], ["prune", "--json"],
                  ["replay"], ["replay", "--dry-run", "--json"], ["replay", "--rebuild"], ["points"],
                  ["report"], ["help"], ["completion", "bash"]):
        quosync(*words, conf=None if words[0] in ("completion", "help", "points") else conf)
    dead = sql("select min(id) from quo.dead_letters")
    quosync("dead", "show", dead, conf=conf, content=True)
    quosync("dead", "retry", "--all", conf=conf)
    quosync("work", "--drain", conf=conf)
    quosync("dead", "discard", sql("select min(id) from quo.dead_letters"), conf=conf)
    for kind in ("table", "csv", "json"):
        quosync("report", "--all", "--format", kind, conf=conf, content=True)
    contact = sql("select id from quo.live_contacts order by id limit 1")
    quosync("erase", contact, conf=conf)
    quosync("erase", "nobody", conf=conf)

    ask = lambda text: urllib.request.urlopen(
        urllib.request.Request(fake + "/_fake/faults", text.encode()), timeout=5).read()
    for faults in ("", "bad-item@100x3", "html@30", "cut@20 status=500@10", "status=401", "status=403",
                   "status=402", "redirect=http://169.254.169.254/" + API_KEY,
                   "object#/v1/contacts", "no-date"):
        ask(faults)
        sql("truncate quo.reconcile_progress, quo.leases")
        quosync("reconcile", conf=conf)
    ask("")
    quosync("reconcile", "--json", conf=conf)
    quosync("reconcile", "--dry-run", conf=conf)
    url = "http://127.0.0.1:8480/webhooks/quo"
    made = quosync("webhook", "ensure", url, conf=conf).stdout.decode()
    ids = re.findall(r"subscription (\d+)", made)
    for words in (["list"], ["list", "--json"], ["show", *ids], ["update", *ids, "--label", "x"],
                  ["rotate", *ids], ["test", *ids], ["deliveries"], ["retry", "1", "2"], ["delete", *ids],
                  ["show", "none"], ["ensure", "https://user:" + PASSWORD + "@x/"]):
        quosync("webhook", *words, conf=conf)
    if "doctor" in subprocess.run([QUOSYNC, "--help"], stdout=subprocess.PIPE).stdout.decode():
        quosync("doctor", conf=conf)
        quosync("doctor", "--json", conf=conf)


def failures_of_configuration(directory, fake):
    """The same secrets where something is wrong with them, or with what they open."""
    broken = tempfile.mkdtemp(prefix="quosync-marked.", dir=directory)
    for more in ({"database": f"postgresql://u:{PASSWORD}@127.0.0.1:1/d"},
                 {"database": f"postgresql://u:{PASSWORD}@127.0.0.1:1/d?x={PASSWORD}"},
                 {"database": f"host=/nowhere password='{PASSWORD}"},
                 {"webhook_secrets": MARKED_SECRET + "!" + MARKED_SECRET, "webhook_secrets_file": None},
                 {"webhook_secrets": MARKED_SECRET},
                 {"api_key": API_KEY, "api_key_file": None, "api_url": "http://127.0.0.1:1"},
                 {"api_url": f"https://u:{PASSWORD}@quo.test"}):
        conf = configuration(broken, fake, **more)
        for words in (["status"], ["migrate"], ["config"], ["config", "--json"], ["ingest"],
                      ["dead", "list"], ["prune"], ["reconcile"], ["webhook", "list"], ["erase", "x"],
                      ["replay"], ["report"]):
            quosync(*words, conf=conf)
    for command in ("run", "serve"):
        quosync(command, conf=configuration(broken, fake, webhook_secrets=MARKED_SECRET))
    quosync("config", QUOSYNC_API_KEY=API_KEY, QUOSYNC_WEBHOOK_SECRETS=MARKED_SECRET,
            QUOSYNC_DATABASE=f"host=/nowhere password={PASSWORD}")
    quosync("status", QUOSYNC_API_KEY=API_KEY + " x", QUOSYNC_WEBHOOK_SECRETS=MARKED_SECRET + "!",
            QUOSYNC_DATABASE=f"host=/nowhere password={PASSWORD}")


def fake_quo(directory):
    process = subprocess.Popen([
        os.path.join(os.environ["TOP_BUILDDIR"], "tests/fakequo/fakequo"), "--port-file",
        directory + "/port", "--key", API_KEY, "--contacts", "30", "--calls", "20", "--messages", "20",
        "--users", "2", "--numbers", "2"], stdin=subprocess.DEVNULL)
    for _ in range(200):
        if os.path.exists(directory + "/port") and os.path.getsize(directory + "/port"):
            break
        time.sleep(0.05)
    with open(directory + "/port") as file:
        return process, "http://127.0.0.1:" + file.read().strip()


# ---- looking --------------------------------------------------------------------------------

def found(pattern, texts):
    hits = []
    for what, text in texts:
        match = pattern.search(text)
        if match:
            hits.append(f"{what}: ...{text[max(0, match.start() - 120):match.end() + 40]!r}")
    return hits


def look():
    everything = said + shown
    total = sum(len(text) for _, text in everything)
    print(f"# {len(everything)} texts of {total} bytes", flush=True)
    check("much was said", len(everything) > 150 and total > 200000)
    hits = found(SECRETS, everything)
    check("no secret is in anything that was said", not hits, *hits[:8])
    hits = found(SAID, said)
    check("nothing of what people said is in logs, errors, metrics and lists", not hits, *hits[:8])
    check("though reports and bodies were looked at too", bool(found(SAID, shown)))
    dump = subprocess.run(["pg_dump"], stdout=subprocess.PIPE, check=True).stdout.decode("utf-8")
    check("the database holds what people said", bool(SAID.search(dump)))
    hits = found(SECRETS, [("database", dump)])
    check("and no secret is in the database", not hits, *hits)
    commands_there = set(re.findall(r"^  ([a-z]+) ", subprocess.run(
        [QUOSYNC, "--help"], stdout=subprocess.PIPE).stdout.decode().split("\n\n")[2], re.M))
    equal("every command was run", sorted(commands_there - set(ran)), [])


def main():
    # Markers that nothing prints would prove nothing.
    check("a marker would be found", found(SECRETS, [("x", f"a {API_KEY} b")]) and
          found(SECRETS, [("x", MARKED_SECRET)]) and found(SAID, [("x", f"+1206{DIGITS}")]))
    directory = tempfile.mkdtemp(prefix="quosync-markers.")
    fresh_schema()
    process, fake = fake_quo(directory)
    try:
        conf = configuration(directory, fake)
        bodies = marked_samples()
        bad = bad_bodies(bodies)
        receive(conf, bodies, bad)
        commands(conf, directory, fake, bodies, bad)
        with Daemon("serve", conf) as server:
            process_files(server.process.pid)
            server.stop()
            said.append(("serve (log)", server.log_text()))
            ran.setdefault("serve", set()).add(0)
        failures_of_configuration(directory, fake)
        look()
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(directory)


main()
finish()
