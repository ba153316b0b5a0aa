# activation.py - the program as systemd starts it: with sockets that are passed to it,
# that outlive it, and that are not what the configuration says.
import fcntl
import os
import socket
import subprocess
import tempfile

from http_client import Client, Program, QUOSYNC, check, delivery, equal, finish, fresh_schema, stored
from http_client import PATH, new_id, request, signed, sql

# What systemd does between fork and exec: sockets from descriptor 3 on, and three variables.
# The shell is there because LISTEN_PID must be the pid of whoever execs.
LAUNCH = 'export LISTEN_PID=$$; exec "$@"'


class Launched(Program):
    """Program, with sockets passed: a list of (name, socket)."""

    def __init__(self, sockets, command="run", **settings):
        self.sockets = sockets
        super().__init__(command, **settings)

    def started(self, words):
        numbers = [s.fileno() for _, s in self.sockets]
        names = ":".join(name for name, _ in self.sockets)

        def pass_on():
            spare = [fcntl.fcntl(n, fcntl.F_DUPFD_CLOEXEC, 100) for n in numbers]
            for i, n in enumerate(spare):
                os.dup2(n, 3 + i)

        return subprocess.Popen(
            ["sh", "-c", LAUNCH, "sh", *words], preexec_fn=pass_on, close_fds=False,
            stdin=subprocess.DEVNULL, stderr=open(self.log, "wb"),
            env={**os.environ, "LISTEN_FDS": str(len(numbers)), "LISTEN_FDNAMES": names})


def listening(family=socket.AF_INET, address=("127.0.0.1", 0)):
    made = socket.socket(family, socket.SOCK_STREAM)
    made.bind(address)
    made.listen(64)
    return made


def refused(sentence, sockets, text):
    """The program does not start, and says why."""
    with tempfile.TemporaryDirectory(prefix="quosync-http.") as directory:
        launched = Launched.__new__(Launched)
        launched.sockets, launched.log = sockets, directory + "/log"
        process = launched.started([QUOSYNC, "serve", "--config", "/dev/null", "--admin-listen",
                                    "127.0.0.1:0", "--listen", "127.0.0.1:0"])
        status = process.wait(20)
        said = launched.log_text()
        check(sentence, status == 78 and text in said, status, said)


def over_restarts():
    public, admin = listening(), listening()
    port = public.getsockname()[1]
    sockets = [("admin_listen", admin), ("listen", public)]
    with Launched(sockets) as server:
        equal("the passed sockets are used, whatever is configured",
              (server.port, server.admin_port), (port, admin.getsockname()[1]))
        equal("and deliveries are taken there", server.exchange(delivery()).status, 200)
        status, _ = server.stop()
        equal("the end is as always", status, 0)
    waiting, webhook_id = Client(port), new_id()
    waiting.send(delivery(webhook_id))
    equal("who connects while nobody runs is not refused", waiting.read(0.5).status, 0)
    with Launched(sockets) as server:
        equal("but answered by the next process", waiting.read(10).status, 200)
        equal("which has stored the delivery", int(sql(
            f"select count(*) from quo.delivery_ids where webhook_id = '{webhook_id}'")), 1)

        # A client that sends without a pause sees a restart as a pause.
        client, answers = Client(port), []
        for _ in range(20):
            answers.append(client.send(delivery()).read(5).status)
        server.process.terminate()
        late = Client(port)
        late.send(delivery())
        equal("a stopping process ends with 0", server.process.wait(15), 0)
    with Launched(sockets):
        answers.append(late.read(10).status)
    equal("nobody was refused over a restart", set(answers), {200})


def unix_socket():
    with tempfile.TemporaryDirectory(prefix="quosync-http.") as directory:
        path = directory + "/quosync.sock"
        public = listening(socket.AF_UNIX, path)
        with Launched([("listen", public)], wait=False) as server:
            check("a socket in the file system is named in the log", f"address=unix:{path}" in
                  server.log_text(), server.log_text())
            server.wait_ready()
            client = Client.__new__(Client)
            client.socket, client.rest = socket.socket(socket.AF_UNIX), b""
            client.socket.connect(path)
            body = b'{"id":"EV1"}'
            equal("and takes deliveries, say from a proxy on the same host",
                  client.send(request(signed(new_id(), body), body, PATH)).read().status, 200)
            equal("while the admin address is the configured one", server.admin("/healthz")[0], 200)
            server.stop()


def not_for_others():
    """LISTEN_PID names another process: what it was passed is not ours."""
    public = listening()
    environment = {**os.environ, "LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "listen"}
    os.environ.update(environment)
    with Program("serve") as server:
        check("sockets that were passed to another process are left alone",
              server.port != public.getsockname()[1])
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        del os.environ[name]


def work_alone():
    """What listens nowhere says that it is ready, and that its threads move."""
    with tempfile.TemporaryDirectory(prefix="quosync-http.") as directory:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(directory + "/notify")
        listener.settimeout(20)
        process = subprocess.Popen([QUOSYNC, "work", "--config", "/dev/null"],
                                   env={**os.environ, "NOTIFY_SOCKET": directory + "/notify"},
                                   stderr=subprocess.DEVNULL)
        said = {listener.recv(100).decode() for _ in range(3)}
        equal("work tells systemd that it is ready, and alive", said, {"READY=1", "WATCHDOG=1"})
        process.terminate()
        equal("and ends with 0", process.wait(15), 0)
        listener.close()


with open(os.path.join(os.environ["TOP_BUILDDIR"], "config.h")) as header:
    if "#define HAVE_SYSTEMD 1" not in header.read():
        print("this build has no libsystemd")
        raise SystemExit(77)
fresh_schema()
over_restarts()
unix_socket()
os.environ["QUOSYNC_WEBHOOK_SECRETS"] = "whsec_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE="
refused("a socket of another name is refused by name", [("http", listening())],
        'the socket "http"')
refused("so are two of one name", [("listen", listening()), ("listen", listening())],
        'two sockets "listen"')
quiet = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
quiet.bind(("127.0.0.1", 0))
refused("and one that is no stream", [("listen", quiet)], "does not listen")
del os.environ["QUOSYNC_WEBHOOK_SECRETS"]
not_for_others()
work_alone()
finish()
