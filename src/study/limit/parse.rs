//! Reading limits and objectives: a text, its meaning, and what is wrong with it at which of its parts.

use std::ops::Range;

use crate::scenario::{BASE, Diagnostic, Phrase, Scenario, ScenarioFile, did_you_mean, list};
use crate::study::limit::measure::{Happening, Measure, Statistic};
use crate::study::limit::{Bound, Limit, Op, Unit};
use crate::study::metric::{Kind, Metric};

const GRAMMAR: &str = "a limit is written like \"p(threshold_reached) <= 1%\", \"bad: broken_count.mean <= 8% of fleet\" or \"time_to_95_s.p95 <= 6h\"";

const QUANTILE_HELP: &str = "write mean, or a quantile from p01 to p99";

/// The profiles that a limit may speak of, with their robots where they are known.
pub struct Profiles(pub Vec<(String, Option<u32>)>);

impl Profiles {
    /// Those of a file; their robots are known if the scenario is sound.
    pub(in crate::study) fn of(file: &ScenarioFile, scenario: Option<&Scenario>) -> Profiles {
        let robots = |name: &str| Some(scenario?.profile(name)?.world.fleet.robots());
        let names = file.profile_names().into_iter();
        Profiles(
            names
                .map(|name| (robots(&name), name))
                .map(|(robots, name)| (name, robots))
                .collect(),
        )
    }

    /// The robots of a profile, where they are known.
    fn robots(&self, profile: &str) -> Option<u32> {
        self.0.iter().find(|(name, _)| name == profile)?.1
    }
}

/// Reads an objective: a measure without a bound.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn objective(phrase: &Phrase, profiles: &Profiles) -> Result<Measure, Box<Diagnostic>> {
    let text = Text { phrase };
    let (profile, rest) = text.profile(profiles)?;
    match text.op(rest.clone()) {
        None => text.measure(&profile, text.trimmed(rest), profiles),
        Some((at, _)) => Err(text.error(
            "an objective has no bound",
            at.start..text.len(),
            "not here",
            "write a limit in `limits`",
        )),
    }
}

/// Reads a limit.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn limit(phrase: &Phrase, profiles: &Profiles) -> Result<Limit, Box<Diagnostic>> {
    let text = Text { phrase };
    let (profile, rest) = text.profile(profiles)?;
    let Some((at, op)) = text.op(rest.clone()) else {
        return Err(text.error("a limit needs `<=` or `>=`", rest, "there is none", GRAMMAR));
    };
    let op = text.known_op(op, at.clone())?;
    let measure = text.measure(&profile, text.trimmed(rest.start..at.start), profiles)?;
    let span = text.trimmed(at.end..text.len());
    let fleet = profiles.robots(&profile);
    let bound = text.bound(&span, measure.unit())?;
    let probability = matches!(measure.statistic, Statistic::Probability(_));
    text.within_reach(op, bound, measure.unit(), probability, fleet, span)?;
    Ok(Limit {
        text: phrase.text.trim().to_owned(),
        measure,
        op,
        bound,
    })
}

/// A text while it is read; spans are bytes of it.
struct Text<'p> {
    phrase: &'p Phrase,
}

type Found<T> = Result<T, Box<Diagnostic>>;

