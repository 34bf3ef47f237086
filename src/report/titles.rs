//! Words of the titles of charts: a title states what the chart shows, as far as the numbers carry it.

use crate::chart::Quantity;
use crate::units::duration;

/// Letters of a title at most: it stays whole on two lines.
const LETTERS: usize = 96;

/// A time [s] in two units, no finer than a title needs; `never` for one that does not come.
pub(super) fn time(seconds: f64) -> String {
    let grain = match seconds {
        600.0.. => 60.0,
        60.0.. => 5.0,
        10.0.. => 1.0,
        _ => 0.1,
    };
    match seconds.is_finite() {
        true => duration(((seconds / grain).round() * grain * 1000.0).round()),
        false => "never".to_owned(),
    }
}

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

pub(super) fn share(share: f64) -> String {
    let digits = match share {
        0.1..0.995 => 100.0,
        0.0..0.1 => 10_000.0,
        _ => return Quantity::Share.value(share),
    };
    Quantity::Share.value((share * digits).round() / digits)
}

/// What lies between the least and the greatest of some values, said once where they read alike; `or never` where some never come.
/// `None` if there are none.
pub(super) fn range(values: &[f64], say: fn(f64) -> String) -> Option<String> {
    let known: Vec<f64> = values.iter().copied().filter(|it| !it.is_nan()).collect();
    let finite = known.iter().copied().filter(|it| it.is_finite());
    let least = finite.clone().fold(f64::INFINITY, f64::min);
    let most = finite.fold(f64::NEG_INFINITY, f64::max);
    if known.is_empty() {
        return None;
    }
    if least > most {
        return Some("never".to_owned());
    }
    let (from, to) = (say(least), say(most));
    let both = match from == to {
        true => to,
        false => format!("{} to {to}", without_unit(&from, &to)),
    };
    match known.iter().any(|it| it.is_infinite()) {
        true => Some(format!("{both} or never")),
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

/// What settings make of a metric, from the least to the greatest, by profile, the base first: the title of a sweep's or a map's chart.
pub(super) fn of_settings(metric: &str, profiles: &[(&str, Vec<f64>)]) -> String {
    let say: fn(f64) -> String = match metric {
        "success_rate" | "threshold_reached" => share,
        "broken_count" => robots,
        "down_peak_count" => robots,
        _ => time,
    };
    let mut ranges = profiles.iter().filter_map(|(name, values)| {
        let range = range(values, say)?;
        Some((*name, range))
    });
    let Some((_, base)) = ranges.next() else {
        return String::new();
    };
    let first = match metric {
        "success_rate" => format!("{base} of the fleet is updated (mean)"),
        "threshold_reached" => format!("The threshold is reached in {base} of rollouts"),
        "broken_count" => format!("{base} robots are broken (mean)"),
        "down_peak_count" => format!("At most {base} robots are down at once (mean)"),
        time => {
            let mark = time.trim_start_matches("time_to_").trim_end_matches("_s");
            match base.as_str() {
                "never" => format!("{mark} % of the robots never run the release (median)"),
                _ => format!("{mark} % of the robots run the release after {base} (median)"),
            }
        }
    };
    let others: Vec<(&str, String)> = ranges.collect();
    capital(&with_others(&first, &others))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_no_finer_than_a_title_needs() {
        let times = [0.0, 7.25, 42.4, 187.0, 1804.2, 19_360.0, f64::INFINITY].map(time);
        let expected = [
            "0 s",
            "7.3 s",
            "42 s",
            "3 min 5 s",
            "30 min",
            "5 h 23 min",
            "never",
        ];
        assert_eq!(times, expected);
    }

    #[test]
    fn a_range_says_a_unit_once_and_what_never_comes() {
        let says = |values: &[f64], say| range(values, say).unwrap_or_default();
        assert_eq!(says(&[0.48, 0.0], share), "0 to 48 %");
        assert_eq!(says(&[1800.0, 4020.0], time), "30 min to 1 h 7 min");
        assert_eq!(says(&[1200.0, f64::INFINITY], time), "20 min or never");
        assert_eq!(says(&[f64::INFINITY], time), "never");
        assert_eq!(says(&[34.2, 34.3], robots), "34");
        assert_eq!(range(&[f64::NAN], robots), None);
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
    fn a_share_that_is_not_quite_all_does_not_read_as_all() {
        assert_eq!(share(0.999_96), ">99.9 %");
        assert_eq!(share(0.333), "33 %");
        assert_eq!(share(0.004_21), "0.42 %");
    }
}
