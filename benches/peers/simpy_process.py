"""Model A in SimPy as people write it: a process a robot, a Resource for the window, and a race of work against the timeout."""

import simpy

from contestant import Job, contest


def robot(env, slots, model, job, rng):
    with slots.request() as slot:
        yield slot
        if job.stopped:
            return
        job.started += 1
        work = env.process(deployment(env, model, rng))
        yield work | env.timeout(model.robot_timeout)
        if work.triggered:
            job.end(env.now, work.value)
        else:
            work.interrupt("robot timeout")
            job.end(env.now, updated=False)


def deployment(env, model, rng):
    try:
        for step in model.steps:
            yield env.timeout(step.duration(rng))
            if step.failure and rng.random() < step.failure:
                return False
        return True
    except simpy.Interrupt:
        return False


def play(model, n, rng):
    env = simpy.Environment(initial_time=model.preparing)
    job = Job(model, n)
    slots = simpy.Resource(env, capacity=model.window(n))
    robots = [env.process(robot(env, slots, model, job, rng)) for _ in range(n)]
    env.run(until=env.all_of(robots))
    return job


if __name__ == "__main__":
    contest(play)
