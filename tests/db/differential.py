# differential.py - the library beside others that know the same: signatures against
# Python's hmac by the rules of Standard Webhooks, instants against PostgreSQL. The inputs
# are random from a fixed seed: DIFFERENTIAL_SEED; DIFFERENTIAL_N of each. Run by
# differential.sh.
import base64
import calendar
import hashlib
import hmac
import os
import random
import re
import subprocess
import sys

N = int(os.environ.get("DIFFERENTIAL_N", "20000"))
rng = random.Random(int(os.environ.get("DIFFERENTIAL_SEED", "20261106")))
JUDGE = os.path.join(os.environ["TOP_BUILDDIR"], "tests/support/judge")
NOW = 1793800991
VERIFIED, MALFORMED, STALE, NO_MATCH = range(4)
failures = 0


def report(sentence, wrong, total):
    global failures
    print(("not ok - " if wrong else "ok - ") + f"{sentence} ({total})", flush=True)
    for line in wrong[:5]:
        print("    " + str(line)[:400])
    failures += bool(wrong)


def judged(lines):
    done = subprocess.run([JUDGE], input=("\n".join(lines) + "\n").encode(), stdout=subprocess.PIPE,
                          check=True)
    return done.stdout.decode().split()


def field(data):
    return data.hex() or "-"


# ---- signatures --------------------------------------------------------------------

def signature(key, webhook_id, timestamp, body):
    mac = hmac.new(key, webhook_id + b"." + timestamp + b"." + body, hashlib.sha256).digest()
    return b"v1," + base64.b64encode(mac)


def verdict(key, webhook_id, timestamp, header, body):
    """The rules, in another language."""
    webhook_id, timestamp, header = (x.strip(b" \t") for x in (webhook_id, timestamp, header))
    if not re.fullmatch(rb"[\x20-\x7e]{1,255}", webhook_id) or not header or \
            not re.fullmatch(rb"0|[1-9][0-9]{0,18}", timestamp) or int(timestamp) > 2**63 - 1:
        return MALFORMED
    if abs(int(timestamp) - NOW) > 300:
        return STALE
    entries = [entry for entry in header.split(b" ") if entry.startswith(b"v1,")][:64]
    return VERIFIED if signature(key, webhook_id, timestamp, body) in entries else NO_MATCH


def change(data):
    """One byte of it, or more, is another, is gone or is new."""
    at = rng.randrange(len(data) + 1)
    kind = rng.randrange(4)
    if kind == 0 or not data:
        return data[:at] + bytes([rng.choice(b" \t,v12+/=Aaz\x00\x7f\x80\xff0")]) + data[at:]
    at %= len(data)
    if kind == 1:
        return data[:at] + data[at + 1:]
    if kind == 2:
        return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1:]
    return data[:at]


def delivery():
    key = rng.randbytes(rng.choice((24, 25, 32, 64)))
    webhook_id = rng.choice((b"msg_" + rng.randbytes(6).hex().encode(), b"m", b"m" * 255, b"m" * 256,
                             b"with blank", b"", b"a.b.c"))
    timestamp = rng.choice((NOW, NOW + rng.randint(-301, 301), NOW + 300, NOW - 300, NOW + 301,
                            NOW - 301, 0, 2**63 - 1, 2**63, 10**19))
    timestamp = str(timestamp).encode()
    body = rng.randbytes(rng.choice((0, 1, 63, 64, 65, 300)))
    right = signature(key, webhook_id, timestamp, body)
    other = b"v1," + base64.b64encode(rng.randbytes(32))
    header = rng.choice((right, right, right + b" " + other, other + b" " + right, other,
                         b" ".join([other] * 63 + [right]), b" ".join([other] * 64 + [right]),
                         b" ".join([b"v2,x"] * 99 + [right]), right.replace(b"v1", b"v2"), b"",
                         right[3:], right + b",", right + right, b"  " + right + b"  "))
    parts = [webhook_id, timestamp, header, body]
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
        i = rng.randrange(4)
        parts[i] = change(parts[i])
    if rng.random() < 0.1:
        i = rng.randrange(3)
        parts[i] = rng.choice((b" ", b"\t", b" \t ")) + parts[i] + b" "
    return key, parts


