//! How a lock changes in the course of a run.

use std::path::{Path, PathBuf};

use pop_cli::ToolError;
use pop_worldpop::{Family, RasterName};

use crate::lock::{Lock, Pin};

/// The lock of a run, and how it comes into its place.
#[derive(Debug)]
pub(crate) struct Keeper {
    /// Follows each file that arrives.
    pub(crate) lock: Lock,
    /// Of an upgrade: the lock that is replaced, once everything has arrived.
    replaced: Option<Lock>,
}

impl Keeper {
    /// Of a run that adds to a lock.
    pub(crate) fn of(lock: Lock) -> Self {
        Self {
            lock,
            replaced: None,
        }
    }

    /// The lock that an upgrade grows in, beside the one that it replaces: it goes on where it was
    /// stopped.
    pub(crate) fn of_upgrade(lock: Lock, release: &str, locked: &str) -> Result<Self, ToolError> {
        if release == locked {
            return Ok(Self::of(lock));
        }
        let path = next_to(lock.path());
        let begun = Lock::read(&path)?;
        let begun = match begun.release()? {
            Some(other) if other != release => Lock::empty(&path),
            _ => begun,
        };
        Ok(Self {
            lock: begun,
            replaced: Some(lock),
        })
    }

    /// Pins a file, and writes that down at once.
    pub(crate) fn put(&mut self, name: RasterName, pin: Pin) -> Result<(), ToolError> {
        self.lock.record(name, pin)
    }

    /// All files have arrived: an upgrade takes the place of the lock it began from.
    pub(crate) fn settle(&mut self) -> Result<(), ToolError> {
        let Some(replaced) = self.replaced.take() else {
            // A lock that came along with a mirror is written where it is looked for.
            let is_new = !self.lock.is_empty() && !self.lock.path().exists();
            return if is_new { self.lock.write() } else { Ok(()) };
        };
        let beside = self.lock.path().to_owned();
        self.lock = self.lock.clone().moved_to(replaced.path());
        for (name, pin) in replaced.pins() {
            if name.family() == Family::Global1 {
                self.lock.put(name.clone(), pin.clone());
            }
        }
        self.lock.write()?;
        // What is left of the way there says nothing any more.
        let _ = std::fs::remove_file(beside);
        Ok(())
    }
}

fn next_to(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".next");
    PathBuf::from(name)
}
