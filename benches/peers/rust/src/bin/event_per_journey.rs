//! Model A by hand, one event a robot: a journey is reckoned when it starts, and std's `BinaryHeap` holds its end alone.
//!
//! Right for robots that never meet. The earliest end is replaced by the next robot's in place, with no pop.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use peers::model_a::{Job, Model, Outcome, STEPS, contest};
use rand::SeedableRng;
use rand::rngs::SmallRng;

/// When the deployment of a robot that starts at `start` ends [ms], and whether it failed.
fn journey(model: &Model, rng: &mut SmallRng, start: u64) -> (u64, bool) {
    let deadline = start + model.robot_timeout;
    let mut now = start;
    for step in 0..STEPS {
        now += model.duration(step, rng);
        let fails = model.fails(step, rng);
        if now > deadline {
            return (deadline, true);
        }
        if fails {
            return (now, true);
        }
    }
    (now, false)
}

fn play(model: &Model, n: u32, seed: u64) -> Outcome {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut job = Job::new(model, n);
    let mut calendar = BinaryHeap::with_capacity(model.window(n) as usize);
    for _ in 0..model.window(n) {
        job.start_next();
        calendar.push(Reverse(journey(model, &mut rng, model.preparing)));
    }
    while let Some(mut first) = calendar.peek_mut() {
        let Reverse((now, failed)) = *first;
        job.end(now, failed);
        if job.start_next() {
            *first = Reverse(journey(model, &mut rng, now));
        } else {
            PeekMut::pop(first);
        }
    }
    job.outcome
}

fn main() {
    contest(play);
}
