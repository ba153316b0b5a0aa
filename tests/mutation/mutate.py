# mutate.py - breaks the program in small ways, one at a time, and looks whether a test
# notices: comparisons are flipped, constants changed, statements and conditions dropped,
# in signatures, instants, the merge, and the SQL. Run it by `make mutation`, or
#
#   tests/mutation/mutate.py [--jobs N] [--share N] [--only TEXT] [--list]
#
#   --jobs N     so many at once (1)
#   --share N    one of N possible mutants, always the same ones (8); 1: all of them
#   --only TEXT  files whose path holds TEXT
#   --list       prints the mutants and runs nothing
#
# A mutant that does not compile, that PostgreSQL does not parse, or whose object is the
# same as before is none. Each is linked before the unbroken libraries into the smallest
# tests that should notice, and those are run until one does. Survivors must be explained
# in survivors.txt beside this file: path, the line as it was, and as it is in the mutant.
#
# Needs a build whose test programs are there (make check TESTS=) and TOP_SRCDIR,
# TOP_BUILDDIR. Exit: 0 when 95 of 100 died and every survivor is explained, else 1.
import argparse
import concurrent.futures
import hashlib
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading

TOP, BUILD = os.environ["TOP_SRCDIR"], os.environ["TOP_BUILDDIR"]
GOAL = 0.95
MERGE_TESTS = ["unit/check_fold", "unit/check_row", "unit/check_contact_merge",
               "unit/check_activity_merge", "unit/check_rows_sql", "unit/check_allocations",
               "property/merge_law", "db/check_rows"]
# What takes content away is looked for beside a database alone.
MARK_TESTS = MERGE_TESTS + ["db/check_apply", "e2e/erase", "e2e/prune_content", "e2e/catalogue"]
OBSERVE_TESTS = MERGE_TESTS + ["e2e/samples"]
# What is broken, and which tests should notice, the quickest first.
C_FILES = {
    "src/core/signature.c": ["unit/check_signature", "unit/check_allocations"],
    "src/core/instant.c": ["unit/check_instant"],
    "src/core/fold.c": MARK_TESTS,
    "src/core/plan.c": MARK_TESTS,
    "src/core/row.c": MARK_TESTS,
    "src/core/state.c": MERGE_TESTS,
    "src/core/table.c": MERGE_TESTS,
    "src/core/version.c": MERGE_TESTS,
    "src/core/observe.c": OBSERVE_TESTS,
    "src/core/observe_call.c": OBSERVE_TESTS,
    "src/core/observe_contact.c": OBSERVE_TESTS,
    "src/core/observe_message.c": OBSERVE_TESTS,
}
SQL_TESTS = [  # of the first pattern that matches a query's name
    (r"erasures_(find|known|waiting|record)|_erase$", ["e2e/erase", "db/check_apply"]),
    (r"erasures_", ["e2e/erase"]),
    (r"events_(prune_bodies|old_bodies)|_old$|_prune$", ["db/check_prune", "e2e/prune_content"]),
    (r"delivery_ids|inbox_store", ["db/check_store", "db/check_apply", "db/check_prune"]),
    (r"inbox_(claim|remove)|attempts_|events_archive|dead_letters_(bury|retry|discard)",
     ["db/check_apply", "db/check_store", "e2e/cli"]),
    (r"events_(replay|reach)|workspaces_empty", ["db/check_apply"]),
    (r"dead_letters", ["db/check_apply", "e2e/cli"]),
    (r"contacts_(live|unseen|id_forms)|leases|reconcile_|_present$|_read$|calls_(details|missed_only)",
     ["db/check_rows", "e2e/reconcile", "e2e/reconcile_faults"]),
    (r"_(insert|update|upsert|trim|lock|lock_now)$", ["db/check_rows", "db/check_apply"]),
]
SQL_LEFT_OUT = r"^(doctor|report|schema_migrations|tx|views|workspaces_(counts|rename)|events_status|inbox_status)"


