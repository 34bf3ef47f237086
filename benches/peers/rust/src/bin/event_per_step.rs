//! Model A by hand, as an engine for any model would do it: an event for every step of every robot, in std's `BinaryHeap`.
//!
//! A robot timeout is not an event of its own: a step ends at its end or at the deadline, whichever comes first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use peers::model_a::{Job, Model, Outcome, STEPS, contest};
use rand::SeedableRng;
use rand::rngs::SmallRng;

/// A place in the window, and the robot that has it.
#[derive(Clone, Default)]
struct Slot {
    step: usize,
    deadline: u64,
    /// Whether the step under way ends in failure.
    fails: bool,
}

struct Engine<'m> {
    model: &'m Model,
    rng: SmallRng,
    /// When a slot's step ends [ms].
    calendar: BinaryHeap<Reverse<(u64, u32)>>,
    slots: Vec<Slot>,
}

impl Engine<'_> {
    fn start_robot(&mut self, now: u64, slot: u32) {
        self.slots[slot as usize].deadline = now + self.model.robot_timeout;
        self.start_step(now, slot, 0);
    }

    fn start_step(&mut self, now: u64, slot: u32, step: usize) {
        let end = now + self.model.duration(step, &mut self.rng);
        let fails = self.model.fails(step, &mut self.rng);
        let Slot { deadline, .. } = self.slots[slot as usize];
        self.slots[slot as usize] = Slot { step, deadline, fails: fails || end > deadline };
        self.calendar.push(Reverse((end.min(deadline), slot)));
    }
}

fn play(model: &Model, n: u32, seed: u64) -> Outcome {
    let window = model.window(n);
    let mut job = Job::new(model, n);
    let mut engine = Engine {
        model,
        rng: SmallRng::seed_from_u64(seed),
        calendar: BinaryHeap::with_capacity(window as usize),
        slots: vec![Slot::default(); window as usize],
    };
    for slot in 0..window {
        job.start_next();
        engine.start_robot(model.preparing, slot);
    }
    while let Some(Reverse((now, slot))) = engine.calendar.pop() {
        let Slot { step, fails, .. } = engine.slots[slot as usize];
        if !fails && step + 1 < STEPS {
            engine.start_step(now, slot, step + 1);
            continue;
        }
        job.end(now, fails);
        if job.start_next() {
            engine.start_robot(now, slot);
        }
    }
    job.outcome
}

fn main() {
    contest(play);
}
