# http_outage.py - what the receiver answers while the database cannot be used, and how
# soon it is back. Run by http_outage.sh beside a PostgreSQL that it may stop.
import os
import shlex
import signal
import subprocess
import time

from http_client import *


def refused(server):
    """(status, has Retry-After, took under a second) of one delivery."""
    start = time.monotonic()
    answer = server.exchange(delivery(), wait=8)
    return answer.status, "retry-after" in answer.headers, time.monotonic() - start < 1


def taken(server):
    return server.exchange(delivery(), wait=8).status


SOON = (503, True, True)


def not_migrated():
    sql("set client_min_messages = warning; drop schema if exists quo cascade")
    with Program(wait=False) as server:
        equal("without a schema deliveries are refused, at once and for now", refused(server), SOON)
        equal("readyz says so", server.admin("/readyz")[0], 503)
        equal("healthz does not mind", server.admin("/healthz")[0], 200)
        check("the log says what to do", "quosync migrate" in server.log_text(), server.log_text())
        fresh_schema()
        took = server.wait_ready(seconds=8)
        check("after migrate it is ready within 5 s", took is not None and took < 5, took)
        equal("and takes deliveries", taken(server), 200)
        sql("insert into quo.schema_migrations values (9999, 'from_the_future', repeat('0', 64))")
        check("a schema that becomes newer than the program is noticed",
              server.wait_ready(False, 8) is not None)
        equal("and deliveries are refused", refused(server), SOON)
        sql("delete from quo.schema_migrations where number = 9999")
        check("until it fits again", server.wait_ready(seconds=8) is not None)
        equal("nothing was stored meanwhile", sql("select count(*) from quo.inbox"), "1")
        sql("alter database postgres set default_transaction_read_only = on")
        sql("select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'quosync serve'")
        check("a server that takes no writes is not ready",
              server.wait_ready(False, 8) is not None)
        equal("and deliveries are refused, not acknowledged", refused(server), SOON)
        sql("begin read write; alter database postgres reset default_transaction_read_only; commit")
        check("until it takes writes again", server.wait_ready(seconds=8) is not None)
        sql("select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'quosync serve'")
        equal("a connection that was closed while idle costs no delivery", taken(server), 200)


def down_and_up():
    fresh_schema()
    with Program() as server:
        equal("a delivery is taken", taken(server), 200)
        postgres("-m", "fast", "-w", "stop")
        equal("while the database is down, deliveries are refused at once",
              {refused(server) for _ in range(5)}, {SOON})
        equal("readyz says so", server.admin("/readyz")[0], 503)
        equal("healthz does not mind", server.admin("/healthz")[0], 200)
        time.sleep(3)
        start_database()
        took = server.wait_ready(seconds=8)
        check("it is ready within 5 s of the database's return", took is not None and took < 5, took)
        equal("and takes deliveries", taken(server), 200)
        equal("on a fresh start too, without the database",
              started_without_database(), (503, True, True, 503, 200))


def started_without_database():
    with Program(wait=False, database="host=/nonexistent dbname=x") as server:
        return refused(server) + (server.admin("/readyz")[0], server.admin("/healthz")[0])


def start_database():
    """As with_postgres.sh did, on the same socket; its options are in postmaster.opts."""
    with open(os.path.join(os.environ["TEST_PG_DATA"], "postmaster.opts")) as file:
        words = shlex.split(file.read())
    options = " ".join(shlex.quote(word) for word in words[words.index("-k"):])
    postgres("-w", "-l", os.environ["TEST_PG_LOG"] + ".again", "-o", options, "start")


