//! A download: what has come in, and how fast more does.

use rollcast::model::Ms;

/// The work of a byte [1/1024 bit/s × ms].
pub const STEPS_PER_BYTE: u128 = 8 * 1000 * 1024;

/// A download, in whatever unit of work.
#[derive(Clone, Debug)]
pub struct Download {
    size: u128,
    /// The most that can come in [work per ms].
    pub cap: u128,
    /// Whether the robot is online.
    pub online: bool,
    /// What comes in from now on [work per ms].
    pub rate: u128,
    /// Since it last began anew.
    received: u128,
    /// In all.
    pub carried: u128,
    /// How often it began anew with something lost, and how often it went on with something kept.
    pub restarts: usize,
    pub resumptions: usize,
    /// Up to when all this is counted.
    pub counted_to: Ms,
}

impl Download {
    pub fn new(size: u128, cap: u128, now: Ms) -> Download {
        Download {
            size,
            cap,
            online: false,
            rate: 0,
            received: 0,
            carried: 0,
            restarts: 0,
            resumptions: 0,
            counted_to: now,
        }
    }

    pub fn complete(&self) -> bool {
        self.received >= self.size
    }

    /// Counts what comes in up to a time, and returns how much it is. Nothing does beyond the size.
    pub fn receive_until(&mut self, time: Ms) -> u128 {
        let more = (self.rate * u128::from(time - self.counted_to)).min(self.size - self.received);
        self.received += more;
        self.carried += more;
        self.counted_to = time;
        more
    }

    /// The first millisecond at which all has come in, if nothing changes.
    pub fn completes_at(&self) -> Option<Ms> {
        let rest = self.size - self.received;
        (self.rate > 0)
            .then(|| self.counted_to + Ms::try_from(rest.div_ceil(self.rate)).expect("a time"))
    }

    /// The robot is online or not from now on.
    pub fn set_online(&mut self, online: bool, restarts: bool) {
        if self.online && !online && restarts {
            self.restarts += usize::from(self.received > 0);
            self.received = 0;
        }
        self.resumptions += usize::from(!self.online && online && self.received > 0);
        self.online = online;
        if !online {
            self.rate = 0;
        }
    }

    /// What a milder world would have spared it: by how much it took longer online than its cap alone would have [ms].
    pub fn contention(&self, online: Ms) -> Ms {
        match self.cap {
            0 => 0,
            cap => online.saturating_sub(Ms::try_from(self.carried.div_ceil(cap)).expect("a time")),
        }
    }
}
