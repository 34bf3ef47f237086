//! Bundles: robots that have none, and bundles that have no robot.

use crate::model::{Architecture, Cohort, Release};
use crate::study::lint::{Remark, failures, robots, stop_it, verb, without_bundles};
use crate::theory::view::{View, always_fails, of_cohort};
use crate::units::{count, share};

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    let world = &view.profile.world;
    let cohorts = &world.fleet.cohorts;
    certain_breach(view, remarks);
    let without = without_bundles(view);
    if without > 0
        && !remarks
            .iter()
            .any(|remark| remark.rule == "certain-breach" && remark.at.0 == "release.bundle")
    {
        let job = view.main();
        let title = format!(
            "{} of {} {} no bundle ({})",
            count(without.into()),
            robots(view.n),
            verb(without, "has", "have"),
            missing(cohorts, &world.release)
        );
        let remark = Remark::warning("no-bundle", title, "release.bundle", "no bundle for them here")
            .why(format!(
                "they fail before they are contacted, with MissingRobotApplicationArchitecture: without harm, but {} of the {} that {} {} {} spent on \
                 them{}",
                count(without.into()),
                failures(job.failures()),
                verb(job.failures(), "stops", "stop"),
                job.name,
                verb(without, "is", "are"),
                if job.rules.has_knobs() { format!(" ({} %)", job.rules.levels().threshold) } else { String::new() },
            ))
            .help("add a bundle for them, or deploy to a fleet without them");
        remarks.push(remark.other(job.threshold_key(), "stops at this share of failures"));
    }
    for kind in Architecture::ALL.into_iter().filter(|kind| {
        world.release.bundle[*kind as usize].is_some() && robots_of(cohorts, *kind) == 0
    }) {
        let title = format!("no robot uses the {} bundle", kind.name());
        let remark = Remark::warning(
            "unused-bundle",
            title,
            format!("release.bundle.{}", kind.name()),
            "no robot uses it",
        )
        .why(format!("none of {} has this architecture", robots(view.n)))
        .help("leave it out, or correct the architectures of the cohorts");
        remarks.push(remark);
    }
    if let Some(previous) = &world.previous {
        let stranded = Architecture::ALL.into_iter().filter(|kind| {
            let bundles = [previous, &world.release].map(|it| it.bundle[*kind as usize].is_some());
            bundles == [false, true]
        });
        let without: u32 = stranded.map(|kind| robots_of(cohorts, kind)).sum();
        if without > 0 {
            let title = format!(
                "the recovery has no bundle for {} that the release can reach",
                robots(without)
            );
            let key = "campaign.recovery.bundle";
            let remark = Remark::warning("recovery-without-bundle", title, key, "not for all")
                .why(format!(
                    "once exposed they cannot be put back: {}",
                    missing(cohorts, previous)
                ))
                .help("add the old version's bundle for them");
            remarks.push(remark);
        }
    }
}

/// Robots of an architecture.
fn robots_of(cohorts: &[Cohort], kind: Architecture) -> u32 {
    cohorts
        .iter()
        .map(|cohort| cohort.architectures[kind as usize])
        .sum()
}

/// The architectures in the fleet for which a release has no bundle, each with its robots.
fn missing(cohorts: &[Cohort], release: &Release) -> String {
    let kinds = Architecture::ALL.into_iter();
    let missing = kinds.filter(|kind| release.bundle[*kind as usize].is_none());
    let counted = missing.map(|kind| (robots_of(cohorts, kind), kind));
    counted
        .filter(|(robots, _)| *robots > 0)
        .map(|(robots, kind)| format!("{} {}", count(robots.into()), kind.name()))
        .collect::<Vec<String>>()
        .join(", ")
}

/// More robots fail whatever happens than the threshold allows.
fn certain_breach(view: &View, remarks: &mut Vec<Remark>) {
    let world = &view.profile.world;
    let preparing_max = crate::sim::Dice::new(world).preparing_max() as f64;
    for job in &view.jobs {
        let (certain, needed) = (job.certain, job.failures());
        let is_certain = job.is_exact
            && !job.rules.has_job_faults()
            && view.certainly_breaches(job, preparing_max);
        if certain < needed || !is_certain {
            continue;
        }
        let cohorts = &world.fleet.cohorts;
        let always = cohorts.iter().find(|cohort| always_fails(cohort));
        let without = without_bundles(view);
        let dead = cohorts.iter().max_by_key(|cohort| cohort.dead);
        let dead = dead.expect("a bug: a fleet without cohorts");
        let (key, label) = match always {
            Some(cohort) => (of_cohort(cohort, "name"), "always fail"),
            None if without >= dead.dead => (
                "release.bundle".to_owned(),
                "no bundle for some of them here",
            ),
            None => (of_cohort(dead, "dead"), "never answer"),
        };
        let of = match job.is_canary || view.jobs.len() == 1 {
            true => "in every rollout",
            false => "whenever there is a main job",
        };
        let title = format!("{} reaches its failure threshold {of}", job.name);
        let mut causes = Vec::new();
        causes.extend((without > 0).then(|| {
            format!(
                "{} of the fleet {} no bundle",
                robots(without),
                verb(without, "has", "have")
            )
        }));
        let silent: u32 = cohorts.iter().map(|cohort| cohort.dead).sum();
        causes.extend((silent > 0).then(|| {
            format!(
                "{} never {}",
                robots(silent),
                verb(silent, "answers", "answer")
            )
        }));
        causes.extend(
            always.map(|cohort| format!("a script or fault fails every robot of {}", cohort.name)),
        );
        let why = format!(
            "of {} {}{} cannot succeed ({}), and {}: {}",
            robots(job.n),
            ["at least ", ""][usize::from(job.has_whole_cohorts)],
            count(certain.into()),
            share(f64::from(certain) / f64::from(job.n), 1),
            stop_it(needed),
            causes.join(", "),
        );
        let help = match job.threshold_above(certain) {
            Some(percent) => format!(
                "fix what fails, leave those robots out, or set a threshold of {percent} % or more, and leave room for chance"
            ),
            None => "fix what fails, or leave those robots out: no threshold allows that many"
                .to_owned(),
        };
        let remark = Remark::error("certain-breach", title, key, label)
            .why(why)
            .help(help);
        remarks.push(remark.other(job.threshold_key(), stop_it(needed)));
    }
}
