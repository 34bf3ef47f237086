//! Margins: differences that are too small to matter.
//!
//! `--margin 2%` is for every statistic, relative to what A has, and in points where that is a share itself;
//! `--margin broken_count.mean=5` is for one of them, in its unit. A scenario has the same in `check.margins`.

use crate::scenario::{Diagnostic, Phrase, Place, Problems, did_you_mean};
use crate::study::compare::compared_statistics;
use crate::study::metric::{Metric, statistic_name};
use crate::study::precision::percent;
use crate::units::Quantity;

/// The flag that margins are written with.
const FLAG: &str = "--margin";

/// How large a difference of one statistic may be that does not matter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Margin {
    /// A share of A's value; of a statistic that is a share itself, percentage points of it.
    Share(f64),
    /// In the metric's unit.
    Amount(f64),
}

/// The margins of all statistics.
#[derive(Clone, Debug, PartialEq)]
pub struct Margins {
    /// Of those that have none of their own, as a share.
    default: f64,
    own: Vec<(StatisticOf, Margin)>,
}

/// The names of a metric and of one of its statistics.
type StatisticOf = (&'static str, &'static str);

impl Default for Margins {
    fn default() -> Margins {
        Margins {
            default: 0.01,
            own: Vec::new(),
        }
    }
}

impl Margins {
    /// Reads flags such as `2%` and `broken_count.mean=5`.
    ///
    /// # Errors
    /// All that is wrong with any of them.
    pub fn from_flags(flags: &[String]) -> Result<Margins, Problems> {
        let phrases: Vec<Phrase> = flags.iter().map(|text| Phrase::alone(FLAG, text)).collect();
        Margins::default().and(&phrases)
    }

    /// These margins, but those that `phrases` have others for.
    ///
    /// # Errors
    /// All that is wrong with any of them.
    pub fn and(mut self, phrases: &[Phrase]) -> Result<Margins, Problems> {
        let mut problems = Problems::default();
        let mut places: Vec<(Option<StatisticOf>, &Place)> = Vec::new();
        for phrase in phrases {
            let whole = phrase.whole();
            let read = match phrase.text.split_once('=') {
                None => percentage(&phrase.text, whole).map(|share| (None, Margin::Share(share))),
                Some(_) => own(phrase).map(|(of, margin)| (Some(of), margin)),
            };
            let (of, margin) = match read {
                Ok(read) => read,
                Err(diagnostic) => {
                    problems.push(diagnostic);
                    continue;
                }
            };
            if let Some((_, first)) = places.iter().find(|(known, _)| *known == of) {
                let name = of.map_or_else(
                    || "everything".to_owned(),
                    |(metric, statistic)| statistic_name(metric, statistic),
                );
                let title = format!("there are two margins of {name}");
                problems
                    .push(Diagnostic::error(title, whole, "again here").other(first, "first here"));
                continue;
            }
            places.push((of, whole));
            match (of, margin) {
                (None, Margin::Share(share)) => self.default = share,
                (None, Margin::Amount(_)) => unreachable!("a bug: an amount of everything"),
                (Some(of), margin) => {
                    self.own.retain(|(known, _)| *known != of);
                    self.own.push((of, margin));
                }
            }
        }
        if problems.has_errors() {
            Err(problems)
        } else {
            Ok(self)
        }
    }

    /// The margin of those that have none of their own.
    pub fn default_share(&self) -> f64 {
        self.default
    }

    /// The largest difference of a statistic that does not matter where A has the value `a`, in the metric's unit; infinite where A
    /// has none to be relative to.
    pub(in crate::study) fn of(&self, metric: &Metric, statistic: &str, a: f64) -> f64 {
        let own = self
            .own
            .iter()
            .find(|(of, _)| *of == (metric.name, statistic));
        match own.map_or(Margin::Share(self.default), |(_, margin)| *margin) {
            Margin::Amount(amount) => amount,
            Margin::Share(share) if is_share(metric, statistic) => share,
            Margin::Share(share) if a.is_finite() => share * a.abs(),
            Margin::Share(_) => f64::INFINITY,
        }
    }
}

/// Whether differences of a statistic are counted in points of a share.
pub(super) fn is_share(metric: &Metric, statistic: &str) -> bool {
    metric.unit() == "share" || statistic == "p_never"
}

/// Reads `METRIC.STAT=VALUE`.
fn own(phrase: &Phrase) -> Result<(StatisticOf, Margin), Diagnostic> {
    let text = phrase.text.as_str();
    let equals = text
        .find('=')
        .expect("a bug: a margin of its own without a `=`");
    let (metric, statistic) = statistic(text[..equals].trim(), &phrase.part(0..equals))?;
    let span = phrase.trimmed(equals + 1..text.len());
    if span.is_empty() {
        let title = "a margin of its own is METRIC.STAT=VALUE";
        return Err(Diagnostic::error(title, phrase.whole(), "there is no value").help(EXAMPLES));
    }
    let place = phrase.part(span.clone());
    let margin = amount(&text[span], metric, statistic, &place)?;
    Ok(((metric.name, statistic), margin))
}

const EXAMPLES: &str = "as in 2%, or broken_count.mean=5 for one statistic";

