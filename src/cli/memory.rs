//! Whether the memory that a study will take is there: asked before it is played.

use std::fs;
use std::path::Path;

use crate::cli::args;
use crate::cli::exit::{Failure, say};
use crate::cli::shard::Task;
use crate::units::{count, size};

/// A study that takes less is not announced for it [bytes].
const NOTABLE: usize = 256_000_000;

/// Refuses a study of some replications, or the shard of it that is the `task`, that takes more memory than there is, and says how much a large one takes unless `quiet`. `needed` is
/// what it takes with a number of replications.
///
/// # Errors
/// It does not fit.
pub(super) fn ask(
    args: &args::Memory,
    replications: u64,
    task: Option<&Task>,
    needed: impl Fn(u64) -> usize,
    quiet: bool,
) -> Result<(), Failure> {
    let replications = task.map_or(replications, Task::length);
    let bytes = needed(replications);
    let limit = match args.memory {
        Some(most) => Limit {
            most,
            of: "--memory",
        },
        None => Limit::of_machine(Path::new("/")),
    };
    let fits = |bytes: usize| bytes as u64 <= limit.most;
    if fits(bytes) {
        if bytes >= NOTABLE && !quiet {
            say(&format!("memory: about {}", size(bytes as f64)));
        }
        return Ok(());
    }
    let instead = match largest(replications, |n| fits(needed(n))) {
        0 => "not even one replication fits: play a smaller fleet, fewer values or fewer profiles"
            .to_owned(),
        fitting if task.is_some() => format!("shards of {} replications fit", count(fitting)),
        fitting => format!("--replications {fitting} fits"),
    };
    Err(Failure::Flag(format!(
        "{} replications take about {} of memory, and {} allows {}; {instead}",
        count(replications),
        size(bytes as f64),
        limit.of,
        size(limit.most as f64),
    )))
}

/// The largest number below `end` that fits, where all below one that fits do too; 0 if none does. Rounded down to two digits.
fn largest(end: u64, fits: impl Fn(u64) -> bool) -> u64 {
    let (mut fitting, mut end) = (0, end);
    while end - fitting > 1 {
        let middle = fitting + (end - fitting) / 2;
        match fits(middle) {
            true => fitting = middle,
            false => end = middle,
        }
    }
    let digits = 10_u64.pow(fitting.checked_ilog10().unwrap_or(0).saturating_sub(1));
    fitting / digits * digits
}

/// The most memory that may be taken [bytes], and what says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limit {
    most: u64,
    of: &'static str,
}

impl Limit {
    /// The least of the machine's memory and the limits of the control groups that the program is in, as far as files below `root` say
    /// so: on Linux. Elsewhere there is none.
    fn of_machine(root: &Path) -> Limit {
        let groups = (of_groups(root), "the control group");
        let machine = (memory_total(root), "the machine");
        let limits = [groups, machine].map(|(most, of)| Limit {
            most: most.unwrap_or(u64::MAX),
            of,
        });
        let [groups, machine] = limits;
        if groups.most < machine.most {
            groups
        } else {
            machine
        }
    }
}

/// The memory of the machine [bytes].
fn memory_total(root: &Path) -> Option<u64> {
    let text = fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let mut lines = text.lines();
    let total = lines.find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = total.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// The least limit of the control groups, of either version, that the program is in [bytes].
fn of_groups(root: &Path) -> Option<u64> {
    let text = fs::read_to_string(root.join("proc/self/cgroup")).ok()?;
    let limits = text.lines().filter_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, group) = (fields.next()?, fields.next()?);
        let (mount, file) = match controllers {
            "" => ("sys/fs/cgroup", "memory.max"),
            "memory" => ("sys/fs/cgroup/memory", "memory.limit_in_bytes"),
            _ => return None,
        };
        let mount = root.join(mount);
        // A group has the limits of those around it. In a container its path may be the host's, and what is mounted is the group itself.
        let group = mount.join(group.trim_start_matches('/'));
        let groups = group.ancestors().take_while(|it| it.starts_with(&mount));
        let limits = groups.filter_map(|group| {
            let text = fs::read_to_string(group.join(file)).ok()?;
            text.trim().parse().ok()
        });
        limits.min()
    });
    limits.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The limit of a system with these files.
    fn limit(files: &[(&str, &str)]) -> (u64, &'static str) {
        let root = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
            fs::write(path, text).expect("it is written");
        }
        let Limit { most, of } = Limit::of_machine(root.path());
        (most, of)
    }

    #[test]
    fn the_least_limit_counts() {
        let machine = ("proc/meminfo", "MemTotal:       16384 kB\nMemFree: 3 kB\n");
        assert_eq!(limit(&[machine]), (16 << 20, "the machine"));
        let limited = (1 << 20, "the control group");
        let group = ("proc/self/cgroup", "0::/outer/inner\n");
        let outer = ("sys/fs/cgroup/outer/memory.max", "1048576\n");
        let inner = ("sys/fs/cgroup/outer/inner/memory.max", "max\n");
        assert_eq!(limit(&[machine, group, outer, inner]), limited);
        let mounted = ("sys/fs/cgroup/memory.max", "1048576\n");
        assert_eq!(limit(&[machine, group, mounted]), limited);
        let first = ("proc/self/cgroup", "4:memory:/job\n3:cpuset:/other\n0::/\n");
        let file = "sys/fs/cgroup/memory/job/memory.limit_in_bytes";
        assert_eq!(limit(&[machine, first, (file, "1048576\n")]), limited);
        let unlimited = (file, "9223372036854771712\n");
        assert_eq!(
            limit(&[machine, first, unlimited]),
            (16 << 20, "the machine")
        );
    }

    #[test]
    fn the_most_that_fits_is_found_and_rounded_down() {
        assert_eq!(largest(1_000_000, |n| n <= 123_456), 120_000);
        assert_eq!(largest(1_000, |_| false), 0);
        assert_eq!(largest(9, |n| n <= 7), 7);
    }
}
