//! What happens when the user, or the system, asks the tool to stop.
//!
//! By default temporary files are removed, the tool says so and ends at once with 128 and the
//! number of the signal: 130 for Ctrl-C (SIGINT), 143 for SIGTERM, 129 for SIGHUP. A tool that
//! must not stop between two steps (one that writes to a server) calls [`defer`] and looks at
//! [`requested`] where stopping is safe; a second request stops it all the same.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

/// POSIX numbers: the same on every Unix.
const SIGINT: u8 = 2;

static DEFERRED: AtomicBool = AtomicBool::new(false);
static REQUESTED: AtomicBool = AtomicBool::new(false);
/// The signal that asked for the stop; Ctrl-C where there are no signals.
static SIGNAL: AtomicU8 = AtomicU8::new(SIGINT);
static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// From now on a request to stop only sets [`requested`]; a second one stops at once.
pub fn defer() {
    DEFERRED.store(true, Ordering::SeqCst);
}

/// Whether a stop has been asked for.
#[must_use]
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// The exit status of an interrupted tool, as a shell gives it for the signal.
pub(crate) fn exit_code() -> u8 {
    128 + SIGNAL.load(Ordering::SeqCst)
}

/// Listens for SIGINT, SIGTERM and SIGHUP from now on.
#[cfg(unix)]
pub(crate) fn install(tool: &'static str) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
        return;
    };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            stop(tool, u8::try_from(signal).unwrap_or(self::SIGINT));
        }
    });
}

/// Listens for Ctrl-C from now on.
#[cfg(not(unix))]
pub(crate) fn install(tool: &'static str) {
    // A second installation (tests run several tools in one process) changes nothing.
    let _ = ctrlc::set_handler(move || stop(tool, SIGINT));
}

#[allow(
    clippy::exit,
    reason = "signals are handled on a thread of their own: there is nobody to return to"
)]
fn stop(tool: &str, signal: u8) {
    SIGNAL.store(signal, Ordering::SeqCst);
    let again = REQUESTED.swap(true, Ordering::SeqCst);
    let deferred = DEFERRED.load(Ordering::SeqCst) && !again;
    let text = if deferred {
        "interrupted: waiting for the answer to the request under way; interrupt again to stop at once"
    } else {
        "interrupted"
    };
    // A stderr that is closed leaves nobody to tell.
    let _ = writeln!(std::io::stderr().lock(), "{tool}: {text}");
    if !deferred {
        remove_temporary_files();
        std::process::exit(i32::from(exit_code()));
    }
}

pub(crate) fn remove_temporary_files() {
    let mut paths = TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner);
    for path in paths.drain(..) {
        let _ = std::fs::remove_file(path);
    }
}

/// While it lives, its temporary file is removed should the tool be stopped.
#[derive(Debug)]
pub struct TemporaryFileGuard(PathBuf);

impl TemporaryFileGuard {
    /// For the file at `path`.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let mut paths = TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner);
        paths.push(path.to_owned());
        Self(path.to_owned())
    }
}

impl Drop for TemporaryFileGuard {
    fn drop(&mut self) {
        let mut paths = TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner);
        paths.retain(|known| *known != self.0);
    }
}
