//! The answer of a decision map: what the setting in the file does, and what any other could.

use std::collections::BTreeSet;

use crate::report::figures::{found_share, mean_robots, proportion};
use crate::report::page::{Page, Row, Table};
use crate::report::times;
use crate::report::titles::robots_from;
use crate::report::words::{
    attained, never, only_played, plural, stops, unseen, watched_longer, window,
};
use crate::scenario::{BASE, Profile, Scenario};
use crate::stats::Estimate;
use crate::study::limit::{Happening, Limit, Op, Statistic};
use crate::study::{MapRow, MapRun, summary_of};
use crate::units::decimal;

/// Profiles shown; the others are in the files.
const PROFILES_MAX: usize = 3;

/// A threshold is reached rarely if in at most this share of rollouts, nearly always if in all but this share.
const RARELY: f64 = 0.01;

/// Shown where an interruption left a value out.
const NOT_PLAYED: &str = "not played";

/// A time is about as good as the best if it is at most this many times as long.
const NEARLY: f64 = 1.1;

/// How often a setting that is called the best may stop a good release, the scenario's base.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GoodStopped {
    /// Largest share of rollouts in which `metric` may happen.
    share: f64,
    /// `stopped`, or `threshold_reached` if the file limits that.
    metric: &'static str,
    /// Whether the file sets it.
    of_file: bool,
}

impl GoodStopped {
    /// As the first of these limits says that is of how often the base is stopped or its threshold reached. Without one its threshold is
    /// reached in at most 1 %: a job that ends so has failed, whether robots were left or not. What is not known exactly has to be shown.
    pub fn of<'l>(limits: impl IntoIterator<Item = &'l Limit>) -> GoodStopped {
        let mut stated = limits.into_iter().filter_map(GoodStopped::limit);
        stated.next().unwrap_or(GoodStopped {
            share: RARELY,
            metric: "threshold_reached",
            of_file: false,
        })
    }

    /// A limit on how often the base is stopped.
    fn limit(limit: &Limit) -> Option<GoodStopped> {
        let measure = &limit.measure;
        let is_event = measure.statistic == Statistic::Probability(Happening::Event);
        let metric = ["stopped", "threshold_reached"]
            .into_iter()
            .find(|metric| *metric == measure.metric.name)?;
        let is_bound = is_event && measure.profile == BASE && limit.op == Op::AtMost;
        is_bound.then(|| GoodStopped {
            share: limit.bound.of(0),
            metric,
            of_file: true,
        })
    }

    /// Whether a setting of the base is known to keep it.
    fn allows(self, row: &MapRow) -> bool {
        at_most(row.chance(self.metric), self.share)
    }

    /// The rule in words, for the heading of the best settings.
    fn said(self) -> String {
        let happens = match self.metric {
            "stopped" => "is stopped",
            _ => "reaches the threshold",
        };
        let whose = match self.of_file {
            true => " (the file's limit)",
            false => "",
        };
        let most = percent(self.share);
        format!("where {BASE} {happens} in at most {most}{whose}")
    }
}

/// The answer of a map of which at least one row was finished; `good` is where a setting may be called the best.
pub fn map_page(scenario: &Scenario, map: &MapRun, good: GoodStopped, replications: u64) -> Page {
    let allowed = Allowed::new(scenario, map, good);
    let mut page = Page::new(sentence(scenario, &allowed, good));
    for line in heading(scenario, map, replications) {
        page.asked(line);
    }
    let profiles = &scenario.profiles[..scenario.profiles.len().min(PROFILES_MAX)];
    let names = profiles.iter().map(|profile| profile.name.clone());
    let mut rows = vec![
        Row::section("the setting in the file"),
        Row::under("at a time", profiles.iter().map(window)),
        Row::under("stops at", profiles.iter().map(stops_or_never)),
    ];
    rows.extend(own(map, profiles));
    rows.push(Row::section(good.said()));
    rows.extend(best(&allowed, profiles));
    rows.push(Row::section("anywhere on the map, estimated"));
    rows.extend(anywhere(map, profiles.len()));
    let heads = std::iter::once("mean per rollout".to_owned()).chain(names);
    page.table(Table::new(heads).rows(rows));
    page.text(match scenario.profiles.len().saturating_sub(PROFILES_MAX) {
        0 => String::new(),
        more => format!("and {} more in map.csv", plural(more as u64, "profile")),
    });
    page.text(watched_longer(&map.watched_longer));
    page.text(attained(&map.attained, replications));
    page
}

fn stops_or_never(profile: &Profile) -> String {
    stops(profile).unwrap_or_else(|| "never".to_owned())
}

