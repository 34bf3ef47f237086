//! One replication under many settings: draws the fates once and plays each setting on them.

use crate::model::{Instant, Ms, ROBOT_TIMEOUT_MAX_MS, WatchEnd};
use crate::rollout::{Admission, EndedBy, Order, Setting, Stop};
use crate::sim::draws::assignment::Assignment;
use crate::sim::draws::dice::Dice;
use crate::sim::draws::fates::Fates;
use crate::sim::draws::presence::Presence;
use crate::sim::draws::robot::Draws;
use crate::sim::journey::{Trip, Verdict};
use crate::sim::play::apart::{Cut, Rollout};
use crate::sim::play::comeback::Comeback;
use crate::sim::play::ending::{Ending, ending_at};
use crate::sim::play::lineup::{LinedUp, Lineup};
use crate::sim::play::result::{outcome, outcome_of};
use crate::sim::play::tally::Tally;
use crate::sim::play::traffic::{Log, Passed, Traffic};
use crate::sim::record::outcome::{Healing, Outcome};
use crate::sim::record::recording::{Deployment, Recording, RobotRecord};

/// Plays one replication after another; keeps its memory between them.
///
/// ```
/// # use rollcast::scenario::ScenarioFile;
/// # let file = ScenarioFile::read("scenarios/lab.toml".as_ref()).unwrap();
/// # let (scenario, _) = file.check(&[]).unwrap();
/// use rollcast::rollout::Levels;
/// use rollcast::sim::{Dice, Player};
///
/// let profile = &scenario.profiles[0];
/// let dice = Dice::new(&profile.world);
/// let mut player = Player::new(&dice);
/// player.draw(0);
/// let mut at = |threshold| {
///     let rules = profile.rules.at(Levels {
///         concurrency: 10,
///         threshold,
///     });
///     player.play(&rules.setting(dice.robots()))
/// };
/// // The same random numbers under two thresholds: eight robots have no bundle and fail.
/// let (strict, lenient) = (at(5), at(100));
/// assert!(strict.breached.is_some() && strict.never_started > 0);
/// assert_eq!((lenient.breached, lenient.never_started), (None, 0));
/// ```
pub struct Player<'d> {
    pub(in crate::sim) dice: &'d Dice,
    replication: u64,
    pub(in crate::sim) fates: Fates,
    line: Lineup,
    /// What the line-up was formed for.
    formed: Option<(Order, Ms)>,
    rollout: Rollout,
    watch: WatchEnd,
    /// The player of recovery jobs, which put the old version back, if there is one.
    previous: Option<Box<Player<'d>>>,
}

impl<'d> Player<'d> {
    pub fn new(dice: &'d Dice) -> Player<'d> {
        Player {
            dice,
            replication: 0,
            fates: Fates::default(),
            line: Lineup::default(),
            formed: None,
            rollout: Rollout::default(),
            watch: dice.watch,
            previous: dice.previous().map(|dice| Box::new(Player::new(dice))),
        }
    }

    /// Draws the fates of a replication, to be played next: those of one job for the whole fleet.
    pub fn draw(&mut self, replication: u64) {
        self.replication = replication;
        self.fates.draw(self.dice, replication);
        self.watch = self.dice.watch;
        self.formed = None;
    }

    /// Turns to a job of a campaign in the drawn replication: what is played next is played for its robots, and time counts from
    /// its creation.
    pub fn assign(&mut self, assignment: &Assignment) {
        self.fates.assign(self.dice, assignment);
        self.watch = assignment.watch;
        self.formed = None;
    }

    /// Turns back to one job for the whole fleet.
    pub fn recall(&mut self) {
        self.fates.recall();
        self.watch = self.dice.watch;
        self.formed = None;
    }

    /// What puts the old version back, drawn in the same replication; `None` if there is none.
    pub fn previous(&mut self) -> Option<&mut Player<'d>> {
        let replication = self.replication;
        let previous = self.previous.as_deref_mut()?;
        previous.draw(replication);
        Some(previous)
    }

