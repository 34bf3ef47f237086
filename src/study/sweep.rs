//! The sweep: every setting of a grid of knobs, every profile, the same replications.
//!
//! Settings with equal worlds share their fates, settings with equal admission their trajectory; the player sees to that once
//! the settings of a world lie sorted beside each other. A knob that changes the world reads the same random words.

use crate::model::World;
use crate::scenario::{Knob, KnobValue, Problems, SETTINGS_MAX, Scenario, ScenarioFile};
use crate::sim::{Dice, Outcome, Player, Setting};
use crate::study::summary::{MetricSummary, summarize};
use crate::study::{Watch, replicate};

/// Outcomes held at one time; a larger sweep is played in parts.
const OUTCOMES_MAX: usize = 2_000_000;

/// A checked sweep.
pub struct Sweep {
    pub knobs: Vec<Knob>,
    /// By knob, which of its values the file has, if it has one of them.
    pub in_file: Vec<Option<usize>>,
    /// Every combination of values, the last knob changing fastest, each with the scenario it makes.
    settings: Vec<(Vec<String>, Scenario)>,
}

/// The results of one profile under one setting.
pub struct SweepRow {
    pub profile: String,
    /// By knob.
    pub values: Vec<String>,
    /// Fewer than asked for, if the sweep was interrupted.
    pub replications: u64,
    pub summaries: Vec<MetricSummary>,
}

/// Checks every setting of the grid that `knobs` span.
///
/// # Errors
/// All problems of all settings at once; none or too many settings.
pub fn grid(file: &ScenarioFile, knobs: Vec<Knob>, profiles: &[String]) -> Result<Sweep, Problems> {
    let mut problems = Problems::default();
    let size = knobs.iter().try_fold(1usize, |size, knob| size.checked_mul(knob.values.len()));
    if size.is_none_or(|size| size > SETTINGS_MAX) {
        let title = format!("the sweep has more than {} settings", crate::units::count(SETTINGS_MAX as u64));
        return Err(Problems(vec![crate::scenario::Diagnostic::without_place(title)]));
    }
    let mut settings = Vec::new();
    for combination in combinations(&knobs) {
        match file.check_setting(&combination, profiles) {
            Ok(scenario) => {
                let values = combination.iter().map(|(_, value)| value.text.clone()).collect();
                settings.push((values, scenario));
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.has_errors() {
        Err(problems)
    } else {
        let in_file = knobs.iter().map(|knob| file.value_in_file(knob)).collect();
        Ok(Sweep { knobs, in_file, settings })
    }
}

/// Every combination of one value a knob, the last knob changing fastest.
fn combinations(knobs: &[Knob]) -> Vec<Vec<(&Knob, &KnobValue)>> {
    knobs.iter().fold(vec![Vec::new()], |combinations, knob| {
        combinations
            .into_iter()
            .flat_map(|combination| {
                knob.values.iter().map(move |value| {
                    let mut longer = combination.clone();
                    longer.push((knob, value));
                    longer
                })
            })
            .collect()
    })
}

impl Sweep {
    /// The number of settings.
    pub fn settings(&self) -> usize {
        self.settings.len()
    }

    /// The number of profiles of each setting.
    pub fn profiles(&self) -> usize {
        self.settings.first().map_or(0, |(_, scenario)| scenario.profiles.len())
    }

    /// How often the sweep will go through the replications.
    pub fn parts(&self, replications: u64) -> u64 {
        let rows = self.settings() * self.profiles();
        rows.div_ceil(part_size(replications)) as u64
    }
}

fn part_size(replications: u64) -> usize {
    (OUTCOMES_MAX / replications as usize).max(1)
}

/// A row to play: which of the distinct worlds, the setting on it, and where its result goes.
struct Play {
    world: usize,
    setting: Setting,
    row: usize,
}

/// Plays every setting and profile; rows come by profile, and in the order of settings within one.
pub fn sweep(sweep: &Sweep, replications: u64, watch: &impl Watch) -> Vec<SweepRow> {
    let mut worlds: Vec<&World> = Vec::new();
    let mut plays = Vec::new();
    let mut labels = Vec::new();
    for which in 0..sweep.profiles() {
        for (values, scenario) in &sweep.settings {
            let profile = &scenario.profiles[which];
            let world = worlds.iter().position(|world| **world == profile.world).unwrap_or_else(|| {
                worlds.push(&profile.world);
                worlds.len() - 1
            });
            let setting = Setting::new(&profile.rules, profile.world.fleet.robots());
            plays.push(Play { world, setting, row: labels.len() });
            labels.push((profile.name.clone(), values.clone()));
        }
    }
    plays.sort_by(|a, b| (a.world, &a.setting, a.row).cmp(&(b.world, &b.setting, b.row)));

    let mut results: Vec<Option<(u64, Vec<MetricSummary>)>> = labels.iter().map(|_| None).collect();
    for part in plays.chunks(part_size(replications)) {
        if watch.interrupted() {
            break;
        }
        for (play, outcomes) in part.iter().zip(play_part(&worlds, part, replications, watch)) {
            if !outcomes.is_empty() {
                results[play.row] = Some((outcomes.len() as u64, summarize(&outcomes)));
            }
        }
    }
    let rows = labels.into_iter().zip(results);
    rows.filter_map(|((profile, values), result)| {
        result.map(|(replications, summaries)| SweepRow { profile, values, replications, summaries })
    })
    .collect()
}

/// The outcomes of each play, by replication.
fn play_part(worlds: &[&World], part: &[Play], replications: u64, watch: &impl Watch) -> Vec<Vec<Outcome>> {
    let groups: Vec<(Dice, Vec<Setting>)> = part
        .chunk_by(|a, b| a.world == b.world)
        .map(|group| {
            let settings = group.iter().map(|play| play.setting.clone()).collect();
            (Dice::new(worlds[group[0].world]), settings)
        })
        .collect();
    let worker = || groups.iter().map(|(dice, _)| Player::new(dice)).collect::<Vec<Player>>();
    let played = replicate(replications, watch, worker, |players, replication| {
        let mut outcomes = Vec::with_capacity(part.len());
        for (player, (_, settings)) in players.iter_mut().zip(&groups) {
            player.draw(replication);
            outcomes.extend(player.play_all(settings));
        }
        outcomes
    });
    let mut by_play: Vec<Vec<Outcome>> = part.iter().map(|_| Vec::with_capacity(played.len())).collect();
    for outcomes in played {
        for (all, outcome) in by_play.iter_mut().zip(outcomes) {
            all.push(outcome);
        }
    }
    by_play
}