# ---- the build -----------------------------------------------------------------------

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
    """How each test program is linked."""

    def __init__(self, paths):
        names = {path: path.replace("/", "_") for path in paths}
        wanted = [name + suffix for name in names.values() for suffix in ("_OBJECTS", "_LDFLAGS", "_LDADD")]
        common = ["CC", "AM_CPPFLAGS", "CPPFLAGS", "JANSSON_CFLAGS", "CRYPTO_CFLAGS", "LIBPQ_CFLAGS",
                  "CHECK_LIBS", "LIBPQ_LIBS", "JANSSON_LIBS", "CRYPTO_LIBS", "CURL_LIBS",
                  "MICROHTTPD_LIBS", "INIH_LIBS", "SYSTEMD_LIBS"]
        got = make_variables(wanted + common)
        self.cc = got["CC"].split()[0]
        self.cflags = " ".join(got[n] for n in common[1:6]).split()
        libraries = " ".join(got[n] for n in common[6:]).split()
        self.link = {}
        for path, name in names.items():
            units = [f"{BUILD}/tests/unit/.libs/libunit.a"] if "unit" in path else []
            self.link[path] = (
                [f"{BUILD}/{o}" for o in got[name + "_OBJECTS"].split()],
                [f for f in got[name + "_LDFLAGS"].split() if "--wrap" in f],
                units + [f"{BUILD}/.libs/lib{n}.a" for n in ("app", "net", "db", "base", "core")] * 2 +
                libraries + ["-lm", "-pthread"])

    def compile(self, text, output):
        """From its text, so that no name of a file is in the object."""
        return subprocess.run([self.cc, "-O1", "-w", "-I" + BUILD, *self.cflags, "-x", "c", "-", "-c", "-o", output],
                              input=text.encode(), cwd=BUILD, stderr=subprocess.DEVNULL).returncode == 0

    def build(self, path, mutant, output):
        objects, flags, libraries = self.link[path]
        subprocess.run([self.cc, *flags, "-o", output, *objects, mutant, *libraries], cwd=BUILD, check=True,
                       stderr=subprocess.DEVNULL)


# ---- breaking C -------------------------------------------------------------------------

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|^[ \t]*#(?:\\\n|[^\n])*|'
                   r"[A-Za-z_]\w*|\d\w*|->|<<=?|>>=?|[<>=!]=|&&|\|\||\+\+|--|[-+]=|\s+|.", re.S | re.M)
FLIPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&",
         "true": "false", "false": "true", "+": "-", "-": "+"}
# Columns of lists have no owners: nothing reads the number.
UNREAD = re.compile(r'[A-Z]+\("[a-z0-9_]+", 0\)$')
STATEMENT = re.compile(r"^[ \t]+(?!return\b|break\b|continue\b|case\b|default\b|goto\b|else\b|do\b)"
                       r"[A-Za-z_(*][\w\[\]>.*()-]*(?: *(?:[-+|&]?=|\+\+|--)[^;{}]*|\([^;{}]*\)|\+\+|--);[ \t]*$",
                       re.M)


def c_mutants(text):
    """(start, end, replacement) of every small change inside functions."""
    depth, before, at = 0, "", 0
    for match in TOKEN.finditer(text):
        token = match.group()
        if token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
        elif depth > 0 and token in FLIPS:
            unary = token in "+-" and not re.fullmatch(r"\w+|\)|\]", before)
            if not unary:
                yield match.start(), match.end(), FLIPS[token]
        elif depth > 0 and re.fullmatch(r"[0-9]{1,5}", token) and not \
                UNREAD.search(text[text.rfind("\n", 0, match.start()) + 1:match.end() + 1]):
            yield match.start(), match.end(), str(int(token) + 1)
        elif depth > 0 and token == "!":
            yield match.start(), match.end(), ""
        if not token.isspace() and not token.startswith(("/*", "//")):
            before = token
    for match in STATEMENT.finditer(text):
        if not re.match(r"\s+\(void\)", match.group()) or "(" in match.group().strip()[6:]:
            indent = re.match(r"\s*", match.group()).group()
            yield match.start(), match.end(), indent + ";"


# ---- breaking SQL --------------------------------------------------------------------------

