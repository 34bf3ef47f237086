//! The answer of a decision map: what the setting in the file does, and what any other could.

use std::collections::BTreeSet;

use crate::report::columns::Columns;
use crate::report::figures::{mean_robots, proportion, time_quantiles};
use crate::report::words::{attained, never, plural, stops, unseen, watched_longer, window};
use crate::scenario::{BASE, Profile, Scenario};
use crate::stats::Estimate;
use crate::study::limit::{Happening, Limit, Op, Statistic};
use crate::study::{MapRow, MapRun, summary_of};
use crate::units::{decimal, duration, share};

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
        let of_base = |limit: &Limit| {
            let measure = &limit.measure;
            let event = measure.statistic == Statistic::Probability(Happening::Event);
            let metric = ["stopped", "threshold_reached"]
                .into_iter()
                .find(|metric| *metric == measure.metric.name)?;
            let bounds = event && measure.profile == BASE && limit.op == Op::AtMost;
            bounds.then(|| GoodStopped {
                share: limit.bound.of(0),
                metric,
                of_file: true,
            })
        };
        let stated = limits.into_iter().find_map(of_base);
        stated.unwrap_or(GoodStopped {
            share: RARELY,
            metric: "threshold_reached",
            of_file: false,
        })
    }

    /// Whether a setting of the base is known to keep it.
    fn allows(self, row: &MapRow) -> bool {
        at_most(row.chance(self.metric), self.share)
    }

    /// The rule in words, for the heading of the best settings.
    fn said(self) -> String {
        let happens = if self.metric == "stopped" {
            "is stopped"
        } else {
            "reaches the threshold"
        };
        let whose = if self.of_file {
            " (the file's limit)"
        } else {
            ""
        };
        format!(
            "where {BASE} {happens} in at most {}{whose}",
            percent(self.share)
        )
    }
}

/// The answer of a map of which at least one row was finished; `good` is where a setting may be called the best.
pub fn map_table(
    scenario: &Scenario,
    map: &MapRun,
    good: GoodStopped,
    replications: u64,
) -> String {
    let shown: Vec<(usize, &Profile)> = scenario
        .profiles
        .iter()
        .enumerate()
        .take(PROFILES_MAX)
        .collect();
    let mut columns = Columns { rows: Vec::new() };
    let mut row = |label: &str, field: &dyn Fn(usize, &Profile) -> String| {
        let fields = shown.iter().map(|(which, profile)| field(*which, profile));
        columns
            .rows
            .push(std::iter::once(label.to_owned()).chain(fields).collect());
    };
    let own = |which: usize, field: &dyn Fn(&MapRow, f64) -> String| match &map.own[which] {
        Some(row) => field(
            row,
            f64::from(scenario.profiles[which].world.fleet.robots()),
        ),
        None => NOT_PLAYED.to_owned(),
    };
    row("", &|_, profile| profile.name.clone());
    row("the setting in the file", &|_, _| String::new());
    row("  at a time", &|_, profile| window(profile));
    row("  stops at", &|_, profile| {
        stops(profile).unwrap_or_else(|| "never".to_owned())
    });
    row("  time to 95 %", &|which, _| {
        let never = never(scenario.profiles[which].world.cutting_watch());
        own(which, &|row, _| {
            time_quantiles(summary_of(row.metrics(), "time_to_95_s"), &never)
        })
    });
    row("  threshold reached", &|which, _| {
        own(which, &|row, _| {
            proportion(summary_of(row.metrics(), "threshold_reached").get(""))
        })
    });
    row("  broken", &|which, _| {
        own(which, &|row, n| {
            mean_robots(summary_of(row.metrics(), "broken_count"), n)
        })
    });
    row("  most down at once", &|which, _| {
        own(which, &|row, n| {
            mean_robots(summary_of(row.metrics(), "down_peak_count"), n)
        })
    });
    row(&good.said(), &|_, _| String::new());
    let allowed = Allowed::new(scenario, map, good);
    row("  time to 95 %, best", &|which, profile| {
        allowed.best_said(which, never(profile.world.cutting_watch()))
    });
    row("  nearly as good from", &|which, _| {
        allowed
            .nearly_best(which)
            .map_or_else(|| "-".to_owned(), timed)
    });
    row("anywhere on the map, estimated", &|_, _| String::new());
    row("  threshold reached", &|which, _| {
        range(
            map,
            which,
            |row| row.chance("threshold_reached").value,
            |p| share(p, 1),
        )
    });
    row("    in at most 1 %", &|which, _| match still(
        map,
        which,
        map.percentages.iter().rev(),
        |p| at_most(p, RARELY),
    ) {
        Some(first) => format!("at thresholds from {first} % on"),
        None => at_none(map, which),
    });
    row(
        "    in at least 99 %",
        &|which, _| match still(map, which, map.percentages.iter(), |p| {
            at_least(p, 1.0 - RARELY)
        }) {
            Some(last) => format!("at thresholds up to {last} %"),
            None => at_none(map, which),
        },
    );
    let mean = |metric: &'static str| move |row: &MapRow| value(row, metric, "mean");
    row("  broken", &|which, _| {
        range(map, which, mean("broken_count"), |robots| {
            decimal(robots, 1)
        })
    });
    row("  most down at once", &|which, _| {
        range(map, which, mean("down_peak_count"), |robots| {
            decimal(robots, 1)
        })
    });
    let more = match scenario.profiles.len().saturating_sub(PROFILES_MAX) {
        0 => String::new(),
        more => format!("and {} more in map.csv\n", plural(more as u64, "profile")),
    };
    let attained = watched_longer(&map.watched_longer) + &attained(&map.attained, replications);
    format!(
        "{}{}{more}{attained}",
        heading(scenario, map, replications),
        columns.render()
    )
}

