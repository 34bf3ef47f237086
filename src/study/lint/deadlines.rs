//! Jobs that are over before they can be done.

use crate::study::lint::view::{View, without_bundle};
use crate::study::lint::{Remark, robots};
use crate::units::{count, duration};

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    let job = view.main();
    let rules = &job.rules;
    let (key, deadline) = match rules.cancel {
        Some(cancel) if cancel <= rules.fleet_timeout => ("cancel", cancel),
        _ => ("fleet_timeout", rules.fleet_timeout),
    };
    let least = view.courses.iter().flatten().map(|course| course.total(|step| step.least)).fold(f64::INFINITY, f64::min);
    if !least.is_finite() || least < 1.0 || !job.is_exact {
        return;
    }
    // Of a slot, each deployment but the last has ended when the next starts, and none starts after the deadline.
    let least = least * (1.0 - 1e-6);
    let time = (deadline as f64 - view.profile.world.preparing.support_min() * (1.0 - 1e-6)).max(0.0);
    let each = (time / least).floor() + 1.0;
    let most = f64::from(job.window()) * each;
    let world = &view.profile.world;
    let able = view.n - world.fleet.cohorts.iter().map(|cohort| without_bundle(cohort, &world.release)).sum::<u32>();
    let of_job = able.min(job.n);
    if most >= f64::from(of_job) {
        return;
    }
    let title = format!("{} cannot reach its robots: it updates at most {} of {}", job.name, count(most as u64), robots(job.n));
    let label = format!("over after {}", duration(deadline as f64));
    let whole = f64::from(of_job.div_ceil(job.window())) * least;
    let remark = Remark::error("cannot-finish", title, job.key(key), label)
        .why(format!(
            "{} at a time, none done in less than {}: all of them take at least {}",
            robots(job.window()),
            duration(least),
            duration(whole),
        ))
        .help("more concurrency, or more time");
    remarks.push(remark.other(job.key("concurrent_deployment_percentage"), format!("{} at a time", robots(job.window()))));
}
