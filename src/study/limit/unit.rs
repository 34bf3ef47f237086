//! Units of metrics: how numbers of them are written and shown.

use crate::study::metric::{Kind, Metric};
use crate::units::{Quantity, count, decimal, duration, share, size};

/// What a metric is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Robots.
    Count,
    /// Seconds, or seconds of robots.
    Seconds,
    Bytes,
    /// From 0 to 1.
    Share,
    Plain,
}

impl Unit {
    /// The unit of a metric: it stands in brackets at the end of its definition.
    pub fn of(metric: &Metric) -> Unit {
        let bracket = metric
            .about
            .rsplit_once('[')
            .map_or("", |(_, unit)| unit.trim_end_matches(']'));
        match bracket {
            _ if metric.kind == Kind::Event => Unit::Share,
            "robots" => Unit::Count,
            "s" | "robot s" => Unit::Seconds,
            "bytes" => Unit::Bytes,
            "share" => Unit::Share,
            _ => Unit::Plain,
        }
    }

    /// The kind of quantity that numbers of it are written as, if they have a unit.
    pub(super) fn quantity(self) -> Option<(Quantity, f64)> {
        match self {
            Unit::Seconds => Some((Quantity::Duration, 1000.0)),
            Unit::Bytes => Some((Quantity::Size, 1.0)),
            _ => None,
        }
    }

    /// A number of it as people read it.
    pub fn shown(self, value: f64) -> String {
        match self {
            _ if value.is_infinite() => "never".to_owned(),
            _ if value.is_nan() => "nothing".to_owned(),
            Unit::Count | Unit::Plain if value.fract() == 0.0 && (0.0..1e15).contains(&value) => {
                count(value as u64)
            }
            Unit::Count | Unit::Plain => decimal(value, 1),
            Unit::Seconds => duration(1000.0 * value),
            Unit::Bytes => size(value),
            Unit::Share => share(
                value,
                if value < 0.001 && value > 0.0 || value > 0.999 && value < 1.0 {
                    3
                } else {
                    1
                },
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::METRICS;

    #[test]
    fn every_metric_has_the_unit_of_its_name() {
        for metric in &METRICS {
            let expected = match metric.name {
                "jobs_count" => Unit::Plain,
                name if name.ends_with("_count") => Unit::Count,
                name if name.ends_with("_s") || name.starts_with("slot_s_") => Unit::Seconds,
                "bytes_total" => Unit::Bytes,
                "success_rate"
                | "success_rate_started"
                | "running_rate"
                | "threshold_reached"
                | "stopped"
                | "latent_found" => Unit::Share,
                name => panic!("{name}: which unit?"),
            };
            assert_eq!(Unit::of(metric), expected, "{}", metric.name);
        }
    }
}
