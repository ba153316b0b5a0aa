"""report_events.py - NDJSON events of a workspace whose every text is hostile: names,
companies, custom fields, users of lines, error codes, numbers. For report_html.sh.

    report_events.py ORG_ID NOW     NOW in seconds since 1970
"""

import datetime
import json
import random
import sys

HOSTILE = [
    "<script>alert('name')</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(2)>",
    "</td></tr></table><h1>Heading</h1>",
    "</title></style></script><script>alert(3)</script>",
    "\u202egnp.exe\u202c",
    "]]><!-- --> <!DOCTYPE html>",
    "&lt;b&gt; &amp; &#60;script&#62; &bogus;",
    "javascript:alert(4)",
    "bell \u0007 escape \u001b[31m nul \u0000 c1 \u0085 bom \ufeff \ufffe",
    "line\u2028separator\nand line feed\ttab",
    "x" * 180,
    "山田太郎 محمد علي 🙂🏽 e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "{{constructor.constructor('alert(5)')()}}",
    "=cmd|' /C calc'!A0",
    "",
]
LINES = ["PNhostile1", "PNhostile2"]


def at(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Workspace:
    def __init__(self, org_id, now):
        self.org_id, self.now, self.number = org_id, now, 0
        self.random = random.Random(7)

    def event(self, kind, when, resource, context=None):
        self.number += 1
        data = {"resource": resource, "links": {"quo": "https://my.quo.com/<x>\"'"}}
        if context:
            data["context"] = context
        print(json.dumps({"id": f"EV{self.number:012d}", "apiVersion": "2026-03-30",
                          "createdAt": at(when), "type": kind, "data": data}))

    def contact(self, i):
        name = HOSTILE[i % len(HOSTILE)]
        when = self.now - 86400 * (i % 40) - 7200
        self.event("contact.updated", when, {
            "id": f"66f1c0aa1d4e5b7c8d9e{i:04x}", "firstName": name, "lastName": "",
            "company": name if i % 2 else HOSTILE[(i + 3) % len(HOSTILE)], "role": name,
            "location": name, "source": name, "externalId": name,
            "emails": [{"value": f"{name}@example.com", "type": "email"}],
            "phoneNumbers": [{"value": f"+1415555{i % 30:04d}", "type": "phone-number"}],
            "customFields": [{"name": name or "field", "key": f"key {name}"[:60], "id": f"F{i}",
                              "type": "string", "value": name}],
            "createdAt": at(when - 60), "updatedAt": at(when)})

    def context(self, i, incoming):
        number = f"+1415555{i % 45:04d}"
        line = LINES[i % 2]
        return {"orgId": self.org_id, "phoneNumberId": line,
                "conversationId": f"CN{i % 45:04d}", "userId": f"US{HOSTILE[i % 3]}",
                "contacts": {"ids": [f"66f1c0aa1d4e5b7c8d9e{i % 45:04x}"],
                             "lookupStatus": "matched"} if i % 45 < 40 else
                {"ids": [], "lookupStatus": "none"}}, number, incoming

    def message(self, i):
        incoming = self.random.random() < 0.5
        context, number, _ = self.context(i, incoming)
        when = self.now - self.random.randrange(600, 20 * 86400)
        context["senderIdentifier"] = number if incoming else "+12065550100"
        context["recipientIdentifiers"] = ["+12065550100" if incoming else number]
        failed = not incoming and i % 7 == 0
        kind = "received" if incoming else "failed" if failed else "delivered"
        resource = {"id": f"ACm{i:06d}", "direction": "incoming" if incoming else "outgoing",
                    "text": HOSTILE[i % len(HOSTILE)] if i % 9 else "STOP", "media": [],
                    "status": kind, "createdAt": at(when)}
        if failed:
            resource["errorCode"] = HOSTILE[i % 5]
        self.event(f"message.{kind}", when + 1, resource, context)

    def call(self, i):
        incoming = self.random.random() < 0.7
        answered = self.random.random() < 0.6
        context, number, _ = self.context(i, incoming)
        when = self.now - self.random.randrange(600, 20 * 86400)
        context["phoneNumberType"] = "shared"
        context["participants"] = {"workspace": ["+12065550100"], "external": [number],
                                   "resolution": "available"}
        self.event("call.completed", when + 90, {
            "id": f"ACc{i:06d}", "direction": "incoming" if incoming else "outgoing",
            "status": "answered" if answered else "unanswered", "createdAt": at(when),
            "answeredAt": at(when + 9) if answered else None, "completedAt": at(when + 90),
            "updatedAt": at(when + 90), "duration": 81 if answered else 0,
            "hasVoicemail": False}, context)


def main():
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")
    workspace = Workspace(sys.argv[1], int(sys.argv[2]))
    for i in range(60):
        workspace.contact(i)
    for i in range(400):
        workspace.message(i)
    for i in range(250):
        workspace.call(i)


main()