fn heading(scenario: &Scenario, map: &MapRun, replications: u64) -> String {
    let base = &scenario.profiles[0];
    let step = map.percentages[0];
    format!(
        "{}: version {} to {}, concurrencies and failure thresholds from {step} % to 100 %{}\n\
         {}, {} each, seed {}; [ ] and ± are 95 % intervals\n{}\n",
        scenario.name,
        base.world.release.version,
        plural(base.world.fleet.robots().into(), "robot"),
        if step == 1 {
            String::new()
        } else {
            format!(" in steps of {step} %")
        },
        plural(map.rows.len() as u64, "setting"),
        plural(replications, "replication"),
        scenario.seed,
        unseen(replications, map.rows.iter().flat_map(MapRow::metrics)),
    )
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
        let base = scenario
            .profiles
            .iter()
            .position(|profile| profile.name == BASE);
        let base = base.filter(|base| rows_of(map, *base).next().is_some());
        let pairs = |base| {
            rows_of(map, base)
                .filter(|row| good.allows(row))
                .map(pair)
                .collect()
        };
        Allowed {
            map,
            pairs: base.map(pairs),
        }
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
    let played = rows_of(map, which).next().is_some();
    if played {
        "shown of no threshold"
    } else {
        NOT_PLAYED
    }
    .to_owned()
}

fn timed(row: &MapRow) -> String {
    let setting = &row.setting;
    format!(
        "{} at {} % at a time, threshold {} %",
        duration(median(row) * 1000.0),
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
    let values = || rows_of(map, which).map(&value);
    let (least, most) = (
        values().fold(f64::INFINITY, f64::min),
        values().fold(f64::NEG_INFINITY, f64::max),
    );
    match (shown(least), shown(most)) {
        _ if least > most => NOT_PLAYED.to_owned(),
        (least, most) if least == most => least,
        (least, most) => format!("{least} to {most}"),
    }
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
    let holds = |percentage: &u8| {
        let mut rows = rows_of(map, which)
            .filter(|row| row.setting.levels.threshold == *percentage)
            .peekable();
        rows.peek().is_some() && rows.all(|row| so(row.chance("threshold_reached")))
    };
    order.copied().take_while(holds).last()
}

/// A share in percent, in the digits that it has.
fn percent(share: f64) -> String {
    let percent = decimal(100.0 * share, 4);
    let short = if percent.contains('.') {
        percent.trim_end_matches('0').trim_end_matches('.')
    } else {
        &percent
    };
    format!("{short} %")
}
