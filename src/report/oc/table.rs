//! The answer of an operating characteristic: what each setting does to a good release and to a bad one.

use crate::report::figures::{
    exact_probability, exact_robots, exactly, found_share, plus_minus, probability, proportion,
};
use crate::report::page::{Page, Row, Table as PageTable};
use crate::report::times::time;
use crate::report::words::{plural, stops_of, unseen, window_of};
use crate::scenario::Scenario;
use crate::stats::Estimate;
use crate::study::{Line, Oc, OcRow, OcSetting};
use crate::units::{decimal, share};

/// Settings shown; the others are in the files.
const SETTINGS_MAX: usize = 4;

/// The answer where the rows of the hypotheses were finished.
pub fn oc_page(scenario: &Scenario, oc: &Oc, rows: &[OcRow], replications: u64) -> Page {
    let base = &scenario.profiles[0];
    let table = Table {
        oc,
        rows,
        settings: &oc.settings[..oc.settings.len().min(SETTINGS_MAX)],
    };
    let mut page = Page::new(table.sentence());
    page.asked(format!(
        "{}: version {} to {}, profile {}: what settings do, over the probability that {} fails",
        scenario.name,
        base.world.release.version,
        plural(oc.n.into(), "robot"),
        base.name,
        oc.script.name(),
    ));
    page.asked(format!(
        "{} per point, seed {}; [ ] and ± are 95 % intervals",
        plural(replications, "replication"),
        scenario.seed,
    ));
    let error = share(oc.hypotheses.error, 1);
    page.asked(match rows.iter().find_map(|row| row.optimum.as_ref().err()) {
        None => format!(
            "the optimum, one robot at a time, stops a good release in {error} of rollouts at most, and counts the same failures"
        ),
        Some(why) => format!("where no optimum is shown, {why}"),
    });
    let metrics = rows.iter().flat_map(|row| &row.result.metrics);
    page.asked(unseen(replications, metrics));
    let heads = std::iter::once("mean per rollout".to_owned());
    let heads = heads.chain(table.settings.iter().map(|setting| table.name(setting)));
    let window = |setting: &OcSetting| window_of(setting.in_robots, setting.levels.concurrency);
    let mut lines = vec![
        Row::new("at a time", table.settings.iter().map(window)),
        Row::new("stops at", table.settings.iter().map(stops)),
    ];
    lines.extend(table.hypothesis("good", oc.hypotheses.good));
    lines.extend(table.hypothesis("bad", oc.hypotheses.bad));
    lines.extend(table.against_optimum(oc.hypotheses.bad));
    page.table(PageTable::new(heads).rows(lines));
    page
}

fn stops(setting: &OcSetting) -> String {
    stops_of(setting.in_robots, setting.levels.threshold).unwrap_or_else(|| "never".to_owned())
}

/// What rows are made of.
struct Table<'a> {
    oc: &'a Oc,
    rows: &'a [OcRow],
    /// Those that are shown.
    settings: &'a [OcSetting],
}

impl Table<'_> {
    /// What the first setting does to a good release and to a bad one.
    fn sentence(&self) -> String {
        let setting = &self.settings[0];
        let of = |what: &str, p: f64| {
            let row = self
                .rows
                .iter()
                .find(|row| row.setting == *setting && row.p == p)?;
            let reached = match &row.threshold_reached {
                Ok(exact) => format!("{} (computed)", probability(exact.value)),
                Err(_) => proportion(row.simulated("threshold_reached", "")),
            };
            let broken = row
                .exact
                .map_or(row.simulated("broken_count", "mean").value, |it| it.failed);
            let (broken, p) = (decimal(broken, 1), share(p, 2));
            Some(format!(
                "a {what} release ({p}) breaks {broken} of {} (mean) and reaches the threshold with a probability of {reached}",
                plural(self.oc.n.into(), "robot")
            ))
        };
        let hypotheses = &self.oc.hypotheses;
        let parts = [of("bad", hypotheses.bad), of("good", hypotheses.good)];
        let mut parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.len() < 2 {
            parts.push(match parts.is_empty() {
                true => "neither a bad nor a good release was played".to_owned(),
                false => "the other release was not played".to_owned(),
            });
        }
        format!("At {}, {}.", self.name(setting), parts.join("; "))
    }

    fn name(&self, setting: &OcSetting) -> String {
        let levels = setting.levels;
        let name = format!("{} % / {} %", levels.concurrency, levels.threshold);
        match *setting == self.oc.settings[0] {
            true => format!("{name}, the setting in the file"),
            false => name,
        }
    }

    /// A row of what came of each setting at a probability.
    fn row(&self, label: &str, p: f64, field: impl Fn(&OcRow) -> String) -> Row {
        let fields = self.settings.iter().map(|setting| {
            let mut rows = self.rows.iter();
            let found = rows.find(|row| row.setting == *setting && row.p == p);
            found.map_or_else(|| "not finished".to_owned(), &field)
        });
        Row::under(label, fields)
    }

    fn hypothesis(&self, what: &str, p: f64) -> [Row; 5] {
        let script = self.oc.script.name();
        let title = format!("{what}: {script} fails in {}", share(p, 2));
        [
            Row::section(title),
            self.row("threshold reached", p, |row| {
                proportion(row.simulated("threshold_reached", ""))
                    + &exactly(&row.threshold_reached)
            }),
            self.row("stopped", p, |row| {
                let simulated = proportion(row.simulated("stopped", ""));
                match row.exact {
                    Some(exact) => {
                        format!("{simulated}, {}", exact_probability(exact.stopped))
                    }
                    None => simulated,
                }
            }),
            self.row("exposed", p, |row| {
                let exact = row.exact.map(|exact| exact.started);
                self.robots(row.simulated("exposed_count", "mean"), exact)
            }),
            self.row("broken", p, |row| {
                let exact = row.exact.map(|exact| exact.failed);
                self.robots(row.simulated("broken_count", "mean"), exact)
            }),
        ]
    }

    /// A mean number of robots, exactly where it is known, and its share of the fleet.
    fn robots(&self, simulated: Estimate, exact: Option<f64>) -> String {
        let shown = match exact {
            None => plus_minus(simulated, 1.0, 1, ""),
            Some(exact) => exact_robots(exact),
        };
        let robots = exact.unwrap_or(simulated.value);
        format!("{shown}, {}", found_share(robots / f64::from(self.oc.n)))
    }

    /// What the optimum line would do to a bad release.
    fn against_optimum(&self, p: f64) -> [Row; 4] {
        [
            self.row("the optimum exposes and breaks", p, |row| {
                line(row.optimum.as_ref().ok())
            }),
            self.row("exposed, times the optimum", p, |row| match &row.optimum {
                Ok(best) => decimal(row.exposed() / best.exposed, 1),
                Err(_) => "-".to_owned(),
            }),
            self.row("its line with this window", p, |row| {
                line(row.line.as_ref())
            }),
            self.row("time to stop, median", p, |row| {
                time(row.simulated("time_to_stop_s", "p50"))
            }),
        ]
    }
}

/// What a line exposes and breaks.
fn line(line: Option<&Line>) -> String {
    match line {
        Some(Line {
            exposed, broken, ..
        }) => format!("{} and {}", decimal(*exposed, 1), decimal(*broken, 1)),
        None => "-".to_owned(),
    }
}
