# mutate.py - breaks the program in small ways, one at a time, and looks whether a test
# notices: comparisons are flipped, constants changed, statements and conditions dropped,
# in signatures, instants, the merge, and the SQL. Run it by `make mutation`, or
#
#   tests/mutation/mutate.py [--jobs N] [--share N] [--only TEXT] [--list]
#
#   --jobs N     so many at once (1)
#   --share N    one of N possible mutants, always the same ones (8); 1: all of them
#   --only TEXT  files whose path holds TEXT, or one of several: plan.c,row.c
#   --list       prints the mutants and runs nothing
#
# A mutant that does not compile, that PostgreSQL does not parse, or whose object is the
# same as before is none. Each is linked before the unbroken libraries into the smallest
# tests that should notice, and those are run until one does. Survivors must be explained
# in survivors.txt beside this file: path, the line as it was, and as it is in the mutant.
# One that is explained there is shown to the unit tests alone, and counts as living.
#
# What it needs is told in breaker.py. Exit: 0 when 95 of 100 died and every survivor is
# explained, else 1.
import argparse
import concurrent.futures
import hashlib
import os
import re
import subprocess
import sys
import tempfile

from breaker import BUILD, TOP, Breaker, Unsound

GOAL = 0.95
MERGE_TESTS = ["unit/check_fold", "unit/check_row", "unit/check_state", "unit/check_contact_merge",
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
AREAS = {"signature": "src/core/signature.c", "instants": "src/core/instant.c", "merge": "src/core/",
         "SQL": "sql/queries/"}
STATEMENT_TESTS = ["db/check_statements"]
SQL_TESTS = [  # behind them, of the first pattern that matches a query's name
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


def all_mutants():
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
            yield Mutant("sql/queries/" + name, text, *change, STATEMENT_TESTS + tests)


def judge(breaker, mutant, known):
    """The test that noticed and what it said, "" where none did, None where it was no mutant."""
    tests = [t for t in mutant.tests if t.startswith("unit/") or mutant.name not in known]
    first = breaker.first_to_notice(mutant.path, mutant.text, tests)
    return first and " ".join(first).strip()


def area_of(path):
    return next(area for area, start in AREAS.items() if path.startswith(start))


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
    mutants = [m for m in all_mutants()
               if any(text in m.path for text in options.only.split(",")) and m.chosen(options.share)]
    if options.list:
        for mutant in mutants:
            print(mutant.name)
        return 0
    if any(m.path.endswith(".sql") for m in mutants):
        subprocess.run([BUILD + "/quosync", "migrate", "--config", "/dev/null"], check=True,
                       stdout=subprocess.DEVNULL)
    known, fates = explained(), []
    with tempfile.TemporaryDirectory(prefix="quosync-mutants.") as directory:
        tests = sorted({t for m in mutants for t in m.tests})
        breaker = Breaker(tests, directory)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for mutant, test in zip(mutants, pool.map(lambda m: judge(breaker, m, known), mutants)):
                fates.append((mutant, test))
                if test:
                    print(f"killed   {mutant.path}:{mutant.line} by {test}: {mutant.was} -> {mutant.now}", flush=True)
                elif test is not None:
                    word = "lives   " if mutant.name in known else "LIVES   "
                    print(f"{word} {mutant.path}:{mutant.line}: {mutant.was} -> {mutant.now}", flush=True)
    return report(fates, known)


def report(fates, known):
    """Prints the scores; the exit status."""
    print(f"{'area':12} {'mutants':>8} {'killed':>7} {'score':>7}  {'explained':>9} {'not explained':>13}")
    for area in [*AREAS, "all"]:
        told = [(m, test) for m, test in fates if test is not None and area in ("all", area_of(m.path))]
        killed = sum(bool(test) for _, test in told)
        lives = [m for m, test in told if not test]
        unexplained = [m for m in lives if m.name not in known]
        share = killed / len(told) if told else 0
        print(f"{area:12} {len(told):8} {killed:7} {100 * share:6.1f}%  {len(lives) - len(unexplained):9}"
              f" {len(unexplained):13}")
    print(f"{sum(test is None for _, test in fates)} more changes made no other program")
    for mutant in unexplained:
        print("not explained: " + mutant.name)
    return 0 if share >= GOAL and not unexplained else 1


try:
    sys.exit(main())
except Unsound as unsound:
    sys.exit(str(unsound))
