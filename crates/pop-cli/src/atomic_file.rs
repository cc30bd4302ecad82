//! A file that appears under its name only once it is whole.

#[cfg(any(unix, test))]
use std::fs;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::hashing::{ContentHasher, Fingerprint};
use crate::interrupt::TemporaryFileGuard;
use crate::placing::{check_replaceable, explained, is_in_use, patiently};

/// A file that gets its name once it is whole; hashed as it is written.
///
/// It grows under a temporary name in the folder of its target. Dropped before
/// [`AtomicFile::place`], and where the tool is stopped, nothing of it is left.
#[derive(Debug)]
pub struct AtomicFile {
    file: NamedTempFile,
    target: PathBuf,
    hasher: ContentHasher,
    _guard: TemporaryFileGuard,
}

impl AtomicFile {
    /// Begins a file that is to be called `target`.
    ///
    /// # Errors
    /// Where its folder cannot be written to.
    pub fn create(target: &Path) -> io::Result<Self> {
        let file = temporary_beside(target)?;
        Ok(Self {
            _guard: TemporaryFileGuard::new(file.path()),
            file,
            target: target.to_owned(),
            hasher: ContentHasher::default(),
        })
    }

    /// What was written so far, from its beginning.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn reopen(&mut self) -> io::Result<File> {
        let mut file = self.file.reopen()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }

    /// Length and hash of what was written so far.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.hasher.clone().fingerprint()
    }

    /// Puts the file into its place, after everything has reached the disk.
    ///
    /// # Errors
    /// Where that fails; the place is then as it was.
    pub fn place(self) -> io::Result<Fingerprint> {
        self.file.as_file().sync_all()?;
        persist(self.file, &self.target)?;
        Ok(self.hasher.fingerprint())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Gives a temporary file its name; it is removed where that fails.
pub(crate) fn persist(file: NamedTempFile, target: &Path) -> io::Result<()> {
    let mut path = Some(file.into_temp_path());
    patiently(is_in_use, || match path.take() {
        Some(part) => part.persist(target).map_err(|failed| {
            path = Some(failed.path);
            failed.error
        }),
        None => Ok(()),
    })
    .map_err(|error| explained(error, target))
}

/// A temporary file in the folder of `path`, with the permissions the finished file is to have.
pub(crate) fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    check_replaceable(path)?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let stem = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let prefix = format!(".{stem}.");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    // On Windows a file inherits its permissions from the folder.
    #[cfg(unix)]
    builder.permissions(fs::metadata(path).map_or_else(
        |_| std::os::unix::fs::PermissionsExt::from_mode(0o666),
        |metadata| metadata.permissions(),
    ));
    builder
        .tempfile_in(folder)
        .map_err(|error| io::Error::new(error.kind(), unwritable(&error)))
}

/// Why a file cannot be made, without the system's numbers.
#[must_use]
pub fn unwritable(error: &io::Error) -> String {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "no such folder".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not write there".to_owned(),
        io::ErrorKind::InvalidFilename => "not a valid file name".to_owned(),
        _ => error.to_string(),
    };
    format!("cannot be written: {why}")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_part_is_nothing_until_it_is_placed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.tif");
        fs::write(&target, "old").unwrap();
        let mut dropped = AtomicFile::create(&target).unwrap();
        dropped.write_all(b"half").unwrap();
        drop(dropped);
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        let mut placed = AtomicFile::create(&target).unwrap();
        placed.write_all(b"ab").unwrap();
        placed.write_all(b"c").unwrap();
        let mut again = String::new();
        placed.reopen().unwrap().read_to_string(&mut again).unwrap();
        assert_eq!(again, "abc");
        let fingerprint = placed.place().unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "abc");
        assert_eq!(fingerprint, Fingerprint::of(&b"abc"[..]).unwrap());
        assert_eq!(fingerprint.sha256, crate::sha256_hex(b"abc"));
    }
}
