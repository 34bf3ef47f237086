#!/usr/bin/env python3
"""Faults while rollcast writes: `.ci/faults.py target/release/rollcast [--short]`.

Every command that writes files replaces those of an earlier command, and meets a fault at each step that changes the disk
(.ci/faults.c). Then two runs into one folder meet, and runs are killed at random times. After each the folder is looked at:

torn       files that are neither as before nor as the command writes them
mixed      sets of which some files are old and others new, without a reader being told
leftovers  hidden files and empty folders that an error leaves, or that the run after a kill does not remove
unsaid     exit codes and messages that do not say what happened, and runs that a kill kept from working

Exits with 1 unless all are 0. `--short` takes few of the steps.
"""

import concurrent.futures
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SCENARIO = """
replications = 3

[release]
version = "2"
bundle = { X86_64 = "20 MB" }

[rollout.robomaker]
concurrent_deployment_percentage = 50
failure_threshold_percentage = 50

[[cohort]]
name = "carts"
robots = 4
architecture = "X86_64"
download_rate = "8 Mbit/s"
post_launch = { duration = { exponential = { mean = "30s" } }, failure = 0.2 }
recovery = "30min"

[profile.bad]
"cohort.*.post_launch.failure" = 0.6

[sweep]
"rollout.robomaker.concurrent_deployment_percentage" = [25, 50]

[tune]
minimise = "time_to_50_s.p50"
limits = []
"""

# Faults that the program can answer: one call fails, from one call on nothing more fits on the disk, half of a write is taken.
ERRORS = ["ENOSPC", "EIO", "short", "full"]
# Ends that it cannot answer; `dead` is a disk that fails from one call on.
ENDS = ["kill before", "kill after", "dead"]
KINDS = [*ERRORS, *ENDS, "SIGTERM"]
# What writes to standard output are listed as, and a step that never comes.
PRINTED = "standard output"
NEVER = 1_000_000
COUNTS = ["torn", "mixed", "leftovers", "unsaid"]

# A name, the commands before, the command, and what it replaces in this order: folders with a manifest, folders of baselines, and
# folders of files that flags name, of which each stands for itself. `@` stands for the folder of all.
RUN = "run @/tiny.toml --out @/out"
ANSWERS = f"{RUN} --describe @/a/describe.json --list @/a/list.json"
STUDIES = {
    "sweep": "sweep @/tiny.toml",
    "sweep --map": "sweep @/tiny.toml --map=50",
    "compare": "compare @/tiny.toml --set-b rollout.robomaker.pacing=batches",
    "oc": "oc @/tiny.toml",
    "tune": "tune @/tiny.toml --step=50",
}
CHECK = "check @/tiny.toml @/other.toml @/third.toml --baseline @/base"
BLESS = f"{CHECK} --bless"
COMMANDS = [
    ("run", [f"{RUN} --seed 2 --png --trace 0"], RUN, {"out": "set"}),
    ("run, a new folder", [], "run @/tiny.toml --out @/out/new/er", {"out/new/er": "set"}),
    ("run --trace", [f"{RUN} --seed 2 --png"], f"{RUN} --trace 1", {"out": "set"}),
    (
        "run --describe --list --describe-every",
        [f"{ANSWERS} --seed 2 --png --describe-every 10s @/series"],
        f"{ANSWERS} --describe-every 60s @/series",
        {"out": "set", "a": "named", "series": "named"},
    ),
    (
        "run --html --markdown",
        [f"{RUN} --seed 2 --html @/h/a.html --markdown @/m/a.md"],
        f"{RUN} --html @/h/a.html --markdown @/m/a.md",
        {"out": "set", "h": "named", "m": "named"},
    ),
    *(
        (name, [f"{study} --out @/out --seed 2 --png"], f"{study} --out @/out", {"out": "set"})
        for name, study in STUDIES.items()
    ),
    ("check --bless", [f"{BLESS} --replications 4"], f"{BLESS} --replications 3", {"base": "baselines"}),
    (
        "check --html",
        [BLESS, "check @/tiny.toml --baseline @/base --html @/h/a.html"],
        f"{CHECK} --html @/h/a.html",
        {"h": "named"},
    ),
    (
        "explain --markdown",
        ["explain @/other.toml --markdown @/m/a.md"],
        "explain @/tiny.toml --markdown @/m/a.md",
        {"m": "named"},
    ),
]


