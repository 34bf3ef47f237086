//! Signals that ask the program to end: Ctrl-C, SIGTERM and SIGHUP. They end it at once, but while something is played or written: then the first
//! one asks to stop, so that what is finished is written, and the second ends it.

use std::ffi::c_int;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::{consts, flag};

#[cfg(unix)]
const ENDING: [c_int; 3] = [consts::SIGINT, consts::SIGTERM, consts::SIGHUP];
#[cfg(not(unix))]
const ENDING: [c_int; 2] = [consts::SIGINT, consts::SIGTERM];

/// The number of the last of these signals; 0 before any.
static LAST: AtomicUsize = AtomicUsize::new(0);

/// Whether the next one ends the program.
static AT_ONCE: AtomicBool = AtomicBool::new(true);

/// Has the program end as it is asked to, as the first process of a container too, which no signal ends by itself. A file that grows too
/// large is an error of what writes it, and no signal.
///
/// # Errors
/// The system does not take it.
pub(super) fn watch() -> io::Result<()> {
    for signal in ENDING.into_iter().filter(|signal| !is_kept_off(*signal)) {
        flag::register_conditional_shutdown(signal, 128 + signal, &AT_ONCE)?;
        flag::register(signal, &AT_ONCE)?;
        flag::register_usize(signal, &LAST, signal as usize)?;
    }
    #[cfg(unix)]
    {
        static TOO_LARGE: AtomicBool = AtomicBool::new(false);
        flag::register(consts::SIGXFSZ, &TOO_LARGE)?;
    }
    Ok(())
}

/// From now on a signal asks to stop, and the one after it ends the program.
pub(super) fn ask_first() {
    AT_ONCE.store(false, Ordering::SeqCst);
}

/// Whether a signal has asked to stop.
pub(super) fn is_asked() -> bool {
    LAST.load(Ordering::Relaxed) != 0
}

/// The exit code of what a signal has ended.
pub(super) fn exit_code() -> u8 {
    128 + LAST.load(Ordering::Relaxed) as u8
}

/// Whether the signal is SIGHUP, and the program was started by nohup.
#[cfg(unix)]
fn is_kept_off(signal: c_int) -> bool {
    let mut now = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action the call only fills in the present one, for which zeros are a value.
    let now = unsafe {
        libc::sigaction(signal, std::ptr::null(), now.as_mut_ptr());
        now.assume_init()
    };
    signal == consts::SIGHUP && now.sa_sigaction == libc::SIG_IGN
}

#[cfg(not(unix))]
fn is_kept_off(_: c_int) -> bool {
    false
}