SQL_CHANGES = [
    (r"^ +and (?!not exists \($)[^\n(]*(?:\([^\n]*\)[^\n(]*)?$", ""),  # a condition of one line
    (r"(?<![<>=!|:-])<(?![=>@])", "<="), (r"<=", "<"), (r"(?<![<>=|-])>(?![=>])", ">="), (r">=", ">"),
    (r"\bis distinct from\b", "is not distinct from"), (r"\bis not distinct from\b", "is distinct from"),
    (r"\bnot exists\b", "exists"), (r"\bis null\b", "is not null"), (r"\bis not null\b", "is null"),
    (r"\bgreatest\(", "least("), (r"\bmin\(", "max("), (r"\bmax\(", "min("),
    (r"^ +order by [^\n]*$", ""), (r"^ +limit \$\d+[^\n;]*$", ""), (r" limit 1\b", " limit 2"),
    (r"\bleft join\b", "join"), (r" \+ ", " - "), (r" - ", " + "),
    (r"^ +on conflict \([^\n]*\) do nothing$", ""), (r"\bskip locked\b", "nowait"),
    (r"\border by ([a-z_.]+)$", r"order by \1 desc"), (r"\bunion all\b", "except all"),
    (r"\bnot (?=[a-z(])(?!not|null|exists|materialized)", ""),
]


def sql_mutants(text):
    body = re.search(r"^(?!--)", text, re.M).start()
    for pattern, replacement in SQL_CHANGES:
        for match in re.compile(pattern, re.M).finditer(text, body):
            line = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
            if "--" not in line:
                yield match.start(), match.end(), match.expand(replacement)


# ---- one mutant -----------------------------------------------------------------------------

class Mutant:
    def __init__(self, path, text, start, end, replacement, tests):
        self.path, self.tests = path, tests
        self.text = text[:start] + replacement + text[end:]
        self.line = text.count("\n", 0, start + len(text[start:end]) - len(text[start:end].lstrip())) + 1
        first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        squeeze = lambda part: " ".join(part.split())
        self.was = squeeze(text[first:last])
        self.now = squeeze(text[first:start] + replacement + text[end:last]) or "(nothing)"
        self.name = f"{path}: {self.was} -> {self.now}"

    def chosen(self, share):
        """Always the same ones, whatever else changes in the file."""
        return int(hashlib.sha256(self.name.encode()).hexdigest(), 16) % share == 0


def all_mutants(only):
    for path, tests in C_FILES.items():
        with open(os.path.join(TOP, path)) as file:
            text = file.read()
        for change in c_mutants(text):
            yield Mutant(path, text, *change, tests)
    for name in sorted(os.listdir(os.path.join(TOP, "sql/queries"))):
        query = name.removesuffix(".sql")
        if re.match(SQL_LEFT_OUT, query):
            continue
        tests = next((t for pattern, t in SQL_TESTS if re.search(pattern, query)), None)
        if tests is None:
            continue
        with open(os.path.join(TOP, "sql/queries", name)) as file:
            text = file.read()
        for change in sql_mutants(text):
            yield Mutant("sql/queries/" + name, text, *change, tests)


