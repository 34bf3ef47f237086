//! Reading the cohorts.

use std::sync::Arc;

use crate::model::{Cohort, Extraction, Fleet, ROBOTS_MAX, ScriptStep, Scripts};
use crate::random::Law;
use crate::scenario::connectivity::connectivity;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::inventory::{self, Listed, unique_robots};
use crate::scenario::keys::cohort::COHORT;
use crate::scenario::law::{law, law_at};
use crate::scenario::links;
use crate::scenario::names::{self, Names};
use crate::scenario::reader::{Reading, Section, optional, rounded};
use crate::scenario::release::architecture;
use crate::scenario::steps::{faults, script, timed};
use crate::scenario::trace::{self, OwnRate};
use crate::scenario::tree::{Node, Value, quoted};
use crate::scenario::windows::{JobStart, cohort_hours, require_start};
use crate::units::{Quantity, count};

/// The most cohorts of a fleet.
pub(super) const COHORTS_MAX: usize = 10_000;

const _: () = assert!(
    COHORTS_MAX < u16::MAX as usize,
    "a cohort's number overflows its place in the model"
);

/// Reads every `[[cohort]]`.
pub(super) fn fleet(
    reading: &mut Reading,
    root: &mut Section,
    links: &Names,
    start: &JobStart,
) -> Option<Fleet> {
    let (key, node) = root.at("cohort");
    let node = node?;
    let Value::Array(nodes) = &node.value else {
        reading.expected("an array of tables", node, key.how());
        return None;
    };
    if nodes.is_empty() || nodes.len() > COHORTS_MAX {
        let title = format!(
            "a fleet has from 1 to {} cohorts",
            count(COHORTS_MAX as u64)
        );
        reading.problem(
            Diagnostic::error(title, &node.place, format!("this has {}", nodes.len()))
                .help(key.how()),
        );
        return None;
    }
    require_start(reading, start, nodes);
    let mut listed = Vec::new();
    let cohorts: Vec<Option<Cohort>> = nodes
        .iter()
        .map(|node| cohort(reading, node, links, start, &mut listed))
        .collect();
    names::unique(reading, nodes, "cohort");
    unique_robots(reading, &listed);
    let cohorts: Vec<Cohort> = cohorts.into_iter().collect::<Option<_>>()?;
    let robots: u64 = cohorts.iter().map(|cohort| u64::from(cohort.robots)).sum();
    if robots > u64::from(ROBOTS_MAX) {
        let title = format!(
            "a fleet has at most {} robots",
            count(u64::from(ROBOTS_MAX))
        );
        let label = format!("these have {} together", count(robots));
        reading.problem(Diagnostic::error(title, &node.place, label));
        return None;
    }
    Some(Fleet { cohorts })
}

