"""Whether `rollcast check` notices a change of the program: each of mutants.toml is made in a copy of the sources, built, and held to
the committed baselines.

    python3 benches/mutants/run.py                    # all
    python3 benches/mutants/run.py equal-shares ...   # these alone

A mutant is caught if `rollcast check scenarios` exits with 1. Its row in mutants.csv, beside this file, names the scenarios that fail, the
first one's first difference, and the first robot that is named with an event. The sources themselves are not touched. It takes about a minute a
mutant; Python 3.11 and cargo are all it needs. MUTANTS_FOLDER=folder keeps the copy and its build there for the next time.
"""

import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import tomllib

# The check takes some ten seconds; a program that goes on for so long never ends [s].
PATIENCE = 180

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
COLUMNS = ["mutant", "caught", "exit_code", "failed", "scenarios", "first_difference", "first_robot", "what"]
# Building takes longer than playing, so the compiler is told to hurry.
HURRY = {"CARGO_PROFILE_DEV_OPT_LEVEL": "1", "CARGO_PROFILE_DEV_DEBUG": "0", "CARGO_INCREMENTAL": "1"}


def mutants():
    with open(HERE / "mutants.toml", "rb") as file:
        listed = tomllib.load(file)["mutant"]
    names = [mutant["name"] for mutant in listed]
    assert len(set(names)) == len(names), "two mutants share a name"
    return listed


def mutated(mutant):
    """The texts of the files that the mutant changes."""
    texts = {}
    for edit in [mutant, *mutant.get("also", [])]:
        path = CHECKOUT / edit["file"]
        text = texts.get(path) or path.read_text()
        times = text.count(edit["search"])
        if times != 1:
            sys.exit(f"{mutant['name']}: {edit['file']} has the searched text {times} times, not once")
        texts[path] = text.replace(edit["search"], edit["replace"])
    return texts


def check(copy, target):
    """Builds the copy and checks its scenarios; None if it does not build."""
    environment = {**os.environ, **HURRY}
    command = ["cargo", "build", "--locked", "--bin", "rollcast", "--target-dir", str(target)]
    built = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    if built.returncode != 0:
        print(built.stderr, file=sys.stderr)
        return None
    command = [str(target / "debug" / "rollcast"), "check", "scenarios", "--format", "json", "-q"]
    try:
        return subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return "hangs"


def row(mutant, answer):
    shown = {"mutant": mutant["name"], "what": mutant["what"]}
    if answer is None:
        return {**shown, "caught": "does not build"}
    if answer == "hangs":
        return {**shown, "caught": "hangs"}
    shown["exit_code"] = answer.returncode
    shown["caught"] = "yes" if answer.returncode == 1 else "no"
    if answer.returncode not in (0, 1, 3):
        # A program that falls over is noticed too, but not by the check.
        shown["caught"] = "crashed"
        shown["first_difference"] = " ".join(answer.stderr.split())[:300]
        return shown
    scenarios = json.loads(answer.stdout)["scenarios"]
    failed = [scenario for scenario in scenarios if scenario["verdict"] == "failed"]
    shown["failed"] = f"{len(failed)} of {len(scenarios)}"
    shown["scenarios"] = " ".join(scenario["scenario"] for scenario in failed)
    firsts = [scenario for scenario in failed if scenario["exact"] and scenario["exact"]["first"]]
    if firsts:
        first = firsts[0]["exact"]["first"]
        metrics = [f"{m['metric']} {number(m['now'])}, was {number(m['before'])}" for m in first["metrics"][:1]]
        place = f"{firsts[0]['scenario']}, replication {first['replication']} of {first['profile']}"
        shown["first_difference"] = f"{place}: {'; '.join(metrics) or 'no kept metric'}"
    for scenario in firsts:
        robot = scenario["exact"]["first"]["robot"]
        if robot and robot["event"]:
            who = f"{scenario['scenario']}, replication {robot['replication']} of {robot['profile']}: {robot['cohort']} {robot['robot']}"
            shown["first_robot"] = f"{who}, {robot['event']} {robot['now']}, was {robot['before']}"
            break
    return shown


def number(x):
    return "never" if x is None else f"{x:.12g}"


def write(rows):
    """Puts rows into the CSV in the place of older ones, in the order of the list."""
    path = HERE / "mutants.csv"
    known = {}
    if path.exists():
        with open(path, newline="") as file:
            known = {row["mutant"]: row for row in csv.DictReader(file)}
    known.update({row["mutant"]: row for row in rows})
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(known[mutant["name"]] for mutant in mutants() if mutant["name"] in known)


def try_out(listed, folder):
    copy, target = folder / "rollcast", folder / "target"
    left_out = shutil.ignore_patterns("target", ".git", "__pycache__", "docs", "peers")
    shutil.copytree(CHECKOUT, copy, ignore=left_out, dirs_exist_ok=True)
    # Copied files keep their times, by which cargo would not know that a mutant is gone.
    os.utime(copy / "src" / "lib.rs")
    texts = [mutated(mutant) for mutant in listed]
    whole = check(copy, target)
    if whole in (None, "hangs") or whole.returncode != 0:
        sys.exit("the check fails, or the program does not build, without any mutant")
    rows = []
    for mutant, changed in zip(listed, texts):
        originals = {path: (copy / path.relative_to(CHECKOUT)).read_text() for path in changed}
        for path, text in changed.items():
            (copy / path.relative_to(CHECKOUT)).write_text(text)
        rows.append(row(mutant, check(copy, target)))
        print({key: value for key, value in rows[-1].items() if key != "what"}, flush=True)
        write(rows)
        for path, text in originals.items():
            (copy / path.relative_to(CHECKOUT)).write_text(text)
    return rows


def main(wanted):
    listed = [mutant for mutant in mutants() if not wanted or mutant["name"] in wanted]
    kept = os.environ.get("MUTANTS_FOLDER")
    if kept:
        rows = try_out(listed, pathlib.Path(kept))
    else:
        with tempfile.TemporaryDirectory() as folder:
            rows = try_out(listed, pathlib.Path(folder))
    missed = [row["mutant"] for row in rows if row["caught"] != "yes"]
    print(f"{len(rows) - len(missed)} of {len(rows)} caught{': not ' + ', '.join(missed) if missed else ''}")
    sys.exit(1 if missed else 0)


main(sys.argv[1:])
