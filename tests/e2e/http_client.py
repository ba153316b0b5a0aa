# http_client.py - what the http_*.py tests share: a quosync under test with two
# workspaces, raw sockets, signatures, and counting cases. Standard library alone.
#
# Every case prints one line, `ok - <sentence>` or `not ok - <sentence>`.
import base64
import hashlib
import hmac
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

QUOSYNC = os.environ["QUOSYNC"]
SECRET = "whsec_" + base64.b64encode(b"first-secret-of-acme-for-tests-01").decode()
SECOND = "whsec_" + base64.b64encode(b"second-secret-of-acme-for-tests-2").decode()
OTHER = "whsec_" + base64.b64encode(b"the-secret-of-bolt-for-tests-0003").decode()
PATH = "/webhooks/quo/acme"
OTHER_PATH = "/webhooks/quo/bolt"

failures = 0


def check(sentence, passed, *details):
    global failures
    print(("ok - " if passed else "not ok - ") + sentence, flush=True)
    if not passed:
        failures += 1
        for detail in details:
            print("    " + str(detail)[:400], flush=True)
    return passed


def equal(sentence, got, expected):
    return check(sentence, got == expected, f"got:      {got!r}", f"expected: {expected!r}")


def finish():
    sys.exit(1 if failures else 0)


def sql(text):
    """The answer of psql, unaligned, as one string."""
    done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", text],
                          stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().strip()


def stored(webhook_id):
    """How often an id waits in the inbox."""
    return int(sql(f"select count(*) from quo.inbox where webhook_id = '{webhook_id}'"))


def fresh_schema():
    sql("set client_min_messages = warning; drop schema if exists quo cascade")
    subprocess.run([QUOSYNC, "migrate"], check=True, stdout=subprocess.DEVNULL)


# ---- requests -----------------------------------------------------------------