fn cohort<'n>(
    reading: &mut Reading,
    node: &'n Node,
    links: &Names,
    start: &JobStart,
    all_listed: &mut Vec<Listed<'n>>,
) -> Option<Cohort> {
    let mut section = reading.table(node, &COHORT)?;
    let name = section
        .value("name")
        .and_then(|node| names::name(reading, node, "cohort"));
    if let Some(name) = &name {
        section.rename(&format!("cohort.{name}"));
    }
    let members = members(reading, &mut section);
    let dead = dead(reading, section.value("dead"), &members);
    let link = optional(section.value("link"), None, |node| {
        links::reference(reading, node, links).map(Some)
    });
    let download_rate = download_rate(reading, &mut section, &members);
    let presence = section
        .value("connectivity")
        .map(|node| connectivity(reading, node));
    let inventory = members
        .inventory
        .as_ref()
        .map(|listed| listed.as_ref().map(|listed| &*listed.inventory));
    let (connectivity, offline) = match presence {
        Some(Some(presence)) => (Some(Some(presence.connectivity)), Some(presence.offline)),
        Some(None) => (None, None),
        None => (Some(None), Some(None)),
    };
    let hours = cohort_hours(reading, &mut section, start, inventory, offline);
    let extraction = extraction(reading, &mut section);
    let validating = timed(reading, section.value("validating"), "validating");
    let launching = timed(reading, section.value("launching"), "launching");
    let scripts = ScriptStep::ALL.map(|step| {
        let name = step.name();
        script(reading, section.value(name), name)
    });
    let faults = optional(section.value("faults"), Vec::new(), |node| {
        faults(reading, node)
    });
    let recovery = reading.duration_at(&mut section, "recovery");
    let joins = law_at(reading, &mut section, "joins");
    section.finish(reading);
    let listed_robots = match &members.inventory {
        Some(Some(listed)) => {
            let weekly = hours.as_ref().map_or([None, None], |hours| {
                hours.each_ref().map(|it| it.weekly.clone())
            });
            listed.robots(reading, links, weekly)
        }
        Some(None) => None,
        None => Some(Arc::default()),
    };
    all_listed.extend(members.inventory.flatten());
    let [download_condition, pre_launch, post_launch] = scripts;
    let robots = members.robots?;
    let [maintenance, offline] = hours?;
    let mut connectivity = connectivity?;
    if let Some(connectivity) = &mut connectivity {
        connectivity.offline_hours = offline.windows.map(|hours| (*hours).clone());
    }
    let (download_rate, rate_trace) = download_rate?;
    Some(Cohort {
        name: name?,
        first_index: 0,
        robots,
        architectures: members.architectures?,
        dead: dead?,
        download_rate,
        rate_trace,
        extraction: extraction?,
        validating: validating?,
        launching: launching?,
        scripts: Scripts([download_condition?, pre_launch?, post_launch?]),
        faults: faults?,
        recovery: recovery?,
        connectivity,
        windows: maintenance.windows.map(|windows| (*windows).clone()),
        link: link?,
        joins: joins?,
        inventory: listed_robots?,
    })
}

/// How many robots a cohort has of which kind; what could not be read is `None`.
struct Members<'n> {
    robots: Option<u32>,
    /// By `Architecture as usize`.
    architectures: Option<[u32; 3]>,
    /// `None` where the robots are only counted.
    inventory: Option<Option<Listed<'n>>>,
}

fn members<'n>(reading: &mut Reading, section: &mut Section<'n>) -> Members<'n> {
    let node = section.value("robots");
    if let Some(node) = node.filter(|node| matches!(node.value, Value::Table(_))) {
        let listed = inventory::read(reading, node);
        if let Some(architecture) = section.value("architecture") {
            let title = "a cohort with an inventory has no `architecture` of its own";
            let diagnostic = Diagnostic::error(title, &architecture.place, "leave this out");
            reading.problem(diagnostic.other(&node.place, "the inventory says it of each robot"));
        }
        let inventory = listed.as_ref().map(|listed| &listed.inventory);
        let robots = inventory.map(|inventory| inventory.robots());
        let architectures = inventory.map(|inventory| inventory.architectures);
        return Members {
            robots,
            architectures,
            inventory: Some(listed),
        };
    }
    if let Some(Node {
        value: Value::String(text),
        place,
    }) = node.filter(|node| is_file_name(node))
    {
        let title = "`robots` is a whole number or an inventory";
        let help = format!(
            "write robots = {{ file = {} }}, without `architecture`",
            quoted(text)
        );
        reading.problem(Diagnostic::error(title, place, "this is the name of a file").help(help));
        section.value("architecture");
        return Members {
            robots: None,
            architectures: None,
            inventory: Some(None),
        };
    }
    let robots = node.and_then(|node| reading.integer(node, "`robots`", 1..=u64::from(ROBOTS_MAX)));
    let robots = robots.map(|robots| robots as u32);
    let architectures = section.require("architecture", ARCHITECTURE);
    let architectures = architectures.and_then(|node| architecture_shares(reading, node, robots));
    Members {
        robots,
        architectures,
        inventory: None,
    }
}

fn is_file_name(node: &Node) -> bool {
    let endings = [".csv", ".tsv", ".txt", ".json"];
    matches!(&node.value, Value::String(text) if endings.iter().any(|ending| text.ends_with(ending)))
}

