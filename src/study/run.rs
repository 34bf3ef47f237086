//! The run of a scenario: every profile, the same replications.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::model::Instant;
use crate::rollout::Setting;
use crate::scenario::{InRobots, Profile, Scenario};
use crate::sim::{
    CampaignPlay, Dice, JobKind, JobPlay, LinkUse, Movements, Outcome, Player, Rate, Recording,
    RobotRecord,
};
use crate::stats::Estimate;
use crate::study::expect::Evidence;
use crate::study::jobs::{JobSummary, job_summaries};
use crate::study::limit::Reach;
use crate::study::links::{LinkSummary, link_summaries};
use crate::study::load::{LoadSummary, LoadTimeline};
use crate::study::precision::{Attained, Until};
use crate::study::slots::SlotUse;
use crate::study::summary::{Failures, MetricSummary, failure_counts, summarize, summary_of};
use crate::study::timeline::{Timeline, TimelineSummary};
use crate::study::{Watch, replicate_each};
use crate::theory::exact::{Exactness, FailureLaw, WhyNot};

/// How many replications, the first ones, the timeline is taken over.
pub const TIMELINE_REPLICATIONS: u64 = 1000;

/// The results of a run.
pub struct Run {
    /// In the scenario's order; empty if no replication was finished.
    pub profiles: Vec<ProfileRun>,
    /// How many replications were finished: fewer than asked for after an interruption.
    pub replications: u64,
    /// How many were to be finished in the end.
    pub asked: u64,
    /// What came of the precision asked for; none if none was, or after an interruption.
    pub attained: Option<Attained>,
}

impl Run {
    /// What expectations are judged by.
    pub fn evidence(&self) -> Vec<Evidence<'_>> {
        let each = self.profiles.iter().map(|profile| Evidence {
            profile: &profile.name,
            outcomes: &profile.outcomes,
            threshold_reached: &profile.threshold_reached,
            reach: profile.reach,
        });
        each.collect()
    }
}

/// The results of one profile.
pub struct ProfileRun {
    pub name: String,
    /// What its percentages mean in robots; none where the number of robots of the main job is not known before it is played.
    pub in_robots: Option<InRobots>,
    /// By replication.
    pub outcomes: Vec<Outcome>,
    pub summaries: Vec<MetricSummary>,
    pub failures: Failures,
    /// The probability that the threshold is reached, where it is known.
    pub threshold_reached: Exactness,
    /// What its metrics can be at all.
    pub reach: Reach,
    pub timeline: TimelineSummary,
    pub slots: SlotUse,
    /// In the world's order.
    pub links: Vec<LinkSummary>,
    /// Over the same replications as the timeline.
    pub loads: LoadSummary,
    /// The jobs of a campaign in their order; none where there is only one.
    pub jobs: Vec<JobSummary>,
}

impl ProfileRun {
    /// A statistic of a metric; a metric that is a proportion has the one without a name.
    pub fn statistic(&self, metric: &str, statistic: &str) -> Estimate {
        summary_of(&self.summaries, metric).get(statistic)
    }
}

/// One replication of a profile.
#[derive(Clone)]
struct Played {
    outcome: Outcome,
    /// None where there is no campaign.
    jobs: Vec<JobPlay>,
    over_time: Option<(Timeline, LoadTimeline)>,
}

/// The replications of a profile, by what is made of them.
#[derive(Default, Serialize, Deserialize)]
struct Plays {
    outcomes: Vec<Outcome>,
    /// By replication; none where there is no campaign.
    jobs: Vec<Vec<JobPlay>>,
    timelines: Vec<Timeline>,
    loads: Vec<LoadTimeline>,
}

impl Plays {
    fn add(&mut self, play: Played) {
        self.outcomes.push(play.outcome);
        if !play.jobs.is_empty() {
            self.jobs.push(play.jobs);
        }
        if let Some((timeline, loads)) = play.over_time {
            self.timelines.push(timeline);
            self.loads.push(loads);
        }
    }

    /// Adds the replications that follow.
    fn append(&mut self, mut next: Plays) {
        self.outcomes.append(&mut next.outcomes);
        self.jobs.append(&mut next.jobs);
        self.timelines.append(&mut next.timelines);
        self.loads.append(&mut next.loads);
    }
}

