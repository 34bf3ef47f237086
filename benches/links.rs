//! Cost of a flow on a shared link, from joining to completing \[ns\], by how caps and capacity relate.
//!
//! `cargo bench --bench links`; a number as argument is the largest count of flows at once (default 100 000).
//!
//! *Burst*: all flows join at time 0, and the link runs until it is empty. *Steady*: as many flows are in flight all the time, the next
//! joins a millisecond after one completes, so that the fair level moves to and fro, until each has been replaced once on average and
//! the link runs empty. Numbers are the least of at least nine runs.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Instant;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rollcast::sim::{Link, Rate, Work};

/// The laws of the caps; a bench needs no reproducible bits of `exp`.
#[derive(Clone, Copy)]
enum Caps {
    None,
    /// Lognormal with this σ, all distinct.
    Distinct(f64),
    /// So many distinct ones, lognormal with σ = 1.
    Classes(usize),
}

#[derive(Clone, Copy)]
struct Regime {
    name: &'static str,
    caps: Caps,
    /// Capacity over the sum of the caps of all flows at once.
    share: f64,
    /// Whether the caps are [`Rate::rounded`].
    rounded: bool,
}

const REGIMES: [Regime; 8] = [
    Regime {
        name: "no caps",
        caps: Caps::None,
        share: 0.5,
        rounded: false,
    },
    Regime {
        name: "distinct caps, sigma 1, capacity 0.5 of their sum",
        caps: Caps::Distinct(1.0),
        share: 0.5,
        rounded: false,
    },
    Regime {
        name: "distinct caps, sigma 1, capacity 1.2 of their sum",
        caps: Caps::Distinct(1.0),
        share: 1.2,
        rounded: false,
    },
    Regime {
        name: "16 distinct caps, capacity 0.9 of their sum",
        caps: Caps::Classes(16),
        share: 0.9,
        rounded: false,
    },
    Regime {
        name: "1 cap, capacity 0.99999 of their sum",
        caps: Caps::Classes(1),
        share: 0.999_99,
        rounded: false,
    },
    Regime {
        name: "distinct caps, sigma 0.01, capacity 0.99 of their sum",
        caps: Caps::Distinct(0.01),
        share: 0.99,
        rounded: false,
    },
    Regime {
        name: "rounded caps, sigma 0.01, capacity 0.99 of their sum",
        caps: Caps::Distinct(0.01),
        share: 0.99,
        rounded: true,
    },
    Regime {
        name: "rounded caps, sigma 1, capacity 0.5 of their sum",
        caps: Caps::Distinct(1.0),
        share: 0.5,
        rounded: true,
    },
];

const MEDIAN_BIT_PER_S: f64 = 10e6;

#[expect(
    clippy::disallowed_methods,
    reason = "a bench needs no reproducible bits"
)]
fn lognormal(median: f64, sigma: f64, rng: &mut StdRng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    median * (sigma * (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()).exp()
}

impl Regime {
    /// Capacity, and cap and size of each flow. Sizes of about a gigabyte spread the completions over more milliseconds than flows.
    fn flows(self, n_at_once: usize, n_flows: usize) -> (Rate, Vec<(Rate, Work)>) {
        let rng = &mut StdRng::seed_from_u64(1);
        let classes: Vec<f64> = match self.caps {
            Caps::Classes(n) => (0..n)
                .map(|_| lognormal(MEDIAN_BIT_PER_S, 1.0, rng))
                .collect(),
            _ => Vec::new(),
        };
        let mut sum = 0.0;
        let flows = (0..n_flows)
            .map(|flow| {
                let cap = match self.caps {
                    Caps::None => MEDIAN_BIT_PER_S,
                    Caps::Distinct(sigma) => lognormal(MEDIAN_BIT_PER_S, sigma, rng),
                    Caps::Classes(n) => classes[rng.random_range(0..n)],
                };
                sum += if flow < n_at_once { cap } else { 0.0 };
                let cap = if matches!(self.caps, Caps::None) {
                    Rate::UNLIMITED
                } else {
                    Rate::from_steps((cap * 1024.0) as u64)
                };
                let cap = if self.rounded { cap.rounded() } else { cap };
                (
                    cap,
                    Work::from_bytes(lognormal(1e9, 0.5, rng) as u64)
                        .expect("less than a terabyte"),
                )
            })
            .collect();
        (Rate::from_steps((sum * self.share * 1024.0) as u64), flows)
    }
}

/// Keeps `n_at_once` flows on a link until there are no more to join, then empties it. Returns the time of the last completion \[ms\].
fn play(capacity: Rate, flows: &[(Rate, Work)], n_at_once: usize) -> u64 {
    let mut link = Link::new(capacity);
    let mut waiting = (0..).zip(flows).peekable();
    let mut now = 0;
    for (flow, &(cap, work)) in waiting.by_ref().take(n_at_once) {
        link.join(0, flow, cap, work);
    }
    let mut n_to_join = 0;
    while let Some(next) = link.next_completion() {
        if n_to_join > 0 && next > now {
            now += 1;
            for (flow, &(cap, work)) in waiting.by_ref().take(n_to_join) {
                link.join(now, flow, cap, work);
            }
            n_to_join = 0;
            continue;
        }
        now = next;
        black_box(link.pop_complete(now));
        n_to_join += usize::from(waiting.peek().is_some());
    }
    assert!(
        waiting.next().is_none() && link.n_flows() == 0,
        "the link stopped early"
    );
    now
}

/// The yardstick: the same flows' sizes through one heap, without any link.
fn sort(flows: &[(Rate, Work)]) {
    let mut heap = BinaryHeap::new();
    flows
        .iter()
        .zip(0_u32..)
        .for_each(|(&(_, work), flow)| heap.push(Reverse((work.steps(), flow))));
    while let Some(least) = heap.pop() {
        black_box(least);
    }
}

fn least_ns_per_flow(n_flows: usize, run: impl Fn()) -> f64 {
    let n_runs = (200_000 / n_flows).clamp(9, 201);
    let mut ns: Vec<f64> = (0..n_runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_nanos() as f64 / n_flows as f64
        })
        .collect();
    ns.sort_by(f64::total_cmp);
    ns[0]
}

fn main() {
    let n_max = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(100_000);
    let counts: Vec<usize> = [1_000, 10_000, 100_000, 1_000_000]
        .into_iter()
        .filter(|&n| n <= n_max)
        .collect();
    println!("ns per flow (join + completion)");
    print!("{:58}", "flows at once");
    counts.iter().for_each(|n| print!("{:>18}", format!("{n}")));
    println!(
        "\n{:58}{}",
        "",
        format!("{:>9}{:>9}", "burst", "steady").repeat(counts.len())
    );
    print!("{:58}", "yardstick: push and pop of a std BinaryHeap");
    for &n in &counts {
        let (_, flows) = REGIMES[0].flows(n, n);
        print!("{:>9.0}{:>9}", least_ns_per_flow(n, || sort(&flows)), "");
    }
    println!();
    for regime in REGIMES {
        print!("{:58}", regime.name);
        for &n in &counts {
            for n_flows in [n, 2 * n] {
                let (capacity, flows) = regime.flows(n, n_flows);
                let ns = least_ns_per_flow(n_flows, || {
                    black_box(play(capacity, &flows, n));
                });
                print!("{ns:>9.0}");
            }
        }
        println!();
    }
}
