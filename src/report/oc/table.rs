//! The answer of an operating characteristic: what each setting does to a good release and to a bad one.

use crate::report::columns::Columns;
use crate::report::figures::{exact_probability, exactly, plus_minus, proportion, time_quantile};
use crate::report::words::{plural, stops_of, unseen, window_of};
use crate::scenario::Scenario;
use crate::stats::Estimate;
use crate::study::{Line, Oc, OcRow, OcSetting};
use crate::units::{decimal, share};

/// Settings shown; the others are in the files.
const SETTINGS_MAX: usize = 4;

/// The answer where the rows of the hypotheses were finished.
pub fn oc_table(scenario: &Scenario, oc: &Oc, rows: &[OcRow], replications: u64) -> String {
    let base = &scenario.profiles[0];
    let mut columns = Columns { rows: Vec::new() };
    let shown = &oc.settings[..oc.settings.len().min(SETTINGS_MAX)];
    let mut row = |label: &str, field: &dyn Fn(&OcSetting) -> String| {
        columns.rows.push(
            std::iter::once(label.to_owned())
                .chain(shown.iter().map(field))
                .collect(),
        );
    };
    row("", &|setting| {
        if *setting == oc.settings[0] {
            "the setting in the file".to_owned()
        } else {
            String::new()
        }
    });
    row("at a time", &|setting| {
        window_of(setting.in_robots, setting.levels.concurrency)
    });
    row("stops at", &|setting| {
        stops_of(setting.in_robots, setting.levels.threshold).unwrap_or_else(|| "never".to_owned())
    });
    for (what, p) in [("good", oc.hypotheses.good), ("bad", oc.hypotheses.bad)] {
        let at = |setting: &OcSetting, field: &dyn Fn(&OcRow) -> String| {
            let found = rows
                .iter()
                .find(|row| row.setting == *setting && row.p == p);
            found.map_or_else(|| "not finished".to_owned(), field)
        };
        let robots = |simulated: Estimate, exact: Option<f64>| {
            let shown = exact.map_or_else(
                || plus_minus(simulated, 1.0, 1, ""),
                |exact| format!("exactly {}", decimal(exact, 1)),
            );
            format!(
                "{shown}, {}",
                share(exact.unwrap_or(simulated.value) / f64::from(oc.n), 1)
            )
        };
        row(
            &format!("{what}: {} fails in {}", oc.script.name(), share(p, 2)),
            &|_| String::new(),
        );
        row("  threshold reached", &|setting| {
            at(setting, &|row| {
                proportion(row.simulated("threshold_reached", ""))
                    + &exactly(&row.threshold_reached)
            })
        });
        row("  stopped", &|setting| {
            at(setting, &|row| match row.exact {
                Some(exact) => format!(
                    "{}, {}",
                    proportion(row.simulated("stopped", "")),
                    exact_probability(exact.stopped)
                ),
                None => proportion(row.simulated("stopped", "")),
            })
        });
        row("  exposed", &|setting| {
            at(setting, &|row| {
                robots(
                    row.simulated("exposed_count", "mean"),
                    row.exact.map(|exact| exact.started),
                )
            })
        });
        row("  broken", &|setting| {
            at(setting, &|row| {
                robots(
                    row.simulated("broken_count", "mean"),
                    row.exact.map(|exact| exact.failed),
                )
            })
        });
        if what == "bad" {
            let line = |line: Option<Line>| {
                let robots = |line: Line| {
                    format!(
                        "{} and {}",
                        decimal(line.exposed, 1),
                        decimal(line.broken, 1)
                    )
                };
                line.map_or_else(|| "-".to_owned(), robots)
            };
            row("  the optimum exposes and breaks", &|setting| {
                at(setting, &|row| line(row.optimum.as_ref().ok().copied()))
            });
            row("  exposed, times the optimum", &|setting| {
                at(setting, &|row| {
                    let times = |best: &Line| decimal(row.exposed() / best.exposed, 1);
                    row.optimum.as_ref().map_or_else(|_| "-".to_owned(), times)
                })
            });
            row("  its line with this window", &|setting| {
                at(setting, &|row| line(row.line))
            });
            row("  time to stop, median", &|setting| {
                at(setting, &|row| {
                    time_quantile(row.simulated("time_to_stop_s", "p50"))
                })
            });
        }
    }
    let error = share(oc.hypotheses.error, 1);
    let optimum = match rows.iter().find_map(|row| row.optimum.as_ref().err()) {
        None => format!(
            "the optimum, one robot at a time, stops a\ngood release in {error} of rollouts at most, and counts the same failures"
        ),
        Some(why) => format!("where no optimum is shown,\n{why}"),
    };
    format!(
        "{}: version {} to {}, profile {}: what settings do, over the probability that {} fails\n\
         {} a point, seed {}; [ ] and ± are 95 % intervals; {optimum}\n{}\n{}",
        scenario.name,
        base.world.release.version,
        plural(oc.n.into(), "robot"),
        base.name,
        oc.script.name(),
        plural(replications, "replication"),
        scenario.seed,
        unseen(
            replications,
            rows.iter().flat_map(|row| &row.result.metrics)
        ),
        columns.render(),
    )
}
