//! Model A in NeXosim with an actor a robot, as its users model things: the job is a model that tells robots to start and hears of their
//! ends, and each robot is a model with a generator of its own that schedules an event to itself for every step.

use std::time::Duration;

use nexosim::model::{BuildContext, Context, Model, ProtoModel, schedulable};
use nexosim::ports::{EventSinkReader, Output, SinkState, event_slot};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use peers_nexosim::model_a::{self, Job, Outcome, STEPS, contest};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Rollout {
    window: u32,
    /// When the first robots start [ms].
    preparing: u64,
    in_flight: u32,
    job: Job,
    /// To each robot.
    start: Vec<Output<()>>,
    done: Output<Outcome>,
}

#[Model]
impl Rollout {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>, _: &mut ()) {
        cx.schedule_event(Duration::from_millis(self.preparing), schedulable!(Self::prepared), ()).expect("a time ahead");
    }

    #[nexosim(schedulable)]
    async fn prepared(&mut self) {
        for _ in 0..self.window {
            self.start_next().await;
        }
    }

    /// A robot deployment ended, and whether it failed [input port].
    async fn robot_ended(&mut self, failed: bool, cx: &Context<Self>) {
        self.in_flight -= 1;
        let since = cx.time().duration_since(MonotonicTime::EPOCH);
        self.job.end(since.as_millis() as u64, failed);
        self.start_next().await;
        if self.in_flight == 0 {
            self.done.send(self.job.outcome.clone()).await;
        }
    }

    async fn start_next(&mut self) {
        let next = self.job.outcome.started as usize;
        if self.job.start_next() {
            self.in_flight += 1;
            self.start[next].send(()).await;
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Robot {
    step: usize,
    /// What remains until the robot timeout when the step under way ends [ms].
    remaining: u64,
    /// Whether the step under way ends in failure.
    fails: bool,
    /// Tells whether the deployment failed.
    ended: Output<bool>,
}

/// What of a robot is not its state.
struct Dice {
    model: &'static model_a::Model,
    rng: SmallRng,
}

#[Model(type Env = Dice)]
impl Robot {
    /// The job gives the robot a slot [input port].
    async fn start(&mut self, _: (), cx: &Context<Self>, dice: &mut Dice) {
        self.remaining = dice.model.robot_timeout;
        self.start_step(0, cx, dice);
    }

    #[nexosim(schedulable)]
    async fn step_ends(&mut self, _: (), cx: &Context<Self>, dice: &mut Dice) {
        if !self.fails && self.step + 1 < STEPS {
            self.start_step(self.step + 1, cx, dice);
        } else {
            self.ended.send(self.fails).await;
        }
    }

    fn start_step(&mut self, step: usize, cx: &Context<Self>, dice: &mut Dice) {
        let duration = dice.model.duration(step, &mut dice.rng);
        self.step = step;
        self.fails = dice.model.fails(step, &mut dice.rng) || duration > self.remaining;
        let until_end = duration.min(self.remaining);
        self.remaining -= until_end;
        // An event needs a time ahead; a deadline reached to the millisecond passes one later.
        cx.schedule_event(Duration::from_millis(until_end.max(1)), schedulable!(Self::step_ends), ()).expect("a time ahead");
    }
}

struct Prototype {
    robot: Robot,
    dice: Dice,
}

impl ProtoModel for Prototype {
    type Model = Robot;

    fn build(self, _: &mut BuildContext<Self>) -> (Robot, Dice) {
        (self.robot, self.dice)
    }
}

fn play(model: &'static model_a::Model, n: u32, seed: u64) -> Outcome {
    let (sink, mut outcome) = event_slot(SinkState::Enabled);
    let mut done = Output::default();
    done.connect_sink(sink);
    let mut rollout = Rollout {
        window: model.window(n),
        preparing: model.preparing,
        in_flight: 0,
        job: Job::new(model, n),
        start: Vec::with_capacity(n as usize),
        done,
    };
    let mailbox = Mailbox::new();
    let mut bench = SimInit::with_num_threads(1);
    for robot in 0..u64::from(n) {
        let robot_mailbox = Mailbox::new();
        let mut start = Output::default();
        start.connect(Robot::start, &robot_mailbox);
        rollout.start.push(start);
        let mut ended = Output::default();
        ended.connect(Rollout::robot_ended, &mailbox);
        let dice = Dice { model, rng: SmallRng::seed_from_u64(seed << 32 | robot) };
        let robot = Robot { step: 0, remaining: 0, fails: false, ended };
        bench = bench.add_model(Prototype { robot, dice }, robot_mailbox, "robot");
    }
    let mut simulation = bench.add_model(rollout, mailbox, "rollout").init(MonotonicTime::EPOCH).expect("a simulation");
    simulation.run().expect("a run");
    outcome.try_read().expect("an outcome")
}

fn main() {
    contest(play);
}
