"""Holds rollcast's requests and answers to the service's own model, as boto3 reads it.

Usage: robomaker.py ROLLCAST. Needs botocore 1.35, the last with RoboMaker's deployments in its model that this was checked against.

Every answer that is written is parsed with botocore's parser for the operation: no field is dropped, none changes its value, every value
is one that the model allows. A description says of every robot what robots.csv says. Requests are what botocore's validator takes, and for
every constraint of the model a request that breaks it is refused with its JSON path. The operations of the endpoint are the model's.
"""

import csv, json, pathlib, re, subprocess, sys, tempfile

import botocore, botocore.validate

from robomaker_model import SERVICE, as_written, violations

ROLLCAST = pathlib.Path(sys.argv[1]).resolve()


def rollcast(*args, expect=0):
    done = subprocess.run([ROLLCAST, *map(str, args)], capture_output=True, text=True)
    assert done.returncode == expect, f"{args}: {done.returncode}, not {expect}\n{done.stderr}"
    return done


def answer(path, operation):
    """The answer in a file."""
    return as_written(path.read_bytes(), operation)


STEPS = [
    ("validating_start_s", "Validating"),
    ("executing_download_condition_start_s", "ExecutingDownloadCondition"),
    ("downloading_extracting_start_s", "DownloadingExtracting"),
    ("executing_pre_launch_start_s", "ExecutingPreLaunch"),
    ("launching_start_s", "Launching"),
    ("executing_post_launch_start_s", "ExecutingPostLaunch"),
]


def robot_name(row):
    name = row["name"] or f"{row['cohort']}-{row['robot']}"
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)


def seen(robot, start):
    detail = robot["progressDetail"]
    downloads = robot["status"] == "Deploying" and detail.get("currentProgress") == "DownloadingExtracting"
    assert ("percentDone" in detail) == downloads, robot
    moments = [robot.get(key) for key in ("deploymentStartTime", "deploymentFinishTime")]
    moments = [None if moment is None else round(moment - start, 3) for moment in moments]
    return [robot["status"], robot.get("failureCode"), detail.get("currentProgress"), *moments]


def meant(row, at, over):
    """What a description has to say of a robot at a time [s], by its row of robots.csv."""
    number = lambda column: float(row[column]) if row[column] else None
    begun = number("start_s")
    if begun is None or begun > at:
        if row["outcome"] == "never_started" and over:
            return ["Failed", row["failure_code"], None, None, None]
        return ["PendingNewDeployment", None, None, None, None]
    reached = [name for column, name in STEPS if row[column] and float(row[column]) <= at]
    step = reached[-1] if reached else None
    end = number("end_s")
    if end > at:
        return ["Deploying", None, step, begun, None]
    if row["outcome"] == "updated":
        step = "Finished"
    return [row["status"], row["failure_code"] or None, step, begun, end]


