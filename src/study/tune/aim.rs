//! What `[tune]` asks for, checked against the metrics and the scenario's profiles.

use crate::scenario::{
    Diagnostic, Direction, Knob, Phrase, Problems, REPLICATIONS_MAX, Scenario, ScenarioFile,
};
use crate::sim::MARKS;
use crate::study::limit::{
    Happening, Limit, Measure, Op, Profiles, Statistic, limit, objective, replications_needed,
};
use crate::theory::view::without_bundle;
use crate::units::{count, share};

/// An objective and the limits under which it is to be best.
#[derive(Clone, Debug)]
pub struct Aim {
    pub direction: Direction,
    pub objective: Measure,
    pub limits: Vec<Limit>,
    /// Of each limit on its own.
    pub confidence: f64,
}

impl Aim {
    /// What it measures: the objective first.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        std::iter::once(&self.objective).chain(self.limits.iter().map(|limit| &limit.measure))
    }

    /// The fewest replications, up to `most`, that can show that a limit holds.
    pub(super) fn replications_needed(
        &self,
        limit: &Limit,
        scenario: &Scenario,
        most: u64,
    ) -> Option<u64> {
        let robots = scenario
            .profile(&limit.measure.profile)?
            .world
            .fleet
            .robots();
        replications_needed(limit, robots, self.confidence, most)
    }

    /// The objective's value such that less is better.
    pub fn cost(&self, value: f64) -> f64 {
        match self.direction {
            Direction::Minimise => value,
            Direction::Maximise => -value,
        }
    }
}

/// A `[tune]` that was read, with the places of what it says.
pub struct Asked {
    pub aim: Aim,
    /// What is varied beside the two percentages.
    pub vary: Vec<Knob>,
    objective: Phrase,
    /// By limit.
    limits: Vec<Phrase>,
}

impl Asked {
    /// Reads the file's `[tune]`, if it has one; all that is wrong with it is added to `problems`. Where the scenario itself is sound
    /// its fleets are known too.
    pub fn read(
        file: &ScenarioFile,
        scenario: Option<&Scenario>,
        problems: &mut Problems,
    ) -> Option<Asked> {
        let mut found = Problems::default();
        let tune = file.tune(&mut found)?;
        let profiles = Profiles::of(file, scenario);
        let objective = tune.objective.and_then(|(direction, phrase)| {
            let measure = kept(objective(&phrase, &profiles), &mut found)?;
            Some((direction, measure, phrase))
        });
        let limits: Vec<Limit> = tune
            .limits
            .iter()
            .filter_map(|phrase| kept(limit(phrase, &profiles), &mut found))
            .collect();
        if let Some((_, measure, phrase)) = &objective
            && measure.is_proportion()
            && tune.limits.is_empty()
        {
            let title = "a probability is no objective without limits";
            let label = "one end of the percentages is always best";
            let help = "put what it must not cost in `limits`, or the probability itself, and minimise a time";
            found.push(Diagnostic::error(title, phrase.whole(), label).help(help));
        }
        let sound = !found.has_errors();
        problems.extend(found);
        let (direction, objective, phrase) = objective.filter(|_| sound)?;
        Some(Asked {
            aim: Aim {
                direction,
                objective,
                limits,
                confidence: tune.confidence,
            },
            vary: tune.vary,
            objective: phrase,
            limits: tune.limits,
        })
    }

    /// Refuses what no setting can reach in these fleets, and what so few replications cannot show; `exact` says of which limits the
    /// value is known without replications.
    ///
    /// # Errors
    /// All problems at once.
    pub fn check(
        &self,
        scenario: &Scenario,
        replications: u64,
        exact: impl Fn(&Limit) -> bool,
    ) -> Result<(), Problems> {
        let Aim {
            objective,
            limits,
            confidence,
            ..
        } = &self.aim;
        let mut problems = Problems::default();
        problems.0.extend(out_of_reach(
            objective,
            Op::AtMost,
            scenario,
            &self.objective,
        ));
        for (limit, phrase) in limits.iter().zip(&self.limits) {
            if let Some(problem) = out_of_reach(&limit.measure, limit.op, scenario, phrase) {
                problems.push(problem);
                continue;
            }
            if exact(limit) || scenario.profile(&limit.measure.profile).is_none() {
                continue;
            }
            let needed = self
                .aim
                .replications_needed(limit, scenario, REPLICATIONS_MAX);
            if needed.is_some_and(|needed| needed <= replications) {
                continue;
            }
            let played = count(replications);
            let title = format!("{played} replications cannot show this, whatever happens in them");
            let label = format!("not with a confidence of {}", share(*confidence, 0));
            let help = needed.map_or("allow more".to_owned(), |needed| {
                format!("play at least {}: --replications {needed}", count(needed))
            });
            problems.push(Diagnostic::error(title, phrase.whole(), label).help(help));
        }
        if problems.has_errors() {
            Err(problems)
        } else {
            Ok(())
        }
    }
}

fn kept<T>(read: Result<T, Box<Diagnostic>>, problems: &mut Problems) -> Option<T> {
    read.map_err(|problem| problems.push(*problem)).ok()
}

/// What is wrong with a time to a share of the fleet that dead robots, or robots without a bundle, put out of reach.
fn out_of_reach(
    measure: &Measure,
    op: Op,
    scenario: &Scenario,
    phrase: &Phrase,
) -> Option<Diagnostic> {
    let mark = MARKS
        .into_iter()
        .find(|mark| measure.metric.name == format!("time_to_{mark}_s"))?;
    let wants_it = match &measure.statistic {
        Statistic::Quantile(_) | Statistic::Probability(Happening::Never) => op == Op::AtMost,
        _ => false,
    };
    let world = &scenario.profile(&measure.profile)?.world;
    // Which of the robots are dead is drawn: they may be the very ones that have no bundle.
    let lost = world
        .fleet
        .cohorts
        .iter()
        .map(|cohort| cohort.dead.max(without_bundle(cohort, &world.release)));
    let n = world.fleet.robots();
    let most = n - lost.sum::<u32>();
    let needed = (u64::from(n) * mark).div_ceil(100);
    if !wants_it || u64::from(most) >= needed {
        return None;
    }
    let title = format!("no setting ever updates {mark} % of this fleet");
    let label = format!(
        "{} of {} robots can be updated",
        count(most.into()),
        count(n.into())
    );
    let help = "the others are dead or have no bundle; speak of a smaller share, as in time_to_90_s, or of success_rate";
    Some(Diagnostic::error(title, phrase.whole(), label).help(help))
}
