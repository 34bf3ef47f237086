//! What the dice and the scenario hold for a robot, whatever the rules.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::download::{Download, STEPS_PER_BYTE};
use super::path::{Path, Recorded, Spells};
use rollcast::model::{Cohort, Interrupted, LocalSteps, Ms, WatchEnd, Windows, World};
use rollcast::model::{NEVER, RateTrace, Stage};
use rollcast::sim::{Draws, Player, Rate};

/// The world whose dice the reference engine reads: without hours offline, which it adds itself.
pub fn without_hours(world: &World) -> World {
    let mut world = world.clone();
    for cohort in &mut world.fleet.cohorts {
        if let Some(connectivity) = &mut cohort.connectivity {
            connectivity.offline_hours = None;
        }
        for robot in Arc::make_mut(&mut cohort.inventory) {
            robot.offline_hours = None;
        }
    }
    world
}

/// What the reference engine is told about a robot.
pub struct Fate<'p> {
    pub draws: Draws,
    pub path: Path<'p>,
    /// When the robot may be contacted [ms]; always if there is nothing.
    windows: Option<Vec<Range<Ms>>>,
    /// The link that it downloads over, by its place in the world.
    pub link: Option<usize>,
    /// Whether a download that was interrupted begins anew.
    pub restarts: bool,
    /// Whether steps on the robot itself wait in hours offline.
    pub stops: bool,
    /// How its own rate changes in time.
    trace: Option<Trace<'p>>,
    /// How long it stays down after a failed deployment [ms].
    pub recovery: Ms,
}

/// A trace of rates as a robot plays it.
struct Trace<'p> {
    trace: &'p RateTrace,
    /// Where in the trace the robot is when the job is created [ms].
    phase: Ms,
}

impl Trace<'_> {
    /// The rate at a time [work per ms], and when its row is over.
    fn at(&self, time: Ms) -> (u128, Ms) {
        let now = (time + self.phase) % self.trace.period();
        let (past, later): (Vec<_>, Vec<_>) =
            (self.trace.rows().iter()).partition(|(from, _)| *from <= now);
        let (_, rate) = past.last().expect("a trace begins at once");
        let end = later.first().map_or(self.trace.period(), |(from, _)| *from);
        let steps = Rate::from_steps((rate * 1024.0).round() as u64).rounded();
        (u128::from(steps.steps()), time + end - now)
    }
}

/// What the reference engine is told about a fleet and its surroundings.
pub struct Fates<'p> {
    /// By number in the fleet.
    pub robots: Vec<Rc<Fate<'p>>>,
    /// The capacity of each link [1/1024 bit/s].
    pub capacities: Vec<u128>,
    /// When the first robots start [ms].
    pub job_start: Ms,
    /// Until when robots are watched, in time from the job's creation on.
    pub watch: WatchEnd,
}

impl<'p> Fates<'p> {
    /// What the dice hold in the replication that the player has drawn, in [the same world without hours](without_hours).
    pub fn new(player: &'p Player, world: &'p World) -> Fates<'p> {
        Fates::of_job(player, world, 0, world.watch)
    }

    /// The same for the job that the player has turned to, in time from its creation on.
    pub fn of_job(player: &'p Player, world: &'p World, created: Ms, watch: WatchEnd) -> Fates<'p> {
        Fates {
            robots: (0..world.fleet.robots())
                .map(|robot| Rc::new(Fate::new(player, world, robot, created)))
                .collect(),
            capacities: world
                .links
                .iter()
                .map(|link| u128::from(link.capacity) * 1024)
                .collect(),
            job_start: player.job_start().ms(),
            watch,
        }
    }
}

/// Intervals in time from a job's creation on.
fn since(created: Ms, windows: &Windows) -> Vec<Range<Ms>> {
    let since = |time: &Ms| time.saturating_sub(created);
    let intervals = windows.intervals().iter();
    intervals
        .map(|window| since(&window.start)..since(&window.end))
        .filter(|window| !window.is_empty())
        .collect()
}

