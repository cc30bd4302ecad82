//! The data of an entry, stored or deflated.

use std::io::{self, BufRead, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::ZipError;
use crate::local_header::LocalHeader;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// The optional signature of a data descriptor (APPNOTE, section 4.3.9).
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

pub(crate) struct EntryData {
    header: LocalHeader,
    inflate: Decompress,
    crc: Crc,
    /// Bytes read from the stream.
    consumed: u64,
    /// Bytes returned.
    produced: u64,
    done: bool,
}

impl std::fmt::Debug for EntryData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EntryData")
            .field("header", &self.header)
            .field("consumed", &self.consumed)
            .finish_non_exhaustive()
    }
}

impl EntryData {
    pub(crate) fn new(header: LocalHeader) -> Self {
        Self {
            header,
            inflate: Decompress::new(false),
            crc: Crc::new(),
            consumed: 0,
            produced: 0,
            done: false,
        }
    }

    /// Decompresses into `buffer`; 0 at the end, when the entry has been checked.
    pub(crate) fn read(
        &mut self,
        reader: &mut impl BufRead,
        buffer: &mut [u8],
    ) -> io::Result<usize> {
        if self.done || buffer.is_empty() {
            return Ok(0);
        }
        if self.header.is_encrypted() {
            return Err(self.damaged("it is encrypted"));
        }
        let count = match self.header.method {
            DEFLATED => self.inflate(reader, buffer)?,
            STORED if self.header.has_descriptor() => {
                return Err(self.damaged("it is stored without a length in its local header"));
            }
            STORED => self.copy(reader, buffer)?,
            other => {
                return Err(self.damaged(&format!(
                    "its compression method is {other}, expected 0 (stored) or 8 (deflated)"
                )));
            }
        };
        self.crc.update(&buffer[..count]);
        self.produced += count as u64;
        if count == 0 {
            self.done = true;
            self.check(reader)?;
        }
        Ok(count)
    }

    /// Skips the rest of the entry.
    pub(crate) fn skip(&mut self, reader: &mut impl BufRead) -> Result<(), ZipError> {
        if self.done {
            return Ok(());
        }
        if self.header.has_descriptor() {
            // Only decompression finds the end.
            let mut sink = [0; 1 << 14];
            while self.read(reader, &mut sink)? > 0 {}
            return Ok(());
        }
        let rest = self
            .header
            .compressed
            .checked_sub(self.consumed)
            .ok_or_else(|| self.header.problem("it is longer than its header says"))?;
        let skipped = io::copy(&mut reader.by_ref().take(rest), &mut io::sink())?;
        self.done = true;
        if skipped < rest {
            return Err(truncated().into());
        }
        Ok(())
    }

    fn remaining(&self) -> u64 {
        if self.header.has_descriptor() {
            u64::MAX
        } else {
            self.header.compressed.saturating_sub(self.consumed)
        }
    }

    fn copy(&mut self, reader: &mut impl BufRead, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.remaining().min(buffer.len() as u64);
        if most == 0 {
            return Ok(0);
        }
        let count = reader.read(&mut buffer[..most as usize])?;
        if count == 0 {
            return Err(truncated());
        }
        self.consumed += count as u64;
        Ok(count)
    }

    fn inflate(&mut self, reader: &mut impl BufRead, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let remaining = self.remaining();
            let input = reader.fill_buf()?;
            if input.is_empty() && remaining > 0 {
                return Err(truncated());
            }
            let most = remaining.min(input.len() as u64) as usize;
            let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self
                .inflate
                .decompress(&input[..most], buffer, FlushDecompress::None)
                .map_err(|error| self.damaged(&error.to_string()))?;
            let used = self.inflate.total_in() - before_in;
            let made = (self.inflate.total_out() - before_out) as usize;
            reader.consume(used as usize);
            self.consumed += used;
            match status {
                _ if made > 0 => return Ok(made),
                Status::StreamEnd => return Ok(0),
                _ if used == 0 => {
                    return Err(self.damaged("its compressed data end too early"));
                }
                _ => {}
            }
        }
    }

    /// Compares lengths and CRC-32 with those of the local header or data descriptor.
    fn check(&mut self, reader: &mut impl BufRead) -> io::Result<()> {
        if self.header.has_descriptor() {
            self.read_descriptor(reader)?;
        }
        let header = &self.header;
        if (self.consumed, self.produced) != (header.compressed, header.uncompressed) {
            return Err(self.damaged(&format!(
                "{} bytes from {} compressed, expected {} from {}",
                self.produced, self.consumed, header.uncompressed, header.compressed
            )));
        }
        if self.crc.sum() != header.crc {
            return Err(self.damaged(&format!(
                "its CRC-32 is {:08x}, expected {:08x}",
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
        self.header.compressed = length()?;
        self.header.uncompressed = length()?;
        Ok(())
    }

    fn damaged(&self, problem: &str) -> io::Error {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{:?}: {problem}", self.header.name),
        )
    }
}

fn truncated() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the archive ends inside an entry",
    )
}
