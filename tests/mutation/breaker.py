# breaker.py - one source file of the program, changed; the object that it becomes; and
# whether a test notices, when it is linked before the unbroken libraries. What is changed,
# and how, is told by mutate.py and defences.py.
#
# Needs a build whose test programs are there (make check TESTS=) and TOP_SRCDIR,
# TOP_BUILDDIR.
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time

TOP, BUILD = os.environ["TOP_SRCDIR"], os.environ["TOP_BUILDDIR"]
LAYERS = ("app", "net", "db", "base", "core")
# What an unbroken test may take; later it gets four times what it took.
PATIENCE_S = 600
# The words of Check and of tests/support/shell.sh for a case that failed.
FAILED = re.compile(r"^(?:not ok - (.*)|\S+:\d+:[FE]:[^:]*:([^:]*):.*)$", re.M)


def is_script(test):
    return os.path.exists(f"{TOP}/tests/{test}.sh")


def make_variables(names):
    """The values that the build's Makefile gives them."""
    text = "include Makefile\n" + "".join(
        f"print-{n}:\n\t@printf '@@{n} %s\\n' '$({n})'\n" for n in names)
    done = subprocess.run(["make", "-s", "-f", "-"] + [f"print-{n}" for n in names], input=text.encode(),
                          cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    # The Makefile may have to be made anew first, which says other things.
    found = re.findall(r"^@@(\S+) (.*)$", done.stdout.decode(), re.M)
    assert len(found) == len(names), done.stdout
    return dict(found)


class Programs:
    """How each program is linked."""

    def __init__(self, paths):
        names = {path: path.replace("/", "_") for path in paths}
        wanted = [name + suffix for name in names.values() for suffix in ("_OBJECTS", "_LDFLAGS", "_LDADD")]
        common = ["CC", "DEFS", "AM_CPPFLAGS", "CPPFLAGS", "JANSSON_CFLAGS", "CRYPTO_CFLAGS", "LIBPQ_CFLAGS",
                  "CURL_CFLAGS", "MICROHTTPD_CFLAGS", "INIH_CFLAGS", "SYSTEMD_CFLAGS",
                  "CHECK_LIBS", "LIBPQ_LIBS", "JANSSON_LIBS", "CRYPTO_LIBS", "CURL_LIBS",
                  "MICROHTTPD_LIBS", "INIH_LIBS", "SYSTEMD_LIBS"]
        got = make_variables(wanted + common)
        self.cc = got["CC"].split()[0]
        self.cflags = " ".join(got[n] for n in common[1:11]).split()
        libraries = " ".join(got[n] for n in common[11:]).split()
        self.link = {}
        for path, name in names.items():
            units = [f"{BUILD}/tests/unit/.libs/libunit.a"] if "unit" in path else []
            # libtool wants -lssl where a test asks for it.
            more = [word for word in got[name + "_LDADD"].split() if word == "-lssl"]
            self.link[path] = (
                [f"{BUILD}/{o}" for o in got[name + "_OBJECTS"].split()],
                [f for f in got[name + "_LDFLAGS"].split() if "--wrap" in f],
                units + [f"{BUILD}/.libs/lib{n}.a" for n in LAYERS] * 2 +
                more + libraries + ["-lm", "-pthread"])

    def compile(self, text, output):
        """From its text, so that no name of a file is in the object."""
        return subprocess.run([self.cc, "-O1", "-w", "-I" + BUILD, *self.cflags, "-x", "c", "-",
                               "-c", "-o", output],
                              input=text.encode(), cwd=BUILD, stderr=subprocess.DEVNULL).returncode == 0

    def build(self, path, broken, output):
        objects, flags, libraries = self.link[path]
        subprocess.run([self.cc, *flags, "-o", output, *objects, broken, *libraries], cwd=BUILD, check=True,
                       stderr=subprocess.DEVNULL)


class Unsound(Exception):
    """A test that fails without any change: with one it would seem to notice."""


class Breaker:
    """Makes objects of changed sources, in a directory of the caller's, and shows them to tests."""

    def __init__(self, tests, directory):
        self.directory = directory
        os.chmod(directory, 0o755)
        self.programs = Programs(["tests/" + t for t in tests if not is_script(t)] + ["quosync"])
        self.originals, self.lock, self.took_s = {}, threading.Lock(), {}
        self.proved, self.proving = set(), threading.Lock()

    def prove(self, test):
        """Raises Unsound where the test fails without any change; asks each test once."""
        with self.proving:
            if test in self.proved:
                return
            none = self.directory + "/none.o"
            if not self.proved:
                self.make_sql("sql/queries", None, None, none)
            why = self.notices(test, none, self.directory)
            if why:
                raise Unsound(f"without a change {test} fails: {why}")
            self.proved.add(test)

    def first_to_notice(self, path, text, tests):
        """The first test that notices the file with this text, and what it says; ("", "") where
        none does, None where that is no program, or the same one."""
        place = tempfile.mkdtemp(dir=self.directory)
        os.chmod(place, 0o755)
        try:
            broken = self.make(path, text, place)
            if broken is None:
                return None
            for test in tests:
                self.prove(test)
                why = self.notices(test, broken, place)
                if why:
                    return test, why
            return "", ""
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def original(self, path):
        """The object of the unbroken source."""
        with self.lock:
            if path not in self.originals:
                output = os.path.join(self.directory, "o-" + path.replace("/", ".") + ".o")
                with open(os.path.join(TOP, path)) as file:
                    assert self.programs.compile(file.read(), output), path
                with open(output, "rb") as file:
                    self.originals[path] = file.read()
            return self.originals[path]

    def make(self, path, text, place):
        """The object of the file with this text; None where that is no program, or the same one."""
        output = place + "/broken.o"
        if path.endswith(".c"):
            if not self.programs.compile(text, output):
                return None
            with open(output, "rb") as file:
                same = file.read() == self.original(path)
            return None if same else output
        folder, name = os.path.split(path)
        if folder == "sql/queries" and not self.parses(text):
            return None
        self.make_sql(folder, name, text, output, place)
        return output

    def make_sql(self, folder, name, text, output, place=None):
        """The object of all files of a folder of SQL, one of them with another text."""
        files = sorted(f"{TOP}/{folder}/{f}" for f in os.listdir(f"{TOP}/{folder}") if f.endswith(".sql"))
        if name is not None:
            changed = f"{place}/{name}"
            with open(changed, "w") as file:
                file.write(text)
            files = [changed if f.endswith("/" + name) else f for f in files]
        make = {"sql/queries": "statements", "sql/migrations": "migrations", "sql/scripts": "scripts"}[folder]
        done = subprocess.run(["awk", "-f", TOP + "/sql/sql2c.awk", "-v", "make=" + make, *files],
                              env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.PIPE, check=True)
        assert self.programs.compile(done.stdout.decode(), output), folder

    def parses(self, text):
        """PostgreSQL takes the statement; the schema is there."""
        done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"],
                              input=("prepare mutant as " + text).encode(), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
        return done.returncode == 0

    def notices(self, test, broken, place):
        """What the test says when it fails, crashes or does not end; else ""."""
        environment = {**os.environ, "CK_VERBOSITY": "normal", "TMPDIR": place, "CK_DEFAULT_TIMEOUT": "300",
                       "TEST_PG_TEMPLATE": self.directory + "/template"}
        for name in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE"):
            environment.pop(name, None)
        beside = ["sh", TOP + "/tests/support/with_postgres.sh", "--no-fsync"]
        program, environment["QUOSYNC"] = place + "/program", BUILD + "/quosync"
        if is_script(test):
            self.programs.build("quosync", broken, program)
            environment["QUOSYNC"] = program
            command = [*beside, "bash", f"{TOP}/tests/{test}.sh"]
        else:
            self.programs.build("tests/" + test, broken, program)
            command = [*beside, program] if test.startswith("db/") else [program]
            if test.startswith("property/"):
                # Fewer sets of made-up observations than in the suite.
                environment["QUOSYNC_SETS"] = "40"
        started = time.monotonic()
        with open(place + "/log", "wb") as log:
            process = subprocess.Popen(command, env=environment, cwd=BUILD, stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log, start_new_session=True,
                                       preexec_fn=short_of_time if test.startswith("unit/") else None)
        why = watch(process, place + "/log", 4 * self.took_s.get(test, PATIENCE_S / 4) + 60)
        self.took_s.setdefault(test, time.monotonic() - started)
        return why


def first_failure(log):
    with open(log, errors="replace") as file:
        found = FAILED.search(file.read())
    return found and (found.group(1) or found.group(2))


def watch(process, log, patience_s):
    """Ends at the first case that fails: the others need not be waited for."""
    deadline = time.monotonic() + patience_s
    seen = 0
    while True:
        try:
            status = process.wait(0.2)
            return "" if status == 0 else first_failure(log) or f"it ends with {status}"
        except subprocess.TimeoutExpired:
            pass
        size = os.path.getsize(log)
        why = first_failure(log) if size != seen else None
        seen = size
        if time.monotonic() > deadline:
            why = "it does not end"
        if why:
            stop(process)
            return why


def stop(process):
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def short_of_time():
    """What is broken may loop for ever; a unit test takes a fraction of a second."""
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