/// The setting at which the first profile is soonest, and what the map does to the second.
fn sentence(scenario: &Scenario, allowed: &Allowed, good: GoodStopped) -> String {
    let first = &scenario.profiles[0];
    let version = &first.world.release.version;
    let mut out = match (allowed.best(0), &allowed.pairs) {
        (Some(best), _) => format!(
            "95 % of the robots run version {version} soonest after {} (median), counting settings {}",
            timed(best),
            good.said()
        ),
        (None, Some(_)) if rows_of(allowed.map, 0).next().is_some() => format!(
            "No setting is shown to be one {}: more replications, or a smaller --map step, may show one",
            good.said()
        ),
        (None, Some(_)) => format!("No setting of {} was played", first.name),
        (None, None) => format!("Which setting is best is not known: {BASE} was not played"),
    };
    if let Some((least, most)) = ends(allowed.map, 1, |row| value(row, "broken_count", "mean")) {
        out += &format!(
            "; {} breaks {} (mean) over the map",
            scenario.profiles[1].name,
            robots_from(least, most)
        );
    }
    let all = allowed.map.percentages.len().pow(2) * scenario.profiles.len();
    let rows = allowed.map.rows.len();
    out + &only_played(rows, all, "setting") + "."
}

/// What the settings come to that may be called the best.
fn best(allowed: &Allowed, profiles: &[Profile]) -> [Row; 2] {
    let shown = || (0..).zip(profiles);
    let best = shown()
        .map(|(which, profile)| allowed.best_said(which, never(profile.world.cutting_watch())));
    let nearly = shown().map(|(which, _)| {
        let nearly = allowed.nearly_best(which);
        nearly.map_or_else(|| "-".to_owned(), timed)
    });
    [
        Row::under("time to 95 %, median, best", best),
        Row::under("nearly as good from", nearly),
    ]
}

/// What the whole map comes to, for the first `n` profiles.
fn anywhere(map: &MapRun, n: usize) -> Vec<Row> {
    let reached = |which: usize| {
        let chance = |row: &MapRow| row.chance("threshold_reached").value;
        range(map, which, chance, found_share)
    };
    let rarely = |which: usize| {
        let order = map.percentages.iter().rev();
        match still(map, which, order, |p| at_most(p, RARELY)) {
            Some(first) => format!("at thresholds from {first} % on"),
            None => at_none(map, which),
        }
    };
    let mostly = |which: usize| {
        let order = map.percentages.iter();
        match still(map, which, order, |p| at_least(p, 1.0 - RARELY)) {
            Some(last) => format!("at thresholds up to {last} %"),
            None => at_none(map, which),
        }
    };
    let mut rows = vec![
        Row::under("threshold reached", (0..n).map(reached)),
        Row::at_depth(2, "in at most 1 %", (0..n).map(rarely)),
        Row::at_depth(2, "in at least 99 %", (0..n).map(mostly)),
    ];
    for (label, metric) in [
        ("broken", "broken_count"),
        ("most down at once", "down_peak_count"),
    ] {
        let mean = |row: &MapRow| value(row, metric, "mean");
        let fields = (0..n).map(|which| range(map, which, mean, |n| decimal(n, 1)));
        rows.push(Row::under(label, fields));
    }
    rows
}

/// What the setting in the file does.
fn own(map: &MapRun, profiles: &[Profile]) -> [Row; 4] {
    let metrics = [
        ("time to 95 %, median", "time_to_95_s"),
        ("threshold reached", "threshold_reached"),
        ("broken", "broken_count"),
        ("most down at once", "down_peak_count"),
    ];
    metrics.map(|(label, metric)| {
        let fields = profiles.iter().zip(&map.own).map(|(profile, own)| {
            let Some(own) = own else {
                return NOT_PLAYED.to_owned();
            };
            let summary = summary_of(own.metrics(), metric);
            match metric {
                "time_to_95_s" => times::median(summary, &never(profile.world.cutting_watch())),
                "threshold_reached" => proportion(summary.get("")),
                _ => mean_robots(summary, f64::from(profile.world.fleet.robots())),
            }
        });
        Row::under(label, fields)
    })
}

fn heading(scenario: &Scenario, map: &MapRun, replications: u64) -> [String; 3] {
    let base = &scenario.profiles[0];
    let step = map.percentages[0];
    let steps = match step {
        1 => String::new(),
        step => format!(" in steps of {step} %"),
    };
    [
        format!(
            "{}: version {} to {}, concurrencies and failure thresholds from {step} % to 100 %{steps}",
            scenario.name,
            base.world.release.version,
            plural(base.world.fleet.robots().into(), "robot"),
        ),
        format!(
            "{}, {} each, seed {}; [ ] and ± are 95 % intervals",
            plural(map.rows.len() as u64, "setting"),
            plural(replications, "replication"),
            scenario.seed,
        ),
        unseen(replications, map.rows.iter().flat_map(MapRow::metrics)),
    ]
}

fn rows_of(map: &MapRun, which: usize) -> impl Iterator<Item = &MapRow> {
    map.rows
        .iter()
        .filter(move |row| row.setting.profile == which)
}

fn value(row: &MapRow, metric: &str, statistic: &str) -> f64 {
    summary_of(row.metrics(), metric).get(statistic).value
}

fn median(row: &MapRow) -> f64 {
    value(row, "time_to_95_s", "p50")
}

