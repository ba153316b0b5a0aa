#!/usr/bin/env python3
# make.py - writes cases.tsv and secrets.tsv beside it: signature vectors, signed
# by Python's hmac and base64, so that they owe nothing to the code they test.
#
# A line of cases.tsv: name, secrets (blank between them), webhook-id,
# webhook-timestamp, webhook-signature, clock, body, verdict. A line of
# secrets.tsv: name, text, hex digits of the key or the error. In the fields
# \xNN is a byte, \t a tab, and (none) a header that is not there.
import base64, hashlib, hmac, os

KEY1 = "whsec_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE="
KEY2 = "whsec_c2Vjb25kLWtleS1mb3ItdGVzdHMtb25seS0wMDI="
ID = b"msg_2kQ9aFa1l3dDelivery"
T = 1793800991
BODY = '{"type":"message.received","text":"Grüße 🏃 \\n"}'.encode()
assert hashlib.sha256(BODY).hexdigest().startswith("d70f3f8b7debf943")


def key(secret):
    return base64.b64decode(secret.removeprefix("whsec_"))


def sign(secret, id=ID, t=T, body=BODY, version="v1"):
    t = t if isinstance(t, bytes) else str(t).encode()
    mac = hmac.new(key(secret), id + b"." + t + b"." + body, hashlib.sha256).digest()
    return version.encode() + b"," + base64.b64encode(mac)


def field(value):
    if value is None:
        return "(none)"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        value = value.encode()
    out = ""
    for byte in value:
        if byte == 9:
            out += "\\t"
        elif byte == 0x5C:
            out += "\\\\"
        elif 0x20 <= byte <= 0x7E:
            out += chr(byte)
        else:
            out += "\\x%02x" % byte
    return out


lines = []


def case(name, verdict, secrets=(KEY1,), id=ID, t=T, signature=None, now=T, body=BODY):
    signature = sign(KEY1) if signature is None else signature
    if signature is False:
        signature = None
    lines.append("\t".join(field(f) for f in (name, " ".join(secrets), id, t, signature, now,
                                              body, verdict)))


def signed(name, verdict, id=ID, t=T, body=BODY, now=T, **more):
    """Headers and body as they are, signed as they are."""
    case(name, verdict, id=id, t=t, body=body, now=now, signature=sign(KEY1, id, t, body), **more)


OK, BAD, OLD, NO = "verified", "malformed", "stale", "no match"
s1, s2 = sign(KEY1), sign(KEY2)
assert s1 == b"v1,kGupEZXsIfGMRtpzHxQ3O2zd1Li+S7k2FzwZa7lohLo="
assert s2 == b"v1,r5yvOjwvAKTyaPnVx9WlRy1Y8vT73wnkDpKriHQXOEU="
assert sign(KEY1, body=b"") == b"v1,98/cwH8IoQKXbXJKXzRR3vYCzFL4WNUERHoAyj2Girk="

# The public vector of Standard Webhooks.
case("public vector", OK, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
     b"msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
     b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 1614265330, b'{"test": 2432232314}')
case("public vector, key without whsec_", OK, ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
     b"msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
     b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 1614265330, b'{"test": 2432232314}')
case("public vector, body without its blank", NO, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
     b"msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
     b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 1614265330, b'{"test":2432232314}')

