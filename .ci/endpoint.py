"""Holds `rollcast serve` to the service, as boto3 1.35.50 knows it.

Usage: endpoint.py ROLLCAST [--short]. Needs boto3 1.35.50.

Every operation is called, every exception that an operation declares is met as the class that boto3 makes of it (but for those listed
here with a reason), and every answer goes through botocore's parser: no field is dropped, none changes its value, every value is one that
the model allows. A rollout is watched from its creation to its end under a manual clock, and says at each change what `rollcast run
--describe` says of the same replication. The service's own samples have their fields, spelled and typed so. Two servers that are asked the
same give the same bytes. The whole form has the AWS CLI of that time and the limits that take thousands of requests.
"""

import collections, datetime, json, pathlib, resource, signal, subprocess, sys, tempfile

import boto3, botocore.exceptions

from endpoint_constraints import check_constraints
from endpoint_server import Server
from robomaker_model import SERVICE, as_written

ROLLCAST = pathlib.Path(sys.argv[1]).resolve()
IS_SHORT = "--short" in sys.argv
START = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.timezone.utc)
LAB = ["scenarios/lab.toml", "--set", "start=2026-03-02T08:00:00Z", "--quiet"]
MANUAL = ["--clock", "manual"]
AT_25 = {"concurrentDeploymentPercentage": 20, "failureThresholdPercentage": 25}
SUITE = {"name": "ROS2", "version": "Foxy"}

# The operations that are answered.
OPERATIONS = [
    "CreateDeploymentJob", "DescribeDeploymentJob", "ListDeploymentJobs", "SyncDeploymentJob", "CancelDeploymentJob",
    "CreateFleet", "DescribeFleet", "ListFleets", "DeleteFleet", "CreateRobot", "DescribeRobot", "ListRobots", "DeleteRobot",
    "RegisterRobot", "DeregisterRobot", "CreateRobotApplication", "CreateRobotApplicationVersion", "DescribeRobotApplication",
    "ListRobotApplications", "DeleteRobotApplication", "TagResource", "UntagResource", "ListTagsForResource",
]
# What is declared and never met: there is nothing to be missing, no token to be reused, no quota that is known.
NEVER = {
    ("ListDeploymentJobs", "ResourceNotFoundException"),
    ("ListFleets", "ResourceNotFoundException"),
    ("ListRobots", "ResourceNotFoundException"),
    ("CreateRobotApplication", "IdempotentParameterMismatchException"),
    ("CreateRobotApplicationVersion", "IdempotentParameterMismatchException"),
    ("RegisterRobot", "LimitExceededException"),
}
# What the service had no deployments to refuse after its end, and so did not throttle.
NEVER |= {(name, "ThrottlingException") for name in OPERATIONS[15:]}
# What takes thousands of requests.
LONG = {("CreateRobot", "LimitExceededException"), ("CreateRobotApplication", "LimitExceededException")}

called = collections.Counter()
met = collections.Counter()
answers = collections.Counter()


def watched(client):
    """A client whose answers are held to the model, as they were written."""

    def held(http_response, model, parsed, **_):
        called[model.name] += 1
        if http_response.status_code == 200:
            as_written(http_response.content, model.name)
            answers[model.name] += 1
            assert parsed["ResponseMetadata"]["RequestId"], "no request id"

    client.meta.events.register("after-call.robomaker.*", held)
    return client


def refused(client, exception, operation, words="", **params):
    """An operation that has to be refused by an exception of this class; its message."""
    name = client.meta.method_to_api_mapping[operation]
    try:
        getattr(client, operation)(**params)
    except getattr(client.exceptions, exception) as error:
        met[name, exception] += 1
        said = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert status == (500 if exception == "InternalServerException" else 400), status
        assert said["Code"] == exception and words in said["Message"], said
        return said["Message"]
    raise AssertionError(f"{operation} {params} is not refused")


def fleet_of(client):
    return client.list_fleets()["fleetDetails"][0]["arn"]


def asked_for(client, config=None, fleet=None, **more):
    """The request of a job for the scenario's application."""
    application = client.list_robot_applications(versionQualifier="ALL")["robotApplicationSummaries"][1]
    launch = {"packageName": "pack", "launchFile": "go.launch", "postLaunchFile": "after.sh"}
    return {
        "fleet": fleet or fleet_of(client),
        "deploymentConfig": config or AT_25,
        "deploymentApplicationConfigs": [
            {"application": application["arn"], "applicationVersion": application["version"], "launchConfig": launch}
        ],
        **more,
    }


STEPS = ["Validating", "ExecutingDownloadCondition", "DownloadingExtracting", "ExecutingPreLaunch", "Launching", "ExecutingPostLaunch", "Finished"]
# What a robot of a job goes through.
GOES_TO = {
    "PendingNewDeployment": {"Deploying", "Failed"},
    "Deploying": {"InSync", "Failed", "NoResponse"},
}
JOB_ORDER = ["Pending", "Preparing", "InProgress", "Failed", "Succeeded", "Canceled"]
TERMINAL = JOB_ORDER[3:]


