//! Zip archives read as a stream, front to back.
//!
//! The data server ignores ranges, so the central directory at the end of an archive is out of
//! reach. This crate reads the local headers instead (PKWARE APPNOTE 6.3.10, section 4.3.7) and
//! extracts or skips each entry as it passes. It reads Zip64 lengths and trailing data
//! descriptors, and checks length and CRC-32 of every entry that is read to its end.
//!
//! Written here because no library streams data descriptors: `zip` 9.8 refuses them in a stream
//! ("the file length is not available in the local header"), and `rc-zip` 5.4 ends such an entry
//! at the length of its local header, which is 0. `rc-zip` also accepts any content where the
//! stored CRC-32 is 0.
//!
//! ```
//! # fn names(archive: &[u8]) -> Result<Vec<String>, pop_zip::ZipError> {
//! let mut archive = pop_zip::Archive::new(archive);
//! let mut names = Vec::new();
//! while let Some(entry) = archive.next_entry()? {
//!     names.push(entry.name().to_owned());
//! }
//! # Ok(names) }
//! ```

mod entry_data;
mod local_header;

use std::io::{self, BufRead, Read};

use entry_data::EntryData;
use local_header::{LocalHeader, Signature, read_signature};

/// Why an archive cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// The stream failed, or ended before the archive did.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Other bytes where a local header must be.
    #[error(
        "not a zip archive: expected the header of entry {entry}, found the bytes {found:02x?}"
    )]
    NotZip {
        /// From 1.
        entry: u64,
        /// The first bytes there.
        found: [u8; 4],
    },
    /// An entry that is damaged, or of a kind that is not supported.
    #[error("{name:?}: {problem}")]
    Entry {
        /// The entry's name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl ZipError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Io(_) => "download it again",
            Self::NotZip { .. } => "check its address: the server may have sent something else",
            Self::Entry { .. } => {
                "extract it with another program, and name the folder as a mirror"
            }
        }
    }
}

/// An archive, read once.
#[derive(Debug)]
pub struct Archive<R> {
    reader: R,
    entries: u64,
    current: Option<EntryData>,
}

/// An entry, to be read or skipped.
#[derive(Debug)]
pub struct ArchiveEntry<'a, R> {
    archive: &'a mut Archive<R>,
    name: String,
    size: Option<u64>,
}

impl<R: BufRead> Archive<R> {
    /// An archive that begins with the next byte of `reader`.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            entries: 0,
            current: None,
        }
    }

    /// The next entry, after skipping the rest of the previous one; `None` at the central
    /// directory.
    ///
    /// # Errors
    /// [`ZipError`].
    pub fn next_entry(&mut self) -> Result<Option<ArchiveEntry<'_, R>>, ZipError> {
        if let Some(mut data) = self.current.take() {
            data.skip(&mut self.reader)?;
        }
        self.entries += 1;
        match read_signature(&mut self.reader)? {
            Signature::Entry => {}
            Signature::Directory => return Ok(None),
            Signature::Other(found) => {
                return Err(ZipError::NotZip {
                    entry: self.entries,
                    found,
                });
            }
        }
        let header = LocalHeader::read(&mut self.reader)?;
        let name = header.name.clone();
        let size = header.known_size();
        self.current = Some(EntryData::new(header));
        Ok(Some(ArchiveEntry {
            archive: self,
            name,
            size,
        }))
    }
}

impl<R> ArchiveEntry<'_, R> {
    /// Its name as stored, with folders; not a path to be trusted.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its uncompressed length, where the local header has it.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }
}

impl<R: BufRead> Read for ArchiveEntry<'_, R> {
    /// Decompresses. At the end, another length or CRC-32 than stored is an error
    /// ([`io::ErrorKind::InvalidData`]).
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.archive.current {
            Some(data) => data.read(&mut self.archive.reader, buffer),
            None => Ok(0),
        }
    }
}
