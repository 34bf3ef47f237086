#!/usr/bin/env python3
"""Looks at the page of `rollcast serve` in headless Chromium as its readers do: .ci/endpoint_page.py ROLLCAST FOLDER

In light and dark, at 1000 and at 400 pixels; presses its buttons, sees it bring itself up to date, and reads it without its script.
Screenshots are left in FOLDER.
"""

import json
import pathlib
import signal
import subprocess
import sys
import time
import urllib.request

from browser import PROBE, Browser, nameless

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATIENCE_S = 30


class Server:
    def __init__(self, rollcast, *flags):
        command = [rollcast, "serve", "scenarios/canary.toml", "--clock", "manual", *flags]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip()

    def ask(self, path, **body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def deploy(self, token):
        application = self.ask("/listRobotApplications", versionQualifier="ALL")["robotApplicationSummaries"][-1]
        launch = {"packageName": "p", "launchFile": "l", "preLaunchFile": "a", "postLaunchFile": "b"}
        config = {"application": application["arn"], "applicationVersion": application["version"], "launchConfig": launch}
        fleet = self.ask("/listFleets")["fleetDetails"][0]["arn"]
        self.ask("/createDeploymentJob", clientRequestToken=token, fleet=fleet, deploymentApplicationConfigs=[config])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


def until(browser, expression):
    """Waits until an expression is true; tells whether it came so."""
    end = time.monotonic() + PATIENCE_S
    while not browser.evaluate(expression):
        if time.monotonic() > end:
            return False
    return True


def press(browser, expression):
    """Presses a button and waits for the page that comes of it."""
    browser.evaluate("globalThis.before = true")
    browser.evaluate(expression + ".click()")
    return until(browser, "document.readyState === 'complete' && globalThis.before === undefined")


def looks(browser, name, out):
    browser.evaluate(PROBE)
    yield from nameless(browser)
    yield from browser.evaluate("probe.structure()")
    for scheme in ("light", "dark"):
        for width in (1000, 400):
            browser.look(scheme, width)
            browser.screenshot(out / f"{name}-{scheme}-{width}.png")
            for fault in browser.evaluate("probe.overflow()") + browser.evaluate("probe.contrast()"):
                yield f"{scheme}, {width} pixels: {fault}"


def shows(text):
    # A number keeps to its unit by a space that does not break.
    return f"document.querySelector('main').textContent.replaceAll('\\u00a0', ' ').includes({json.dumps(text)})"


def faults(browser, server, out):
    """What is wrong with the page, a line each."""
    page = server.url + "/"
    browser.open(page)
    yield from looks(browser, "endpoint-new", out)
    server.deploy("first")
    # The page hears of the job without being touched, and keeps what is being typed.
    browser.evaluate("document.getElementById('by').value = '7min'; document.getElementById('by').focus()")
    if not until(browser, "!" + shows("No job yet")):
        yield "the page does not bring itself up to date"
    if browser.evaluate("document.activeElement.value") != "7min":
        yield "what was typed is gone"
    if not press(browser, "document.querySelector('form button')"):
        yield "the form does not come back"
    if not browser.evaluate(shows("7 min after the beginning")):
        yield "the clock was not advanced by 7 min"
    if browser.evaluate("document.getElementById('by').value") != "7min":
        yield "the form forgets its duration"
    now = browser.evaluate("document.getElementById('time').textContent")
    if not press(browser, "document.querySelector('form button[name=next]')"):
        yield "the form does not come back from the next change"
    if browser.evaluate("document.getElementById('time').textContent") == now:
        yield "the clock did not go to the next change"
    yield from looks(browser, "endpoint-midst", out)
    browser.evaluate("document.getElementById('by').value = '<img src=x onerror=alert(1)>'")
    press(browser, "document.querySelector('form button')")
    if not browser.evaluate("document.querySelector('#said.alert').textContent.includes('<img')"):
        yield "a wrong duration is not said"
    yield from looks(browser, "endpoint-wrong", out)
    asked = [event["params"] for event in browser.events if event["method"] == "Network.requestWillBeSent"]
    for request in asked:
        url = request["request"]["url"]
        if not url.startswith(page) and not url.startswith("data:"):
            yield f"a request to {url}"
    for event in browser.events:
        method, text = event["method"], json.dumps(event.get("params", {}))
        # A browser logs each answer that is no success; that of the wrong duration is one.
        expected = "400 (Bad Request)" in text
        if method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded") and not expected:
            yield f"console: {text[:300]}"
        if method == "Page.javascriptDialogOpening":
            yield f"a dialog: {text}"
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    server.ask("/rollcast/advance", bySeconds=24 * 3600)
    browser.open(page)
    if not browser.evaluate(shows("1 d after the beginning") + " && " + shows("Reload")):
        yield "the page is not whole without its script: " + browser.evaluate("document.querySelector('main').textContent")[:200]
    browser.ask("Emulation.setScriptExecutionDisabled", value=False)
    browser.open(page)
    if server.stop() != 0:
        yield "the server did not stop as it was asked to"
    if not until(browser, shows("does not answer")):
        yield "the page does not tell that the server is gone"


def main():
    rollcast, out = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    server, browser = Server(rollcast), Browser()
    try:
        found = list(faults(browser, server, out))
    finally:
        server.process.kill()
        browser.close()
    print(f"the page of the endpoint: {len(found) or 'no'} faults", *found, sep="\n  ")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
