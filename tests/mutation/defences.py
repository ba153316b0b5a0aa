# defences.py - takes out one named defence of the program at a time (defences.txt), and
# shows which test notices: `make defences`, or tests/mutation/defences.py [TEXT], for those
# whose name holds TEXT. What it needs is told in breaker.py.
#
# Exit: 0 when a test noticed each, else 1.
import subprocess
import sys
import tempfile

from breaker import BUILD, TOP, Breaker, Unsound


def read_defences(wanted):
    with open(TOP + "/tests/mutation/defences.txt") as file:
        blocks = "".join(line for line in file if not line.startswith("#")).split("\n\n")
    defences = [dict(line.split(": ", 1) for line in block.strip().split("\n")) for block in blocks]
    return [d for d in defences if wanted in d["defence"]]


def without(defence):
    with open(f"{TOP}/{defence['file']}") as file:
        text = file.read()
    assert text.count(defence["was"]) == 1, f"{defence['file']} holds it {text.count(defence['was'])} times"
    return text.replace(defence["was"], defence["now"])


def who_notices(breaker, defence):
    first = breaker.first_to_notice(defence["file"], without(defence), defence["tests"].split())
    assert first is not None, "without it there is no other program: " + defence["defence"]
    return first


def main():
    defences = read_defences(sys.argv[1] if len(sys.argv) > 1 else "")
    subprocess.run([BUILD + "/quosync", "migrate", "--config", "/dev/null"], check=True, stdout=subprocess.DEVNULL)
    tests = sorted({test for d in defences for test in d["tests"].split()})
    missed = 0
    with tempfile.TemporaryDirectory(prefix="quosync-defences.") as directory:
        breaker = Breaker(tests, directory)
        for defence in defences:
            test, why = who_notices(breaker, defence)
            missed += not test
            print(f"{defence['defence']}\n    {f'{test}: {why}' if test else 'NOBODY NOTICES'}", flush=True)
    print(f"{len(defences)} defences, {missed} of which nobody misses")
    return 1 if missed or not defences else 0


try:
    sys.exit(main())
except Unsound as unsound:
    sys.exit(str(unsound))
