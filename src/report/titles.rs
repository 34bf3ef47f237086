//! Words of the titles of charts: a title states what the chart shows, as far as the numbers carry it.

use crate::chart::Quantity;
use crate::report::times;
use crate::report::words::{plural, watched};
use crate::stats::Estimate;
use crate::units::count;

/// Letters of a title at most: it stays whole on two lines.
const LETTERS: usize = 96;

/// A mean number of robots: whole from ten on.
pub(super) fn robots(mean: f64) -> String {
    match mean >= 10.0 {
        true => Quantity::Count.value(mean.round()),
        false => Quantity::Count.value(mean),
    }
}

/// A mean number of robots with what it counts.
pub(super) fn of_robots(mean: f64) -> String {
    let n = robots(mean);
    match n.as_str() {
        "1" => "1 robot".to_owned(),
        _ => format!("{n} robots"),
    }
}

/// From one mean number of robots to another in whole robots, with what they count.
pub(super) fn robots_from(least: f64, most: f64) -> String {
    let [least, most] = [least, most].map(|n| n.round() as u64);
    match least == most {
        true => plural(most, "robot"),
        false => format!("{} to {}", count(least), plural(most, "robot")),
    }
}

pub(super) fn share(share: f64) -> String {
    let digits = match share {
        0.1..0.995 => 100.0,
        0.000_1..0.1 => 10_000.0,
        _ => return Quantity::Share.value(share),
    };
    Quantity::Share.value((share * digits).round() / digits)
}

/// What lies between the least and the greatest of some values, said once where they read alike; `or never` in these words where some never
/// come. `None` if there are none.
pub(super) fn range(
    values: &[Estimate],
    say: fn(Estimate) -> String,
    never: &str,
) -> Option<String> {
    let mut known: Vec<Estimate> = values.to_vec();
    known.retain(|it| !it.value.is_nan());
    known.sort_by(|a, b| a.value.total_cmp(&b.value));
    let come = known.partition_point(|it| it.value.is_finite());
    let (least, most) = match known[..come] {
        [least, .., most] => (least, most),
        [only] => (only, only),
        [] => return (!known.is_empty()).then(|| never.to_owned()),
    };
    let (from, to) = (say(least), say(most));
    let both = match from == to {
        true => to,
        false => format!("{} to {to}", without_unit(&from, &to)),
    };
    match come < known.len() {
        true => Some(format!("{both} or {never}")),
        false => Some(both),
    }
}

/// A value without its unit where the next one has the same: `0 to 48 %`.
fn without_unit<'a>(value: &'a str, next: &'a str) -> &'a str {
    let [number, unit] = [value, next].map(|it| it.split_once(' '));
    match (number, unit) {
        (Some((number, unit)), Some((_, same))) if unit == same => number,
        _ => value,
    }
}

/// What the first profile does, and what the others do, as many as fit; nothing of the others if none does.
pub(super) fn with_others(first: &str, others: &[(&str, String)]) -> String {
    let mut title = first.to_owned();
    for (said, (name, other)) in others.iter().enumerate() {
        let longer = format!("{title}; {name}: {other}");
        let rest = others.len() - said - 1;
        let room = if rest > 0 { LETTERS - 10 } else { LETTERS };
        if longer.chars().count() > room {
            if said > 0 {
                title += &format!("; {} more", rest + 1);
            }
            break;
        }
        title = longer;
    }
    title
}

/// The first letter large.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// What settings make of a metric under a profile.
pub(super) struct OfProfile<'a> {
    pub name: &'a str,
    /// By setting.
    pub values: Vec<Estimate>,
    /// The words for a time that does not come.
    pub never: String,
}

