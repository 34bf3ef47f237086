//! What a campaign comes to: one outcome over the whole fleet, put together from all its deployments.

use crate::model::Instant;
use crate::rollout::EndedBy;
use crate::sim::campaign::roster::Roster;
use crate::sim::campaign::sequence::{JobEnd, Sequence};
use crate::sim::campaign::{CampaignPlay, JobKind, JobPlay};
use crate::sim::draws::dice::Dice;
use crate::sim::draws::hand::Hand;
use crate::sim::journey::Verdict;
use crate::sim::record::movements::Movements;
use crate::sim::record::outcome::{Aftermath, LinkUse, Outcome, marks_of};
use crate::sim::record::recording::Deployment;

/// What comes of a campaign whose jobs are over, with the deployments made in them.
pub(in crate::sim) fn campaign_play(
    dice: &Dice,
    hand: &Hand,
    roster: &Roster,
    sequence: &Sequence,
    jobs: Vec<JobPlay>,
    deployed: Vec<(JobKind, Deployment)>,
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

/// The deployments that put the old version back.
fn recoveries(deployed: &[(JobKind, Deployment)]) -> impl Iterator<Item = &Deployment> + Clone {
    deployed
        .iter()
        .filter(|(kind, _)| *kind == JobKind::Recovery)
        .map(|(_, deployment)| deployment)
}

/// When all robots of a recovery run the old version again, if they do.
fn recovered(dice: &Dice, jobs: &[JobPlay], deployed: &[(JobKind, Deployment)]) -> Option<Instant> {
    let recovery = jobs.last().filter(|job| job.kind == JobKind::Recovery)?;
    let deployments = recoveries(deployed);
    if deployments.clone().count() < recovery.outcome.n as usize {
        return None;
    }
    deployments
        .map(|deployment| runs_again(dice, deployment))
        .max()
}

/// When a robot runs again after the deployment of the old version: at its end, or when its damage has been repaired.
fn runs_again(dice: &Dice, deployment: &Deployment) -> Instant {
    match deployment.verdict {
        Verdict::Updated => deployment.end,
        _ => deployment.end + dice.recovery(deployment.robot),
    }
}

/// The outcome of jobs that came to this end, with the deployments made in them; `whole` is when the fleet had recovered.
fn outcome(
    dice: &Dice,
    hand: &Hand,
    roster: &Roster,
    jobs: &[JobPlay],
    deployed: &[(JobKind, Deployment)],
    end: JobEnd,
    whole: Option<Instant>,
) -> Outcome {
    let n = roster.robots();
    let release = jobs.iter().filter(|job| job.kind != JobKind::Recovery);
    let movements = Movements::of_campaign(deployed);
    let running = movements.running();
    // Of few robots that failed before, a sync's threshold is soon reached: that says nothing of the release.
    let breached = release
        .clone()
        .find(|job| !job.kind.is_sync() && job.outcome.breached.is_some());
    let recovered = recoveries(deployed)
        .filter(|deployment| deployment.verdict == Verdict::Updated)
        .count() as u32;
    let back_by_themselves = recoveries(deployed)
        .filter_map(|deployment| deployment.healed?.updated())
        .count() as u32;
    let mut outcome = Outcome {
        breached: breached.and_then(|job| Some(job.outcome.breached?.of_job(job.created))),
        drained: end.drained,
        never_started: 0,
        time_to: time_to(&running, n),
        running: running.iter().map(|(_, change)| change).sum::<i32>() as u32,
        down_peak: down_peak(&movements),
        downtime: movements.downs.iter().map(|&(from, up)| up - from).sum(),
        slot: release.clone().map(|job| job.outcome.slot).sum(),
        bytes: release.clone().map(|job| job.outcome.bytes).sum(),
        links: links(dice, release),
        aftermath: Aftermath {
            jobs: jobs.len() as u32,
            left_over: Some(0),
            latent: 0,
            recovered,
            put_back: recovered + back_by_themselves,
            whole,
        },
        ..Outcome::of_no_start(n, 0, end.ended_by, end.time)
    };
    for (robot, state) in (0..).zip(&roster.states) {
        outcome.exposed += u32::from(state.exposed);
        outcome.healed += u32::from(state.healed == Some(true));
        outcome.healed_failed += u32::from(state.healed == Some(false));
        let got_it = state.verdict == Some(Verdict::Updated) || state.healed == Some(true);
        outcome.aftermath.latent += u32::from(got_it && hand.latent(dice, robot).is_some());
        match state.verdict {
            None => outcome.never_started += 1,
            Some(Verdict::Updated) => outcome.updated += 1,
            Some(Verdict::Aborted | Verdict::Open) => outcome.aborted += 1,
            Some(failed) => {
                let code = failed
                    .code()
                    .expect("a bug: a failed robot without a failure code");
                outcome.failed += 1;
                outcome.failures[code as usize] += 1;
                outcome.no_response += u32::from(failed == Verdict::NoResponse);
                outcome.timed_out += u32::from(failed.is_of_timeout());
            }
        }
    }
    if let Some(breached) = breached {
        outcome.aftermath.left_over = Some(match breached.kind {
            JobKind::Canary => outcome.never_started,
            _ => breached.outcome.never_started,
        });
    }
    outcome.check();
    assert!(
        outcome.aftermath.whole.is_none() || outcome.ended_by != EndedBy::Success,
        "a bug: recovered from success in {outcome:?}"
    );
    outcome
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
