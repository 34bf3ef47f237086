//! How long things can take at most, whatever is drawn.
//!
//! A law is drawn from a table, which has a greatest value; so a journey, and with it a whole job, has a longest course. Where that
//! fits into every timeout, no outcome depends on time.

use crate::model::{Architecture, Cohort, Ms, Windows};
use crate::model::{NEVER, STAGES, Stage};
use crate::random::QuantileTable;
use crate::sim::draws::dice::{CohortDice, Dice, Odds};
use crate::sim::draws::millis::{bundle_bits, transfer_ms, whole_ms};

fn most(table: &QuantileTable) -> Ms {
    whole_ms(table.value(u64::MAX))
}

/// The longest that a robot waits for its window to open, if it must be contacted before the horizon [ms].
fn longest_closed(windows: &Windows) -> Ms {
    let mut longest = 0;
    let mut closed_since = 0;
    for open in windows.intervals() {
        longest = longest.max(open.start - closed_since);
        closed_since = open.end;
    }
    longest.max(windows.horizon_ms() - closed_since)
}

/// The longest that a robot of a cohort waits for its window.
fn longest_wait(cohort: &Cohort) -> Ms {
    let listed = (0..cohort.inventory.len() as u32).filter_map(|index| cohort.windows_of(index));
    cohort
        .windows
        .iter()
        .chain(listed)
        .map(longest_closed)
        .max()
        .unwrap_or(0)
}

impl Dice {
    /// The longest preparation of the job [ms].
    pub fn preparing_max(&self) -> Ms {
        most(self.preparing())
    }

    /// For each cohort, a bound on the probability that a robot with which nothing goes wrong runs into its timeout, if it downloads at
    /// its own rate and is never offline: maintenance windows waited for. 0 where the longest journey fits.
    ///
    /// Of m independent stages either two take longer than all but a share d of their draws, or one takes so long that the
    /// others at that length leave no room for it: P(sum > timeout) <= m (m − 1) / 2 · d² + Σ P(stage > timeout − the others).
    pub fn overruns(&self, robot_timeout: Ms) -> Vec<f64> {
        self.cohorts
            .iter()
            .map(|cohort| self.overrun(cohort, robot_timeout))
            .collect()
    }

    fn overrun(&self, cohort: &CohortDice, robot_timeout: Ms) -> f64 {
        let Some(room) = robot_timeout.checked_sub(longest_wait(&cohort.cohort)) else {
            return 1.0;
        };
        let lengths: Vec<LongestFirst> = cohort
            .timed
            .iter()
            .map(|timed| longest_first(&timed.length))
            .collect();
        self.worst_overrun(cohort, &lengths, room)
    }

    /// The greatest bound over what robots of a cohort may have to download; the other stages take these lengths.
    fn worst_overrun(&self, cohort: &CohortDice, lengths: &[LongestFirst], room: Ms) -> f64 {
        let mut worst = 0.0;
        for (bits, rate) in self.downloads(cohort) {
            let transfers: Vec<LongestFirst> = transfers(cohort, bits, rate).collect();
            let stages: Vec<&LongestFirst> = lengths.iter().chain(&transfers).collect();
            worst = f64::max(worst, overrun(&stages, room));
        }
        worst
    }

    /// For each cohort, a bound on the probability that a robot that answers and does not hang holds a slot for longer than `time`, with
    /// whatever mishap, if it downloads at its own rate and is never offline: what it waits for its window left out.
    ///
    /// A stage lasts as drawn or until the failure drawn for it, and no longer than the longer of these, whichever comes of it.
    pub fn held_longer(&self, time: Ms) -> Vec<f64> {
        self.cohorts
            .iter()
            .map(|cohort| self.holds_longer(cohort, time))
            .collect()
    }

    fn holds_longer(&self, cohort: &CohortDice, room: Ms) -> f64 {
        let lengths = Stage::ALL.map(|stage| longest_of(with_failures(cohort, stage)));
        self.worst_overrun(cohort, &lengths, room)
    }