/// What settings make of a metric, from the least to the greatest, by profile, the base first: the title of a sweep's or a map's chart.
pub(super) fn of_settings(metric: &str, profiles: &[OfProfile]) -> String {
    let say: fn(Estimate) -> String = match metric {
        "success_rate" | "threshold_reached" => |it| share(it.value),
        "broken_count" | "down_peak_count" => |it| robots(it.value),
        _ => times::alone,
    };
    let mut ranges = profiles.iter().filter_map(|it| {
        let range = range(&it.values, say, &it.never)?;
        Some((it, range))
    });
    let Some((first, base)) = ranges.next() else {
        return String::new();
    };
    let are = if base == "1" {
        "robot is"
    } else {
        "robots are"
    };
    let said = match metric {
        "success_rate" => format!("{base} of the fleet is updated (mean)"),
        "threshold_reached" if base == share(0.0) => {
            format!("No rollout of {} reaches the threshold", first.name)
        }
        "threshold_reached" => format!("The threshold is reached in {base} of rollouts"),
        "broken_count" => format!("{base} {are} broken (mean)"),
        "down_peak_count" => format!("At most {base} {are} down at once (mean)"),
        time => {
            let mark = time.trim_start_matches("time_to_").trim_end_matches("_s");
            match base == first.never {
                true => format!("{mark} % of the robots {} (median)", do_not(&base)),
                false => format!("{mark} % of the robots run the release after {base} (median)"),
            }
        }
    };
    let others: Vec<(&str, String)> = ranges.map(|(it, range)| (it.name, range)).collect();
    capital(&with_others(&said, &others))
}

/// That robots do not run the release, given the words for a time that does not come.
fn do_not(never: &str) -> String {
    match watched(never) {
        watched if watched.is_empty() => format!("{never} run the release"),
        watched => format!("do not run the release{watched}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: f64) -> Estimate {
        Estimate {
            value,
            lo: Some(value),
            hi: Some(value),
        }
    }

    fn says(values: &[f64], say: fn(Estimate) -> String) -> Option<String> {
        let values: Vec<Estimate> = values.iter().copied().map(of).collect();
        range(&values, say, "not within 3 d")
    }

    #[test]
    fn a_range_says_a_unit_once_and_what_never_comes() {
        let time = |values: &[f64]| says(values, times::alone).unwrap();
        assert_eq!(
            says(&[0.48, 0.0], |it| share(it.value)).unwrap(),
            "0 to 48 %"
        );
        assert_eq!(time(&[1800.0, 4020.0]), "30 min to 1 h 7 min");
        assert_eq!(time(&[1200.0, f64::INFINITY]), "20 min or not within 3 d");
        assert_eq!(time(&[f64::INFINITY]), "not within 3 d");
        assert_eq!(says(&[34.2, 34.3], |it| robots(it.value)).unwrap(), "34");
        assert_eq!(says(&[f64::NAN], |it| robots(it.value)), None);
    }

    #[test]
    fn a_title_claims_no_more_than_was_watched_and_played() {
        let title = |metric, values: &[f64], never: &str| {
            let profile = OfProfile {
                name: "base",
                values: values.iter().copied().map(of).collect(),
                never: never.to_owned(),
            };
            of_settings(metric, &[profile])
        };
        let time = |never| title("time_to_95_s", &[f64::INFINITY], never);
        let after = |release| format!("95 % of the robots {release} (median)");
        assert_eq!(time("never"), after("never run the release"));
        assert_eq!(
            time("not within 3 d"),
            after("do not run the release within 3 d")
        );
        let reached = |values| title("threshold_reached", values, "never");
        assert_eq!(reached(&[0.0]), "No rollout of base reaches the threshold");
        assert_eq!(
            reached(&[0.05]),
            "The threshold is reached in 5 % of rollouts"
        );
        assert_eq!(
            title("broken_count", &[1.0], "never"),
            "1 robot is broken (mean)"
        );
        let ranges = [(0.2, 0.4), (0.8, 1.4), (0.0, 1.2), (3.4, 4567.8)];
        let ranges = ranges.map(|(least, most)| robots_from(least, most));
        assert_eq!(
            ranges,
            ["0 robots", "1 robot", "0 to 1 robot", "3 to 4,568 robots"]
        );
    }

    #[test]
    fn a_title_names_as_many_profiles_as_fit() {
        let others: Vec<(&str, String)> = ["one", "two", "three", "four", "five", "six"]
            .map(|name| (name, "1 h 30 min".to_owned()))
            .to_vec();
        let title = with_others("95 % of the robots after 30 min", &others);
        assert!(title.chars().count() <= LETTERS, "{title}");
        assert!(title.ends_with("; 3 more"), "{title}");
    }

    #[test]
    fn a_share_that_is_not_quite_none_or_all_does_not_read_so() {
        assert_eq!(share(0.999_96), ">99.9 %");
        assert_eq!(share(0.333), "33 %");
        assert_eq!(share(0.004_21), "0.42 %");
        assert_eq!(share(0.000_04), "<0.01 %");
    }
}
