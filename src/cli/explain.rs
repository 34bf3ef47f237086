//! `rollcast explain`: what a scenario says and means, and what playing it costs.

use std::time::Instant;

use crate::cli::args;
use crate::cli::copies::Copies;
use crate::cli::exit::{Failure, print, say, warn, width_of_answer};
use crate::cli::paths::Target;
use crate::cli::plan::{plural, rounded};
use crate::cli::progress::cores;
use crate::report::{self, ExplainedProfile, Page, Provenance, Service, wire_json};
use crate::scenario::{Problems, Profile, Scenario, ScenarioFile};
use crate::sim::Dice;
use crate::study::{
    Explained, ExplainedValue, RunMemory, RunRehearsal, TIMELINE_REPLICATIONS, explained_changes,
    explained_values,
};

/// How long a profile is tried out [s], unless one replication takes longer.
const PATIENCE: f64 = 0.2;

/// Replications tried at most.
const REPEATS: u64 = 10;

/// Replications summarised on trial; the time grows in proportion.
const SUMMARISED: f64 = 100.0;

pub(super) fn explain(args: &args::Explain) -> Result<(), Failure> {
    let common = args.look.common(args.quiet);
    let (file, scenario, warnings) = common.read(Problems::default())?;
    warn(&warnings, args.quiet);
    if args.as_request {
        Failure::unless_robomaker(&scenario.profiles[0])?;
        return print(&wire_json(
            &Service::new(&scenario, &scenario.profiles[0], 0, None).request(),
        ));
    }
    let began = Instant::now();
    let explanation = Explanation::of(&file, &scenario);
    let explaining = began.elapsed().as_secs_f64();
    let page = explanation.page(&scenario);
    let json = args.json.then(|| {
        let provenance = Provenance::new(&scenario, 0, common.command("explain", [], None));
        let Explanation {
            values,
            profiles,
            bytes,
        } = &explanation;
        report::explain_json(&provenance, scenario.replications, values, profiles, *bytes)
    });
    let (instead, given) = (args.json.then_some("--json"), common.given(&[&file]));
    let copies = Copies::begin(&args.look.copies(), instead, &given)?;
    let copy = |_, _: Option<&Target>| page.markdown();
    let answer = || print(&json.unwrap_or_else(|| page.terminal(width_of_answer())));
    copies.deliver(answer, copy, args.quiet)?;
    if !args.quiet {
        let threads = cores();
        // A run computes the exact probability of the threshold once more.
        let seconds = seconds(&scenario, threads) + explaining;
        let time = if seconds < 1.0 {
            "less than a second".to_owned()
        } else {
            format!("about {}", rounded(seconds))
        };
        let threads = plural(threads as u64, "thread", "threads");
        say(&format!("run: {time} on {threads} here"));
    }
    Ok(())
}

/// What a scenario means, before it is written.
struct Explanation {
    values: Vec<ExplainedValue>,
    profiles: Vec<ExplainedProfile>,
    /// What a run takes of memory.
    bytes: usize,
}

impl Explanation {
    fn of(file: &ScenarioFile, scenario: &Scenario) -> Explanation {
        let values = explained_values(file, &scenario.profiles[0]);
        let profiles = scenario.profiles.iter().map(|profile| ExplainedProfile {
            name: profile.name.clone(),
            changes: explained_changes(&values, &explained_values(file, profile)),
            facts: Explained::of(profile, scenario.replications),
        });
        Explanation {
            profiles: profiles.collect(),
            // A run uses all threads, but what is printed must be the same on every machine.
            bytes: RunMemory::of(scenario, 1).bytes(scenario.replications),
            values,
        }
    }

    fn page(&self, scenario: &Scenario) -> Page {
        report::explain_page(scenario, &self.values, &self.profiles, self.bytes)
    }
}

/// The explanation of a scenario, for reports.
pub(super) fn explained(file: &ScenarioFile, scenario: &Scenario) -> Page {
    Explanation::of(file, scenario).page(scenario)
}

/// The time that a run takes on a number of threads [s], from a few of its replications.
fn seconds(scenario: &Scenario, threads: usize) -> f64 {
    let profiles = scenario.profiles.iter();
    profiles
        .map(|profile| profile_seconds(profile, scenario.replications, threads))
        .sum()
}

/// The part of a profile in the time that a run takes [s].
fn profile_seconds(profile: &Profile, replications: u64, threads: usize) -> f64 {
    let replications = replications as f64;
    let over_time = replications.min(TIMELINE_REPLICATIONS as f64);
    let (dice, made) = timed_dice(profile);
    let mut trial = RunRehearsal::new(profile, &dice);
    let recorded = replication_seconds(&mut trial, true);
    let plain = if replications > over_time {
        replication_seconds(&mut trial, false)
    } else {
        0.0
    };
    let playing = over_time * recorded + (replications - over_time) * plain;
    // Statistics sort, so that fewer replications take a little less time each.
    let summarised = over_time.min(SUMMARISED);
    let started = Instant::now();
    trial.summarise(summarised as usize);
    let summary = started.elapsed().as_secs_f64() * over_time / summarised;
    made + playing / threads as f64 + summary
}

/// The time that a shard of a run takes on a number of threads whatever it plays, and for each replication of those that take longest [s].
pub(super) fn shard_seconds(scenario: &Scenario, threads: usize) -> (f64, f64) {
    let profiles = scenario.profiles.iter().map(|profile| {
        let (dice, made) = timed_dice(profile);
        let mut trial = RunRehearsal::new(profile, &dice);
        (made, replication_seconds(&mut trial, true) / threads as f64)
    });
    profiles.fold((0.0, 0.0), |(always, each), (made, own)| {
        (always + made, each + own)
    })
}

/// The dice of a profile, and the time that making them takes [s].
fn timed_dice(profile: &Profile) -> (Dice, f64) {
    let began = Instant::now();
    let dice = Dice::new(&profile.world);
    (dice, began.elapsed().as_secs_f64())
}

/// The time that a replication takes on one thread [s], with the timeline or without.
fn replication_seconds(trial: &mut RunRehearsal, is_over_time: bool) -> f64 {
    // The first replication allocates.
    trial.play(0, is_over_time);
    let (began, mut times) = (Instant::now(), Vec::new());
    for replication in 1..=REPEATS {
        let started = Instant::now();
        trial.play(replication, is_over_time);
        times.push(started.elapsed().as_secs_f64());
        if began.elapsed().as_secs_f64() > PATIENCE {
            break;
        }
    }
    // The median, since other load on the machine comes and goes.
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
