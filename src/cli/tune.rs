//! `rollcast tune`: the best percentages under the limits of the file's `[tune]`.

use crate::cli::advice::{Coarser, advice};
use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::memory;
use crate::cli::plan::{Rates, announce};
use crate::cli::results::{Extent, Results, prepare};
use crate::report;
use crate::scenario::{Problems, Scenario, ScenarioFile};
use crate::study::tune::{Answer, Asked, Tuned, Tuning};
use crate::units::count;

/// Why `tune` is not cut into shards.
const WHOLE: &str = "tune takes no --shard: which settings it plays next depends on all replications of those before; cut the map of all settings \
                     instead, with rollcast sweep --map --shard";

pub(super) fn tune(args: &args::Tune) -> Result<(), Failure> {
    if args.shard.is_some() {
        return Err(Failure::Flag(WHOLE.to_owned()));
    }
    let common = &args.common;
    let (file, scenario, warnings) = common.read(Problems::default())?;
    Failure::without_knobs(&scenario, "tune")?;
    let asked = asked(&file, &scenario)?;
    let replications = scenario.replications;
    let tuning = Tuning::new(&file, &scenario, &asked, args.step)?;
    asked.check(&scenario, replications, |limit| tuning.knows(limit))?;
    prepare(common, &warnings)?;
    let (plan, wanted) = (tuning.plan(), tuning.wanted());
    let needed = |replications| tuning.memory(replications);
    memory::ask(&args.memory, replications, None, needed, common.quiet)?;
    let announced = announce(common, plan, wanted, &scenario, |rates| {
        hint(&tuning, rates, args.step, replications)
    });
    args.ending.announce(announced);
    let until = args.ending.until(&scenario);
    let ticks = plan.ticks(wanted, &until) + tuning.trial_ticks(replications);
    let mut results = Results::begin(common, &[(&file, &scenario)], ticks)?;

    let tuned = tuning.solve(until, &results.progress);
    results.progress.finish();
    let tuned = tuned.ok_or_else(|| Failure::nothing_finished("every setting was played"))?;

    let extent = Extent {
        finished: tuned.walk.replications,
        asked: tuned.asked,
    };
    let step = (args.step != 1).then(|| ("step", args.step.to_string()));
    let flags = args.ending.flag(extent.is_whole()).into_iter().chain(step);
    let command = common.command("tune", flags, extent.cut_short());
    let provenance = results.provenance(extent, command);
    let json = report::tune_json(&provenance, &tuned);
    results.output.add("tune.csv", report::tune_csv(&tuned));
    let charts = report::tune_charts(&tuned, &provenance);
    results.add_charts(charts, &report::TUNE_CHARTS);
    results.add_json("tune.json", json.clone(), &provenance);

    let json = common.json.then_some(json);
    results.deliver(report::tune_page(&tuned), json, &provenance)?;
    ended(&tuned)
}

/// How to tune in less time than with this step and number of replications.
fn hint(tuning: &Tuning, rates: &Rates, step: u8, replications: u64) -> String {
    let steps = args::STEPS.into_iter().map(args::step);
    let grids = steps.filter(|other| *other >= step).map(|step| {
        let plan = tuning.plan_in_steps(step);
        let parts = plan.parts_of(tuning.wanted(), replications);
        let seconds = rates.seconds(&plan, &parts, replications) / replications as f64;
        Coarser { step, seconds }
    });
    let needed = tuning.replications_needed(replications).unwrap_or(1);
    advice(&grids.collect::<Vec<Coarser>>(), replications, needed)
}

/// What the file asks for, of the profiles that are played.
fn asked(file: &ScenarioFile, scenario: &Scenario) -> Result<Asked, Failure> {
    let mut problems = Problems::default();
    let Some(asked) = Asked::read(file, Some(scenario), &mut problems) else {
        let text = "the scenario has no [tune]; say what is to be best under which limits:\n\n\
                    [tune]\nminimise = \"time_to_95_s.p50\"\nlimits = [\"p(threshold_reached) <= 1%\", \"broken_count.mean <= 8% of fleet\"]";
        return Err(Failure::Flag(text.to_owned()));
    };
    let left_out = asked
        .aim
        .measures()
        .find(|measure| scenario.profile(&measure.profile).is_none());
    match left_out.map(|measure| measure.profile.clone()) {
        Some(name) => Err(Failure::Flag(format!(
            "[tune] speaks of profile {name}, which --profile leaves out; add --profile {name}"
        ))),
        None => Ok(asked),
    }
}

/// Fails if there is no choice, or if the study was interrupted.
fn ended(tuned: &Tuned) -> Result<(), Failure> {
    let played = tuned.walk.sheets.iter().flatten().count();
    let all = tuned.walk.sheets.len();
    if tuned.trials.is_none() {
        let text = format!(
            "interrupted: {} of {} settings were walked, with {} of {} replications; the choice was not tried again",
            count(played as u64),
            count(all as u64),
            count(tuned.walk.replications),
            count(tuned.asked)
        );
        return Err(Failure::Interrupted(text));
    }
    match &tuned.answer {
        Answer::Chosen(..) if tuned.is_refuted() => Err(Failure::Inconclusive(
            "\nfresh replications refute the choice; play more of them".to_owned(),
        )),
        Answer::Chosen(..) => Ok(()),
        Answer::Blocked(blocked) if blocked.is_refuted => Err(Failure::Expectation(
            "\nno setting meets the limits".to_owned(),
        )),
        Answer::Blocked(_) => Err(Failure::Inconclusive(
            "\nno setting is shown to meet the limits; play more replications".to_owned(),
        )),
    }
}
