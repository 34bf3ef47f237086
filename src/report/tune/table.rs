//! The answer of a tuning: the percentages to set, what they give, what each limit costs, and how far it can be trusted.

use crate::report::page::{Page, Row, Table};
use crate::report::robomaker::{deployment_config, of_robomaker, wire_json};
use crate::report::tune::edges::{coarse, edges};
use crate::report::tune::words::{
    assessed, difference, distance, knobs, limited, never_of, objective_name, objective_shown,
    range, robots, setting, verdicts,
};
use crate::report::words::{attained, may_miss, only_played, plural, watched, watched_longer};
use crate::rollout::SAMPLE;
use crate::study::limit::{Unit, Verdict};
use crate::study::tune::{Answer, Blocked, Choice, Price, Sheet, Trial, Trials, Tuned, Varied};
use crate::units::{count, share};

/// Shown where an interruption left a value out.
const NOT_FINISHED: &str = "not finished";

/// The answer of a tuning.
pub fn tune_page(tuned: &Tuned) -> Page {
    let mut page = Page::new(sentence(tuned));
    for line in heading(tuned) {
        page.asked(line);
    }
    match &tuned.answer {
        Answer::Chosen(choice, prices) => {
            limits(&mut page, tuned, choice.best, "chosen");
            page.text(edges(&tuned.tuning, choice.best));
            beside(&mut page, tuned, choice);
            priced(&mut page, tuned, prices, choice);
            tried(&mut page, tuned);
            page.text("deploymentConfig");
            let rules = tuned.tuning.rules(choice.best);
            page.listing(wire_json(&deployment_config(of_robomaker(&rules))));
        }
        Answer::Blocked(blocked) => {
            in_the_way(&mut page, tuned, blocked);
            limits(&mut page, tuned, blocked.nearest, "nearest");
            tried(&mut page, tuned);
        }
    }
    page.text(watched_longer(&tuned.tuning.watched_longer()));
    page.text(attained(&tuned.attained, tuned.walk.replications));
    page
}

/// What to set, and what that gives.
fn sentence(tuned: &Tuned) -> String {
    let said = |which: usize| {
        format!(
            "{}{}",
            robots(&tuned.tuning, which),
            with_knobs(tuned, which)
        )
    };
    match &tuned.answer {
        Answer::Chosen(choice, _) => {
            let objective = tuned.walk.sheet(choice.best).objective;
            format!(
                "Set {}: {} is {}{}{}.",
                said(choice.best),
                objective_name(tuned),
                objective_shown(tuned, objective),
                confirmed(tuned),
                played(tuned)
            )
        }
        Answer::Blocked(blocked) => {
            let meets = match blocked.is_refuted {
                true => "No setting meets the limits",
                false => "No setting is shown to meet the limits",
            };
            format!(
                "{meets}; nearest is {}{}.",
                said(blocked.nearest),
                played(tuned)
            )
        }
    }
}

/// Whether the limits hold at the choice, and what fresh replications say of that.
fn confirmed(tuned: &Tuned) -> &'static str {
    if tuned.tuning.aim.limits.is_empty() {
        return "";
    }
    match tuned.confirmed() {
        Some(Verdict::Held) => ", and fresh replications confirm that all limits hold",
        Some(Verdict::Open) => ", and all limits hold, which fresh replications do not confirm",
        Some(Verdict::Broken) => ", but fresh replications refute that all limits hold",
        None => ", and all limits hold, which was not tried again",
    }
}

/// That an interruption left settings out.
fn played(tuned: &Tuned) -> String {
    let sheets = &tuned.walk.sheets;
    let played = sheets.iter().flatten().count();
    only_played(played, sheets.len(), "setting")
}

