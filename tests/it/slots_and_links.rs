//! What a run says of time in slots and of links adds up to what each replication did.

use crate::common::{checked, scenario_file};
use rollcast::scenario::Scenario;
use rollcast::study::{METRICS, Metric, ProfileRun, Unwatched, run};

/// The scenario with links, as many replications of it, and what came of its profiles.
fn played(replications: u64) -> (Scenario, Vec<ProfileRun>) {
    let scenario = checked(&scenario_file("tests/cli/linked.toml"));
    let profiles = run(&scenario, replications, &Unwatched).profiles;
    (scenario, profiles)
}

fn mean(profile: &ProfileRun, name: &str) -> f64 {
    let metric = Metric::named(name);
    profile.outcomes.iter().map(metric.value).sum::<f64>() / profile.outcomes.len() as f64
}

#[test]
fn time_in_slots_is_lost_or_counted_twice() {
    for profile in played(40).1 {
        let total = mean(&profile, "slot_s_total");
        assert!(
            total > 0.0 && (profile.slots.total_s() / total - 1.0).abs() < 1e-12,
            "{:?} of {total}",
            profile.slots
        );
        let shares: f64 = (0..profile.slots.mean_s.len())
            .map(|cause| profile.slots.share(cause).expect("a share"))
            .sum();
        assert!((shares - 1.0).abs() < 1e-12, "{shares}");
        let parts = METRICS
            .iter()
            .filter(|metric| metric.name.starts_with("slot_s_") && metric.name != "slot_s_total");
        let parts: f64 = parts.map(|metric| mean(&profile, metric.name)).sum();
        assert!(
            parts - mean(&profile, "slot_s_contention") <= total * (1.0 + 1e-12),
            "contention is part of the downloads"
        );
    }
}

/// Of a single replication the three quantiles are its loads. A completion may come up to a millisecond before its interval ends.
#[test]
fn load_times_length_is_not_what_the_link_carried() {
    let (scenario, profiles) = played(1);
    for (profile, world) in profiles
        .iter()
        .zip(scenario.profiles.iter().map(|profile| &profile.world))
    {
        assert_eq!(profile.links.len(), 2);
        for (link, bands) in profile.links.iter().zip(&profile.loads.bands) {
            let length_s = profile.loads.step as f64 / 1000.0;
            let bytes: f64 = bands.iter().map(|band| band.p50 * length_s / 8.0).sum();
            let carried = link.bytes.mean.value;
            let early = f64::from(world.fleet.robots()) * link.capacity as f64 / 8.0 / 1000.0;
            assert!(
                carried > 1e9 && (bytes - carried).abs() <= early + 1e-6 * carried,
                "{}: {bytes} of {carried}",
                link.name
            );
            let most = bands.iter().map(|band| band.p95).fold(0.0, f64::max);
            assert!(
                most <= link.capacity as f64 * (1.0 + 1e-7),
                "{}: {most} on {}",
                link.name,
                link.capacity
            );
            assert!(
                link.peak_bit_s.p95 <= link.capacity as f64 && most <= link.peak_bit_s.p95 + 1.0
            );
        }
    }
}

#[test]
fn the_load_of_a_link_depends_on_another_ones_capacity() {
    let (_, profiles) = played(1);
    let [base, thin] = profiles.as_slice() else {
        panic!("two profiles")
    };
    let carried = |profile: &ProfileRun| profile.links[1].bytes.mean.value;
    assert_eq!(
        carried(base),
        carried(thin),
        "the yard carries the trucks' bundles whatever the dock does"
    );
    assert!(thin.links[0].saturated_s.mean.value > base.links[0].saturated_s.mean.value);
}
