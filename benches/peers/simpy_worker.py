"""Model A in SimPy at its leanest: a process a slot, which deploys one robot after another and waits once for each.

Right for robots that never meet: a journey is reckoned when it starts, and only its end is an event.
"""

import simpy

from contestant import Job, contest


def worker(env, model, job, rng):
    steps = model.steps
    while job.started < job.n and not job.stopped:
        job.started += 1
        lasts, updated = 0.0, True
        for step in steps:
            lasts += step.duration(rng)
            if step.failure and rng.random() < step.failure:
                updated = False
                break
        if lasts > model.robot_timeout:
            lasts, updated = model.robot_timeout, False
        yield env.timeout(lasts)
        job.end(env.now, updated)


def play(model, n, rng):
    env = simpy.Environment(initial_time=model.preparing)
    job = Job(model, n)
    for _ in range(model.window(n)):
        env.process(worker(env, model, job, rng))
    env.run()
    return job


if __name__ == "__main__":
    contest(play)
