#!/usr/bin/env python3
"""Kills `rollcast serve` under load, again and again, and looks whether it has everything again that it had acknowledged.

Usage: endpoint_kill.py ROLLCAST [KILLS]
Some clients command at the same time, without waiting for each other; SIGKILL comes at a random moment. The next server goes on with the same log: every resource that was
acknowledged is there as it was, every value that was acknowledged or a later one, what was deleted is gone, and time has not gone back.
"""

import http.client
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCENARIO = ROOT / "scenarios" / "clockwork.toml"
program, kills = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100
chance = random.Random(7)


class Server:
    def __init__(self, log):
        command = [program, "serve", SCENARIO, "--port", "0", "--log", log, "--speed", "600"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        address = self.process.stdout.readline().strip()
        assert address.startswith("http://"), self.process.communicate()
        self.host = urllib.parse.urlsplit(address).netloc

    def kill(self):
        self.process.kill()
        return self.process.communicate()[1]


class Client:
    """Asks over one connection."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection(server.host, timeout=30)

    def ask(self, operation, **input):
        path = "/" + operation[0].lower() + operation[1:]
        return self.send("POST", path, input)

    def send(self, method, path, body=None):
        body = None if body is None else json.dumps(body)
        self.connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status < 500, text
        return answer.status, json.loads(text)


class Acknowledged:
    """What a server has said that it did. Each part belongs to one client."""

    def __init__(self):
        self.robots = {}
        self.deleted = set()
        self.deleting = set()
        self.tag = 0
        self.jobs = {}
        self.canceled = set()
        self.now = 0.0
        self.commands = 0


def tags(arn):
    return "/tags/" + urllib.parse.quote(arn, safe="")


def make_robots(client, told, number):
    name = f"robot-{number}"
    status, robot = client.ask("CreateRobot", name=name, architecture="ARM64", greengrassGroupId=name)
    assert status == 200, robot
    told.robots[robot["arn"]] = robot
    told.commands += 1
    if chance.random() < 0.5:
        gone = chance.choice(sorted(told.robots.keys() - told.deleted))
        told.deleting.add(gone)
        assert client.ask("DeleteRobot", robot=gone)[0] == 200
        told.deleted.add(gone)
        told.commands += 1
    time.sleep(0.01)


def count_up(client, told, fleet):
    status, answer = client.send("POST", tags(fleet), {"tags": {"count": str(told.tag + 1)}})
    assert status == 200, answer
    told.tag += 1
    told.commands += 1


def deploy(client, told, fleet, application, number):
    status, job = client.ask(
        "CreateDeploymentJob",
        clientRequestToken=f"token-{number}",
        fleet=fleet,
        deploymentApplicationConfigs=[
            {"application": application, "applicationVersion": "2", "launchConfig": {"packageName": "p", "launchFile": "l"}}
        ],
    )
    if status == 200:
        told.jobs[job["arn"]] = job
        told.commands += 1
    elif told.jobs:
        last = list(told.jobs)[-1]
        if client.ask("CancelDeploymentJob", job=last)[0] == 200:
            told.canceled.add(last)
            told.commands += 1
    time.sleep(0.01)


def watch(client, told):
    status, clock = client.send("GET", "/rollcast/clock")
    assert status == 200 and clock["now"] >= told.now, f"{clock} after {told.now}"
    told.now = clock["now"]


def check(client, told, fleet):
    """Holds a server that was started again to what the one before it has said."""
    watch(client, told)
    for arn, robot in told.robots.items():
        status, found = client.ask("DescribeRobot", robot=arn)
        if arn in told.deleting:
            # Whether a deletion that was not acknowledged took place is open.
            assert status == 400 or arn not in told.deleted, f"{arn} is back"
            if status == 400:
                told.deleted.add(arn)
            else:
                told.deleting.discard(arn)
            continue
        assert status == 200, f"{arn} is lost: {found}"
        same = {key: found[key] for key in robot}
        assert same == robot, f"{found} was {robot}"
    count = int(client.send("GET", tags(fleet))[1]["tags"].get("count", 0))
    assert count in (told.tag, told.tag + 1), f"{count} after {told.tag}"
    told.tag = count
    listed = {}
    token = {}
    while True:
        answer = client.ask("ListDeploymentJobs", **token)[1]
        listed |= {job["arn"]: job for job in answer["deploymentJobs"]}
        if "nextToken" not in answer:
            break
        token = {"nextToken": answer["nextToken"]}
    for arn, job in told.jobs.items():
        assert arn in listed, f"{arn} is lost"
        assert listed[arn]["createdAt"] == job["createdAt"], f"{listed[arn]} was {job}"
        assert arn not in told.canceled or listed[arn]["status"] == "Canceled", listed[arn]
    # One that was created without a word may be the newest.
    assert len(listed) <= len(told.jobs) + 1, f"{len(listed)} jobs of {len(told.jobs)}"
    told.jobs |= {arn: job for arn, job in listed.items() if arn not in told.jobs}


def load(server, told, round, fleet, application, stop):
    """Clients that command until the server is gone."""
    failures = []

    def run(command):
        client = Client(server)
        try:
            while True:
                command(client)
        except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
            if not stop.is_set():
                failures.append(f"the server went away by itself: {error!r}")
        except Exception as error:  # noqa: BLE001: told by the main thread
            failures.append(repr(error))

    numbers = iter(range(round * 1_000_000, (round + 1) * 1_000_000))
    commands = [
        lambda client: make_robots(client, told, next(numbers)),
        lambda client: count_up(client, told, fleet),
        lambda client: deploy(client, told, fleet, application, next(numbers)),
        lambda client: watch(client, told),
    ]
    threads = [threading.Thread(target=run, args=[command]) for command in commands]
    for thread in threads:
        thread.start()
    return threads, failures


def main():
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "log"
        told, torn, began = Acknowledged(), 0, time.monotonic()
        for round in range(kills + 1):
            server = Server(log)
            client = Client(server)
            fleet = client.ask("ListFleets")[1]["fleetDetails"][0]["arn"]
            application = client.ask("ListRobotApplications")[1]["robotApplicationSummaries"][0]["arn"]
            check(client, told, fleet)
            if round == kills:
                server.kill()
                break
            stop = threading.Event()
            threads, failures = load(server, told, round, fleet, application, stop)
            time.sleep(chance.uniform(0.02, 0.3))
            stop.set()
            said = server.kill()
            for thread in threads:
                thread.join()
            assert not failures, f"{failures}; {said}"
            assert "panicked" not in said, said
            torn += "cut off" in said
        assert told.commands >= 10 * kills, f"{told.commands} commands are no load"
        spent = time.monotonic() - began
        print(
            f"{kills} kills in {spent:.0f} s: {told.commands} commands were acknowledged and are all there "
            f"({len(told.robots)} robots, {len(told.jobs)} jobs); {torn} times a torn line was dropped"
        )


main()
