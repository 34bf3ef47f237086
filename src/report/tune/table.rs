//! The answer of a tuning: the percentages to set, what they give, what each limit costs, and how far it can be trusted.

use crate::report::columns::in_columns;
use crate::report::robomaker::{deployment_config, of_robomaker, wire_json};
use crate::report::tune::edges::{coarse, edges};
use crate::report::tune::words::{
    assessed, difference, distance, knobs, objective_shown, range, robots, setting, verdicts,
};
use crate::report::words::{attained, may_miss, plural, watched_longer};
use crate::rollout::SAMPLE;
use crate::study::limit::Verdict;
use crate::study::tune::{Answer, Blocked, Choice, Price, Sheet, Trial, Trials, Tuned, Varied};
use crate::units::{count, share};

/// Shown where an interruption left a value out.
const NOT_FINISHED: &str = "not finished";

/// The answer on the terminal.
pub fn tune_table(tuned: &Tuned) -> String {
    let mut out = heading(tuned);
    match &tuned.answer {
        Answer::Chosen(choice, prices) => {
            let best = choice.best;
            out += &format!(
                "set {}{}\n\n",
                robots(&tuned.tuning, best),
                with_knobs(tuned, best)
            );
            out += &limits(tuned, best, "chosen");
            out += &edges(&tuned.tuning, best);
            out += &beside(tuned, choice);
            out += &priced(tuned, choice, prices);
            out += &tried(tuned);
            out += &format!(
                "deploymentConfig\n{}",
                wire_json(&deployment_config(of_robomaker(&tuned.tuning.rules(best))))
            );
        }
        Answer::Blocked(blocked) => {
            out += match blocked.is_refuted {
                true => "no setting meets the limits\n\n",
                false => "no setting is shown to meet the limits\n\n",
            };
            out += &in_the_way(tuned, blocked);
            let nearest = blocked.nearest;
            out += &format!(
                "nearest is {}{}\n\n",
                robots(&tuned.tuning, nearest),
                with_knobs(tuned, nearest)
            );
            out += &limits(tuned, nearest, "nearest");
            out += &tried(tuned);
        }
    }
    let longer = watched_longer(&tuned.tuning.watched_longer());
    let attained = longer + &attained(&tuned.attained, tuned.walk.replications);
    if attained.is_empty() {
        out
    } else {
        format!("{}\n{attained}", out.trim_end())
    }
}

fn heading(tuned: &Tuned) -> String {
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
    format!(
        "{}: version {} to {}; {}{pairs}{steps} under {}\n{} each, seed {}; limits hold with a confidence of {}, [ ] are 95 % intervals\n{}\n{} {}: ",
        tuning.scenario.name,
        base.world.release.version,
        plural(base.world.fleet.robots().into(), "robot"),
        plural(tuning.distinct() as u64, "setting"),
        names.join(" and "),
        plural(tuned.walk.replications, "replication"),
        tuning.scenario.seed,
        share(tuning.aim.confidence, 0),
        unseen(tuned),
        tuning.aim.direction.name(),
        tuning.aim.objective.name(),
    )
}

/// Which events are too rare for the replications to show, unless no profile leaves anything to chance.
fn unseen(tuned: &Tuned) -> String {
    match tuned.tuning.is_certain() {
        true => String::new(),
        false => format!("{}\n", may_miss(tuned.walk.replications)),
    }
}

fn with_knobs(tuned: &Tuned, which: usize) -> String {
    knobs(&tuned.tuning, which).map_or_else(String::new, |knobs| format!("\nwith {knobs}"))
}

/// The objective and every limit at a setting, beside the service's sample.
fn limits(tuned: &Tuned, which: usize, name: &str) -> String {
    let aim = tuned.tuning.aim;
    let sample = tuned.tuning.sample();
    let samples = format!("{} {}", SAMPLE.0, setting(&tuned.tuning, sample));
    let is_sample = tuned.tuning.is_sample(which);
    let mut rows = vec![[
        String::new(),
        name.to_owned(),
        "limit".to_owned(),
        samples.clone(),
    ]];
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
    let (columns, same) = match is_sample {
        true => (3, format!("{samples} means the same robots\n")),
        false => (4, String::new()),
    };
    let rows: Vec<_> = rows.iter().map(|row| row[..columns].to_vec()).collect();
    in_columns(&rows) + &same + "\n"
}

/// Settings that are not known to be worse than the choice.
fn beside(tuned: &Tuned, choice: &Choice) -> String {
    let mut out = format!(
        "{} meet all limits; ",
        plural(choice.feasible as u64, "setting")
    );
    out += &match choice.tied.len() {
        0 => "all others are worse\n".to_owned(),
        n => format!(
            "{} of the others {} not shown to be worse by {}\n",
            count(n as u64),
            if n == 1 { "is" } else { "are" },
            plural(tuned.walk.replications, "replication")
        ),
    };
    let best = &tuned.tuning.settings[choice.best];
    if choice.thresholds != best.threshold {
        let (first, last) = choice.thresholds;
        out += &format!(
            "  with {} at a time no threshold from {first} % to {last} % is; chosen is the one that breaks fewest\n",
            range(best.concurrency)
        );
    }
    for (which, tied) in &choice.runners {
        let sheet = tuned.walk.sheet(*which);
        let tied = match tied {
            true => "not shown to be worse",
            false => "worse",
        };
        out += &format!(
            "  {}: {}, {tied}\n",
            setting(&tuned.tuning, *which),
            objective_shown(tuned, sheet.objective)
        );
    }
    out + "\n"
}

