//! What a campaign comes to: one outcome over the whole fleet, put together from all its deployments.

use crate::model::Instant;
use crate::rollout::EndedBy;
use crate::sim::campaign::roster::{Class, Roster};
use crate::sim::campaign::sequence::{End, Sequence};
use crate::sim::campaign::{CampaignPlay, Deployed, JobKind, JobPlay};
use crate::sim::draws::dice::Dice;
use crate::sim::draws::hand::Hand;
use crate::sim::journey::Verdict;
use crate::sim::record::movements::Movements;
use crate::sim::record::outcome::{Aftermath, LinkUse, Outcome, marks_of};
use crate::sim::record::recording::Passage;

/// What comes of a campaign whose jobs are over, with the deployments made in them.
pub(in crate::sim) fn campaign_play(
    dice: &Dice,
    hand: &Hand,
    roster: &Roster,
    sequence: &Sequence,
    jobs: Vec<JobPlay>,
    deployed: Vec<Deployed>,
) -> CampaignPlay {
    let whole = sequence
        .whole()
        .or_else(|| recovered(dice, &jobs, &deployed));
    let outcome = outcome(dice, hand, roster, &jobs, &deployed, sequence.end(), whole);
    CampaignPlay {
        outcome,
        jobs,
        deployed,
    }
}

/// When all robots of a recovery run the old version again, if they do.
fn recovered(dice: &Dice, jobs: &[JobPlay], deployed: &[Deployed]) -> Option<Instant> {
    let recovery = jobs.last().filter(|job| job.kind == JobKind::Recovery)?;
    let passages = deployed
        .iter()
        .filter(|deployed| deployed.kind == JobKind::Recovery)
        .map(|deployed| &deployed.passage);
    let all_started = passages.clone().count() == recovery.outcome.n as usize;
    all_started
        .then(|| passages.map(|passage| runs_again(dice, passage)).max())
        .flatten()
}

/// When a robot runs again after the deployment of the old version: at its end, or when its damage has been repaired
///.
fn runs_again(dice: &Dice, passage: &Passage) -> Instant {
    match passage.verdict {
        Verdict::Updated => passage.end,
        _ => passage.end + dice.recovery(passage.robot),
    }
}

/// The outcome of jobs that came to this end, with the deployments made in them; `whole` is when the fleet had recovered.
fn outcome(
    dice: &Dice,
    hand: &Hand,
    roster: &Roster,
    jobs: &[JobPlay],
    deployed: &[Deployed],
    end: End,
    whole: Option<Instant>,
) -> Outcome {
    let n = roster.robots();
    let release = || jobs.iter().filter(|job| job.kind != JobKind::Recovery);
    let movements = Movements::of_campaign(deployed);
    let mut outcome = Outcome::of_no_start(n, 0, end.ended_by, end.time);
    outcome.never_started = 0;
    for standing in &roster.standings {
        outcome.exposed += u32::from(standing.exposed);
        match standing.class {
            Class::NeverStarted => outcome.never_started += 1,
            Class::Updated => outcome.updated += 1,
            Class::Aborted => outcome.aborted += 1,
            Class::Failed(code) => {
                outcome.failed += 1;
                outcome.failures[code as usize] += 1;
                outcome.no_response += u32::from(code.is_silence());
                outcome.timed_out += u32::from(code.is_of_timeout());
            }
        }
    }
    let healed = |updated| {
        roster
            .standings
            .iter()
            .filter(|standing| standing.healed == Some(updated))
            .count() as u32
    };
    let latent = (0..).zip(&roster.standings).filter(|(robot, standing)| {
        let got_it = standing.class == Class::Updated || standing.healed == Some(true);
        got_it && hand.latent(dice, *robot).is_some()
    });
    let recoveries = deployed
        .iter()
        .filter(|deployed| deployed.kind == JobKind::Recovery)
        .map(|deployed| &deployed.passage);
    let recovered = recoveries
        .clone()
        .filter(|passage| passage.verdict == Verdict::Updated)
        .count() as u32;
    let back_by_themselves = recoveries
        .filter_map(|passage| passage.healed?.updated())
        .count() as u32;
    let running = movements.running();
    // Of few robots that failed before, a sync's threshold is soon reached: that says nothing of the release.
    let breached = release().find(|job| !job.kind.is_sync() && job.outcome.breached.is_some());
    let left_over = match breached {
        Some(JobPlay {
            kind: JobKind::Canary,
            ..
        }) => outcome.never_started,
        Some(main) => main.outcome.never_started,
        None => 0,
    };
    Outcome {
        breached: breached.and_then(|job| Some(job.outcome.breached?.of_job(job.created))),
        drained: end.drained,
        time_to: time_to(&running, n),
        running: running.iter().map(|(_, change)| change).sum::<i32>() as u32,
        down_peak: down_peak(&movements),
        downtime: movements.downs.iter().map(|&(from, up)| up - from).sum(),
        slot: release().map(|job| job.outcome.slot).sum(),
        bytes: release().map(|job| job.outcome.bytes).sum(),
        healed: healed(true),
        healed_failed: healed(false),
        links: links(dice, release()),
        aftermath: Aftermath {
            jobs: jobs.len() as u32,
            left_over: Some(left_over),
            latent: latent.count() as u32,
            recovered,
            put_back: recovered + back_by_themselves,
            whole,
        },
        ..outcome
    }
    .checked()
}

/// When each mark of the fleet ran the release first, by the changes of the number of robots that do.
fn time_to(changes: &[(Instant, i32)], n: u32) -> [Option<Instant>; 4] {
    let marks = marks_of(n);
    let mut reached = [None; 4];
    let mut running = 0;
    for (time, change) in changes {
        running += change;
        for (reached, mark) in reached.iter_mut().zip(marks) {
            if running >= mark as i32 {
                reached.get_or_insert(*time);
            }
        }
    }
    reached
}

/// The most robots down at one instant.
fn down_peak(movements: &Movements) -> u32 {
    let mut changes: Vec<(Instant, i32)> = movements
        .downs
        .iter()
        .flat_map(|(from, up)| [(*from, 1), (*up, -1)])
        .collect();
    changes.sort_unstable();
    let (mut down, mut peak) = (0, 0);
    for instant in changes.chunk_by(|a, b| a.0 == b.0) {
        down += instant.iter().map(|(_, change)| change).sum::<i32>();
        peak = peak.max(down);
    }
    peak as u32
}

/// What all jobs carried over each link.
fn links<'j>(dice: &Dice, jobs: impl Iterator<Item = &'j JobPlay>) -> Vec<LinkUse> {
    let mut total = vec![LinkUse::default(); dice.links.len()];
    for job in jobs {
        for (total, link) in total.iter_mut().zip(&job.outcome.links) {
            total.bytes += link.bytes;
            total.peak = total.peak.max(link.peak);
            total.saturated += link.saturated;
        }
    }
    total
}

impl Outcome {
    fn checked(self) -> Outcome {
        self.check();
        assert!(
            self.aftermath.whole.is_none() || self.ended_by != EndedBy::Success,
            "a bug: recovered from success in {self:?}"
        );
        self
    }
}
