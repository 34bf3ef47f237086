//! Links that the window fills.

use crate::study::lint::{Remark, robots, verb};
use crate::theory::demand::{LinkDemand, demands};
use crate::theory::view::{Job, View, named};
use crate::units::{count, decimal, duration, rate, size};

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    for job in &view.jobs {
        for demand in demands(&view.profile.world, job) {
            let at_once = demand.of_window(job.window(), job.n);
            let remark = too_thin(view, job, &demand, at_once)
                .or_else(|| saturates(view, job, &demand, at_once));
            remarks.extend(remark.map(|remark| remark.and_concurrency(job)));
        }
    }
}

/// Whose window it is, where there are several jobs.
fn window_of(view: &View, job: &Job) -> String {
    let of = match view.jobs.len() {
        1 => "a ".to_owned(),
        _ => format!("{}'s ", job.name),
    };
    format!("{of}window of {}", robots(job.window()))
}

/// At a fair share of the link a download takes longer than the robot timeout.
fn too_thin(view: &View, job: &Job, demand: &LinkDemand, at_once: f64) -> Option<Remark> {
    let link = &view.profile.world.links[demand.link];
    let capacity = link.capacity as f64;
    let timeout = job.rules.robot_timeout() as f64;
    let share = demand.fair_share(at_once, capacity)?;
    let too_large = demand.too_large(share, timeout);
    if too_large.is_empty() {
        return None;
    }
    let sizes: Vec<String> = too_large.iter().map(|bits| size(bits / 8.0)).collect();
    let times: Vec<String> = too_large
        .iter()
        .map(|bits| duration(bits * 1000.0 / share))
        .collect();
    let title = format!(
        "{} is too thin for {}: at a fair share of it {} take longer than the robot timeout",
        link.name,
        window_of(view, job),
        sizes.join(" and "),
    );
    Some(
        Remark::warning("link-too-thin", title, named("link", &link.name, "capacity"), rate(capacity))
            .why(format!(
                "about {} download over it at once, and those that could take more get {} each while all do: {} for {}, and the robot timeout is {}",
                robots(at_once.round() as u32),
                rate(share),
                times.join(" and "),
                sizes.join(" and "),
                duration(timeout),
            ))
            .help("a lower concurrency, a longer timeout, or a smaller bundle"),
    )
}

fn saturates(view: &View, job: &Job, demand: &LinkDemand, at_once: f64) -> Option<Remark> {
    let link = &view.profile.world.links[demand.link];
    let capacity = link.capacity as f64;
    let (peak, mean) = demand.peak_and_mean(at_once);
    if peak <= capacity {
        return None;
    }
    let about = if demand.has_one_rate() { "" } else { "about " };
    let fills = (capacity / demand.rate_mean * (1.0 - 1e-9)).ceil();
    let first = job.percentages().find(|percent| {
        let window = job.with_concurrency(*percent).window(job.n);
        // Rates are sums of many terms: five times 20 Mbit/s fill 100 Mbit/s.
        demand.of_window(window, job.n) * demand.rate_mean >= capacity * (1.0 - 1e-9)
    });
    let from = first.map_or_else(String::new, |percent| {
        format!(", from a concurrency of {percent} % on")
    });
    let often = if mean > capacity {
        let least = duration(demand.robots * demand.bits_mean * 1000.0 / capacity);
        let (about, bound) = match demand.is_certain {
            true => ("", "at least"),
            false => ("about ", "about"),
        };
        let n = demand.robots.round() as u32;
        format!(
            "with the time for other steps they still ask for {}, so it is the bottleneck: {about}{} {} take it {bound} {least} whatever the concurrency, and \
             more of it keeps more robots down for longer",
            rate(mean),
            count(n.into()),
            verb(n, "download", "downloads"),
        )
    } else {
        format!(
            "with the time for other steps they ask for {}, so it is full at the beginning and when downloads meet",
            rate(mean)
        )
    };
    let title = format!(
        "{} is full when {} downloads",
        link.name,
        window_of(view, job)
    );
    let key = named("link", &link.name, "capacity");
    Some(
        Remark::warning("link-saturates", title, key, rate(capacity))
            .why(format!(
                "about {} on it at once ask for {}; {about}{} of them {} it{from}; {often}",
                robots(at_once.round() as u32),
                rate(peak),
                decimal(fills, 0),
                if fills == 1.0 { "fills" } else { "fill" },
            ))
            .help("`rollcast sweep` over the concurrency shows where more of it stops to help"),
    )
}