impl Text<'_> {
    fn len(&self) -> usize {
        self.phrase.text.len()
    }

    fn at(&self, span: Range<usize>) -> &str {
        &self.phrase.text[span]
    }

    fn trimmed(&self, span: Range<usize>) -> Range<usize> {
        self.phrase.trimmed(span)
    }

    fn error(
        &self,
        title: impl Into<String>,
        span: Range<usize>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Box<Diagnostic> {
        let span = self.trimmed(span);
        Box::new(Diagnostic::error(title, &self.phrase.part(span), label).help(help))
    }

    /// The profile that the text begins with, or the base, and the rest.
    fn profile(&self, profiles: &Profiles) -> Found<(String, Range<usize>)> {
        let Some(colon) = self.phrase.text.find(':') else {
            return Ok((BASE.to_owned(), 0..self.len()));
        };
        let span = self.trimmed(0..colon);
        let name = self.at(span.clone());
        let names: Vec<&str> = profiles.0.iter().map(|(name, _)| name.as_str()).collect();
        if names.contains(&name) {
            return Ok((name.to_owned(), colon + 1..self.len()));
        }
        let title = format!("the scenario has no profile `{name}`");
        Err(self.error(
            title,
            if span.is_empty() { 0..colon + 1 } else { span },
            did_you_mean(name, &names),
            format!("its profiles are {}", list(&names)),
        ))
    }

    /// The first sign of comparison outside brackets.
    fn op(&self, span: Range<usize>) -> Option<(Range<usize>, &str)> {
        let mut depth = 0i32;
        let start = self
            .at(span.clone())
            .char_indices()
            .find_map(|(offset, c)| {
                depth += match c {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                (depth <= 0 && is_sign(c)).then_some(span.start + offset)
            })?;
        let end = self
            .at(start..span.end)
            .find(|c| !is_sign(c))
            .map_or(span.end, |length| start + length);
        Some((start..end, self.at(start..end)))
    }

    fn known_op(&self, op: &str, at: Range<usize>) -> Found<Op> {
        match op {
            "<=" | "≤" => Ok(Op::AtMost),
            ">=" | "≥" => Ok(Op::AtLeast),
            _ => Err(self.error(
                format!("`{op}` compares nothing here"),
                at,
                "write `<=` or `>=`",
                GRAMMAR,
            )),
        }
    }

    /// `metric.stat`, an event, or `p(...)`.
    fn measure(&self, profile: &str, span: Range<usize>, profiles: &Profiles) -> Found<Measure> {
        let (metric, statistic) = self.measured(profile, span.clone(), profiles)?;
        Ok(Measure {
            profile: profile.to_owned(),
            metric,
            statistic,
            written: self.at(span).to_owned(),
        })
    }

    fn measured(
        &self,
        profile: &str,
        span: Range<usize>,
        profiles: &Profiles,
    ) -> Found<(&'static Metric, Statistic)> {
        let written = self.at(span.clone());
        if span.is_empty() {
            return Err(self.error(
                "what is limited?",
                0..self.len(),
                "no metric before the comparison",
                GRAMMAR,
            ));
        }
        if let Some(inner) = written
            .strip_prefix('p')
            .map(str::trim_start)
            .and_then(|rest| rest.strip_prefix('('))
        {
            let open = span.end - inner.len();
            let Some(close) = inner.strip_suffix(')') else {
                return Err(self.error(
                    "a bracket is not closed",
                    open - 1..span.end,
                    "opened here",
                    GRAMMAR,
                ));
            };
            let (metric, happening) =
                self.happening(profile, open..open + close.len(), profiles)?;
            return Ok((metric, Statistic::Probability(happening)));
        }
        let dot = written.find('.').map(|dot| span.start + dot);
        let name = self.trimmed(span.start..dot.unwrap_or(span.end));
        let metric = self.metric(name.clone())?;
        let Some(dot) = dot else {
            return match metric.kind {
                Kind::Event => Ok((metric, Statistic::Probability(Happening::Event))),
                _ => {
                    let title = format!("which statistic of `{}`?", metric.name);
                    Err(self.error(
                        title,
                        name,
                        "one number over replications",
                        statistics_help(metric),
                    ))
                }
            };
        };
        let stat = self.trimmed(dot + 1..span.end);
        Ok((metric, self.statistic(metric, stat)?))
    }

    fn metric(&self, span: Range<usize>) -> Found<&'static Metric> {
        let name = self.at(span.clone());
        Metric::find(name).ok_or_else(|| {
            let title = format!("`{name}` is not a metric");
            let span = if span.is_empty() { 0..self.len() } else { span };
            self.error(
                title,
                span,
                did_you_mean(name, &Metric::names()),
                "the metrics are listed in docs/outputs.md",
            )
        })
    }

    fn statistic(&self, metric: &Metric, span: Range<usize>) -> Found<Statistic> {
        let stat = self.at(span.clone());
        let (title, label) = match (metric.kind, stat) {
            (Kind::Time, "p_never") => return Ok(Statistic::Probability(Happening::Never)),
            (Kind::Number | Kind::Ratio, "mean") => return Ok(Statistic::Mean),
            (Kind::Event, _) => (
                format!("`{}` is 0 or 1 and has no statistics", metric.name),
                "leave this out".to_owned(),
            ),
            (Kind::Time, "mean") => (
                format!("`{}` has no `mean`", metric.name),
                "a time that may never come has no mean".to_owned(),
            ),
            (_, "sd" | "min" | "max") => (
                format!("`{stat}` has no interval"),
                "nothing can be said with confidence".to_owned(),
            ),
            (Kind::Ratio, _) => (
                format!("`{}` has no `{stat}`", metric.name),
                "a ratio of means has only a mean".to_owned(),
            ),
            _ => match quantile(stat) {
                Some(q) => return Ok(Statistic::Quantile(q)),
                None => (
                    format!("`{}` has no `{stat}`", metric.name),
                    did_you_mean(stat, &["mean", "p50", "p90", "p95", "p99"]),
                ),
            },
        };
        Err(self.error(title, span, label, statistics_help(metric)))
    }

    /// `metric`, `metric = never` or `metric op value`.
    fn happening(
        &self,
        profile: &str,
        span: Range<usize>,
        profiles: &Profiles,
    ) -> Found<(&'static Metric, Happening)> {
        let op = self.op(span.clone());
        let name = self.trimmed(span.start..op.as_ref().map_or(span.end, |(at, _)| at.start));
        let metric = self.metric(name.clone())?;
        if metric.kind == Kind::Ratio {
            let title = format!(
                "`{}` is a ratio of means: no replication has it",
                metric.name
            );
            return Err(self.error(
                title,
                name,
                "not here",
                "`success_rate` is one of each replication",
            ));
        }
        let Some((at, op)) = op else {
            return match metric.kind {
                Kind::Event => Ok((metric, Happening::Event)),
                _ => {
                    let title = format!("`{}` is a number, not an event", metric.name);
                    Err(self.error(title, name, "what of it?", happening_help(metric)))
                }
            };
        };
        if metric.kind == Kind::Event {
            let title = format!("`{}` is 0 or 1", metric.name);
            return Err(self.error(
                title,
                at.start..span.end,
                "leave this out",
                format!("write p({})", metric.name),
            ));
        }
        let value = self.trimmed(at.end..span.end);
        if self.at(value.clone()) == "never" || op == "=" {
            return match (metric.kind, op, self.at(value.clone())) {
                (Kind::Time, "=", "never") => Ok((metric, Happening::Never)),
                (Kind::Time, _, _) => Err(self.error(
                    "write `= never`",
                    at.start..span.end,
                    "here",
                    happening_help(metric),
                )),
                _ => {
                    let title = format!("`{}` is a number that every replication has", metric.name);
                    Err(self.error(
                        title,
                        at.start..span.end,
                        "write `<=` or `>=` and a value",
                        happening_help(metric),
                    ))
                }
            };
        }
        let op = self.known_op(op, at)?;
        let bound = self.bound(&value, Unit::of(metric))?;
        let fleet = profiles.robots(profile);
        self.within_reach(op, bound, Unit::of(metric), false, fleet, value)?;
        Ok((metric, Happening::Beyond(op, bound)))
    }

    fn bound(&self, span: &Range<usize>, unit: Unit) -> Found<Bound> {
        let span = span.clone();
        let text = self.at(span.clone());
        if text.is_empty() {
            return Err(self.error(
                "a bound is missing",
                0..self.len(),
                "nothing after the comparison",
                GRAMMAR,
            ));
        }
        if let Some((quantity, scale)) = unit.quantity() {
            return match quantity.parse(text) {
                Ok(value) => Ok(Bound::Number(value / scale)),
                Err(error) => Err(self.error(
                    error.problem,
                    span,
                    format!("not {}", quantity.name()),
                    error.help,
                )),
            };
        }
        let end = text
            .find(|c: char| !(c.is_ascii_digit() || ".-+eE".contains(c)))
            .unwrap_or(text.len());
        let Some(number) = text[..end]
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
        else {
            return Err(self.error(
                format!("`{text}` is not a number"),
                span,
                "not a number",
                unit_help(unit),
            ));
        };
        if number < 0.0 {
            return Err(self.error(
                "a bound cannot be below zero",
                span,
                "below zero",
                unit_help(unit),
            ));
        }
        let suffix = text[end..]
            .split_whitespace()
            .collect::<Vec<&str>>()
            .join(" ");
        match (unit, suffix.as_str()) {
            (Unit::Share, "%") => Ok(Bound::Number(number / 100.0)),
            (Unit::Share | Unit::Count | Unit::Plain, "") => Ok(Bound::Number(number)),
            (Unit::Count, "% of fleet" | "% of the fleet") => {
                Ok(Bound::ShareOfFleet(number / 100.0))
            }
            (Unit::Count, "%") => Err(self.error(
                "a percentage of what?",
                span,
                "a number of robots",
                format!("write {number} % of fleet"),
            )),
            (Unit::Share, "% of fleet" | "% of the fleet") => Err(self.error(
                "this is a share already",
                span,
                "not a number of robots",
                format!("write {number} %"),
            )),
            _ => {
                let unknown = span.start + end..span.end;
                Err(self.error(
                    format!("`{suffix}` is not a unit here"),
                    unknown,
                    "unknown",
                    unit_help(unit),
                ))
            }
        }
    }

    /// Refuses bounds that nothing can ever meet, or that hold whatever happens.
    fn within_reach(
        &self,
        op: Op,
        bound: Bound,
        unit: Unit,
        probability: bool,
        fleet: Option<u32>,
        span: Range<usize>,
    ) -> Found<()> {
        let (value, most) = match (bound, unit) {
            (Bound::ShareOfFleet(share), _) => (share, Some(1.0)),
            (Bound::Number(number), Unit::Share) => (number, Some(1.0)),
            (Bound::Number(number), Unit::Count) => (number, fleet.map(f64::from)),
            (Bound::Number(number), _) => (number, None),
        };
        let is_beyond = most.is_some_and(|most| value > most);
        let is_most = most == Some(value);
        let (never, always) = match op {
            Op::AtMost => (unit == Unit::Seconds && value == 0.0, is_most || is_beyond),
            Op::AtLeast => (is_beyond, value == 0.0),
        };
        let most = match (bound, unit) {
            (Bound::Number(_), Unit::Count) => fleet.map_or(String::new(), |n| {
                format!("the fleet has {}", crate::units::count(n.into()))
            }),
            (Bound::Number(_), Unit::Share)
                if value > 1.0 && !self.at(span.clone()).ends_with('%') =>
            {
                format!("for {value} % write {value} %; a number without a sign is a share of one")
            }
            (_, Unit::Seconds) => "write a duration above zero".to_owned(),
            _ => "it lies between 0 and 100 %".to_owned(),
        };
        if always {
            return Err(self.error("this holds whatever happens", span, "no limit at all", most));
        }
        if never {
            return Err(self.error("nothing can ever meet this", span, "out of reach", most));
        }
        if probability && (op == Op::AtMost && value == 0.0 || op == Op::AtLeast && value == 1.0) {
            let title = "no number of replications can show this";
            let help = match op {
                Op::AtMost => {
                    "what has not happened yet may still happen: allow a little, as in <= 0.1%"
                }
                Op::AtLeast => {
                    "what has always happened may still fail: allow a little, as in >= 99.9%"
                }
            };
            return Err(self.error(title, span, "not even with confidence", help));
        }
        Ok(())
    }
}

