"""messages.py - the texts of errors in C sources, and what of their form is wrong.

    messages.py FILE...     prints `file:line: what: text`, a line each
    messages.py --self-test succeeds when each of some bad texts is found

The form: a text starts in lower case (or with a name), has no full stop, says
`could not` (it may work next time) or `cannot` (it never will), and quotes the file,
table or statement that these are said of. What a person must act on has a hint, or
names file, line and key. A hint is a sentence of its own, or `Run: COMMAND`.
"""
import re
import sys

# The place of the format among the arguments.
FORMATS = {"error_set": 2, "error_hint": 1, "error_prefix": 1, "config_mistake": 1,
           "config_warning": 1, "wrong_usage": 1, "failed_as": 4, "found": 4, "remedy": 1}
CALL = re.compile(r"(?<![A-Za-z_])(" + "|".join(FORMATS) + r")\(")
# Names that may begin a text: of formats, of protocols, of others.
NAMES = re.compile(r"(Quo|JSON|API|RFC|GET|POST|SQL|TLS|UTF8|PostgreSQL|PgBouncer|Citus|NTP)\b")
WORDS = re.compile(r"\b(failed to|unable to|can't|couldn't|couldnt|cant|wasn't|isn't|invalid|"
                   r"illegal|please|sorry|fatal|error:|oops|unexpected error|bad value)\b|!", re.I)
# `cannot open %s` without quotes around what it is.
UNQUOTED = re.compile(r"(could not|cannot) (open|read|write|look at|use|run|listen on|%s) %(\.\d+)?s")
# A mistake that names the place in the configuration is a person's to mend as it is.
PLACES = ("src/base/config", "src/base/secret", "src/core/")


def calls(source):
    """(name, line, arguments, rest of the source) of each call in a source."""
    for match in CALL.finditer(source):
        depth, at, arguments, now = 1, match.end(), [], ""
        while depth:
            if source[at] == '"':
                end = at + 1
                while source[end] != '"':
                    end += 2 if source[end] == "\\" else 1
                now, at = now + source[at:end + 1], end + 1
                continue
            char = source[at]
            depth += (char in "([{") - (char in ")]}")
            if char == "," and depth == 1:
                arguments.append(now)
                now = ""
            elif depth:
                now += char
            at += 1
        arguments.append(now)
        yield (match.group(1), source.count("\n", 0, match.start()) + 1, arguments, source[at:])


def text_of(argument):
    """A literal, its pieces joined; None for anything else."""
    if not re.fullmatch(r'(\s*("(?:[^"\\]|\\.)*"|PRI[a-z]\d\d))+\s*', argument):
        return None
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', argument)).replace('\\"', '"')


def wrong_with_text(text):
    if WORDS.search(text):
        yield "another word is used for it"
    if UNQUOTED.search(text):
        yield "what it names is not quoted"
    if re.search(r"(?<!\.\.)\.$|[?:;,]$|\\n", text):
        yield "it ends in a mark"
    if not re.match(r'[a-z0-9"%-]', text) and not NAMES.match(text):
        yield "it does not start in lower case"


def wrong_with_hint(text):
    if re.match(r"(Run|Try|Run in psql|Run again): ", text) or text == "%s":
        return
    if not re.match(r"[A-Z]", text):
        yield "a hint is a sentence: it starts in upper case"
    if not re.search(r"[.;)?]$|: \S.*$|%s$", text):
        yield "a hint is a sentence: it ends in a full stop, or with what to type"


def wrong(path, source):
    for name, line, arguments, rest in calls(source):
        place = FORMATS[name]
        text = text_of(arguments[place]) if len(arguments) > place else None
        if text is None:
            continue
        for what in (wrong_with_hint if name in ("error_hint", "remedy") else wrong_with_text)(text):
            yield f"{path}:{line}: {what}: {text}"
        # In the same block, or behind an else that says another thing of the same kind.
        follows = re.match(r"[^{}]*?\b(error_hint|remedy)\(", rest[:600])
        if (name == "error_set" and arguments[1].strip() == "QUOSYNC_CONFIG" and not follows
                and not path.startswith(PLACES) and "--" not in text):
            yield f"{path}:{line}: nobody says what to do: {text}"


BAD = ['error_set(err, QUOSYNC_BAD_INPUT, "Cannot read it");',
       'error_set(err, QUOSYNC_BAD_INPUT, "it cannot be read.");',
       'error_set(err, QUOSYNC_BAD_INPUT, "failed to " "read it");',
       'error_set(err, QUOSYNC_BAD_INPUT, "invalid id \\"%s\\"", id);',
       'error_set(err, QUOSYNC_BAD_INPUT, "cannot open %s: %s", path, why);',
       'return error_set(err, QUOSYNC_CONFIG, "the database is another");\n}\n',
       'error_hint(err, "run it again.");',
       'error_hint(err, "Run it again");',
       'config_mistake(report, "%s: Bad value", where);']
GOOD = ['error_set(err, QUOSYNC_UNAVAILABLE, "could not open \\"%s\\": %s", path, why);',
        '(void)error_set(err, QUOSYNC_CONFIG, "it is another");\n error_hint(err, "Run: quosync migrate");',
        'error_set(err, QUOSYNC_BAD_INPUT, "Quo refuses %s (HTTP %u)", what, n);']


def main():
    if sys.argv[1:] == ["--self-test"]:
        missed = [bad for bad in BAD if not list(wrong("src/app/x.c", bad))]
        taken = [good for good in GOOD if list(wrong("src/app/x.c", good))]
        print("\n".join(missed + taken))
        return bool(missed or taken)
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for line in wrong(path, file.read()):
                print(line)
    return 0


sys.exit(main())