    /// The place of a robot among those of whom a canary is picked in the drawn replication: smaller is picked sooner.
    pub fn canary_word(&self, robot: u32) -> u64 {
        self.fates.hand.canary_word(self.dice, robot)
    }

    /// When a robot is registered in the drawn replication.
    pub fn joins(&self, robot: u32) -> Instant {
        self.fates.hand.joins(self.dice, robot)
    }

    /// How long after an update a robot shows the release's latent fault in the drawn replication [ms], if it has it.
    pub fn latent(&self, robot: u32) -> Option<Ms> {
        self.fates.hand.latent(self.dice, robot)
    }

    /// All that is drawn for a robot in the drawn replication.
    pub fn draws(&self, robot: u32) -> Draws {
        self.fates.draws(self.dice, robot)
    }

    /// When a robot is online in the drawn replication, and when it may be contacted.
    pub fn presence(&self, robot: u32) -> Presence<'_> {
        self.fates.presence(self.dice, robot)
    }

    /// Where in its trace of rates a robot is at the beginning of the first job [ms]; none where its rate stays.
    pub fn trace_phase(&self, robot: u32) -> Option<Ms> {
        let trace = self.fates.hand.trace(self.dice, robot, Instant::CREATION);
        trace.map(|trace| trace.phase)
    }

    /// When the first robots of the drawn replication start.
    pub fn job_start(&self) -> Instant {
        self.dice.job_start(self.replication, self.fates.job())
    }

    /// The drawn start order: the robot at each place.
    pub fn start_order(&mut self, order: &Order) -> &[u32] {
        self.form(order, ROBOT_TIMEOUT_MAX_MS);
        &self.line.order
    }

    /// Plays the drawn replication under one setting.
    pub fn play(&mut self, setting: &Setting) -> Outcome {
        self.play_all(std::slice::from_ref(setting))
            .pop()
            .expect("a bug: a setting without an outcome")
    }

    /// Plays the drawn replication under each of `settings`, which are sorted, and gives their outcomes in the same order.
    pub fn play_all(&mut self, settings: &[Setting]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(settings.len());
        for same in settings.chunk_by(Setting::shares_trajectory) {
            if let Some(outcome) = self.no_start(&same[0]) {
                outcomes.resize(outcomes.len() + same.len(), outcome);
                continue;
            }
            self.form(&same[0].order, same[0].robot_timeout);
            if self.is_fast(&same[0]) {
                self.play_apart(same, None, |outcome, _, _| outcomes.push(outcome));
            } else {
                outcomes.extend(
                    self.play_by_events(same, None)
                        .into_iter()
                        .map(|(outcome, _)| outcome),
                );
            }
        }
        outcomes
    }

    /// Plays the drawn replication under one setting and keeps every start.
    pub fn record(&mut self, setting: &Setting) -> Recording {
        self.form(&setting.order, setting.robot_timeout);
        let line_up = self.line_up();
        if let Some(outcome) = self.no_start(setting) {
            return Recording::of_no_start(outcome, self.dice.links.len(), line_up);
        }
        let mut log = Log::default();
        if !self.is_fast(setting) {
            let (_, passed) = self
                .play_by_events(std::slice::from_ref(setting), Some(log))
                .pop()
                .expect("a bug: a setting without an outcome");
            return Recording::of(passed, line_up);
        }
        let mut recorded = None;
        self.play_apart(
            std::slice::from_ref(setting),
            Some(&mut log),
            |outcome, cut, comebacks| {
                recorded = Some((outcome, cut.aborted.clone(), comebacks));
            },
        );
        log.endings.extend_from_slice(self.rollout.late());
        log.endings.sort_unstable_by_key(|ending| ending.place);
        let (outcome, aborted, comebacks) = recorded.expect("a bug: a setting without an outcome");
        Recording {
            outcome,
            line_up,
            log,
            aborted,
            open: Vec::new(),
            comebacks,
        }
    }

    /// Whether the fast play serves a setting: its rules are a window, and robots share no link.
    fn is_fast(&self, setting: &Setting) -> bool {
        self.dice.links.is_empty() && setting.is_window()
    }

    /// Plays settings that differ in the failures of their one stop rule, for robots that do not meet: one trajectory serves all of them.
    fn play_apart(
        &mut self,
        settings: &[Setting],
        log: Option<&mut Log>,
        mut take: impl FnMut(Outcome, &Cut, Vec<Comeback>),
    ) {
        let Setting { admission, .. } = settings[0];
        let stops: Vec<Stop> = settings.iter().map(|setting| setting.stops[0]).collect();
        let start = self.job_start();
        let lined_up = LinedUp {
            dice: self.dice,
            fates: &self.fates,
            line: &self.line,
            watch: self.watch,
        };
        let cuts = match log {
            Some(log) => self
                .rollout
                .play(lined_up, admission, start, &stops, |start| {
                    log.starts.push(start);
                }),
            None => self
                .rollout
                .play(lined_up, admission, start, &stops, |_| ()),
        };
        let late = self.rollout.late();
        let last_drained = cuts.iter().map(|cut| cut.drained).max();
        let last_watch_end = lined_up.watch.time(last_drained.unwrap_or_default());
        let comebacks: Vec<Comeback> = late
            .iter()
            .filter_map(|ending| lined_up.comes_back(ending, last_watch_end))
            .collect();
        let mut tally = Tally::default();
        for cut in &cuts {
            lined_up.count_on(&mut tally, late, cut.started);
            let tally = lined_up.aborted(cut, late, tally.clone());
            let watch_end = lined_up.watch.time(cut.drained);
            let seen: Vec<Comeback> = comebacks
                .iter()
                .filter(|comeback| cut.lets_end(comeback.place))
                .filter_map(|comeback| comeback.seen_until(watch_end))
                .collect();
            let mut outcome = outcome(lined_up.n(), cut, &tally, &seen);
            if outcome.healed > 0 {
                outcome.time_to = self.rollout.time_to(lined_up.n(), cut, &seen);
            }
            outcome.check();
            take(outcome, cut, seen);
        }
    }

    /// Plays settings that share a trajectory up to where the first of them is stopped.
    fn play_by_events(&self, settings: &[Setting], log: Option<Log>) -> Vec<(Outcome, Passed)> {
        let traffic = Traffic::new(self.lined_up(), &settings[0], self.job_start(), log);
        let passed = match settings[0].stops.len() {
            1 => traffic.finish_each(
                &settings
                    .iter()
                    .map(|setting| setting.stops[0])
                    .collect::<Vec<Stop>>(),
            ),
            _ => vec![traffic.finish(); settings.len()],
        };
        passed
            .into_iter()
            .map(|passed| (outcome_of(&passed), passed))
            .collect()
    }

    /// The deployments that are lined up now.
    pub(in crate::sim) fn lined_up(&self) -> LinedUp<'_> {
        LinedUp {
            dice: self.dice,
            fates: &self.fates,
            line: &self.line,
            watch: self.watch,
        }
    }

    /// What is lined up now: the replication, the order and the robot timeout.
    pub(in crate::sim) fn line_up(&self) -> (u64, Order, Ms) {
        let (order, robot_timeout) = self.formed.clone().expect("a bug: no line-up was formed");
        (self.replication, order, robot_timeout)
    }

    fn form(&mut self, order: &Order, robot_timeout: Ms) {
        if self
            .formed
            .as_ref()
            .is_none_or(|(formed, timeout)| (formed, *timeout) != (order, robot_timeout))
        {
            self.line.form(self.dice, &self.fates, order, robot_timeout);
            self.formed = Some((order.clone(), robot_timeout));
        }
    }

    fn no_start(&self, setting: &Setting) -> Option<Outcome> {
        no_start(self.dice, &self.fates, self.replication, setting)
    }
}