# Keys.
case("key 1", OK)
case("key 2", OK, [KEY2], signature=s2)
case("key 2 signed, key 1 configured", NO, signature=s2)
case("key 1 signed, key 2 configured", NO, [KEY2])
case("two keys, the first signed", OK, [KEY1, KEY2])
case("two keys, the second signed", OK, [KEY1, KEY2], signature=s2)
case("two keys, neither signed", NO, [KEY1, KEY2], signature=sign("whsec_" + "QUJD" * 8))
case("both signed, key 1 configured", OK, signature=s1 + b" " + s2)
case("both signed, key 2 configured", OK, [KEY2], signature=s1 + b" " + s2)
case("both signed the other way, key 1 configured", OK, signature=s2 + b" " + s1)
case("both signed the other way, key 2 configured", OK, [KEY2], signature=s2 + b" " + s1)
case("three keys, the last signed", OK, ["whsec_" + "QUJD" * 8, KEY1, KEY2], signature=s2)
case("no key at all", NO, [])
case("the same key twice", OK, [KEY1, KEY1])
case("key of 24 bytes", OK, ["whsec_" + "QUJD" * 8], signature=sign("whsec_" + "QUJD" * 8))
case("key of 64 bytes", OK, ["whsec_" + "QUJD" * 21 + "QQ=="],
     signature=sign("whsec_" + "QUJD" * 21 + "QQ=="))

# Bodies.
signed("empty body", OK, body=b"")
signed("body of one NUL", OK, body=b"\0")
signed("body with a NUL in it", OK, body=b'{"a":"\0"}')
signed("body that is no UTF-8", OK, body=b"\xff\xfe\xc0\x80")
signed("body with a final newline", OK, body=BODY + b"\n")
case("a final newline added", NO, body=BODY + b"\n")
case("a final NUL added", NO, body=BODY + b"\0")
case("last byte cut off", NO, body=BODY[:-1])
case("one bit of the body changed", NO, body=BODY[:-2] + bytes([BODY[-2] ^ 1]) + BODY[-1:])
case("body re-serialised", NO, body=BODY.replace(b",", b", "))
case("body with escapes instead of UTF-8", NO, body=BODY.replace("ü".encode(), b"\\u00fc"))
case("body empty, though signed with one", NO, body=b"")
case("body in upper case", NO, body=BODY.upper())
for at in (0, 7, 15, 31, 51):
    case("byte %d of the body changed" % at, NO,
         body=BODY[:at] + bytes([BODY[at] ^ 0x20]) + BODY[at + 1:])

# Ids.
signed("id of one byte", OK, id=b"a")
signed("id of 255 bytes", OK, id=b"m" * 255)
signed("id of 256 bytes", BAD, id=b"m" * 256)
signed("id with a dot", OK, id=b"msg.1")
signed("id with blanks inside", OK, id=b"msg 1  2")
signed("id with every printable character", OK, id=bytes(range(0x21, 0x7F)))
signed("id that begins with a control character", BAD, id=b"\x01msg")
signed("id that begins beyond ASCII", BAD, id=b"\xffmsg")
signed("id that ends with a control character", BAD, id=b"msg\x01")
case("id missing", BAD, id=None)
case("id empty", BAD, id=b"")
case("id of blanks", BAD, id=b" \t ")
case("id with blanks around", OK, id=b" \t" + ID + b"\t ")
signed("id with a tab inside", BAD, id=b"msg\t1")
signed("id with DEL", BAD, id=b"msg\x7f1")
signed("id with a byte of 0x80", BAD, id=b"msg\x80")
signed("id beyond ASCII", BAD, id="msg_ü".encode())
signed("id with a newline", BAD, id=b"msg\n1")
signed("id with a carriage return", BAD, id=b"msg\r1")
signed("id with a NUL", BAD, id=b"msg\x001")
case("id changed", NO, id=ID[:-1] + b"Y")
case("id in lower case", NO, id=ID.lower())
case("another id", NO, id=b"msg_other")
case("id and timestamp shifted by a dot", NO, id=b"msg_2kQ9aFa1l3dDelivery.1", t=793800991,
     now=793800991)

