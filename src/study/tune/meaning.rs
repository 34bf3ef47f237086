//! What percentages mean in robots: settings that mean the same in every job are one.

use crate::rollout::{Levels, Rules};
use crate::scenario::Profile;

/// The percentages on both axes at most.
const PERCENT_MAX: u8 = 100;

/// A job of this many robots tells any two percentages apart.
const TELLING: u32 = 100;

/// By percentage from 1 on, which percentages mean the same robots in every job of some profiles: from the first to the last.
#[derive(Clone, Debug)]
pub(super) struct Meanings {
    concurrency: Vec<(u8, u8)>,
    threshold: Vec<(u8, u8)>,
}

impl Meanings {
    /// Of the profiles that are played, by their places.
    pub(super) fn of(all: &[Profile], played: &[usize]) -> Meanings {
        Meanings {
            concurrency: runs(|concurrency| {
                in_jobs(all, played, Rules::window, |levels| Levels {
                    concurrency,
                    ..levels
                })
            }),
            threshold: runs(|threshold| {
                in_jobs(all, played, Rules::failures_to_stop, |levels| Levels {
                    threshold,
                    ..levels
                })
            }),
        }
    }

    /// The concurrent deployment percentages that mean the same as this one.
    pub(super) fn concurrency(&self, percentage: u8) -> (u8, u8) {
        self.concurrency[usize::from(percentage) - 1]
    }

    /// The failure threshold percentages that mean the same as this one.
    pub(super) fn threshold(&self, percentage: u8) -> (u8, u8) {
        self.threshold[usize::from(percentage) - 1]
    }
}

/// A number of robots in every job of the profiles that are played, under rules with other percentages.
fn in_jobs(
    all: &[Profile],
    played: &[usize],
    robots: fn(&Rules, u32) -> u32,
    levels: impl Fn(Levels) -> Levels,
) -> Vec<u32> {
    let mut in_jobs = Vec::new();
    for profile in played.iter().map(|which| &all[*which]) {
        let rules = profile.rules.at(levels(profile.rules.levels()));
        in_jobs.extend(job_sizes(profile).into_iter().map(|n| robots(&rules, n)));
    }
    in_jobs
}

/// By percentage, the first and the last that mean the same: numbers of robots never fall with the percentage.
fn runs(robots: impl Fn(u8) -> Vec<u32>) -> Vec<(u8, u8)> {
    let all: Vec<(u8, Vec<u32>)> = (1..=PERCENT_MAX)
        .map(|percentage| (percentage, robots(percentage)))
        .collect();
    all.chunk_by(|(_, a), (_, b)| a == b)
        .flat_map(|run| vec![(run[0].0, run[run.len() - 1].0); run.len()])
        .collect()
}

/// How many robots the jobs of a profile may be for.
fn job_sizes(profile: &Profile) -> Vec<u32> {
    let n = profile.world.fleet.robots();
    let Some(campaign) = &profile.campaign else {
        return vec![n];
    };
    match profile.main_robots() {
        // What the canary is not for is left to the main job.
        Some(main) if campaign.sync.is_none() && campaign.recovery.is_none() => [main, n - main]
            .into_iter()
            .filter(|robots| *robots > 0)
            .collect(),
        _ => (1..=n.min(TELLING)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ScenarioFile;

    fn meanings(robots: u32, more: &str) -> Meanings {
        let text = format!(
            "name = \"few\"\n[release]\nversion = 1\nbundle = {{ X86_64 = \"1 MB\" }}\n\
             [[cohort]]\nname = \"all\"\nrobots = {robots}\narchitecture = \"X86_64\"\ndownload_rate = \"1 MB/s\"\n{more}"
        );
        let file = ScenarioFile::parse("few.toml", text, Default::default())
            .unwrap_or_else(|p| panic!("{}", p.render(false)));
        let (scenario, _) = file
            .check(&[])
            .unwrap_or_else(|p| panic!("{}", p.render(false)));
        let all: Vec<usize> = (0..scenario.profiles.len()).collect();
        Meanings::of(&scenario.profiles, &all)
    }

    #[test]
    fn percentages_of_three_robots_are_three_settings() {
        let few = meanings(3, "");
        // 0 robots at a time are one; 1 %, 34 % and 67 % are the first that 1, 2 and 3 failures reach.
        assert_eq!(
            [1, 66, 67, 99, 100].map(|p| few.concurrency(p)),
            [(1, 66), (1, 66), (67, 99), (67, 99), (100, 100)]
        );
        assert_eq!(
            [1, 33, 34, 66, 67, 100].map(|p| few.threshold(p)),
            [(1, 33), (1, 33), (34, 66), (34, 66), (67, 100), (67, 100)]
        );
    }

    #[test]
    fn percentages_of_a_hundred_robots_all_differ() {
        let all = meanings(100, "");
        assert!((1..=100).all(|p| all.concurrency(p) == (p, p) && all.threshold(p) == (p, p)));
    }

    /// Jobs whose robots are known only when they are created may be for any number of them.
    #[test]
    fn every_job_of_a_campaign_counts() {
        let canary = "[campaign.canary]\nrobots = 4\n";
        // Of the 6 others 17 % are one, of the 4 in the canary 25 %.
        assert_eq!(meanings(10, canary).threshold(16), (1, 16));
        assert_eq!(meanings(10, canary).threshold(17), (17, 25));
        let syncs = "[campaign.sync]\ntimes = 2\ninterval = \"1d\"\n";
        let all = meanings(10, syncs);
        assert_eq!(all.threshold(10), (1, 10));
        assert_eq!(all.threshold(11), (11, 11));
    }
}
