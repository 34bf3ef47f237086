//! Time in whole milliseconds: a span is a number, an instant is a type of its own.

use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// A span [ms], the one unit of time inside the simulation. A drawn duration is rounded up to the next one.
pub type Ms = u64;

/// Longer than any timeout: how long what never ends takes.
pub const NEVER: Ms = 1 << 50;

/// A point in time, counted from the creation of a job: of the first one of a replication, except where a job of a campaign is
/// played, which counts from its own.
///
/// ```
/// use rollcast::model::Instant;
///
/// let start = Instant::at(7_000);
/// let end = start + 90_000;
/// assert_eq!((end - start, end.ms()), (90_000, 97_000));
/// assert!(Instant::CREATION < start && end < Instant::NEVER);
/// // A job created an hour later counts from there.
/// let created = Instant::at(3_600_000);
/// assert_eq!(end.of_job(created).ms(), 3_697_000);
/// assert_eq!(end.of_job(created).since(created), end);
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[repr(transparent)]
pub struct Instant(Ms);

impl Instant {
    /// The job is created.
    pub const CREATION: Instant = Instant(0);

    /// When nothing ever happens: later than any timeout.
    pub const NEVER: Instant = Instant(NEVER);

    /// The instant this long after the creation [ms].
    #[inline]
    pub const fn at(ms: Ms) -> Instant {
        Instant(ms)
    }

    /// How long after the creation it is [ms].
    #[inline]
    pub const fn ms(self) -> Ms {
        self.0
    }

    /// This instant of a job created at `created`, as the first job counts.
    #[inline]
    pub fn of_job(self, created: Instant) -> Instant {
        created + self.0
    }

    /// This instant as a job created at `created` counts; its creation, if that came later.
    #[inline]
    pub fn since(self, created: Instant) -> Instant {
        Instant(self.0.saturating_sub(created.0))
    }
}

impl Add<Ms> for Instant {
    type Output = Instant;

    #[inline]
    fn add(self, span: Ms) -> Instant {
        Instant(self.0 + span)
    }
}

impl AddAssign<Ms> for Instant {
    #[inline]
    fn add_assign(&mut self, span: Ms) {
        self.0 += span;
    }
}

impl Sub for Instant {
    type Output = Ms;

    /// The time since an earlier instant [ms].
    #[inline]
    fn sub(self, earlier: Instant) -> Ms {
        self.0 - earlier.0
    }
}
