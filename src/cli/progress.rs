//! Progress on a terminal, and stopping at Ctrl-C.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::study::Watch;

/// How long a command runs before it shows its progress.
const PATIENCE: Duration = Duration::from_secs(1);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Shows a bar with the time remaining once a command has taken a second; ticks once a replication, never a robot.
pub(super) struct Progress {
    bar: ProgressBar,
    began: Instant,
    shown: OnceLock<()>,
    wanted: bool,
}

impl Progress {
    /// A bar for a number of ticks. From now on Ctrl-C asks the study to stop, and a second Ctrl-C ends the program.
    pub(super) fn new(ticks: u64, quiet: bool) -> Progress {
        // The handler can be set once per process; a second command keeps the first.
        let _ = ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        let bar = ProgressBar::with_draw_target(Some(ticks), ProgressDrawTarget::hidden());
        let template = "{bar:30} {percent}% of {len} replications, {eta} left";
        bar.set_style(
            ProgressStyle::with_template(template).expect("a template known to be sound"),
        );
        Progress {
            bar,
            began: Instant::now(),
            shown: OnceLock::new(),
            wanted: !quiet && std::io::stderr().is_terminal(),
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
        INTERRUPTED.load(Ordering::Relaxed)
    }
}

/// Sets the number of threads that studies use.
pub(super) fn use_threads(threads: Option<u16>) {
    if let Some(threads) = threads {
        // The number can be set once per process; results do not depend on it.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.into())
            .build_global();
    }
}