/// Replications of a run as they were played, before anything is made of them.
#[derive(Serialize, Deserialize)]
pub struct RunPlays(Vec<Plays>);

impl RunPlays {
    /// None yet.
    pub fn of(scenario: &Scenario) -> RunPlays {
        let profiles = scenario.profiles.iter();
        RunPlays(profiles.map(|_| Plays::default()).collect())
    }

    /// How many there are.
    pub fn replications(&self) -> u64 {
        self.0.first().map_or(0, |plays| plays.outcomes.len()) as u64
    }

    /// Plays more of them, in every profile, until the watch ends that.
    pub fn play(&mut self, scenario: &Scenario, replications: Range<u64>, watch: &impl Watch) {
        let dice = scenario.profiles.iter().map(|it| Dice::new(&it.world));
        let dice: Vec<Dice> = dice.collect();
        self.play_with(&dice, scenario, replications, watch);
    }

    fn play_with(
        &mut self,
        dice: &[Dice],
        scenario: &Scenario,
        replications: Range<u64>,
        watch: &impl Watch,
    ) {
        replicate_each(
            replications,
            watch,
            dice,
            |players, replication| {
                let plays = players.iter_mut().zip(&scenario.profiles);
                let plays = plays.map(|(player, profile)| {
                    player.draw(replication);
                    play(player, profile, replication < TIMELINE_REPLICATIONS)
                });
                plays.collect::<Vec<Played>>()
            },
            |replication| {
                let plays = self.0.iter_mut().zip(replication);
                plays.for_each(|(plays, play)| plays.add(play));
            },
        );
    }

    /// Adds those that follow, of the same scenario.
    pub fn append(&mut self, next: RunPlays) {
        let plays = self.0.iter_mut().zip(next.0);
        plays.for_each(|(plays, next)| plays.append(next));
    }

    /// The run that they are.
    pub fn run(self, scenario: &Scenario) -> Run {
        let all = self.replications();
        self.run_until(scenario, &all.into(), all)
    }

    /// The run that they are of a study that goes on until something, with the number of replications that were to be finished in the end.
    fn run_until(self, scenario: &Scenario, until: &Until, asked: u64) -> Run {
        let finished = self.replications();
        let profiles = scenario.profiles.iter().zip(self.0);
        let profiles: Vec<ProfileRun> = profiles
            .filter(|(_, plays)| !plays.outcomes.is_empty())
            .map(|(profile, plays)| profile_run(profile, plays))
            .collect();
        let rows = profiles.iter();
        let rows = rows.map(|profile| (profile.name.as_str(), profile.summaries.as_slice()));
        let attained = until.attained(&RUN_SHOWN, rows);
        Run {
            attained: attained.filter(|_| finished > 0 && finished == asked),
            profiles,
            replications: finished,
            asked,
        }
    }
}

/// The statistics whose precision counts: those of metrics on the terminal.
pub const RUN_SHOWN: [(&str, &[&str]); 16] = [
    ("updated_count", &["mean"]),
    ("running_count", &["mean"]),
    ("failed_count", &["mean"]),
    ("never_started_count", &["mean"]),
    ("aborted_count", &["mean"]),
    ("exposed_count", &["mean"]),
    ("broken_count", &["mean"]),
    ("down_peak_count", &["mean"]),
    ("threshold_reached", &[""]),
    ("stopped", &[""]),
    ("time_to_50_s", &["p50", "p95", "p_never"]),
    ("time_to_90_s", &["p50", "p95", "p_never"]),
    ("time_to_95_s", &["p50", "p95", "p_never"]),
    ("time_to_99_s", &["p50", "p95", "p_never"]),
    ("job_duration_s", &["mean"]),
    ("downtime_robot_s", &["mean"]),
];

