//! `rollcast tune`: the best percentages under the limits of the file's `[tune]`.

use crate::cli::advice::{Coarser, advice};
use crate::cli::args;
use crate::cli::exit::{Failure, add_charts, colour, deliver, say};
use crate::cli::plan::{Rates, announce};
use crate::cli::progress::{Progress, use_threads};
use crate::report::{self, Output, Provenance};
use crate::scenario::{Problems, Scenario, ScenarioFile};
use crate::study::tune::{Answer, Asked, Tuned, Tuning};
use crate::units::count;

pub fn tune(args: &args::Tune) -> Result<(), Failure> {
    let common = &args.common;
    let (file, scenario, warnings) = common.read(Problems::default())?;
    Failure::without_knobs(&scenario, "tune")?;
    let asked = asked(&file, &scenario)?;
    let replications = scenario.replications;
    let tuning = Tuning::new(&file, &scenario, &asked, args.step)?;
    asked.check(&scenario, replications, |limit| tuning.knows(limit))?;
    if !common.quiet && !warnings.0.is_empty() {
        say(warnings.render(colour()).trim_end());
    }
    use_threads(common.threads);
    let parts = tuning.plan().parts_of(tuning.wanted(), replications);
    if !common.quiet {
        let hint = |rates: &Rates| hint(&tuning, rates, args.step, replications);
        args.ending.announce(announce(
            tuning.plan(),
            &parts,
            tuning.wanted(),
            replications,
            hint,
        ));
    }
    let until = args.ending.until(&scenario);
    let ticks = tuning.plan().ticks(tuning.wanted(), &until) + tuning.trial_ticks(replications);
    let progress = Progress::new(ticks, common.quiet);
    let folder = common.folder(&scenario);
    let mut output = Output::to(&folder).map_err(|error| Failure::disk(&folder, &error))?;

    let tuned = tuning.solve(until, &progress);
    progress.finish();
    let tuned = tuned.ok_or_else(|| Failure::nothing_finished("every setting was played"))?;

    let finished = tuned.walk.replications;
    let precision = args.ending.flag(finished == tuned.asked);
    let step = (args.step != 1).then(|| args.step.to_string());
    let flags = [("precision", &precision), ("step", &step)];
    let flags: Vec<(&str, &str)> = flags
        .into_iter()
        .filter_map(|(flag, value)| Some((flag, value.as_deref()?)))
        .collect();
    let command = common.command("tune", &flags, (finished < tuned.asked).then_some(finished));
    let provenance = Provenance::new(&scenario, finished, command);
    let json = report::tune_json(&provenance, &tuned);
    output.add("tune.csv", report::tune_csv(&tuned));
    let charts = report::tune_charts(&tuned, &provenance);
    add_charts(&mut output, &charts, &report::TUNE_CHARTS, common.png);
    output.add("tune.json", json.clone());

    let answer = if common.json {
        json
    } else {
        report::tune_table(&tuned)
    };
    deliver(output, &folder, &answer, common.quiet)?;
    ended(&tuned)
}

/// How to tune in less time than in these steps with so many replications.
fn hint(tuning: &Tuning, rates: &Rates, step: u8, replications: u64) -> String {
    let steps = args::STEPS
        .into_iter()
        .map(|step| step.parse::<u8>().expect("a number"));
    let grid = |step: u8| {
        let plan = tuning.plan_in_steps(step);
        let parts = plan.parts_of(tuning.wanted(), replications);
        Coarser {
            step,
            seconds: rates.seconds(&plan, &parts, replications) / replications as f64,
        }
    };
    let grids: Vec<Coarser> = steps.filter(|other| *other >= step).map(grid).collect();
    advice(
        &grids,
        replications,
        tuning.replications_needed(replications).unwrap_or(1),
    )
}

/// What the file asks for, of the profiles that are played.
fn asked(file: &ScenarioFile, scenario: &Scenario) -> Result<Asked, Failure> {
    let mut problems = Problems::default();
    let Some(asked) = Asked::read(file, Some(scenario), &mut problems) else {
        let text = "the scenario has no [tune]; say what is to be best under which limits:\n\n\
                    [tune]\nminimise = \"time_to_95_s.p50\"\nlimits = [\"p(threshold_reached) <= 1%\", \"broken_count.mean <= 8% of fleet\"]";
        return Err(Failure::Flag(text.to_owned()));
    };
    let played = |name: &str| scenario.profiles.iter().any(|profile| profile.name == name);
    let left_out = asked
        .aim
        .profiles()
        .find(|name| !played(name))
        .map(str::to_owned);
    match left_out {
        Some(name) => Err(Failure::Flag(format!(
            "[tune] speaks of profile {name}, which --profile leaves out; add --profile {name}"
        ))),
        None => Ok(asked),
    }
}

/// Says so if there is no choice, or if not everything was played.
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
