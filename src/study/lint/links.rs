//! Links that the window fills.

use crate::study::lint::{Remark, robots};
use crate::theory::demand::{LinkDemand, demands};
use crate::theory::view::{Job, View, named};
use crate::units::{count, decimal, duration, rate, size};

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    for job in &view.jobs {
        for demand in demands(&view.profile.world, job) {
            let at_once = demand.of_window(job.window(), job.n);
            let remark = too_thin(view, job, &demand, at_once)
                .or_else(|| saturates(view, job, &demand, at_once));
            let concurrency = job.concurrency_key();
            remarks.extend(remark.map(|remark| {
                remark.other(concurrency, format!("{} at a time", robots(job.window())))
            }));
        }
    }
}

/// Whose window it is, where there are several jobs.
fn window_of(view: &View, job: &Job) -> String {
    let of = if view.jobs.len() > 1 {
        format!("{}'s ", job.name)
    } else {
        "a ".to_owned()
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
                of_window(at_once),
                rate(share),
                times.join(" and "),
                sizes.join(" and "),
                duration(timeout),
            ))
            .help("a lower concurrency, a longer timeout, or a smaller bundle"),
    )
}

/// Robots of a window, on average.
fn of_window(at_once: f64) -> String {
    let whole = at_once.round();
    let unit = if whole == 1.0 { "robot" } else { "robots" };
    format!("{} {unit}", count(whole as u64))
}

fn saturates(view: &View, job: &Job, demand: &LinkDemand, at_once: f64) -> Option<Remark> {
    let link = &view.profile.world.links[demand.link];
    let capacity = link.capacity as f64;
    let (peak, mean) = demand.peak_and_mean(at_once);
    if peak <= capacity {
        return None;
    }
    // Rates are sums of many terms: five times 20 Mbit/s fill 100 Mbit/s.
    let reaches = |asked: f64| asked >= capacity * (1.0 - 1e-9);
    let about = if demand.has_one_rate() { "" } else { "about " };
    let fills = (capacity / demand.rate_mean * (1.0 - 1e-9)).ceil();
    let first = job.percentages().find(|percent| {
        reaches(
            demand.of_window(job.with_concurrency(*percent).window(job.n), job.n)
                * demand.rate_mean,
        )
    });
    let from = first.map_or_else(String::new, |percent| {
        format!(", from a concurrency of {percent} % on")
    });
    let often = if mean > capacity {
        let least = duration(demand.robots * demand.bits_mean * 1000.0 / capacity);
        let (about, downloads) = (
            if demand.is_certain { "" } else { "about " },
            demand.robots.round() as u64,
        );
        format!(
            "with the time for other steps they still ask for {}, so it is the bottleneck: {about}{} {} take it {} {least} whatever the concurrency, and \
             more of it keeps more robots down for longer",
            rate(mean),
            count(downloads),
            if downloads == 1 {
                "download"
            } else {
                "downloads"
            },
            if demand.is_certain {
                "at least"
            } else {
                "about"
            },
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
    Some(
        Remark::warning(
            "link-saturates",
            title,
            named("link", &link.name, "capacity"),
            rate(capacity),
        )
        .why(format!(
            "about {} on it at once ask for {}; {about}{} of them {} it{from}; {often}",
            of_window(at_once),
            rate(peak),
            decimal(fills, 0),
            if fills == 1.0 { "fills" } else { "fill" },
        ))
        .help("`rollcast sweep` over the concurrency shows where more of it stops to help"),
    )
}
