//! What an aim is measured and judged with, under one profile.

use std::sync::Arc;

use crate::scenario::Profile;
use crate::stats::{Estimate, RankTable, Sampled};
use crate::study::limit::{Assessment, Columns, Gauge, Judge, Measure, Reach};
use crate::study::tune::{Aim, Trial, Tuning};

/// What is applied to every setting of a profile.
pub(super) struct Instruments<'a> {
    aim: &'a Aim,
    reach: Reach,
    objective: Option<Gauge<'a>>,
    /// Of the objective, if it is a quantile.
    ranks: Option<Arc<RankTable>>,
    /// With the limit's place.
    judges: Vec<(usize, Judge<'a>)>,
    /// The robots broken and the false aborts that the front compares, if they are those of this profile.
    pub(super) broken: Option<&'a Measure>,
    pub(super) reached: Option<&'a Measure>,
}

/// What was found of the aim under one profile.
pub(super) struct Found {
    /// If it is of this profile.
    objective: Option<Estimate>,
    /// The limits on this profile, with their places.
    limits: Vec<(usize, Assessment)>,
}

impl Found {
    /// What was found under all profiles together.
    pub(super) fn together<'f>(all: impl Iterator<Item = &'f Found> + Clone) -> Trial {
        let objective = all.clone().find_map(|found| found.objective);
        let mut limits: Vec<&(usize, Assessment)> = all.flat_map(|found| &found.limits).collect();
        limits.sort_by_key(|(limit, _)| *limit);
        Trial {
            objective: objective.expect("a bug: the profile of the objective was not played"),
            limits: limits
                .into_iter()
                .map(|(_, assessment)| *assessment)
                .collect(),
        }
    }
}

impl<'a> Instruments<'a> {
    pub(super) fn new(
        tuning: &'a Tuning,
        profile: &Profile,
        replications: usize,
    ) -> Instruments<'a> {
        let Aim {
            objective,
            limits,
            confidence,
            ..
        } = tuning.aim;
        let reach = Reach::of_any_setting(profile);
        let own = limits
            .iter()
            .enumerate()
            .filter(|(_, limit)| limit.measure.profile == profile.name);
        Instruments {
            aim: tuning.aim,
            reach,
            ranks: objective.ranks(replications),
            objective: (objective.profile == profile.name)
                .then(|| Gauge::new(objective, reach, replications)),
            judges: own
                .map(|(which, limit)| (which, Judge::new(limit, reach, replications, *confidence)))
                .collect(),
            broken: tuning
                .broken
                .iter()
                .find(|measure| measure.profile == profile.name),
            reached: Some(&tuning.reached).filter(|measure| measure.profile == profile.name),
        }
    }

    /// What comes of the aim; `known` is the exact probability that the threshold is reached.
    pub(super) fn found(&self, columns: &Columns, known: Option<f64>) -> Found {
        let Aim {
            objective, limits, ..
        } = self.aim;
        let objective = self.objective.as_ref().map(|gauge| {
            match known.filter(|_| objective.is_threshold_reached()) {
                Some(value) => Estimate::exact(value),
                None => gauge.estimate(columns),
            }
        });
        let judged = self.judges.iter().map(|(limit, judge)| {
            let known = known.filter(|_| limits[*limit].measure.is_threshold_reached());
            let assessment =
                known.map_or_else(|| judge.assess(columns), |known| judge.exactly(known));
            (*limit, assessment)
        });
        Found {
            objective,
            limits: judged.collect(),
        }
    }

    /// What tells the objective apart from that of other settings, if it is of this profile.
    pub(super) fn sampled_objective(&self, columns: &Columns) -> Option<Arc<Sampled>> {
        self.objective.as_ref()?;
        let objective = &self.aim.objective;
        Some(Arc::new(objective.sampled(
            columns,
            &self.reach,
            self.ranks.as_ref(),
        )))
    }

    /// The value of a mean or a probability, with what tells it apart from that of other settings.
    pub(super) fn sampled(&self, measure: &Measure, columns: &Columns) -> (f64, Arc<Sampled>) {
        let value = measure.value(columns, self.reach.robots());
        (value, Arc::new(measure.sampled(columns, &self.reach, None)))
    }
}
