//! The metrics of a replication: one table of names, units and definitions for every output.

use crate::model::{Instant, Ms};
use crate::rollout::EndedBy;
use crate::sim::Outcome;

/// What kind of number a metric is, which decides how it is summarised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number that every replication with a job has: mean and quantiles over those. Where one is infinite, the time of what never ends, there is no
    /// mean.
    Number,
    /// 0 or 1: a proportion.
    Event,
    /// A time that may never come: quantiles, and the proportion of replications in which it does not.
    Time,
    /// A ratio of two numbers of the replication: estimated as the ratio of their means.
    Ratio,
}

/// A metric of a replication.
#[derive(Debug)]
pub struct Metric {
    /// In outputs: most significant word first, unit last.
    pub name: &'static str,
    /// Its definition, with the unit in brackets.
    pub about: &'static str,
    pub kind: Kind,
    /// Infinite for a time that never comes, or of what never ends; NaN for a ratio of nothing, and for what only jobs have where there was none.
    pub value: fn(&Outcome) -> f64,
}

/// Milliseconds as seconds.
fn s(ms: Ms) -> f64 {
    ms as f64 / 1000.0
}

/// A time until the end of jobs; NaN where there was no job, infinite where they never ended.
fn s_of_jobs(outcome: &Outcome, time: Option<Instant>) -> f64 {
    if outcome.ended_by == EndedBy::NoJob {
        f64::NAN
    } else {
        s_or_never(time)
    }
}

fn s_or_never(time: Option<Instant>) -> f64 {
    time.map_or(f64::INFINITY, |time| s(time.ms()))
}

const fn number(name: &'static str, about: &'static str, value: fn(&Outcome) -> f64) -> Metric {
    Metric {
        name,
        about,
        kind: Kind::Number,
        value,
    }
}

const fn event(name: &'static str, about: &'static str, value: fn(&Outcome) -> f64) -> Metric {
    Metric {
        name,
        about,
        kind: Kind::Event,
        value,
    }
}

const fn time(name: &'static str, about: &'static str, value: fn(&Outcome) -> f64) -> Metric {
    Metric {
        name,
        about,
        kind: Kind::Time,
        value,
    }
}

