//! Model A in NeXosim as one model: the whole rollout is a model that schedules an event to itself for every step of every robot.
//!
//! The leanest form NeXosim has. A robot timeout is not an event of its own: a step ends at its end or at the deadline.

use std::time::Duration;

use nexosim::model::{BuildContext, Context, Model, ProtoModel, schedulable};
use nexosim::ports::{EventSinkReader, Output, SinkState, event_slot};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use peers_nexosim::model_a::{self, Job, Outcome, STEPS, contest};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};

/// A place in the window, and the robot that has it.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Slot {
    step: usize,
    /// When the step under way ends [ms].
    now: u64,
    /// [ms]
    deadline: u64,
    /// Whether the step under way ends in failure.
    fails: bool,
}

#[derive(Serialize, Deserialize)]
struct Rollout {
    slots: Vec<Slot>,
    in_flight: usize,
    job: Job,
    done: Output<Outcome>,
}

/// What of a rollout is not its state.
struct Dice {
    model: &'static model_a::Model,
    rng: SmallRng,
}

#[Model(type Env = Dice)]
impl Rollout {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>, dice: &mut Dice) {
        for slot in 0..self.slots.len() {
            self.job.start_next();
            self.start_robot(slot, dice.model.preparing, cx, dice);
        }
    }

    /// The step of a slot's robot is at its end [input port].
    #[nexosim(schedulable)]
    async fn step_ends(&mut self, slot: usize, cx: &Context<Self>, dice: &mut Dice) {
        let Slot { step, now, fails, .. } = self.slots[slot];
        if !fails && step + 1 < STEPS {
            self.start_step(slot, step + 1, cx, dice);
            return;
        }
        self.job.end(now, fails);
        if self.job.start_next() {
            self.start_robot(slot, now, cx, dice);
            return;
        }
        self.in_flight -= 1;
        if self.in_flight == 0 {
            self.done.send(self.job.outcome.clone()).await;
        }
    }

    fn start_robot(&mut self, slot: usize, now: u64, cx: &Context<Self>, dice: &mut Dice) {
        self.slots[slot].now = now;
        self.slots[slot].deadline = now + dice.model.robot_timeout;
        self.start_step(slot, 0, cx, dice);
    }

    fn start_step(&mut self, slot: usize, step: usize, cx: &Context<Self>, dice: &mut Dice) {
        let Slot { now, deadline, .. } = self.slots[slot];
        let end = now + dice.model.duration(step, &mut dice.rng);
        let fails = dice.model.fails(step, &mut dice.rng) || end > deadline;
        let end = end.min(deadline);
        self.slots[slot] = Slot { step, now: end, deadline, fails };
        // An event needs a time ahead; a deadline reached to the millisecond passes one later.
        let time = MonotonicTime::EPOCH + Duration::from_millis(end.max(now + 1));
        cx.schedule_event(time, schedulable!(Self::step_ends), slot).expect("a time ahead");
    }
}

struct Prototype {
    rollout: Rollout,
    dice: Dice,
}

impl ProtoModel for Prototype {
    type Model = Rollout;

    fn build(self, _: &mut BuildContext<Self>) -> (Rollout, Dice) {
        (self.rollout, self.dice)
    }
}

fn play(model: &'static model_a::Model, n: u32, seed: u64) -> Outcome {
    let (sink, mut outcome) = event_slot(SinkState::Enabled);
    let mut done = Output::default();
    done.connect_sink(sink);
    let window = model.window(n) as usize;
    let rollout = Rollout { slots: vec![Slot::default(); window], in_flight: window, job: Job::new(model, n), done };
    let dice = Dice { model, rng: SmallRng::seed_from_u64(seed) };
    let bench = SimInit::with_num_threads(1).add_model(Prototype { rollout, dice }, Mailbox::new(), "rollout");
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("a simulation");
    simulation.run().expect("a run");
    outcome.try_read().expect("an outcome")
}

fn main() {
    contest(play);
}
