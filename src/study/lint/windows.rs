//! Maintenance windows that are shorter than what is to be done in them, or further apart than a robot is waited for.

use crate::model::{Cohort, Ms, Windows};
use crate::study::lint::Remark;
use crate::study::lint::view::{View, of_cohort};
use crate::units::duration;

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    let job = view.main();
    let (timeout, end) = (job.rules.robot_deployment_timeout, job.rules.fleet_timeout);
    for (cohort, courses) in view.cohorts() {
        let spans: Vec<Spans> = windows_of(cohort).map(|windows| Spans::of(windows, end)).collect();
        let key = of_cohort(cohort, "maintenance");
        let typical = courses.iter().map(|course| course.total(|step| step.p50)).fold(0.0, f64::max);
        if let Some(shortest) = spans.iter().filter_map(|spans| spans.open_min).min().filter(|open| (*open as f64) < typical) {
            let title = format!("a maintenance window of {} is shorter than a typical deployment", cohort.name);
            remarks.push(
                Remark::warning("window-too-short", title, key.clone(), format!("the shortest is open for {}", duration(shortest as f64)))
                    .why(format!(
                        "half of their deployments take {} or more, and a window says only when one may begin: they go on when it is closed",
                        duration(typical)
                    ))
                    .help("a longer window, or windows that close so much earlier that what began in them is done in time"),
            );
        }
        if let Some(longest) = spans.iter().filter_map(|spans| spans.closed_max).max().filter(|closed| *closed > timeout) {
            let title = format!("robots of {} are given up while they wait for their maintenance window", cohort.name);
            let remark = Remark::warning("window-too-far", title, job.key("robot_deployment_timeout"), "how long a robot is waited for")
                .why(format!(
                    "windows are up to {} apart: who gets a slot more than {} before the next one opens is ended by the robot timeout, counts as \
                     failed, and holds the slot until then",
                    duration(longest as f64),
                    duration(timeout as f64),
                ))
                .help("a timeout longer than the time between windows, or a job that is created when they open");
            remarks.push(remark.other(key, format!("closed for up to {}", duration(longest as f64))));
        }
    }
}

fn windows_of(cohort: &Cohort) -> impl Iterator<Item = &Windows> {
    let listed = (0..cohort.inventory.len() as u32).filter_map(|index| cohort.windows_of(index));
    cohort.windows.iter().filter(|_| cohort.inventory.is_empty()).chain(listed)
}

/// How long windows are open and closed until the job is over at the latest [ms].
struct Spans {
    open_min: Option<Ms>,
    closed_max: Option<Ms>,
}

impl Spans {
    fn of(windows: &Windows, end: Ms) -> Spans {
        let known = || windows.intervals().iter().filter(|open| open.start < end);
        // One that was open at the start is cut short by it.
        let open = known().filter(|open| open.start > 0 && open.end < windows.horizon_ms()).map(|open| open.end - open.start);
        let closed = windows.intervals().windows(2).filter(|pair| pair[0].end < end).map(|pair| pair[1].start - pair[0].end);
        let first = windows.intervals().first().map(|open| open.start);
        Spans { open_min: open.min(), closed_max: closed.chain(first).max() }
    }
}