    /// For each cohort, the longest time that a robot that answers, downloads at its own rate and is never offline holds a slot under a
    /// robot timeout, with whatever mishap [ms].
    pub fn slots_max(&self, robot_timeout: Ms) -> Vec<Ms> {
        self.cohorts
            .iter()
            .map(|cohort| self.slot_max(cohort).min(robot_timeout))
            .collect()
    }

    /// The longest time in a slot without a timeout [ms].
    fn slot_max(&self, cohort: &CohortDice) -> Ms {
        if cohort
            .scripts
            .iter()
            .any(|script| !matches!(script.hang, Odds::Known(0.0)))
        {
            return NEVER;
        }
        let mut longest: [Ms; STAGES] = Stage::ALL.map(|stage| {
            let lengths = with_failures(cohort, stage).into_iter().map(most);
            lengths.max().unwrap_or(0)
        });
        for (bits, rate) in self.downloads(cohort) {
            let own = match (rate, &cohort.trace) {
                (None, Some(trace)) => trace.longest(bits),
                (rate, _) => transfer_ms(bits, rate.unwrap_or(cohort.download_rate.value(0))),
            };
            let download = &mut longest[Stage::Downloading as usize];
            *download = own.max(*download);
            if let Some(rate) = &cohort.extract_rate {
                let extraction = &mut longest[Stage::Extracting as usize];
                *extraction = transfer_ms(bits, rate.value(0)).max(*extraction);
            }
        }
        // What goes wrong at the contact does so after it.
        longest[Stage::Contact as usize] += longest_wait(&cohort.cohort);
        longest
            .into_iter()
            .fold(0, |sum, stage| (sum + stage).min(NEVER))
    }

    /// What robots of a cohort may have to download [bit], each with the rate [bit/s] if it is known: of robots that are alike but
    /// for that the slowest.
    fn downloads(&self, cohort: &CohortDice) -> Vec<(f64, Option<f64>)> {
        let Cohort {
            inventory,
            architectures,
            ..
        } = &cohort.cohort;
        let mut downloads = Vec::new();
        for kind in Architecture::ALL
            .into_iter()
            .filter(|kind| architectures[*kind as usize] > 0)
        {
            let bits = bundle_bits(self.bundle[kind as usize]);
            let listed: Vec<Option<f64>> = inventory
                .iter()
                .filter(|robot| robot.architecture == kind)
                .map(|robot| robot.download_rate)
                .collect();
            if inventory.is_empty() || listed.contains(&None) {
                downloads.push((bits, None));
            }
            if let Some(slowest) = listed.into_iter().flatten().min_by(f64::total_cmp) {
                downloads.push((bits, Some(slowest)));
            }
        }
        downloads
    }
}

/// How long something takes by the word drawn for it: the longer the smaller the word.
type LongestFirst<'a> = Box<dyn Fn(u64) -> Ms + 'a>;

fn longest_first(length: &QuantileTable) -> LongestFirst<'_> {
    Box::new(|word| whole_ms(length.value(!word)))
}

/// The download of a cohort's robots and the extraction at a rate, with the rate of the download [bit/s] if it is known.
fn transfers(
    cohort: &CohortDice,
    bits: f64,
    rate: Option<f64>,
) -> impl Iterator<Item = LongestFirst<'_>> {
    let download: LongestFirst<'_> = match (rate, &cohort.trace) {
        (Some(rate), _) => Box::new(move |_| transfer_ms(bits, rate)),
        (None, Some(trace)) => Box::new(move |_| trace.longest(bits)),
        (None, None) => Box::new(move |word| transfer_ms(bits, cohort.download_rate.value(word))),
    };
    let extraction = cohort
        .extract_rate
        .as_ref()
        .map(|rate| -> LongestFirst<'_> {
            Box::new(move |word| transfer_ms(bits, rate.value(word)))
        });
    std::iter::once(download).chain(extraction)
}

/// The laws of a stage's length and of the times to its failures.
fn with_failures(cohort: &CohortDice, stage: Stage) -> Vec<&QuantileTable> {
    let timed = cohort
        .timed
        .iter()
        .filter(|timed| timed.stage == stage)
        .map(|timed| &*timed.length);
    let scripts = cohort
        .scripts
        .iter()
        .filter(|script| script.stage == stage)
        .filter_map(|script| script.fails_after.as_deref());
    let faults = cohort
        .faults
        .iter()
        .filter(|fault| fault.stage == stage)
        .filter_map(|fault| fault.fails_after.as_deref());
    timed.chain(scripts).chain(faults).collect()
}

