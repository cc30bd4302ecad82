//! The folder of rasters, and how a file gets into it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use pop_cli::{AtomicFile, Fingerprint, ToolError};

use super::check_complete;
use crate::lock::{Attribution, Lock, Pin, ReplacedContent};

#[derive(Debug)]
pub(crate) struct RasterFolder {
    path: PathBuf,
    /// `--accept-changed`: files by name, path or address.
    accepted: Vec<String>,
}

/// How a new file is named, checked and pinned.
#[derive(Debug, Clone)]
pub(crate) struct Placement<'a> {
    pub(crate) file: &'a str,
    pub(crate) url: Option<&'a str>,
    /// Its name in the archive at `url`.
    pub(crate) member: Option<&'a str>,
    /// What the file must be.
    pub(crate) pin: Option<&'a Pin>,
    pub(crate) attribution: &'a Attribution,
}

impl RasterFolder {
    pub(crate) fn new(path: &Path, accepted: &[String]) -> Self {
        Self {
            path: path.to_owned(),
            accepted: accepted.to_vec(),
        }
    }

    /// Creates the folder if it does not exist.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn create(&self) -> Result<(), ToolError> {
        std::fs::create_dir_all(&self.path).map_err(|error| {
            ToolError::io(error)
                .in_file(self.path.display())
                .hint("name another folder with --folder")
        })
    }

    pub(crate) fn path_of(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }

    /// Whether `--accept-changed` names this file.
    pub(crate) fn accepts_change(&self, pin: &Pin) -> bool {
        self.accepted.iter().any(|text| identifies(text, pin))
    }

    /// The first name given with `--accept-changed` that no pin has.
    pub(crate) fn accepted_but_unknown(&self, lock: &Lock) -> Option<&str> {
        let known = |text: &String| lock.pins().any(|(_, pin)| identifies(text, pin));
        self.accepted
            .iter()
            .find(|text| !known(text))
            .map(String::as_str)
    }

    /// Length and hash of a file of the folder; `None` where it does not exist.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn fingerprint(&self, file: &str) -> Result<Option<Fingerprint>, ToolError> {
        let path = self.path_of(file);
        match File::open(&path).and_then(Fingerprint::of) {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ToolError::io(error).in_file(path.display())),
        }
    }

    /// Creates a temporary file that is to get this name.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn create_file(&self, file: &str) -> Result<AtomicFile, ToolError> {
        let path = self.path_of(file);
        AtomicFile::create(&path).map_err(|error| ToolError::io(error).in_file(path.display()))
    }

    /// # Errors
    /// I/O.
    pub(crate) fn write(
        &self,
        part: &mut AtomicFile,
        bytes: &[u8],
        file: &str,
    ) -> Result<(), ToolError> {
        part.write_all(bytes)
            .map_err(|error| ToolError::io(error).in_file(self.path_of(file).display()))
    }

    /// Gives a complete file its name, if it is what the lock file pins.
    ///
    /// # Errors
    /// Data: not what the lock file pins. I/O.
    pub(crate) fn place(
        &self,
        file: AtomicFile,
        placement: &Placement<'_>,
    ) -> Result<Pin, ToolError> {
        let pin = self.pin(file.fingerprint(), placement)?;
        let path = self.path_of(placement.file);
        file.place()
            .map_err(|error| ToolError::io(error).in_file(path.display()))?;
        Ok(pin)
    }

    /// The pin of a file with this length and hash, if it is what the lock file pins.
    ///
    /// # Errors
    /// Data: not what the lock file pins.
    pub(crate) fn pin(
        &self,
        found: Fingerprint,
        placement: &Placement<'_>,
    ) -> Result<Pin, ToolError> {
        let mut before = Vec::new();
        if let Some(pin) = placement.pin {
            before.clone_from(&pin.before);
            if pin.fingerprint() != found {
                if !self.accepts_change(pin) {
                    return Err(changed(placement, &pin.fingerprint(), &found));
                }
                before.push(ReplacedContent {
                    bytes: pin.bytes,
                    sha256: pin.sha256.clone(),
                });
            }
        }
        Ok(Pin {
            file: placement.file.to_owned(),
            url: placement.url.map(ToOwned::to_owned),
            member: placement.member.map(ToOwned::to_owned),
            bytes: found.bytes,
            sha256: found.sha256,
            before,
            attribution: placement.attribution.clone(),
        })
    }

    /// Copies a file of this machine into the folder.
    ///
    /// # Errors
    /// I/O. Data: not what the lock file pins, or not a complete raster.
    pub(crate) fn copy_file(
        &self,
        from: &Path,
        placement: &Placement<'_>,
    ) -> Result<Pin, ToolError> {
        let io = |error: io::Error| ToolError::io(error).in_file(from.display());
        let mut source = File::open(from).map_err(io)?;
        let mut part = self.create_file(placement.file)?;
        let mut buffer = vec![0; 1 << 18];
        loop {
            let count = source.read(&mut buffer).map_err(io)?;
            if count == 0 {
                break;
            }
            self.write(&mut part, &buffer[..count], placement.file)?;
        }
        let written = part.reopen().map_err(io)?;
        check_complete(written, placement.file).map_err(|error| error.in_file(from.display()))?;
        self.place(part, placement)
            .map_err(|error| error.in_file(from.display()))
    }
}

/// Whether a text names a pinned file: by its name, a path to it, or its address.
fn identifies(text: &str, pin: &Pin) -> bool {
    text.rsplit(['/', '\\']).next() == Some(&pin.file) || pin.url.as_deref() == Some(text)
}

fn changed(placement: &Placement<'_>, pinned: &Fingerprint, found: &Fingerprint) -> ToolError {
    ToolError::data(format!(
        "has changed: sha256 {} ({} bytes), the lock file has {} ({} bytes)",
        found.sha256, found.bytes, pinned.sha256, pinned.bytes
    ))
    .in_file(placement.url.unwrap_or(placement.file))
    .hint(format!(
        "--accept-changed {} takes the new file and records both hashes; earlier sums came from the old one",
        placement.file
    ))
}