def signature(secret, webhook_id, timestamp, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = webhook_id.encode() + b"." + str(timestamp).encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


_last = 0


def new_id():
    global _last
    _last += 1
    return f"msg_{os.getpid()}_{_last:06d}"


def signed(webhook_id, body, secret=SECRET, timestamp=None):
    """The three headers of a delivery, as lines without line ends."""
    timestamp = int(time.time()) if timestamp is None else timestamp
    return [f"webhook-id: {webhook_id}", f"webhook-timestamp: {timestamp}",
            f"webhook-signature: {signature(secret, webhook_id, timestamp, body)}"]


def request(headers, body=b"", path=PATH, method="POST", version="HTTP/1.1", host=True,
            length=True):
    """The bytes of a request. Headers are str or bytes."""
    lines = [f"{method} {path} {version}"] + (["Host: quosync.test"] if host else [])
    lines += list(headers)
    if length:
        lines.append(f"Content-Length: {len(body)}")
    head = b"\r\n".join(x if isinstance(x, bytes) else x.encode("latin-1") for x in lines)
    return head + b"\r\n\r\n" + body


def delivery(webhook_id=None, body=None, secret=SECRET, extra=(), **more):
    webhook_id = webhook_id or new_id()
    body = b'{"id":"EV1"}' if body is None else body
    return request(signed(webhook_id, body, secret) + list(extra), body, **more)


class Answer:
    """What came back: status (0: nothing), headers in lower case, body; and whether the
    connection ended, quietly or by a reset."""

    def __init__(self, raw, closed):
        self.raw, self.closed = raw, closed
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        match = re.match(rb"HTTP/1\.[01] (\d\d\d)", lines[0])
        self.status = int(match[1]) if match else 0
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(b":")
            self.headers[name.strip().lower().decode()] = value.strip().decode()

    def __repr__(self):
        return f"{self.status} {'closed' if self.closed else 'open'} {self.raw[:120]!r}"


class Client:
    """A connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # the server may have answered and left
        return self

    def read(self, wait=5.0):
        """One answer, by its Content-Length; what follows stays for the next read."""
        end, closed = time.monotonic() + wait, False
        while True:
            head, found, body = self.rest.partition(b"\r\n\r\n")
            match = re.search(rb"\r\ncontent-length: *(\d+)", head, re.I)
            if found and match and len(body) >= int(match[1]):
                size = len(head) + 4 + int(match[1])
                raw, self.rest = self.rest[:size], self.rest[size:]
                return Answer(raw, closed)
            left = end - time.monotonic()
            if left <= 0 or closed:
                raw, self.rest = self.rest, b""
                return Answer(raw, closed)
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(65536)
                closed = data == b""
                self.rest += data
            except TimeoutError:
                pass
            except OSError:
                closed = True

    def ends(self, wait=5.0):
        """Whether the server ends the connection within so many seconds."""
        end = time.monotonic() + wait
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                if self.socket.recv(65536) == b"":
                    return True
            except TimeoutError:
                return False
            except OSError:
                return True
        return False

    def close(self):
        self.socket.close()


# ---- the program ----------------------------------------------------------------

class Program:
    """quosync COMMAND with workspaces acme and bolt, on ports that it chose itself."""

    def __init__(self, command="serve", wait=True, database=None, **settings):
        self.directory = tempfile.TemporaryDirectory(prefix="quosync-http.")
        self.conf = os.path.join(self.directory.name, "quosync.conf")
        self.secrets = os.path.join(self.directory.name, "secrets")
        self.log = os.path.join(self.directory.name, "log")
        self.write_secrets(SECRET, SECOND)
        values = {"listen": "127.0.0.1:0", "admin_listen": "127.0.0.1:0", "log": "debug"}
        values.update(settings)
        if database:
            values["database"] = database
        with open(self.conf, "w", opener=private) as file:
            file.writelines(f"{key} = {value}\n" for key, value in values.items())
            file.write(f"[workspace acme]\norg_id = ORacme\nwebhook_secrets_file = {self.secrets}\n"
                       f"[workspace bolt]\norg_id = ORbolt\nwebhook_secrets = {OTHER}\n")
        self.process = self.started([QUOSYNC, command, "--config", self.conf])
        self.port = self.logged_port("serve.listening")
        self.admin_port = self.logged_port("admin.listening")
        if wait:
            self.wait_ready()

    def started(self, words):
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=open(self.log, "wb"))

    def write_secrets(self, *secrets):
        with open(self.secrets + ".new", "w", opener=private) as file:
            file.write("\n".join(secrets) + "\n")
        os.replace(self.secrets + ".new", self.secrets)

    def log_text(self):
        with open(self.log, "rb") as file:
            return file.read().decode("latin-1")

    def logged_port(self, event):
        for _ in range(200):
            match = re.search(rf"{event} .*address=(?:unix:\S+|\S*:(\d+))", self.log_text())
            if match:
                return int(match[1] or 0)
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        print(self.log_text(), file=sys.stderr)
        sys.exit(99)

    def client(self):
        return Client(self.port)

    def exchange(self, data, wait=5.0):
        """One request on a connection of its own."""
        client = self.client()
        answer = client.send(data).read(wait)
        client.close()
        return answer

    def admin(self, path):
        """(status, text) of an admin path."""
        try:
            url = f"http://127.0.0.1:{self.admin_port}{path}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def metric(self, line):
        """The value of a metric, named with its label as it is printed."""
        for row in self.admin("/metrics")[1].splitlines():
            if row.startswith(line + " "):
                return float(row.rsplit(" ", 1)[1])
        return None

    def metric_in_the_end(self, line, value, seconds=5.0):
        """The metric, once it has that value; a request ends after its answer was read."""
        start = time.monotonic()
        while self.metric(line) != value and time.monotonic() - start < seconds:
            time.sleep(0.02)
        return self.metric(line)

    def wait_ready(self, ready=True, seconds=10.0):
        """Waits until readyz says so; returns how long it took, or None."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if self.admin("/readyz")[0] == (200 if ready else 503):
                return time.monotonic() - start
            time.sleep(0.02)
        return None

    def stop(self, number=signal.SIGTERM, wait=15):
        """Sends the signal; returns (exit status, seconds)."""
        start = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(wait)
        return status, time.monotonic() - start

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.directory.cleanup()


def private(path, flags):
    return os.open(path, flags, 0o600)


# The server's own tools, for outages; see with_postgres.sh.

def postgres(*words):
    """pg_ctl as the server's user."""
    prefix = os.environ.get("TEST_PG_AS", "").split()
    program = os.path.join(os.environ["TEST_PG_BIN"], "pg_ctl")
    return subprocess.run(prefix + [program, "-D", os.environ["TEST_PG_DATA"], "-s", *words],
                          cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


def event(**members):
    return json.dumps(members).encode()
