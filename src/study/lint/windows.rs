//! Weekly windows that are shorter than what is to be done in them, or further apart than a robot is waited for.

use crate::model::{Cohort, Ms, Windows};
use crate::rollout::OnStop;
use crate::sim::Dice;
use crate::study::lint::Remark;
use crate::theory::steps::quantile_of;
use crate::theory::view::{View, of_cohort};
use crate::units::duration;

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    let job = view.main();
    let (timeout, (_, end)) = (job.rules.robot_timeout(), job.rules.uncanceled().deadline());
    for (cohort, courses) in view.cohorts() {
        let spans: Vec<Spans> = windows_of(cohort)
            .map(|windows| Spans::of(windows, end))
            .collect();
        let key = of_cohort(cohort, "maintenance");
        if let Some(remark) = never_opens(view, cohort, &key) {
            remarks.push(remark);
            continue;
        }
        let typical = quantile_of(courses, 0.5).min(timeout as f64);
        if let Some(shortest) = spans
            .iter()
            .filter_map(|spans| spans.open_min)
            .min()
            .filter(|open| (*open as f64) < typical)
        {
            let title = format!(
                "a maintenance window of {} is shorter than a typical deployment",
                cohort.name
            );
            remarks.push(
                Remark::warning("window-too-short", title, key.clone(), format!("the shortest is open for {}", duration(shortest as f64)))
                    .why(format!(
                        "if nothing goes wrong and no robot waits for another, half of their deployments take about {} or more, and a window says only when \
                         one may begin: they go on when it is closed",
                        duration(typical)
                    ))
                    .help("a longer window, or windows that close so much earlier that what began in them is done in time"),
            );
        }
        if let Some(longest) = spans
            .iter()
            .filter_map(|spans| spans.closed_max)
            .max()
            .filter(|closed| *closed > timeout)
        {
            let title = format!(
                "robots of {} are given up while they wait for their maintenance window",
                cohort.name
            );
            let remark = Remark::warning("window-too-far", title, job.timeout_key(), "how long a robot is waited for")
                .why(format!(
                    "windows are up to {} apart: a robot that gets a slot more than {} before the next one opens is ended by the robot timeout, counts as \
                     failed, and holds the slot until then",
                    duration(longest as f64),
                    duration(timeout as f64),
                ))
                .help("a timeout longer than the time between windows, or a job that is created when they open");
            let label = format!("closed for up to {}", duration(longest as f64));
            remarks.push(remark.other(key, label));
        }
    }
}

/// The job is over before any robot of a cohort may be contacted. In a campaign jobs are created later.
fn never_opens(view: &View, cohort: &Cohort, key: &str) -> Option<Remark> {
    let job = view.main();
    let all_have = (0..cohort.robots).all(|index| cohort.windows_of(index).is_some());
    // Beyond the horizon windows are not known, and no robot is contacted.
    let opens = windows_of(cohort).map(|windows| windows.intervals().first());
    let first = opens
        .map(|open| open.map_or(Ms::MAX, |open| open.start))
        .min()?;
    let over = Over::of(view);
    if view.profile.campaign.is_some() || !all_have || first <= over.last {
        return None;
    }
    let title = format!(
        "no robot of {} may be contacted before the job is over",
        cohort.name
    );
    let label = match first {
        Ms::MAX => "never open".to_owned(),
        first => format!("first open after {}", duration(first as f64)),
    };
    let remark = Remark::error("window-too-far", title, key.to_owned(), label)
        .why(format!("{}: none of them is ever updated", over.why))
        .help(
            "a later end, a longer robot timeout, or a job that is created when the windows open",
        );
    let (ending, label) = over.key;
    Some(remark.other(job.key(ending), label))
}

/// When all of a job that is created at the beginning is over, at the latest.
pub(super) struct Over {
    /// [ms]
    pub(super) last: Ms,
    /// The key that ends it, and a few words to set under it.
    pub(super) key: (&'static str, String),
    pub(super) why: String,
}

impl Over {
    pub(super) fn of(view: &View) -> Over {
        let job = view.main();
        let (timeout, (ended_by, deadline)) = (job.rules.robot_timeout(), job.deadline());
        // Those that wait when the job is over are waited for until their own timeout.
        let draining = match job.rules.on_stop() {
            OnStop::Drain => timeout,
            OnStop::Abort => 0,
        };
        // By then each robot has had its turn, and no robot waits for longer than the robot timeout.
        let preparing_max = Dice::new(&view.profile.world).preparing_max();
        let all_given_up = Ms::from(job.n.div_ceil(job.window()))
            .saturating_mul(timeout)
            .saturating_add(preparing_max);
        let last = deadline.saturating_add(draining).min(all_given_up);
        let [timeout, deadline] = [timeout, deadline].map(|ms| duration(ms as f64));
        let key = match last == all_given_up {
            true => (
                job.rules.table().timeout,
                format!("each waits for {timeout}"),
            ),
            false => (ended_by, format!("over after {deadline}")),
        };
        Over {
            last,
            key,
            why: format!(
                "the job is over after {} at the latest, and until then each that waits is given up after {timeout}",
                duration(last as f64)
            ),
        }
    }
}

fn windows_of(cohort: &Cohort) -> impl Iterator<Item = &Windows> {
    let listed = (0..cohort.inventory.len() as u32).filter_map(|index| cohort.windows_of(index));
    cohort
        .windows
        .iter()
        .filter(|_| cohort.inventory.is_empty())
        .chain(listed)
}

/// How long windows are open and closed until the job is over at the latest [ms].
struct Spans {
    open_min: Option<Ms>,
    closed_max: Option<Ms>,
}

impl Spans {
    fn of(windows: &Windows, end: Ms) -> Spans {
        // One that was open at the start is cut short by it.
        let open = windows
            .intervals()
            .iter()
            .filter(|open| open.start > 0 && open.start < end && open.end < windows.horizon_ms())
            .map(|open| open.end - open.start);
        let closed = windows
            .intervals()
            .windows(2)
            .filter(|pair| pair[0].end < end)
            .map(|pair| pair[1].start - pair[0].end);
        let first = windows.intervals().first().map(|open| open.start);
        Spans {
            open_min: open.min(),
            closed_max: closed.chain(first).max(),
        }
    }
}
