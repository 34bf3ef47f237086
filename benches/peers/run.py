#!/usr/bin/env python3
"""Runs rollcast and its peers over the same model, and writes docs/peers.md from what it measured.

First every peer has to give the same distribution of results as rollcast, in model A and with a robot timeout so tight that many
robots reach it and the threshold stops the rollout: two-sample Kolmogorov-Smirnov tests. Then all contestants
take their turn in every round. What was measured goes to check.csv and results.csv beside this file.

Needs cargo and Python 3.11 with venv; only the standard library here. Everything is built under target/peers.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import platform
import statistics
import string
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = ROOT / "target" / "peers"
PYTHON = TARGET / "venv" / "bin" / "python"
SIMPY = "4.1.2"

CONTESTANTS = {
    "rollcast": [TARGET / "release" / "rollcast"],
    "rollcast, shuffled": [TARGET / "release" / "rollcast"],
    "event a journey": [TARGET / "release" / "event_per_journey"],
    "event a step": [TARGET / "release" / "event_per_step"],
    "NeXosim, one model": [TARGET / "release" / "one_model"],
    "NeXosim, an actor a robot": [TARGET / "release" / "actor_per_robot"],
    "SimPy, a worker a slot": [PYTHON, HERE / "simpy_worker.py"],
    "SimPy, a process a robot": [PYTHON, HERE / "simpy_process.py"],
}
PEERS = [name for name in CONTESTANTS if name != "rollcast"]

ROBOTS_CHECKED = 1000
P_VALUE_MIN = 0.001
TIGHT_TIMEOUT_S = 195
ROBOTS = [1000, 10_000, 100_000]
# A measurement plays as many seeds as fill this time, and is skipped if one seed would take longer than that.
MEASUREMENT_S = 0.25
MEASUREMENT_MAX_S = 120
METRICS = ["job_duration_s", "drained_s", "started_count", "failed_count"]
# In model A all robots start, and the job's end is that of the drain.
CHECKED = {"A": ["job_duration_s", "failed_count"], "A, tight timeout": METRICS}
DEFAULTS = {"rounds": 7, "seeds": 1000}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=DEFAULTS["rounds"], help="rounds of measurements")
    parser.add_argument("--seeds", type=int, default=DEFAULTS["seeds"], help="seeds a peer in the check; rollcast plays 25 times as many")
    arguments = parser.parse_args()
    build()
    models = write_models()
    checks = check(models, arguments.seeds)
    write_csv("check.csv", checks)
    if failures := [row for row in checks if row["p_value"] < P_VALUE_MIN]:
        sys.exit("\n".join(["not the same model:", *map(str, failures)]))
    load_before = os.getloadavg()[0]
    results = measure(models["A"], arguments.rounds)
    write_csv("results.csv", results)
    write_page(checks, results, arguments, (load_before, os.getloadavg()[0]))


def build():
    for project in ["rust", "nexosim"]:
        command = ["cargo", "build", "--release", "--locked", "--target-dir", TARGET]
        subprocess.run(command, cwd=HERE / project, check=True)
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", TARGET / "venv"], check=True)
    subprocess.run([PYTHON, "-m", "pip", "--quiet", "install", f"simpy=={SIMPY}"], check=True)


def write_models():
    """Model A, and the same with a tight robot timeout."""
    model = json.loads((HERE / "model_a.json").read_text())
    tight = TARGET / "tight.json"
    tight.write_text(json.dumps(model | {"robot_timeout_s": TIGHT_TIMEOUT_S}))
    return {"A": HERE / "model_a.json", "A, tight timeout": tight}


def play(name, model, n, first, seeds):
    """The outcomes of the seeds, the seconds they took on the processor and by the clock, and the rest that was said."""
    environment = os.environ | {"ORDER": "shuffled" if name == "rollcast, shuffled" else "file"}
    command = [*CONTESTANTS[name], model, n, first, seeds]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True, env=environment)
    *outcomes, seconds = [list(map(float, line.split())) for line in done.stdout.splitlines()]
    return outcomes, seconds, done.stderr


def check(models, seeds):
    rows = []
    for model, path in models.items():
        reference = list(zip(*play("rollcast", path, ROBOTS_CHECKED, 0, 25 * seeds)[0]))
        for name in PEERS:
            # Seeds of their own: the shuffled rollcast would otherwise meet the very robots of the reference.
            sample = list(zip(*play(name, path, ROBOTS_CHECKED, 1_000_000, seeds)[0]))
            for metric in CHECKED[model]:
                ours, theirs = (outcomes[METRICS.index(metric)] for outcomes in (reference, sample))
                d = ks_statistic(ours, theirs)
                p = ks_p_value(d, len(ours), len(theirs))
                means = {"rollcast_mean": f"{statistics.mean(ours):.6g}", "mean": f"{statistics.mean(theirs):.6g}"}
                row = {"model": model, "contestant": name, "metric": metric, "rollcast_seeds": len(ours), "seeds": len(theirs)}
                rows.append(row | means | {"d": round(d, 5), "p_value": round(p, 5)})
            print(model, name, *(f"{row['metric']} p={row['p_value']}" for row in rows[-len(CHECKED[model]) :]), flush=True)
    return rows


def ks_statistic(a, b):
    """The largest distance between two empirical distribution functions."""
    a, b = sorted(a), sorted(b)
    i = j = 0
    d = 0.0
    while i < len(a) and j < len(b):
        x = min(a[i], b[j])
        while i < len(a) and a[i] == x:
            i += 1
        while j < len(b) and b[j] == x:
            j += 1
        d = max(d, abs(i / len(a) - j / len(b)))
    return d


def ks_p_value(d, m, n):
    """Kolmogorov's limit with the correction of Stephens (1970); too large, never too small, for values with ties."""
    root = math.sqrt(m * n / (m + n))
    x = (root + 0.12 + 0.11 / root) * d
    if x < 0.2:
        return 1.0
    return min(1.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * (k * x) ** 2) for k in range(1, 101)))


