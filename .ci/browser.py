#!/usr/bin/env python3
"""Opens reports in headless Chromium and fails where a reader would: .ci/browser.py FOLDER REPORT.html ...

Each report is opened in light and dark, at 1000 and at 400 pixels, and printed on A4. Screenshots and prints are left in FOLDER.
Chromium is spoken to over its debugging pipe, so nothing beyond Python is needed; prints are read with poppler's pdftotext.
"""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PATIENCE_S = 60
PROBE = (pathlib.Path(__file__).parent / "browser.js").read_text()


class Browser:
    """A Chromium without a window, with one page open."""

    def __init__(self):
        command_read, self.commands = os.pipe()
        self.answers, answer_write = os.pipe()
        self.profile = tempfile.TemporaryDirectory()

        def at_known_places():
            # Both ends are moved out of the way before they take the places that Chromium reads and writes.
            reader, writer = os.dup(command_read), os.dup(answer_write)
            os.dup2(reader, 3)
            os.dup2(writer, 4)

        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"]
        flags += ["--hide-scrollbars", "--disable-background-networking", f"--user-data-dir={self.profile.name}"]
        self.process = subprocess.Popen(
            ["chromium", *flags], preexec_fn=at_known_places, close_fds=False, stderr=subprocess.DEVNULL
        )
        os.close(command_read)
        os.close(answer_write)
        self.rest, self.number, self.session, self.events = b"", 0, None, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def read(self):
        while b"\0" not in self.rest:
            piece = os.read(self.answers, 1 << 20)
            if not piece:
                raise RuntimeError("Chromium ended")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def open(self, url):
        self.events.clear()
        self.ask("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self.read())

    def evaluate(self, expression):
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def look(self, scheme, width):
        """Shows the page in a colour scheme, so wide and as high as it is."""
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.resize(width, 800)
        self.resize(width, max(800, min(self.evaluate("document.documentElement.scrollHeight"), 16000)))

    def resize(self, width, height):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def screenshot(self, path):
        # What was made larger is painted a frame later.
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def close(self):
        os.close(self.commands)
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        self.profile.cleanup()


def unexpected(events, url):
    """Messages, dialogs and requests that no report makes."""
    for event in events:
        method, params = event["method"], event.get("params", {})
        if method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            yield f"console: {json.dumps(params)[:300]}"
        elif method == "Page.javascriptDialogOpening":
            yield f"a dialog: {params['message']}"
        elif method == "Network.requestWillBeSent" and params["request"]["url"].split("#")[0] != url:
            yield f"a request: {params['request']['url'][:200]}"


# What a screen reader names: whatever has one of these roles needs a name.
NAMED = {"image", "img", "table", "button", "link", "figure", "navigation", "region", "DisclosureTriangle", "RootWebArea"}


def nameless(browser):
    for node in browser.ask("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value")
        if not node.get("ignored") and role in NAMED and not node.get("name", {}).get("value", "").strip():
            yield f"{role} without a name"


def squeezed(text):
    """A text without spaces, which prints place as they like."""
    return "".join(text.split())


def cut_figures(browser, path):
    """Charts whose texts are not all on one page of a print."""
    answer = browser.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
    path.write_bytes(base64.b64decode(answer["data"]))
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout
    raw = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True, text=True).stdout
    pages = [squeezed(a + b) for a, b in zip(text.split("\f"), raw.split("\f"))]
    size = subprocess.run(["pdfinfo", path], capture_output=True, check=True, text=True).stdout
    if "(A4)" not in size:
        yield "the print is not on A4"
    for number, texts in enumerate(browser.evaluate("probe.chartTexts()"), 1):
        missing = [[text for text in texts if squeezed(text) not in page] for page in pages]
        if all(missing):
            yield f"chart {number} is cut in print: {min(missing, key=len)[:5]}"


def check(browser, path, out):
    """What is wrong with a report, a line each."""
    url = path.resolve().as_uri()
    browser.open(url)
    browser.evaluate(PROBE)
    found = list(nameless(browser))
    found += browser.evaluate("probe.structure()")
    found += browser.evaluate("probe.sorting()")
    for scheme in ("light", "dark"):
        for width in (1000, 400):
            browser.look(scheme, width)
            browser.screenshot(out / f"{path.stem}-{scheme}-{width}.png")
            where = f"{scheme}, {width} pixels: "
            found += [where + fault for fault in browser.evaluate("probe.overflow()")]
            found += [where + fault for fault in browser.evaluate("probe.contrast()")]
    browser.look("light", 1000)
    found += cut_figures(browser, out / f"{path.stem}.pdf")
    return found + list(unexpected(browser.events, url))


def main():
    out, *reports = map(pathlib.Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    browser, faults = Browser(), 0
    for path in reports:
        found = check(browser, path, out)
        faults += len(found)
        print(f"{path.name}: {len(found) or 'no'} faults", *found, sep="\n  ")
    browser.close()
    sys.exit(1 if faults or not reports else 0)


if __name__ == "__main__":
    main()
