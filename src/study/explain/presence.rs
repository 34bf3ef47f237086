//! What keeps robots of a cohort from being reached or served at any time, in numbers: weekly hours, a log of presence, a trace of rates.

use crate::model::{Cohort, LocalSteps, Ms, PresenceLog, Spells, Windows};
use crate::theory::clock::{clocks, typical};

/// A day [ms].
const DAY: f64 = 86_400_000.0;

/// Weekly hours of robots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExplainedHours {
    /// How much of a day they are, on average over robots and days [ms].
    pub a_day: f64,
    /// How long they last at a time in the first weeks, at most [ms].
    pub longest: Ms,
}

/// A log of when robots were online.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExplainedLog {
    pub robots: usize,
    /// How long it lasts [ms].
    pub length: Ms,
    pub share_online: f64,
    /// Its robots that are never online.
    pub never_online: usize,
}

/// Rates recorded one after another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExplainedTrace {
    pub rows: usize,
    /// How long it lasts [ms].
    pub length: Ms,
    /// [bit/s]
    pub average: f64,
    /// The share of time at which nothing comes in.
    pub share_zero: f64,
}

/// What says when robots of a cohort are online and contacted, and how their rates change in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExplainedPresence {
    /// When they may be contacted.
    pub maintenance: Option<ExplainedHours>,
    pub offline: Option<ExplainedHours>,
    /// What steps on the robot itself do in hours offline.
    pub local_steps: LocalSteps,
    pub log: Option<ExplainedLog>,
    pub trace: Option<ExplainedTrace>,
}

impl ExplainedHours {
    /// Hours of those robots that have any.
    pub(super) fn of<'c>(
        hours: impl Iterator<Item = (u32, Option<&'c Windows>)>,
    ) -> Option<ExplainedHours> {
        let (mut robots, mut shares, mut longest) = (0.0, 0.0, 0);
        for (n, hours) in hours {
            let Some(hours) = hours else { continue };
            let (share, length) = typical(hours);
            robots += f64::from(n);
            shares += f64::from(n) * share;
            longest = longest.max(length);
        }
        (robots > 0.0).then(|| ExplainedHours {
            a_day: DAY * shares / robots,
            longest,
        })
    }
}

impl ExplainedPresence {
    pub(super) fn of(cohort: &Cohort) -> ExplainedPresence {
        let clocks = clocks(cohort);
        let connectivity = cohort.connectivity.as_ref();
        let log = connectivity.and_then(|it| match &it.spells {
            Spells::Recorded(log) => Some(ExplainedLog::of(log)),
            Spells::None | Spells::Random(_) => None,
        });
        ExplainedPresence {
            maintenance: ExplainedHours::of(clocks.iter().map(|it| (it.robots, it.windows))),
            offline: ExplainedHours::of(clocks.iter().map(|it| (it.robots, it.offline))),
            local_steps: connectivity.map_or(LocalSteps::GoOn, |it| it.local_steps),
            log,
            trace: cohort.rate_trace.as_ref().map(|trace| ExplainedTrace {
                rows: trace.rows().len(),
                length: trace.period(),
                average: trace.average(),
                share_zero: trace.share_zero(),
            }),
        }
    }
}

impl ExplainedLog {
    fn of(log: &PresenceLog) -> ExplainedLog {
        ExplainedLog {
            robots: log.robots().len(),
            length: log.period(),
            share_online: log.share_online(),
            never_online: log
                .robots()
                .iter()
                .filter(|it| it.is_never_online())
                .count(),
        }
    }
}

/// The hours offline of a cohort's robots, and how many keep them.
pub fn offline_hours(cohort: &Cohort) -> Vec<(u32, &Windows)> {
    let clocks = clocks(cohort).into_iter();
    clocks
        .filter_map(|it| Some((it.robots, it.offline?)))
        .collect()
}

/// How often a robot of a cohort goes offline by the clock in a time online [1/ms], on average over its robots.
pub(super) fn hours_begin_rate(cohort: &Cohort) -> f64 {
    let mut sum = 0.0;
    for (robots, hours) in offline_hours(cohort) {
        let online = hours.horizon_ms() as f64 * (1.0 - hours.share_open());
        sum += f64::from(robots) * hours.intervals().len() as f64 / online.max(1.0);
    }
    sum / f64::from(cohort.robots)
}