def measure(model, rounds):
    second_a_robot = {}
    for name in CONTESTANTS:
        play(name, model, 1000, 0, 1)
        second_a_robot[name] = play(name, model, 1000, 0, 5)[1][0] / 5000
    rows = []
    for n in ROBOTS:
        names = [name for name in CONTESTANTS if second_a_robot[name] * n <= MEASUREMENT_MAX_S]
        for round_ in range(rounds):
            # Another one begins in every round.
            for name in names[round_ % len(names):] + names[: round_ % len(names)]:
                seeds = max(1, round(MEASUREMENT_S / (second_a_robot[name] * n)))
                _, (on_processor, elapsed), said = play(name, model, n, 1 + round_ * seeds, seeds)
                row = {"robots": n, "round": round_ + 1, "contestant": name, "seeds": seeds}
                row |= {"processor_s": f"{on_processor:.6f}", "elapsed_s": f"{elapsed:.6f}", "tables_s": said.strip()}
                rows.append(row | {"ns_per_robot": round(on_processor / seeds / n * 1e9, 2)})
            print(f"{n} robots, round {round_ + 1}", flush=True)
    return rows


def write_csv(name, rows):
    with open(HERE / name, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_page(checks, results, arguments, load):
    page = string.Template((HERE / "peers.template.md").read_text())
    text = page.substitute(
        arguments="".join(f" --{name} {value}" for name, value in vars(arguments).items() if value != DEFAULTS[name]),
        table=table(results),
        checks=check_table(checks),
        skipped=skipped(results),
        rounds=arguments.rounds,
        seeds=f"{arguments.seeds:,}",
        seeds_rollcast=f"{25 * arguments.seeds:,}",
        distance=f"{1.95 * math.sqrt(1.04 / arguments.seeds):.2f}",
        comparisons=len(checks),
        p_value_min=P_VALUE_MIN,
        p_value_least=min(row["p_value"] for row in checks),
        tight=TIGHT_TIMEOUT_S,
        tables_ms=f"{1e3 * statistics.median(float(row['tables_s']) for row in results if row['tables_s']):.1f}",
        load=" and ".join(f"{value:.1f}" for value in load),
        **versions(),
    )
    (ROOT / "docs" / "peers.md").write_text(text)


def table(results):
    """Medians in ns a robot, and the median, lowest and highest ratio to rollcast within a round."""
    time = {(row["contestant"], row["robots"], row["round"]): row["ns_per_robot"] for row in results}
    rounds = sorted({row["round"] for row in results})
    lines = ["| engine |" + "".join(f" {n:,} robots | × rollcast |" for n in ROBOTS), "|---|" + "--:|--:|" * len(ROBOTS)]
    for name in CONTESTANTS:
        cells = []
        for n in ROBOTS:
            if (name, n, rounds[0]) not in time:
                cells += ["skipped", ""]
                continue
            times = [time[name, n, r] for r in rounds]
            ratios = [time[name, n, r] / time["rollcast", n, r] for r in rounds]
            ratio = f"**{figures(statistics.median(ratios))}** ({figures(min(ratios))}-{figures(max(ratios))})"
            cells += [figures(statistics.median(times)), "1" if name == "rollcast" else ratio]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def check_table(checks):
    columns = [(model, metric) for model, metrics in CHECKED.items() for metric in metrics]
    lines = ["| engine |" + "".join(f" {model}: `{metric}` |" for model, metric in columns), "|---|" + "--:|" * len(columns)]
    cell = {(row["contestant"], row["model"], row["metric"]): row for row in checks}
    means = [f"{float(cell[PEERS[0], *column]['rollcast_mean']):.5g}" for column in columns]
    lines.append(f"| rollcast | {' | '.join(means)} |")
    for name in PEERS:
        rows = [cell[name, *column] for column in columns]
        lines.append(f"| {name} | " + " | ".join(f"{float(row['mean']):.5g}, p = {row['p_value']:.2g}" for row in rows) + " |")
    return "\n".join(lines)


def figures(value):
    """Three significant figures."""
    digits = max(0, 2 - math.floor(math.log10(value)))
    return f"{round(value, 2 - math.floor(math.log10(value))):,.{digits}f}"


def skipped(results):
    measured = {(row["contestant"], row["robots"]) for row in results}
    missing = [f"{name} at {n:,} robots" for name in CONTESTANTS for n in ROBOTS if (name, n) not in measured]
    return f"Skipped as too slow: {', '.join(missing)}." if missing else "Nothing was skipped."


def versions():
    lock = tomllib.loads((HERE / "nexosim" / "Cargo.lock").read_text())
    locked = {package["name"]: package["version"] for package in lock["package"]}
    rollcast = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]["version"]
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    code = "import platform, simpy; print(platform.python_implementation(), platform.python_version(), simpy.__version__)"
    python = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    cpuinfo = dict(map(str.strip, line.split(":", 1)) for line in lines if ":" in line)
    processor = cpuinfo.get("model name", "processor of unknown model")
    flags = set(cpuinfo.get("flags", "").split())
    # As rollcast chooses among them.
    avx512 = {"avx512f", "avx512dq", "avx512vl", "avx512bw"} <= flags
    return {
        "rollcast": rollcast,
        "unit": "AVX-512" if avx512 else "AVX2" if "avx2" in flags else "the baseline",
        "rustc": rustc,
        "rand": locked["rand"],
        "rand_distr": locked["rand_distr"],
        "nexosim": locked["nexosim"],
        "python": " ".join(python[:2]),
        "simpy": python[2],
        "machine": f"{os.cpu_count()} cores, {processor}, {platform.machine()}, {platform.system()}",
    }


if __name__ == "__main__":
    main()