/// Every metric, in the order of columns.
pub static METRICS: [Metric; 39] = [
    number(
        "updated_count",
        "robots that a job updated; healed robots do not count, and in a campaign what a recovery did is left out [robots]",
        |o| f64::from(o.updated),
    ),
    number(
        "failed_count",
        "robots whose deployment failed, robots ended by the robot timeout included [robots]",
        |o| f64::from(o.failed),
    ),
    number(
        "aborted_count",
        "robots cut while running because the job stopped [robots]",
        |o| f64::from(o.aborted),
    ),
    number(
        "never_started_count",
        "robots whose turn never came [robots]",
        |o| f64::from(o.never_started),
    ),
    number(
        "started_count",
        "robots that were given a slot [robots]",
        |o| f64::from(o.started()),
    ),
    number(
        "exposed_count",
        "robots that the command reached, which stops the old version, also when they came back by themselves [robots]",
        |o| f64::from(o.exposed),
    ),
    number(
        "broken_count",
        "robots exposed, and at the end of the watch running neither the release nor the old version that a recovery put back [robots]",
        |o| f64::from(o.broken()),
    ),
    number(
        "running_count",
        "robots that run the release at the end of the watch: updated or healed, and reached by nothing since; a latent fault changes nothing [robots]",
        |o| f64::from(o.running),
    ),
    number(
        "running_rate",
        "robots that run the release at the end of the watch by robots in the fleet [share]",
        |o| f64::from(o.running) / f64::from(o.n),
    ),
    number(
        "timed_out_count",
        "robots ended by the robot timeout, online or offline [robots]",
        |o| f64::from(o.timed_out),
    ),
    number(
        "no_response_count",
        "robots that were offline when the robot timeout gave them up [robots]",
        |o| f64::from(o.no_response),
    ),
    number(
        "healed_count",
        "robots given up as silent that came back by themselves while they were watched, and were updated [robots]",
        |o| f64::from(o.healed),
    ),
    number(
        "healed_failed_count",
        "robots given up as silent that came back by themselves while they were watched, and whose deployment failed [robots]",
        |o| f64::from(o.healed_failed),
    ),
    number(
        "success_rate",
        "updated robots by robots in the fleet [share]",
        |o| f64::from(o.updated) / f64::from(o.n),
    ),
    Metric {
        name: "success_rate_started",
        about: "updated robots by robots started; over replications the ratio of the means [share]",
        kind: Kind::Ratio,
        value: |o| f64::from(o.updated) / f64::from(o.started()),
    },
    number(
        "job_duration_s",
        "from the job's creation until its status turned terminal; empty without any job [s]",
        |o| s_of_jobs(o, o.ended()),
    ),
    number(
        "drained_s",
        "from the job's creation until the last robot deployment ended; empty without any job [s]",
        |o| s_of_jobs(o, o.all_ended()),
    ),
    time(
        "time_to_50_s",
        "from the job's creation until 50 % of the fleet ran the release, by a job or by themselves [s]",
        |o| s_or_never(o.time_to[0]),
    ),
    time(
        "time_to_90_s",
        "from the job's creation until 90 % of the fleet ran the release, by a job or by themselves [s]",
        |o| s_or_never(o.time_to[1]),
    ),
    time(
        "time_to_95_s",
        "from the job's creation until 95 % of the fleet ran the release, by a job or by themselves [s]",
        |o| s_or_never(o.time_to[2]),
    ),
    time(
        "time_to_99_s",
        "from the job's creation until 99 % of the fleet ran the release, by a job or by themselves [s]",
        |o| s_or_never(o.time_to[3]),
    ),
    time(
        "time_to_stop_s",
        "from the job's creation until the failure that reached the threshold [s]",
        |o| s_or_never(o.breached),
    ),
    event(
        "threshold_reached",
        "1 if the failures reached the threshold",
        |o| f64::from(u8::from(o.threshold_reached())),
    ),
    event(
        "stopped",
        "1 if the threshold ended the job with robots never started",
        |o| f64::from(u8::from(o.stopped())),
    ),
    number(
        "down_peak_count",
        "the most robots down at one time [robots]",
        |o| f64::from(o.down_peak),
    ),
    number(
        "downtime_robot_s",
        "sum over robots of the time down: from the command's arrival to Finished, or through recovery [robot s]",
        |o| s(o.downtime),
    ),
    number(
        "slot_s_total",
        "sum over robots of the time in a slot [s]",
        |o| s(o.slot.total),
    ),
    number(
        "slot_s_offline",
        "of it, waiting for robots that are offline: to be contacted, whether a window is open or not, in mid-download or before they report [s]",
        |o| s(o.slot.offline),
    ),
    number(
        "slot_s_window",
        "of it, waiting for maintenance windows of robots that are online to open [s]",
        |o| s(o.slot.window),
    ),
    number(
        "slot_s_download",
        "of it, downloading while online [s]",
        |o| s(o.slot.download),
    ),
    number(
        "slot_s_contention",
        "of the time downloading, lost because others shared the link [s]",
        |o| s(o.slot.contention),
    ),
    number(
        "slot_s_scripts",
        "of it, in scripts of the launch configuration, hours in which they stand still included [s]",
        |o| s(o.slot.scripts),
    ),
    number(
        "slot_s_hanging",
        "of the time in scripts, in those that hang until the robot timeout or a stop ends them [s]",
        |o| s(o.slot.hanging),
    ),
    number(
        "bytes_total",
        "bundle bytes received in slots, unfinished downloads included and healing robots not [bytes]",
        |o| o.bytes as f64,
    ),
    number(
        "jobs_count",
        "jobs created; 1 without a campaign [jobs]",
        |o| f64::from(o.aftermath.jobs),
    ),
    event(
        "latent_found",
        "1 if a latent fault showed on a robot of the canary before the soak was over",
        |o| f64::from(u8::from(o.ended_by == EndedBy::LatentFault)),
    ),
    number(
        "latent_count",
        "updated or healed robots with the release's latent fault, whether it has shown or will [robots]",
        |o| f64::from(o.aftermath.latent),
    ),
    number(
        "recovered_count",
        "robots on which a recovery job put the old version back [robots]",
        |o| f64::from(o.aftermath.recovered),
    ),
    time(
        "time_to_whole_s",
        "until every robot that was exposed ran the old version again, after jobs that did not succeed [s]",
        |o| s_or_never(o.aftermath.whole),
    ),
];

/// Which way a metric is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Lower,
    Higher,
    /// That depends: a threshold that is reached is a false alarm for a good release and the point of it for a bad one.
    Neither,
}

use Direction::{Higher, Lower, Neither};

