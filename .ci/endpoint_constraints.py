"""Every constraint of the model, at its edges and beyond them, against a running endpoint."""

import json, random, re

from endpoint_server import Server
from robomaker_model import SERVICE

# A text of each pattern, and what makes it longer.
SAMPLES = {
    None: ("e", "e"), ".*": ("l", "l"), ".+": ("u", "u"), "arn:.*": ("arn:a", "a"), "ALL": ("ALL", None), "[0-9]*": ("1", "1"),
    "[a-z0-9][a-z0-9.\\-]*[a-z0-9]": ("abc", "c"), "[A-Z_][A-Z0-9_]*": ("V", "V"), "(\\$LATEST)|[0-9]*": ("7", "7"),
    "[Ss][Hh][Aa]256:[0-9a-fA-F]{64}": ("sHa256:" + "0f" * 32, None),
}
LETTERS = "aZ0_-=.:/+ $!\n\u00e4"
# What the documentation says beyond the model.
RANGES = {"maxResults": (1, 200), "robotDeploymentTimeoutInSeconds": (60, 604_800)}
FILTER = {"ListDeploymentJobs": ("fleetName", "x"), "ListRobots": ("fleetName", "x"), "ListFleets": ("name", "x"), "ListRobotApplications": ("name", "x")}


def limits(shape, name, operation):
    """The least and the greatest number."""
    low, high = RANGES.get(name, (shape.metadata.get("min"), shape.metadata.get("max")))
    return low, 100 if (name, operation) == ("maxResults", "ListRobotApplications") else high


def sample(shape, operation, name=""):
    """A value with everything in it that the model has."""
    kind, meta = shape.type_name, shape.metadata
    if shape.name == "Filter":
        named, value = FILTER[operation]
        return {"name": named, "values": [value]}
    if kind == "structure":
        return {key: sample(member, operation, key) for key, member in shape.members.items()}
    if kind == "list":
        return [sample(shape.member, operation)]
    if kind == "map":
        return {sample(shape.key, operation): sample(shape.value, operation)}
    if kind in ("integer", "long"):
        return limits(shape, name, operation)[0]
    return shape.enum[0] if shape.enum else SAMPLES.get(meta.get("pattern"), ("n", "n"))[0]


def allowed(value, shape, operation, whole, name=""):
    """Documents at the edges of what is allowed."""
    kind, meta = shape.type_name, shape.metadata
    if shape.name == "Filter":
        return
    if kind == "structure":
        for key, item in value.items():
            if key not in shape.required_members:
                yield whole({other: kept for other, kept in value.items() if other != key})
                yield whole(value | {key: None})
            yield from allowed(item, shape.members[key], operation, lambda new, key=key: whole(value | {key: new}), key)
        yield whole(value | {"unheardOf": {"name": 7}})
    elif kind == "list":
        yield from allowed(value[0], shape.member, operation, lambda new: whole([new]))
        if "max" not in meta:
            yield whole([])
            yield whole(value * 60)
    elif kind == "map":
        (key, item), = value.items()
        yield whole({})
        yield whole({f"{key}{n}" if n else key: item for n in range(meta["max"])})
        yield from allowed(item, shape.value, operation, lambda new: whole({key: new}))
    elif kind in ("integer", "long"):
        for number in limits(shape, name, operation):
            yield whole(number)
    elif shape.enum:
        yield from map(whole, shape.enum)
    else:
        more = SAMPLES.get(meta.get("pattern"), ("n", "n"))[1]
        if more and "max" in meta:
            yield whole(value + more * (meta["max"] - len(value)))


