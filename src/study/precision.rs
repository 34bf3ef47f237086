//! How long a study goes on: for a number of replications, or until what it shows is precise enough.
//!
//! Precision is looked at after fixed numbers of replications, which are played in their order, and all settings and profiles are
//! played equally often: so neither the number of threads nor the moment of a look can change the answer.

use std::fmt;
use std::str::FromStr;

use crate::stats::Estimate;
use crate::stats::{self, Interval};
use crate::study::metric::{Kind, statistic_name};
use crate::study::summary::{MetricSummary, RestsOn, summary_of};

/// Statistics, by metric, whose precision counts: those that the answer on the terminal shows.
pub type Shown = [(&'static str, &'static [&'static str])];

/// How precise is precise enough: relative for means and quantiles, absolute points for proportions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Above 0 and below 100.
    percent: f64,
}

impl FromStr for Precision {
    type Err = String;

    fn from_str(text: &str) -> Result<Precision, String> {
        match percent(text) {
            Some(percent) if percent > 0.0 && percent < 100.0 => Ok(Precision { percent }),
            Some(_) => Err("a precision is above 0% and below 100%, as in 2%".to_owned()),
            None => Err("a precision is a percentage, as in 2%".to_owned()),
        }
    }
}

/// The number in a text like `2%`.
pub(super) fn percent(text: &str) -> Option<f64> {
    let number = text.trim().strip_suffix('%')?;
    number.trim_end().parse().ok()
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.percent)
    }
}

impl Precision {
    /// As a share of one.
    pub fn share(self) -> f64 {
        self.percent / 100.0
    }

    /// Whether a statistic of a metric of this kind is this precise. A quantile that never comes has no precision: how often it does
    /// not stands for it, and is shown beside it.
    fn holds(self, kind: Kind, statistic: &str, estimate: Estimate) -> bool {
        self.is_met(kind == Kind::Event || statistic == "p_never", estimate)
    }

    /// Whether a proportion, or another statistic, is this precise; what never comes has no precision.
    pub(super) fn is_met(self, is_proportion: bool, estimate: Estimate) -> bool {
        if !estimate.value.is_finite() {
            return true;
        }
        let Estimate {
            value,
            lo: Some(lo),
            hi: Some(hi),
        } = estimate
        else {
            return false;
        };
        let interval = Interval { lo, hi };
        match is_proportion {
            true => interval.reach_from(value) <= self.share(),
            false => stats::is_relatively_precise(value, interval, self.share()),
        }
    }

    /// Whether a statistic of a metric is this precise. A mean that all but a few replications agree on is not: what was not seen may move it.
    fn is_met_by(self, summary: &MetricSummary, statistic: &str) -> bool {
        let rests_on_spread = statistic != "mean" || summary.mean_rests_on == RestsOn::Spread;
        rests_on_spread && self.holds(summary.metric.kind, statistic, summary.get(statistic))
    }

    /// The shown statistics that are not this precise, with whether that is only because hardly any replication differs.
    pub fn missed<'a>(
        self,
        shown: &'a Shown,
        metrics: &'a [MetricSummary],
    ) -> impl Iterator<Item = (&'static str, &'static str, bool)> + 'a {
        shown.iter().flat_map(move |(name, statistics)| {
            let summary = summary_of(metrics, name);
            let missed = statistics
                .iter()
                .filter(move |of| !self.is_met_by(summary, of));
            missed.map(move |of| {
                (
                    *name,
                    *of,
                    self.holds(summary.metric.kind, of, summary.get(of)),
                )
            })
        })
    }
}

/// How long a study goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Until {
    /// At most.
    pub replications: u64,
    /// Fewer if all that is shown is this precise after fewer.
    pub precision: Option<Precision>,
}

impl From<u64> for Until {
    fn from(replications: u64) -> Until {
        Until {
            replications,
            precision: None,
        }
    }
}

