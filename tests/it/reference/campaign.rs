//! A campaign: jobs of the reference engine run one after another, with plain books kept on every robot.
//!
//! Who belongs to a job, when it is created and what of a robot's past comes again is decided here anew; only the draws of a
//! deployment, and what strikes a job as a whole, are taken from the engine under test.

use std::collections::BTreeSet;

use super::History;
use super::fate::Fates;
use super::job;
use super::robot::{Class, Robot};
use rollcast::model::Stage;
use rollcast::model::{FailureCode, Instant, Ms, WatchEnd, World};
use rollcast::rollout::{
    AfterFailure, Campaign, CanaryRobots, EndedBy, EngineEnding, Pick, RoboMaker, Rules,
};
use rollcast::sim::{
    Aftermath, Assignment, Attempt, Healing, HealingEnd, JobKind, JobPlay, Lapse, LinkUse, MARKS,
    Mishap, Outcome, Past, Player, RECOVERING, Rate,
};

/// What is known of a robot.
#[derive(Clone, Default)]
struct Book {
    jobs: u32,
    deployments: u32,
    past: Past,
    /// All that happened to it, in time from the beginning on.
    entries: Vec<Entry>,
    in_sync: bool,
}

/// A deployment, and what the robot did by itself after it.
#[derive(Clone)]
struct Entry {
    kind: JobKind,
    end: Ms,
    class: Class,
    code: Option<FailureCode>,
    timed_out: bool,
    down: Option<(Ms, Ms)>,
    comeback: Option<Healing>,
}

impl Entry {
    fn is_reached(&self) -> bool {
        self.down.is_some() || self.comeback.is_some()
    }

    /// Whether it came back by itself and was updated, or failed.
    fn healed(&self) -> Option<bool> {
        Some(self.comeback?.end?.updated)
    }

    /// When something began to be deployed to it, and when the release ran on it then.
    fn turns(&self) -> Vec<(Ms, bool)> {
        let is_release = self.kind != JobKind::Recovery;
        let mut turns = Vec::new();
        turns.extend(self.down.map(|(from, _)| (from, false)));
        turns.extend((is_release && self.class == Class::Updated).then_some((self.end, true)));
        if let Some(comeback) = self.comeback {
            turns.push((comeback.contact.ms(), false));
            turns.extend(
                comeback
                    .updated()
                    .filter(|_| is_release)
                    .map(|time| (time.ms(), true)),
            );
        }
        turns
    }
}

/// Whether a robot with these entries runs the release when all of a moment has happened.
fn runs_at(entries: &[Entry], now: Ms) -> bool {
    let turns = entries.iter().flat_map(Entry::turns);
    turns
        .take_while(|(time, _)| *time <= now)
        .last()
        .is_some_and(|(_, runs)| runs)
}

/// A job that deploys the release, as it was before it was played.
struct Before {
    kind: JobKind,
    created: Ms,
    targets: Vec<u32>,
    rules: RoboMaker,
    books: Vec<Book>,
    /// How long its robots were watched after it had drained, if another job might have followed.
    wait: Option<Ms>,
}

pub struct Campaigner<'w> {
    pub world: &'w World,
    pub rules: &'w RoboMaker,
    pub campaign: &'w Campaign,
    books: Vec<Book>,
    jobs: Vec<JobPlay>,
    /// The latest job but for a recovery.
    latest: Option<Before>,
    /// What the engine under test says of its jobs: only what strikes a job as a whole is taken from it.
    given: &'w [JobPlay],
    /// Robots by the order in which a canary is picked from them.
    pick_order: &'w [u32],
}