/// Which way each of [`METRICS`] is better, in their order.
static DIRECTIONS: [(&str, Direction); METRICS.len()] = [
    ("updated_count", Higher),
    ("failed_count", Lower),
    ("aborted_count", Lower),
    ("never_started_count", Lower),
    ("started_count", Neither),
    ("exposed_count", Neither),
    ("broken_count", Lower),
    ("running_count", Higher),
    ("running_rate", Higher),
    ("timed_out_count", Lower),
    ("no_response_count", Lower),
    ("healed_count", Neither),
    ("healed_failed_count", Lower),
    ("success_rate", Higher),
    ("success_rate_started", Higher),
    ("job_duration_s", Lower),
    ("drained_s", Lower),
    ("time_to_50_s", Lower),
    ("time_to_90_s", Lower),
    ("time_to_95_s", Lower),
    ("time_to_99_s", Lower),
    ("time_to_stop_s", Neither),
    ("threshold_reached", Neither),
    ("stopped", Neither),
    ("down_peak_count", Lower),
    ("downtime_robot_s", Lower),
    ("slot_s_total", Neither),
    ("slot_s_offline", Lower),
    ("slot_s_window", Lower),
    ("slot_s_download", Neither),
    ("slot_s_contention", Lower),
    ("slot_s_scripts", Neither),
    ("slot_s_hanging", Lower),
    ("bytes_total", Neither),
    ("jobs_count", Neither),
    ("latent_found", Neither),
    ("latent_count", Lower),
    ("recovered_count", Neither),
    ("time_to_whole_s", Lower),
];

/// A statistic of a metric as outputs call it: `metric.stat`, and an event's proportion by the metric alone.
pub fn statistic_name(metric: &str, statistic: &str) -> String {
    if statistic.is_empty() {
        metric.to_owned()
    } else {
        format!("{metric}.{statistic}")
    }
}

impl Metric {
    /// Which way it is better.
    ///
    /// # Panics
    /// If the table does not have it, which a test sees to.
    pub fn direction(&self) -> Direction {
        let found = DIRECTIONS.iter().find(|(name, _)| *name == self.name);
        found
            .unwrap_or_else(|| panic!("a bug: no direction of {}", self.name))
            .1
    }

    /// Its unit: that in the brackets of its definition; an event is a share over replications.
    pub fn unit(&self) -> &'static str {
        let unit = self
            .about
            .strip_suffix(']')
            .and_then(|about| about.rsplit_once('['));
        unit.map_or("share", |(_, unit)| unit)
    }

    /// The metric called `name`, if there is one.
    pub(in crate::study) fn find(name: &str) -> Option<&'static Metric> {
        METRICS.iter().find(|metric| metric.name == name)
    }

    /// The metric called `name`.
    ///
    /// # Panics
    /// If there is none: names in the program are known.
    pub fn named(name: &str) -> &'static Metric {
        Metric::find(name).unwrap_or_else(|| panic!("a bug: no metric is called {name}"))
    }

    /// Its values in some replications.
    pub(in crate::study) fn values(&self, outcomes: &[Outcome]) -> Vec<f64> {
        outcomes.iter().map(self.value).collect()
    }

    /// The names of all, for messages.
    pub(in crate::study) fn names() -> Vec<&'static str> {
        METRICS.iter().map(|metric| metric.name).collect()
    }

    /// The metrics that it is computed from over replications: itself, or the two that a ratio is of.
    pub(in crate::study) fn parts(&'static self) -> Vec<&'static Metric> {
        match (self.kind, self.name) {
            (Kind::Ratio, "success_rate_started") => ["updated_count", "started_count"]
                .map(Metric::named)
                .to_vec(),
            (Kind::Ratio, name) => panic!("a bug: {name} is a ratio of what?"),
            _ => vec![self],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DIRECTIONS, METRICS};

    #[test]
    fn names_are_unique_and_definitions_carry_units() {
        for (i, metric) in METRICS.iter().enumerate() {
            assert!(
                METRICS[..i].iter().all(|other| other.name != metric.name),
                "{} is there twice",
                metric.name
            );
            let event = metric.about.starts_with("1 if");
            assert!(
                event || metric.about.ends_with(']'),
                "{} has no unit",
                metric.name
            );
        }
    }

    #[test]
    fn every_metric_has_a_direction() {
        let directions = DIRECTIONS.iter().map(|(name, _)| *name);
        assert!(directions.eq(METRICS.iter().map(|metric| metric.name)));
    }

    #[test]
    fn units_are_few() {
        let known = ["robots", "jobs", "share", "s", "robot s", "bytes"];
        let unknown: Vec<&str> = METRICS
            .iter()
            .map(super::Metric::unit)
            .filter(|unit| !known.contains(unit))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
