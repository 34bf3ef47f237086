//! Clock times along an axis of durations: what clocks show where the axis has its ticks.

const MIN: f64 = 60.0;
const HOUR: f64 = 60.0 * MIN;
const DAY: f64 = 24.0 * HOUR;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The widest label.
pub(super) const WIDEST: &str = "Wed 00:00";

/// What clocks show along an axis of seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clock {
    /// From where on the axis, ascending, and what clocks there show at its zero, counted from a Monday at 00:00: more than one
    /// where clocks are changed on the way [s].
    pub changes: Vec<(f64, f64)>,
    /// Whose clocks they are, where that needs to be said.
    pub of: String,
}

impl Clock {
    /// What clocks show at `x`: the day of the week, the hour and the minute.
    pub(super) fn label(&self, x: f64) -> String {
        let after = self.changes.partition_point(|(from, _)| *from <= x);
        let Some((_, zero)) = self.changes[..after].last() else {
            return String::new();
        };
        let minutes = ((zero + x).rem_euclid(7.0 * DAY) / MIN).floor();
        let (day, minutes) = ((minutes / 1440.0).floor(), minutes % 1440.0);
        let (hour, minute) = ((minutes / 60.0).floor(), minutes % 60.0);
        format!("{} {hour:02}:{minute:02}", DAYS[day as usize % 7])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_go_on_over_the_week_and_are_changed() {
        // From Saturday 13:00; after 13 hours, at 02:00, clocks show 03:00.
        let clock = Clock {
            changes: vec![
                (0.0, 5.0 * DAY + 13.0 * HOUR),
                (13.0 * HOUR, 5.0 * DAY + 14.0 * HOUR),
            ],
            of: String::new(),
        };
        let shown = [0.0, 6.0, 12.0, 13.0, 24.0, 48.0].map(|hours| clock.label(hours * HOUR));
        let expected = [
            "Sat 13:00",
            "Sat 19:00",
            "Sun 01:00",
            "Sun 03:00",
            "Sun 14:00",
            "Mon 14:00",
        ];
        assert_eq!(shown, expected);
        assert_eq!(clock.label(-1.0), "");
    }
}
