//! The folder that the rasters go into.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use pop_cli::{AtomicFile, Fingerprint, ToolError};
use pop_raster::{CellWindow, Limits, RasterError, RasterFile};

use crate::lock::{Before, Credit, Lock, Pin};

/// The folder, and which changes of its files are accepted.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Files that may be other than the lock says, by name or address.
    accepted: Vec<String>,
}

/// What the lock says of a file that arrives, and what is to be said of it then.
#[derive(Debug, Clone)]
pub(crate) struct Arrival<'a> {
    /// The name it gets.
    pub(crate) file: &'a str,
    pub(crate) url: Option<&'a str>,
    /// Its name in the archive at `url`.
    pub(crate) member: Option<&'a str>,
    pub(crate) pin: Option<&'a Pin>,
    pub(crate) credit: &'a Credit,
}

impl Folder {
    /// A folder, which may not be there yet.
    pub(crate) fn at(path: &Path, accepted: &[String]) -> Self {
        Self {
            path: path.to_owned(),
            accepted: accepted.to_vec(),
        }
    }

    /// Makes the folder where there is none.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn make(&self) -> Result<(), ToolError> {
        std::fs::create_dir_all(&self.path)
            .map_err(|error| ToolError::io(error).in_file(self.path.display()))
    }

    /// Where a file of this name lies, or is to lie.
    pub(crate) fn place(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }

    /// Whether a change of this file is accepted.
    pub(crate) fn accepts(&self, pin: &Pin) -> bool {
        self.accepted.iter().any(|text| names(text, pin))
    }

    /// A name among those accepted that no pin has.
    pub(crate) fn accepts_unknown(&self, lock: &Lock) -> Option<&str> {
        let known = |text: &String| lock.pins().any(|(_, pin)| names(text, pin));
        self.accepted
            .iter()
            .find(|text| !known(text))
            .map(String::as_str)
    }

    /// Length and hash of a file in the folder; `None` where it is not there.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn look(&self, file: &str) -> Result<Option<Fingerprint>, ToolError> {
        let path = self.place(file);
        match File::open(&path).and_then(Fingerprint::of) {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ToolError::io(error).in_file(path.display())),
        }
    }

    /// Begins a file.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn begin(&self, file: &str) -> Result<AtomicFile, ToolError> {
        let path = self.place(file);
        AtomicFile::create(&path).map_err(|error| ToolError::io(error).in_file(path.display()))
    }

    /// Puts a whole file into its place, if it is the one that is meant.
    ///
    /// # Errors
    /// Data: it is not what the lock says. I/O.
    pub(crate) fn finish(&self, part: AtomicFile, arrival: &Arrival<'_>) -> Result<Pin, ToolError> {
        let found = part.fingerprint();
        let mut before = Vec::new();
        if let Some(pin) = arrival.pin {
            before.clone_from(&pin.before);
            if pin.fingerprint() != found {
                if !self.accepts(pin) {
                    return Err(changed(arrival, &pin.fingerprint(), &found));
                }
                before.push(Before {
                    bytes: pin.bytes,
                    sha256: pin.sha256.clone(),
                });
            }
        }
        let path = self.place(arrival.file);
        part.place()
            .map_err(|error| ToolError::io(error).in_file(path.display()))?;
        Ok(Pin {
            file: arrival.file.to_owned(),
            url: arrival.url.map(ToOwned::to_owned),
            member: arrival.member.map(ToOwned::to_owned),
            bytes: found.bytes,
            sha256: found.sha256,
            before,
            credit: arrival.credit.clone(),
        })
    }

    /// Copies a file from elsewhere on this machine.
    ///
    /// # Errors
    /// I/O; data where it is not the one that is meant, or no whole raster.
    pub(crate) fn copy(&self, from: &Path, arrival: &Arrival<'_>) -> Result<Pin, ToolError> {
        let io = |error: io::Error| ToolError::io(error).in_file(from.display());
        let mut source = File::open(from).map_err(io)?;
        let mut part = self.begin(arrival.file)?;
        let mut buffer = vec![0; 1 << 18];
        loop {
            let count = source.read(&mut buffer).map_err(io)?;
            if count == 0 {
                break;
            }
            self.write(&mut part, &buffer[..count], arrival.file)?;
        }
        check_whole(&mut part, arrival.file).map_err(|error| error.in_file(from.display()))?;
        self.finish(part, arrival)
            .map_err(|error| error.in_file(from.display()))
    }

    /// Writes a piece.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn write(
        &self,
        part: &mut AtomicFile,
        piece: &[u8],
        file: &str,
    ) -> Result<(), ToolError> {
        part.write_all(piece)
            .map_err(|error| ToolError::io(error).in_file(self.place(file).display()))
    }
}

/// Whether a text names a pinned file: by its name, a path to it, or its address.
fn names(text: &str, pin: &Pin) -> bool {
    text.rsplit(['/', '\\']).next() == Some(&pin.file) || pin.url.as_deref() == Some(text)
}

/// Both hashes, and what to do.
fn changed(arrival: &Arrival<'_>, pinned: &Fingerprint, found: &Fingerprint) -> ToolError {
    let place = arrival.url.unwrap_or(arrival.file);
    let line = |what: &str, of: &Fingerprint| format!("{what} {} ({} bytes)", of.sha256, of.bytes);
    ToolError::data(format!(
        "has changed: {}, {}",
        line("the lock says", pinned),
        line("found", found)
    ))
    .in_file(place)
    .hint(format!(
        "--accept-changed {} takes the new file and records both; your earlier numbers stand on the old one",
        arrival.file
    ))
}

/// Reads header and directories, and checks that every tile is inside the file: a download that
/// was cut has a good beginning.
///
/// # Errors
/// Data: no raster, or not a whole one.
pub(crate) fn check_whole(part: &mut AtomicFile, file: &str) -> Result<(), ToolError> {
    let source = part.reopen().map_err(ToolError::io)?;
    let broken = |error: RasterError| {
        let failure = ToolError::data(format!("{file} is not whole: {error}"));
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    };
    let raster = RasterFile::open(source, &Limits::default()).map_err(broken)?;
    let layout = raster.layout();
    let all = CellWindow {
        col: 0,
        row: 0,
        width: layout.width,
        height: layout.height,
    };
    for band in 0..raster.bands() {
        raster.check_stored(band, &all).map_err(broken)?;
    }
    Ok(())
}
