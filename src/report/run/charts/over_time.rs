//! Curves over the time of a rollout: their axis, how many instants are drawn, and when a band would mislead.

use crate::chart::{Axis, Point, Quantity, Series};
use crate::report::chart::time_label;
use crate::report::words::listed;
use crate::study::{Metric, ProfileRun, SERIES};

/// About how many instants of a timeline are drawn: more than can be told apart in a picture.
const INSTANTS_MAX: usize = 250;

/// The time axis is logarithmic where the end is more than this many times as late as the update of half the fleet.
const STRETCH: u64 = 20;

/// With fewer replications nothing is said of the shape of their results.
const SHAPED: usize = 20;

/// The time axis: logarithmic where a few late robots stretch a rollout far beyond the rest, which the label then says.
pub(super) fn time_axis(profiles: &[ProfileRun]) -> Axis {
    let time = time_label(profiles);
    match stretched(profiles) {
        true => {
            let label = format!("{time}, logarithmic since a few robots finish late");
            Axis::new(label, Quantity::Duration).logarithmic()
        }
        false => Axis::new(time, Quantity::Duration),
    }
}

/// Whether some profile lasts many times longer than half of its robots take.
pub(super) fn stretched(profiles: &[ProfileRun]) -> bool {
    profiles.iter().any(|profile| {
        let outcomes = profile.outcomes.iter();
        let half = outcomes
            .clone()
            .filter_map(|outcome| outcome.time_to[0])
            .min();
        let end = outcomes.map(|outcome| outcome.drained).max();
        half.zip(end)
            .is_some_and(|(half, end)| end.ms() > STRETCH * half.ms())
    })
}

/// One of [`SERIES`] over time, with its band unless rollouts end in two ways; `None` if it is zero all the time.
pub(super) fn timeline_series(
    profile: &ProfileRun,
    stretched: bool,
    name: &str,
    shown: &str,
) -> Option<Series> {
    let column = SERIES
        .iter()
        .position(|(series, _)| *series == name)
        .expect("a bug: a series of the timeline");
    let bands = &profile.timeline.bands;
    if bands.iter().all(|band| band[column].p95 == 0) {
        return None;
    }
    let is_banded = !ends_two_ways(profile);
    let mut next = 0;
    let mut points = Vec::new();
    for (instant, band) in bands.iter().enumerate() {
        if instant < next && instant + 1 < bands.len() {
            continue;
        }
        // On a logarithmic axis the early instants need to be dense and the late ones not.
        let spacing = match stretched {
            true => instant / 50,
            false => bands.len() / INSTANTS_MAX,
        };
        next = instant + spacing.max(1);
        let time = (profile.timeline.step * instant as u64) as f64 / 1000.0;
        let [lo, mid, hi] = [band[column].p05, band[column].p50, band[column].p95].map(f64::from);
        points.push(Point {
            x: time,
            mid,
            band: is_banded.then_some((lo, hi)),
        });
    }
    Some(Series::line(shown, points))
}

/// The line without the end over which it and its band are zero, but for the first point of that.
pub(super) fn without_tail(series: Series) -> Series {
    let mut points = series.points;
    let last = points
        .iter()
        .rposition(|point| point.mid > 0.0 || point.band.is_some_and(|(_, hi)| hi > 0.0));
    points.truncate(last.map_or(0, |last| last + 2));
    Series { points, ..series }
}

/// Whether rollouts end in two ways, such as stopped and not, so that a band from the one to the other covers what never happens.
fn ends_two_ways(profile: &ProfileRun) -> bool {
    let updated = Metric::named("updated_count").value;
    let mut ends: Vec<f64> = profile.outcomes.iter().map(updated).collect();
    ends.sort_by(f64::total_cmp);
    has_gap(&ends)
}

/// Whether more than half of the way from the 5 % to the 95 % quantile of sorted counts is without any, and that way is not short.
fn has_gap(sorted: &[f64]) -> bool {
    if sorted.len() < SHAPED {
        return false;
    }
    let outside = sorted.len() / 20;
    let within = &sorted[outside..sorted.len() - outside];
    let (lo, hi) = (within[0], within[within.len() - 1]);
    let gaps = within.windows(2).map(|pair| pair[1] - pair[0]);
    let widest = gaps.fold(0.0, f64::max);
    hi - lo >= 0.1 * hi && widest > 0.5 * (hi - lo)
}

/// Which profiles have no band and why, for a subtitle; nothing if all have one.
pub(super) fn unbanded(profiles: &[ProfileRun]) -> String {
    let named = profiles.iter().filter(|profile| ends_two_ways(profile));
    let names: Vec<String> = named.map(|profile| profile.name.clone()).collect();
    match names.len() {
        0 => String::new(),
        _ => format!(
            "; no band for {}: rollouts end in two ways",
            listed(&names, 3, ", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_clusters_have_a_gap_and_one_has_none() {
        let even: Vec<f64> = (0..100).map(f64::from).collect();
        assert!(!has_gap(&even));
        let two: Vec<f64> = (0..100).map(|i| if i < 30 { 5.0 } else { 100.0 }).collect();
        assert!(has_gap(&two));
        // A single rollout apart is beyond the band anyway.
        let one: Vec<f64> = (0..100).map(|i| if i < 1 { 5.0 } else { 100.0 }).collect();
        assert!(!has_gap(&one));
        assert!(!has_gap(&two[..10]), "too few to tell");
    }
}