class Breaker:
    """Makes and judges mutants."""

    def __init__(self, programs, directory):
        self.programs, self.directory = programs, directory
        self.originals, self.lock = {}, threading.Lock()

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

    def make(self, mutant, place):
        """The object of the mutant, or None where it is none."""
        output = place + "/mutant.o"
        if mutant.path.endswith(".c"):
            if not self.programs.compile(mutant.text, output):
                return None
            with open(output, "rb") as file:
                same = file.read() == self.original(mutant.path)
            return None if same else output
        return self.make_sql(mutant, place, output)

    def make_sql(self, mutant, place, output):
        name = os.path.basename(mutant.path).removesuffix(".sql")
        if not self.parses(mutant.text):
            return None
        shutil.copytree(os.path.join(TOP, "sql/queries"), place + "/queries")
        with open(f"{place}/queries/{name}.sql", "w") as file:
            file.write(mutant.text)
        self.make_statements(place + "/queries", output)
        return output

    def make_statements(self, folder, output):
        """The object of all statements of a folder."""
        files = sorted(f"{folder}/{name}" for name in os.listdir(folder))
        done = subprocess.run(["awk", "-f", TOP + "/sql/sql2c.awk", "-v", "make=statements", *files],
                              env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.PIPE, check=True)
        assert self.programs.compile(done.stdout.decode(), output), folder

    def parses(self, text):
        """PostgreSQL takes the statement; the schema is there."""
        done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"],
                              input=("prepare mutant as " + text).encode(), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
        return done.returncode == 0

    def notices(self, test, mutant_object, place):
        """Whether the test fails with it, crashes, or does not end."""
        environment = {**os.environ, "QUOSYNC_SETS": "40", "QUOSYNC_TEST_SETS": "12", "CK_VERBOSITY": "silent", "TMPDIR": place,
                       "CK_DEFAULT_TIMEOUT": "150"}
        for name in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE"):
            environment.pop(name, None)
        support = TOP + "/tests/support/"
        if test.startswith("e2e/"):
            program = place + "/quosync"
            self.programs.build("quosync", mutant_object, program)
            command = ["sh", support + "with_postgres.sh", "--no-fsync", "bash", f"{TOP}/tests/{test}.sh"]
            environment["QUOSYNC"] = program
        else:
            program = place + "/test"
            self.programs.build("tests/" + test, mutant_object, program)
            command = [program]
            if test.startswith("db/"):
                environment["QUOSYNC"] = BUILD + "/quosync"
                command = ["sh", support + "with_postgres.sh", "--no-fsync", program]
        with open(place + "/log", "wb") as log:
            process = subprocess.Popen(command, env=environment, cwd=BUILD, stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log, start_new_session=True,
                                       preexec_fn=short_of_time if test.startswith("unit/") else None)
            try:
                return process.wait(180) != 0
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 15)
                process.wait()
                return True

    def judge(self, mutant):
        """The test that noticed, "" where none did, None where it was no mutant."""
        place = tempfile.mkdtemp(dir=self.directory)
        os.chmod(place, 0o755)
        try:
            broken = self.make(mutant, place)
            if broken is None:
                return None
            return next((test for test in mutant.tests if self.notices(test, broken, place)), "")
        finally:
            shutil.rmtree(place, ignore_errors=True)


def short_of_time():
    """A mutant may loop for ever; a unit test takes a fraction of a second."""
    resource.setrlimit(resource.RLIMIT_CPU, (3, 3))


def explained():
    with open(os.path.join(TOP, "tests/mutation/survivors.txt")) as file:
        return {line.strip() for line in file if line.strip() and not line.startswith(("#", " "))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--share", type=int, default=8)
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    mutants = [m for m in all_mutants(options.only)
               if options.only in m.path and m.chosen(options.share)]
    if options.list:
        for mutant in mutants:
            print(mutant.name)
        return 0
    tests = sorted({t for m in mutants for t in m.tests if not t.startswith("e2e/")})
    programs = Programs(["tests/" + t for t in tests] + ["quosync"])
    if any(m.path.endswith(".sql") for m in mutants):
        subprocess.run([BUILD + "/quosync", "migrate", "--config", "/dev/null"], check=True,
                       stdout=subprocess.DEVNULL)
    known, killed, survivors, none = explained(), 0, [], 0
    failing = []
    with tempfile.TemporaryDirectory(prefix="quosync-mutants.") as directory:
        os.chmod(directory, 0o755)
        breaker = Breaker(programs, directory)
        # A test that fails without a mutant would kill them all.
        breaker.make_statements(TOP + "/sql/queries", directory + "/none.o")
        for test in sorted({t for m in mutants for t in m.tests}):
            if breaker.notices(test, directory + "/none.o", directory):
                failing.append(test)
        if failing:
            print("without a mutant these fail: " + " ".join(failing))
            return 1
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for mutant, test in zip(mutants, pool.map(breaker.judge, mutants)):
                if test is None:
                    none += 1
                elif test:
                    killed += 1
                    print(f"killed   {mutant.path}:{mutant.line} by {test}: {mutant.was} -> {mutant.now}", flush=True)
                else:
                    survivors.append(mutant)
                    word = "lives   " if mutant.name in known else "LIVES   "
                    print(f"{word} {mutant.path}:{mutant.line}: {mutant.was} -> {mutant.now}", flush=True)
    total = killed + len(survivors)
    unexplained = [m for m in survivors if m.name not in known]
    print(f"{total} mutants ({none} more were none), {killed} killed: {100 * killed / max(1, total):.1f} %;"
          f" {len(survivors) - len(unexplained)} survivors are explained, {len(unexplained)} are not")
    for mutant in unexplained:
        print("  " + mutant.name)
    return 0 if total and killed >= GOAL * total and not unexplained else 1


sys.exit(main())
