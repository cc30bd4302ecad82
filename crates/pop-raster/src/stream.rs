//! A source as the `tiff` crate wants it.

use std::io::{self, Read, Seek, SeekFrom};

use crate::source::ReadAt;

/// `Read + Seek` over a source, through a small buffer; first over the stub.
pub(crate) struct Stream<'a> {
    source: &'a dyn ReadAt,
    len: u64,
    stub: Option<Vec<u8>>,
    at: u64,
    buffer: Vec<u8>,
    buffer_at: u64,
}

impl<'a> Stream<'a> {
    const BUFFER: usize = 4096;

    pub(crate) fn new(source: &'a dyn ReadAt, len: u64, stub: Vec<u8>) -> Self {
        Self {
            source,
            len,
            stub: Some(stub),
            at: 0,
            buffer: Vec::new(),
            buffer_at: 0,
        }
    }

    /// From now on the source itself is read.
    pub(crate) fn leave_stub(&mut self) {
        self.stub = None;
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(stub) = &self.stub {
            let rest = stub.get(self.at as usize..).unwrap_or_default();
            let n = rest.len().min(out.len());
            out[..n].copy_from_slice(&rest[..n]);
            self.at += n as u64;
            return Ok(n);
        }
        let left = self.len.saturating_sub(self.at);
        let n = left.min(out.len() as u64) as usize;
        if n >= Self::BUFFER {
            self.source.read_at(self.at, &mut out[..n])?;
        } else if n > 0 {
            let inside = self.at >= self.buffer_at
                && self.at + n as u64 <= self.buffer_at + self.buffer.len() as u64;
            if !inside {
                self.buffer
                    .resize(left.min(Self::BUFFER as u64) as usize, 0);
                self.source.read_at(self.at, &mut self.buffer)?;
                self.buffer_at = self.at;
            }
            let start = (self.at - self.buffer_at) as usize;
            out[..n].copy_from_slice(&self.buffer[start..start + n]);
        }
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Stream<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
        };
        self.at = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
