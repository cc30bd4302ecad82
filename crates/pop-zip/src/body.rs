//! The packed bytes of an entry.

use std::io::{self, BufRead, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::ZipError;
use crate::header::Header;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// The optional signature of a data descriptor (APPNOTE, section 4.3.9).
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

/// An entry that is being read.
pub(crate) struct Body {
    header: Header,
    inflate: Decompress,
    crc: Crc,
    /// Packed bytes taken from the stream.
    taken: u64,
    /// Unpacked bytes handed out.
    given: u64,
    done: bool,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body")
            .field("header", &self.header)
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}

impl Body {
    pub(crate) fn new(header: Header) -> Self {
        Self {
            header,
            inflate: Decompress::new(false),
            crc: Crc::new(),
            taken: 0,
            given: 0,
            done: false,
        }
    }

    /// Unpacks into `buffer`; 0 at the checked end.
    pub(crate) fn read(
        &mut self,
        reader: &mut impl BufRead,
        buffer: &mut [u8],
    ) -> io::Result<usize> {
        if self.done || buffer.is_empty() {
            return Ok(0);
        }
        if self.header.is_encrypted() {
            return Err(self.bad("it is encrypted"));
        }
        let count = match self.header.method {
            DEFLATED => self.inflate(reader, buffer)?,
            STORED if self.header.has_descriptor() => {
                return Err(self.bad("it is stored without a length in front of it"));
            }
            STORED => self.copy(reader, buffer)?,
            other => {
                return Err(self.bad(&format!(
                    "it is packed by method {other}, expected 0 (stored) or 8 (deflated)"
                )));
            }
        };
        self.crc.update(&buffer[..count]);
        self.given += count as u64;
        if count == 0 {
            self.done = true;
            self.check(reader)?;
        }
        Ok(count)
    }

    /// Goes behind the entry: over its packed bytes where their number is known.
    pub(crate) fn pass(&mut self, reader: &mut impl BufRead) -> Result<(), ZipError> {
        if self.done {
            return Ok(());
        }
        if self.header.has_descriptor() {
            // Only unpacking finds the end.
            let mut sink = [0; 1 << 14];
            while self.read(reader, &mut sink)? > 0 {}
            return Ok(());
        }
        let rest = self
            .header
            .packed
            .checked_sub(self.taken)
            .ok_or_else(|| self.header.problem("it is longer than announced"))?;
        let passed = io::copy(&mut reader.by_ref().take(rest), &mut io::sink())?;
        self.done = true;
        if passed < rest {
            return Err(cut().into());
        }
        Ok(())
    }

    fn left(&self) -> u64 {
        if self.header.has_descriptor() {
            u64::MAX
        } else {
            self.header.packed.saturating_sub(self.taken)
        }
    }

    fn copy(&mut self, reader: &mut impl BufRead, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.left().min(buffer.len() as u64);
        if most == 0 {
            return Ok(0);
        }
        let count = reader.read(&mut buffer[..most as usize])?;
        if count == 0 {
            return Err(cut());
        }
        self.taken += count as u64;
        Ok(count)
    }

    fn inflate(&mut self, reader: &mut impl BufRead, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = self.left();
            let input = reader.fill_buf()?;
            if input.is_empty() && left > 0 {
                return Err(cut());
            }
            let most = left.min(input.len() as u64) as usize;
            let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self
                .inflate
                .decompress(&input[..most], buffer, FlushDecompress::None)
                .map_err(|error| self.bad(&error.to_string()))?;
            let used = self.inflate.total_in() - before_in;
            let made = (self.inflate.total_out() - before_out) as usize;
            reader.consume(used as usize);
            self.taken += used;
            match status {
                _ if made > 0 => return Ok(made),
                Status::StreamEnd => return Ok(0),
                _ if used == 0 => {
                    return Err(self.bad("its packed bytes end before its content does"));
                }
                _ => {}
            }
        }
    }

    /// What came out against what was announced, in front of the entry or behind it.
    fn check(&mut self, reader: &mut impl BufRead) -> io::Result<()> {
        if self.header.has_descriptor() {
            self.read_descriptor(reader)?;
        }
        let header = &self.header;
        if (self.taken, self.given) != (header.packed, header.unpacked) {
            return Err(self.bad(&format!(
                "{} bytes came out of {}, announced were {} out of {}",
                self.given, self.taken, header.unpacked, header.packed
            )));
        }
        if self.crc.sum() != header.crc {
            return Err(self.bad(&format!(
                "its CRC-32 is {:08x}, announced was {:08x}",
                self.crc.sum(),
                header.crc
            )));
        }
        Ok(())
    }

    fn read_descriptor(&mut self, reader: &mut impl BufRead) -> io::Result<()> {
        let mut crc = [0; 4];
        reader.read_exact(&mut crc)?;
        if crc == DESCRIPTOR {
            reader.read_exact(&mut crc)?;
        }
        self.header.crc = u32::from_le_bytes(crc);
        let mut length = || -> io::Result<u64> {
            let mut bytes = [0; 8];
            let size = if self.header.zip64 { 8 } else { 4 };
            reader.read_exact(&mut bytes[..size])?;
            Ok(u64::from_le_bytes(bytes))
        };
        self.header.packed = length()?;
        self.header.unpacked = length()?;
        Ok(())
    }

    fn bad(&self, problem: &str) -> io::Error {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{:?}: {problem}", self.header.name),
        )
    }
}

fn cut() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the archive ends inside an entry",
    )
}
