//! A file that one process alone works with, until it closes it or ends, however it ends.
//!
//! On Unix the file carries an advisory lock. On Windows it is opened so that nobody else can open it for
//! writing: a lock there would also keep everybody from reading, a second handle of this process included.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file for reading and writing, empty where there is none. `None` if another process holds it.
///
/// Some network file systems have no locks: there nobody is kept out.
///
/// # Errors
/// Those of the file system.
pub fn open_exclusive(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    system::open(&options, path)
}

#[cfg(not(windows))]
mod system {
    use super::*;

    pub(super) fn open(options: &OpenOptions, path: &Path) -> io::Result<Option<File>> {
        let file = options.open(path)?;
        let is_held = matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock));
        Ok((!is_held).then_some(file))
    }
}

#[cfg(windows)]
mod system {
    use std::os::windows::fs::OpenOptionsExt as _;

    use super::*;
    use crate::placing::patiently;

    /// `FILE_SHARE_READ | FILE_SHARE_DELETE`: others may read, rename and remove it.
    const SHARED_FOR_READING: u32 = 1 | 4;
    /// `ERROR_SHARING_VIOLATION`.
    const SHARING_VIOLATION: i32 = 32;

    pub(super) fn open(options: &OpenOptions, path: &Path) -> io::Result<Option<File>> {
        let mut options = options.clone();
        options.share_mode(SHARED_FOR_READING);
        // A file that its last holder has just removed is refused for a moment.
        let is_passing = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
        match patiently(is_passing, || options.open(path)) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_file_can_be_read_and_not_held_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "content").unwrap();
        let held = open_exclusive(&path).unwrap().unwrap();
        assert!(open_exclusive(&path).unwrap().is_none());
        assert_eq!(std::fs::read(&path).unwrap(), b"content");
        drop(held);
        let held = open_exclusive(&path).unwrap().unwrap();
        std::fs::remove_file(&path).unwrap();
        drop(held);
        assert!(!path.exists());
        assert!(open_exclusive(&folder.path().join("no/such")).is_err());
    }
}