fn heading(tuned: &Tuned) -> [String; 4] {
    let tuning = &tuned.tuning;
    let base = &tuning.scenario.profiles[0];
    let pairs = match (tuning.on_axes(), tuning.distinct()) {
        (pairs, distinct) if pairs == distinct => String::new(),
        (pairs, _) => format!(" ({} of percentages)", plural(pairs as u64, "pair")),
    };
    let steps = coarse(tuning);
    let names: Vec<&str> = tuning
        .profiles()
        .iter()
        .map(|which| tuning.scenario.profiles[*which].name.as_str())
        .collect();
    [
        format!(
            "{}: version {} to {}; {}{pairs}{steps} under {}",
            tuning.scenario.name,
            base.world.release.version,
            plural(base.world.fleet.robots().into(), "robot"),
            plural(tuning.distinct() as u64, "setting"),
            names.join(" and "),
        ),
        format!(
            "{} {}",
            tuning.aim.direction.name(),
            tuning.aim.objective.name()
        ),
        format!(
            "{} each, seed {}; limits hold with a confidence of {}, [ ] and ± are 95 % intervals",
            plural(tuned.walk.replications, "replication"),
            tuning.scenario.seed,
            share(tuning.aim.confidence, 0),
        ),
        match tuning.is_certain() {
            true => String::new(),
            false => may_miss(tuned.walk.replications),
        },
    ]
}

fn with_knobs(tuned: &Tuned, which: usize) -> String {
    knobs(&tuned.tuning, which).map_or_else(String::new, |knobs| format!(" with {knobs}"))
}

/// The objective and every limit at a setting, beside the service's sample.
fn limits(page: &mut Page, tuned: &Tuned, which: usize, name: &str) {
    let aim = tuned.tuning.aim;
    let sample = tuned.tuning.sample();
    let samples = format!("{} {}", SAMPLE.0, setting(&tuned.tuning, sample));
    let is_sample = tuned.tuning.is_sample(which);
    let heads = ["measure", name, "limit", &samples];
    let mut rows = Vec::new();
    let [own, theirs] = [which, sample].map(|which| tuned.walk.sheets[which].as_deref());
    let [objective, other] = [own, theirs].map(|sheet| match sheet {
        Some(sheet) => objective_shown(tuned, sheet.objective),
        None => NOT_FINISHED.to_owned(),
    });
    rows.push([aim.objective.name(), objective, String::new(), other]);
    for (limit, written) in aim.limits.iter().enumerate() {
        let own = &tuned.walk.sheet(which).limits[limit];
        let sign = written.op.sign();
        let bound = written.text.rsplit_once(sign);
        let bound = bound.map_or("", |(_, bound)| bound.trim());
        let theirs = match theirs.map(|sheet| &sheet.limits[limit]) {
            Some(theirs) => {
                let verdict = theirs.verdict.name();
                format!("{verdict}: {}", assessed(tuned, limit, theirs))
            }
            None => NOT_FINISHED.to_owned(),
        };
        rows.push([
            written.measure.name(),
            assessed(tuned, limit, own),
            format!("{sign} {bound}: {}", distance(tuned, limit, own)),
            theirs,
        ]);
    }
    // Percentages that mean the same robots are not compared.
    let columns = if is_sample { 3 } else { 4 };
    let rows = rows.into_iter().map(|row: [String; 4]| {
        let [label, fields @ ..] = row;
        Row::new(label, fields.into_iter().take(columns - 1))
    });
    page.table(Table::new(heads.into_iter().take(columns)).rows(rows));
    if is_sample {
        page.text(format!("{samples} means the same robots"));
    }
}