class Table:
    """What was found in a command's faults."""

    def __init__(self, name):
        self.name, self.steps, self.faults = name, 0, 0
        self.found = {count: [] for count in COUNTS}

    def add(self, count, text):
        self.found[count].append(f"{self.name}: {text}")

    def row(self):
        return [self.name, self.steps or "", self.faults, *(len(self.found[count]) for count in COUNTS)]


class Case:
    """A command in a folder that holds the files of an earlier one."""

    def __init__(self, rollcast, shim, folder, command):
        self.rollcast, self.shim, self.at = rollcast, shim, folder / "work"
        self.name, before, self.command, self.units = command
        self.log = folder / "log"
        self.table = Table(self.name)
        self.at.mkdir(parents=True)
        for name in ["tiny", "other", "third"]:
            (self.at / f"{name}.toml").write_text(f'name = "{name}"' + SCENARIO)
        for line in before:
            self.run(line)
        self.old = self.look()
        ended = self.run(self.command)
        self.new, self.code = self.look(), ended.returncode
        assert self.code in (0, 1, 3), ended.stderr
        assert all(self.part(self.old, unit) != self.part(self.new, unit) for unit in self.units), self.name

    def words(self, line):
        line = line.replace("@", str(self.at)).split()
        flags = {"verify": [], "explain": ["--quiet"]}.get(line[0], ["--quiet", "--threads", "1"])
        return [self.rollcast, *line, *flags]

    def start(self, line, kind="", at=""):
        self.log.unlink(missing_ok=True)
        faults = {"LD_PRELOAD": self.shim, "FAULTS_FOLDER": self.at, "FAULTS_LOG": self.log, "FAULTS_KIND": kind, "FAULTS_AT": at}
        environment = {**os.environ, **{key: str(value) for key, value in faults.items()}} if at else None
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(self.words(line), text=True, env=environment, **pipes)

    def end(self, started):
        started.stdout, started.stderr = started.communicate(timeout=60)
        return started

    def run(self, line, kind="", at=""):
        return self.end(self.start(line, kind, at))

    def steps(self):
        """The steps that the last command with a fault made: what was called, and on what."""
        return [line.split(" ", 2)[1:] for line in self.log.read_text().splitlines()]

    def look(self):
        """Everything in the folder, hidden or not; folders have no contents."""
        found = {}
        for path in self.at.rglob("*"):
            found[str(path.relative_to(self.at))] = None if path.is_dir() else path.read_bytes()
        return found

    def put(self, state):
        shutil.rmtree(self.at)
        self.at.mkdir()
        for name, contents in sorted(state.items()):
            path = self.at / name
            path.mkdir() if contents is None else path.write_bytes(contents)

    @staticmethod
    def part(state, unit):
        """The files of a unit that readers see."""
        files = {name: contents for name, contents in state.items() if contents is not None and not is_hidden(name)}
        return {name: contents for name, contents in files.items() if name.startswith(f"{unit}/")}

    def forms(self, there):
        """Which form each unit has: old, new or mixed."""
        forms = []
        for unit in self.units:
            part = self.part(there, unit)
            old, new = (part == self.part(state, unit) for state in (self.old, self.new))
            forms.append("old" if old else "new" if new else "mixed")
        return forms

    def fault(self, kind, number):
        """Has the command meet a fault at a step, and looks."""
        self.put(self.old)
        ended = self.run(self.command, kind, number)
        step = self.steps()[number - 1]
        what = f"{kind} at step {number}, {' '.join(step)}"
        self.judge(what, ended, step, kind)

    def judge(self, what, ended, step, kind):
        self.table.faults += 1
        there = self.look()
        self.whole_files(what, there)
        if kind in ERRORS or kind == "SIGTERM":
            is_refused = kind in ("ENOSPC", "EIO") and is_removal(step)
            self.answered(what, ended, step, kind, there, is_refused)
            if is_refused:
                self.next_run(what)
        else:
            self.told(what, there)
            self.next_run(what)

    def whole_files(self, what, there):
        for name in {**there, **self.old, **self.new}:
            forms = [state.get(name) for state in (self.old, self.new)]
            if not is_hidden(name) and there.get(name) not in forms:
                self.table.add("torn", f"{what}: {name}")

    def told(self, what, there):
        """After an end that nothing could be done about, a reader finds one set or is told."""
        for (unit, of), form in zip(self.units.items(), self.forms(there)):
            if of == "set" and self.part(there, unit):
                code = self.run(f"verify @/{unit}").returncode
                if code != (2 if form == "mixed" else 0):
                    self.table.add("mixed", f"{what}: {unit} is {form}, verify ends with {code}")
            if of == "baselines" and form == "mixed" and "cut off" not in self.run(CHECK).stderr:
                self.table.add("mixed", f"{what}: {unit}")

    def answered(self, what, ended, step, kind, there, is_refused):
        """After an error all of a unit is old or new, and those after it are old."""
        forms, code = self.forms(there), ended.returncode
        if "mixed" in forms:
            self.table.add("mixed", f"{what}: {forms}")
        is_printing = step[1] == PRINTED
        if kind == "SIGTERM" and code == 128 + signal.SIGTERM:
            is_so = set(forms) == {"old"}
        elif kind != "SIGTERM" and code == 4:
            is_so = forms == sorted(forms) and ("old" in forms or is_printing) and self.names(ended.stderr, step, kind)
        else:
            is_so = code == self.code and set(forms) == {"new"}
        if not is_so:
            self.table.add("unsaid", f"{what}: exit code {code}, {forms}: {ended.stderr.strip()}")
        # What could not be removed is left to the next command, with the folders that it lies in.
        excused = [pathlib.Path(step[1]), *pathlib.Path(step[1]).parents] if is_refused else []
        known = {**self.old, **self.new} if "new" in forms else self.old
        for name, contents in there.items():
            if (is_hidden(name) or contents is None) and name not in known and self.at / name not in excused:
                self.table.add("leftovers", f"{what}: {name}")

    def names(self, message, step, kind):
        """Whether a message names what blocks: a file that cannot change hands, or else its folder; one of them where the disk is full."""
        call, path = step[0], pathlib.Path(step[1])
        if kind == "full":
            return f"cannot write to {self.at}/" in message
        if call.startswith(("rename", "unlink")) and not is_hidden(path):
            return path.name in message
        return any(f"cannot write to {place}{end}" in message for place in (path, path.parent) for end in ":/")

    def next_run(self, what):
        """The run after a kill writes what it would have without it, and nothing of the kill stays."""
        ended = self.run(self.command)
        there = self.look()
        if ended.returncode != self.code or self.forms(there) != ["new"] * len(self.units):
            self.table.add("unsaid", f"{what}: the next run: exit code {ended.returncode}: {ended.stderr.strip()}")
        for name in there.keys() - self.new.keys():
            self.table.add("leftovers", f"{what}: after the next run: {name}")

    def all_faults(self, stride):
        """Every step and every kind, or one in `stride`."""
        self.put(self.old)
        self.run(self.command, "none", NEVER)
        steps = self.steps()
        self.table.steps = len(steps)
        self.is_synced(steps)
        faults = [(kind, at) for at, step in enumerate(steps, 1) for kind in KINDS if kind != "short" or step[0] == "write"]
        for kind, at in faults[::stride]:
            self.fault(kind, at)
        return self.table

    def is_synced(self, steps):
        """What a power failure could undo: each file is on the disk before it changes hands, all names before the manifest does."""
        for at, (call, path) in enumerate(steps):
            name = pathlib.Path(path)
            if not call.startswith("rename"):
                continue
            if not any(it == "fsync" and of.endswith(f"-new-{name.name}") for it, of in steps[:at]):
                self.table.add("torn", f"{path} is not on the disk before it changes hands")
            is_manifest = name.name.endswith(".manifest.json")
            if is_manifest and steps[at - 1] != ["fsync", str(name.parent)]:
                self.table.add("mixed", f"{path} changes hands before other names are on the disk")

    def meetings(self, stride):
        """Another run comes while one is stopped after a step, and again some steps later; a reader too."""
        self.begin_meetings("run, another at each step")
        chance = random.Random(1)
        for step in 3 * list(range(1, self.table.steps + 1, stride)):
            later = step + chance.randint(1, self.table.steps // 2)
            self.put(self.old)
            one, others = self.start(self.command, "stop", f"{step},{later}"), []
            while has_stopped(one):
                others.append(self.run(self.other))
                self.run("verify @/out")
                os.kill(one.pid, signal.SIGCONT)
            self.one_set(f"stops after steps {step} and {later}", [self.end(one)], others)
        return self.table

    def races(self, times):
        """Two runs start at once."""
        self.begin_meetings("run, two at once")
        for race in range(times):
            self.put(self.old)
            one, other = self.start(self.command), self.start(self.other)
            self.one_set(f"race {race}", [self.end(one)], [self.end(other)])
        return self.table

    def begin_meetings(self, name):
        self.table = Table(name)
        self.other = f"{self.command} --seed 7"
        self.put(self.old)
        self.run(self.other)
        self.new_of_other = self.look()
        self.put(self.old)
        self.run(self.command, "none", NEVER)
        self.table.steps = len(self.steps())

    def one_set(self, what, ones, others):
        """One run has written its set, and others have too or were refused."""
        self.table.faults += 1
        there, sets = self.look(), []
        for runs, new in ((ones, self.new), (others, self.new_of_other)):
            if any(ended.returncode == self.code for ended in runs):
                sets.append(self.part(new, "out"))
        for ended in ones + others:
            if ended.returncode != self.code and "another run is writing there" not in ended.stderr:
                self.table.add("unsaid", f"{what}: exit code {ended.returncode}: {ended.stderr.strip()}")
        if self.part(there, "out") not in sets:
            self.table.add("mixed", what)
        for name in there.keys() - self.new.keys():
            self.table.add("leftovers", f"{what}: {name}")

    def kills(self, times):
        """The run is killed at any time, without a shim."""
        self.table = Table("run, killed at any time")
        began = time.monotonic()
        self.run(self.command)
        lasts, chance = time.monotonic() - began, random.Random(1)
        for _ in range(times):
            self.put(self.old)
            after = chance.uniform(0, lasts)
            started = self.start(self.command)
            time.sleep(after)
            started.kill()
            self.judge(f"kill after {after:.4f} s", self.end(started), ("", ""), "kill")
        return self.table


def is_hidden(name):
    return pathlib.Path(name).name.startswith(".")


def is_removal(step):
    """Whether a step removes what a reader does not see: a hidden file, or a folder made for nothing."""
    call, path = step
    return call == "rmdir" or (call.startswith("unlink") and is_hidden(path))


def has_stopped(process):
    now = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    return now.si_code == os.CLD_STOPPED


def main():
    if shutil.which("cc") is None:
        print("faults: no C compiler here, so no faults were tried; tests/it/files.rs alone has tried some")
        return
    rollcast, short = os.path.abspath(sys.argv[1]), "--short" in sys.argv[2:]
    stride, times = (23, 10) if short else (1, 100)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        scratch = pathlib.Path(scratch).resolve()
        shim = scratch / "faults.so"
        source = pathlib.Path(__file__).with_name("faults.c")
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", source, "-o", shim], check=True)

        def of(number, command, faults):
            return pool.submit(lambda: faults(Case(rollcast, shim, scratch / str(number), command)))

        works = [(command, lambda case: case.all_faults(stride)) for command in COMMANDS]
        works += [
            (COMMANDS[0], lambda case: case.meetings(stride)),
            (COMMANDS[0], lambda case: case.races(times)),
            (COMMANDS[0], lambda case: case.kills(times)),
        ]
        tables = [work.result() for work in [of(number, *work) for number, work in enumerate(works)]]
    rows = [["command", "steps", "faults", *COUNTS], *(table.row() for table in tables)]
    sums = [sum(column) for column in zip(*(row[2:] for row in rows[1:]))]
    for name, *numbers in [*rows, ["all", "", *sums]]:
        print(f"| {name:38} | " + " | ".join(f"{number:>9}" for number in numbers) + " |")
    print(f"in {time.monotonic() - began:.0f} s", flush=True)
    found = [text for table in tables for texts in table.found.values() for text in texts]
    print("\n".join(found[:50]), file=sys.stderr)
    sys.exit(1 if found else 0)


main()
