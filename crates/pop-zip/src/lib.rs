//! Zip archives, read from front to back as they come over the line.
//!
//! An archive's own table of contents stands at its end. A server that ignores ranges
//! makes that useless: whoever wants two entries of a 4 GB archive has to walk over the
//! headers in front of the entries instead (PKWARE's APPNOTE, section 4.3.7), unpack what
//! he wants and drop the rest. Zip64 lengths and trailing data descriptors are understood;
//! every entry that is read to its end is checked against its length and CRC-32.
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

mod body;
mod header;

use std::io::{self, BufRead, Read};

use body::Body;
use header::{Header, Signature};

/// Why an archive cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// The stream failed, or ended before the archive did.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Something else stands where an entry is due.
    #[error("no zip archive: expected the header of entry {entry}, found the bytes {found:02x?}")]
    NotZip {
        /// From 1.
        entry: u64,
        /// What stands there.
        found: [u8; 4],
    },
    /// The archive's header contradicts itself.
    #[error("{name:?}: {problem}")]
    Entry {
        /// The entry's name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// An archive that is walked over once.
#[derive(Debug)]
pub struct Archive<R> {
    reader: R,
    entries: u64,
    current: Option<Body>,
}

/// An entry, to be read or to be passed over.
#[derive(Debug)]
pub struct Entry<'a, R> {
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

    /// The next entry, after passing over what is left of the one before; `None` where the
    /// archive's table of contents begins.
    ///
    /// # Errors
    /// [`ZipError`].
    pub fn next_entry(&mut self) -> Result<Option<Entry<'_, R>>, ZipError> {
        if let Some(mut body) = self.current.take() {
            body.pass(&mut self.reader)?;
        }
        self.entries += 1;
        match header::signature(&mut self.reader)? {
            Signature::Entry => {}
            Signature::Directory => return Ok(None),
            Signature::Other(found) => {
                return Err(ZipError::NotZip {
                    entry: self.entries,
                    found,
                });
            }
        }
        let header = Header::read(&mut self.reader)?;
        let name = header.name.clone();
        let size = header.known_size();
        self.current = Some(Body::new(header));
        Ok(Some(Entry {
            archive: self,
            name,
            size,
        }))
    }
}

impl<R> Entry<'_, R> {
    /// Its name as stored, with folders; not a path to be trusted.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its length once unpacked, where the header in front of it tells.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }
}

impl<R: BufRead> Read for Entry<'_, R> {
    /// Unpacks. At the end, a length or CRC-32 other than announced is an error
    /// ([`io::ErrorKind::InvalidData`]).
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.archive.current {
            Some(body) => body.read(&mut self.archive.reader, buffer),
            None => Ok(0),
        }
    }
}