/// Settings that are not known to be worse than the choice.
fn beside(page: &mut Page, tuned: &Tuned, choice: &Choice) {
    let others = match choice.tied.len() {
        0 if choice.feasible == 1 => "no other does".to_owned(),
        0 => "all others are worse".to_owned(),
        n => format!(
            "{} of the others {} not shown to be worse by {}",
            count(n as u64),
            if n == 1 { "is" } else { "are" },
            plural(tuned.walk.replications, "replication")
        ),
    };
    let meeting = meet(choice.feasible);
    let mut title = format!("{meeting} all limits; {others}");
    let best = &tuned.tuning.settings[choice.best];
    if choice.thresholds != best.threshold {
        let (first, last) = choice.thresholds;
        title += &format!(
            "; with {} at a time no threshold from {first} % to {last} % is; chosen is the one that breaks fewest",
            range(best.concurrency)
        );
    }
    let rows = choice.runners.iter().map(|(which, tied)| {
        let sheet = tuned.walk.sheet(*which);
        let tied = match tied {
            true => "not shown to be worse",
            false => "worse",
        };
        let objective = objective_shown(tuned, sheet.objective);
        Row::new(setting(&tuned.tuning, *which), [objective, tied.to_owned()])
    });
    let heads = ["setting", tuned.tuning.aim.objective.metric.name, "verdict"];
    let table = Table::new(heads).titled(title.clone()).rows(rows);
    match table.rows.is_empty() {
        true => page.text(title),
        false => page.table(table),
    }
}

/// What each limit costs.
fn priced(page: &mut Page, tuned: &Tuned, prices: &[Price], choice: &Choice) {
    let aim = tuned.tuning.aim;
    let own = tuned.walk.sheet(choice.best);
    let unit = aim.objective.unit();
    let mut rows = Vec::new();
    for (written, (limit, price)) in aim.limits.iter().zip(prices.iter().enumerate()) {
        let n = tuned.tuning.robots(&written.measure.profile);
        if !price.noticed {
            let nothing = "nothing noticeable".to_owned();
            rows.push(Row::new(written.text.clone(), [nothing, String::new()]));
            continue;
        }
        let sheet = tuned.walk.sheet(price.without);
        let what = format!(
            "if you drop it: {} {} {}, with {} at {}",
            setting(&tuned.tuning, price.without),
            gives(unit),
            unit.shown(sheet.objective.value),
            written.measure.name(),
            limited(tuned, limit, sheet.limits[limit].value)
        );
        let cost = difference(&aim.objective, gain(own, sheet));
        rows.push(Row::new(written.text.clone(), [cost, what]));
        if let Some(relaxed) = price.relaxation {
            let sheet = tuned.walk.sheet(relaxed.setting);
            let label = written.with_bound(relaxed.bound, n);
            let cost = difference(&aim.objective, gain(own, sheet));
            let what = format!(
                "the nearest that buys something: {} {} {}",
                setting(&tuned.tuning, relaxed.setting),
                gives(unit),
                unit.shown(sheet.objective.value),
            );
            rows.push(Row::under(label, [format!("{cost} less"), what]));
        }
    }
    page.table(
        Table::new(["limit", "costs", "why"])
            .prose()
            .titled("what each limit costs")
            .rows(rows),
    );
}

/// What a setting does with the objective.
fn gives(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "takes",
        _ => "gives",
    }
}

/// By how much the objective differs.
fn gain(own: &Sheet, other: &Sheet) -> f64 {
    (own.objective.value - other.objective.value).abs()
}

/// The settings that were played again, and variations of the choice.
fn tried(page: &mut Page, tuned: &Tuned) {
    let Some(trials) = &tuned.trials else {
        page.text("not tried again: interrupted");
        return;
    };
    let sample = tuned.tuning.sample();
    let rows = tuned
        .tried
        .iter()
        .zip(&trials.fresh)
        .flat_map(|(which, trial)| {
            let label = match setting(&tuned.tuning, *which) {
                name if *which == sample => format!("{} {name}", SAMPLE.0),
                name if tuned.tuning.is_sample(*which) => {
                    format!("{name}, as {} {}", SAMPLE.0, setting(&tuned.tuning, sample))
                }
                name => name,
            };
            with_verdicts(tuned, label, trial, 0)
        });
    let title = format!(
        "played again with {} that had no say in the choice",
        plural(trials.replications, "fresh replication")
    );
    page.table(
        Table::new(trial_heads(tuned, "setting"))
            .prose()
            .titled(title)
            .rows(rows),
    );
    page.text(match tuned.confirmed() {
        Some(Verdict::Broken) => {
            "these refute the choice: it met the limits by chance in the first replications; play more of them"
        }
        Some(Verdict::Open) => "these leave it open whether the choice meets the limits",
        Some(Verdict::Held) | None => "",
    });
    varied(page, tuned, trials);
}

