"""page_check.py - is a report page sound? Prints a line for each fault; exit 1
when there was one. With the standard library alone, so that it runs anywhere.

    page_check.py FILE...                 markup, structure, what a screen reader needs
    page_check.py --contrast STYLESHEET   colours that are read against each other
"""

import html.parser
import os
import re
import sys

VOID = {"meta", "link", "br", "img", "input", "hr"}
# Of SVG, what has no content is closed in place.
EMPTY = {"rect", "path"}


class Checker(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults, self.open, self.ids, self.named, self.links = [], [], [], [], []
        self.levels, self.counts, self.policy, self.text = [], {}, "", {}

    def fault(self, what):
        line, column = self.getpos()
        self.faults.append(f"line {line}, column {column}: {what}")

    def handle_decl(self, decl):
        self.counts[decl] = self.counts.get(decl, 0) + 1

    def handle_comment(self, data):
        self.fault("a comment")

    def handle_pi(self, data):
        self.fault("a processing instruction")

    def handle_startendtag(self, tag, attrs):
        self.look_at(tag, attrs)
        if tag not in EMPTY:
            self.fault(f"<{tag}/> closes itself")

    def handle_starttag(self, tag, attrs):
        self.look_at(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.fault(f"</{tag}> within {self.open[-3:]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if self.open:
            self.text.setdefault(self.open[-1], []).append(data)

    def look_at(self, tag, attrs):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        names = [name for name, _ in attrs]
        values = dict(attrs)
        if len(set(names)) != len(names):
            self.fault(f"<{tag}> has an attribute twice")
        for name in names:
            if name.startswith("on") or name in ("style", "srcdoc", "ping", "action"):
                self.fault(f"<{tag}> has {name}")
        for name in ("src", "srcset", "data", "poster", "xlink:href"):
            if name in values:
                self.fault(f"<{tag}> loads {values[name]}")
        if "id" in values:
            if values["id"] in self.ids:
                self.fault(f"id {values['id']} a second time")
            self.ids.append(values["id"])
        for name in ("aria-labelledby", "aria-describedby"):
            self.named += values.get(name, "").split()
        if tag in ("a", "link"):
            self.look_at_link(tag, values.get("href") or "")
        if re.fullmatch(r"h[1-6]", tag):
            level = int(tag[1])
            if level > (self.levels[-1] if self.levels else 0) + 1:
                self.fault(f"<{tag}> skips a level")
            self.levels.append(level)
        if tag == "th" and values.get("scope") not in ("col", "row"):
            self.fault("<th> without a scope")
        if tag == "svg" and values.get("aria-hidden") != "true" and not (
                values.get("role") == "img" and values.get("aria-labelledby")):
            self.fault("a picture without a text alternative")
        if tag in ("iframe", "object", "embed", "form", "base", "image", "use", "foreignobject"):
            self.fault(f"<{tag}>")
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]

    def look_at_link(self, tag, href):
        if tag == "link":
            if href != "data:,":
                self.fault(f"<link> loads {href}")
        elif href.startswith("#"):
            self.links.append(href[1:])
        elif not re.fullmatch(r"tel:\+[1-9][0-9]{7,14}", href):
            self.fault(f"a link to {href}")

    def finish(self):
        self.close()
        if self.open:
            self.fault(f"never closed: {self.open}")
        for name in self.named + self.links:
            if name not in self.ids:
                self.fault(f"nothing has the id {name}")
        for tag, n in (("DOCTYPE html", 1), ("html", 1), ("head", 1), ("body", 1), ("main", 1),
                       ("h1", 1), ("style", 1), ("script", 1)):
            if self.counts.get(tag) != n:
                self.fault(f"{self.counts.get(tag, 0)} of {tag}")
        if not self.policy.startswith("default-src 'none'; ") or "unsafe" in self.policy:
            self.fault("the policy is not strict")
        if self.counts.get("table", 0) != self.counts.get("caption", 0):
            self.fault("a table without a caption")
        return self.faults


def check_page(path):
    with open(path, "rb") as file:
        raw = file.read()
    checker = Checker()
    checker.feed(raw.decode("utf-8"))  # not UTF-8: an exception says so
    faults = checker.finish()
    for code in sorted({ord(c) for c in raw.decode("utf-8")}):
        if (code < 32 and code not in (9, 10)) or 127 <= code < 160 or code in (0x202D, 0x202E):
            faults.append(f"the character U+{code:04X}")
    return faults


# ---- contrast, as WCAG 2 defines it ------------------------------------------------

# Text against its ground: 4.5. Marks of a chart against theirs: 3.
TEXT, MARK = 4.5, 3.0
PAIRS = (
    [(ink, ground, TEXT) for ink in ("ink", "soft", "accent") for ground in ("paper", "ground", "raised")]
    + [(f"on{i}", f"h{i}", TEXT) for i in range(7)]
    + [(f"s{i}", "paper", MARK) for i in range(1, 5)]
    + [("focus", "paper", MARK), ("focus", "ground", MARK)]
)


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def schemes(css):
    """The colours of each scheme: what it does not set, it has from the first."""
    blocks = re.findall(r"(@media[^{]*\{\s*)?:root\s*\{([^}]*)\}", css)
    first = {}
    for media, block in blocks:
        colours = dict(re.findall(r"--([a-z0-9]+):\s*(#[0-9a-f]{6})\b", block))
        first = first or colours
        name = "dark" if "dark" in media else "print" if "print" in media else "light"
        yield name, {**first, **colours}


def check_contrast(path):
    with open(path, encoding="utf-8") as file:
        css = file.read()
    faults, seen = [], []
    for name, colours in schemes(css):
        seen.append(name)
        for one, other, least in PAIRS:
            ratio = contrast(colours[one], colours[other])
            if ratio < least:
                faults.append(f"{name}: --{one} {colours[one]} on --{other} {colours[other]} "
                              f"is {ratio:.2f}, less than {least}")
        shades = [luminance(colours[f"h{i}"]) for i in range(7)]
        if shades not in (sorted(shades), sorted(shades, reverse=True)):
            faults.append(f"{name}: the shades of the heat map are not in order")
    if sorted(seen) != ["dark", "light", "print"]:
        faults.append(f"the style sheet has the schemes {seen}")
    return faults


if __name__ == "__main__":
    if sys.argv[1] == "--contrast":
        found = check_contrast(sys.argv[2])
    else:
        found = [f"{os.path.basename(path)}: {fault}"
                 for path in sys.argv[1:] for fault in check_page(path)]
    for fault in found[:40]:
        print(fault)
    sys.exit(1 if found else 0)
