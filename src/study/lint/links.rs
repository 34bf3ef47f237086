//! Links that the window fills.

use crate::model::RoboMaker;
use crate::study::lint::view::{View, named};
use crate::study::lint::{Remark, robots};
use crate::study::load_by_laws::{LinkDemand, demands};
use crate::units::{duration, rate};

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    let world = &view.profile.world;
    let job = view.main();
    let window = job.window();
    let timeout = job.rules.robot_deployment_timeout as f64;
    for demand in demands(world, &view.courses) {
        let link = &world.links[demand.link];
        let capacity = link.capacity as f64;
        let concurrency = job.key("concurrent_deployment_percentage");
        let key = named("link", &link.name, "capacity");
        let at_once = demand.of_window(window, view.n);
        let at_share = at_once * demand.bits_mean * 1000.0 / capacity;
        if at_share > timeout {
            let title = format!(
                "{} is too thin for a window of {}: downloads take longer than the robot timeout",
                link.name,
                robots(window)
            );
            let remark = Remark::warning("link-too-thin", title, key, rate(capacity))
                .why(format!(
                    "about {at_once:.0} of the window's robots download over it at once, {} each: {} for a download, and the robot timeout is {}",
                    rate(capacity / at_once),
                    duration(at_share),
                    duration(timeout),
                ))
                .help("a lower concurrency, a longer timeout, or a smaller bundle");
            remarks.push(remark.other(concurrency, format!("{} at a time", robots(window))));
        } else if let Some(remark) = saturates(view, &demand, at_once) {
            remarks.push(remark.other(concurrency, format!("{} at a time", robots(window))));
        }
    }
}

fn saturates(view: &View, demand: &LinkDemand, at_once: f64) -> Option<Remark> {
    let link = &view.profile.world.links[demand.link];
    let job = view.main();
    let capacity = link.capacity as f64;
    let peak = at_once * demand.rate_mean;
    if peak <= capacity {
        return None;
    }
    let mean = at_once * demand.bits_mean * 1000.0 / demand.course_mean;
    let fills = capacity / demand.rate_mean;
    let first = (1..=100).find(|percent| {
        let rules = RoboMaker { concurrent_deployment_percentage: *percent, ..job.rules.clone() };
        demand.of_window(rules.window(job.n), view.n) * demand.rate_mean > capacity
    });
    let from = first.map_or_else(String::new, |percent| format!(", as many as a concurrency of {percent} % has in flight"));
    let least = demand.robots * demand.bits_mean * 1000.0 / capacity;
    let often = if mean > capacity {
        format!(
            "with the time for other steps they still ask for {}, so it is the bottleneck: its {:.0} downloads take at least {} whatever the concurrency, \
             and more of it keeps more robots down for longer",
            rate(mean),
            demand.robots,
            duration(least)
        )
    } else {
        format!(
            "with the time for other steps they ask for {}, so it is full at the beginning and when downloads meet",
            rate(mean)
        )
    };
    let title = format!("{} is full when a window of {} downloads", link.name, robots(job.window()));
    Some(
        Remark::warning("link-saturates", title, named("link", &link.name, "capacity"), rate(capacity))
            .why(format!(
                "about {at_once:.0} robots on it at once ask for {}; {fills:.0} of them fill it{from}; {often}",
                rate(peak)
            ))
            .help("`rollcast sweep` over the concurrency shows where more of it stops to help"),
    )
}
