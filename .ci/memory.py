#!/usr/bin/env python3
"""Holds what rollcast says that studies take of memory against what they take at most: within 30 %, or 10 MB."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

UNITS = {"kB": 1e3, "MB": 1e6, "GB": 1e9}

FLEET = """name = "fleet"
[release]
version = 2
bundle = {{ X86_64 = "100 MB" }}
[[cohort]]
name = "all"
robots = {robots}
architecture = "X86_64"
download_rate = "10 MB/s"
post_launch = {{ duration = "20 s", failure = 0.01 }}
[rollout.robomaker]
concurrent_deployment_percentage = 20
failure_threshold_percentage = 25
[tune]
minimise = "time_to_95_s.p50"
limits = ["p(threshold_reached) <= 10%"]
"""

PERCENTAGES = [
    "--vary", "rollout.robomaker.concurrent_deployment_percentage=1..50",
    "--vary", "rollout.robomaker.failure_threshold_percentage=1..100",
]
SHIPPED = [["run", f"scenarios/{name}.toml"] for name in ("lab", "canary", "ten-thousand", "warehouse")]
CASES = SHIPPED + [
    ["run", "20", "--replications", "300000"],
    ["run", "200000", "--replications", "3"],
    ["sweep", "2000", *PERCENTAGES, "--replications", "10"],
    ["sweep", "2000", *PERCENTAGES, "--replications", "200"],
    ["sweep", "2000", "--map", "--replications", "100"],
    ["sweep", "200", "--map=5", "--replications", "2000"],
    ["tune", "2000", "--replications", "200"],
]


def announced(command):
    """What a study is said to take [bytes], which is how it is refused."""
    refused = subprocess.run([*command, "--memory", "1kB"], capture_output=True, text=True)
    assert refused.returncode == 2, refused
    number, unit = re.search(r"about\s+([\d.]+)\s+(\w+)\s+of\s+memory", refused.stderr).groups()
    return float(number) * UNITS[unit]


def taken(command):
    """What it takes at most [bytes]."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 3), (command, status)
    return usage.ru_maxrss * 1024


def main():
    rollcast = sys.argv[1]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        out = ["--quiet", "--out", folder]
        for verb, fleet, *flags in CASES:
            if fleet.isdigit():
                path = pathlib.Path(folder, f"{fleet}.toml")
                path.write_text(FLEET.format(robots=fleet))
                fleet = str(path)
            command = [rollcast, verb, fleet, *flags, *out]
            said, took = announced(command), taken(command)
            is_wrong = abs(said - took) > max(0.3 * took, 10e6)
            wrong += is_wrong
            name = " ".join([verb, pathlib.Path(fleet).stem, *flags])
            print(f"{said / 1e6:8.0f} MB said {took / 1e6:8.0f} MB taken{' WRONG' if is_wrong else ''}: {name}")
    sys.exit(wrong > 0)


main()