def verdicts():
    deliveries = [delivery() for _ in range(N)]
    got = judged(" ".join(["v", field(key)] + [field(part) for part in parts] + [str(NOW)])
                 for key, parts in deliveries)
    expected = [verdict(key, *parts) for key, parts in deliveries]
    wrong = [(got[i], expected[i], deliveries[i]) for i in range(N) if int(got[i]) != expected[i]]
    report("verdicts are those of another implementation", wrong, N)
    shares = [expected.count(v) / N for v in range(4)]
    report("all four verdicts come often", [shares] if min(shares) < 0.05 else [], N)


# ---- instants ------------------------------------------------------------------------

FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
                  r"(?:[Zz]|([+-])(\d\d):(\d\d))", re.A)
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.A)


def real_date(year, month, day):
    return 1 <= month <= 12 and 1 <= day <= (
        29 if month == 2 and calendar.isleap(year) else calendar.mdays[month])


def for_postgres(text, date_too):
    """What PostgreSQL is to count, in its own words; None where the form is not right."""
    match = DATE.fullmatch(text) if date_too else None
    if match:
        year, month, day = map(int, match.groups())
        ok = year >= 1 and real_date(year, month, day)
        return f"{year:04d}-{month:02d}-{day:02d} 00:00:00\t0\t0" if ok else None
    match = FORM.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    offset = int(match[9] or 0) * 60 + int(match[10] or 0)
    if not real_date(year, month, day) or hour > 23 or minute > 59 or second > 59 or \
            int(match[9] or 0) > 23 or int(match[10] or 0) > 59 or year < (1 if date_too else 1970):
        return None
    micro = int(((match[7] or "") + "000000")[:6])
    minutes = offset if match[8] == "+" else -offset
    return f"{year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d}\t{micro}\t{minutes}"


def instant_text():
    year = rng.choice((1970, 1969, 2026, 2000, 1900, 2100, 9999, 1, 0, rng.randint(0, 9999)))
    month, day = rng.randint(0, 13) if rng.random() < 0.1 else rng.randint(1, 12), rng.randint(1, 31)
    if rng.random() < 0.1:
        month, day = 2, rng.randint(27, 30)
    text = f"{year:04d}-{month:02d}-{day:02d}"
    if rng.random() < 0.1:
        return text
    top = lambda n: rng.choice((n, n + 1)) if rng.random() < 0.1 else rng.randint(0, n)
    text += rng.choice("TTTTt ") + f"{top(23):02d}:{top(59):02d}:{top(59):02d}"
    if rng.random() < 0.6:
        text += "." + "".join(rng.choice("0123456789") for _ in range(rng.choice((1, 3, 6, 7, 9, 12))))
    text += rng.choice(("Z", "Z", "z", "", f"{rng.choice('+-')}{top(23):02d}:{top(59):02d}"))
    if rng.random() < 0.1:
        text = change(text.encode()).decode("latin-1")
    return text


def counted(rows):
    """Microseconds since 1970, as PostgreSQL counts them: of time, fraction and offset."""
    script = "create temp table t (n int, at timestamp, us bigint, minutes int);\ncopy t from stdin;\n" + \
        "".join(f"{n}\t{row}\n" for n, row in rows) + "\\.\n" + \
        "select n, (extract(epoch from at) * 1000000)::bigint + us" \
        " - extract(epoch from make_interval(mins => minutes))::bigint * 1000000 from t;\n"
    done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"], input=script.encode(),
                          stdout=subprocess.PIPE, check=True)
    return {int(n): int(us) for n, us in (line.split("|") for line in done.stdout.decode().split())}


def instants(letter, sentence, first, date_too):
    last = 253402300799999999
    texts = [instant_text() for _ in range(N)]
    got = judged(f"{letter} {field(text.encode('latin-1'))}" for text in texts)
    right = [(i, for_postgres(text, date_too)) for i, text in enumerate(texts)]
    known = counted([(i, row) for i, row in right if row is not None])
    expected = [str(known[i]) if first <= known.get(i, first - 1) <= last else "-" for i in range(N)]
    report(sentence, [(got[i], expected[i], texts[i]) for i in range(N) if got[i] != expected[i]], N)
    share = sum(x != "-" for x in expected) / N
    report("many are read and many are not", [share] if not 0.2 < share < 0.8 else [], N)


verdicts()
instants("i", "instants are counted as PostgreSQL counts them, and no other form is read", 0, False)
instants("d", "so are dates of custom fields", -62135596800000000, True)
sys.exit(1 if failures else 0)
