//! What happens when the user, or the system, asks the tool to stop.
//!
//! By default temporary files are removed and the tool ends with 130 at once. A
//! tool that must not stop between two steps (one that writes to a server) calls
//! [`defer`] and looks at [`requested`] where stopping is safe; a second request
//! stops it all the same.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::ExitStatus;

static DEFERRED: AtomicBool = AtomicBool::new(false);
static REQUESTED: AtomicBool = AtomicBool::new(false);
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

#[allow(
    clippy::exit,
    reason = "the handler runs on a thread of its own: there is nobody to return to"
)]
pub(crate) fn install() {
    // A second installation (tests run several tools in one process) changes nothing.
    let _ = ctrlc::set_handler(|| {
        let again = REQUESTED.swap(true, Ordering::SeqCst);
        if DEFERRED.load(Ordering::SeqCst) && !again {
            return;
        }
        remove_temporary_files();
        std::process::exit(i32::from(ExitStatus::Interrupted.code()));
    });
}

pub(crate) fn remove_temporary_files() {
    let mut paths = TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner);
    for path in paths.drain(..) {
        let _ = std::fs::remove_file(path);
    }
}

/// While it lives, its temporary file is removed should the tool be stopped.
#[derive(Debug)]
pub(crate) struct TemporaryFileGuard(PathBuf);

impl TemporaryFileGuard {
    pub(crate) fn new(path: &Path) -> Self {
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
