//! Numbers in the text of pages that no command on the page prints, computed here from what they follow from. Those of the outside world
//! are listed as such.

#![expect(
    clippy::disallowed_methods,
    reason = "tests may use the platform's functions: no output depends on them"
)]

use rollcast::model::FailureCode;
use serde_json::Value;
use statrs::distribution::{Binomial, DiscreteCDF};
use statrs::function::gamma::ln_gamma;

use super::pages::page;

/// The page, and what stands on it.
pub struct Fact {
    pub page: &'static str,
    pub text: String,
}

fn fact(page: &'static str, text: String) -> Fact {
    Fact { page, text }
}

/// The least number of replications for which a condition holds.
fn least(holds: impl Fn(f64) -> bool) -> u32 {
    (1..100_000)
        .find(|n| holds(f64::from(*n)))
        .expect("a number that is large enough")
}

/// Pairs that all agree and thereby show that at most a share differs, with a confidence of 97.5 %.
fn pairs_that_show(share: f64) -> u32 {
    least(|n| 1.0 - 0.025_f64.powf(1.0 / n) <= share)
}

/// Replications that a two-sided interval of a quantile at 97.5 % needs.
fn replications_of_quantile(q: f64) -> u32 {
    least(|n| q.powf(n) <= 0.0125)
}

/// The probability of at least `failures` of `n` if robots fail independently, and if p is drawn from Beta(a, b).
fn reached(n: u64, failures: u64, a: f64, b: f64) -> (f64, f64) {
    let apart = Binomial::new(a / (a + b), n).unwrap().sf(failures - 1);
    let ln_beta = |a: f64, b: f64| ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let ln_choose = |k: f64| {
        let n = n as f64;
        ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
    };
    let together = (failures..=n)
        .map(|k| {
            let k = k as f64;
            (ln_choose(k) + ln_beta(k + a, n as f64 - k + b) - ln_beta(a, b)).exp()
        })
        .sum();
    (apart, together)
}

/// What follows from how the program reckons.
pub fn computed() -> Vec<Fact> {
    let baseline: Value = serde_json::from_str(&page("results/baseline/lab.json")).unwrap();
    let profile = &baseline["profiles"][0];
    let values = profile["values"].as_object().unwrap().len();
    let lines = profile["traces"][0]["lines"].as_array().unwrap().len();
    let (apart, together) = reached(500, 25, 2.0, 98.0);
    let missed = 1.0 / (1.0 - 0.05_f64.powf(1.0 / 500.0));
    let pairs = [0.02, 0.01, 0.05].map(pairs_that_show);
    let quantiles = [0.5, 0.95, 0.99].map(replications_of_quantile);
    let slower = |x: f64| ((x.exp() - 1.0) / x).round();
    assert_eq!((slower(2.0), slower(4.0)), (3.0, 13.0));
    vec![
        fact(
            "README.md",
            format!("all {} failure codes", FailureCode::ALL.len()),
        ),
        fact("README.md", format!("all {} pairs", thousands(100 * 100))),
        fact(
            "docs/choosing-percentages.md",
            format!("All {} pairs of percentages", thousands(100 * 100)),
        ),
        fact(
            "docs/outputs.md",
            format!("what happens in one of {missed:.0} rollouts does not come up in 500"),
        ),
        fact(
            "docs/outputs.md",
            format!(
                "needs {} replications for the median, {} for p95 and {} for p99",
                quantiles[0], quantiles[1], quantiles[2]
            ),
        ),
        fact(
            "docs/outputs.md",
            format!("of {values} metrics, one line per metric"),
        ),
        fact(
            "docs/outputs.md",
            format!("the `lines` of the first {lines}"),
        ),
        fact(
            "docs/ci.md",
            format!(
                "within 2 points with {} pairs, within 1 with {} and within 5 with {}",
                pairs[0], pairs[1], pairs[2]
            ),
        ),
        fact(
            "docs/ci.md",
            format!("fewer than {} have no interval for a median", quantiles[0]),
        ),
        fact("docs/ci.md", format!("events of the first {lines} robots")),
        fact(
            "docs/model.md",
            format!(
                "reached in {:.3} % of rollouts when robots fail independently",
                apart * 100.0
            ),
        ),
        fact(
            "docs/model.md",
            format!("and in {:.0} % when p ~ Beta(2, 98)", together * 100.0),
        ),
        fact(
            "docs/model.md",
            format!(
                "the mean wait for a robot with constant spells of 3600 s online and 900 s offline is {} s",
                900.0 / (3600.0 + 900.0) * 900.0 / 2.0
            ),
        ),
        fact(
            "docs/slow-rollouts.md",
            format!(
                "with *x* = 2 *m* {} times as long, with *x* = 4 *m* {} times",
                "three", "thirteen"
            ),
        ),
        // 500 MB over 200 Mbit/s, 200 times.
        fact(
            "docs/slow-rollouts.md",
            format!(
                "takes {:.0} min at least",
                (500.0_f64 * 8.0 / 200.0 * 200.0 / 60.0).ceil()
            ),
        ),
    ]
}

/// What nothing here can compute: questions, and the world outside.
pub fn given() -> Vec<Fact> {
    let given = [
        ("README.md", "until 95 % of the robots"),
        ("README.md", "ended in 2022 and the service in 2025"),
        (
            "README.md",
            "| 130 | interrupted (143 by SIGTERM, 129 by SIGHUP)",
        ),
        ("docs/first-fleet.md", "its exit code is 1"),
        ("docs/choosing-percentages.md", "with a confidence of 95 %"),
    ];
    given
        .into_iter()
        .map(|(page, text)| fact(page, text.to_owned()))
        .collect()
}

fn thousands(n: u32) -> String {
    format!("{},{:03}", n / 1000, n % 1000)
}