/// What each limit costs.
fn priced(tuned: &Tuned, choice: &Choice, prices: &[Price]) -> String {
    if prices.is_empty() {
        return String::new();
    }
    let aim = tuned.tuning.aim;
    let own = tuned.walk.sheet(choice.best);
    let mut out = "what each limit costs\n".to_owned();
    for (limit, price) in prices.iter().enumerate() {
        let written = &aim.limits[limit];
        let n = tuned.tuning.robots(&written.measure.profile);
        out += &format!("  {}: ", written.text);
        if !price.noticed {
            out += "nothing noticeable\n";
            continue;
        }
        let unit = aim.objective.unit();
        let sheet = tuned.walk.sheet(price.without);
        out += &format!(
            "{} ({} at {}, where it is {})\n",
            difference(&aim.objective, gain(own, sheet)),
            unit.shown(sheet.objective.value),
            setting(&tuned.tuning, price.without),
            written.shown(sheet.limits[limit].value, n)
        );
        if let Some(relaxed) = price.relaxation {
            let sheet = tuned.walk.sheet(relaxed.setting);
            out += &format!(
                "    the nearest that buys something: {} gives {} at {}, {} less of it\n",
                written.with_bound(relaxed.bound, n),
                unit.shown(sheet.objective.value),
                setting(&tuned.tuning, relaxed.setting),
                difference(&aim.objective, gain(own, sheet))
            );
        }
    }
    out + "\n"
}

/// By how much the objective differs.
fn gain(own: &Sheet, other: &Sheet) -> f64 {
    (own.objective.value - other.objective.value).abs()
}

/// The settings that were played again, and variations of the choice.
fn tried(tuned: &Tuned) -> String {
    let Some(trials) = &tuned.trials else {
        return "not tried again: interrupted\n\n".to_owned();
    };
    let mut out = format!(
        "played again on {} that had no say in the choice\n",
        plural(trials.replications, "fresh replication")
    );
    let mut rows = Vec::new();
    for (which, trial) in tuned.tried.iter().zip(&trials.fresh) {
        let sample = tuned.tuning.sample();
        let label = match setting(&tuned.tuning, *which) {
            name if *which == sample => format!("  {} {name}", SAMPLE.0),
            name if tuned.tuning.is_sample(*which) => {
                format!(
                    "  {name}, as {} {}",
                    SAMPLE.0,
                    setting(&tuned.tuning, sample)
                )
            }
            name => format!("  {name}"),
        };
        rows.extend(with_verdicts(tuned, label, trial));
    }
    out += &in_columns(&rows);
    out += match tuned.confirmed() {
        Some(Verdict::Broken) => {
            "these refute the choice: it met the limits by the luck of the first replications; play more of them\n"
        }
        Some(Verdict::Open) => "these leave it open whether the choice meets the limits\n",
        Some(Verdict::Held) | None => "",
    };
    out.push('\n');
    out += &varied(tuned, trials);
    out
}

/// A row, and one more for each further limit that does not hold.
fn with_verdicts(tuned: &Tuned, label: String, trial: &Trial) -> Vec<Vec<String>> {
    let mut verdicts = verdicts(tuned, &trial.limits).into_iter();
    let objective = objective_shown(tuned, trial.objective);
    let first = vec![label, objective, verdicts.next().unwrap_or_default()];
    std::iter::once(first)
        .chain(verdicts.map(|verdict| vec![String::new(), String::new(), verdict]))
        .collect()
}

fn varied(tuned: &Tuned, trials: &Trials) -> String {
    if trials.varied.is_empty() {
        return String::new();
    }
    let mut out = "the choice with something changed\n".to_owned();
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
        out += &format!("  {title}, {played}\n");
        // What does not hold comes first; the sort is stable.
        varied.sort_by_key(|it| {
            let mut limits = it.trial.limits.iter();
            limits.all(|limit| limit.verdict == Verdict::Held)
        });
        let rows = varied
            .iter()
            .flat_map(|it| with_verdicts(tuned, format!("    {}", it.name), &it.trial));
        out += &in_columns(&rows.collect::<Vec<_>>());
    }
    out + "\n"
}

/// Which limits keep every setting out.
fn in_the_way(tuned: &Tuned, blocked: &Blocked) -> String {
    let aim = tuned.tuning.aim;
    let mut out = String::new();
    for (limit, written) in aim.limits.iter().enumerate() {
        let nearest = blocked.nearest_to[limit];
        let own = &tuned.walk.sheet(nearest).limits[limit];
        out += &match (blocked.met_by[limit], blocked.without[limit]) {
            (0, _) => {
                let meets = match blocked.open_by[limit] {
                    0 => "meets",
                    _ => "is shown to meet",
                };
                format!(
                    "  {}: no setting {meets} it; nearest is {} with {}\n",
                    written.text,
                    setting(&tuned.tuning, nearest),
                    assessed(tuned, limit, own)
                )
            }
            (met, Some(without)) if !blocked.is_objective_open => {
                let sheet = tuned.walk.sheet(without);
                format!(
                    "  {}: {}, but none that meets the others; without it {} gives {}, where it is {}\n",
                    written.text,
                    meet(met),
                    setting(&tuned.tuning, without),
                    aim.objective.unit().shown(sheet.objective.value),
                    assessed(tuned, limit, &sheet.limits[limit])
                )
            }
            (met, _) => format!("  {}: {}\n", written.text, meet(met)),
        };
    }
    if blocked.is_objective_open {
        let comes = match blocked.is_refuted {
            true => "never comes",
            false => "is not shown to come",
        };
        out += &format!("  {} {comes} where all limits hold\n", aim.objective.name());
    }
    out + "\n"
}

/// How many settings meet a limit.
fn meet(settings: usize) -> String {
    format!(
        "{} {} it",
        plural(settings as u64, "setting"),
        if settings == 1 { "meets" } else { "meet" }
    )
}
