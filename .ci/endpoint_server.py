"""A running `rollcast serve`, and clients of it, for those that hold it to something."""

import http.client, json, pathlib, signal, subprocess, urllib.parse

import boto3, botocore.config

REGION = "us-west-2"


class Server:
    """`rollcast serve` on a free port; it has to stop as it is asked to, with nothing to say of itself."""

    def __init__(self, rollcast, scenario, *flags, expect=0, prepare=None):
        command = [rollcast, "serve", scenario, "--port", "0", *map(str, flags)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=prepare)
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), f"{command}: {self.process.communicate()}"
        self.host = urllib.parse.urlsplit(self.url).netloc
        self.expect = expect

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.process.kill()
        else:
            self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=60)
        if not kind:
            assert self.process.returncode == self.expect, f"exit code {self.process.returncode}: {said}"
            assert "panicked" not in said, said

    def client(self, **retries):
        config = botocore.config.Config(retries=retries or {"total_max_attempts": 1}, read_timeout=20)
        return boto3.client(
            "robomaker", endpoint_url=self.url, region_name=REGION, config=config,
            aws_access_key_id="nobody", aws_secret_access_key="checks",
        )

    def connect(self):
        return http.client.HTTPConnection(self.host, timeout=20)

    def raw(self, method, path, body=None):
        """The status, the headers and the body that a plain client gets."""
        connection = self.connect()
        try:
            return self.over(connection, method, path, body)
        finally:
            connection.close()

    @staticmethod
    def over(connection, method, path, body=None):
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def advance(self, **to):
        status, _, body = self.raw("POST", "/rollcast/advance", to)
        assert status == 200, body
        return json.loads(body)
