//! The run of a scenario: every profile, the same replications.

use std::ops::Range;

use crate::scenario::{Profile, Scenario};
use crate::sim::{Dice, Outcome, Player, RobotRecord, Setting};
use crate::study::links::{LinkSummary, link_summaries};
use crate::study::load::{LoadSummary, LoadTimeline};
use crate::study::precision::{Attained, Until};
use crate::study::slots::SlotUse;
use crate::study::summary::{Failures, MetricSummary, failure_counts, summarize};
use crate::study::timeline::{Timeline, TimelineSummary};
use crate::study::{Watch, replicate};

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

/// The results of one profile.
pub struct ProfileRun {
    pub name: String,
    /// The window and the number of failures that breaches, in robots.
    pub setting: Setting,
    /// By replication.
    pub outcomes: Vec<Outcome>,
    pub summaries: Vec<MetricSummary>,
    pub failures: Failures,
    pub timeline: TimelineSummary,
    pub slots: SlotUse,
    /// In the world's order.
    pub links: Vec<LinkSummary>,
    /// Over the same replications as the timeline.
    pub loads: LoadSummary,
}

/// The statistics whose precision counts: those of metrics on the terminal.
pub const RUN_SHOWN: [(&str, &[&str]); 15] = [
    ("updated_count", &["mean"]),
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

/// What is kept of the replications of one profile, in their order.
#[derive(Default)]
struct Kept {
    outcomes: Vec<Outcome>,
    timelines: Vec<Timeline>,
    loads: Vec<LoadTimeline>,
}

/// Plays every profile of a scenario, for so many replications or until all that is shown is precise.
pub fn run(scenario: &Scenario, until: impl Into<Until>, watch: &impl Watch) -> Run {
    let until = until.into();
    let cases: Vec<(Dice, Setting)> = scenario.profiles.iter().map(case).collect();
    let mut kept: Vec<Kept> = cases.iter().map(|_| Kept::default()).collect();
    let (mut finished, mut asked) = (0, 0);
    for checkpoint in until.checkpoints() {
        asked = checkpoint;
        let played = play(scenario, &cases, finished..checkpoint, watch);
        finished += played.len() as u64;
        for replication in played {
            for (kept, (outcome, over_time)) in kept.iter_mut().zip(replication) {
                kept.outcomes.push(outcome);
                if let Some((timeline, loads)) = over_time {
                    kept.timelines.push(timeline);
                    kept.loads.push(loads);
                }
            }
        }
        let reached = || {
            let summaries: Vec<Vec<MetricSummary>> = kept.iter().map(|kept| summarize(&kept.outcomes)).collect();
            until.is_reached(&RUN_SHOWN, summaries.iter().map(Vec::as_slice))
        };
        if finished < asked || asked < until.replications && reached() {
            break;
        }
    }
    if finished == 0 {
        return Run { profiles: Vec::new(), replications: 0, asked, attained: None };
    }
    let profiles = scenario.profiles.iter().zip(cases).zip(kept);
    let profiles: Vec<ProfileRun> = profiles
        .map(|((profile, (_, setting)), Kept { outcomes, timelines, loads })| ProfileRun {
            name: profile.name.clone(),
            setting,
            summaries: summarize(&outcomes),
            failures: failure_counts(&outcomes),
            slots: SlotUse::of(&outcomes),
            links: link_summaries(&profile.world.links, &outcomes),
            loads: LoadSummary::of(&loads, profile.world.links.len()),
            outcomes,
            timeline: TimelineSummary::of(&timelines),
        })
        .collect();
    let rows = profiles.iter().map(|profile| (profile.name.as_str(), profile.summaries.as_slice()));
    let attained = until.attained(&RUN_SHOWN, rows).filter(|_| finished == asked);
    Run { profiles, replications: finished, asked, attained }
}

/// Plays a range of replications of each case; the first ones with what happens over time.
fn play(scenario: &Scenario, cases: &[(Dice, Setting)], range: Range<u64>, watch: &impl Watch) -> Vec<Vec<Played>> {
    let worker = || cases.iter().map(|(dice, _)| Player::new(dice)).collect::<Vec<Player>>();
    replicate(range, watch, worker, |players, replication| {
        let plays = players.iter_mut().zip(cases).zip(&scenario.profiles).map(|((player, (_, setting)), profile)| {
            player.draw(replication);
            if replication >= TIMELINE_REPLICATIONS {
                return (player.play(setting), None);
            }
            let recording = player.record(setting);
            let timeline = Timeline::new(&recording.outcome, player.passages(&recording));
            let watched_until = recording.outcome.drained + profile.world.observe_after;
            let loads = LoadTimeline::new(recording.loads(), watched_until);
            (recording.outcome, Some((timeline, loads)))
        });
        plays.collect()
    })
}

/// A replication of one case, and what happened over time if that is kept.
type Played = (Outcome, Option<(Timeline, LoadTimeline)>);

/// Tells what happened to each robot of one replication of a profile, in start order, with its place in it.
pub fn trace(profile: &Profile, replication: u64, mut each: impl FnMut(usize, RobotRecord)) {
    let (dice, setting) = case(profile);
    let mut player = Player::new(&dice);
    player.draw(replication);
    let recording = player.record(&setting);
    player.robots(&recording).enumerate().for_each(|(turn, record)| each(turn, record));
}

fn case(profile: &Profile) -> (Dice, Setting) {
    let dice = Dice::new(&profile.world);
    let setting = Setting::new(&profile.rules, dice.robots());
    (dice, setting)
}