fn trial_heads<'a>(tuned: &'a Tuned, first: &'a str) -> [&'a str; 3] {
    [first, tuned.tuning.aim.objective.metric.name, "limits"]
}

/// A row, and one more for each further limit that does not hold.
fn with_verdicts(tuned: &Tuned, label: String, trial: &Trial, depth: usize) -> Vec<Row> {
    let mut verdicts = verdicts(tuned, &trial.limits).into_iter();
    let objective = objective_shown(tuned, trial.objective);
    let first = [objective, verdicts.next().unwrap_or_default()];
    std::iter::once(Row::at_depth(depth, label, first))
        .chain(verdicts.map(|verdict| Row::at_depth(depth, "", [String::new(), verdict])))
        .collect()
}

fn varied(page: &mut Page, tuned: &Tuned, trials: &Trials) {
    let mut rows = Vec::new();
    for (title, is_rule) in [
        ("if an open point of the rules is read otherwise", true),
        ("if a rate is not as assumed", false),
    ] {
        let varied = trials.varied.iter();
        let mut varied: Vec<&Varied> = varied.filter(|it| it.is_rule == is_rule).collect();
        let Some(first) = varied.first() else {
            continue;
        };
        let played = plural(first.replications, "fresh replication");
        rows.push(Row::section(format!("{title}, {played}")));
        // What does not hold comes first; the sort is stable.
        varied.sort_by_key(|it| {
            let mut limits = it.trial.limits.iter();
            limits.all(|limit| limit.verdict == Verdict::Held)
        });
        rows.extend(
            varied
                .iter()
                .flat_map(|it| with_verdicts(tuned, it.name.clone(), &it.trial, 1)),
        );
    }
    page.table(
        Table::new(trial_heads(tuned, "change"))
            .prose()
            .titled("the choice with something changed")
            .rows(rows),
    );
}

/// Which limits keep every setting out.
fn in_the_way(page: &mut Page, tuned: &Tuned, blocked: &Blocked) {
    let aim = tuned.tuning.aim;
    let rows = aim.limits.iter().enumerate().map(|(limit, written)| {
        let nearest = blocked.nearest_to[limit];
        let own = &tuned.walk.sheet(nearest).limits[limit];
        let what = match (blocked.met_by[limit], blocked.without[limit]) {
            (0, _) => {
                let meets = match blocked.open_by[limit] {
                    0 => "meets",
                    _ => "is shown to meet",
                };
                format!(
                    "no setting {meets} it; nearest is {} with {}",
                    setting(&tuned.tuning, nearest),
                    assessed(tuned, limit, own)
                )
            }
            (met, Some(without)) if !blocked.is_objective_open => {
                let sheet = tuned.walk.sheet(without);
                format!(
                    "{} it, but none that meets the others; if you drop it: {} {} {}, with {} at {}",
                    meet(met),
                    setting(&tuned.tuning, without),
                    gives(aim.objective.unit()),
                    aim.objective.unit().shown(sheet.objective.value),
                    written.measure.name(),
                    assessed(tuned, limit, &sheet.limits[limit])
                )
            }
            (met, _) => format!("{} it", meet(met)),
        };
        Row::new(written.text.clone(), [what])
    });
    page.table(
        Table::new(["limit", "met by"])
            .prose()
            .titled("what is in the way")
            .rows(rows),
    );
    if blocked.is_objective_open {
        let watched = watched(&never_of(tuned, &aim.objective));
        let comes = match blocked.is_refuted {
            true if watched.is_empty() => "never comes",
            true => "does not come",
            false => "is not shown to come",
        };
        page.text(format!(
            "{} {comes}{watched} where all limits hold",
            aim.objective.name()
        ));
    }
}

/// How many settings meet something.
fn meet(settings: usize) -> String {
    format!(
        "{} {}",
        plural(settings as u64, "setting"),
        if settings == 1 { "meets" } else { "meet" }
    )
}