/// The metric and statistic that `name` is of.
fn statistic(name: &str, place: &Place) -> Result<(&'static Metric, &'static str), Diagnostic> {
    let (metric_name, wanted) = name.split_once('.').unwrap_or((name, ""));
    let Some(metric) = Metric::find(metric_name) else {
        let title = format!("no metric is called `{metric_name}`");
        let label = did_you_mean(metric_name, &Metric::names());
        let help = "docs/outputs.md lists the metrics";
        return Err(Diagnostic::error(title, place, label).help(help));
    };
    let known = compared_statistics(metric.kind);
    if let Some(statistic) = known.iter().find(|known| **known == wanted) {
        return Ok((metric, statistic));
    }
    let all = known.join(", ");
    let (title, label, help) = match (known.as_slice(), wanted) {
        ([""], _) => (
            format!("`{metric_name}` is a proportion and has no `{wanted}`"),
            "not here".to_owned(),
            format!("write {metric_name}=2%"),
        ),
        (_, "") => (
            format!("`{metric_name}` has several statistics"),
            "which one?".to_owned(),
            format!("write {metric_name}.{}=..., or one of {all}", known[0]),
        ),
        _ => (
            format!("`{metric_name}` has no statistic `{wanted}` to compare"),
            did_you_mean(wanted, &known),
            format!("it has {all}"),
        ),
    };
    Err(Diagnostic::error(title, place, label).help(help))
}

/// Reads how large a difference of the statistic may be: a percentage, or an amount in the metric's unit.
fn amount(
    text: &str,
    metric: &'static Metric,
    statistic: &str,
    place: &Place,
) -> Result<Margin, Diagnostic> {
    if text.ends_with('%') || is_share(metric, statistic) {
        return percentage(text, place).map(Margin::Share);
    }
    let (quantity, scale) = match metric.unit() {
        things @ ("robots" | "jobs") => return count(text, things, place),
        "bytes" => (Quantity::Size, 1.0),
        _ => (Quantity::Duration, 1000.0),
    };
    match quantity.parse(text) {
        Ok(value) => Ok(Margin::Amount(value / scale)),
        Err(error) => {
            let title = format!("`{text}` is not {}", quantity.name());
            Err(Diagnostic::error(title, place, error.problem).help(error.help))
        }
    }
}

/// Reads `5`, `5 robots` or `0.5`.
fn count(text: &str, things: &str, place: &Place) -> Result<Margin, Diagnostic> {
    let number = text
        .trim_end_matches(things)
        .trim_end_matches(things.trim_end_matches('s'))
        .trim_end();
    match number.parse::<f64>() {
        Ok(count) if count.is_finite() && count >= 0.0 => Ok(Margin::Amount(count)),
        _ => {
            let title = format!("`{text}` is not a number of {things}");
            let help = "write a number, as in 5 or 0.5, or a share of what A has, as in 2%";
            Err(Diagnostic::error(title, place, "not a number of 0 or more").help(help))
        }
    }
}

/// Reads `2%` as a share.
fn percentage(text: &str, place: &Place) -> Result<f64, Diagnostic> {
    let error = match percent(text) {
        Some(percent) if (0.0..=100.0).contains(&percent) => return Ok(percent / 100.0),
        Some(_) => Diagnostic::error("a margin is from 0 % to 100 %", place, "out of range"),
        None => {
            let title = format!("`{}` is not a percentage", text.trim());
            Diagnostic::error(title, place, "not a percentage")
        }
    };
    Err(error.help(EXAMPLES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(flags: &[&str]) -> Result<Margins, Problems> {
        Margins::from_flags(
            &flags
                .iter()
                .map(|flag| (*flag).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn a_margin_is_relative_to_a_or_in_points_or_in_the_unit() {
        let flags = [
            "2%",
            "time_to_95_s.p50=30s",
            "broken_count.mean=5 robots",
            "threshold_reached=0.5%",
            "bytes_total.mean=1 kB",
        ];
        let margins = of(&flags).unwrap();
        let margin =
            |metric: &str, statistic: &str, a: f64| margins.of(Metric::named(metric), statistic, a);
        assert_eq!(margin("job_duration_s", "mean", 300.0), 6.0);
        assert_eq!(margin("success_rate", "mean", 0.5), 0.02);
        assert_eq!(margin("time_to_95_s", "p_never", 0.5), 0.02);
        assert_eq!(margin("time_to_95_s", "p50", 1000.0), 30.0);
        assert_eq!(margin("time_to_95_s", "p95", 1000.0), 20.0);
        assert_eq!(margin("broken_count", "mean", 1.0), 5.0);
        assert_eq!(margin("threshold_reached", "", 0.0), 0.005);
        assert_eq!(margin("bytes_total", "mean", 1.0), 1000.0);
        assert_eq!(
            of(&[])
                .unwrap()
                .of(Metric::named("failed_count"), "mean", 200.0),
            2.0
        );
    }

    #[test]
    fn all_problems_of_all_margins_are_found() {
        let flags = [
            "2",
            "-1%",
            "101%",
            "broken=5",
            "broken_count=5",
            "stopped.mean=1%",
            "broken_count.sd=1",
            "job_duration_s.mean=5",
        ];
        assert_eq!(of(&flags).unwrap_err().0.len(), flags.len());
        assert_eq!(
            of(&["1%", "2%", "stopped=1%", "stopped=2%", "stopped="])
                .unwrap_err()
                .0
                .len(),
            3
        );
    }
}