impl<'w> Campaigner<'w> {
    pub fn new(
        world: &'w World,
        rules: &'w RoboMaker,
        campaign: &'w Campaign,
        given: &'w [JobPlay],
        pick_order: &'w [u32],
    ) -> Campaigner<'w> {
        let books = vec![Book::default(); world.fleet.robots() as usize];
        Campaigner {
            world,
            rules,
            campaign,
            books,
            jobs: Vec::new(),
            latest: None,
            given,
            pick_order,
        }
    }

    /// Plays the campaign and gives the outcome of the whole, and of each job.
    pub fn play(mut self, dealer: &mut Player) -> (Outcome, Vec<JobPlay>) {
        let (mut ended_by, mut time, mut drained) = self.release(dealer);
        if self.jobs.is_empty() {
            (ended_by, time, drained) = (EndedBy::NoJob, 0, 0);
        }
        let whole = self.recover(dealer, ended_by, time, drained);
        self.watch_on(dealer);
        let outcome = self.total(dealer, ended_by, time, drained, whole);
        (outcome, self.jobs)
    }

    fn fleet(&self) -> u32 {
        self.books.len() as u32
    }

    fn running_at(&self, now: Ms) -> u32 {
        self.books
            .iter()
            .filter(|book| runs_at(&book.entries, now))
            .count() as u32
    }

    fn release(&mut self, dealer: &mut Player) -> (EndedBy, Ms, Ms) {
        let sync_wait = |number: u32| {
            self.campaign
                .sync
                .as_ref()
                .filter(|sync| number <= sync.times)
        };
        let recovery_wait = self
            .campaign
            .recovery
            .as_ref()
            .map(|recovery| recovery.delay);
        let mut created = 0;
        let mut canaries = Vec::new();
        if let Some(canary) = &self.campaign.canary {
            canaries = self.canaries(dealer, &canary.robots);
            if !canaries.is_empty() {
                let rules = of_robomaker(&canary.rules(&self.rules.clone().into()));
                let (ended_by, time, drained) = self.job(
                    dealer,
                    JobKind::Canary,
                    0,
                    &canaries,
                    &rules,
                    Some(canary.soak),
                    recovery_wait,
                );
                if ended_by != EndedBy::Success {
                    return (ended_by, time, drained);
                }
                created = drained + canary.soak;
                if canary.rejoin {
                    canaries.clear();
                }
            }
        }
        let targets: Vec<u32> = (0..self.fleet())
            .filter(|robot| dealer.joins(*robot).ms() <= created && !canaries.contains(robot))
            .collect();
        let mut last = (EndedBy::Success, created, created);
        if !targets.is_empty() {
            let on_success = sync_wait(1).map(|sync| sync.interval);
            let goes_on = sync_wait(1)
                .filter(|sync| sync.after_failure == AfterFailure::Always)
                .map(|sync| sync.interval);
            let on_failure = goes_on.or(recovery_wait);
            last = self.job(
                dealer,
                JobKind::Main,
                created,
                &targets,
                self.rules,
                on_success,
                on_failure,
            );
        }
        let Some(sync) = &self.campaign.sync else {
            return last;
        };
        let mut now = last.2;
        let mut number = 1;
        while number <= sync.times {
            let goes_on = match sync.after_failure {
                AfterFailure::Never => false,
                AfterFailure::Syncs => number != 1,
                AfterFailure::Always => true,
            };
            now += sync.interval;
            let running = u64::from(self.running_at(Ms::MAX));
            let enough = (u64::from(self.fleet()) * u64::from(sync.until)).div_ceil(1_000_000);
            if running >= enough || (last.0 != EndedBy::Success && !goes_on) {
                break;
            }
            let targets: Vec<u32> = (0..self.fleet())
                .filter(|robot| {
                    dealer.joins(*robot).ms() <= now && !self.books[*robot as usize].in_sync
                })
                .collect();
            if targets.is_empty() {
                // Nobody to sync: that was no sync. The next robot to join is waited for, with no interval to the moment.
                let joining = (0..self.fleet())
                    .map(|robot| dealer.joins(robot).ms())
                    .filter(|joins| *joins > now)
                    .min();
                match joining {
                    None => break,
                    Some(joins) if sync.interval == 0 => now = joins,
                    Some(_) => {}
                }
                continue;
            }
            let next = sync_wait(number + 1);
            let on_success = next.map(|sync| sync.interval);
            let on_failure = next
                .filter(|sync| sync.after_failure != AfterFailure::Never)
                .map(|sync| sync.interval);
            last = self.job(
                dealer,
                JobKind::Sync(number),
                now,
                &targets,
                self.rules,
                on_success,
                on_failure,
            );
            now = last.2;
            number += 1;
        }
        last
    }

    fn canaries(&self, dealer: &Player, robots: &CanaryRobots) -> Vec<u32> {
        let registered = |robot: &u32| dealer.joins(*robot) == Instant::CREATION;
        let (count, pick) = match robots {
            CanaryRobots::Cohorts(cohorts) => {
                let named = |robot: &u32| {
                    let (cohort, _) = self.world.fleet.member(*robot);
                    cohorts.iter().any(|number| {
                        self.world.fleet.cohorts[usize::from(*number)].name == cohort.name
                    })
                };
                return (0..self.fleet())
                    .filter(|robot| registered(robot) && named(robot))
                    .collect();
            }
            CanaryRobots::Count(count, pick) => (*count as usize, pick),
            CanaryRobots::Share(millionths, pick) => {
                let n = (0..self.fleet()).filter(registered).count();
                (
                    (n as u64 * u64::from(*millionths) / 1_000_000).max(1) as usize,
                    pick,
                )
            }
        };
        let all: Vec<u32> = match pick {
            Pick::File => (0..self.fleet()).collect(),
            Pick::Random => self.pick_order.to_vec(),
        };
        let mut picked: Vec<u32> = all.into_iter().filter(registered).take(count).collect();
        picked.sort_unstable();
        picked
    }

    /// One job: how it ended, when, and when it had drained. What follows it waits so long after success and after failure.
    #[allow(clippy::too_many_arguments, reason = "a job is all of that")]
    fn job(
        &mut self,
        dealer: &mut Player,
        kind: JobKind,
        created: Ms,
        targets: &[u32],
        rules: &RoboMaker,
        on_success: Option<Ms>,
        on_failure: Option<Ms>,
    ) -> (EndedBy, Ms, Ms) {
        // Play it once to learn how it ends, watching for long, and once as long as it is watched then.
        let order = self.turn_to(dealer, created, targets, rules, on_success);
        let history = self.history(dealer, created, &order, rules, on_success);
        let (outcome, ended_by) = (history.outcome(), history.ended_by);
        let drained = created + outcome.drained.ms();
        let mut latent = None;
        let mut wait = on_success;
        if ended_by != EndedBy::Success {
            wait = on_failure;
        } else if kind == JobKind::Canary {
            let soak_end = drained + on_success.expect("a canary soaks");
            let shows = history.robots.iter().filter_map(|robot| {
                let ending = robot.deployment.as_ref()?.ending?;
                let healed = robot
                    .healed
                    .filter(|healed| healed.updated)
                    .map(|healed| healed.time.ms());
                let updated = if ending.class == Class::Updated {
                    Some(ending.time)
                } else {
                    healed
                }?;
                Some(created + updated + dealer.latent(robot.number)?)
            });
            if let Some(first) = shows.filter(|shown| *shown <= soak_end).min() {
                let found = first.max(drained);
                latent = Some(found);
                wait = on_failure.map(|delay| found + delay - drained);
            }
        }
        let before = Before {
            kind,
            created,
            targets: targets.to_vec(),
            rules: rules.clone(),
            books: self.books.clone(),
            wait,
        };
        self.play_job(dealer, &before, wait);
        self.latest = Some(before);
        match latent {
            None => (ended_by, created + outcome.ended_at.ms(), drained),
            Some(found) => (EndedBy::LatentFault, found, found),
        }
    }

    /// Turns to a job whose robots are watched for so long after it, or as after the last one; their start order.
    fn turn_to(
        &self,
        dealer: &mut Player,
        created: Ms,
        targets: &[u32],
        rules: &RoboMaker,
        wait: Option<Ms>,
    ) -> Vec<u32> {
        let attempt = |robot: &u32| {
            let book = &self.books[*robot as usize];
            (
                *robot,
                Attempt {
                    number: book.deployments,
                    jobs_before: book.jobs,
                    past: book.past,
                },
            )
        };
        let (job, watch) = (self.jobs.len() as u32, self.watch(created, wait));
        dealer.assign(&Assignment {
            job,
            created: Instant::at(created),
            robots: targets.iter().map(attempt).collect(),
            watch,
        });
        order(dealer, rules, targets)
    }

    /// How the job goes that was turned to.
    fn history<'p>(
        &self,
        dealer: &'p Player,
        created: Ms,
        order: &[u32],
        rules: &RoboMaker,
        wait: Option<Ms>,
    ) -> History<'p>
    where
        'w: 'p,
    {
        let job_fault =
            self.given
                .get(self.jobs.len())
                .and_then(|job| match job.outcome.ended_by {
                    EndedBy::Engine(EngineEnding {
                        name: "job_fault",
                        code,
                    }) => code,
                    _ => None,
                });
        job::play(
            &Fates::of_job(dealer, self.world, created, self.watch(created, wait)),
            order,
            rules,
            job_fault,
        )
    }

    fn watch(&self, created: Ms, wait: Option<Ms>) -> WatchEnd {
        wait.map_or_else(|| self.last_watch(created), WatchEnd::AfterDrained)
    }

    /// Until when robots are watched whom no later job is for, in time that begins at a job's creation.
    fn last_watch(&self, created: Ms) -> WatchEnd {
        match self.world.watch {
            WatchEnd::AtLeast(time) => {
                WatchEnd::AtLeast(Instant::at(time.ms().max(created) - created))
            }
            after => after,
        }
    }

    fn play_job(&mut self, dealer: &mut Player, job: &Before, wait: Option<Ms>) {
        let Before {
            kind,
            created,
            targets,
            rules,
            ..
        } = job;
        let order = self.turn_to(dealer, *created, targets, rules, wait);
        let history = self.history(dealer, *created, &order, rules, wait);
        let (outcome, robots) = (history.outcome(), history.robots);
        for robot in targets {
            self.books[*robot as usize].jobs += 1;
        }
        self.enter(dealer, &robots, *kind, *created);
        self.jobs.push(JobPlay {
            kind: *kind,
            created: Instant::at(*created),
            outcome,
        });
    }

    /// If no job followed the latest one though one might have, its robots are watched as after any other.
    fn watch_on(&mut self, dealer: &mut Player) {
        let Some(latest) = self.latest.take() else {
            return;
        };
        let WatchEnd::AtLeast(watch_end) = self.world.watch else {
            return;
        };
        let last = self.jobs.last().expect("a job was played");
        let watched_until = latest
            .wait
            .map(|wait| latest.created + last.outcome.drained.ms() + wait);
        if last.kind == JobKind::Recovery
            || watched_until.is_none_or(|until| until >= watch_end.ms())
        {
            return;
        }
        self.jobs.pop();
        self.books.clone_from(&latest.books);
        self.play_job(dealer, &latest, None);
    }

    /// Enters what a job did to its robots.
    fn enter(&mut self, dealer: &Player, robots: &[Robot], kind: JobKind, created: Ms) {
        for robot in robots {
            let Some(deployment) = &robot.deployment else {
                continue;
            };
            let ending = deployment.ending.expect("it has ended");
            let draws = dealer.draws(robot.number);
            let book = &mut self.books[robot.number as usize];
            book.deployments += 1;
            let healed = robot.healed.map(|end| end.updated);
            book.in_sync = kind != JobKind::Recovery
                && (ending.class == Class::Updated || healed == Some(true));
            book.past = match (ending.class, healed) {
                (Class::Updated, _) | (_, Some(true)) => Past::default(),
                (_, Some(false)) => {
                    let fails = |stage: &Stage| {
                        matches!(draws.mishap[*stage as usize], Some(Mishap::Fails { .. }))
                    };
                    let last = Stage::ALL
                        .into_iter()
                        .filter(|stage| *stage >= Stage::Contact)
                        .find(fails)
                        .expect("it failed in it");
                    let before = past_after(
                        book.past,
                        &draws.mishap,
                        deployment.walk.stage(),
                        ending.code,
                        ending.timed_out,
                    );
                    let Some(Mishap::Fails { code, .. }) = draws.mishap[last as usize] else {
                        unreachable!()
                    };
                    past_after(before, &draws.mishap, last, Some(code), false)
                }
                _ => past_after(
                    book.past,
                    &draws.mishap,
                    deployment.walk.stage(),
                    ending.code,
                    ending.timed_out,
                ),
            };
            let later = |time: Instant| time + created;
            book.entries.push(Entry {
                kind,
                end: created + ending.time,
                class: ending.class,
                code: ending.code,
                timed_out: ending.timed_out,
                down: robot
                    .down()
                    .map(|(from, up)| (created + from, created + up)),
                comeback: robot.comeback().map(|Healing { contact, end }| Healing {
                    contact: later(contact),
                    end: end.map(|end| HealingEnd {
                        time: later(end.time),
                        ..end
                    }),
                }),
            });
        }
    }

    fn recover(
        &mut self,
        dealer: &mut Player,
        ended_by: EndedBy,
        time: Ms,
        drained: Ms,
    ) -> Option<Ms> {
        let recovery = self
            .campaign
            .recovery
            .as_ref()
            .filter(|_| ended_by != EndedBy::Success)?;
        match self.jobs.last()?.kind {
            JobKind::Sync(_) => return None,
            JobKind::Main
                if self
                    .campaign
                    .sync
                    .as_ref()
                    .is_some_and(|sync| sync.after_failure == AfterFailure::Always) =>
            {
                return None;
            }
            _ => {}
        }
        let targets: Vec<u32> = (0..self.fleet())
            .filter(|robot| self.exposed(*robot))
            .collect();
        if targets.is_empty() {
            return Some(time);
        }
        let created = drained + recovery.delay;
        let attempt = |robot: &u32| {
            let past = Past {
                fault: self.books[*robot as usize].past.fault,
                scripts: [None; 3],
            };
            (
                *robot,
                Attempt {
                    number: RECOVERING,
                    jobs_before: RECOVERING,
                    past,
                },
            )
        };
        let number = self.jobs.len();
        let robots = targets.iter().map(attempt).collect();
        let rules = of_robomaker(&recovery.rules(&self.rules.clone().into()));
        let watch = self.last_watch(created);
        let previous = dealer.previous().expect("an old version");
        previous.assign(&Assignment {
            job: number as u32,
            created: Instant::at(created),
            robots,
            watch,
        });
        let order = order(previous, &rules, &targets);
        let job_fault = self
            .given
            .get(number)
            .and_then(|job| match job.outcome.ended_by {
                EndedBy::Engine(EngineEnding {
                    name: "job_fault",
                    code,
                }) => code,
                _ => None,
            });
        let fates = Fates::of_job(previous, self.world, created, watch);
        let history = job::play(&fates, &order, &rules, job_fault);
        self.enter(previous, &history.robots, JobKind::Recovery, created);
        self.jobs.push(JobPlay {
            kind: JobKind::Recovery,
            created: Instant::at(created),
            outcome: history.outcome(),
        });
        let ends = history.robots.iter().map(|robot| {
            let ending = robot.deployment.as_ref()?.ending?;
            let mended = if ending.class == Class::Updated {
                0
            } else {
                robot.fate.recovery
            };
            Some(created + ending.time + mended)
        });
        ends.collect::<Option<Vec<Ms>>>()?.into_iter().max()
    }

    fn exposed(&self, robot: u32) -> bool {
        let entries = self.books[robot as usize]
            .entries
            .iter()
            .filter(|entry| entry.kind != JobKind::Recovery);
        entries.clone().any(Entry::is_reached)
    }

    /// The robot's times down, the last word of each time being with the deployment that came later.
    fn downs(&self, robot: u32) -> Vec<(Ms, Ms)> {
        let downs: Vec<(Ms, Ms)> = self.books[robot as usize]
            .entries
            .iter()
            .filter_map(|entry| entry.down)
            .collect();
        let next = downs.iter().skip(1).map(|(from, _)| *from).chain([Ms::MAX]);
        downs
            .iter()
            .zip(next)
            .map(|((from, up), next)| (*from, (*up).min(next)))
            .collect()
    }

    /// The deployment of the release that says what became of a robot: the last one that reached it, or that was for it while it did not
    /// run the release.
    fn says(&self, robot: u32) -> Option<&Entry> {
        let entries = &self.books[robot as usize].entries;
        let of_release = || {
            entries
                .iter()
                .enumerate()
                .filter(|(_, entry)| entry.kind != JobKind::Recovery)
        };
        let mut says = of_release()
            .filter(|(before, entry)| entry.is_reached() || !runs_at(&entries[..*before], Ms::MAX));
        says.next_back().map(|(_, entry)| entry)
    }

    /// Whether the old version is back on a robot, by a recovery job or by itself after that had given it up.
    fn is_put_back(&self, robot: u32) -> bool {
        let entries = &self.books[robot as usize].entries;
        let put_back =
            |entry: &Entry| entry.class == Class::Updated || entry.healed() == Some(true);
        entries
            .iter()
            .any(|entry| entry.kind == JobKind::Recovery && put_back(entry))
    }

    fn total(
        &self,
        dealer: &mut Player,
        ended_by: EndedBy,
        time: Ms,
        drained: Ms,
        whole: Option<Ms>,
    ) -> Outcome {
        dealer.recall();
        let n = self.fleet();
        let all = || 0..n;
        let release = || self.jobs.iter().filter(|job| job.kind != JobKind::Recovery);
        let sum = |of: &dyn Fn(&Outcome) -> u64| release().map(|job| of(&job.outcome)).sum::<u64>();
        let count = |which: &dyn Fn(&Entry) -> bool| {
            all()
                .filter(|robot| self.says(*robot).is_some_and(which))
                .count() as u32
        };
        let turns = self
            .books
            .iter()
            .flat_map(|book| &book.entries)
            .flat_map(Entry::turns);
        let moments: BTreeSet<Ms> = turns.map(|(time, _)| time).collect();
        let running: Vec<(Ms, u64)> = moments
            .into_iter()
            .map(|moment| (moment, self.running_at(moment).into()))
            .collect();
        let time_to = MARKS.map(|percent| {
            let enough = running
                .iter()
                .find(|(_, running)| running * 100 >= percent * u64::from(n));
            enough.map(|(time, _)| *time)
        });
        let got_it = |entry: &Entry| entry.class == Class::Updated || entry.healed() == Some(true);
        let has_latent =
            |robot: &u32| self.says(*robot).is_some_and(got_it) && dealer.latent(*robot).is_some();
        let downs: Vec<(Ms, Ms)> = all().flat_map(|robot| self.downs(robot)).collect();
        let down_at = |time: Ms| {
            downs
                .iter()
                .filter(|(from, up)| *from <= time && time < *up)
                .count() as u32
        };
        Outcome {
            n,
            updated: count(&|entry| entry.class == Class::Updated),
            failed: count(&|entry| entry.class == Class::Failed),
            aborted: count(&|entry| entry.class == Class::Aborted),
            never_started: all().filter(|robot| self.says(*robot).is_none()).count() as u32,
            open: 0,
            left: 0,
            waiting: 0,
            exposed: all().filter(|robot| self.exposed(*robot)).count() as u32,
            running: self.running_at(Ms::MAX),
            timed_out: count(&|entry| entry.timed_out),
            no_response: count(&|entry| {
                entry.class == Class::Failed
                    && entry.code == Some(FailureCode::RobotDeploymentNoResponse)
            }),
            failures: FailureCode::ALL.map(|code| {
                count(&|entry| entry.class == Class::Failed && entry.code == Some(code))
            }),
            ended_by,
            breached: release()
                .filter(|job| matches!(job.kind, JobKind::Canary | JobKind::Main))
                .find_map(|job| {
                    (job.outcome.ended_by == RoboMaker::BREACH)
                        .then_some(job.created + job.outcome.ended_at.ms())
                }),
            ended_at: Instant::at(time),
            drained: Instant::at(drained),
            time_to: time_to.map(|time| time.map(Instant::at)),
            down_peak: downs
                .iter()
                .map(|(from, _)| down_at(*from))
                .max()
                .unwrap_or(0),
            downtime: downs.iter().map(|(from, up)| up - from).sum(),
            slot: release().map(|job| job.outcome.slot).sum(),
            bytes: sum(&|outcome| outcome.bytes),
            healed: count(&|entry| entry.healed() == Some(true)),
            healed_failed: count(&|entry| entry.healed() == Some(false)),
            links: (0..self.world.links.len())
                .map(|link| LinkUse {
                    bytes: sum(&|outcome| outcome.links[link].bytes),
                    peak: release()
                        .map(|job| job.outcome.links[link].peak)
                        .max()
                        .unwrap_or(Rate::default()),
                    saturated: sum(&|outcome| outcome.links[link].saturated),
                })
                .collect(),
            aftermath: Aftermath {
                left_over: Some(
                    match self
                        .jobs
                        .iter()
                        .find(|job| job.outcome.ended_by == RoboMaker::BREACH)
                    {
                        Some(job) if job.kind == JobKind::Canary => all()
                            .filter(|robot| self.books[*robot as usize].entries.is_empty())
                            .count()
                            as u32,
                        Some(job) if job.kind == JobKind::Main => job.outcome.never_started,
                        _ => 0,
                    },
                ),
                jobs: self.jobs.len() as u32,
                latent: all().filter(has_latent).count() as u32,
                recovered: self
                    .jobs
                    .iter()
                    .filter(|job| job.kind == JobKind::Recovery)
                    .map(|job| job.outcome.updated)
                    .sum(),
                put_back: all().filter(|robot| self.is_put_back(*robot)).count() as u32,
                whole: whole.map(Instant::at),
            },
        }
    }
}