/// Reads which robots never answer, as a share or a count; of an inventory's robots it may say so itself.
fn dead(reading: &mut Reading, node: Option<&Node>, members: &Members) -> Option<u32> {
    let listed = members.inventory.as_ref().and_then(Option::as_ref);
    let offline = listed.map_or(0, |listed| listed.inventory.dead);
    let (Some(node), robots) = (node, members.robots.unwrap_or(1)) else {
        return Some(offline);
    };
    if offline > 0 {
        let title = "the inventory says which robots have been offline";
        let diagnostic = Diagnostic::error(title, &node.place, "and this too");
        reading.problem(diagnostic.help("leave out `dead`, or the column `offline_since`"));
        return None;
    }
    if let Value::String(text) = &node.value
        && let Some(count) = text
            .trim()
            .strip_suffix("robots")
            .or(text.trim().strip_suffix("robot"))
    {
        let count = count.trim().parse().ok();
        let dead = count.filter(|dead| *dead <= robots || members.robots.is_none());
        if dead.is_none() {
            let title = "`dead` must be a number of the cohort's robots";
            let label = format!("the cohort has {}", crate::units::count(robots.into()));
            reading.problem(Diagnostic::error(title, &node.place, label));
        }
        return dead;
    }
    if let Value::Integer(dead @ 2..) = node.value {
        let title = "`dead` must be a share from 0 to 1, or a count of robots in quotes";
        let percent = if dead <= 100 {
            format!("; for {dead} % write dead = {}", dead as f64 / 100.0)
        } else {
            String::new()
        };
        reading.problem(
            Diagnostic::error(title, &node.place, "out of range").help(format!(
                "for {dead} robots write dead = \"{dead} robots\"{percent}"
            )),
        );
        return None;
    }
    let share = reading.share(node, "`dead`")?;
    let dead = largest_remainder(robots, &[share, 1.0 - share])[0];
    if share > 0.0 && dead == 0 && members.robots.is_some() {
        let help = "for one robot write dead = \"1 robot\"; for none leave it out";
        reading.problem(rounds_to_none("`dead`", robots, node).help(help));
    }
    Some(dead)
}

/// A warning of a share above 0 that gives no robot.
fn rounds_to_none(what: &str, robots: u32, node: &Node) -> Diagnostic {
    let title = format!("{what} gives no robot in so small a cohort");
    let robots = count(robots.into());
    let label = format!("this share of {robots} rounds to none");
    Diagnostic::warning(title, &node.place, label)
}

/// Reads how fast robots download, which an inventory may say of each.
fn download_rate(
    reading: &mut Reading,
    section: &mut Section,
    members: &Members,
) -> Option<OwnRate> {
    let node = match &members.inventory {
        None => section.require(
            "download_rate",
            "how fast its robots download, as in \"20 Mbit/s\"",
        ),
        Some(None) => section.value("download_rate"),
        Some(Some(listed)) => match listed.inventory.own_rate {
            // A law that no robot draws from.
            Some(rate) if section.value("download_rate").is_none() => {
                return Some((Law::constant(rate).ok()?, None));
            }
            Some(_) => section.value("download_rate"),
            None => section.require(
                "download_rate",
                "how fast those robots download whose `download_rate` is not in the inventory",
            ),
        },
    };
    let node = node?;
    if trace::is_trace(node) {
        return trace::own_rate(reading, node);
    }
    Some((law(reading, node, "download_rate", Quantity::Rate)?, None))
}

const ARCHITECTURE: &str =
    "write architecture = \"X86_64\", or shares as in architecture = { X86_64 = 0.9, ARM64 = 0.1 }";

