//! The local header of an entry.

use std::io::{self, Read};

use crate::ZipError;

/// "Zip64 extended information" among the extra fields (APPNOTE, section 4.5.3).
const ZIP64: u16 = 1;
/// The length is in the Zip64 field.
const IN_ZIP64: u32 = u32::MAX;

/// What begins at the current position.
pub(crate) enum Signature {
    Entry,
    /// The central directory, or its end.
    Directory,
    Other([u8; 4]),
}

pub(crate) fn read_signature(reader: &mut impl Read) -> io::Result<Signature> {
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes)?;
    Ok(match &bytes {
        b"PK\x03\x04" => Signature::Entry,
        b"PK\x01\x02" | b"PK\x05\x06" | b"PK\x06\x06" | b"PK\x06\x08" => Signature::Directory,
        _ => Signature::Other(bytes),
    })
}

/// APPNOTE, section 4.3.7.
#[derive(Debug)]
pub(crate) struct LocalHeader {
    pub(crate) name: String,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc: u32,
    pub(crate) compressed: u64,
    pub(crate) uncompressed: u64,
    /// Whether lengths have eight bytes, also those of the data descriptor.
    pub(crate) zip64: bool,
}

impl LocalHeader {
    /// Reads a header whose signature has been read.
    pub(crate) fn read(reader: &mut impl Read) -> Result<Self, ZipError> {
        let mut fixed = [0; 26];
        reader.read_exact(&mut fixed)?;
        let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let long = |at: usize| {
            u32::from_le_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]])
        };
        let mut name = vec![0; usize::from(short(22))];
        reader.read_exact(&mut name)?;
        let mut extra = vec![0; usize::from(short(24))];
        reader.read_exact(&mut extra)?;
        let mut header = Self {
            name: String::from_utf8_lossy(&name).into_owned(),
            flags: short(2),
            method: short(4),
            crc: long(10),
            compressed: u64::from(long(14)),
            uncompressed: u64::from(long(18)),
            zip64: false,
        };
        if let Some(field) = field(&extra, ZIP64) {
            header.widen(field, long(18) == IN_ZIP64, long(14) == IN_ZIP64)?;
        } else if !header.has_descriptor() && (long(14) == IN_ZIP64 || long(18) == IN_ZIP64) {
            return Err(header.problem("its lengths are missing"));
        }
        Ok(header)
    }

    /// Reads lengths from the Zip64 field, the uncompressed one first.
    fn widen(
        &mut self,
        mut field: &[u8],
        is_uncompressed: bool,
        is_compressed: bool,
    ) -> Result<(), ZipError> {
        self.zip64 = true;
        for (wanted, which) in [(is_uncompressed, 0), (is_compressed, 1)] {
            if !wanted {
                continue;
            }
            let Some((bytes, rest)) = field.split_first_chunk::<8>() else {
                return Err(self.problem("its Zip64 lengths are truncated"));
            };
            field = rest;
            let length = u64::from_le_bytes(*bytes);
            match which {
                0 => self.uncompressed = length,
                _ => self.compressed = length,
            }
        }
        Ok(())
    }

    /// Whether lengths and CRC-32 follow the data.
    pub(crate) fn has_descriptor(&self) -> bool {
        self.flags & 0x8 != 0
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.flags & 0x41 != 0
    }

    pub(crate) fn known_size(&self) -> Option<u64> {
        (!self.has_descriptor()).then_some(self.uncompressed)
    }

    pub(crate) fn problem(&self, problem: impl Into<String>) -> ZipError {
        ZipError::Entry {
            name: self.name.clone(),
            problem: problem.into(),
        }
    }
}

/// The content of an extra field.
fn field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    while let Some((head, rest)) = extra.split_first_chunk::<4>() {
        let found = u16::from_le_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let content = rest.get(..length)?;
        if found == id {
            return Some(content);
        }
        extra = &rest[length..];
    }
    None
}