def watch(server, client, job, config):
    """Watches a job to the end of its last robot; how it was described, at each change."""
    descriptions = []
    before = {}
    n_robots = len(client.describe_deployment_job(job=job)["robotDeploymentSummary"])
    window = max(1, n_robots * config["concurrentDeploymentPercentage"] // 100)
    while True:
        description = client.describe_deployment_job(job=job)
        at = server.advance(bySeconds=0)["now"]
        descriptions.append((at, description))
        robots = {robot["arn"]: robot for robot in description["robotDeploymentSummary"]}
        assert len(robots) == n_robots
        for arn, robot in robots.items():
            check_robot(robot, before.get(arn), job, at)
        deploying = sum(robot["status"] == "Deploying" for robot in robots.values())
        assert deploying <= window, f"{deploying} at a time, not {window}"
        if len(descriptions) > 1:
            was, now = descriptions[-2][1]["status"], description["status"]
            assert was == now or was not in TERMINAL and JOB_ORDER.index(was) < JOB_ORDER.index(now), f"{was} to {now}"
        failed = sum(robot["status"] in ("Failed", "NoResponse") for robot in robots.values())
        if description["status"] == "Failed":
            assert description["failureCode"] == "FailureThresholdBreached" and description["failureReason"]
            assert failed * 100 >= n_robots * config["failureThresholdPercentage"]
        else:
            assert "failureCode" not in description and "failureReason" not in description
        before = robots
        listed = next(it for it in client.list_deployment_jobs()["deploymentJobs"] if it["arn"] == job)
        assert all(description[key] == value for key, value in listed.items()), "a list and a description differ"
        if description["status"] in TERMINAL and not deploying:
            return descriptions
        assert server.advance(toNextChange=True)["changed"], "nothing changes any more, and the job goes on"


def check_robot(robot, before, job, at):
    """A robot's status and progress go on from what they were."""
    status, progress = robot["status"], robot["progressDetail"]
    if before and before["status"] != status:
        assert status in GOES_TO[before["status"]], f"{before['status']} to {status}"
    started, ended = robot.get("deploymentStartTime"), robot.get("deploymentFinishTime")
    assert ("failureCode" in robot) == ("failureReason" in robot) == (status in ("Failed", "NoResponse")), robot
    if status == "PendingNewDeployment":
        assert not started and not progress, robot
    if status == "Deploying":
        assert started.timestamp() <= at and not ended, robot
    if ended:
        assert started <= ended and ended.timestamp() <= at, robot
    step = progress.get("currentProgress")
    if before and step and (old := before["progressDetail"].get("currentProgress")):
        assert STEPS.index(old) <= STEPS.index(step), f"{old} to {step}"
    in_download = {"percentDone", "estimatedTimeRemainingSeconds"} & progress.keys()
    assert not in_download or step == "DownloadingExtracting", robot
    assert status != "InSync" or step == "Finished", robot
    assert progress.get("targetResource", job) == job, robot


def check_rollout(scenario, flags, config, ends):
    """A rollout under a manual clock, and what `run` says of the same replication."""
    with Server(ROLLCAST, scenario, *flags, *MANUAL) as server, tempfile.TemporaryDirectory() as name:
        client = watched(server.client())
        folder = pathlib.Path(name)
        request = asked_for(client, config, tags={"Region": "North"})
        created = client.create_deployment_job(**request)
        assert created["status"] == "Pending" and created["createdAt"] == START and created["tags"] == {"Region": "North"}
        descriptions = watch(server, client, created["arn"], config)
        assert descriptions[-1][1]["status"] == ends, descriptions[-1][1]["status"]
        fleet = client.describe_fleet(fleet=request["fleet"])
        assert (fleet["lastDeploymentJob"], fleet["lastDeploymentStatus"], fleet["lastDeploymentTime"]) == (created["arn"], ends, START)
        (folder / "request.json").write_text(json.dumps(request))
        picked = descriptions[:: max(1, len(descriptions) // (3 if IS_SHORT else 12))] + descriptions[-1:]
        for at, description in picked:
            check_as_run(scenario, flags, folder, round((at - START.timestamp()) * 1000), description)
        return len(descriptions)


def check_as_run(scenario, flags, folder, ms, description):
    path = folder / "described.json"
    flags = [flag for flag in flags if flag != "--quiet"]
    if "--profile" in flags:
        at = flags.index("--profile")
        flags[at : at + 2] = ["--profile", flags[at + 1]]
    command = [ROLLCAST, "run", scenario, *flags, "--quiet", "--request", folder / "request.json", "--replications", "1",
               "--out", folder / "out", "--describe", path, "--at", f"{ms}ms"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode in (0, 1, 3), done.stderr
    written = as_written(path.read_bytes(), "DescribeDeploymentJob")
    said = as_json(description)
    assert said["robotDeploymentSummary"] == written["robotDeploymentSummary"], f"at {ms} ms robots differ from those of run"
    differ = {key for key in said.keys() | written.keys() if said.get(key) != written.get(key)}
    assert not differ, f"at {ms} ms: {differ}"


def as_json(answer):
    """A parsed answer as it was written."""
    if isinstance(answer, dict):
        return {key: as_json(value) for key, value in answer.items() if key != "ResponseMetadata"}
    if isinstance(answer, list):
        return [as_json(value) for value in answer]
    return answer.timestamp() if isinstance(answer, datetime.datetime) else answer


def check_resources(server, client):
    """Fleets, robots, applications and tags come, are told, and go; each time is the clock's."""
    server.advance(bySeconds=90)
    now = START + datetime.timedelta(seconds=90)
    fleet = client.create_fleet(name="Trek", tags={"Region": "East"})
    assert fleet["createdAt"] == now and fleet["tags"] == {"Region": "East"}
    assert fleet["arn"] == f"arn:aws:robomaker:{server_region(client)}:deployment-fleet/Trek/{round(now.timestamp() * 1000)}"
    group = {"greengrassGroupId": "0f728a3c-7dbf-4a3e-976d-d16a8360caba"}
    robot = client.create_robot(name="Robby", architecture="ARM64", tags={"rollcast:cohort": "loaned robots"}, **group)
    assert robot["createdAt"] == now and robot["greengrassGroupId"] == group["greengrassGroupId"]
    assert client.describe_robot(robot=robot["arn"])["status"] == "Available"
    pair = {"fleet": fleet["arn"], "robot": robot["arn"]}
    assert as_json(client.register_robot(**pair)) == pair
    described = client.describe_robot(robot=robot["arn"])
    assert (described["status"], described["fleetArn"]) == ("Registered", fleet["arn"])
    [listed] = client.describe_fleet(fleet=fleet["arn"])["robots"]
    [found] = client.list_robots(filters=[{"name": "fleetName", "values": ["Trek"]}])["robots"]
    assert listed == found and found["greenGrassGroupId"] == group["greengrassGroupId"] and "greengrassGroupId" not in found
    [found] = client.list_robots(filters=[{"name": "status", "values": ["Registered"]}], maxResults=200)["robots"][-1:]
    assert found == listed
    refused(client, "InvalidParameterException", "register_robot", **pair)
    assert as_json(client.deregister_robot(**pair)) == pair
    refused(client, "InvalidParameterException", "deregister_robot", **pair)
    assert client.describe_robot(robot=robot["arn"])["status"] == "Available"

    sources = [{"s3Bucket": "bundles", "s3Key": "a.tar", "architecture": "ARM64"}]
    application = client.create_robot_application(name="Hello", sources=sources, robotSoftwareSuite=SUITE, tags={"a": "b"})
    assert application["version"] == "$LATEST" and application["lastUpdatedAt"] == now and application["sources"] == sources
    version = client.create_robot_application_version(application=application["arn"], currentRevisionId=application["revisionId"])
    assert version["version"] == "1" and version["sources"][0]["etag"]
    refused(client, "InvalidParameterException", "create_robot_application_version", "currentRevisionId",
            application=application["arn"], currentRevisionId="other")
    described = client.describe_robot_application(application=application["arn"], applicationVersion="1")
    assert described["version"] == "1" and described["sources"] == version["sources"] and described["robotSoftwareSuite"] == SUITE
    named = {"filters": [{"name": "name", "values": ["Hello"]}]}
    of_all = client.list_robot_applications(versionQualifier="ALL", **named)["robotApplicationSummaries"]
    assert [it["version"] for it in of_all] == ["$LATEST", "1"]
    assert [it["version"] for it in client.list_robot_applications(**named)["robotApplicationSummaries"]] == ["$LATEST"]

    for arn in (fleet["arn"], robot["arn"], application["arn"]):
        before = client.list_tags_for_resource(resourceArn=arn)["tags"]
        more = {"a b/c+d=e:f": "", "Stage": "x y"}
        client.tag_resource(resourceArn=arn, tags=more)
        assert client.list_tags_for_resource(resourceArn=arn)["tags"] == before | more
        client.untag_resource(resourceArn=arn, tagKeys=[*more, "not there"])
        assert client.list_tags_for_resource(resourceArn=arn)["tags"] == before
    client.delete_robot_application(application=application["arn"], applicationVersion="1")
    refused(client, "ResourceNotFoundException", "describe_robot_application", application=application["arn"], applicationVersion="1")
    client.delete_robot_application(application=application["arn"])
    client.delete_robot(robot=robot["arn"])
    client.delete_fleet(fleet=fleet["arn"])
    for arn, describe in ((fleet["arn"], "describe_fleet"), (robot["arn"], "describe_robot"), (application["arn"], "describe_robot_application")):
        refused(client, "ResourceNotFoundException", describe, arn, **{describe.split("_")[-1]: arn})


def server_region(client):
    """The region and the account of the scenario's fleet."""
    return ":".join(fleet_of(client).split(":")[3:5])


def check_refusals(server, client):
    """What the service refuses, by the class of the exception; what is wrong is all told."""
    nowhere = "arn:aws:robomaker:us-west-2:111111111111:deployment-fleet/Nowhere/1"
    fleet = fleet_of(client)
    robot = client.list_robots(maxResults=1)["robots"][0]["arn"]
    request = asked_for(client)
    application = request["deploymentApplicationConfigs"][0]["application"]
    missing = {
        "describe_deployment_job": {"job": nowhere}, "cancel_deployment_job": {"job": nowhere}, "sync_deployment_job": {"fleet": nowhere},
        "create_deployment_job": request | {"fleet": nowhere}, "describe_fleet": {"fleet": robot}, "describe_robot": {"robot": fleet},
        "register_robot": {"fleet": nowhere, "robot": robot}, "deregister_robot": {"fleet": fleet, "robot": nowhere},
        "describe_robot_application": {"application": nowhere}, "tag_resource": {"resourceArn": nowhere, "tags": {"a": "b"}},
        "untag_resource": {"resourceArn": nowhere, "tagKeys": ["a"]}, "list_tags_for_resource": {"resourceArn": nowhere},
    }
    for operation, params in missing.items():
        refused(client, "ResourceNotFoundException", operation, **params)
    # What is not there is deleted: nothing else is declared.
    client.delete_fleet(fleet=nowhere)
    client.delete_robot(robot=nowhere)
    client.delete_robot_application(application=nowhere)
    refused(client, "InvalidParameterException", "sync_deployment_job", fleet=fleet)

    # botocore checks no patterns and no maxima.
    bad = "no arn"
    invalid = {
        "create_deployment_job": request | {"deploymentConfig": {"concurrentDeploymentPercentage": 101}}, "describe_deployment_job": {"job": bad},
        "list_deployment_jobs": {"maxResults": 201}, "sync_deployment_job": {"fleet": bad}, "cancel_deployment_job": {"job": bad},
        "create_fleet": {"name": "a b"}, "describe_fleet": {"fleet": bad}, "list_fleets": {"filters": [{"name": "status", "values": ["Failed"]}]},
        "delete_fleet": {"fleet": bad}, "create_robot": {"name": "a", "architecture": "RISCV", "greengrassGroupId": "g"},
        "describe_robot": {"robot": bad}, "list_robots": {"filters": [{"name": "status", "values": ["Dancing"]}]}, "delete_robot": {"robot": bad},
        "register_robot": {"fleet": bad, "robot": bad}, "deregister_robot": {"fleet": bad, "robot": bad},
        "create_robot_application": {"name": "a", "robotSoftwareSuite": {"name": "RTOS"}},
        "create_robot_application_version": {"application": application, "imageDigest": "md5:1"},
        "describe_robot_application": {"application": application, "applicationVersion": "one"}, "list_robot_applications": {"maxResults": 101},
        "delete_robot_application": {"application": bad}, "tag_resource": {"resourceArn": robot, "tags": {"ä": "b"}},
        "untag_resource": {"resourceArn": robot, "tagKeys": ["ä"]}, "list_tags_for_resource": {"resourceArn": bad},
    }
    for operation, params in invalid.items():
        refused(client, "InvalidParameterException", operation, "validation error", **params)
    latest = json.loads(json.dumps(request))
    latest["deploymentApplicationConfigs"][0]["applicationVersion"] = "$LATEST"
    latest["deploymentConfig"]["robotDeploymentTimeoutInSeconds"] = 59
    said = refused(client, "InvalidParameterException", "create_deployment_job", "2 validation errors", **latest)
    assert "'$LATEST' at 'deploymentApplicationConfigs[0].applicationVersion'" in said and "'59'" in said, said
    latest["deploymentApplicationConfigs"][0]["applicationVersion"] = "77"
    latest["deploymentConfig"] = {}
    refused(client, "ResourceNotFoundException", "create_deployment_job", "77", **latest)
    refused(client, "InvalidParameterException", "create_robot", "loaned robots", name="a", architecture="ARM64",
            greengrassGroupId="g", tags={"rollcast:cohort": "nobody"})
    refused(client, "InvalidParameterException", "list_robots", "nextToken", nextToken="abc")
    page = client.list_robots(maxResults=1)["nextToken"]
    refused(client, "InvalidParameterException", "list_fleets", "nextToken", nextToken=page)

    # What a raw client sends that boto3 does not.
    for method, path, body, status, name in [
        ("POST", "/updateRobotApplication", {}, 404, "UnknownOperationException"), ("GET", "/listFleets", None, 404, "UnknownOperationException"),
        ("POST", "/createWorldTemplate", {}, 404, "UnknownOperationException"), ("PUT", "/tags/arn%3Aa", {}, 404, "UnknownOperationException"),
        ("POST", "/listFleets", b"{", 400, "SerializationException"), ("POST", "/createFleet", {"name": 7}, 400, "SerializationException"),
        ("POST", "/createFleet", b"", 400, "InvalidParameterException"), ("POST", "/listFleets", b"", 200, None),
        ("POST", "/createFleet", {"name": None}, 400, "InvalidParameterException"), ("DELETE", "/tags/arn%3Aa", None, 400, "InvalidParameterException"),
    ]:
        got, headers, text = server.raw(method, path, body)
        headers = {key.lower(): value for key, value in headers.items()}
        assert (got, headers.get("x-amzn-errortype")) == (status, name), f"{method} {path}: {got} {headers} {text}"
        assert headers["content-type"].startswith("application/json") and headers["x-amzn-requestid"], headers
        assert (list(json.loads(text)) == ["message"]) == (name is not None), text


def check_jobs(server, client):
    """Idempotency, a busy fleet, canceling, and what a sync reaches."""
    request = asked_for(client, clientRequestToken="once")
    created = client.create_deployment_job(**request)
    again = client.create_deployment_job(**request)
    assert as_json(again) == as_json(created)
    other = request | {"deploymentConfig": AT_25 | {"failureThresholdPercentage": 26}}
    refused(client, "IdempotentParameterMismatchException", "create_deployment_job", **other)
    refused(client, "ConcurrentDeploymentException", "create_deployment_job", **asked_for(client))
    refused(client, "ConcurrentDeploymentException", "sync_deployment_job", fleet=request["fleet"])
    refused(client, "IdempotentParameterMismatchException", "sync_deployment_job", fleet=request["fleet"], clientRequestToken="once")
    server.advance(bySeconds=120)
    assert client.describe_deployment_job(job=created["arn"])["status"] == "InProgress"
    assert as_json(client.create_deployment_job(**request)) == as_json(created), "the same token, the same answer"
    client.cancel_deployment_job(job=created["arn"])
    description = client.describe_deployment_job(job=created["arn"])
    assert description["status"] == "Canceled" and "failureCode" not in description
    refused(client, "InvalidParameterException", "cancel_deployment_job", job=created["arn"])
    # Robots on their way hold the fleet.
    assert any(robot["status"] == "Deploying" for robot in description["robotDeploymentSummary"])
    refused(client, "ConcurrentDeploymentException", "create_deployment_job", **asked_for(client))
    server.advance(bySeconds=86_400)
    description = client.describe_deployment_job(job=created["arn"])
    counts = collections.Counter(robot["status"] for robot in description["robotDeploymentSummary"])
    assert set(counts) <= {"InSync", "Failed", "NoResponse"} and counts["InSync"], counts
    aborted = sum(robot.get("failureCode") == "RobotDeploymentAborted" for robot in description["robotDeploymentSummary"])
    assert aborted, "nobody was left over"

    newcomer = client.create_robot(name="Late", architecture="X86_64", greengrassGroupId="late")["arn"]
    client.register_robot(fleet=request["fleet"], robot=newcomer)
    left = [robot["arn"] for robot in robots_of(client, request["fleet"]) if robot["status"] != "InSync"]
    assert newcomer in left
    synced = client.sync_deployment_job(fleet=request["fleet"], clientRequestToken="sync")
    assert as_json(client.sync_deployment_job(fleet=request["fleet"], clientRequestToken="sync")) == as_json(synced)
    refused(client, "IdempotentParameterMismatchException", "sync_deployment_job", fleet=request["fleet"] + "0", clientRequestToken="sync")
    for key in ("deploymentConfig", "deploymentApplicationConfigs"):
        assert synced[key] == created[key], key
    assert synced["arn"] != created["arn"] and synced["status"] == "Pending"
    targets = client.describe_deployment_job(job=synced["arn"])["robotDeploymentSummary"]
    assert sorted(robot["arn"] for robot in targets) == sorted(left)
    jobs = client.list_deployment_jobs()["deploymentJobs"]
    assert [job["arn"] for job in jobs] == [synced["arn"], created["arn"]], "the newest comes first"
    for value, found in (("Canceled", [created["arn"]]), ("Pending", [synced["arn"]]), ("Failed", [])):
        jobs = client.list_deployment_jobs(filters=[{"name": "status", "values": [value]}])["deploymentJobs"]
        assert [job["arn"] for job in jobs] == found, value
    named = client.describe_fleet(fleet=request["fleet"])["name"]
    for name, n in ((named, 2), (named + "x", 0)):
        jobs = client.list_deployment_jobs(filters=[{"name": "fleetName", "values": [name]}])["deploymentJobs"]
        assert len(jobs) == n
    watch(server, client, synced["arn"], AT_25)
    assert client.describe_robot(robot=newcomer)["lastDeploymentJob"] == synced["arn"]
    # After 90 days jobs are gone.
    server.advance(bySeconds=91 * 86_400)
    assert client.list_deployment_jobs()["deploymentJobs"] == []
    for job in (created["arn"], synced["arn"]):
        refused(client, "ResourceNotFoundException", "describe_deployment_job", job=job)


def robots_of(client, fleet):
    return client.describe_fleet(fleet=fleet)["robots"]


def check_pages(server, client):
    """Paginators give everything once, in the order of the whole."""
    for n in range(7):
        client.create_fleet(name=f"Fleet{n}")
        client.create_robot_application(name=f"App{n}", robotSoftwareSuite=SUITE)
    for _ in range(5):
        job = client.create_deployment_job(**asked_for(client))["arn"]
        client.cancel_deployment_job(job=job)
        server.advance(bySeconds=86_400)
    lists = {
        "list_deployment_jobs": "deploymentJobs", "list_fleets": "fleetDetails",
        "list_robots": "robots", "list_robot_applications": "robotApplicationSummaries",
    }
    for operation, key in lists.items():
        whole = [it["arn"] for it in getattr(client, operation)()[key]]
        paginator = client.get_paginator(operation)
        for size in (1, 3, len(whole) - 1, len(whole), 100):
            pages = [page[key] for page in paginator.paginate(PaginationConfig={"PageSize": size})]
            assert [it["arn"] for page in pages for it in page] == whole, f"{operation} by {size}"
            assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1) and pages[-1], f"{operation} by {size}"
        part = paginator.paginate(PaginationConfig={"MaxItems": 4, "PageSize": 2}).build_full_result()
        rest = paginator.paginate(PaginationConfig={"StartingToken": part["NextToken"]}).build_full_result()
        assert [it["arn"] for it in part[key] + rest[key]] == whole, operation
        assert paginator.paginate().search(f"length({key})").__next__() == len(whole)


def check_limits(server, client):
    """Quotas that are known, and a link that takes one deployment at a time."""
    there = len(client.list_fleets()["fleetDetails"])
    fleets = [client.create_fleet(name=f"f{n}")["arn"] for n in range(20 - there)]
    refused(client, "LimitExceededException", "create_fleet", name="more")
    application = client.create_robot_application(name="App", robotSoftwareSuite=SUITE)["arn"]
    for _ in range(40):
        client.create_robot_application_version(application=application)
    refused(client, "LimitExceededException", "create_robot_application_version", application=application)
    client.delete_robot_application(application=application, applicationVersion="7")
    assert client.create_robot_application_version(application=application)["version"] == "41", "a number is not used again"
    tags = {f"k{n}": "" for n in range(50)}
    client.tag_resource(resourceArn=fleets[0], tags=tags)
    refused(client, "InvalidParameterException", "tag_resource", resourceArn=fleets[0], tags={"one more": ""})
    refused(client, "ResourceAlreadyExistsException", "create_robot_application", name="App", robotSoftwareSuite=SUITE)
    params = {"name": "r", "architecture": "X86_64", "greengrassGroupId": "g"}
    robot = client.create_robot(**params)["arn"]
    refused(client, "ResourceAlreadyExistsException", "create_robot", **params)
    refused(client, "ResourceAlreadyExistsException", "create_robot", **params | {"name": "other"})

    # Both fleets have robots at the dock.
    client.register_robot(fleet=fleets[0], robot=robot)
    first = client.create_deployment_job(**asked_for(client, fleet=fleets[0]))["arn"]
    refused(client, "LimitExceededException", "create_deployment_job", first, **asked_for(client))
    server.advance(bySeconds=5 * 86_400)
    second = client.create_deployment_job(**asked_for(client))["arn"]
    client.register_robot(fleet=fleets[0], robot=client.create_robot(**params | {"name": "s", "greengrassGroupId": "h"})["arn"])
    refused(client, "LimitExceededException", "sync_deployment_job", second, fleet=fleets[0])


def check_many(server, client):
    """What takes thousands of requests."""
    connection = server.connect()
    for path, body, operation, params in [
        ("/createRobot", lambda n: {"name": f"x{n}", "architecture": "ARM64", "greengrassGroupId": f"g{n}"}, "create_robot",
         {"name": "one", "architecture": "ARM64", "greengrassGroupId": "more"}),
        ("/createRobotApplication", lambda n: {"name": f"x{n}", "robotSoftwareSuite": SUITE}, "create_robot_application",
         {"name": "one", "robotSoftwareSuite": SUITE}),
    ]:
        for n in range(20_000):
            if Server.over(connection, "POST", path, body(n))[0] != 200:
                break
        refused(client, "LimitExceededException", operation, **params)
    pages = client.get_paginator("list_robots").paginate()
    assert len({robot["arn"] for page in pages for robot in page["robots"]}) == 10_060
    assert len(robots_of(client, fleet_of(client))) == 60


def check_throttled():
    """A retired service is throttled, and clients try again as often as they are told to."""
    with Server(ROLLCAST, *LAB, "--retired") as server:
        for mode, attempts in (("legacy", 1), ("standard", 3)):
            client = watched(server.client(mode=mode, total_max_attempts=attempts))
            try:
                client.list_fleets()
                raise AssertionError("a retired service answers")
            except client.exceptions.ThrottlingException as error:
                assert error.response["ResponseMetadata"]["RetryAttempts"] == attempts - 1
        client = watched(server.client())
        arn = "arn:aws:robomaker:us-west-2:111111111111:robot/r/1"
        for operation, params in every_operation(arn):
            if client.meta.method_to_api_mapping[operation] in OPERATIONS[:15]:
                refused(client, "ThrottlingException", operation, "has ended", **params)
        client.list_robot_applications()


def every_operation(arn):
    """A call of each operation that is well formed."""
    launch = {"packageName": "p", "launchFile": "l"}
    config = {"application": arn, "applicationVersion": "1", "launchConfig": launch}
    return [
        ("create_deployment_job", {"fleet": arn, "deploymentApplicationConfigs": [config]}), ("describe_deployment_job", {"job": arn}),
        ("list_deployment_jobs", {}), ("sync_deployment_job", {"fleet": arn}), ("cancel_deployment_job", {"job": arn}),
        ("create_fleet", {"name": "n"}), ("describe_fleet", {"fleet": arn}), ("list_fleets", {}), ("delete_fleet", {"fleet": arn}),
        ("create_robot", {"name": "n", "architecture": "ARM64", "greengrassGroupId": "g"}), ("describe_robot", {"robot": arn}),
        ("list_robots", {}), ("delete_robot", {"robot": arn}), ("register_robot", {"fleet": arn, "robot": arn}),
        ("deregister_robot", {"fleet": arn, "robot": arn}), ("create_robot_application", {"name": "n", "robotSoftwareSuite": SUITE}),
        ("create_robot_application_version", {"application": arn}), ("describe_robot_application", {"application": arn}),
        ("list_robot_applications", {}), ("delete_robot_application", {"application": arn}),
        ("tag_resource", {"resourceArn": arn, "tags": {"a": "b"}}), ("untag_resource", {"resourceArn": arn, "tagKeys": ["a"]}),
        ("list_tags_for_resource", {"resourceArn": arn}),
    ]


def check_full_disk(folder):
    """A log that the disk does not take: the operation fails as the service's own failures do, and so does what comes after it."""

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    with Server(ROLLCAST, *LAB, *MANUAL, "--log", folder / "full.log", prepare=small_files) as server:
        client = watched(server.client())
        kept = []
        try:
            while len(kept) < 100:
                kept.append(client.create_fleet(name=f"f{len(kept)}")["arn"])
                client.delete_fleet(fleet=kept[-1])
            raise AssertionError("files are not small")
        except client.exceptions.InternalServerException as error:
            assert "full.log" in error.response["Error"]["Message"], error
        patient = watched(server.client(mode="standard", total_max_attempts=2))
        try:
            patient.list_fleets()
            raise AssertionError("something is told that is not in the log")
        except patient.exceptions.InternalServerException as error:
            assert error.response["ResponseMetadata"]["RetryAttempts"] == 1
        for operation, params in every_operation(kept[0]):
            refused(client, "InternalServerException", operation, **params)
    with Server(ROLLCAST, *LAB, *MANUAL, "--log", folder / "full.log") as server:
        client = watched(server.client())
        deleted = kept[:-1]
        for arn in deleted:
            refused(client, "ResourceNotFoundException", "describe_fleet", fleet=arn)
        assert len(client.list_fleets()["fleetDetails"]) in (1, 2)


def types(value):
    """The fields of an answer with their types; of a list, those of the item that has most."""
    if isinstance(value, dict):
        return {key: types(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(map(types, value), key=lambda item: -len(item))[:1]
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def has_as(sample, answer, path):
    """Requires an answer to have the fields of a sample, spelled and typed so; it may have more, but not of another kind."""
    if isinstance(sample, dict):
        for key, item in sample.items():
            # Tags and failures are of the one resource that the sample shows.
            if key not in ("tags", "failureReason", "failureCode", "fleetArn", "lastDeploymentJob", "lastDeploymentTime"):
                assert key in answer, f"{path} has no {key}, but {list(answer)}"
            if key in answer and key != "tags":
                has_as(item, answer[key], f"{path}.{key}")
    elif isinstance(sample, list):
        assert isinstance(answer, list) and answer, path
        has_as(sample[0], answer[0], f"{path}[0]")
    else:
        assert answer == sample, f"{path} is {answer}, not {sample}"


def check_samples(server, client):
    """The service's own samples: each operation's fields, spelled and typed as there."""
    fleet, robots = fleet_of(client), client.list_robots()["robots"]
    application = client.list_robot_applications()["robotApplicationSummaries"][0]["arn"]
    job = client.create_deployment_job(**asked_for(client))["arn"]
    server.advance(bySeconds=60)
    calls = {
        "describe-deployment-job": ("describeDeploymentJob", {"job": job}), "list-deployment-jobs": ("listDeploymentJobs", {}),
        "list-fleets": ("listFleets", {}), "describe-robot": ("describeRobot", {"robot": robots[0]["arn"]}), "list-robots": ("listRobots", {}),
        "create-fleet": ("createFleet", {"name": "MyFleet", "tags": {"Region": "East"}}),
        "create-robot": ("createRobot", {"name": "MyRobot", "architecture": "ARMHF", "greengrassGroupId": "0f728a3c"}),
        "create-robot-application": ("createRobotApplication", {
            "name": "MyRobotApplication", "robotSoftwareSuite": {"name": "ROS", "version": "Kinetic"},
            "sources": [{"s3Bucket": "my-bucket", "s3Key": "my-robot-application.tar.gz", "architecture": "ARMHF"}]}),
        "describe-robot-application": ("describeRobotApplication", {"application": application}),
        "list-robot-applications": ("listRobotApplications", {}),
    }
    for name, (operation, params) in calls.items():
        sample = json.loads(pathlib.Path(f"tests/robomaker/{name}.json").read_text())
        status, _, body = server.raw("POST", f"/{operation}", params)
        assert status == 200, body
        has_as(types(sample), types(json.loads(body)), operation)
    other = client.create_robot(name="Other", architecture="ARM64", greengrassGroupId="other")["arn"]
    sample = json.loads(pathlib.Path("tests/robomaker/register-robot.json").read_text())
    assert types(as_json(client.register_robot(fleet=fleet, robot=other))) == types(sample)


def scripted(flags):
    """The bytes of every answer to a fixed sequence of requests."""
    told = []
    with Server(ROLLCAST, *flags, *MANUAL) as server:

        def ask(path, body):
            status, headers, text = server.raw("POST", path, body)
            told.append((status, {key.lower(): value for key, value in headers.items() if key.lower() != "date"}, text))
            return json.loads(text)

        fleet = ask("/listFleets", {})["fleetDetails"][0]["arn"]
        robot = ask("/createRobot", {"name": "New", "architecture": "ARM64", "greengrassGroupId": "g"})["arn"]
        ask("/registerRobot", {"fleet": fleet, "robot": robot})
        application = ask("/listRobotApplications", {"versionQualifier": "ALL"})["robotApplicationSummaries"][1]
        config = {"application": application["arn"], "applicationVersion": application["version"],
                  "launchConfig": {"packageName": "p", "launchFile": "l", "postLaunchFile": "s"}}
        job = ask("/createDeploymentJob", {"fleet": fleet, "clientRequestToken": "t", "deploymentApplicationConfigs": [config]})["arn"]
        for _ in range(12):
            ask("/rollcast/advance", {"bySeconds": 300})
            ask("/describeDeploymentJob", {"job": job})
            ask("/listRobots", {"maxResults": 7})
        ask("/cancelDeploymentJob", {"job": job})
        ask("/createFleet", {"name": "bad name"})
    return told


def check_cli(server):
    """The AWS CLI of that time."""
    environment = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "checks", "AWS_DEFAULT_REGION": "us-west-2", "AWS_MAX_ATTEMPTS": "1",
                   "PATH": str(pathlib.Path(sys.executable).parent)}

    def aws(*args, expect=0):
        command = [sys.executable, "-m", "awscli", "robomaker", *args, "--endpoint-url", server.url, "--output", "json"]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert done.returncode == expect, f"{args}: {done.returncode}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else done.stderr

    fleet = aws("list-fleets", "--max-items", "20")["fleetDetails"][0]["arn"]
    application = aws("list-robot-applications", "--version-qualifier", "ALL")["robotApplicationSummaries"][1]
    deploy = [{"application": application["arn"], "applicationVersion": application["version"], "launchConfig": {"packageName": "p", "launchFile": "l"}}]
    created = aws("create-deployment-job", "--fleet", fleet, "--deployment-config", "concurrentDeploymentPercentage=20,failureThresholdPercentage=25",
                  "--deployment-application-configs", json.dumps(deploy), "--tags", "Region=West")
    assert created["status"] == "Pending" and created["tags"] == {"Region": "West"}
    server.advance(bySeconds=30)
    assert aws("describe-deployment-job", "--job", created["arn"])["status"] == "InProgress"
    aws("tag-resource", "--resource-arn", fleet, "--tags", "Stage=Initial")
    assert aws("list-tags-for-resource", "--resource-arn", fleet)["tags"] == {"Stage": "Initial"}
    aws("untag-resource", "--resource-arn", fleet, "--tag-keys", "Stage")
    aws("cancel-deployment-job", "--job", created["arn"])
    assert aws("list-deployment-jobs", "--filters", "name=status,values=Canceled")["deploymentJobs"][0]["arn"] == created["arn"]
    assert "(InvalidParameterException)" in aws("cancel-deployment-job", "--job", created["arn"], expect=255)


def main():
    assert boto3.__version__ == "1.35.50", f"boto3 is {boto3.__version__}, not 1.35.50"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part, scenario in [(check_resources, LAB), (check_refusals, LAB), (check_jobs, LAB), (check_pages, LAB), (check_samples, LAB),
                               (check_limits, ["tests/cli/linked.toml", "--quiet"])]:
            with Server(ROLLCAST, *scenario, *MANUAL) as server:
                part(server, watched(server.client()))
        with Server(ROLLCAST, *LAB, *MANUAL) as server:
            refusals, others, patterns = check_constraints(server)
        check_throttled()
        check_full_disk(folder)
        assert scripted(LAB) == scripted(LAB), "the same requests are answered otherwise"
        looks = check_rollout(LAB[0], LAB[1:], AT_25, "Succeeded")
        looks += check_rollout(LAB[0], [*LAB[1:], "--profile", "broken_launch"], AT_25, "Failed")
        if not IS_SHORT:
            with Server(ROLLCAST, *LAB, *MANUAL) as server:
                check_many(server, watched(server.client()))
            with Server(ROLLCAST, *LAB, *MANUAL) as server:
                check_cli(server)
    assert set(answers) == set(OPERATIONS), set(OPERATIONS) ^ set(answers)
    declared = {(name, shape.name) for name in OPERATIONS for shape in SERVICE.operation_model(name).error_shapes}
    missed = declared - set(met) - NEVER - (LONG if IS_SHORT else set())
    assert not missed, f"not met: {sorted(missed)}"
    assert set(met) <= declared - NEVER, sorted(set(met) - (declared - NEVER))
    print(f"boto3 {boto3.__version__}: {sum(called.values())} requests to {len(answers)} operations, {len(met)} of {len(declared)} declared "
          f"exceptions met as their classes, {looks} looks at two rollouts; {refusals} documents beyond a constraint and {others} within, "
          f"with texts of {patterns} kinds")


main()