/// The outcome of a job that ends before any robot starts, if it does.
pub(in crate::sim) fn no_start(
    dice: &Dice,
    fates: &Fates,
    replication: u64,
    setting: &Setting,
) -> Option<Outcome> {
    let Admission {
        deadline,
        at_deadline,
        ..
    } = setting.admission;
    let start = dice.job_start(replication, fates.job());
    let (ended_by, time) = match job_fault(dice, fates, replication, setting) {
        _ if start > deadline => (at_deadline, deadline),
        Some(ended_by) => (ended_by, start),
        None => return None,
    };
    Some(Outcome::of_no_start(
        fates.robots(),
        dice.links.len(),
        ended_by,
        time,
    ))
}

/// What ends a job before any robot starts, if something does.
fn job_fault(dice: &Dice, fates: &Fates, replication: u64, setting: &Setting) -> Option<EndedBy> {
    if setting.job_faults.is_empty() {
        return None;
    }
    let word = dice.job_fault_word(replication, fates.job());
    let struck = setting
        .job_faults
        .iter()
        .find(|(_, below)| below.happens(word));
    struck.map(|(ended_by, _)| *ended_by)
}

impl Player<'_> {
    /// What happened to each robot of a recording, in start order.
    ///
    /// # Panics
    /// If another replication has been drawn since, or another order or timeout played.
    pub fn robots(&self, recording: &Recording) -> impl Iterator<Item = RobotRecord> {
        assert_eq!(
            self.line_up(),
            recording.line_up,
            "a recording of something else than is lined up"
        );
        let lined_up = self.lined_up();
        let mut comebacks = recording.comebacks.iter().peekable();
        (0..lined_up.n()).map(move |place| {
            let healed = comebacks
                .next_if(|comeback| comeback.place == place)
                .map(|comeback| comeback.healing);
            let start = recording
                .log
                .starts
                .get(place as usize)
                .filter(|start| **start < Instant::NEVER);
            let deployment = start.map(|_| lined_up.journey(recording, place));
            let is_open = recording.open.binary_search(&place).is_ok();
            RobotRecord {
                robot: lined_up.robot(place),
                deployment,
                is_open,
                healed,
            }
        })
    }

    /// The deployments of a recording, in start order.
    ///
    /// # Panics
    /// If another replication has been drawn since, or another order or timeout played.
    pub fn deployments(&self, recording: &Recording) -> impl Iterator<Item = Deployment> + Clone {
        assert_eq!(
            self.line_up(),
            recording.line_up,
            "a recording of something else than is lined up"
        );
        self.lined_up().deployments(recording)
    }
}

