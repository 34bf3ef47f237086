//! `rollcast shard plan`: how many shards, of what time and memory.

use crate::cli::args::ShardPlan;
use crate::cli::exit::{Failure, print};
use crate::cli::explain::shard_seconds;
use crate::cli::plan::{Rates, rounded};
use crate::cli::results::prepare;
use crate::report::plural;
use crate::scenario::{Knob, Problems};
use crate::study::{self, Map, Plan, RunMemory, Wanted};
use crate::units::size;

pub(in crate::cli) fn plan(args: &ShardPlan) -> Result<(), Failure> {
    let common = args.common();
    let (file, scenario, warnings) = common.read(Problems::default())?;
    prepare(&common, &warnings)?;
    let replications = scenario.replications;
    let cost = if let Some(step) = args.map {
        Failure::without_knobs(&scenario, "--map")?;
        let map = Map::new(&scenario, step);
        of_plan(args, map.plan(), map.wanted(), replications)
    } else if args.vary.is_empty() {
        let threads = rayon::current_num_threads();
        let (always, each) = shard_seconds(&scenario, threads);
        let memory = RunMemory::of(&scenario, threads);
        let seconds = |length: u64| always + each * length as f64;
        let bytes = |length| memory.bytes(length);
        Cost::of(
            args,
            replications,
            seconds,
            bytes,
            memory.bytes(replications),
        )
    } else {
        let knobs = Knob::from_flags(&args.vary)?;
        let sweep = study::grid(&file, knobs, &common.profile)?;
        of_plan(args, sweep.plan(), sweep.wanted(), replications)
    };
    print(&cost.told())
}

fn of_plan(args: &ShardPlan, plan: &Plan, wanted: &[Wanted], replications: u64) -> Cost {
    let rates = Rates::of(plan, wanted, replications);
    let seconds = |length| rates.shard_seconds(plan, &plan.parts_of(wanted, length), length);
    let bytes = |length| plan.shard_memory(wanted, length);
    let merging = plan.memory(wanted, replications);
    Cost::of(args, replications, seconds, bytes, merging)
}

/// The least number of shards of which none takes longer than some minutes, given the time that a number of replications takes [s]; as many
/// as there are replications if one takes longer.
fn shards(replications: u64, minutes: u32, seconds: impl Fn(u64) -> f64) -> u64 {
    let most = f64::from(minutes) * 60.0;
    let (mut too_few, mut enough) = (0, replications);
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        match seconds(replications.div_ceil(middle)) <= most {
            true => enough = middle,
            false => too_few = middle,
        }
    }
    enough
}

/// What shards take.
struct Cost {
    of: u64,
    /// The replications of the longest.
    length: u64,
    /// Of each.
    seconds: f64,
    /// Of each, and of merging them [bytes].
    memory: usize,
    merge_memory: usize,
}

impl Cost {
    /// By the time [s] and the memory [bytes] that a number of replications takes.
    fn of(
        args: &ShardPlan,
        replications: u64,
        seconds: impl Fn(u64) -> f64,
        memory: impl Fn(u64) -> usize,
        merge_memory: usize,
    ) -> Cost {
        let of = shards(replications, args.minutes, &seconds);
        let length = replications.div_ceil(of);
        Cost {
            of,
            length,
            seconds: seconds(length),
            memory: memory(length),
            merge_memory,
        }
    }

    fn told(&self) -> String {
        let threads = rayon::current_num_threads() as u64;
        let up_to = if self.of == 1 { "" } else { "up to " };
        format!(
            "{} of {up_to}{}: each takes about {} on {} here, and {} of memory\n\
             play them with --shard auto/{}; merging them takes {} of memory\n",
            plural(self.of, "shard"),
            plural(self.length, "replication"),
            rounded(self.seconds.max(1.0)),
            plural(threads, "thread"),
            size(self.memory as f64),
            self.of,
            size(self.merge_memory as f64),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::shards;

    #[test]
    fn there_are_no_more_shards_than_time_asks_for() {
        let seconds = |length: u64| 10.0 + length as f64;
        assert_eq!(shards(1000, 100, seconds), 1);
        assert_eq!(
            shards(1000, 1, seconds),
            20,
            "50 replications take a minute"
        );
        assert_eq!(shards(1000, 1, |length| 61.0 * length as f64), 1000);
    }
}
