//! What a coarse grid of percentages leaves out around the choice.

use crate::report::tune::words::range;
use crate::study::tune::{TuneSetting, Tuning};

/// An axis of the grid.
struct AxisOf {
    name: &'static str,
    same: fn(&TuneSetting) -> (u8, u8),
}

const AXES: [AxisOf; 2] = [
    AxisOf {
        name: "at a time",
        same: |setting| setting.concurrency,
    },
    AxisOf {
        name: "as threshold",
        same: |setting| setting.threshold,
    },
];

/// The grid in words, if it is coarse.
pub(super) fn coarse(tuning: &Tuning) -> String {
    match tuning.step {
        1 => String::new(),
        step => {
            let kept: Vec<String> = tuning
                .percentages
                .iter()
                .filter(|p| **p % step != 0)
                .map(|percentage| format!("{percentage} %"))
                .collect();
            let kept = match kept.is_empty() {
                true => String::new(),
                false => format!(" and at {}", kept.join(", ")),
            };
            format!(" in steps of {step} %{kept}")
        }
    }
}

/// Where the choice lies on a coarse grid: whether at an edge, and which percentages around it were not played.
pub(super) fn edges(tuning: &Tuning, best: usize) -> String {
    if tuning.step == 1 {
        return String::new();
    }
    let lines: String = AXES.iter().map(|axis| edge(tuning, best, axis)).collect();
    lines.trim_end().to_owned()
}

fn edge(tuning: &Tuning, best: usize, axis: &AxisOf) -> String {
    let chosen = &tuning.settings[best];
    let own = (axis.same)(chosen);
    let settings = tuning.settings[..tuning.on_axes()].iter();
    let beside = settings.filter(|setting| setting.combination == chosen.combination);
    let played: Vec<(u8, u8)> = beside.map(axis.same).collect();
    let below = played
        .iter()
        .map(|(_, last)| *last)
        .filter(|last| *last < own.0);
    let above = played
        .iter()
        .map(|(first, _)| *first)
        .filter(|first| *first > own.1);
    let gaps = [
        (below.max().unwrap_or(0) + 1, own.0 - 1),
        (own.1 + 1, above.min().unwrap_or(101) - 1),
    ];
    let gaps: Vec<String> = gaps
        .into_iter()
        .filter(|(first, last)| first <= last)
        .map(range)
        .collect();
    let edge = match own {
        (1, 100) => return String::new(),
        (1, _) => Some("the least there is"),
        (_, 100) => Some("the most there is"),
        _ => None,
    };
    let mut text = edge.map_or_else(String::new, |edge| {
        format!(
            "the choice lies at the edge of the grid: {} {} is {edge}\n",
            range(own),
            axis.name
        )
    });
    if !gaps.is_empty() {
        text += &format!(
            "not played beside {} {}: {}; --step=1 plays all\n",
            range(own),
            axis.name,
            gaps.join(" and ")
        );
    }
    text
}
