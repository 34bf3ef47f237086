//! Reading the jobs around the main job: the canary, the syncs and the recovery.

use crate::model::{Cohort, Release};
use crate::rollout::{AfterFailure, Campaign, Canary, CanaryRobots, Pick, Recovery, Sync};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::keys::campaign::{CAMPAIGN, CANARY, RECOVERY, SYNC};
use crate::scenario::names::Names;
use crate::scenario::order::named_cohorts;
use crate::scenario::reader::{Reading, Section, optional};
use crate::scenario::release;
use crate::scenario::rules::{deployment_config, field};
use crate::scenario::tree::{self, Node, Value};
use crate::units::count;

/// What a campaign needs to know of the rest of the scenario; `None` for what could not be read.
pub(super) struct Around<'a> {
    pub release: Option<&'a Release>,
    pub cohorts: Option<&'a [Cohort]>,
    pub names: &'a Names<'a>,
}

/// Reads `[campaign]`: the jobs, and the old version that a recovery puts back. Without `[campaign]` there is one too where
/// the release has a latent fault, which is found between jobs.
pub(super) fn campaign(
    reading: &mut Reading,
    node: Option<&Node>,
    around: &Around,
) -> Option<(Option<Campaign>, Option<Release>)> {
    let Some(node) = node else {
        let campaign = around.release?.latent.is_some().then(Campaign::default);
        return Some((campaign, None));
    };
    let mut section = reading.table(node, &CAMPAIGN)?;
    let canary = optional(section.value("canary"), None, |node| {
        canary(reading, node, around).map(Some)
    });
    let sync = optional(section.value("sync"), None, |node| {
        sync(reading, node).map(Some)
    });
    let recovery = optional(section.value("recovery"), None, |node| {
        recovery(reading, node, around).map(Some)
    });
    section.finish(reading);
    let (recovery, previous) = recovery?.unzip();
    Some((
        Some(Campaign {
            canary: canary?,
            sync: sync?,
            recovery,
        }),
        previous,
    ))
}

fn canary(reading: &mut Reading, node: &Node, around: &Around) -> Option<Canary> {
    let mut section = reading.table(node, &CANARY)?;
    let robots = canary_robots(reading, &mut section, around);
    let config = deployment_config(reading, &mut section);
    let soak = reading.duration_at(&mut section, "soak");
    let rejoin = reading.flag_at(&mut section, "rejoin");
    section.finish(reading);
    Some(Canary {
        robots: robots?,
        config: config?,
        soak: soak?,
        rejoin: rejoin?,
    })
}

/// Reads which robots the canary is for: exactly one of three keys says so.
fn canary_robots(
    reading: &mut Reading,
    section: &mut Section,
    around: &Around,
) -> Option<CanaryRobots> {
    let [robots, share, cohorts] = ["robots", "share", "cohorts"].map(|key| section.value(key));
    let pick = section.value("pick");
    let picked = reading.choice_at(section, "pick", [Pick::Random, Pick::File]);
    let given: Vec<&Node> = [robots, share, cohorts].into_iter().flatten().collect();
    if let [first, second, ..] = given.as_slice() {
        let title = "a canary has `robots`, `share` or `cohorts`, only one of them";
        reading.problem(
            Diagnostic::error(title, &second.place, "and this").other(&first.place, "this"),
        );
        return None;
    }
    if given.is_empty() {
        if section.has_mistyped_key() {
            return None;
        }
        let title = "a canary needs `robots`, `share` or `cohorts`";
        let help = "write robots = 50, share = 0.05, or cohorts = [\"pilot\"]";
        reading.problem(
            Diagnostic::error(title, section.place(), "for which robots is it?").help(help),
        );
        return None;
    }
    if let Some(node) = robots {
        let robots = reading.whole_at(section, "robots")? as u32;
        let fleet: u32 = around.cohorts?.iter().map(|cohort| cohort.robots).sum();
        if robots > fleet {
            let title = format!(
                "the canary has more robots than the fleet, which has {}",
                count(fleet.into())
            );
            reading.problem(Diagnostic::error(title, &node.place, "too many"));
            return None;
        }
        return Some(CanaryRobots::Count(robots, picked?));
    }
    if let Some(node) = share {
        let share = reading.share(node, "`share`")?;
        if share == 0.0 {
            reading.problem(Diagnostic::error(
                "a canary's `share` must be more than 0",
                &node.place,
                "no robot",
            ));
            return None;
        }
        return Some(CanaryRobots::Share(millionths(share).max(1), picked?));
    }
    if let Some(node) = pick {
        let title = "`pick` has no effect where `cohorts` says which robots the canary is for";
        reading.problem(Diagnostic::error(title, &node.place, "leave this out"));
    }
    let node = cohorts?;
    let named = named_cohorts(
        reading,
        node,
        around.names,
        "canary",
        "write cohorts = [\"pilot\"]",
    )?;
    if named.is_empty() {
        reading.problem(Diagnostic::error(
            "a canary needs at least one cohort",
            &node.place,
            "empty",
        ));
        return None;
    }
    Some(CanaryRobots::Cohorts(named))
}

/// A share in millionths.
fn millionths(share: f64) -> u32 {
    (share * 1e6).round() as u32
}

fn sync(reading: &mut Reading, node: &Node) -> Option<Sync> {
    let mut section = reading.table(node, &SYNC)?;
    let times = reading.whole_at(&mut section, "times");
    let until = reading.share_at(&mut section, "until");
    let interval = reading.duration_at(&mut section, "interval");
    let choices = [
        AfterFailure::Never,
        AfterFailure::Syncs,
        AfterFailure::Always,
    ];
    let after_failure = reading.choice_at(&mut section, "after_failure", choices);
    section.finish(reading);
    Some(Sync {
        times: times? as u32,
        until: millionths(until?),
        interval: interval?,
        after_failure: after_failure?,
    })
}

fn recovery(reading: &mut Reading, node: &Node, around: &Around) -> Option<(Recovery, Release)> {
    let mut section = reading.table(node, &RECOVERY)?;
    let config = deployment_config(reading, &mut section);
    let delay = reading.duration_at(&mut section, "delay");
    let bundle = around.release.map_or([None; 3], |release| release.bundle);
    let mut previous = Release {
        version: "previous".to_owned(),
        number: 0,
        bundle,
        latent: None,
    };
    let version = field(&mut previous.version, section.value("version"), |node| {
        release::version_number(reading, node)
    });
    let bundle = field(&mut previous.bundle, section.value("bundle"), |node| {
        release::bundles(reading, node)
    });
    section.finish(reading);
    (version && bundle).then_some((
        Recovery {
            config: config?,
            delay: delay?,
        },
        previous,
    ))
}

/// Reports a cohort whose robots join later where no later job meets them.
pub(super) fn check_joins(
    reading: &mut Reading,
    campaign: Option<&Campaign>,
    cohorts: Option<&Node>,
) {
    let is_met =
        campaign.is_some_and(|campaign| campaign.canary.is_some() || campaign.sync.is_some());
    if is_met {
        return;
    }
    let Some(Node {
        value: Value::Array(cohorts),
        ..
    }) = cohorts
    else {
        return;
    };
    for cohort in cohorts {
        if let Some(node) = tree::get(cohort, &["joins".to_owned()]) {
            let title = "`joins` needs a later job of a campaign";
            let diagnostic =
                Diagnostic::error(title, &node.place, "the only job meets none of them");
            reading.problem(diagnostic.help("write [campaign.sync] with `times` and `interval`"));
        }
    }
}
