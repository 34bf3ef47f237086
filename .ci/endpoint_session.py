#!/usr/bin/env python3
"""Runs the Python of docs/endpoint.md against `rollcast serve` and holds the text after each block to what it prints.

Usage: endpoint_session.py ROLLCAST [--write]
With --write the text is written anew. boto3 must be there.
"""

import atexit
import collections
import contextlib
import io
import json
import pathlib
import re
import subprocess
import sys
import urllib.request

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "endpoint.md"
BLOCKS = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)

program, write = pathlib.Path(sys.argv[1]).resolve(), "--write" in sys.argv


def serve(scenario, *flags):
    """Starts a server on a port of its choosing; its address."""
    server = subprocess.Popen(
        [program, "serve", scenario, "--port", "0", *flags],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(server.wait, 10)
    atexit.register(server.terminate)
    return server.stdout.readline().strip()


def client(address):
    return boto3.client(
        "robomaker",
        endpoint_url=address,
        region_name="us-west-2",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}),
    )


def advance(address, **how):
    """Advances the simulated clock."""
    request = urllib.request.Request(
        address + "/rollcast/advance",
        data=json.dumps(how).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


names = {"serve": serve, "client": client, "advance": advance, "collections": collections, "json": json}
wrong = []


def run(block):
    code, expected = block.groups()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(PAGE), "exec"), names)
    if printed.getvalue() != expected:
        wrong.append(f"{code}\nprints\n{printed.getvalue()}\ninstead of\n{expected}")
    return f"```python\n{code}```\n\n```text\n{printed.getvalue()}```"


page = PAGE.read_text()
blocks = len(BLOCKS.findall(page))
assert blocks >= 5, "the page has lost its session"
found = BLOCKS.sub(run, page)
if write:
    PAGE.write_text(found)
elif wrong:
    sys.exit("docs/endpoint.md is out of date:\n" + "\n".join(wrong))
print(f"docs/endpoint.md: {blocks} blocks are as they run")
