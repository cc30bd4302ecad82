//! Changes of a lock file during a run.

use std::path::{Path, PathBuf};

use pop_cli::ToolError;
use pop_worldpop::{Family, RasterName};

use super::{Lock, Pin};

/// The lock file of a run, written after each file.
#[derive(Debug)]
pub(crate) struct LockUpdate {
    pub(crate) lock: Lock,
    /// During an upgrade: the lock file to be replaced when all files are there.
    replaced: Option<Lock>,
}

impl LockUpdate {
    /// For a run that adds pins.
    pub(crate) fn of(lock: Lock) -> Self {
        Self {
            lock,
            replaced: None,
        }
    }

    /// For an upgrade: collects the pins of the new release in `….next` beside the lock file, so
    /// that an interrupted upgrade can be resumed.
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

    /// Pins a file and writes the lock file.
    pub(crate) fn pin(&mut self, name: RasterName, pin: Pin) -> Result<(), ToolError> {
        self.lock.record(name, pin)
    }

    /// After the last file: an upgrade replaces the lock file it began from.
    pub(crate) fn finish(&mut self) -> Result<(), ToolError> {
        let Some(replaced) = self.replaced.take() else {
            // A lock file found in a mirror is copied to where --lock names it.
            let is_new = !self.lock.is_empty() && !self.lock.path().exists();
            return if is_new { self.lock.write() } else { Ok(()) };
        };
        let next = self.lock.path().to_owned();
        self.lock = self.lock.clone().moved_to(replaced.path());
        for (name, pin) in replaced.pins() {
            if name.family() == Family::Global1 {
                self.lock.put(name.clone(), pin.clone());
            }
        }
        self.lock.write()?;
        // Its pins are in the lock file now; a leftover does no harm.
        let _ = std::fs::remove_file(next);
        Ok(())
    }
}

fn next_to(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".next");
    PathBuf::from(name)
}
