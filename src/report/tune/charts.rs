//! The charts of a tuning: the map of the objective with what each limit excludes, and the settings by what they give and cost.

use crate::chart::{
    Axis, ContourMap, ContourPanel, Heading, Overlay, PointGroup, Quantity, Region, Scatter,
    Surface,
};
use crate::report::chart::Chart;
use crate::report::percentages::{ABSENT, is_coarse, round_times, x_axis, y_axis};
use crate::report::provenance::Provenance;
use crate::report::titles::capital;
use crate::report::tune::titles::{self, in_words};
use crate::report::tune::words::{knobs, never_of, objective_alone, setting, subject_name};
use crate::report::words::each_setting;
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
    let subtitle = each_setting(tuning.scenario, provenance.replications);
    Heading::new(title, subtitle)
}

/// The objective over both percentages, at the chosen setting's values of `[tune.vary]`.
fn map(tuned: &Tuned, provenance: &Provenance) -> ContourMap {
    let tuning = &tuned.tuning;
    let subject = &tuning.settings[tuned.subject()];
    let n = tuning.percentages.len();
    let percentages = &tuning.percentages;
    let mut sheets: Vec<Vec<Option<&Sheet>>> = vec![vec![None; n]; n];
    let settings = tuning.settings[..tuning.on_axes()].iter().enumerate();
    for (which, setting) in settings.filter(|(_, it)| it.combination == subject.combination) {
        let row = percentages.binary_search(&setting.levels.threshold);
        let column = percentages.binary_search(&setting.levels.concurrency);
        if let (Ok(row), Ok(column)) = (row, column) {
            sheets[row][column] = tuned.walk.sheets[which].as_deref();
        }
    }
    let borders = tuning
        .aim
        .limits
        .iter()
        .enumerate()
        .map(|(which, limit)| Region {
            name: limit.text.clone(),
            inside: each(&sheets, |sheet| {
                sheet.is_some_and(|sheet| sheet.limits[which].verdict == Verdict::Held)
            }),
        });
    let values = each(&sheets, |sheet| sheet.map(|sheet| sheet.objective.value));
    let shown: Vec<f64> = values.iter().flatten().flatten().copied().collect();
    let value = tuned.walk.sheet(tuned.subject()).objective;
    let axis = objective_axis(tuned);
    let label = match value.value.is_finite() {
        true => axis.quantity.value(value.value),
        false => objective_alone(tuned, value),
    };
    let (concurrency, threshold) = (subject.levels.concurrency, subject.levels.threshold);
    let sample = &tuning.settings[tuning.sample()];
    let sample = (
        sample.levels.concurrency.into(),
        sample.levels.threshold.into(),
        format!("{} sample", SAMPLE.0),
    );
    let panel = ContourPanel {
        title: panel_title(tuned),
        values,
        mark: Some((f64::from(concurrency), f64::from(threshold), label)),
        overlay: Overlay {
            faded: each(&sheets, |sheet| {
                sheet.is_some_and(|sheet| !sheet.meets(None))
            }),
            faded_note: "a limit does not hold (tinted side)".to_owned(),
            borders: borders.filter(has_border).take(BORDERS_MAX).collect(),
            frame: Some(sample),
        },
    };
    ContourMap {
        heading: heading(tuned, provenance, titles::map(tuned)),
        x: x_axis(tuning.scenario, &tuning.percentages),
        y: y_axis(tuning.scenario, &tuning.percentages),
        levels: match tuning.aim.objective.unit() {
            Unit::Seconds => round_times(&shown),
            _ => Vec::new(),
        },
        value: axis,
        surface: match is_coarse(&tuning.percentages) {
            true => Surface::Cells,
            false => Surface::Smooth,
        },
        missing: never_of(tuned, &tuning.aim.objective),
        absent: ABSENT.to_owned(),
        mark_note: subject_name(tuned).to_owned(),
        panels: vec![panel],
    }
}

/// Something of each sheet, by row and column.
fn each<T>(sheets: &[Vec<Option<&Sheet>>], of: impl Fn(Option<&Sheet>) -> T + Copy) -> Vec<Vec<T>> {
    let rows = sheets.iter();
    rows.map(|row| row.iter().copied().map(of).collect())
        .collect()
}

/// Whether a limit has a border: it holds in some places and not in others.
fn has_border(region: &Region) -> bool {
    let mut inside = region.inside.iter().flatten();
    let first = inside.next();
    inside.any(|other| Some(other) != first)
}

/// The profile that the map is of, and the values of `[tune.vary]` where there are any.
fn panel_title(tuned: &Tuned) -> String {
    let knobs = knobs(&tuned.tuning, tuned.subject())
        .map_or_else(String::new, |knobs| format!(", {knobs}"));
    format!("{}{knobs}", tuned.tuning.aim.objective.profile)
}

fn objective_axis(tuned: &Tuned) -> Axis {
    let objective = &tuned.tuning.aim.objective;
    let name = match objective.profile.as_str() {
        crate::scenario::BASE => capital(&in_words(objective)),
        profile => format!("{}, under {profile}", capital(&in_words(objective))),
    };
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
        ("up to half", 0.5, 3),
        ("more than half", 1.0, 1),
    ];
    let tuning = &tuned.tuning;
    let walk = &tuned.walk;
    let settings: Vec<usize> = (0..tuning.on_axes())
        .filter(|which| walk.same_as[*which] == *which && walk.sheets[*which].is_some())
        .collect();
    let (front, behind): (Vec<usize>, Vec<usize>) = settings
        .into_iter()
        .partition(|which| tuned.pareto[*which] == Some(Pareto::Front));
    let mut groups = vec![PointGroup {
        name: "not on the front".to_owned(),
        points: behind.iter().map(|which| place(tuned, *which)).collect(),
        colour: None,
    }];
    let mut from = f64::NEG_INFINITY;
    for (name, to, colour) in FALSE_ABORTS {
        let within = front.iter().filter(|which| {
            let reached = walk.sheet(**which).criteria[2];
            from < reached && reached <= to
        });
        groups.push(PointGroup {
            name: format!("on the front, false aborts in {name}"),
            points: within.map(|which| place(tuned, *which)).collect(),
            colour: Some(colour),
        });
        from = to;
    }
    // The safest is drawn last.
    groups[1..].reverse();
    groups.retain(|group| !group.points.is_empty());
    let subject = tuned.subject();
    let [ring, frame] = [
        (subject, format!("{},", subject_name(tuned))),
        (tuning.sample(), format!("{} sample,", SAMPLE.0)),
    ]
    .map(|(which, name)| {
        walk.sheets[which].as_ref()?;
        let (x, y) = place(tuned, which);
        Some((x, y, format!("{name} {}", setting(tuning, which))))
    });
    let broken = match tuned.walk.worst.as_str() {
        crate::scenario::BASE => "Robots broken, mean".to_owned(),
        profile => format!("Robots broken under {profile}, mean"),
    };
    let places: Vec<(f64, f64)> = front.iter().map(|which| place(tuned, *which)).collect();
    Scatter {
        heading: heading(tuned, provenance, titles::front(tuned, &places)),
        x: objective_axis(tuned),
        y: Axis::new(broken, Quantity::Count).starting_at_zero(),
        groups,
        ring,
        frame,
    }
}

/// Where a setting is on the chart: its objective, and the robots that it breaks.
fn place(tuned: &Tuned, which: usize) -> (f64, f64) {
    let sheet = tuned.walk.sheet(which);
    (sheet.objective.value, sheet.criteria[1])
}