impl Until {
    /// The numbers of replications after which the study may end, the last of them that at which it does.
    pub(super) fn checkpoints(&self) -> Vec<u64> {
        match self.precision {
            Some(_) => stats::checkpoints(self.replications).collect(),
            None => vec![self.replications],
        }
    }

    /// Whether everything shown in these rows is precise enough to end before the last checkpoint.
    pub(super) fn is_reached<'a>(
        &self,
        shown: &Shown,
        mut rows: impl Iterator<Item = &'a [MetricSummary]>,
    ) -> bool {
        self.precision.is_some_and(|precision| {
            rows.all(|metrics| precision.missed(shown, metrics).next().is_none())
        })
    }

    /// What came of the precision asked for; `rows` are the profiles with their statistics, one for each setting.
    pub(super) fn attained<'a>(
        &self,
        shown: &Shown,
        rows: impl Iterator<Item = (&'a str, &'a [MetricSummary])>,
    ) -> Option<Attained> {
        let precision = self.precision?;
        let mut missed: Vec<Missed> = Vec::new();
        for (profile, metrics) in rows {
            for (metric, of, hardly_varies) in precision.missed(shown, metrics) {
                let statistic = statistic_name(metric, of);
                match missed
                    .iter_mut()
                    .find(|known| known.profile == profile && known.statistic == statistic)
                {
                    Some(known) => {
                        known.settings += 1;
                        known.hardly_varies &= hardly_varies;
                    }
                    None => missed.push(Missed {
                        profile: profile.to_owned(),
                        statistic,
                        settings: 1,
                        hardly_varies,
                    }),
                }
            }
        }
        Some(Attained {
            precision,
            replications_max: self.replications,
            missed,
        })
    }
}

/// What came of the precision that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Attained {
    pub precision: Precision,
    /// How many replications might have been played.
    pub replications_max: u64,
    /// What is not that precise, after all of them.
    pub missed: Vec<Missed>,
}

/// A statistic that is not as precise as was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    pub profile: String,
    /// By name in outputs, as in `broken_count.mean`.
    pub statistic: String,
    /// In how many settings.
    pub settings: usize,
    /// Whether its interval is precise, but rests on what was not seen: all but a few replications agree.
    pub hardly_varies: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precision_without_a_meaning_is_refused() {
        for text in [
            "0%",
            "-2%",
            "100%",
            "1000%",
            "nan%",
            "inf%",
            "2",
            "0.02",
            "%",
            "",
            "two%",
            "2 percent",
        ] {
            assert!(text.parse::<Precision>().is_err(), "{text} was read");
        }
        for (text, shown) in [
            ("2%", "2%"),
            (" 0.5 %", "0.5%"),
            ("99.9%", "99.9%"),
            ("7%", "7%"),
        ] {
            assert_eq!(text.parse::<Precision>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn means_are_precise_relatively_and_proportions_in_points() {
        let precision: Precision = "25%".parse().unwrap();
        let holds = |kind, statistic, value: f64, half: f64| {
            precision.holds(
                kind,
                statistic,
                Estimate {
                    value,
                    lo: Some(value - half),
                    hi: Some(value + half),
                },
            )
        };
        assert!(holds(Kind::Number, "mean", 10.0, 2.0) && !holds(Kind::Number, "mean", 10.0, 2.1));
        assert!(holds(Kind::Event, "", 0.01, 0.24) && !holds(Kind::Event, "", 0.9, 0.26));
        assert!(holds(Kind::Time, "p_never", 0.01, 0.24) && !holds(Kind::Time, "p50", 0.01, 0.24));
        assert!(
            holds(Kind::Number, "mean", 0.0, 0.0),
            "a constant is precise"
        );
        let open = Estimate {
            value: 5.0,
            lo: Some(5.0),
            hi: None,
        };
        let never = Estimate {
            value: f64::INFINITY,
            ..open
        };
        let nearly = Estimate {
            hi: Some(f64::INFINITY),
            ..open
        };
        let of = |estimate| precision.holds(Kind::Time, "p95", estimate);
        assert_eq!([open, never, nearly].map(of), [false, true, false]);
    }
}
