# http_clients.py - slow, idle and many clients, and the end of the server under load.
# Run by http_clients.sh.
import collections
import re
import resource
import signal
import socket
import tempfile
import threading
import time

from http_client import *


def trickling(server):
    start = time.monotonic()
    slow = [server.client() for _ in range(60)]
    whole = [delivery() for _ in slow]
    stop = threading.Event()

    def trickle():
        """A byte now and then: in the first line, the headers, or the body."""
        at = 0
        while not stop.wait(0.2):
            for i, client in enumerate(slow):
                begin = (0, 60, len(whole[i]) - 40)[i % 3]
                client.send(whole[i][begin + at:begin + at + 1] if at else whole[i][:begin + 1])
            at += 1

    thread = threading.Thread(target=trickle)
    thread.start()
    times = []
    client = server.client()
    while time.monotonic() - start < 2.5:
        before = time.monotonic()
        if client.send(delivery()).read().status == 200:
            times.append(time.monotonic() - before)
    check("while 60 clients trickle, others are served", len(times) > 50, len(times))
    check("99 of 100 within a second", sorted(times)[len(times) * 99 // 100] < 1)
    ended = sum(client.ends(6) for client in slow)
    stop.set()
    thread.join()
    equal("all that trickle are cut", ended, 60)
    took = time.monotonic() - start
    check("at the deadline, however often they send", 2 <= took < 7, took)
    check("cuts are counted", server.metric("quosync_http_deadline_cuts_total") >= 60)


def five_hundred(server):
    """So many slow clients that hardly a connection is left: good requests do not notice."""
    slow = [server.client() for _ in range(500)]
    whole = delivery()
    stop = threading.Event()

    def trickle():
        at = 0
        while not stop.wait(0.5):
            for client in slow:
                client.send(whole[at:at + 1])
            at += 1

    thread = threading.Thread(target=trickle)
    thread.start()
    times, statuses = [], collections.Counter()
    end = time.monotonic() + 4
    while time.monotonic() < end:
        before = time.monotonic()
        statuses[server.exchange(delivery(), wait=8).status] += 1
        times.append(time.monotonic() - before)
    stop.set()
    thread.join()
    equal("while 500 clients trickle, no good request fails", set(statuses), {200})
    slowest = sorted(times)[len(times) * 99 // 100]
    check("and 99 of 100 take less than a second", slowest < 1, slowest)
    print(f"# {len(times)} good requests, the 99th percentile is {slowest * 1000:.1f} ms", flush=True)
    for client in slow:
        client.close()


def ten_thousand(server, n):
    """More idle connections than there may be: those above the limit are closed, and cost
    no memory; health goes on."""

    def resident_kb():
        with open(f"/proc/{server.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])

    before = resident_kb()
    idle = []
    for _ in range(n):
        try:
            idle.append(server.client())
        except OSError:
            pass
    equal(f"with {n} idle connections health goes on", server.admin("/healthz")[0], 200)
    grown = resident_kb() - before
    check("and memory is bounded by the limit of connections", grown < 40000, grown)
    print(f"# {len(idle)} connections made, resident memory grew by {grown} kB", flush=True)
    for client in idle:
        client.close()
    end = time.monotonic() + 15
    while (status := server.exchange(delivery()).status) != 200 and time.monotonic() < end:
        time.sleep(0.1)
    equal("when they are gone others are served", status, 200)


def patient(server):
    client = server.client()
    client.send(delivery()).read()
    time.sleep(3.5)
    equal("a connection that is idle between requests is kept beyond the deadline",
          client.send(delivery()).read().status, 200)
    time.sleep(0.1)
    client.send(delivery()[:50])
    check("but a request that it begins has one", client.ends(6))


def crowd(server):
    idle = [server.client() for _ in range(300)]
    time.sleep(0.3)
    gone = 0
    for client in idle:
        client.socket.settimeout(0.001)
        try:
            gone += client.socket.recv(1) == b""
        except TimeoutError:
            pass
        except OSError:
            gone += 1
    equal("of 300 idle connections those above the limit are closed at once", gone, 180)
    equal("health does not mind", server.admin("/healthz")[0], 200)
    check("refusals are counted", server.metric("quosync_http_connections_refused_total") >= 180)
    check("those below it are cut at the deadline", all(client.ends(6) for client in idle))
    end = time.monotonic() + 5
    while (status := server.exchange(delivery()).status) != 200 and time.monotonic() < end:
        time.sleep(0.05)
    equal("and then others are served", status, 200)


def many(server, connections, seconds):
    """Busy connections; returns how often each status came, and the time of the slowest."""
    end, counts, lock = time.monotonic() + seconds, collections.Counter(), threading.Lock()
    slowest = [0.0]

    def work():
        client = server.client()
        while time.monotonic() < end:
            before = time.monotonic()
            answer = client.send(delivery()).read(8)
            took = time.monotonic() - before
            with lock:
                counts[answer.status] += 1
                slowest[0] = max(slowest[0], took)
        client.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts, slowest[0]


def end_under_load():
    """Every delivery that was answered 200 is there; none is cut without an answer that had
    been sent whole before the listener closed."""
    fresh_schema()
    with Program() as server:
        outcomes, lock, go = {}, threading.Lock(), threading.Event()

        def work():
            go.wait()
            while True:
                try:
                    client = server.client()
                except OSError:
                    return
                sent = 0
                while True:
                    name = new_id()
                    answer = client.send(delivery(name)).read(12)
                    with lock:
                        outcomes[name] = (answer.status, sent)
                    sent += 1
                    if answer.status == 0 or answer.headers.get("connection") == "close":
                        break
                client.close()

        threads = [threading.Thread(target=work) for _ in range(50)]
        for thread in threads:
            thread.start()
        go.set()
        time.sleep(1)
        code, took = server.stop()
        for thread in threads:
            thread.join()
        statuses = collections.Counter(status for status, _ in outcomes.values())
        equal("SIGTERM under load ends with 0", code, 0)
        check("within 10 s", took < 10, took)
        check("deliveries were acknowledged before", statuses[200] > 100, statuses)
        equal("no request on an open connection lost its answer",
              [n for n, (status, sent) in outcomes.items() if status == 0 and sent > 0], [])
        equal("and none on a new one did", statuses[0], 0)
        there = set(sql("select webhook_id from quo.inbox").split())
        equal("all that was acknowledged is there",
              [n for n, (status, _) in outcomes.items() if status == 200 and n not in there], [])


def end_with_a_backlog():
    """Those that the system has connected, and the server not yet met, are answered as well."""
    with Program() as server:
        server.process.send_signal(signal.SIGSTOP)
        clients = [server.client().send(delivery()) for _ in range(20)]
        server.process.send_signal(signal.SIGTERM)
        server.process.send_signal(signal.SIGCONT)
        equal("who waits in the backlog at the end is answered",
              collections.Counter(client.read(8).status for client in clients), {200: 20})
        equal("and the end is a good one", server.process.wait(15), 0)


def end_between():
    """Nobody is connected once the backlog has been taken in: it would be reset."""
    os.environ["QUOSYNC_POINT"] = "quiesce-backlog-taken:1:stop"
    with Program() as server:
        del os.environ["QUOSYNC_POINT"]
        server.process.send_signal(signal.SIGTERM)
        if not stopped(server.process.pid):
            print("# this build has no named points (--enable-points)", flush=True)
            return
        late = socket.socket()
        late.settimeout(0.5)
        try:
            late.connect(("127.0.0.1", server.port))
            connected = True
        except OSError:
            connected = False
        late.close()
        server.process.send_signal(signal.SIGCONT)
        equal("nobody is connected who would not be answered", connected, False)
        equal("and the server ends", server.process.wait(15), 0)


def stopped(process):
    """Whether it has stopped, in ten seconds or before its end."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with open(f"/proc/{process}/stat") as file:
            state = file.read().rsplit(") ", 1)[1][0]
        if state in "TZ":
            return state == "T"
        time.sleep(0.02)
    return False


def end_while_hanging():
    """The database hangs: those that wait get an answer, and the end comes in time."""
    with Program() as server:
        backend = int(sql("select pid from pg_stat_activity"
                          " where application_name = 'quosync serve'"))
        sql("select 1")
        os.kill(backend, signal.SIGSTOP)
        with open(os.path.join(os.environ["TEST_PG_DATA"], "postmaster.pid")) as file:
            postmaster = int(file.readline())
        os.kill(postmaster, signal.SIGSTOP)
        clients = [server.client().send(delivery()) for _ in range(20)]
        time.sleep(0.2)
        code, took = server.stop()
        os.kill(postmaster, signal.SIGCONT)
        os.kill(backend, signal.SIGCONT)
        equal("SIGTERM while the database hangs ends with 0", code, 0)
        check("within 10 s", took < 10, took)
        equal("and whoever waits is answered", {c.read(1).status for c in clients}, {503})


def end_at_once():
    with Program() as server:
        client = server.client().send(delivery()[:-1])  # a request that never ends
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        code, took = server.stop()
        check("a second SIGTERM ends at once", code != 0 and took < 1, code, took)
        client.close()


def told_to_systemd():
    with open(os.path.join(os.environ["TOP_BUILDDIR"], "config.h")) as header:
        if "#define HAVE_SYSTEMD 1" not in header.read():
            return
    with tempfile.TemporaryDirectory(prefix="quosync-http.") as directory:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(directory + "/notify")
        os.environ["NOTIFY_SOCKET"] = directory + "/notify"
        with Program() as server:
            del os.environ["NOTIFY_SOCKET"]
            time.sleep(1.5)
            server.stop()
        listener.setblocking(False)
        said = []
        try:
            while True:
                said.append(listener.recv(100).decode())
        except BlockingIOError:
            pass
        listener.close()
        equal("systemd is told when it listens, that it lives, and when it ends",
              (sorted(set(said)), said[-1]), (["READY=1", "STOPPING=1", "WATCHDOG=1"], "STOPPING=1"))


soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(10500, hard), hard))
fresh_schema()
with Program(request_deadline=2, max_connections=120) as program:
    trickling(program)
    patient(program)
    crowd(program)
    program.stop()
with Program(request_deadline=8) as program:
    five_hundred(program)
    ten_thousand(program, max(1000, min(10000, hard - 500)))
with Program() as program:
    statuses, slowest = many(program, 200, 4)
    equal("200 busy connections are answered 200, all of them", set(statuses), {200})
    check("and none stalls", slowest < 2, slowest)
    equal("every one of their deliveries is stored",
          sql("select count(*) from quo.inbox where webhook_id >= 'msg'") != "0", True)
end_under_load()
end_with_a_backlog()
end_between()
end_while_hanging()
end_at_once()
told_to_systemd()
finish()
