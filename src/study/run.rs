//! The run of a scenario: every profile, the same replications.

use crate::scenario::{Profile, Scenario};
use crate::sim::{Dice, Outcome, Player, RobotRecord, Setting};
use crate::study::links::{LinkSummary, link_summaries};
use crate::study::load::{LoadSummary, LoadTimeline};
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

/// Plays every profile of a scenario.
pub fn run(scenario: &Scenario, replications: u64, watch: &impl Watch) -> Run {
    let cases: Vec<(Dice, Setting)> = scenario.profiles.iter().map(case).collect();
    let worker = || cases.iter().map(|(dice, _)| Player::new(dice)).collect::<Vec<Player>>();
    let played = replicate(0..replications, watch, worker, |players, replication| {
        let plays = players.iter_mut().zip(&cases).zip(&scenario.profiles).map(|((player, (_, setting)), profile)| {
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
        plays.collect::<Vec<(Outcome, Option<(Timeline, LoadTimeline)>)>>()
    });

    let finished = played.len() as u64;
    if finished == 0 {
        return Run { profiles: Vec::new(), replications: 0 };
    }
    let mut by_profile: Vec<(Vec<Outcome>, Vec<Timeline>, Vec<LoadTimeline>)> =
        cases.iter().map(|_| Default::default()).collect();
    for replication in played {
        for ((outcomes, timelines, all_loads), (outcome, over_time)) in by_profile.iter_mut().zip(replication) {
            outcomes.push(outcome);
            if let Some((timeline, loads)) = over_time {
                timelines.push(timeline);
                all_loads.push(loads);
            }
        }
    }
    let profiles = scenario.profiles.iter().zip(cases).zip(by_profile);
    Run {
        replications: finished,
        profiles: profiles
            .map(|((profile, (_, setting)), (outcomes, timelines, loads))| ProfileRun {
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
            .collect(),
    }
}

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