/// Plays every profile of a scenario, for a number of replications or until all that is shown is precise.
pub fn run(scenario: &Scenario, until: impl Into<Until>, watch: &impl Watch) -> Run {
    let until = until.into();
    let dice = scenario.profiles.iter().map(|it| Dice::new(&it.world));
    let dice: Vec<Dice> = dice.collect();
    let reaches: Vec<Reach> = scenario.profiles.iter().map(Reach::of).collect();
    let mut plays = RunPlays::of(scenario);
    let mut asked = 0;
    for checkpoint in until.checkpoints() {
        asked = checkpoint;
        plays.play_with(&dice, scenario, plays.replications()..checkpoint, watch);
        if plays.replications() < asked || asked == until.replications {
            break;
        }
        let played = plays.0.iter().zip(&reaches);
        let summaries: Vec<Vec<MetricSummary>> = played
            .map(|(plays, reach)| summarize(plays.outcomes.iter(), reach))
            .collect();
        if until.is_reached(&RUN_SHOWN, summaries.iter().map(Vec::as_slice)) {
            break;
        }
    }
    plays.run_until(scenario, &until, asked)
}

fn play(player: &mut Player, profile: &Profile, over_time: bool) -> Played {
    let Some(campaign) = &profile.campaign else {
        let setting = setting(profile);
        if !over_time {
            return Played {
                outcome: player.play(&setting),
                jobs: Vec::new(),
                over_time: None,
            };
        }
        let recording = player.record(&setting);
        let timeline = Timeline::new(
            &recording.outcome,
            &Movements::of_job(player.deployments(&recording)),
        );
        let watched_until = profile.world.watch.time(recording.outcome.drained);
        let loads = LoadTimeline::new(recording.loads(), watched_until);
        return Played {
            outcome: recording.outcome,
            jobs: Vec::new(),
            over_time: Some((timeline, loads)),
        };
    };
    let mut rates: Vec<Vec<(Instant, Rate)>> = vec![Vec::new(); profile.world.links.len()];
    let CampaignPlay {
        outcome,
        jobs,
        deployed,
    } = player.record_campaign(&profile.rules, campaign, |_, job, recording| {
        if over_time {
            for (rates, loads) in rates.iter_mut().zip(recording.loads()) {
                // A robot that still heals when the next job is created is that job's.
                rates.retain(|(time, _)| *time < job.created);
                rates.push((job.created, Rate::default()));
                rates.extend(
                    loads
                        .iter()
                        .map(|(time, rate)| (time.of_job(job.created), *rate)),
                );
            }
        }
    });
    let over_time = over_time.then(|| {
        let timeline = Timeline::new(&outcome, &Movements::of_campaign(&deployed));
        let last = jobs
            .iter()
            .map(|job| job.outcome.drained.of_job(job.created))
            .max()
            .unwrap_or_default();
        (
            timeline,
            LoadTimeline::new(&rates, profile.world.watch.time(last)),
        )
    });
    Played {
        outcome,
        jobs,
        over_time,
    }
}

fn profile_run(profile: &Profile, plays: Plays) -> ProfileRun {
    let threshold_reached = threshold_reached(profile, plays.outcomes.len() as u64);
    summarised(profile, plays, threshold_reached)
}

fn summarised(profile: &Profile, plays: Plays, threshold_reached: Exactness) -> ProfileRun {
    let Plays {
        outcomes,
        jobs,
        timelines,
        loads,
    } = plays;
    let reach = Reach::of(profile);
    ProfileRun {
        name: profile.name.clone(),
        threshold_reached,
        reach,
        in_robots: profile.in_robots(&profile.rules),
        summaries: summarize(outcomes.iter(), &reach),
        failures: failure_counts(&outcomes, &reach),
        slots: SlotUse::of(&outcomes, &reach),
        links: link_summaries(&profile.world.links, &outcomes, &reach),
        loads: LoadSummary::of(&loads, profile.world.links.len()),
        jobs: job_summaries(&jobs, &reach),
        outcomes,
        timeline: TimelineSummary::of(&timelines),
    }
}

/// A run of one profile tried out on a few replications, for a caller with a clock.
pub struct RunRehearsal<'a> {
    profile: &'a Profile,
    player: Player<'a>,
    plays: Vec<Played>,
}