# Timestamps: the form.
case("timestamp missing", BAD, t=None)
case("timestamp empty", BAD, t=b"")
case("timestamp of blanks", BAD, t=b"  ")
case("timestamp with blanks around", OK, t=b" 1793800991\t")
for name, text in (("with a fraction", b"1793800991.0"), ("with a plus", b"+1793800991"),
                   ("with a minus", b"-1793800991"), ("with a leading zero", b"01793800991"),
                   ("with an exponent", b"1793800991e0"), ("in hexadecimal", b"0x6aeb0b9f"),
                   ("of letters", b"yesterday"), ("with a blank inside", b"17938 00991"),
                   ("with a comma", b"1,793,800,991"), ("with an underscore", b"1_793_800_991"),
                   ("of full-width digits", "１７９３８００９９１".encode()),
                   ("with a NUL at its end", b"1793800991\0"),
                   ("with an instant", b"2026-11-04T14:03:11Z"), ("of two zeros", b"00"),
                   ("of 20 digits", b"17938009910000000000"),
                   ("beyond 64 bits", b"9223372036854775808"),
                   ("of 400 digits", b"1" * 400)):
    signed("timestamp " + name, BAD, t=text)
signed("timestamp 0 at 0", OK, t=b"0", now=0)
signed("timestamp 0 now", OLD, t=b"0")
signed("greatest timestamp", OLD, t=b"9223372036854775807")
signed("greatest timestamp, clock before 1970", OLD, t=b"9223372036854775807",
       now=-9223372036854775808)
signed("greatest timestamp at itself", OK, t=b"9223372036854775807", now=9223372036854775807)
signed("clock before 1970", OLD, now=-1)
signed("timestamp of 19 digits, far away", OLD, t=b"1793800991000000000")
signed("timestamp in milliseconds", OLD, t=b"1793800991000")

# Timestamps: how far off.
for off in (0, 1, 60, 299, 300):
    case("timestamp %d s old" % off, OK, now=T + off)
    case("timestamp %d s ahead" % off, OK, now=T - off)
for off in (301, 302, 3600, 86400):
    case("timestamp %d s old" % off, OLD, now=T + off)
    case("timestamp %d s ahead" % off, OLD, now=T - off)
case("stale and wrong", OLD, signature=s2, now=T + 301)
case("timestamp changed by a second", NO, t=T + 1)
case("malformed and stale", BAD, t=b"01793800991", now=T + 1000)

# Signatures.
case("signature missing", BAD, signature=False)
case("signature empty", BAD, signature=b"")
case("signature of blanks", BAD, signature=b" \t ")
case("signature with blanks around", OK, signature=b"\t " + s1 + b" \t")
case("signature without version", NO, signature=s1[3:])
case("signature under v2", NO, signature=b"v2," + s1[3:])
case("signature under v1a", NO, signature=b"v1a," + s1[3:])
case("signature under V1", NO, signature=b"V1," + s1[3:])
case("v1a before the right v1", OK, signature=b"v1a,AAAA " + s1)
case("v1a after the right v1", OK, signature=s1 + b" v1a,AAAA")
case("v2 before the right v1", OK, signature=b"v2," + s2[3:] + b" " + s1)
case("a wrong v1 before the right one", OK, signature=b"v1," + b"A" * 43 + b"= " + s1)
case("a wrong v1 after the right one", OK, signature=s1 + b" v1," + b"A" * 43 + b"=")
case("several blanks between", OK, signature=s2 + b"     " + s1)
case("a tab between", NO, signature=s2 + b"\t" + s1)
case("a comma between", NO, signature=s2 + b"," + s1)
case("padding cut", NO, signature=s1[:-1])
case("padding doubled", NO, signature=s1 + b"=")
case("padding replaced", NO, signature=s1[:-1] + b"A")
case("last character changed within the padding bits", NO,
     signature=s1[:-2] + bytes([s1[-2] + 1]) + b"=")
case("right length but wrong", NO, signature=b"v1," + b"B" * 43 + b"=")
case("first character changed", NO, signature=b"v1,l" + s1[4:])
case("in base64 for URLs", NO, signature=s1.replace(b"+", b"-").replace(b"/", b"_"))
case("in upper case", NO, signature=b"v1," + s1[3:].upper())
case("in hexadecimal", NO,
     signature=b"v1," + base64.b64decode(s1[3:]).hex().encode())
