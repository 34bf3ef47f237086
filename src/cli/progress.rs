//! Progress on a terminal, stopping when asked to, and threads.

use std::error::Error;
use std::io::{self, ErrorKind, IsTerminal};
use std::num::NonZero;
use std::sync::OnceLock;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::exit::Failure;
use crate::cli::signals;
use crate::scenario::io_problem;
use crate::study::Watch;

/// How long a command runs before it shows its progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows a bar with the time remaining once a command has taken a second; ticks once a replication, never a robot.
pub(super) struct Progress {
    bar: ProgressBar,
    began: Instant,
    shown: OnceLock<()>,
    wanted: bool,
}

impl Progress {
    /// A bar for a number of ticks. From now on a signal asks the study to stop, and a second one ends the program.
    pub(super) fn new(ticks: u64, quiet: bool) -> Progress {
        signals::ask_first();
        let bar = ProgressBar::with_draw_target(Some(ticks), ProgressDrawTarget::hidden());
        let template = "{bar:30} {percent}% of {len} replications, {eta} left";
        bar.set_style(
            ProgressStyle::with_template(template).expect("a template known to be sound"),
        );
        Progress {
            bar,
            began: Instant::now(),
            shown: OnceLock::new(),
            wanted: !quiet && io::stderr().is_terminal(),
        }
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watch for Progress {
    fn tick(&self) {
        if !self.wanted {
            return;
        }
        if self.began.elapsed() >= PATIENCE {
            self.shown.get_or_init(|| {
                self.bar
                    .set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
            });
        }
        self.bar.inc(1);
    }

    fn interrupted(&self) -> bool {
        signals::is_asked()
    }
}

/// Starts the threads that studies use, of which this one is the first.
///
/// # Errors
/// The system does not start as many.
pub(super) fn use_threads(threads: Option<u16>) -> Result<(), Failure> {
    let threads = threads.map_or_else(cores, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .use_current_thread();
    let built = pool.build_global();
    // A pool that is there already is no error: results do not depend on it.
    let error = built.as_ref().err().and_then(Error::source);
    let Some(error) = error.and_then(|error| error.downcast_ref()) else {
        return Ok(());
    };
    let problem = match io::Error::kind(error) {
        ErrorKind::WouldBlock => "the system allows no more".to_owned(),
        _ => io_problem(error),
    };
    Err(Failure::Disk(format!(
        "cannot start {threads} threads: {problem}; give fewer with --threads"
    )))
}

/// As many threads as there are cores, which studies use unless they are told.
pub(super) fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}
