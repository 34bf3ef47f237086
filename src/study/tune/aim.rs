//! What `[tune]` asks for, checked against the metrics and the scenario's profiles.

use crate::model::Cohort;
use crate::scenario::{Diagnostic, Direction, Knob, Phrase, Problems, Scenario, ScenarioFile};
use crate::sim::MARKS;
use crate::study::limit::{
    Happening, Limit, Measure, Op, Profiles, Statistic, limit, objective, replications_needed,
};

/// The most replications that a limit may need to be shown.
const REPLICATIONS_MAX: u64 = crate::scenario::REPLICATIONS_MAX;

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
    /// The names of the profiles that it speaks of.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.objective)
            .chain(self.limits.iter().map(|limit| &limit.measure))
            .map(|measure| measure.profile.as_str())
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
        let names = file.profile_names();
        let robots = |name: &str| {
            let profile = scenario?
                .profiles
                .iter()
                .find(|profile| profile.name == name)?;
            Some(profile.world.fleet.robots())
        };
        let profiles = Profiles {
            names: &names,
            robots: &robots,
        };
        let objective = tune.objective.and_then(|(direction, phrase)| {
            Some((
                direction,
                kept(objective(&phrase, &profiles), &mut found)?,
                phrase,
            ))
        });
        let limits: Vec<Limit> = tune
            .limits
            .iter()
            .filter_map(|phrase| kept(limit(phrase, &profiles), &mut found))
            .collect();
        if let Some((
            _,
            Measure {
                statistic: Statistic::Probability(_),
                ..
            },
            phrase,
        )) = &objective
            && tune.limits.is_empty()
        {
            let title = "a probability is no objective without limits";
            let diagnostic = Diagnostic::error(
                title,
                phrase.whole(),
                "one end of the percentages is always best",
            );
            found.push(diagnostic.help("put what it must not cost in `limits`, or the probability itself, and minimise a time"));
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
        let mut problems = Problems::default();
        if let Some(problem) =
            out_of_reach(&self.aim.objective, Op::AtMost, scenario, &self.objective)
        {
            problems.push(problem);
        }
        for (limit, phrase) in self.aim.limits.iter().zip(&self.limits) {
            if let Some(problem) = out_of_reach(&limit.measure, limit.op, scenario, phrase) {
                problems.push(problem);
                continue;
            }
            let Some(profile) = scenario
                .profiles
                .iter()
                .find(|profile| profile.name == limit.measure.profile)
            else {
                continue;
            };
            let needed = replications_needed(
                limit,
                profile.world.fleet.robots(),
                self.aim.confidence,
                REPLICATIONS_MAX,
            );
            if exact(limit) || needed.is_some_and(|needed| needed <= replications) {
                continue;
            }
            let played = crate::units::count(replications);
            let title = format!("{played} replications cannot show this, whatever happens in them");
            let label = format!(
                "not with a confidence of {}",
                crate::units::share(self.aim.confidence, 0)
            );
            let help = match needed {
                Some(needed) => format!(
                    "play at least {}: --replications {needed}",
                    crate::units::count(needed)
                ),
                None => "allow more".to_owned(),
            };
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
    let profile = scenario
        .profiles
        .iter()
        .find(|profile| profile.name == measure.profile)?;
    let bundle = &profile.world.release.bundle;
    let lost = |cohort: &Cohort| {
        let without: u32 = bundle
            .iter()
            .zip(cohort.architectures)
            .filter(|(size, _)| size.is_none())
            .map(|(_, robots)| robots)
            .sum();
        // Which of the robots are dead is drawn: they may be the very ones that have no bundle.
        cohort.dead.max(without)
    };
    let n = profile.world.fleet.robots();
    let most = n - profile.world.fleet.cohorts.iter().map(lost).sum::<u32>();
    let needed = (u64::from(n) * mark).div_ceil(100);
    if !wants_it || u64::from(most) >= needed {
        return None;
    }
    let title = format!("no setting ever updates {mark} % of this fleet");
    let label = format!(
        "{} of {} robots can be updated",
        crate::units::count(most.into()),
        crate::units::count(n.into())
    );
    let help = "the others are dead or have no bundle; speak of a smaller share, as in time_to_90_s, or of success_rate";
    Some(Diagnostic::error(title, phrase.whole(), label).help(help))
}