/// The robots of a job in start order.
fn order(dealer: &mut Player, rules: &RoboMaker, targets: &[u32]) -> Vec<u32> {
    match &rules.order {
        rollcast::rollout::Order::File => targets.to_vec(),
        order => dealer.start_order(order).to_vec(),
    }
}

/// What comes again after a deployment that came to its end in the stage `last`, with a code or by the robot timeout.
fn past_after(
    past: Past,
    mishap: &[Option<Mishap>],
    last: Stage,
    code: Option<FailureCode>,
    timed_out: bool,
) -> Past {
    let codes = [
        FailureCode::DownloadConditionFailed,
        FailureCode::PreLaunchFileFailure,
        FailureCode::PostLaunchFileFailure,
    ];
    let mut past = past;
    for (script, (stage, its_code)) in Stage::SCRIPTS.into_iter().zip(codes).enumerate() {
        if stage < last {
            past.scripts[script] = None;
        } else if stage == last && code == Some(its_code) && !timed_out {
            past.scripts[script] = Some(Lapse::Failed);
        } else if stage == last && mishap[stage as usize] == Some(Mishap::Hangs) {
            past.scripts[script] = Some(Lapse::Hung);
        }
    }
    if let Some(code) = code.filter(|_| !timed_out)
        && PERMANENT.contains(&code)
    {
        past.fault = Some(code);
    }
    past
}

/// The codes of faults that last until somebody mends their cause.
const PERMANENT: [FailureCode; 9] = [
    FailureCode::ResourceNotFound,
    FailureCode::EnvironmentSetupError,
    FailureCode::EtagMismatch,
    FailureCode::InvalidGreengrassGroup,
    FailureCode::MissingRobotArchitecture,
    FailureCode::MissingRobotDeploymentResource,
    FailureCode::GreengrassGroupVersionDoesNotExist,
    FailureCode::BadPermissionError,
    FailureCode::BadLambdaAssociated,
];

fn of_robomaker(rules: &Rules) -> RoboMaker {
    rules.robomaker().expect("rules of RoboMaker").clone()
}
