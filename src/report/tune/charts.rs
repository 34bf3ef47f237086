//! The charts of a tuning: the map of the objective with what each limit excludes, and the settings by what they give and cost.

use crate::chart::{
    Axis, ContourMap, ContourPanel, Heading, Overlay, PointGroup, Quantity, Region, Scatter,
    Surface,
};
use crate::report::chart::Chart;
use crate::report::percentages::{ABSENT, is_coarse, round_times, x_axis, y_axis};
use crate::report::provenance::Provenance;
use crate::report::tune::words::{knobs, setting, subject_name};
use crate::report::words::plural;
use crate::rollout::SAMPLE;
use crate::study::limit::{Unit, Verdict};
use crate::study::tune::{Pareto, Sheet, Tuned};

/// The names of all charts that a tuning may have.
pub const TUNE_CHARTS: [&str; 2] = ["tune_map", "tune_front"];

/// Limits with a border on the map.
const BORDERS_MAX: usize = 5;

/// The charts of a tuning.
pub fn tune_charts(tuned: &Tuned, provenance: &Provenance) -> Vec<Chart> {
    let pictures = [
        map(tuned, provenance).picture(),
        front(tuned, provenance).picture(),
    ];
    TUNE_CHARTS
        .into_iter()
        .zip(pictures)
        .map(|(name, picture)| Chart::new(name, picture, provenance))
        .collect()
}

fn heading(tuned: &Tuned, provenance: &Provenance, title: String) -> Heading {
    let tuning = &tuned.tuning;
    let base = &tuning.scenario.profiles[0];
    let subtitle = format!(
        "{}, version {}: {}, {} a setting",
        tuning.scenario.name,
        base.world.release.version,
        plural(base.world.fleet.robots().into(), "robot"),
        plural(provenance.replications, "replication"),
    );
    Heading::new(title, subtitle)
}

/// The objective over both percentages, at the chosen setting's values of `[tune.vary]`.
fn map(tuned: &Tuned, provenance: &Provenance) -> ContourMap {
    let tuning = &tuned.tuning;
    let subject = &tuning.settings[tuned.subject()];
    let n = tuning.percentages.len();
    let place = |percentage: u8| tuning.percentages.binary_search(&percentage).ok();
    let mut sheets: Vec<Vec<Option<&Sheet>>> = vec![vec![None; n]; n];
    for (which, setting) in tuning.settings[..tuning.on_axes()].iter().enumerate() {
        let places = (
            place(setting.levels.threshold),
            place(setting.levels.concurrency),
        );
        if let (Some(row), Some(column)) = places
            && setting.combination == subject.combination
        {
            sheets[row][column] = tuned.walk.sheets[which].as_deref();
        }
    }
    let each = |of: &dyn Fn(&Sheet) -> bool| -> Vec<Vec<bool>> {
        sheets
            .iter()
            .map(|row| row.iter().map(|sheet| sheet.is_some_and(of)).collect())
            .collect()
    };
    let border = |limit: usize| Region {
        name: tuning.aim.limits[limit].text.clone(),
        inside: each(&|sheet| sheet.limits[limit].verdict == Verdict::Held),
    };
    // A limit that holds everywhere, or never, has no border.
    let has_border = |region: &Region| {
        let inside = || region.inside.iter().flatten();
        inside().any(|inside| *inside) && inside().any(|inside| !inside)
    };
    let values: Vec<Vec<Option<f64>>> = sheets
        .iter()
        .map(|row| {
            row.iter()
                .map(|sheet| sheet.map(|sheet| sheet.objective.value))
                .collect()
        })
        .collect();
    let shown: Vec<f64> = values.iter().flatten().flatten().copied().collect();
    let value = tuned.walk.sheet(tuned.subject()).objective.value;
    let axis = objective_axis(tuned);
    let label = if value.is_finite() {
        axis.quantity.value(value)
    } else {
        "never".to_owned()
    };
    let (concurrency, threshold) = (subject.levels.concurrency, subject.levels.threshold);
    let sample = &tuning.settings[tuning.sample()];
    let sample = (
        sample.levels.concurrency.into(),
        sample.levels.threshold.into(),
        format!("{} sample", SAMPLE.0),
    );
    let title = format!("What the limits leave of {}", tuning.aim.objective.name());
    let panel = ContourPanel {
        title: panel_title(tuned),
        values,
        mark: Some((f64::from(concurrency), f64::from(threshold), label)),
        overlay: Overlay {
            faded: each(&|sheet| !sheet.meets(None)),
            faded_note: "a limit does not hold".to_owned(),
            borders: (0..tuning.aim.limits.len())
                .map(border)
                .filter(has_border)
                .take(BORDERS_MAX)
                .collect(),
            frame: Some(sample),
        },
    };
    ContourMap {
        heading: heading(tuned, provenance, title),
        x: x_axis(tuning.scenario, &tuning.percentages),
        y: y_axis(tuning.scenario, &tuning.percentages),
        levels: if tuning.aim.objective.unit() == Unit::Seconds {
            round_times(&shown)
        } else {
            Vec::new()
        },
        value: axis,
        surface: if is_coarse(&tuning.percentages) {
            Surface::Cells
        } else {
            Surface::Smooth
        },
        missing: "never".to_owned(),
        absent: ABSENT.to_owned(),
        mark_note: subject_name(tuned).to_owned(),
        panels: vec![panel],
    }
}

