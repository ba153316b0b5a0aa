"""browser.py - drives a headless Chromium over its pipe, with the standard library
alone: no driver, no port, no network. What it does is the caller's to judge:
console messages, exceptions, requests and dialogs are kept, in order.

    with Browser("/usr/bin/chromium") as browser:
        page = browser.open("file:///tmp/page.html", width=390)
        page.evaluate("document.title")
        page.screenshot("page.png")
        page.console, page.exceptions, page.requests, page.dialogs
"""

import base64
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE_S = 60
PR_SET_PDEATHSIG = 1


class Failed(Exception):
    """The browser refused a command, or did not answer."""


class Page:
    def __init__(self, browser, session):
        self.browser = browser
        self.session = session
        self.console, self.exceptions, self.requests, self.dialogs = [], [], [], []
        self.loaded = False

    def command(self, method, **params):
        return self.browser.command(method, params, self.session)

    def heard(self, method, params):
        if method == "Runtime.consoleAPICalled":
            self.console.append(f"{params['type']}: {params['args']}")
        elif method == "Log.entryAdded":
            entry = params["entry"]
            self.console.append(f"{entry['level']}: {entry['text']} {entry.get('url', '')}")
        elif method == "Runtime.exceptionThrown":
            self.exceptions.append(json.dumps(params["exceptionDetails"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(params["message"])
            self.browser.send("Page.handleJavaScriptDialog", {"accept": True}, self.session)
        elif method == "Page.loadEventFired":
            self.loaded = True

    def go(self, url):
        self.loaded = False
        self.command("Page.navigate", url=url)
        self.browser.listen_until(lambda: self.loaded)

    def evaluate(self, expression):
        answer = self.command("Runtime.evaluate", expression=expression, returnByValue=True,
                              awaitPromise=True)
        if "exceptionDetails" in answer:
            raise Failed(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def key(self, key, code, virtual, text=""):
        for kind in ("keyDown", "keyUp"):
            self.command("Input.dispatchKeyEvent", type=kind, key=key, code=code, text=text,
                         windowsVirtualKeyCode=virtual)

    def media(self, scheme="light", kind=""):
        self.command("Emulation.setEmulatedMedia", media=kind,
                     features=[{"name": "prefers-color-scheme", "value": scheme}])

    def size(self, width, height=900, phone=False):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=2 if phone else 1, mobile=phone)

    def screenshot(self, path, part=None):
        """What is in view; with a selector, that element alone, wherever it is."""
        more = {}
        if part:
            box = self.evaluate(f"""(() => {{
                const box = document.querySelector({json.dumps(part)}).getBoundingClientRect();
                return [box.x + scrollX, box.y + scrollY, box.width, box.height]; }})()""")
            more = {"captureBeyondViewport": True, "clip": {
                "x": box[0], "y": box[1], "width": box[2], "height": box[3], "scale": 1}}
        self.command("Page.bringToFront")
        data = self.command("Page.captureScreenshot", format="png", **more)
        with open(path, "wb") as file:
            file.write(base64.b64decode(data["data"]))

    def pdf(self, path):
        data = self.command("Page.printToPDF", preferCSSPageSize=True, paperWidth=8.27,
                            paperHeight=11.69)
        with open(path, "wb") as file:
            file.write(base64.b64decode(data["data"]))


class Browser:
    def __init__(self, program):
        self.program = program

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.profile = tempfile.mkdtemp(prefix="quosync-browser.")
        to_read, self.to = os.pipe()
        self.source, from_write = os.pipe()
        # The browser reads its commands from 3 and writes its answers to 4.
        high = [os.dup(fd) for fd in (to_read, from_write)]
        high = [os.dup2(fd, 60 + i) for i, fd in enumerate(high)]

        def arrange():
            # It must not outlive us, however we end.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            os.dup2(60, 3)
            os.dup2(61, 4)

        arguments = [self.program, "--headless=new", "--remote-debugging-pipe",
                     f"--user-data-dir={self.profile}", "--no-first-run", "--disable-gpu",
                     "--disable-dev-shm-usage", "--disable-extensions", "--hide-scrollbars",
                     "--disable-background-networking", "--disable-component-update",
                     "--disable-sync", "--no-default-browser-check", "about:blank"]
        if os.getuid() == 0:
            arguments.insert(1, "--no-sandbox")
        self.log = open(os.path.join(self.profile, "log"), "wb")
        self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, pass_fds=(3, 4, 60, 61),
                                        preexec_fn=arrange, start_new_session=True)
        for fd in [to_read, from_write, *high]:
            os.close(fd)
        self.rest, self.number, self.answers, self.pages = b"", 0, {}, {}
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close", {})
            self.process.wait(15)
        except (OSError, subprocess.TimeoutExpired):
            pass
        # Its helpers are in its group; most are gone by now.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.to)
        os.close(self.source)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method, params, session=None):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        return self.number

    def listen(self, patience_s):
        if not select.select([self.source], [], [], patience_s)[0]:
            raise Failed("the browser does not answer")
        more = os.read(self.source, 1 << 20)
        if not more:
            raise Failed("the browser is gone")
        *messages, self.rest = (self.rest + more).split(b"\0")
        for text in messages:
            message = json.loads(text)
            if "id" in message:
                self.answers[message["id"]] = message
            elif message.get("sessionId") in self.pages:
                self.pages[message["sessionId"]].heard(message["method"], message["params"])

    def listen_until(self, condition):
        end = time.monotonic() + PATIENCE_S
        while not condition():
            self.listen(max(end - time.monotonic(), 0))

    def command(self, method, params, session=None):
        number = self.send(method, params, session)
        self.listen_until(lambda: number in self.answers)
        answer = self.answers.pop(number)
        if "error" in answer:
            raise Failed(f"{method}: {answer['error']}")
        return answer["result"]

    def open(self, url, width=1280, height=900, phone=False, scheme="light"):
        target = self.command("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.command("Target.attachToTarget",
                               {"targetId": target, "flatten": True})["sessionId"]
        page = self.pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.command(f"{domain}.enable")
        page.size(width, height, phone)
        page.media(scheme)
        page.go(url)
        return page