/// Where a robot's spells come from. A robot of the log is itself if its name is there, from the beginning of the log on.
fn spells<'p>(
    player: &'p Player,
    cohort: &'p Cohort,
    index: u32,
    robot: u32,
    created: Ms,
) -> Spells<'p> {
    use rollcast::model::Spells::Recorded as Log;
    let presence = player.presence(robot);
    let (Some(Log(log)), Some((drawn, phase))) = (
        cohort.connectivity.as_ref().map(|it| &it.spells),
        presence.recorded(),
    ) else {
        return Spells::Drawn(presence);
    };
    let named = cohort
        .listed(index)
        .and_then(|listed| log.robots().iter().find(|robot| robot.name == listed.name));
    let (robot, phase) = match named {
        Some(robot) => (robot, 0),
        None => (&log.robots()[drawn], phase),
    };
    Spells::Recorded(Recorded {
        robot,
        period: log.period(),
        phase: phase + created,
    })
}

impl<'p> Fate<'p> {
    fn new(player: &'p Player, world: &'p World, robot: u32, created: Ms) -> Fate<'p> {
        let (cohort, index) = world.fleet.member(robot);
        let connectivity = cohort.connectivity.as_ref();
        let link = cohort.link_of(index).map(usize::from);
        let listed = cohort.listed(index);
        let has_rate = listed.is_some_and(|listed| listed.download_rate.is_some());
        let trace = cohort
            .rate_trace
            .as_deref()
            .filter(|_| link.is_none() && !has_rate);
        let hours = listed
            .and_then(|listed| listed.offline_hours.as_deref())
            .or(connectivity.and_then(|it| it.offline_hours.as_ref()));
        Fate {
            draws: player.draws(robot),
            path: Path::new(
                spells(player, cohort, index, robot, created),
                hours.map_or(Vec::new(), |hours| since(created, hours)),
            ),
            windows: cohort
                .windows_of(index)
                .map(|windows| since(created, windows)),
            link,
            restarts: connectivity.is_some_and(|it| it.interrupted == Interrupted::Restarts),
            stops: connectivity.is_some_and(|it| it.local_steps == LocalSteps::Stop),
            trace: trace.map(|trace| Trace {
                trace,
                phase: player.trace_phase(robot).expect("it has a trace") + created,
            }),
            recovery: cohort.recovery,
        }
    }

    /// Whether a maintenance window is open.
    pub fn open_at(&self, time: Ms) -> bool {
        self.windows
            .as_ref()
            .is_none_or(|windows| windows.iter().any(|window| window.contains(&time)))
    }

    /// When a window opens after a time, if one does.
    pub fn opens_after(&self, time: Ms) -> Option<Ms> {
        let openings = self.windows.iter().flatten().map(|window| window.start);
        openings.filter(|opening| *opening > time).min()
    }

    /// The robot's own rate at a time if that changes [work per ms], and until when it is so.
    pub fn rate_at(&self, time: Ms) -> Option<(u128, Ms)> {
        self.trace.as_ref().map(|trace| trace.at(time))
    }

    /// A download that begins at a time: over a link or along a trace in steps of work, else in milliseconds at the robot's own rate.
    pub fn download(&self, now: Ms) -> Download {
        let size = u128::from(self.draws.bundle) * STEPS_PER_BYTE;
        match (self.link, self.rate_at(now)) {
            (Some(_), _) => Download::new(size, u128::from(self.draws.cap.steps()), now),
            (None, Some((rate, _))) => Download::new(size, rate, now),
            (None, None) => Download::new(
                u128::from(self.draws.length[Stage::Downloading as usize]),
                1,
                now,
            ),
        }
    }

    /// The bytes that a download has brought.
    pub fn bytes(&self, download: &Download) -> u64 {
        let (carried, whole) = (
            download.carried,
            self.draws.length[Stage::Downloading as usize],
        );
        let bytes = match self.link {
            _ if self.trace.is_some() => carried / STEPS_PER_BYTE,
            Some(_) => carried / STEPS_PER_BYTE,
            None if whole == 0 => u128::from(self.draws.bundle),
            None if whole >= NEVER => 0,
            None => u128::from(self.draws.bundle) * carried / u128::from(whole),
        };
        u64::try_from(bytes).expect("bytes fit")
    }
}