/// Reads shares by architecture and gives exact counts of robots by `Architecture as usize`.
fn architecture_shares(
    reading: &mut Reading,
    node: &Node,
    robots: Option<u32>,
) -> Option<[u32; 3]> {
    let mut shares = [0.0; 3];
    match &node.value {
        Value::String(name) => shares[architecture(reading, name, &node.place)? as usize] = 1.0,
        _ => {
            let section = reading.section_or(node, "architecture", || ARCHITECTURE)?;
            let mut sound = true;
            for entry in &section.table.0 {
                let known = architecture(reading, &entry.key, &entry.key_place);
                let share = reading.share(&entry.node, &format!("the share of `{}`", entry.key));
                match (known, share) {
                    (Some(architecture), Some(share)) => shares[architecture as usize] = share,
                    _ => sound = false,
                }
            }
            if !sound {
                return None;
            }
            let sum: f64 = shares.iter().sum();
            if (sum - 1.0).abs() > 1e-9 {
                let title = "the shares of `architecture` must add up to 1";
                let label = format!("these add up to {}", rounded(sum));
                reading.problem(Diagnostic::error(title, &node.place, label));
                return None;
            }
        }
    }
    let counts = largest_remainder(robots.unwrap_or(1), &shares);
    if let (Value::Table(table), Some(robots)) = (&node.value, robots) {
        for entry in &table.0 {
            let known = architecture(reading, &entry.key, &entry.key_place)? as usize;
            if shares[known] > 0.0 && counts[known] == 0 {
                let what = format!("the share of `{}`", entry.key);
                let help = "make it larger, or leave it out";
                reading.problem(rounds_to_none(&what, robots, &entry.node).help(help));
            }
        }
    }
    Some([counts[0], counts[1], counts[2]])
}

/// Splits `n` by shares that add up to 1 into whole counts that add up to `n`: each gets the whole part of its quota, and those
/// with the largest remainders one more; the earlier one where remainders are equal.
pub(super) fn largest_remainder(n: u32, shares: &[f64]) -> Vec<u32> {
    // A quota such as 0.07 · 100 lies a hair off the whole number that is meant.
    let quotas: Vec<f64> = shares
        .iter()
        .map(|share| (share * f64::from(n) * 1e6).round() / 1e6)
        .collect();
    let mut counts: Vec<u32> = quotas.iter().map(|quota| *quota as u32).collect();
    let mut by_remainder: Vec<usize> = (0..shares.len()).collect();
    by_remainder.sort_by(|a, b| quotas[*b].fract().total_cmp(&quotas[*a].fract()));
    let missing = n.saturating_sub(counts.iter().sum());
    for which in by_remainder.into_iter().cycle().take(missing as usize) {
        counts[which] += 1;
    }
    counts
}

fn extraction(reading: &mut Reading, section: &mut Section) -> Option<Option<Extraction>> {
    let rate = section.value("extract_rate");
    let duration = section.value("extract_duration");
    match (rate, duration) {
        (None, None) => Some(None),
        (Some(node), None) => law(reading, node, "extract_rate", Quantity::Rate)
            .map(|law| Some(Extraction::Rate(law))),
        (None, Some(node)) => law(reading, node, "extract_duration", Quantity::Duration)
            .map(|law| Some(Extraction::Duration(law))),
        (Some(rate), Some(duration)) => {
            reading.problem(
                Diagnostic::error(
                    "give `extract_rate` or `extract_duration`, not both",
                    &duration.place,
                    "and the duration here",
                )
                .other(&rate.place, "the rate here"),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::largest_remainder;

    #[test]
    fn shares_become_exact_counts() {
        assert_eq!(largest_remainder(1400, &[0.96, 0.04]), [1344, 56]);
        assert_eq!(largest_remainder(1400, &[0.002, 0.998]), [3, 1397]);
        assert_eq!(largest_remainder(100, &[0.07, 0.93]), [7, 93]);
        assert_eq!(largest_remainder(10, &[0.35, 0.35, 0.3]), [4, 3, 3]);
        assert_eq!(largest_remainder(3, &[1.0 / 3.0; 3]), [1, 1, 1]);
        assert_eq!(largest_remainder(1, &[0.5, 0.5]), [1, 0]);
    }

    #[test]
    fn counts_never_differ_from_the_quota_by_a_whole_robot() {
        for n in 1..300 {
            for percent in 0..=100u32 {
                let share = f64::from(percent) / 100.0;
                let counts = largest_remainder(n, &[share, 1.0 - share]);
                assert_eq!(counts.iter().sum::<u32>(), n);
                assert!(
                    (f64::from(counts[0]) - share * f64::from(n)).abs() < 1.0,
                    "{n} {percent}"
                );
            }
        }
    }
}
