//! A campaign: jobs of the reference engine run one after another, with plain books kept on every robot.
//!
//! Who belongs to a job, when it is created and what of a robot's past comes again is decided here anew; only the draws of a
//! deployment, and what strikes a job as a whole, are taken from the engine under test.

use rollcast::model::{AfterFailure, Campaign, CanaryRobots, FailureCode, Ms, Pick, RoboMaker, World};
use rollcast::sim::{
    Aftermath, Assignment, Attempt, EndedBy, JobKind, JobPlay, Lapse, LinkUse, MARKS, Mishap, Outcome, Past, Player, RECOVERING,
    Rate, Stage,
};

use super::fate::Fates;
use super::job;
use super::robot::{Class, Robot};

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

/// A deployment, or a healing that counts.
#[derive(Clone)]
struct Entry {
    kind: JobKind,
    start: Ms,
    end: Ms,
    class: Class,
    code: Option<FailureCode>,
    timed_out: bool,
    down: Option<(Ms, Ms)>,
    /// When a healing after it ended and whether it updated the robot, if it counts, and if it does not.
    healed: Option<(Ms, bool)>,
    healed_at_last: Option<bool>,
}

pub struct Campaigner<'w> {
    pub world: &'w World,
    pub rules: &'w RoboMaker,
    pub campaign: &'w Campaign,
    books: Vec<Book>,
    jobs: Vec<JobPlay>,
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
        Campaigner { world, rules, campaign, books, jobs: Vec::new(), given, pick_order }
    }

    /// Plays the campaign and gives the outcome of the whole, and of each job.
    pub fn play(mut self, dealer: &mut Player) -> (Outcome, Vec<JobPlay>) {
        let (mut ended_by, mut time, mut drained) = self.release(dealer);
        if self.jobs.is_empty() {
            (ended_by, time, drained) = (EndedBy::NoJob, 0, 0);
        }
        let whole = self.recover(dealer, ended_by, time, drained);
        let outcome = self.total(dealer, ended_by, time, drained, whole);
        (outcome, self.jobs)
    }

    fn fleet(&self) -> u32 {
        self.books.len() as u32
    }

    fn updated(&self, robot: u32) -> bool {
        // The last entry that reached the robot says it, or the last one at all.
        let entries = &self.books[robot as usize].entries;
        let mut updated = false;
        for entry in entries.iter().filter(|entry| entry.kind != JobKind::Recovery) {
            if entry.down.is_some() || !updated {
                updated = entry.class == Class::Updated;
            }
            if let Some((_, by_healing)) = entry.healed {
                updated = updated || by_healing;
            }
        }
        updated
    }

    fn release(&mut self, dealer: &mut Player) -> (EndedBy, Ms, Ms) {
        let sync_wait = |number: u32| self.campaign.sync.as_ref().filter(|sync| number <= sync.times);
        let recovery_wait = self.campaign.recovery.as_ref().map(|recovery| recovery.delay);
        let mut created = 0;
        let mut canaries = Vec::new();
        if let Some(canary) = &self.campaign.canary {
            canaries = self.canaries(dealer, &canary.robots);
            if !canaries.is_empty() {
                let rules = canary.rules(self.rules);
                let (ended_by, time, drained) =
                    self.job(dealer, JobKind::Canary, 0, &canaries, &rules, Some(canary.soak), recovery_wait);
                if ended_by != EndedBy::Success {
                    return (ended_by, time, drained);
                }
                created = drained + canary.soak;
                if canary.rejoin {
                    canaries.clear();
                }
            }
        }
        let targets: Vec<u32> =
            (0..self.fleet()).filter(|robot| dealer.joins(*robot) <= created && !canaries.contains(robot)).collect();
        let mut last = (EndedBy::Success, created, created);
        if !targets.is_empty() {
            let on_success = sync_wait(1).map(|sync| sync.interval);
            let goes_on = sync_wait(1).filter(|sync| sync.after_failure == AfterFailure::Always).map(|sync| sync.interval);
            let on_failure = goes_on.or(recovery_wait);
            last = self.job(dealer, JobKind::Main, created, &targets, self.rules, on_success, on_failure);
        }
        let Some(sync) = &self.campaign.sync else { return last };
        let mut now = last.2;
        let mut number = 1;
        while number <= sync.times {
            let goes_on = match sync.after_failure {
                AfterFailure::Never => false,
                AfterFailure::Syncs => number != 1,
                AfterFailure::Always => true,
            };
            now += sync.interval;
            let updated = (0..self.fleet()).filter(|robot| self.updated(*robot)).count() as u64;
            let enough = (u64::from(self.fleet()) * u64::from(sync.until)).div_ceil(1_000_000);
            if updated >= enough || (last.0 != EndedBy::Success && !goes_on) {
                break;
            }
            let targets: Vec<u32> =
                (0..self.fleet()).filter(|robot| dealer.joins(*robot) <= now && !self.books[*robot as usize].in_sync).collect();
            if targets.is_empty() {
                // Nobody to sync: that was no sync. The next robot to join is waited for, with no interval to the moment.
                let joining = (0..self.fleet()).map(|robot| dealer.joins(robot)).filter(|joins| *joins > now).min();
                match joining {
                    None => break,
                    Some(joins) if sync.interval == 0 => now = joins,
                    Some(_) => {}
                }
                continue;
            }
            let next = sync_wait(number + 1);
            let on_success = next.map(|sync| sync.interval);
            let on_failure = next.filter(|sync| sync.after_failure != AfterFailure::Never).map(|sync| sync.interval);
            last = self.job(dealer, JobKind::Sync(number), now, &targets, self.rules, on_success, on_failure);
            now = last.2;
            number += 1;
        }
        last
    }

    fn canaries(&self, dealer: &Player, robots: &CanaryRobots) -> Vec<u32> {
        let registered = |robot: &u32| dealer.joins(*robot) == 0;
        let (count, pick) = match robots {
            CanaryRobots::Cohorts(cohorts) => {
                let named = |robot: &u32| {
                    let (cohort, _) = self.world.fleet.member(*robot);
                    cohorts.iter().any(|number| self.world.fleet.cohorts[usize::from(*number)].name == cohort.name)
                };
                return (0..self.fleet()).filter(|robot| registered(robot) && named(robot)).collect();
            }
            CanaryRobots::Count(count, pick) => (*count as usize, pick),
            CanaryRobots::Share(millionths, pick) => {
                let n = (0..self.fleet()).filter(registered).count();
                ((n as u64 * u64::from(*millionths) / 1_000_000).max(1) as usize, pick)
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
        let number = self.jobs.len();
        let attempt = |robot: &u32| {
            let book = &self.books[*robot as usize];
            (*robot, Attempt { number: book.deployments, jobs_before: book.jobs, past: book.past })
        };
        let mut assignment =
            Assignment { job: number as u32, created, robots: targets.iter().map(attempt).collect(), observe_after: 0 };
        for robot in targets {
            self.books[*robot as usize].jobs += 1;
        }
        let job_fault = self.given.get(number).and_then(|job| match job.outcome.ended_by {
            EndedBy::JobFault(code) => Some(code),
            _ => None,
        });
        // Play it once to learn how it ends, watching for long, and once as long as it is watched then.
        let mut latent = None;
        let mut wait = on_success;
        for last in [false, true] {
            assignment.observe_after = wait.unwrap_or(self.world.observe_after);
            dealer.assign(&assignment);
            let order = order(dealer, rules, targets);
            let fates = Fates::of_job(dealer, self.world, created, assignment.observe_after);
            let history = job::play(&fates, &order, rules, job_fault);
            let outcome = history.outcome();
            if last {
                let play = JobPlay { kind, created, outcome: outcome.clone() };
                self.enter(dealer, &history.robots, kind, created, wait.is_some());
                self.jobs.push(play);
                return latent.map_or_else(
                    || (outcome.ended_by, created + outcome.job_duration, created + outcome.drained),
                    |found| (EndedBy::LatentFault, found, found),
                );
            }
            if outcome.ended_by != EndedBy::Success {
                wait = on_failure;
            } else if kind == JobKind::Canary {
                let soak_end = created + outcome.drained + on_success.expect("a canary soaks");
                let shows = history.robots.iter().filter_map(|robot| {
                    let ending = robot.deployment.as_ref()?.ending?;
                    let healed = robot.healed.filter(|healed| healed.updated).map(|healed| healed.end);
                    let updated = if ending.class == Class::Updated { Some(ending.time) } else { healed }?;
                    Some(created + updated + dealer.latent(robot.number)?)
                });
                if let Some(first) = shows.filter(|shown| *shown <= soak_end).min() {
                    let found = first.max(created + outcome.drained);
                    latent = Some(found);
                    wait = on_failure.map(|delay| found + delay - created - outcome.drained);
                }
            }
        }
        unreachable!()
    }

    /// Enters what a job did to its robots.
    fn enter(&mut self, dealer: &Player, robots: &[Robot], kind: JobKind, created: Ms, followed: bool) {
        for robot in robots {
            let Some(deployment) = &robot.deployment else { continue };
            let ending = deployment.ending.expect("it has ended");
            let draws = dealer.draws(robot.number);
            let book = &mut self.books[robot.number as usize];
            book.deployments += 1;
            book.in_sync = ending.class == Class::Updated;
            if kind == JobKind::Recovery {
                book.in_sync = false;
            }
            let mut healed = None;
            let mut healed_at_last = None;
            if let Some(healing) = robot.healed {
                if followed {
                    healed = Some((created + healing.end, healing.updated));
                    book.in_sync = healing.updated;
                } else {
                    healed_at_last = Some(healing.updated);
                }
            }
            book.past = match (ending.class, healed) {
                (Class::Updated, _) | (_, Some((_, true))) => Past::default(),
                (_, Some((_, false))) => {
                    let fails = |stage: &Stage| matches!(draws.mishap[*stage as usize], Some(Mishap::Fails { .. }));
                    let last =
                        Stage::ALL.into_iter().filter(|stage| *stage >= Stage::Contact).find(fails).expect("it failed in it");
                    let before = past_after(book.past, &draws.mishap, deployment.walk.stage(), ending.code, ending.timed_out);
                    let Some(Mishap::Fails { code, .. }) = draws.mishap[last as usize] else { unreachable!() };
                    past_after(before, &draws.mishap, last, Some(code), false)
                }
                _ => past_after(book.past, &draws.mishap, deployment.walk.stage(), ending.code, ending.timed_out),
            };
            book.entries.push(Entry {
                kind,
                start: created + deployment.start,
                end: created + ending.time,
                class: ending.class,
                code: ending.code,
                timed_out: ending.timed_out,
                down: robot.down().map(|(from, up)| (created + from, created + up)),
                healed,
                healed_at_last,
            });
        }
    }

    fn recover(&mut self, dealer: &mut Player, ended_by: EndedBy, time: Ms, drained: Ms) -> Option<Ms> {
        let recovery = self.campaign.recovery.as_ref().filter(|_| ended_by != EndedBy::Success)?;
        match self.jobs.last()?.kind {
            JobKind::Sync(_) => return None,
            JobKind::Main if self.campaign.sync.as_ref().is_some_and(|sync| sync.after_failure == AfterFailure::Always) => {
                return None;
            }
            _ => {}
        }
        let targets: Vec<u32> = (0..self.fleet()).filter(|robot| self.exposed(*robot)).collect();
        if targets.is_empty() {
            return Some(time);
        }
        let created = drained + recovery.delay;
        let attempt = |robot: &u32| {
            let past = Past { fault: self.books[*robot as usize].past.fault, scripts: [None; 3] };
            (*robot, Attempt { number: RECOVERING, jobs_before: RECOVERING, past })
        };
        let number = self.jobs.len();
        let robots = targets.iter().map(attempt).collect();
        let rules = recovery.rules(self.rules);
        let observe_after = self.world.observe_after;
        let previous = dealer.previous().expect("an old version");
        previous.assign(&Assignment { job: number as u32, created, robots, observe_after });
        let order = order(previous, &rules, &targets);
        let job_fault = self.given.get(number).and_then(|job| match job.outcome.ended_by {
            EndedBy::JobFault(code) => Some(code),
            _ => None,
        });
        let fates = Fates::of_job(previous, self.world, created, observe_after);
        let history = job::play(&fates, &order, &rules, job_fault);
        self.enter(previous, &history.robots, JobKind::Recovery, created, false);
        self.jobs.push(JobPlay { kind: JobKind::Recovery, created, outcome: history.outcome() });
        let ends = history.robots.iter().map(|robot| {
            let ending = robot.deployment.as_ref()?.ending?;
            let mended = if ending.class == Class::Updated { 0 } else { robot.fate.recovery };
            Some(created + ending.time + mended)
        });
        ends.collect::<Option<Vec<Ms>>>()?.into_iter().max()
    }

    fn exposed(&self, robot: u32) -> bool {
        let entries = self.books[robot as usize].entries.iter().filter(|entry| entry.kind != JobKind::Recovery);
        entries.clone().any(|entry| entry.down.is_some() || entry.healed.is_some())
    }

    /// The robot's times down, the last word of each time being with the deployment that came later.
    fn downs(&self, robot: u32) -> Vec<(Ms, Ms)> {
        let downs: Vec<(Ms, Ms)> = self.books[robot as usize].entries.iter().filter_map(|entry| entry.down).collect();
        let next = downs.iter().skip(1).map(|(from, _)| *from).chain([Ms::MAX]);
        downs.iter().zip(next).map(|((from, up), next)| (*from, (*up).min(next))).collect()
    }

    /// Whether the robot is updated at a moment after all that happens then.
    fn updated_at(&self, robot: u32, time: Ms) -> bool {
        let mut updated = false;
        for entry in &self.books[robot as usize].entries {
            if entry.start > time {
                break;
            }
            let kept = updated && entry.down.is_none();
            updated = entry.kind != JobKind::Recovery && entry.end <= time && (kept || entry.class == Class::Updated);
            if entry.healed.is_some_and(|(healed, by_healing)| by_healing && healed <= time) {
                updated = true;
            }
        }
        updated
    }

    fn total(&self, dealer: &mut Player, ended_by: EndedBy, time: Ms, drained: Ms, whole: Option<Ms>) -> Outcome {
        dealer.recall();
        let n = self.fleet();
        let all = || 0..n;
        let release = || self.jobs.iter().filter(|job| job.kind != JobKind::Recovery);
        let sum = |of: &dyn Fn(&Outcome) -> u64| release().map(|job| of(&job.outcome)).sum::<u64>();
        // The entry that says what became of a robot.
        let last = |robot: u32| {
            let mut says: Option<&Entry> = None;
            let mut updated = false;
            for entry in self.books[robot as usize].entries.iter().filter(|entry| entry.kind != JobKind::Recovery) {
                if entry.down.is_some() || !updated {
                    says = Some(entry);
                }
                updated =
                    says.is_some_and(|entry| entry.class == Class::Updated) || entry.healed.is_some_and(|(_, updated)| updated);
            }
            (says, updated)
        };
        let count = |which: &dyn Fn(&Entry) -> bool| {
            all().filter(|robot| matches!(last(*robot), (Some(entry), false) if which(entry))).count() as u32
        };
        let healed_at_last = |updated| {
            let entries = self.books.iter().flat_map(|book| &book.entries).filter(|entry| entry.kind != JobKind::Recovery);
            entries.filter(|entry| entry.healed_at_last == Some(updated)).count() as u32
        };
        let updated = all().filter(|robot| self.updated(*robot));
        let moments: Vec<Ms> = {
            let entries = self.books.iter().flat_map(|book| &book.entries);
            let mut moments: Vec<Ms> =
                entries.flat_map(|entry| [entry.end].into_iter().chain(entry.healed.map(|(end, _)| end))).collect();
            moments.sort_unstable();
            moments.dedup();
            moments
        };
        let time_to = MARKS.map(|percent| {
            let enough = |time: &Ms| {
                let updated = all().filter(|robot| self.updated_at(*robot, *time)).count() as u64;
                updated * 100 >= percent * u64::from(n)
            };
            moments.iter().copied().find(enough)
        });
        let downs: Vec<(Ms, Ms)> = all().flat_map(|robot| self.downs(robot)).collect();
        let down_at = |time: Ms| downs.iter().filter(|(from, up)| *from <= time && time < *up).count() as u32;
        Outcome {
            n,
            updated: updated.clone().count() as u32,
            failed: count(&|entry| entry.class == Class::Failed),
            aborted: count(&|entry| entry.class == Class::Aborted),
            never_started: all().filter(|robot| last(*robot).0.is_none()).count() as u32,
            exposed: all().filter(|robot| self.exposed(*robot)).count() as u32,
            timed_out: count(&|entry| entry.timed_out),
            no_response: count(&|entry| {
                entry.class == Class::Failed && entry.code == Some(FailureCode::RobotDeploymentNoResponse)
            }),
            failures: FailureCode::ALL.map(|code| count(&|entry| entry.class == Class::Failed && entry.code == Some(code))),
            ended_by,
            breached: release()
                .filter(|job| matches!(job.kind, JobKind::Canary | JobKind::Main))
                .find_map(|job| (job.outcome.ended_by == EndedBy::Breach).then_some(job.created + job.outcome.job_duration)),
            job_duration: time,
            drained,
            time_to,
            down_peak: downs.iter().map(|(from, _)| down_at(*from)).max().unwrap_or(0),
            downtime: downs.iter().map(|(from, up)| up - from).sum(),
            slot: sum(&|outcome| outcome.slot),
            slot_offline: sum(&|outcome| outcome.slot_offline),
            slot_window: sum(&|outcome| outcome.slot_window),
            slot_download: sum(&|outcome| outcome.slot_download),
            slot_scripts: sum(&|outcome| outcome.slot_scripts),
            slot_hanging: sum(&|outcome| outcome.slot_hanging),
            slot_contention: sum(&|outcome| outcome.slot_contention),
            bytes: sum(&|outcome| outcome.bytes),
            healed: healed_at_last(true),
            healed_failed: healed_at_last(false),
            links: (0..self.world.links.len())
                .map(|link| LinkUse {
                    bytes: sum(&|outcome| outcome.links[link].bytes),
                    peak: release().map(|job| job.outcome.links[link].peak).max().unwrap_or(Rate::default()),
                    saturated: sum(&|outcome| outcome.links[link].saturated),
                })
                .collect(),
            aftermath: Aftermath {
                left_over: Some(match self.jobs.iter().find(|job| job.outcome.ended_by == EndedBy::Breach) {
                    Some(job) if job.kind == JobKind::Canary => {
                        all().filter(|robot| self.books[*robot as usize].entries.is_empty()).count() as u32
                    }
                    Some(job) if job.kind == JobKind::Main => job.outcome.never_started,
                    _ => 0,
                }),
                jobs: self.jobs.len() as u32,
                latent: updated.filter(|robot| dealer.latent(*robot).is_some()).count() as u32,
                recovered: self.jobs.iter().filter(|job| job.kind == JobKind::Recovery).map(|job| job.outcome.updated).sum(),
                whole,
            },
        }
    }
}

/// The robots of a job in start order.
fn order(dealer: &mut Player, rules: &RoboMaker, targets: &[u32]) -> Vec<u32> {
    match &rules.order {
        rollcast::model::Order::File => targets.to_vec(),
        order => dealer.start_order(order).to_vec(),
    }
}

/// What comes again after a deployment that came to its end in the stage `last`, with a code or by the robot timeout.
fn past_after(past: Past, mishap: &[Option<Mishap>], last: Stage, code: Option<FailureCode>, timed_out: bool) -> Past {
    let codes = [FailureCode::DownloadConditionFailed, FailureCode::PreLaunchFileFailure, FailureCode::PostLaunchFileFailure];
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