/// At least as long as the longest of several independent lengths, in law: of k of them each is read with a k-th of the word, since
/// P(the longest > t) is at most the sum of theirs.
fn longest_of(lengths: Vec<&QuantileTable>) -> LongestFirst<'_> {
    let n = lengths.len() as u64;
    Box::new(move |word| {
        lengths
            .iter()
            .map(|length| whole_ms(length.value(!(word / n))))
            .max()
            .unwrap_or(0)
    })
}

/// The bound of [`Dice::overruns`] for independent stages.
fn overrun(stages: &[&LongestFirst], room: Ms) -> f64 {
    if together(stages, 0) <= room {
        return 0.0;
    }
    (1..64)
        .map(|halvings| overrun_below(stages, room, u64::MAX >> halvings))
        .fold(1.0, f64::min)
}

/// How long stages take together with this word for each.
fn together(stages: &[&LongestFirst], word: u64) -> Ms {
    stages
        .iter()
        .map(|stage| stage(word))
        .fold(0, |sum, ms| (sum + ms).min(NEVER))
}

/// The bound whose d is the share of draws that take longer than the draw of `word`.
fn overrun_below(stages: &[&LongestFirst], room: Ms, word: u64) -> f64 {
    let (m, share, sum) = (
        stages.len() as f64,
        share_below(word),
        together(stages, word),
    );
    if sum > room {
        return 1.0;
    }
    let alone = stages
        .iter()
        .map(|stage| share_longer(stage, room - (sum - stage(word))));
    m * (m - 1.0) / 2.0 * share * share + alone.sum::<f64>()
}

/// The share of words up to and with this one.
fn share_below(word: u64) -> f64 {
    (word as f64 + 1.0) / 18_446_744_073_709_551_616.0
}

/// The share of words with which a stage that is the longer the smaller the word takes longer than `ms`.
fn share_longer(stage: &dyn Fn(u64) -> Ms, ms: Ms) -> f64 {
    if stage(0) <= ms {
        return 0.0;
    }
    // `longer` takes longer, `not` does not or lies beyond all words.
    let (mut longer, mut not) = (0u64, 1u128 << 64);
    while not - u128::from(longer) > 1 {
        let middle = u64::try_from((u128::from(longer) + not) / 2)
            .expect("a bug: a word beyond the last one");
        if stage(middle) > ms {
            longer = middle;
        } else {
            not = u128::from(middle);
        }
    }
    share_below(longer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Law;

    fn stage(law: &Law) -> Box<dyn Fn(u64) -> Ms> {
        let table = QuantileTable::new(law);
        Box::new(move |word| whole_ms(table.value(!word)))
    }

    #[test]
    fn a_single_stage_overruns_as_often_as_its_law_says() {
        let law = Law::exponential(60_000.0).unwrap();
        for ms in [60_000, 600_000, 1_200_000] {
            let bound = overrun(&[&stage(&law)], ms);
            assert!(
                (bound / law.sf(ms as f64) - 1.0).abs() < 1e-4,
                "{ms}: {bound:e}"
            );
        }
    }

    /// Of two exponential stages the sum is gamma: P(sum > t) = (1 + t) e^−t in units of the mean.
    #[test]
    fn the_bound_is_one_and_not_far_off() {
        let law = Law::exponential(60_000.0).unwrap();
        let gamma = Law::gamma(2.0, 60_000.0).unwrap();
        for minutes in [10, 15, 20] {
            let ms = minutes * 60_000;
            let bound = overrun(&[&stage(&law), &stage(&law)], ms);
            let exact = gamma.sf(ms as f64);
            assert!(
                exact <= bound && bound < 1000.0 * exact,
                "{minutes}: {bound:e}, exactly {exact:e}"
            );
        }
        assert_eq!(overrun(&[&stage(&law), &stage(&law)], 60_000 * 60), 0.0);
    }
}
