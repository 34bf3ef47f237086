"""Model A as the SimPy peers share it: its parameters, the job's count of failures, and the command line.

Variates come from Python's own random.lognormvariate and random.random. Time is seconds, as floats.
"""

import json
import math
import random
import sys
import time


class Step:
    def __init__(self, bits, median, sigma, failure):
        self.bits, self.mu, self.sigma, self.failure = bits, math.log(median), sigma, failure

    def duration(self, rng):
        drawn = rng.lognormvariate(self.mu, self.sigma)
        return self.bits / drawn if self.bits else drawn


class Model:
    def __init__(self, parameters):
        self.preparing = parameters["preparing_s"]
        self.concurrency_percent = parameters["concurrency_percent"]
        self.threshold_percent = parameters["threshold_percent"]
        self.robot_timeout = parameters["robot_timeout_s"]
        self.steps = []
        for step in parameters["steps"]:
            bits = parameters["bundle_bits"] if step["name"] == "download_rate" else None
            self.steps.append(Step(bits, step["median"], step["sigma"], step["failure"]))

    def window(self, n):
        return max(1, n * self.concurrency_percent // 100)


class Job:
    """It counts and it stops."""

    def __init__(self, model, n):
        self.n, self.threshold_percent = n, model.threshold_percent
        self.started = self.failed = 0
        self.stopped = False
        self.duration = self.drained = 0.0

    def end(self, now, updated):
        """Takes the end of a robot deployment. Those after a stop count as failed, and do not prolong the job."""
        self.drained = now
        if not self.stopped:
            self.duration = now
        if not updated:
            self.failed += 1
            self.stopped = self.stopped or self.failed * 100 >= self.threshold_percent * self.n


def contest(play):
    """<contestant> <model.json> <robots> <first seed> <seeds>: a line a seed with the outcome, then the seconds on the processor and by the clock."""
    path, n, first, count = sys.argv[1], *map(int, sys.argv[2:])
    with open(path) as file:
        model = Model(json.load(file))
    began, began_on_processor = time.perf_counter(), time.process_time()
    jobs = [play(model, n, random.Random(seed)) for seed in range(first, first + count)]
    on_processor, elapsed = time.process_time() - began_on_processor, time.perf_counter() - began
    for job in jobs:
        print(job.duration, job.drained, job.started, job.failed)
    print(on_processor, elapsed)
