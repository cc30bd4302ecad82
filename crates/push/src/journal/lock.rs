//! The file of a journal, held by one process alone.
//!
//! Two commands with one receipt at once would each write, and each call the other's values
//! someone else's. The lock is the system's own and ends with the process, however it ends: a
//! file left by a killed run does not get in the way.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// An open and locked file for a journal.
#[derive(Debug)]
pub(crate) struct JournalLock {
    pub(crate) file: File,
    pub(crate) path: PathBuf,
}

/// Why a journal cannot be locked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalLockError {
    /// Another process holds it.
    #[error("another push with this receipt is running")]
    Busy,
    /// The file system said no.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl JournalLock {
    /// Opens the file, empty where there is none, and locks it.
    ///
    /// # Errors
    /// [`JournalLockError`].
    pub(crate) fn acquire(path: &Path) -> Result<Self, JournalLockError> {
        loop {
            let Some(file) = pop_cli::open_exclusive(path)? else {
                return Err(JournalLockError::Busy);
            };
            // A run that ended in between took its journal away: what is locked then is no file any more.
            if is_at(&file, path)? {
                let path = path.to_owned();
                return Ok(Self { file, path });
            }
        }
    }

    /// Reads the file from its start.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn reader(&self) -> io::Result<&File> {
        (&self.file).seek(SeekFrom::Start(0))?;
        Ok(&self.file)
    }

    /// Takes the file away, whatever it says, and releases the lock.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn remove(self) -> io::Result<()> {
        std::fs::remove_file(&self.path)
    }

    /// Releases the lock, and takes the file away if nothing was written to it.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn release(self) -> io::Result<()> {
        if self.file.metadata()?.len() == 0 {
            std::fs::remove_file(&self.path)?;
        }
        Ok(())
    }
}

/// Whether an open file is the one that a path names.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let own = file.metadata()?;
    match std::fs::metadata(path) {
        Ok(named) => Ok((own.dev(), own.ino()) == (named.dev(), named.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether an open file is the one that a path names.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_exclusive_and_leaves_no_empty_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json.journal");
        let lock = JournalLock::acquire(&path).unwrap();
        assert!(matches!(
            JournalLock::acquire(&path),
            Err(JournalLockError::Busy)
        ));
        lock.release().unwrap();
        assert!(!path.exists());
        // What a killed process left does not keep anyone out.
        std::fs::write(&path, "left").unwrap();
        JournalLock::acquire(&path).unwrap().release().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"left");
        let nowhere = folder.path().join("no/such/folder");
        assert!(matches!(
            JournalLock::acquire(&nowhere),
            Err(JournalLockError::Io(_))
        ));
    }
}