def hanging():
    with Program() as server:
        backend = int(sql("select pid from pg_stat_activity"
                          " where application_name = 'quosync serve'"))
        with open(os.path.join(os.environ["TEST_PG_DATA"], "postmaster.pid")) as file:
            postmaster = int(file.readline())
        for process in (backend, postmaster):
            os.kill(process, signal.SIGSTOP)
        clients = [server.client() for _ in range(20)]
        deliveries = [delivery() for _ in clients]
        start = time.monotonic()
        for client, data in zip(clients, deliveries):
            client.send(data)
        answers = [client.read(9) for client in clients]
        took = time.monotonic() - start
        equal("when the database hangs, deliveries are refused in the end",
              {a.status for a in answers}, {503})
        check("within 6 s", took < 6, took)
        for process in (postmaster, backend):
            os.kill(process, signal.SIGCONT)
        check("it is ready when the database goes on", server.wait_ready(seconds=8) is not None)
        equal("and what was refused can be repeated",
              {client.send(data).read(8).status for client, data in zip(clients, deliveries)}, {200})
        equal("and is there once", sql("select count(*), count(distinct webhook_id)"
                                       " from quo.inbox"), "20|20")

        backend = int(sql("select pid from pg_stat_activity"
                          " where application_name = 'quosync serve'"))
        os.kill(backend, signal.SIGSTOP)
        equal("when one connection hangs, another is made in time",
              server.exchange(delivery(), wait=8).status, 200)
        os.kill(backend, signal.SIGCONT)


def saturation():
    with Program(max_body=100000, intake_bytes=200000) as server:
        body = b"x" * 90000
        half = [server.client().send(delivery(body=body)[:-10]) for _ in range(2)]
        time.sleep(0.3)
        held = server.metric("quosync_http_body_bytes")
        check("bodies in flight are counted", held >= 180000, held)
        name = new_id()
        answer = server.exchange(delivery(name, body))
        equal("a body that does not fit any more is refused for now",
              (answer.status, "retry-after" in answer.headers, stored(name)), (503, True, 0))
        equal("a small one still fits", taken(server), 200)
        for client in half:
            client.send(body[-10:])
        equal("those that came first are stored", {c.read().status for c in half}, {200})
        equal("then the other fits as well", server.exchange(delivery(name, body)).status, 200)
        check("refusals are counted",
              server.metric('quosync_requests_refused_total{reason="saturated"}') == 1)
        equal("nothing is held in the end", server.metric_in_the_end("quosync_http_body_bytes", 0), 0)


def one_workspace_fails():
    fresh_schema()
    with Program() as server:
        sql("create function quo.refuse() returns trigger language plpgsql as"
            " 'begin raise exception ''no''; end';"
            "create trigger refuse before insert on quo.inbox for each row"
            " when (new.org_id = 'ORbolt') execute function quo.refuse()")
        wrong = [server.client() for _ in range(10)]
        right = [server.client() for _ in range(10)]
        for one, other in zip(wrong, right):
            one.send(delivery(secret=OTHER, path=OTHER_PATH))
            other.send(delivery())
        equal("a workspace whose deliveries cannot be stored", {c.read().status for c in wrong},
              {500})
        equal("does not harm another", {c.read().status for c in right}, {200})


def one_workspace_is_held():
    fresh_schema()
    with Program() as server:
        holder = subprocess.Popen(
            ["psql", "-Xq", "-c", "begin; select from quo.workspaces"
             " where org_id = 'ORbolt' for update; select pg_sleep(2); commit"], stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        start = time.monotonic()
        waits = [server.client().send(delivery(secret=OTHER, path=OTHER_PATH)) for _ in range(5)]
        statuses = {server.exchange(delivery()).status for _ in range(20)}
        check("while one workspace is held, another is served", statuses == {200}, statuses)
        check("without waiting for it", time.monotonic() - start < 1.2, time.monotonic() - start)
        equal("the one that is held waits a moment", {c.read(8).status for c in waits}, {200})
        check("until it is free", time.monotonic() - start > 1, time.monotonic() - start)
        holder.wait()
        holder = subprocess.Popen(
            ["psql", "-Xq", "-c", "begin; select from quo.workspaces"
             " where org_id = 'ORbolt' for update; select pg_sleep(8); commit"], stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        answer = server.exchange(delivery(secret=OTHER, path=OTHER_PATH), wait=8)
        equal("but not for long", (answer.status, "retry-after" in answer.headers), (503, True))
        equal("the server stays ready", server.admin("/readyz")[0], 200)
        holder.terminate()
        holder.wait()


not_migrated()
saturation()
one_workspace_is_held()
one_workspace_fails()
fresh_schema()
hanging()
down_and_up()
finish()
