# report.py - reads what gcov counted in a build and prints it by file. Run by
# coverage.sh.
#
# Exceptions stand in exceptions.txt beside this file, each with its reason. A line
# "path: text of the source line" takes that line and its branches out of the count, and
# "~ regular expression" all lines in which it is found; one that is found in no line of
# the source is a mistake. How many were taken out is printed, and which of them a test
# reached all the same (that may depend on the versions of libraries). Branches inside of
# macros are no branches of ours: those of lines that call one are not counted. Nor is the
# branch that none can take: what sets an error is never true (`return done ||
# error_no_memory(err)`), and a value is one of its enum (-Wswitch-enum).
# What no test reaches is listed in the build.
#
# Exit: 0 when the goals are met, else 1.
import collections
import glob
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

top, build = sys.argv[1:3]
GOALS = {"functions": 100, "lines": 98, "branches": 92}
# Every branch of these must be taken both ways.
MACRO = re.compile(r"\b(HASH_[A-Z_]+|SET|MUST|assert|log_[a-z_]+|QUOSYNC_POINT|json_is_[a-z]+|"
                   r"json_(array|object)_foreach)\(")
FALSE = re.compile(r"(error_set|error_no_memory|node_bad|could_not)\(")
WHOLE = {"src/core/signature.c", "src/core/fold.c", "src/core/instant.c"}


def read_counts():
    """{file: (lines, branches, functions)}; an object may hold a source a second time."""
    lines = collections.defaultdict(collections.Counter)
    branches = collections.defaultdict(dict)
    functions = collections.defaultdict(collections.Counter)
    notes = [os.path.join(folder, name) for folder, _, names in os.walk(build + "/src") for name in names
             # not those that are broken on purpose; torture has the commands a second time
             if name.endswith(".gcno") and not name.startswith(("tests_property_", "tests_fuzz_"))]
    with tempfile.TemporaryDirectory() as directory:
        for at in range(0, len(notes), 40):
            subprocess.run(["gcov", "--json-format", "--branch-probabilities", *notes[at:at + 40]], cwd=directory,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for path in glob.glob(directory + "/*.gcov.json.gz"):
                with gzip.open(path) as file:
                    data = json.load(file)
                os.unlink(path)
                for source in data["files"]:
                    name = os.path.relpath(os.path.join(data["current_working_directory"], source["file"]), top)
                    if not name.startswith("src/") or not name.endswith(".c"):
                        continue
                    for function in source["functions"]:
                        functions[name][function["name"]] += function["execution_count"]
                    for line in source["lines"]:
                        number = line["line_number"]
                        lines[name][number] += line["count"]
                        taken = [branch["count"] for branch in line["branches"]]
                        before = branches[name].get(number)
                        if before and len(before) == len(taken):
                            taken = [a + b for a, b in zip(before, taken)]
                        branches[name][number] = taken
    return lines, branches, functions


def read_exceptions():
    """{file: texts of lines}, patterns of lines, and what is found nowhere."""
    texts, patterns, wrong = collections.defaultdict(set), [], []
    with open(os.path.join(top, "tests/coverage/exceptions.txt")) as file:
        for entry in file:
            if entry.startswith("~ "):
                patterns.append(re.compile(entry[2:].strip()))
            elif entry.startswith("src/"):
                path, text = entry.rstrip("\n").split(": ", 1)
                with open(os.path.join(top, path)) as source:
                    if text not in {line.strip() for line in source}:
                        wrong.append("no such line: " + entry.strip())
                texts[path].add(text)
    return texts, patterns, wrong


def cannot_be_taken(text, number, taken):
    """How many of the branches of a line no run could take."""
    line, before = text[number - 1], text[number - 2] if number > 1 else ""
    impossible = 0
    for match in FALSE.finditer(line):
        begin = line[:match.start()].rstrip()
        impossible += (begin or before).endswith("||")
    if line.startswith("switch (") and len(taken) > 2:
        indent_end = next((n for n in range(number, len(text)) if text[n] == "}"), len(text))
        impossible += not any(text[n].startswith("default:") for n in range(number, indent_end))
    return min(impossible, taken.count(0))


def share(good, all_of_them):
    return 100.0 * good / all_of_them if all_of_them else 100.0


def main():
    lines, branches, functions = read_counts()
    exceptions, patterns, wrong = read_exceptions()
    found, needed = set(), set()
    total = collections.Counter()
    missing = []
    print(f"{'file':40} {'functions':>14} {'lines':>16} {'branches':>16}")
    for name in sorted(lines):
        with open(os.path.join(top, name)) as file:
            text = [line.strip() for line in file]
        left_out = {n for n in lines[name] if text[n - 1] in exceptions[name]}
        for pattern in patterns:
            matching = {n for n in lines[name] if pattern.search(text[n - 1])}
            if matching:
                found.add(pattern)
            left_out |= matching
        count = collections.Counter()
        for number in left_out:
            taken = branches[name].get(number, [])
            if lines[name][number] == 0 or 0 in taken:
                needed.add((name, text[number - 1]))
            total["left out"] += 1
            total["left out, not reached"] += lines[name][number] == 0
            total["left out branches"] += len(taken)
        for function, times in functions[name].items():
            count["functions"] += 1
            count["functions good"] += times > 0
            if not times:
                missing.append(f"{name}: {function} is never called")
        for number, times in sorted(lines[name].items()):
            if number in left_out:
                continue
            count["lines"] += 1
            count["lines good"] += times > 0
            taken = [] if MACRO.search(text[number - 1]) else branches[name].get(number, [])
            impossible = cannot_be_taken(text, number, taken)
            count["branches"] += len(taken) - impossible
            count["branches good"] += sum(t > 0 for t in taken)
            if times == 0:
                missing.append(f"{name}:{number}: {text[number - 1]}")
            elif taken.count(0) > impossible:
                missing.append(f"{name}:{number}: {taken.count(0) - impossible} of {len(taken)} branches: "
                               + text[number - 1])
        total.update(count)
        print(f"{name:40}" + "".join(
            f" {count[what + ' good']:5}/{count[what]:<5}{share(count[what + ' good'], count[what]):4.0f}"
            for what in ("functions", "lines", "branches")))
        if name in WHOLE and count["branches good"] < count["branches"]:
            wrong.append(f"{name}: {count['branches'] - count['branches good']} branches are not taken")
    wrong += ["found in no line: " + pattern.pattern for pattern in patterns if pattern not in found]
    for what, goal in GOALS.items():
        reached = share(total[what + " good"], total[what])
        print(f"{what}: {total[what + ' good']} of {total[what]}: {reached:.2f} % (goal {goal} %)")
        if reached < goal:
            wrong.append(f"{what}: {reached:.2f} % are less than {goal} %")
    print(f"left out by exceptions.txt: {total['left out']} lines ({total['left out, not reached']} of them not"
          f" reached) with {total['left out branches']} branches")
    with open(build + "/uncovered.txt", "w") as file:
        file.writelines(line + "\n" for line in missing)
    print(f"what is not reached: {build}/uncovered.txt ({len(missing)} lines)")
    for name in sorted(exceptions):
        for line in sorted(exceptions[name]):
            if (name, line) not in needed:
                print(f"reached all the same: {name}: {line}")
    for line in wrong:
        print("not met: " + line)
    return 1 if wrong else 0


sys.exit(main())
