//! Robots that hold their slots until the robot timeout: dead ones, and those whose scripts hang.

use crate::model::Cohort;
use crate::study::lint::{Remark, robots};
use crate::theory::view::{Job, View, dead_share, hang_mean, of_cohort};
use crate::units::{count, decimal, duration};

/// Robots that hold slots for less than this share of the time that the others are worked on are not worth a remark.
const HELD_SHARE: f64 = 0.1;

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    for job in &view.jobs {
        remarks.extend(
            [dead(view, job), hanging(view, job)]
                .into_iter()
                .flatten()
                .filter_map(|held| held.remark(view, job)),
        );
    }
}

/// Robots of a job that are alike in what they hold their slots for.
struct Holders {
    rule: &'static str,
    on_average: f64,
    at_least: u32,
    /// What one of them does, and several.
    does: [&'static str; 2],
    /// How long all others of the job are worked on together [ms].
    others: f64,
    /// The key that makes them so, and a few words to set under it.
    key: String,
    label: &'static str,
    timeout_label: &'static str,
    help: &'static str,
}

/// The cohort with the most robots of a job of which a share is so.
fn cohort_with_most<'c>(
    job: &'c Job,
    cohorts: &'c [Cohort],
    share: fn(&Cohort) -> f64,
) -> Option<&'c Cohort> {
    let counted = job
        .cohorts(cohorts)
        .map(|(cohort, members, _)| (cohort, members * share(cohort)));
    let most = counted.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    Some(most.0)
}

/// Robots that never answer.
fn dead(view: &View, job: &Job) -> Option<Holders> {
    let cohorts = &view.profile.world.fleet.cohorts;
    let (on_average, at_least) = job.silent(cohorts, &view.profile.world.release);
    let most = cohort_with_most(job, cohorts, dead_share)?;
    Some(Holders {
        rule: "dead-robots",
        on_average,
        at_least,
        does: ["that never answers", "that never answer"],
        others: job.working(cohorts, |cohort| 1.0 - dead_share(cohort)),
        key: of_cohort(most, "dead"),
        label: "never answer",
        timeout_label: "how long a silent robot is waited for",
        help: "take them out of the fleet before the rollout",
    })
}

/// Robots whose script hangs.
fn hanging(view: &View, job: &Job) -> Option<Holders> {
    let cohorts = &view.profile.world.fleet.cohorts;
    let (on_average, at_least) = job.hanging(cohorts, &view.profile.world.release);
    let most = cohort_with_most(job, cohorts, hang_mean)?;
    let (step, _) = most
        .scripts
        .iter()
        .max_by(|(_, a), (_, b)| a.hang.mean().total_cmp(&b.hang.mean()))?;
    Some(Holders {
        rule: "hanging-scripts",
        on_average,
        at_least,
        does: ["whose script hangs", "whose scripts hang"],
        others: job.working(cohorts, |cohort| {
            (1.0 - dead_share(cohort)) * (1.0 - hang_mean(cohort))
        }),
        key: of_cohort(most, &format!("{}.hang", step.name())),
        label: "hang",
        timeout_label: "how long a script that hangs is waited for",
        help: "fix the script, or give it a time limit of its own",
    })
}

impl Holders {
    fn remark(self, view: &View, job: &Job) -> Option<Remark> {
        let timeout = job.rules.robot_timeout() as f64;
        let held = self.on_average * timeout;
        if self.on_average < 0.5 || held < HELD_SHARE * self.others {
            return None;
        }
        let window = job.window();
        let slowest = job
            .courses
            .iter()
            .flatten()
            .map(|course| course.total(|step| step.p95))
            .fold(0.0, f64::max);
        let help = if slowest < timeout / 2.0 {
            format!(
                "a shorter timeout lets the others pass: deployments slow at every step take {}",
                duration(slowest)
            )
        } else {
            self.help.to_owned()
        };
        let reaches_all = match self.at_least {
            0 => String::new(),
            _ => format!(
                ", and no rollout that reaches all robots is over before {}",
                duration(timeout)
            ),
        };
        let about = if self.is_known() { "" } else { "about " };
        let remark = Remark::warning(self.rule, self.title(view, job), job.timeout_key(), self.timeout_label)
            .why(format!(
                "that is {about}{} in slots, as if the whole window of {} stood still for {}; the others need about {} of it{reaches_all}",
                duration(held),
                count(window.into()),
                duration(held / f64::from(window)),
                duration(self.others),
            ))
            .help(help);
        Some(remark.other(self.key, self.label))
    }

    /// Whether the number does not depend on chance.
    fn is_known(&self) -> bool {
        f64::from(self.at_least) == self.on_average
    }

    fn title(&self, view: &View, job: &Job) -> String {
        let timeout = duration(job.rules.robot_timeout() as f64);
        let of_job = match view.jobs.len() {
            1 => String::new(),
            _ => format!(" of {}", job.name),
        };
        let [one, several] = self.does;
        match self.at_least {
            1 if self.is_known() => format!("1 robot{of_job} {one} holds its slot for {timeout}"),
            _ if self.is_known() => format!(
                "{}{of_job} {several} hold their slots for {timeout} each",
                robots(self.at_least)
            ),
            _ => {
                let about = decimal(self.on_average, 1);
                format!(
                    "about {about} robots{of_job} {several} hold their slots for {timeout} each, if all have their turn"
                )
            }
        }
    }
}
