//! Margins: differences up to which nobody minds.
//!
//! `--margin 2%` is for every statistic, relative to what A has, and in points where that is a share itself;
//! `--margin broken_count.mean=5` is for one of them, in its unit. A scenario has the same in `check.margins`.

use std::ops::Range;

use crate::scenario::{Diagnostic, Phrase, Place, Problems, did_you_mean};
use crate::study::compare::row::statistics;
use crate::study::metric::{METRICS, Metric, statistic_name};
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
    own: Vec<(&'static str, &'static str, Margin)>,
}

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
        let mut general: Option<Place> = None;
        let mut places: Vec<(&str, &str, Place)> = Vec::new();
        for phrase in phrases {
            let whole = phrase.whole();
            let twice = |name: &str, first: &Place| {
                let title = format!("there are two margins of {name}");
                Diagnostic::error(title, whole, "again here").other(first, "first here")
            };
            let read = match phrase.text.split_once('=') {
                None => percentage(&phrase.text, whole).and_then(|share| match &general {
                    Some(first) => Err(twice("everything", first)),
                    None => {
                        self.default = share;
                        general = Some(whole.clone());
                        Ok(())
                    }
                }),
                Some(_) => own(phrase).and_then(|(metric, statistic, margin)| {
                    match places
                        .iter()
                        .find(|(known, of, _)| *known == metric.name && *of == statistic)
                    {
                        Some((_, _, first)) => {
                            Err(twice(&statistic_name(metric.name, statistic), first))
                        }
                        None => {
                            self.own
                                .retain(|(known, of, _)| *known != metric.name || *of != statistic);
                            self.own.push((metric.name, statistic, margin));
                            places.push((metric.name, statistic, whole.clone()));
                            Ok(())
                        }
                    }
                }),
            };
            if let Err(diagnostic) = read {
                problems.push(diagnostic);
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
            .find(|(known, of, _)| *known == metric.name && *of == statistic);
        match own.map_or(Margin::Share(self.default), |(_, _, margin)| *margin) {
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
fn own(phrase: &Phrase) -> Result<(&'static Metric, &'static str, Margin), Diagnostic> {
    let text = phrase.text.as_str();
    let equals = text.find('=').expect("the caller has seen it");
    let (metric, statistic) = statistic(text[..equals].trim(), &phrase.part(0..equals))?;
    let span = trimmed(text, equals + 1..text.len());
    if span.is_empty() {
        let title = "a margin of its own is METRIC.STAT=VALUE";
        return Err(Diagnostic::error(title, phrase.whole(), "there is no value").help(EXAMPLES));
    }
    let place = phrase.part(span.clone());
    amount(&text[span], metric, statistic, &place).map(|margin| (metric, statistic, margin))
}

const EXAMPLES: &str = "as in 2%, or broken_count.mean=5 for one statistic";

/// The metric and statistic that `name` is of.
fn statistic(name: &str, place: &Place) -> Result<(&'static Metric, &'static str), Diagnostic> {
    let (metric_name, wanted) = name.split_once('.').unwrap_or((name, ""));
    let Some(metric) = METRICS.iter().find(|metric| metric.name == metric_name) else {
        let names: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
        let diagnostic = Diagnostic::error(
            format!("no metric is called `{metric_name}`"),
            place,
            did_you_mean(metric_name, &names),
        );
        return Err(diagnostic.help("docs/outputs.md lists the metrics"));
    };
    let known = statistics(metric.kind);
    if let Some(statistic) = known.iter().find(|known| **known == wanted) {
        return Ok((metric, statistic));
    }
    Err(match (known.as_slice(), wanted) {
        ([""], _) => Diagnostic::error(
            format!("`{metric_name}` is a proportion and has no `{wanted}`"),
            place,
            "not here",
        )
        .help(format!("write {metric_name}=2%")),
        (_, "") => Diagnostic::error(
            format!("`{metric_name}` has several statistics"),
            place,
            "which one?",
        )
        .help(format!(
            "write {metric_name}.{}=..., or one of {}",
            known[0],
            known.join(", ")
        )),
        _ => Diagnostic::error(
            format!("`{metric_name}` has no statistic `{wanted}` to compare"),
            place,
            did_you_mean(wanted, &known),
        )
        .help(format!("it has {}", known.join(", "))),
    })
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
    let quantity = match metric.unit() {
        things @ ("robots" | "jobs") => return count(text, things, place),
        "bytes" => (Quantity::Size, 1.0),
        _ => (Quantity::Duration, 1000.0),
    };
    let (quantity, scale) = quantity;
    quantity
        .parse(text)
        .map(|value| Margin::Amount(value / scale))
        .map_err(|error| {
            Diagnostic::error(
                format!("`{text}` is not {}", quantity.name()),
                place,
                error.problem,
            )
            .help(error.help)
        })
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
            let diagnostic = Diagnostic::error(
                format!("`{text}` is not a number of {things}"),
                place,
                "not a number of 0 or more",
            );
            Err(diagnostic
                .help("write a number, as in 5 or 0.5, or a share of what A has, as in 2%"))
        }
    }
}

/// Reads `2%` as a share.
fn percentage(text: &str, place: &Place) -> Result<f64, Diagnostic> {
    let number = text
        .trim()
        .strip_suffix('%')
        .map(|number| number.trim_end().parse::<f64>());
    match number {
        Some(Ok(percent)) if (0.0..=100.0).contains(&percent) => Ok(percent / 100.0),
        Some(Ok(_)) => {
            Err(
                Diagnostic::error("a margin is from 0 % to 100 %", place, "out of range")
                    .help(EXAMPLES),
            )
        }
        _ => Err(Diagnostic::error(
            format!("`{}` is not a percentage", text.trim()),
            place,
            "not a percentage",
        )
        .help(EXAMPLES)),
    }
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let part = &text[span.clone()];
    let start = span.start + part.len() - part.trim_start().len();
    start..(start + part.trim().len()).max(start)
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