def breaches(value, shape, operation, path, whole, name=""):
    """Documents that break one constraint each, with the place that has to be told."""
    kind, meta = shape.type_name, shape.metadata
    within = lambda key: f"{path}.{key}" if path else key
    if kind == "structure":
        for key in shape.required_members:
            yield whole({other: item for other, item in value.items() if other != key}), within(key)
            yield whole(value | {key: None}), within(key)
        for key, item in value.items():
            yield from breaches(item, shape.members[key], operation, within(key), lambda new, key=key: whole(value | {key: new}), key)
        yield whole([value]), path
    elif kind == "list":
        if "max" in meta:
            yield whole(value * (meta["max"] + 1)), path
            yield whole([]), path
        yield whole([None]), f"{path}[0]"
        yield whole({"0": value[0]}), path
        yield from breaches(value[0], shape.member, operation, f"{path}[0]", lambda new: whole([new]))
    elif kind == "map":
        (key, item), = value.items()
        yield whole({f"{key}{n}": item for n in range(meta["max"] + 1)}), path
        yield whole({key * (shape.key.metadata["max"] + 1): item}), path
        yield whole({"": item}), path
        yield whole({key: None}), path
        yield from breaches(item, shape.value, operation, path, lambda new: whole({key: new}))
    elif kind in ("integer", "long"):
        low, high = limits(shape, name, operation)
        for bad in (low - 1, high + 1, 1.5, str(low), True, 2**63, 1e300):
            yield whole(bad), path
    elif shape.enum:
        for bad in (shape.enum[0].lower() + "x", "", 7):
            yield whole(bad), path
    else:
        yield whole(7), path
        yield whole([value]), path
        if meta.get("min", 0) > 0:
            yield whole(value[: meta["min"] - 1]), path
        more = SAMPLES.get(meta.get("pattern"), ("n", "n"))[1]
        if more and "max" in meta:
            yield whole(value + more * (meta["max"] - len(value) + 1)), path


def texts(shape, wild):
    """Texts, and whether the model allows them."""
    pattern, low, high = shape.metadata["pattern"], shape.metadata.get("min", 0), shape.metadata["max"]
    known = SAMPLES.get(pattern, ("n", "n"))[0]
    for _ in range(60):
        text = "".join(wild.choice(LETTERS) for _ in range(wild.randrange(1, 6)))
        for text in (text, known + text, text + known, known[:1] + text[:1] + known[1:]):
            yield text, low <= len(text) <= high and re.fullmatch(pattern, text) is not None


def places(value, shape, whole):
    """The texts with a pattern within a value: their shapes, and how to put another one there."""
    kind = shape.type_name
    if kind == "structure" and shape.name != "Filter":
        for key, item in value.items():
            yield from places(item, shape.members[key], lambda new, key=key: whole(value | {key: new}))
    elif kind == "list":
        yield from places(value[0], shape.member, lambda new: whole([new]))
    elif kind == "map":
        (key, item), = value.items()
        yield shape.key, lambda new: whole({new: item})
        yield from places(item, shape.value, lambda new: whole({key: new}))
    elif kind == "string" and "pattern" in shape.metadata:
        yield shape, whole


def check_constraints(server):
    """How many documents were refused, and how many were not."""
    connection = server.connect()
    wild = random.Random(1)
    counts = {False: 0, True: 0}
    seen = set()

    def holds(operation, document, where):
        """Requires a document to be refused for what is wrong at a place, or for nothing that a model can say if there is none."""
        uri = SERVICE.operation_model(operation).http["requestUri"].replace("{resourceArn}", "arn%3Aa")
        status, headers, body = Server.over(connection, "POST", uri, document)
        message = json.loads(body).get("message", "")
        kind = {key.lower(): value for key, value in headers.items()}.get("x-amzn-errortype", "")
        is_refused = kind == "SerializationException" or "validation error" in message
        assert is_refused == (where is not None) and status in (200, 400), f"{operation} {document!r:.500}: {status} {message:.500}"
        if where:
            assert f"'{where}" in message or "JSON object" in message, f"{operation} {document!r:.500}: {where} is not told in {message:.500}"
        counts[is_refused] += 1

    for operation in sorted(SERVICE.operation_names):
        model = SERVICE.operation_model(operation)
        if model.http["method"] != "POST" or any(word in operation for word in ("Simulation", "World", "UpdateRobotApplication")):
            continue
        shape = model.input_shape
        members = {key: member for key, member in shape.members.items() if "location" not in member.serialization}
        value = {key: sample(member, operation, key) for key, member in members.items()}
        holds(operation, value, None)
        for key, member in members.items():
            put = lambda new, key=key: value | {key: new}
            for document in allowed(value[key], member, operation, put, key):
                holds(operation, document, None)
            for document, where in breaches(value[key], member, operation, key, put, key):
                holds(operation, document, where)
            if key in shape.required_members:
                holds(operation, {other: item for other, item in value.items() if other != key}, key)
            else:
                holds(operation, {other: item for other, item in value.items() if other != key}, None)
            for place, put_text in places(value[key], member, put):
                if place.name not in seen:
                    seen.add(place.name)
                    for text, is_allowed in texts(place, wild):
                        holds(operation, put_text(text), None if is_allowed else key)
    return counts[True], counts[False], len(seen)