def check_answers(scenario, folder, flags):
    """Describes a scenario's jobs at times of every kind; `flags` are added to each run."""
    run = ["run", scenario, "--replications", 1, "--profile", "base", "--trace", 0, "--quiet", "--out", folder / "results", *flags]
    rollcast(*run, "--list", folder / "list.json")
    jobs = answer(folder / "list.json", "ListDeploymentJobs")["deploymentJobs"]
    start = min(job["createdAt"] for job in jobs)
    assert [job["createdAt"] for job in jobs] == sorted((job["createdAt"] for job in jobs), reverse=True)
    created = {}
    for path in folder.glob("list.*.json"):
        kind = path.name.split(".")[1]
        operation = "SyncDeploymentJob" if kind.startswith("sync") else "CreateDeploymentJob"
        response = answer(path, operation)
        assert response["status"] == "Pending"
        created[kind] = response
    assert {job["arn"] for job in created.values()} == {job["arn"] for job in jobs}
    rows = {}
    with open(folder / "results" / "robots.csv") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["job"], {})[robot_name(row)] = row
    assert set(rows) == set(created)
    described = 0
    for kind, job in created.items():
        begun = job["createdAt"] - start
        moments = sorted({float(row["end_s"]) for row in rows[kind].values() if row["end_s"]})
        times = {begun, begun + 8, *moments[:: max(1, len(moments) // 4)], *(moment + 0.001 for moment in moments[-1:]), begun + 1e6}
        for at in sorted(times):
            path = folder / "describe.json"
            rollcast(*run, "--describe", path, "--job", kind, "--at", f"{round(at * 1000)}ms", "--list", folder / "then.json")
            description = answer(path, "DescribeDeploymentJob")
            listed = answer(folder / "then.json", "ListDeploymentJobs")["deploymentJobs"]
            same = next(item for item in listed if item["arn"] == description["arn"])
            assert all(description[key] == value for key, value in same.items()), "a list and a description differ"
            assert all(description[key] == job[key] for key in job if key not in ("status", "failureCode", "failureReason"))
            over = description["status"] in ("Succeeded", "Failed", "Canceled")
            robots = {robot["arn"].split("/")[1]: robot for robot in description["robotDeploymentSummary"]}
            assert set(robots) == set(rows[kind]), f"{scenario} {kind}"
            for name, robot in robots.items():
                said, is_so = seen(robot, start), meant(rows[kind][name], at, over)
                assert said == is_so, f"{scenario} {kind} {name} at {at} s: {said}, not {is_so}"
            described += len(robots)
    return described


def check_series(scenario, folder):
    rollcast("run", scenario, "--replications", 1, "--quiet", "--out", folder / "results", "--describe-every", "10min", folder / "series")
    paths = sorted((folder / "series").glob("describe_*s.json"))
    statuses = [answer(path, "DescribeDeploymentJob")["status"] for path in paths]
    assert statuses[0] == "Pending" and statuses[-1] in ("Succeeded", "Failed"), statuses
    return len(paths)


def check_requests(scenario, folder):
    """What explain prints is a request; what breaks a constraint of the model is none."""
    shape = SERVICE.operation_model("CreateDeploymentJob").input_shape
    good = json.loads(rollcast("explain", scenario, "--as-request").stdout)
    good["deploymentConfig"]["downloadConditionFile"] = {"bucket": "scripts", "key": "ready.sh", "etag": "1"}
    launch = good["deploymentApplicationConfigs"][0]["launchConfig"]
    launch |= {"preLaunchFile": "a.sh", "postLaunchFile": "b.sh", "environmentVariables": {"NAME": "x"}}
    good["tags"] = {"Region": "West"}
    report = botocore.validate.ParamValidator().validate(good, shape)
    assert not report.has_errors(), report.generate_report()
    assert not list(violations(good, shape))
    path = folder / "request.json"
    run = ["run", scenario, "--replications", 1, "--quiet", "--out", folder / "results", "--request", path]
    path.write_text(json.dumps(good))
    rollcast(*run)

    wrong = list(breaches(good, shape, "$", lambda value: value))
    for document, where in wrong:
        path.write_text(json.dumps(document))
        refused = rollcast(*run, expect=2).stderr
        assert f"`{where}`" in refused, f"{where} is not named in\n{refused}"
    return len(wrong)


def breaches(value, shape, path, whole):
    """Documents that break one constraint each, with the path of what is wrong; `whole` puts a value in its place in the document."""
    meta = shape.metadata
    if shape.type_name == "structure":
        yield whole({**value, "unheardOf": 1}), f"{path}.unheardOf"
        for name in shape.required_members:
            # Clients fill in the token.
            if name != "clientRequestToken":
                yield whole({key: item for key, item in value.items() if key != name}), path
        for name, item in value.items():
            inner = lambda new, name=name: whole({**value, name: new})
            yield from breaches(item, shape.members[name], f"{path}.{name}", inner)
    elif shape.type_name == "list":
        yield whole(value * (meta["max"] + 1)), path
        yield whole([]), path
        yield from breaches(value[0], shape.member, f"{path}[0]", lambda new: whole([new]))
    elif shape.type_name == "map":
        (key, item), = value.items()
        yield whole({f"{key}{n}": item for n in range(meta["max"] + 1)}), path
        long = key * (shape.key.metadata["max"] + 1)
        yield whole({long: item}), f"{path}.{long}"
        yield from breaches(item, shape.value, f"{path}.{key}", lambda new: whole({key: new}))
    elif shape.type_name == "string":
        yield whole(7), path
        if meta.get("min", 0) > 0:
            yield whole(""), path
        if "max" in meta:
            yield whole(value * (meta["max"] + 1)), path
        for bad in ("a b", "a\nb", "Ä", "arn", "-", "$LATEST"):
            if "pattern" in meta and meta.get("min", 0) <= len(bad) and not re.fullmatch(meta["pattern"], bad):
                yield whole(bad), path
    elif shape.type_name in ("integer", "long"):
        for bad in (meta.get("min", 60) - 1, meta.get("max", 604_800) + 1, 1.5, "5"):
            yield whole(bad), path


# What the documentation has and the model leaves open, by the path of the member.
DOCUMENTED = {
    "maxResults": {"min": 1, "max": 200},
    "robotDeploymentTimeoutInSeconds": {"min": 60, "max": 604_800},
}
FILTER_NAMES = {
    "ListDeploymentJobs": ["status", "fleetName"],
    "ListRobots": ["status", "fleetName"],
    "ListFleets": ["name"],
    "ListRobotApplications": ["name"],
}


def modelled(shape, operation, name=""):
    """What the model and the documentation say of a shape, as `rollcast serve --operations --json` writes it."""
    kind, meta = shape.type_name, shape.metadata
    if kind == "structure":
        required = shape.required_members
        if shape.name == "Filter":
            required = ["name", "values"]
        members = {key: modelled(member, operation, key) for key, member in shape.members.items()}
        if shape.name == "Filter":
            members["name"] = {"type": "string", "enum": FILTER_NAMES[operation]}
        return {"type": kind, "required": sorted(required), "members": members}
    said = {"type": "integer" if kind == "long" else kind}
    said |= {key: meta[key] for key in ("min", "max", "pattern", "enum") if key in meta}
    if kind == "list":
        said["member"] = modelled(shape.member, operation)
    if kind == "map":
        said |= {"key": modelled(shape.key, operation), "value": modelled(shape.value, operation)}
    said |= DOCUMENTED.get(name, {})
    if name == "maxResults" and operation == "ListRobotApplications":
        said["max"] = 100
    return said


def sorted_requirements(said):
    if isinstance(said, dict):
        return {key: sorted(value) if key == "required" else sorted_requirements(value) for key, value in said.items()}
    return said


def check_operations():
    """The endpoint's operations have the method, the URI, the input and the exceptions that the model has."""
    operations = json.loads(rollcast("serve", "--operations", "--json").stdout)
    listed = [line.split() for line in rollcast("serve", "--operations").stdout.splitlines()]
    assert listed == [[it["name"], it["method"], it["uri"]] for it in operations], "the list and its JSON differ"
    for said in operations:
        model = SERVICE.operation_model(said["name"])
        assert (said["method"], said["uri"]) == (model.http["method"], model.http["requestUri"]), said["name"]
        wanted, found = modelled(model.input_shape, said["name"]), sorted_requirements(said["input"])
        assert found == wanted, f"{said['name']}:\n{json.dumps(found)}\nis not\n{json.dumps(wanted)}"
        exceptions = {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in model.error_shapes}
        assert {it["name"]: it["status"] for it in said["exceptions"]} == exceptions, said["name"]
        placed = {name: shape.serialization["location"] for name, shape in model.input_shape.members.items() if "location" in shape.serialization}
        in_tags = {"resourceArn": "uri", "tagKeys": "querystring"}
        assert placed == {name: in_tags[name] for name in placed}, said["name"]
    return len(operations)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        robots = 0
        scenarios = {
            "scenarios/lab.toml": ["--set", "start=2026-03-02T08:00:00Z"],
            "tests/cli/small.toml": ["--set", "rollout.robomaker.failure_threshold_percentage=5"],
            "tests/cli/linked.toml": ["--set", "rollout.robomaker.cancel=3h", "--set", "rollout.robomaker.on_stop=abort"],
            "tests/cli/campaign.toml": [],
        }
        for number, (scenario, flags) in enumerate(scenarios.items()):
            within = folder / str(number)
            within.mkdir()
            robots += check_answers(scenario, within, flags)
        files = check_series("scenarios/lab.toml", folder)
        requests = check_requests("scenarios/lab.toml", folder)
    operations = check_operations()
    print(f"botocore {botocore.__version__}: {robots} robots described, {files} files in a series, {requests} requests refused, "
          f"{operations} operations as in the model")


main()
