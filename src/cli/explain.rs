//! `rollcast explain`: what a scenario says and means, and what playing it costs.

use std::time::Instant;

use crate::cli::args;
use crate::cli::exit::{Failure, colour, print, say};
use crate::cli::plan::rounded;
use crate::report::{self, ExplainedProfile, Provenance, Service, wire_json};
use crate::scenario::{Problems, Profile, Scenario};
use crate::sim::{Dice, Player};
use crate::study::{Explained, Scheme, explained_changes, explained_values, run_bytes};

/// How long a profile is tried out [s], unless one replication takes longer.
const PATIENCE: f64 = 0.2;

/// Replications tried at most.
const REPEATS: u64 = 10;

pub fn explain(args: &args::Explain) -> Result<(), Failure> {
    let common = args.look.common(args.quiet);
    let (file, scenario, warnings) = common.read(Problems::default())?;
    if !args.quiet && !warnings.0.is_empty() {
        say(warnings.render(colour()).trim_end());
    }
    if args.as_request {
        return print(&wire_json(&Service::new(&scenario, &scenario.profiles[0], 0, None).request()));
    }
    let values = explained_values(&file, &scenario, &scenario.profiles[0]);
    let profiles: Vec<ExplainedProfile> = scenario
        .profiles
        .iter()
        .map(|profile| ExplainedProfile {
            name: profile.name.clone(),
            changes: explained_changes(&values, &explained_values(&file, &scenario, profile)),
            facts: Explained::of(profile, scenario.replications),
        })
        .collect();
    // As many threads as there are is what a run takes; what is printed is the same on every machine.
    let bytes = run_bytes(&scenario, 1);
    let text = match args.json {
        true => {
            let provenance = Provenance::new(&scenario, 0, common.command("explain", &[], None));
            report::explain_json(&provenance, scenario.replications, &values, &profiles, bytes)
        }
        false => report::explain_text(&scenario, &values, &profiles, bytes),
    };
    print(&text)?;
    if !args.quiet {
        let threads = rayon::current_num_threads();
        let seconds = seconds(&scenario) / threads as f64;
        let time = if seconds < 1.0 { "less than a second".to_owned() } else { format!("about {}", rounded(seconds)) };
        say(&format!("run: {time} of simulation on {threads} threads here"));
    }
    Ok(())
}

/// The time that playing a scenario takes on one thread [s], from a few of its replications.
fn seconds(scenario: &Scenario) -> f64 {
    let of_profile = |profile: &Profile| {
        let dice = Dice::new(&profile.world);
        let mut player = Player::new(&dice);
        let scheme = Scheme::of(profile);
        let began = Instant::now();
        let mut least = f64::INFINITY;
        for replication in 0..REPEATS {
            let started = Instant::now();
            player.draw(replication);
            scheme.play(&mut player);
            // The first one takes memory, and whatever else the machine does now it need not do all the while.
            least = least.min(started.elapsed().as_secs_f64());
            if began.elapsed().as_secs_f64() > PATIENCE {
                break;
            }
        }
        least * scenario.replications as f64
    };
    scenario.profiles.iter().map(of_profile).sum()
}
