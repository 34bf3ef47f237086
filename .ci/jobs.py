#!/usr/bin/env python3
"""Holds the job files of docs/shards.md to what their schedulers take: Kubernetes' own client and the model of AWS Batch."""
import json
import pathlib
import re

import botocore.session
import botocore.validate
import kubernetes.client
import yaml

page = (pathlib.Path(__file__).parent.parent / "docs/shards.md").read_text()


def block(language):
    """The only block of a language."""
    [text] = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return text


def keys(value, prefix=""):
    """The paths of all keys of a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{prefix}.{key}"
            yield from keys(inner, f"{prefix}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, prefix + "[]")


class Answer:
    """A document in the place of one that a server sent."""

    def __init__(self, document):
        self.data = json.dumps(document)


written = yaml.safe_load(block("yaml"))
client = kubernetes.client.ApiClient()
job = client.sanitize_for_serialization(client.deserialize(Answer(written), "V1Job"))
lost = set(keys(written)) - set(keys(job))
assert not lost, f"Kubernetes knows nothing of {lost}"

batch = botocore.session.get_session().get_service_model("batch")
shape = batch.operation_model("SubmitJob").input_shape
found = botocore.validate.ParamValidator().validate(json.loads(block("json")), shape)
assert not found.has_errors(), found.generate_report()
print("job files: Kubernetes and AWS Batch take them")
