//! The world as plain data, valid by construction: the fleet, the release, the service's failure codes and weekly
//! maintenance windows.
//!
//! Nothing here draws, plays or prints. A value of these types need not be checked again: `scenario` builds them and
//! reports what is wrong; tests build them by hand.

mod code;
mod connectivity;
mod fleet;
mod presence_log;
mod rate_trace;
mod spells;
mod stage;
mod time;
mod window;

pub use code::{FailureCode, FaultStage, JobFault};
pub use connectivity::{Connectivity, Interrupted, LocalSteps, Spells};
pub use fleet::{
    Architecture, Cohort, Extraction, Fault, Fleet, Latent, ListedRobot, Luck, Probability,
    Release, Script, ScriptStep, Scripts, SharedLink, WatchEnd, World,
};
pub use presence_log::{PresenceLog, RecordedRobot};
pub use rate_trace::RateTrace;
pub use spells::{ConnectivityError, RandomSpells, SPELL_MEAN_MIN_MS};
pub use stage::{STAGES, Stage};
pub use time::{Instant, Ms, NEVER};
pub use window::{
    HORIZON_MS_MAX, Hours, HoursError, HoursKey, LocalClock, Start, StartError, Windows, Zone,
    ZoneError, tzdb_version,
};

/// The most robots a fleet may have. Start orders pack a robot's number into 25 bits; the code that packs asserts that it fits.
pub const ROBOTS_MAX: u32 = 20_000_000;

/// The longest robot deployment timeout the service takes: 7 days.
pub const ROBOT_TIMEOUT_MAX_MS: Ms = 7 * 86_400_000;

/// The shortest robot deployment timeout the service takes: 1 minute.
pub const ROBOT_TIMEOUT_MIN_MS: Ms = 60_000;

/// The service's limit on a whole deployment job: 30 days.
pub const FLEET_TIMEOUT_MAX_MS: Ms = 30 * 86_400_000;
