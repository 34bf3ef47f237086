"""Sends `rollcast serve` what no client would send.

Usage: endpoint_fuzz.py ROLLCAST [--requests N] [--seed S]. Needs boto3 1.35.50 for the model alone.

Half are operations with inputs made of the model and then spoilt, which refer to what earlier answers named; half are bytes that are nearly
HTTP. Several clients at a time send them. Every answer has a status of 2xx or 4xx and comes within seconds; where bytes are no request, the
connection may be closed without one. After each of them and at the end the server answers as ever, and it stops as it is asked to.
"""

import argparse, collections, json, pathlib, random, socket, threading, time, urllib.parse

from endpoint_server import Server
from robomaker_model import SERVICE

# An answer takes no longer, on a machine that has other things to do [s].
PATIENCE = 10
OPERATIONS = [line for line in SERVICE.operation_names if not any(word in line for word in ("Simulation", "World"))]
WORDS = ["", "a", "arn:", "arn:aws:robomaker:us-west-2:111111111111:robot/x/1", "$LATEST", "1", "0", "-1", "ALL", "Failed", "status", "fleetName", "name",
         "x" * 300, "x" * 3000, "ä\u2028", "\u0000", "\ud83e\udd16", "a\nb", "%00", "../..", "{}", "' or 1", "rollcast:cohort", "ROS", "ARM64"]
NUMBERS = [0, 1, -1, 20, 100, 101, 2**31, 2**53, 2**63, 2**64, -(2**63) - 1, 1e300, -1e300, 0.5, 1e-300]
# What members that are ARNs name.
KINDS = {"fleet": "deployment-fleet", "robot": "robot", "application": "robot-application", "job": "deployment-job"}
# Of operations, which fleets and jobs come of.
OFTEN = ["CreateDeploymentJob", "DescribeDeploymentJob", "SyncDeploymentJob", "CancelDeploymentJob", "RegisterRobot", "ListRobotApplications"]