/// The profile that the map is of, and the values of `[tune.vary]` where there are any.
fn panel_title(tuned: &Tuned) -> String {
    let knobs = knobs(&tuned.tuning, tuned.subject())
        .map_or_else(String::new, |knobs| format!(", {knobs}"));
    format!("{}{knobs}", tuned.tuning.aim.objective.profile)
}

fn objective_axis(tuned: &Tuned) -> Axis {
    let objective = &tuned.tuning.aim.objective;
    let name = objective.name();
    match objective.unit() {
        Unit::Seconds => Axis::new(name, Quantity::Duration).logarithmic(),
        Unit::Share => Axis::new(name, Quantity::Share),
        Unit::Count => Axis::new(name, Quantity::Count),
        Unit::Bytes => Axis::new(format!("{name} [bytes]"), Quantity::Number),
        Unit::Plain => Axis::new(name, Quantity::Number),
    }
}

/// Robots broken over the objective: the Pareto front by how likely a false abort is, and the settings behind it.
fn front(tuned: &Tuned, provenance: &Provenance) -> Scatter {
    // By the share of rollouts that are stopped for nothing, from none on.
    const FALSE_ABORTS: [(&str, f64, usize); 3] = [
        ("at most 1 %", 0.01, 0),
        ("up to half", 0.5, 4),
        ("more than half", 1.0, 1),
    ];
    let tuning = &tuned.tuning;
    let first = |which: &usize| tuned.walk.same_as[*which] == *which;
    let settings: Vec<usize> = (0..tuning.on_axes())
        .filter(first)
        .filter(|which| tuned.walk.sheets[*which].is_some())
        .collect();
    let at = |which: usize| {
        (
            tuned.walk.sheet(which).objective.value,
            tuned.walk.sheet(which).criteria[1],
        )
    };
    let group = |name: String, colour: Option<usize>, wanted: &dyn Fn(usize) -> bool| PointGroup {
        name,
        points: settings
            .iter()
            .copied()
            .filter(|which| wanted(*which))
            .map(at)
            .collect(),
        colour,
    };
    let on_front = |which: usize| tuned.pareto[which] == Some(Pareto::Front);
    let mut groups = vec![group("not on the front".to_owned(), None, &|which| {
        !on_front(which)
    })];
    let mut from = f64::NEG_INFINITY;
    for (name, to, colour) in FALSE_ABORTS {
        let within = |which: usize| {
            let reached = tuned.walk.sheet(which).criteria[2];
            from < reached && reached <= to
        };
        let name = format!("on the front, false aborts in {name}");
        groups.push(group(name, Some(colour), &|which| {
            on_front(which) && within(which)
        }));
        from = to;
    }
    // The safest is drawn last.
    groups[1..].reverse();
    groups.retain(|group| !group.points.is_empty());
    let mark = |which: usize, name: String| {
        tuned.walk.sheets[which]
            .is_some()
            .then(|| (at(which).0, at(which).1, name))
    };
    let subject = tuned.subject();
    let broken = match tuned.walk.worst.as_str() {
        crate::scenario::BASE => "Robots broken, mean".to_owned(),
        profile => format!("Robots broken under {profile}, mean"),
    };
    let title = format!(
        "What {} costs in broken robots",
        tuning.aim.objective.name()
    );
    Scatter {
        heading: heading(tuned, provenance, title),
        x: objective_axis(tuned),
        y: Axis::new(broken, Quantity::Count).starting_at_zero(),
        groups,
        ring: mark(
            subject,
            format!("{}, {}", subject_name(tuned), setting(tuning, subject)),
        ),
        frame: mark(
            tuning.sample(),
            format!("{} sample, {}", SAMPLE.0, setting(tuning, tuning.sample())),
        ),
    }
}
