//! What stands in front of an entry.

use std::io::{self, Read};

use crate::ZipError;

/// "Zip64 extended information" among the extra fields (APPNOTE, section 4.5.3).
const ZIP64: u16 = 1;
/// A length that stands in the Zip64 field instead.
const ELSEWHERE: u32 = u32::MAX;

/// What begins at a place of the archive.
pub(crate) enum Signature {
    Entry,
    /// The table of contents, or what stands behind it.
    Directory,
    Other([u8; 4]),
}

pub(crate) fn signature(reader: &mut impl Read) -> io::Result<Signature> {
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes)?;
    Ok(match &bytes {
        b"PK\x03\x04" => Signature::Entry,
        b"PK\x01\x02" | b"PK\x05\x06" | b"PK\x06\x06" | b"PK\x06\x08" => Signature::Directory,
        _ => Signature::Other(bytes),
    })
}

/// The header in front of an entry (APPNOTE, section 4.3.7).
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc: u32,
    pub(crate) packed: u64,
    pub(crate) unpacked: u64,
    /// Whether its lengths are written with eight bytes, also those behind it.
    pub(crate) zip64: bool,
}

impl Header {
    /// Reads on behind the signature.
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
            packed: u64::from(long(14)),
            unpacked: u64::from(long(18)),
            zip64: false,
        };
        if let Some(field) = field(&extra, ZIP64) {
            header.widen(field, long(18) == ELSEWHERE, long(14) == ELSEWHERE)?;
        } else if !header.has_descriptor() && (long(14) == ELSEWHERE || long(18) == ELSEWHERE) {
            return Err(header.problem("its lengths are missing"));
        }
        Ok(header)
    }

    /// Takes lengths from the Zip64 field, the unpacked one first.
    fn widen(
        &mut self,
        mut field: &[u8],
        is_unpacked: bool,
        is_packed: bool,
    ) -> Result<(), ZipError> {
        self.zip64 = true;
        for (wanted, which) in [(is_unpacked, 0), (is_packed, 1)] {
            if !wanted {
                continue;
            }
            let Some((bytes, rest)) = field.split_first_chunk::<8>() else {
                return Err(self.problem("its Zip64 lengths are cut off"));
            };
            field = rest;
            let length = u64::from_le_bytes(*bytes);
            match which {
                0 => self.unpacked = length,
                _ => self.packed = length,
            }
        }
        Ok(())
    }

    /// Whether length and CRC-32 follow behind the entry instead.
    pub(crate) fn has_descriptor(&self) -> bool {
        self.flags & 0x8 != 0
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.flags & 0x41 != 0
    }

    pub(crate) fn known_size(&self) -> Option<u64> {
        (!self.has_descriptor()).then_some(self.unpacked)
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