class Wild:
    """A source of requests, which knows the ARNs and tokens that were answered."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.known = collections.deque(maxlen=200)

    def value(self, depth=0):
        kind = self.random.randrange(7 if depth < 4 else 4)
        if kind == 0:
            return self.random.choice([None, True, False])
        if kind == 1:
            return self.random.choice(NUMBERS)
        if kind in (2, 3):
            return self.word()
        if kind == 4:
            return [self.value(depth + 1) for _ in range(self.random.randrange(4))]
        return {self.word(): self.value(depth + 1) for _ in range(self.random.randrange(4))}

    def word(self):
        if self.known and self.random.random() < 0.5:
            return self.random.choice(self.known)
        return self.random.choice(WORDS)

    def arn(self, member):
        """Mostly the ARN of something that a member means, if one is known."""
        fitting = [word for word in self.known if f":{KINDS.get(member, '')}/" in word]
        return self.random.choice(fitting) if fitting and self.random.random() < 0.8 else self.word()

    def input(self, shape, path=""):
        """A value of a shape, mostly one that the model allows."""
        if self.random.random() < 0.01:
            return self.value()
        kind, meta = shape.type_name, shape.metadata
        if kind == "structure":
            return {name: self.input(member, name) for name, member in shape.members.items()
                    if name in shape.required_members or self.random.random() < 0.5}
        if kind == "list":
            return [self.input(shape.member, path) for _ in range(self.random.choice([0, 2, *[1] * 20]))]
        if kind == "map":
            return {str(self.input(shape.key)): self.input(shape.value) for _ in range(self.random.choice([60, *[0, 1, 2] * 5]))}
        if kind in ("integer", "long"):
            return self.random.choice([1, 20, 25, 100, 200, 3600, self.random.choice(NUMBERS)])
        if shape.enum:
            return self.random.choice(shape.enum)
        if meta.get("pattern") == "arn:.*":
            return self.arn(path)
        if path == "nextToken":
            return self.word()
        if shape.name == "Name" and path != "name":
            return self.random.choice(["Canceled", "InProgress", "Registered", "InSync", "Available", "Fleet1", "Trek"])
        if path == "applicationVersion":
            return self.random.choice(["1", "3", "3", "3", "$LATEST"])
        return self.random.choice(["a", "b", "c", "d", "e", *[f"n{self.random.randrange(1000)}"] * 4, self.word()])

    def operation(self):
        """A method, a target and a body."""
        model = SERVICE.operation_model(self.random.choice(OPERATIONS + OFTEN))
        given = self.input(model.input_shape)
        given = given if isinstance(given, dict) else {"odd": given}
        target = model.http["requestUri"]
        if "{resourceArn}" in target:
            target = target.replace("{resourceArn}", urllib.parse.quote(str(given.get("resourceArn", "")).encode("utf-8", "surrogatepass"), safe=""))
            keys = given.get("tagKeys", [])
            if keys and isinstance(keys, list):
                target += "?" + "&".join("tagKeys=" + urllib.parse.quote(str(key).encode("utf-8", "surrogatepass"), safe="") for key in keys)
        if self.random.random() < 0.15:
            step = self.random.choice([{"bySeconds": self.random.choice([0, 1, 60, 3600, 86_400, 1e9, -1, "x"])}, {"toNextChange": True}, {"to": self.value()}, self.value()])
            return "POST", "/rollcast/advance", json.dumps(step).encode()
        method = model.http["method"] if self.random.random() < 0.97 else self.random.choice(["GET", "PUT", "HEAD", "OPTIONS", "DELETE"])
        return method, target, self.spoilt(json.dumps(given).encode())

    def spoilt(self, body):
        """A body, now and then with some bytes changed."""
        if self.random.random() < 0.9 or not body:
            return body
        body = bytearray(body)
        for _ in range(self.random.randrange(1, 4)):
            at = self.random.randrange(len(body))
            change = self.random.randrange(4)
            if change == 0:
                body[at] = self.random.randrange(256)
            elif change == 1:
                body[at:at] = self.random.choice([b"{", b"[" * 2000, b"\xff", b"\\u", b'"', b"1e999", b"\x00"])
            elif change == 2:
                del body[at:]
                break
            else:
                body += body[:at]
        return bytes(body)

    def bytes(self, host):
        """Something that is nearly a request."""
        method, target, body = self.operation()
        head = [f"{method} {target} HTTP/1.1".encode(), f"Host: {host}".encode(), f"Content-Length: {len(body)}".encode(), b"Content-Type: application/json",
                b"Connection: close"]
        for _ in range(self.random.randrange(1, 4)):
            self.bend(head)
        raw = b"\r\n".join(head) + b"\r\n\r\n" + body
        if self.random.random() < 0.2:
            at = self.random.randrange(len(raw))
            raw = raw[:at] + bytes(self.random.randrange(256) for _ in range(self.random.randrange(1, 20))) + raw[at:]
        if self.random.random() < 0.1:
            raw = raw[: self.random.randrange(len(raw))]
        if self.random.random() < 0.05:
            raw = raw * 3
        return raw

    def bend(self, head):
        line = self.random.randrange(len(head))
        bent = self.random.choice([
            b"Content-Length: -1", b"Content-Length: 99999999999999999999", b"Content-Length: 5", b"Content-Length: x", b"Transfer-Encoding: chunked",
            b"Transfer-Encoding: gzip, chunked", b"Expect: 100-continue", b"Expect: 200-ok", b"Host: evil.example", b"Host: ", b"Origin: http://evil.example",
            b"Content-Encoding: gzip", b"X-" + b"y" * 500 + b": z", b"Cookie: " + b"c" * 70_000, b"A\x00: b", b": empty", b"no colon", b"\xff\xfe: \xfd",
            b"Upgrade: h2c", b"Connection: upgrade", b"Connection: keep-alive", b"Content-Type: text/plain", b"Authorization: AWS4-HMAC-SHA256 x",
        ])
        change = self.random.randrange(4)
        if change == 0:
            head.append(bent)
        elif change == 1:
            head[line] = bent
        elif change == 2:
            head[0] = self.random.choice([
                b"GET / HTTP/1.0", b"GET http://evil.example/ HTTP/1.1", b"CONNECT evil.example:443 HTTP/1.1", b"GET /" + b"a" * 70_000 + b" HTTP/1.1", b"GET",
                b"POST /listFleets HTTP/9.9", b"POST /listFleets", b"PRI * HTTP/2.0", b"POST //listFleets HTTP/1.1", b"POST /listFleets#x HTTP/1.1",
                b"* /listFleets HTTP/1.1", b"OPTIONS * HTTP/1.1", b"POST /%ff%00%zz HTTP/1.1", b"GET /tags/%25%32%66?tagKeys HTTP/1.1", b"GET /rollcast/clock HTTP/1.1",
            ])
        else:
            head.insert(line, head[line])


def statuses(host, raw):
    """The statuses that come back on a connection; the sender has said all once it is closed for writing."""
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=PATIENCE) as connection:
        begun = time.monotonic()
        answered = b""
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65_536):
                answered += part
                assert time.monotonic() - begun < PATIENCE, f"{raw[:300]} is answered on and on"
        except (ConnectionResetError, BrokenPipeError):
            pass
        except TimeoutError:
            raise AssertionError(f"no end within {PATIENCE} s after {raw[:300]!r} ({len(raw)} bytes), but {answered[:300]!r}")
    found = []
    for part in answered.split(b"HTTP/1.")[1:]:
        if part[1:2] == b" " and part[2:5].isdigit():
            found.append(int(part[2:5]))
    return found, answered


class Client(threading.Thread):
    """Sends a number of requests, and keeps what went wrong."""

    def __init__(self, server, seed, n_requests):
        super().__init__()
        self.server, self.wild, self.n_requests = server, Wild(seed), n_requests
        self.counts, self.wrong, self.slowest = collections.Counter(), None, 0.0

    def run(self):
        try:
            for number in range(self.n_requests):
                begun = time.monotonic()
                if number % 2:
                    self.send_bytes()
                else:
                    self.send_operation()
                self.slowest = max(self.slowest, time.monotonic() - begun)
        except BaseException as error:
            self.wrong = error

    def send_operation(self):
        method, target, body = self.wild.operation()
        connection = self.server.connect()
        try:
            connection.request(method, target, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            status, text = answer.status, answer.read()
        finally:
            connection.close()
        self.count(status, (method, target, body), text)
        if status == 200 and method != "HEAD" and answer.getheader("Content-Type", "").startswith("application/json"):
            self.learn(json.loads(text))

    def learn(self, value):
        if isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, str) and (item.startswith("arn:") or key == "nextToken"):
                    self.wild.known.append(item)
                else:
                    self.learn(item)
        elif isinstance(value, list):
            for item in value[:3]:
                self.learn(item)

    def send_bytes(self):
        raw = self.wild.bytes(self.server.host)
        found, answered = statuses(self.server.host, raw)
        for status in found:
            self.count(status, raw, answered)
        if not found:
            self.counts["closed"] += 1

    def count(self, status, sent, answered):
        self.counts[status] += 1
        assert 100 == status or 200 <= status < 300 or 400 <= status < 500, f"{status} to {sent!r:.1000}: {answered!r:.1000}"


def main():
    args = argparse.ArgumentParser()
    args.add_argument("rollcast", type=pathlib.Path)
    args.add_argument("--requests", type=int, default=20_000)
    args.add_argument("--seed", type=int, default=1)
    args = args.parse_args()
    n_clients = 8
    counts = collections.Counter()
    with Server(args.rollcast.resolve(), "scenarios/lab.toml", "--set", "start=2026-03-02T08:00:00Z", "--quiet", "--clock", "manual") as server:
        clients = [Client(server, args.seed * 1000 + n, args.requests // n_clients) for n in range(n_clients)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
            counts += client.counts
            if client.wrong:
                raise client.wrong
        status, _, text = server.raw("POST", "/listFleets", {})
        assert status == 200 and json.loads(text)["fleetDetails"] is not None, text
    slowest = max(client.slowest for client in clients)
    told = ", ".join(f"{n} x {status}" for status, n in sorted(counts.items(), key=str))
    print(f"{args.requests} wild requests by {n_clients} clients: {told}; the slowest took {slowest:.2f} s")


main()
