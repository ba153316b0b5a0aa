"""erase.py - deliveries for erase.sh, a line each, as `quosync ingest` reads them.

    erase.py PERSON MARK [samples | later | fresh N | unlisted N]

samples  all samples, about contact CT<PERSON>; whatever is content begins with MARK
later    an update of the contact, and events of its activities, newer than those
fresh    a message of an activity that nothing has told of, which lists the contact
unlisted the same, without a contact
"""
import glob
import json
import os
import sys

person, mark, what = sys.argv[1], sys.argv[2], sys.argv[3]
contact = "CT" + person
samples = os.environ["TOP_SRCDIR"] + "/tests/samples"

# Ids, instants, direction, status and what else is no content.
kept = {
    "id", "callId", "voicemailId", "orgId", "phoneNumberId", "conversationId", "userId",
    "answeredByUserId", "initiatedBy", "activityId", "actorId", "phoneNumberGroupId", "assigneeId",
    "createdAt", "updatedAt", "answeredAt", "completedAt", "startedAt", "startTime", "dueDate",
    "direction", "status", "processingStatus", "lookupStatus", "resolution", "type", "key", "aiHandled",
    "object", "deletedAt",
}
count = 0


def marked(value, key=None, field=False):
    """A copy in which every text that is content is a mark of its own."""
    global count
    if isinstance(value, dict):
        field = key == "customFields"
        return {k: marked(v, k, field) for k, v in value.items()}
    if isinstance(value, list):
        return [marked(v, key) for v in value]
    if not isinstance(value, str) or key in kept or (field and key == "name"):
        return value
    count += 1
    return f"{mark}-{count}"


def told(event):
    """The event about this person."""
    data = event["data"]
    resource = data.get("resource") or {}
    kind = event["type"].split(".")[0]
    event["id"] += person
    data["resource"] = resource = marked(resource)
    context = data["context"] = marked(data.get("context") or {})
    data["links"] = {"quo": mark + "-link"}
    if kind == "contact":
        resource["id"] = contact
        for value in resource.get("customFields") or []:
            if value and value.get("type") == "date":
                value["value"] = "2027-03-01"
        resource["phoneNumbers"] = [{"value": phone()}, {"value": mark + "-number"}]
    elif kind in ("call", "message"):
        for key in ("id", "callId"):
            if resource.get(key):
                resource[key] += person
        context["contacts"] = {"ids": [contact], "lookupStatus": "matched"}
    else:
        resource["title"] = mark + "-title"
        context["activityId"] = "ACm01Ada5BpL" + person
    return event


def phone():
    return "+141555500" + ("01" if person == "E" else "02")


def line(event, suffix=""):
    print(json.dumps({"webhook-id": "msg_" + event["id"] + suffix, "body": json.dumps(event)}))


def sample(name):
    with open(f"{samples}/{name}.json", encoding="utf-8") as file:
        return told(json.load(file))


def message(number, contacts, at, lookup="matched", sender=None):
    event = sample("message.received")
    event["id"] = f"EVfresh{number}{person}{at}"
    event["createdAt"] = at
    event["data"]["resource"]["id"] = f"ACfresh{number}{person}"
    event["data"]["context"]["contacts"] = {"ids": contacts, "lookupStatus": lookup}
    if sender:
        event["data"]["context"]["senderIdentifier"] = sender
    return event


if what == "samples":
    for path in sorted(glob.glob(samples + "/*.json")):
        name = os.path.basename(path)[: -len(".json")]
        if "nul" in name.split(".") or "lone-surrogate" in name or ".big-number" in name:
            continue
        line(sample(name))
    if person in "ES":
        # Quo could not look, but the number is the contact's.
        line(message("number", [], "2026-11-02T10:00:00Z", "unavailable", phone()))
        event = sample("contact.updated")
        event["id"] += "last"
        event["createdAt"] = "2026-11-19T10:00:00Z"
        event["data"]["resource"]["updatedAt"] = "2026-11-19T09:59:59Z"
        line(event)
    # An older event lists the contact, a newer one does not.
    line(message("moved", [contact], "2026-11-02T10:00:00Z"))
    line(message("moved", [], "2026-11-02T11:00:00Z", "none"))
    # A message that hides the id behind an escape.
    event = message("hidden", ["@"], "2026-11-02T10:00:00Z")
    text = json.dumps(event).replace("@", "\\u0043T" + person)
    print(json.dumps({"webhook-id": "msg_hidden" + person, "body": text}))
    event = message("hidden", [], "2026-11-02T11:00:00Z", "none")
    line(event)
    # What cannot be applied.
    event = message("dead", [contact], "2026-11-02T10:00:00Z")
    del event["createdAt"]
    line(event)
elif what == "later":
    for name in ("contact.updated", "message.received", "call.completed", "call.ringing",
                 "call.summary.completed", "call.transcript.completed",
                 "call.voicemail.completed", "call.recording.completed", "task.created"):
        event = sample(name)
        event["id"] += "later"
        event["createdAt"] = "2026-11-20T10:00:00Z"
        if name == "contact.updated":
            event["data"]["resource"]["updatedAt"] = "2026-11-20T09:59:59Z"
        line(event)
    event = message("dead", [contact], "2026-11-20T10:00:00Z")
    event["id"] += "later"
    del event["createdAt"]
    line(event)
elif what == "fresh":
    line(message(sys.argv[4], [contact], "2026-11-21T10:00:00Z"))
elif what == "unlisted":
    line(message(sys.argv[4], [], "2026-11-21T09:00:00Z", "none"))
