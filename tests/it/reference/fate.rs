//! What the dice and the scenario hold for a robot, whatever the rules.

use std::ops::Range;
use std::rc::Rc;

use super::download::{Download, STEPS_PER_BYTE};
use super::path::Path;
use rollcast::model::{Interrupted, Ms, WatchEnd, World};
use rollcast::model::{NEVER, Stage};
use rollcast::sim::{Draws, Player};

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
    /// How long it stays down after a failed deployment [ms].
    pub recovery: Ms,
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
    /// What the dice hold in the replication that the player has drawn.
    pub fn new(player: &'p Player, world: &World) -> Fates<'p> {
        Fates::of_job(player, world, 0, world.watch)
    }

    /// The same for the job that the player has turned to, in time from its creation on.
    pub fn of_job(player: &'p Player, world: &World, created: Ms, watch: WatchEnd) -> Fates<'p> {
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

impl<'p> Fate<'p> {
    fn new(player: &'p Player, world: &World, robot: u32, created: Ms) -> Fate<'p> {
        let (cohort, index) = world.fleet.member(robot);
        let connectivity = cohort.connectivity.as_ref();
        Fate {
            draws: player.draws(robot),
            path: Path::new(player.presence(robot)),
            windows: cohort.windows_of(index).map(|windows| {
                let since = |time: &Ms| time.saturating_sub(created);
                let windows = windows
                    .intervals()
                    .iter()
                    .map(|window| since(&window.start)..since(&window.end));
                windows.filter(|window| !window.is_empty()).collect()
            }),
            link: cohort.link_of(index).map(usize::from),
            restarts: connectivity
                .is_some_and(|connectivity| connectivity.interrupted == Interrupted::Restarts),
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

    /// A download that begins at a time: over a link in steps of work, else in milliseconds at the robot's own rate.
    pub fn download(&self, now: Ms) -> Download {
        match self.link {
            Some(_) => {
                let size = u128::from(self.draws.bundle) * STEPS_PER_BYTE;
                Download::new(size, u128::from(self.draws.cap.steps()), now)
            }
            None => Download::new(
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
            Some(_) => carried / STEPS_PER_BYTE,
            None if whole == 0 => u128::from(self.draws.bundle),
            None if whole >= NEVER => 0,
            None => u128::from(self.draws.bundle) * carried / u128::from(whole),
        };
        u64::try_from(bytes).expect("bytes fit")
    }
}