/// Settings at which the base is stopped rarely enough.
struct Allowed<'m> {
    map: &'m MapRun,
    /// Their percentages; none if the base was not played.
    pairs: Option<BTreeSet<(u8, u8)>>,
}

fn pair(row: &MapRow) -> (u8, u8) {
    (row.setting.levels.concurrency, row.setting.levels.threshold)
}

impl<'m> Allowed<'m> {
    fn new(scenario: &Scenario, map: &'m MapRun, good: GoodStopped) -> Allowed<'m> {
        let mut profiles = scenario.profiles.iter();
        let base = profiles.position(|profile| profile.name == BASE);
        let pairs = base
            .filter(|base| rows_of(map, *base).next().is_some())
            .map(|base| {
                let allowed = rows_of(map, base).filter(|row| good.allows(row));
                allowed.map(pair).collect()
            });
        Allowed { map, pairs }
    }

    /// The settings of a profile.
    fn rows(&self, which: usize) -> impl Iterator<Item = &'m MapRow> {
        rows_of(self.map, which).filter(|row| {
            self.pairs
                .as_ref()
                .is_some_and(|pairs| pairs.contains(&pair(row)))
        })
    }

    /// The setting with the least median time to 95 %, if any has one; among equals the one with the least percentages.
    fn best(&self, which: usize) -> Option<&'m MapRow> {
        let timed = self.rows(which).filter(|row| median(row).is_finite());
        timed.min_by(|a, b| median(a).total_cmp(&median(b)))
    }

    fn best_said(&self, which: usize, never: String) -> String {
        let played = rows_of(self.map, which).next().is_some();
        match (self.best(which), &self.pairs) {
            (Some(best), _) => timed(best),
            (None, _) if !played => NOT_PLAYED.to_owned(),
            (None, None) => format!("not known: {BASE} was not played"),
            (None, Some(pairs)) if pairs.is_empty() => "shown of no setting".to_owned(),
            (None, Some(_)) => never,
        }
    }

    /// The setting of least concurrency, then of least threshold, that is about as good as the best.
    fn nearly_best(&self, which: usize) -> Option<&'m MapRow> {
        let best = median(self.best(which)?);
        self.rows(which).find(|row| median(row) <= NEARLY * best)
    }
}

/// The words where no threshold is known to have an effect.
fn at_none(map: &MapRun, which: usize) -> String {
    match rows_of(map, which).next() {
        Some(_) => "shown of no threshold".to_owned(),
        None => NOT_PLAYED.to_owned(),
    }
}

fn timed(row: &MapRow) -> String {
    let setting = &row.setting;
    format!(
        "{} at {} % at a time, threshold {} %",
        times::alone(summary_of(row.metrics(), "time_to_95_s").get("p50")),
        setting.levels.concurrency,
        setting.levels.threshold
    )
}

/// From the least to the greatest on the map.
fn range(
    map: &MapRun,
    which: usize,
    value: impl Fn(&MapRow) -> f64,
    shown: impl Fn(f64) -> String,
) -> String {
    let Some((least, most)) = ends(map, which, value) else {
        return NOT_PLAYED.to_owned();
    };
    match (shown(least), shown(most)) {
        (least, most) if least == most => least,
        (least, most) => format!("{least} to {most}"),
    }
}

/// The least and the greatest on the map, if any of it was played.
fn ends(map: &MapRun, which: usize, value: impl Fn(&MapRow) -> f64) -> Option<(f64, f64)> {
    let values: Vec<f64> = rows_of(map, which).map(value).collect();
    let least = values.iter().copied().min_by(f64::total_cmp)?;
    let most = values.into_iter().max_by(f64::total_cmp)?;
    Some((least, most))
}

/// Whether a probability is known to be at most `most`.
fn at_most(probability: Estimate, most: f64) -> bool {
    probability.hi.is_some_and(|hi| hi <= most)
}

/// Whether a probability is known to be at least `least`.
fn at_least(probability: Estimate, least: f64) -> bool {
    probability.lo.is_some_and(|lo| lo >= least)
}

/// The thresholds, from those in `order` on, that are reached so often whatever the concurrency: the last for which it still holds.
fn still<'a>(
    map: &MapRun,
    which: usize,
    order: impl Iterator<Item = &'a u8>,
    so: impl Fn(Estimate) -> bool,
) -> Option<u8> {
    let order = order.copied().take_while(|percentage| {
        let mut rows = rows_of(map, which)
            .filter(|row| row.setting.levels.threshold == *percentage)
            .peekable();
        rows.peek().is_some() && rows.all(|row| so(row.chance("threshold_reached")))
    });
    order.last()
}

/// A share in percent, in the digits that it has.
fn percent(share: f64) -> String {
    let percent = decimal(100.0 * share, 4);
    let short = match percent.contains('.') {
        true => percent.trim_end_matches('0').trim_end_matches('.'),
        false => &percent,
    };
    format!("{short} %")
}
