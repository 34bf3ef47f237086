//! The Pareto front: settings that nothing beats in the objective, in robots broken and in false aborts together.
//!
//! A setting is dominated only if some setting is better with confidence in every criterion in which the two differ at all, with Holm's
//! correction over the criteria. Candidates to dominate are the settings that nothing beats as estimated, which are the front; what is
//! neither on the front nor dominated is tied with it.

use rayon::prelude::*;

use crate::stats::holm;
use crate::study::tune::choice::in_order;
use crate::study::tune::walk::{CRITERIA, Sheet, Walk};

/// Where a setting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pareto {
    /// No setting beats it, as estimated.
    Front,
    /// Some setting beats it, but not with confidence.
    Tied,
    Dominated,
}

impl Pareto {
    pub const ALL: [Pareto; 3] = [Pareto::Front, Pareto::Tied, Pareto::Dominated];

    pub fn name(self) -> &'static str {
        match self {
            Pareto::Front => "front",
            Pareto::Tied => "tied",
            Pareto::Dominated => "dominated",
        }
    }
}

/// By setting, where it stands among those on the axes; `None` where it was not played. The last one, which is not on them, is
/// compared with the front too.
pub fn pareto(walk: &Walk, confidence: f64) -> Vec<Option<Pareto>> {
    let distinct: Vec<(usize, &Sheet)> = walk.distinct().collect();
    let front = as_estimated(&distinct);
    let members: Vec<&Sheet> = distinct
        .iter()
        .zip(&front)
        .filter(|(_, on)| **on)
        .map(|((_, sheet), _)| *sheet)
        .collect();
    let places: Vec<Pareto> = distinct
        .par_iter()
        .zip(&front)
        .map(|((_, sheet), on)| place(sheet, *on, &members, confidence))
        .collect();
    let mut all: Vec<Option<Pareto>> = vec![None; walk.sheets.len()];
    for ((which, _), place) in distinct.iter().zip(places) {
        all[*which] = Some(place);
    }
    let on_axes = all.len() - 1;
    for which in 0..on_axes {
        all[which] = all[walk.same_as[which]];
    }
    if let Some(sample) = &walk.sheets[on_axes] {
        let beaten = members
            .iter()
            .any(|other| beats(&other.criteria, &sample.criteria));
        all[on_axes] = Some(place(sample, !beaten, &members, confidence));
    }
    all
}

/// Where a setting stands against the members of the front.
fn place(sheet: &Sheet, on_front: bool, members: &[&Sheet], confidence: f64) -> Pareto {
    let error = 1.0 - confidence;
    if on_front {
        Pareto::Front
    } else if members.iter().any(|other| dominated(sheet, other, error)) {
        Pareto::Dominated
    } else {
        Pareto::Tied
    }
}

/// Whether one is nowhere worse and somewhere better.
fn beats(a: &[f64; CRITERIA], b: &[f64; CRITERIA]) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b) && a != b
}

/// Which settings nothing beats, as estimated.
fn as_estimated(settings: &[(usize, &Sheet)]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..settings.len()).collect();
    order.sort_by(|a, b| in_order(&settings[*a].1.criteria, &settings[*b].1.criteria));
    // What beats a setting comes before it in this order, and if it is itself beaten then by one that beats both.
    let mut members: Vec<&Sheet> = Vec::new();
    let mut front = vec![false; settings.len()];
    for which in order {
        let (_, sheet) = settings[which];
        if members
            .iter()
            .all(|member| !beats(&member.criteria, &sheet.criteria))
        {
            members.push(sheet);
            front[which] = true;
        }
    }
    front
}

/// Whether the other one is better with confidence wherever the two differ at all.
fn dominated(sheet: &Sheet, other: &Sheet, error: f64) -> bool {
    let mut p = [0.0; CRITERIA];
    let mut tests = 0;
    for which in 0..CRITERIA {
        match sheet.p_worse(other, which) {
            None => {}
            Some(beyond) if beyond > error => return false,
            Some(within) => {
                p[tests] = within;
                tests += 1;
            }
        }
    }
    tests > 0 && holm(&p[..tests]).iter().all(|p| *p <= error)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::stats::Estimate;
    use crate::stats::{Sampled, Support};

    fn sheet(criteria: [f64; CRITERIA], spread: f64) -> Sheet {
        // Enough for what was not seen to matter little.
        let values = |value: f64| {
            (0..400)
                .map(|i| value + spread * f64::from(i % 5 - 2))
                .collect::<Vec<f64>>()
        };
        let support = Support::Within(0.0, 10.0);
        Sheet {
            objective: Estimate {
                value: criteria[0],
                lo: None,
                hi: None,
            },
            limits: Vec::new(),
            criteria,
            exact: [false; CRITERIA],
            sampled: criteria.map(|value| {
                Arc::new(Sampled::Mean {
                    values: values(value),
                    support,
                })
            }),
            maximises: false,
        }
    }

    /// The front by its definition: every pair is looked at.
    #[test]
    fn the_front_is_what_nothing_beats() {
        let mut state = 7u64;
        let mut small = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 60) as f64
        };
        let sheets: Vec<Sheet> = (0..300)
            .map(|_| sheet([small(), small(), small()], 0.0))
            .collect();
        let settings: Vec<(usize, &Sheet)> = sheets.iter().enumerate().collect();
        let front = as_estimated(&settings);
        for (which, (_, sheet)) in settings.iter().enumerate() {
            let beaten = sheets
                .iter()
                .any(|other| beats(&other.criteria, &sheet.criteria));
            assert_eq!(front[which], !beaten);
        }
        assert!(front.iter().filter(|on| **on).count() > 3);
    }

    #[test]
    fn equal_criteria_are_left_out_and_one_better_criterion_saves() {
        let best = sheet([1.0, 1.0, 0.0], 0.0);
        assert!(
            dominated(&sheet([2.0, 1.0, 0.0], 0.0), &best, 0.05),
            "worse in all in which they differ"
        );
        assert!(dominated(&sheet([2.0, 2.0, 0.1], 0.0), &best, 0.05));
        assert!(
            !dominated(&sheet([2.0, 0.5, 0.0], 0.0), &best, 0.05),
            "better in one"
        );
        assert!(
            !dominated(&sheet([1.0, 1.0, 0.0], 0.0), &best, 0.05),
            "equal in all"
        );
        // What is known exactly decides, whatever the replications came to; what is known of one alone does not.
        let known = |reached: f64| Sheet {
            exact: [false, false, true],
            ..sheet([1.0, 1.0, reached], 0.0)
        };
        assert!(dominated(&known(1.9e-4), &known(3.4e-5), 0.05));
        assert!(
            !dominated(&known(3.4e-5), &known(1.9e-4), 0.05)
                && !dominated(&known(1e-4), &known(1e-4), 0.05)
        );
        let unseen = Sheet {
            sampled: sheet([1.0, 1.0, 0.0], 0.0).sampled,
            ..known(1.9e-4)
        };
        assert!(!dominated(&unseen, &best, 0.05), "never seen in either");
        // Noise of its own that is far larger than the difference.
        let mut noisy = sheet([1.1, 1.1, 0.0], 0.0);
        let values = (0..400)
            .map(|i: i32| 1.1 + 3.0 * f64::from(i % 5 - 2))
            .collect();
        noisy.sampled[0] = Arc::new(Sampled::Mean {
            values,
            support: Support::Within(-10.0, 10.0),
        });
        assert!(!dominated(&noisy, &best, 0.05));
    }
}
