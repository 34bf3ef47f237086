//! The settings of a tuning as CSV.

use crate::report::csv::{Table, estimate, number, optional, robots, strings};
use crate::rollout::KNOBS;
use crate::study::tune::{Answer, Tuned};

/// The names of the columns of `tune.csv` for a number of limits, without those of `[tune.vary]`.
pub fn tune_columns(limits: usize) -> Vec<String> {
    let knobs = KNOBS
        .iter()
        .flat_map(|knob| ["", ".from", ".to"].map(|end| format!("{}{end}", knob.name)));
    let mut header: Vec<String> = knobs.collect();
    header.extend(strings([
        "window",
        "failures_to_stop",
        "objective",
        "objective.lo",
        "objective.hi",
    ]));
    for limit in 1..=limits {
        header.extend(["", ".assured", ".verdict"].map(|end| format!("limit_{limit}{end}")));
    }
    header.extend(strings([
        "front_broken_count",
        "front_threshold_reached",
        "pareto",
        "standing",
    ]));
    header
}

/// `tune.csv`: a row per setting on the axes, with all percentages that mean the same robots.
pub fn tune_csv(tuned: &Tuned) -> Vec<u8> {
    let tuning = &tuned.tuning;
    let mut header = tuning.knobs.clone();
    header.extend(tune_columns(tuning.aim.limits.len()));
    let mut table = Table::new(&header);
    for (which, setting) in tuning.settings[..tuning.on_axes()].iter().enumerate() {
        let Some(sheet) = tuned.walk.sheets[which]
            .as_ref()
            .filter(|_| tuned.walk.same_as[which] == which)
        else {
            continue;
        };
        let mut fields = setting.combination.map_or_else(Vec::new, |combination| {
            tuning.combinations[combination].values.clone()
        });
        fields.extend([
            setting.levels.concurrency.to_string(),
            setting.concurrency.0.to_string(),
            setting.concurrency.1.to_string(),
            setting.levels.threshold.to_string(),
            setting.threshold.0.to_string(),
            setting.threshold.1.to_string(),
        ]);
        fields.extend(robots(tuning.in_robots(which)));
        fields.extend(estimate(sheet.objective));
        for limit in &sheet.limits {
            fields.extend([
                number(limit.value),
                optional(limit.assured),
                limit.verdict.name().to_owned(),
            ]);
        }
        fields.extend([number(sheet.criteria[1]), number(sheet.criteria[2])]);
        fields.push(
            tuned.pareto[which]
                .map_or("", |pareto| pareto.name())
                .to_owned(),
        );
        fields.push(standing(tuned, which).to_owned());
        table.row(&fields);
    }
    table.finish()
}

/// How a setting relates to the choice.
fn standing(tuned: &Tuned, which: usize) -> &'static str {
    let same = tuned.walk.same_as[which];
    match &tuned.answer {
        _ if !tuned.walk.sheet(which).meets(None) => "fails",
        Answer::Chosen(choice, _) if choice.best == same => "chosen",
        Answer::Chosen(choice, _) if choice.tied.binary_search(&same).is_ok() => "tied",
        _ => "meets",
    }
}