impl LinedUp<'_> {
    /// What becomes of a robot whose deployment ended so, if it was given up as silent and comes back before `watch_end`.
    fn comes_back(self, ending: &Ending, watch_end: Instant) -> Option<Comeback> {
        if ending.verdict != Verdict::NoResponse {
            return None;
        }
        let draws = self.draws(ending.place);
        let trip = Trip {
            draws: &draws,
            presence: self.presence(ending.place),
            trace: self.trace(ending.place),
            start: ending.end,
            deadline: watch_end.max(ending.end),
        };
        let healing = Healing::of(&trip.heal(None))?;
        Some(Comeback {
            place: ending.place,
            healing,
            exposes: ending.contact.is_none(),
        })
    }

    /// The tally with the robots that a cut aborts counted as such.
    fn aborted(self, cut: &Cut, late: &[Ending], mut tally: Tally) -> Tally {
        for &(place, start) in &cut.aborted {
            let late = ending_at(late, place).copied();
            tally.remove(
                self.dice,
                &late.unwrap_or_else(|| self.steady_ending(place)),
            );
            let draws = self.draws(place);
            let journey = self.trip(place, &draws, start).follow(None, Some(cut.time));
            tally.add(self.dice, &Ending::of(&journey, place, self.cohort(place)));
        }
        tally
    }
}
