"""The service's own model, as botocore has it, for those that hold rollcast to it."""

import json, re

import botocore.loaders, botocore.model, botocore.parsers

SERVICE = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model("robomaker", "service-2"))
PARSER = botocore.parsers.create_parser("rest-json")


def plain(value):
    """A parsed value as JSON has it: moments as seconds."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.timestamp() if hasattr(value, "timestamp") else value


def violations(value, shape, path="$"):
    """What of a value the model does not allow."""
    meta = shape.metadata
    if shape.type_name == "structure":
        for name in shape.required_members:
            if name not in value:
                yield f"{path}: no {name}"
        for name, item in value.items():
            yield from violations(item, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        if not meta.get("min", 0) <= len(value) <= meta.get("max", len(value)):
            yield f"{path}: {len(value)} elements"
        for index, item in enumerate(value):
            yield from violations(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map":
        if len(value) > meta.get("max", len(value)):
            yield f"{path}: {len(value)} entries"
        for key, item in value.items():
            yield from violations(key, shape.key, f"{path} key")
            yield from violations(item, shape.value, f"{path}.{key}")
    elif shape.type_name == "string":
        enum = shape.enum
        if enum and value not in enum:
            yield f"{path}: {value!r}"
        if not meta.get("min", 0) <= len(value) <= meta.get("max", len(value)):
            yield f"{path}: {len(value)} characters"
        if "pattern" in meta and not re.fullmatch(meta["pattern"], value):
            yield f"{path}: {value!r} is not {meta['pattern']}"
    elif shape.type_name in ("integer", "long", "float", "double"):
        assert isinstance(value, (int, float)) and not isinstance(value, bool), f"{path}: {value!r}"
        assert shape.type_name not in ("integer", "long") or isinstance(value, int), f"{path}: {value!r}"
        if not meta.get("min", value) <= value <= meta.get("max", value):
            yield f"{path}: {value}"


def as_written(raw, operation, headers=None):
    """An answer, once it has gone through botocore's parser and come back as it was."""
    shape = SERVICE.operation_model(operation).output_shape
    parsed = PARSER.parse({"status_code": 200, "headers": headers or {}, "body": raw}, shape)
    del parsed["ResponseMetadata"]
    written = json.loads(raw)
    assert plain(parsed) == written, f"{operation} reads something else than was written: {raw[:1000]}"
    wrong = list(violations(written, shape))
    assert not wrong, f"{operation}: {wrong[:5]}"
    return written