case("version alone", NO, signature=b"v1,")
case("version without comma", NO, signature=b"v1")
case("a NUL inside", NO, signature=s1[:20] + b"\0" + s1[21:])
case("a NUL after it", NO, signature=s1 + b"\0")
case("bytes beyond ASCII before it", OK, signature=b"v1,\xff\xfe " + s1)
case("not base64", NO, signature=b"v1," + b"*" * 44)
case("two entries in one", NO, signature=s1 + s1[3:])
case("quoted", NO, signature=b'"' + s1 + b'"')
case("a letter alone, then the right one", OK, signature=b"x " + s1)
case("64 entries, the last is right", OK, signature=b"v1,x " * 63 + s1)
case("64 empty entries, then the right one", NO, signature=b"v1, " * 64 + s1)
case("65 entries, the last is right", NO, signature=b"v1,x " * 64 + s1)
case("1,000 entries of another version before it", OK, signature=b"v2,x " * 1000 + s1)
case("the scheme of older subscriptions", NO, signature=b"hmac;1;1793800991000;" + s1[3:])

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "cases.tsv"), "w") as out:
    out.write("\n".join(lines) + "\n")

secrets = []


def secret(name, text, expected):
    secrets.append("\t".join(field(f) for f in (name, text, expected)))


FORM = "the secret is not whsec_ and base64 of 24 to 64 bytes"
SHORT = "the secret has fewer than 24 bytes"
for name, text in (("with whsec_", KEY1), ("without whsec_", KEY1[6:]), ("the second", KEY2),
                   ("24 bytes", "whsec_" + "QUJD" * 8), ("25 bytes", "whsec_" + "QUJD" * 8 + "QQ=="),
                   ("26 bytes", "whsec_" + "QUJD" * 8 + "QUI="),
                   ("64 bytes", "whsec_" + "QUJD" * 21 + "QQ=="),
                   ("all characters", "whsec_" + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                    "0123456789+/")):
    secret(name, text, key(text).hex())
secret("23 bytes", "whsec_" + "QUJD" * 7 + "QUI=", SHORT)
secret("65 bytes", "whsec_" + "QUJD" * 21 + "QUI=", FORM)
secret("3,000 bytes", "whsec_" + "QUJD" * 1000, FORM)
secret("empty", "", FORM)
secret("prefix alone", "whsec_", FORM)
secret("prefix twice", "whsec_" + KEY1, FORM)
secret("prefix in upper case", "WHSEC_" + KEY1[6:], FORM)
secret("a public key", "whpk_" + KEY1[6:], "the secret is a public key (whpk_), not a whsec_")
secret("to be replaced", "REPLACE_ME", FORM)
secret("padding missing", KEY1.rstrip("="), FORM)
secret("padding too long", KEY1 + "====", FORM)
secret("padding of three", "whsec_" + "QUJD" * 8 + "A===", FORM)
secret("padding alone", "whsec_====", FORM)
secret("padding in the middle", "whsec_QQ==" + "QUJD" * 8, FORM)
secret("bits beyond the last byte", "whsec_" + "QUJD" * 8 + "QR==", FORM)
secret("a bit beyond the last two bytes", "whsec_" + "QUJD" * 8 + "QUJ=", FORM)
secret("base64 for URLs", "whsec_" + "QUJD" * 8 + "QU-_", FORM)
secret("a blank inside", "whsec_" + "QUJD" * 4 + " " + "QUJD" * 4, FORM)
secret("a newline at its end", KEY1 + "\n", FORM)
secret("a NUL inside", KEY1[:20] + "\0" + KEY1[21:], FORM)
secret("beyond ASCII", "whsec_" + "QUJD" * 8 + "üü", FORM)

with open(os.path.join(here, "secrets.tsv"), "w") as out:
    out.write("\n".join(secrets) + "\n")
