//! What is written at a tick: exact, and no more digits than the step between ticks needs.

use super::quantity::{Quantity, fixed};

/// A tick: where and what is written there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub value: f64,
    pub label: String,
}

impl Tick {
    pub(super) fn lines(&self) -> &[String] {
        std::slice::from_ref(&self.label)
    }

    fn names(&self, unit: &str) -> bool {
        self.label.split(' ').any(|word| word == unit)
    }

    fn splits_at(&self, unit: &str) -> bool {
        self.label.contains(&format!(" {unit} "))
    }
}

/// The unit for the axis label, read off the ticks since durations choose theirs: `%`, `h, min`, or nothing.
pub(super) fn unit(ticks: &[Tick], quantity: Quantity) -> String {
    match quantity {
        Quantity::Count | Quantity::Number => String::new(),
        Quantity::Share => "%".to_owned(),
        Quantity::Duration => {
            const UNITS: [(&str, Option<&str>); 4] = [
                ("d", None),
                ("h", Some("d")),
                ("min", Some("h")),
                ("s", Some("min")),
            ];
            // In `1 h 30` the second number is one of minutes, without saying so.
            let shown = UNITS.into_iter().filter(|(unit, above)| {
                ticks.iter().any(|tick| {
                    tick.names(unit) || above.is_some_and(|above| tick.splits_at(above))
                })
            });
            shown.map(|(unit, _)| unit).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Ticks at `values` that are `step` apart.
pub(super) fn labelled(values: &[f64], step: f64, quantity: Quantity) -> Vec<Tick> {
    values
        .iter()
        .map(|&value| Tick {
            value,
            label: label(value, step, quantity),
        })
        .collect()
}

/// How a tick at `value` is labelled when ticks are `step` apart.
pub(super) fn label(value: f64, step: f64, quantity: Quantity) -> String {
    match quantity {
        Quantity::Count | Quantity::Number => fixed(value, decimals(step)),
        Quantity::Share => format!("{} %", fixed(value * 100.0, decimals(step * 100.0))),
        Quantity::Duration if value < 0.0 => format!("−{}", duration(-value, step)),
        Quantity::Duration => duration(value, step),
    }
}

fn decimals(step: f64) -> usize {
    let mut scaled = step;
    (0..15)
        .find(|_| {
            let whole = scaled > 0.999;
            scaled *= 10.0;
            whole
        })
        .unwrap_or(15)
}

/// Exact, the units that are zero left out: `1 d 12 h`, `1 h 30`, `2 min 15`, `0.5 s`.
fn duration(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let whole = value.round();
    if step < 1.0 || value < 1.0 {
        return format!("{} s", fixed(value, decimals(step)));
    }
    let (d, h) = (
        (whole / 86_400.0).floor(),
        (whole % 86_400.0 / 3600.0).floor(),
    );
    let (min, s) = ((whole % 3600.0 / 60.0).floor(), whole % 60.0);
    let parts: Vec<String> = [(d, "d"), (h, "h"), (min, "min"), (s, "s")]
        .iter()
        .filter(|(n, _)| *n > 0.0)
        .map(|(n, unit)| format!("{} {unit}", fixed(*n, 0)))
        .collect();
    match (d > 0.0, h > 0.0, min > 0.0, s > 0.0) {
        (false, true, true, false) => format!("{h} h {min:02}"),
        (false, false, true, true) => format!("{min} min {s:02}"),
        _ => parts.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(step: f64, quantity: Quantity) -> Vec<String> {
        (0..4)
            .map(|i| label(f64::from(i) * step, step, quantity))
            .collect()
    }

    #[test]
    fn labels_have_the_digits_of_the_step() {
        assert_eq!(
            labels(0.05, Quantity::Share),
            ["0 %", "5 %", "10 %", "15 %"]
        );
        assert_eq!(
            labels(0.005, Quantity::Share),
            ["0.0 %", "0.5 %", "1.0 %", "1.5 %"]
        );
        assert_eq!(
            labels(500.0, Quantity::Count),
            ["0", "500", "1,000", "1,500"]
        );
        assert_eq!(
            labels(1800.0, Quantity::Duration),
            ["0", "30 min", "1 h", "1 h 30"]
        );
        assert_eq!(labels(15.0 * 86_400.0, Quantity::Duration)[1], "15 d");
        assert_eq!(label(-90.0, 30.0, Quantity::Duration), "−1 min 30");
        assert_eq!(
            label(90_061.0, 1.0, Quantity::Duration),
            "1 d 1 h 1 min 1 s"
        );
    }

    #[test]
    fn the_unit_names_what_the_labels_show() {
        let unit_of = |step: f64| {
            let values: Vec<f64> = (0..4).map(|i| f64::from(i) * step).collect();
            unit(
                &labelled(&values, step, Quantity::Duration),
                Quantity::Duration,
            )
        };
        let steps = [10.0, 30.0, 1800.0, 43_200.0, 604_800.0];
        assert_eq!(steps.map(unit_of), ["s", "min, s", "h, min", "d, h", "d"]);
    }
}