fn is_sign(c: char) -> bool {
    matches!(c, '<' | '>' | '=' | '≤' | '≥' | '!')
}

/// The share of a quantile called like `p95`, from p01 to p99.
fn quantile(stat: &str) -> Option<f64> {
    let digits = stat
        .strip_prefix('p')
        .filter(|digits| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()))?;
    let percent: u32 = digits.parse().ok()?;
    (percent > 0).then(|| f64::from(percent) / 100.0)
}

fn statistics_help(metric: &Metric) -> String {
    let name = metric.name;
    match metric.kind {
        Kind::Event => format!("write p({name})"),
        Kind::Ratio => format!("write {name}.mean"),
        Kind::Number => format!("{QUANTILE_HELP}: {name}.mean or {name}.p95"),
        Kind::Time => {
            format!("write a quantile from p01 to p99, as in {name}.p95, or p({name} = never)")
        }
    }
}

fn happening_help(metric: &Metric) -> String {
    let name = metric.name;
    let value = match Unit::of(metric) {
        Unit::Seconds => "6h",
        Unit::Bytes => "100 GB",
        Unit::Count => "100",
        _ => "0.9",
    };
    match metric.kind {
        Kind::Time => format!("write p({name} = never) or p({name} >= {value})"),
        _ => format!("write p({name} >= {value}) or p({name} <= {value})"),
    }
}

fn unit_help(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "write a percentage, as in 95 %, or a share of one, as in 0.95",
        Unit::Count => {
            "write a number of robots, as in 100, or a share of them, as in 8 % of fleet"
        }
        _ => "write a number",
    }
}