impl<'a> RunRehearsal<'a> {
    pub fn new(profile: &'a Profile, dice: &'a Dice) -> RunRehearsal<'a> {
        RunRehearsal {
            profile,
            player: Player::new(dice),
            plays: Vec::new(),
        }
    }

    /// Plays a replication as a run does, with the fleet over time or without.
    pub fn play(&mut self, replication: u64, over_time: bool) {
        self.player.draw(replication);
        let played = play(&mut self.player, self.profile, over_time);
        if over_time {
            self.plays.push(played);
        }
    }

    /// Summarises the replications played over time, again and again, as if there were `replications`.
    pub fn summarise(&self, replications: usize) {
        let mut plays = Plays::default();
        let as_many = self.plays.iter().cycle().take(replications);
        as_many.for_each(|play| plays.add(play.clone()));
        drop(summarised(self.profile, plays, Err(WhyNot::OneReplication)));
    }
}

/// The largest fleet of which a replication is played to see what it leaves.
const TRIED_ROBOTS_MAX: u32 = 1_000_000;

/// The memory that a replication of a profile leaves in a run, by the first one [bytes]: of any, and of the first ones, for their
/// timelines.
pub(super) fn replication_bytes(profile: &Profile) -> (usize, usize) {
    let robots = profile.world.fleet.robots();
    if robots > TRIED_ROBOTS_MAX {
        let any = size_of::<Outcome>() + profile.world.links.len() * size_of::<LinkUse>();
        return (any, Timeline::BYTES_MAX);
    }
    let dice = Dice::new(&profile.world);
    let mut player = Player::new(&dice);
    player.draw(0);
    let Played {
        outcome,
        jobs,
        over_time,
    } = play(&mut player, profile, true);
    let outcomes = jobs.iter().map(|job| &job.outcome).chain([&outcome]);
    let links: usize = outcomes.map(|outcome| outcome.links.len()).sum();
    let jobs = jobs.len() * size_of::<JobPlay>();
    let any = size_of::<Outcome>() + jobs + links * size_of::<LinkUse>();
    let over_time = over_time.map_or(0, |(timeline, loads)| timeline.bytes() + loads.bytes());
    (any, over_time)
}

/// The probability that the threshold is reached, where it is known.
pub(super) fn threshold_reached(profile: &Profile, replications: u64) -> Exactness {
    match profile.campaign {
        Some(_) => Err(WhyNot::Campaign),
        None => FailureLaw::of_profile(profile, replications)?.reached(&setting(profile)),
    }
}

/// A robot of a replication that is traced.
pub struct Traced {
    /// The job that it had its turn in, and when that was created.
    pub job: JobKind,
    pub created: Instant,
    /// Its place in the start order.
    pub turn: usize,
    pub record: RobotRecord,
}

/// Tells what happened to each robot of one replication of a profile, job by job in start order.
pub fn trace(profile: &Profile, replication: u64, each: impl FnMut(Traced)) {
    let dice = Dice::new(&profile.world);
    let mut player = Player::new(&dice);
    player.draw(replication);
    play_traced(&mut player, profile, each);
}

/// Plays the drawn replication of a profile and tells what happened to each robot, job by job in start order.
pub(super) fn play_traced(
    player: &mut Player,
    profile: &Profile,
    mut each: impl FnMut(Traced),
) -> Outcome {
    play_jobs(
        player,
        profile,
        |player,
         JobPlay {
             kind: job, created, ..
         },
         recording| {
            let robots = player.robots(recording).enumerate();
            robots.for_each(|(turn, record)| {
                each(Traced {
                    job: *job,
                    created: *created,
                    turn,
                    record,
                });
            });
        },
    )
}

/// Plays the drawn replication of a profile and hands over each job while its robots can be asked for.
pub(super) fn play_jobs(
    player: &mut Player,
    profile: &Profile,
    mut each: impl FnMut(&Player, &JobPlay, &Recording),
) -> Outcome {
    match &profile.campaign {
        None => {
            let recording = player.record(&setting(profile));
            let play = JobPlay {
                kind: JobKind::Main,
                created: Instant::CREATION,
                outcome: recording.outcome.clone(),
            };
            each(player, &play, &recording);
            recording.outcome
        }
        Some(campaign) => {
            player
                .record_campaign(&profile.rules, campaign, each)
                .outcome
        }
    }
}

/// The rules of the only job, or of the main job as if it were for the whole fleet.
fn setting(profile: &Profile) -> Setting {
    profile.rules.setting(profile.world.fleet.robots())
}
