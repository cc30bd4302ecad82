//! PackedTiles tiles on their way: a directory lists the sizes of all of them, so they wait until the last is packed.

use std::io::{Read, Seek, SeekFrom, Write};

use super::page::PackedTiles;
use crate::error::RasterError;

/// Where bytes are put and read again: a temporary file, or memory (`std::io::Cursor`).
pub trait Spool: Read + Write + Seek {}

impl<T: Read + Write + Seek> Spool for T {}

/// The tiles of all levels in a spool, one after the other.
pub(super) struct Spooled<'a> {
    spool: &'a mut dyn Spool,
    /// Where each level starts.
    starts: Vec<u64>,
    /// Where each tile ends, level by level.
    ends: Vec<Vec<u64>>,
    at: u64,
}

impl<'a> Spooled<'a> {
    pub(super) fn new(spool: &'a mut dyn Spool) -> Self {
        Self {
            spool,
            starts: Vec::new(),
            ends: Vec::new(),
            at: 0,
        }
    }

    pub(super) fn start_level(&mut self) {
        self.starts.push(self.at);
        self.ends.push(Vec::new());
    }

    pub(super) fn put(&mut self, tile: &[u8]) -> Result<(), RasterError> {
        self.spool.write_all(tile).map_err(failure)?;
        self.at += tile.len() as u64;
        if let Some(ends) = self.ends.last_mut() {
            ends.push(self.at);
        }
        Ok(())
    }
}

impl PackedTiles for Spooled<'_> {
    fn fetch(&mut self, level: usize, tile: usize, bytes: &mut Vec<u8>) -> Result<(), RasterError> {
        let ends = &self.ends[level];
        let start = if tile == 0 {
            self.starts[level]
        } else {
            ends[tile - 1]
        };
        if start != self.at {
            self.spool.seek(SeekFrom::Start(start)).map_err(failure)?;
        }
        bytes.resize((ends[tile] - start) as usize, 0);
        self.spool.read_exact(bytes).map_err(failure)?;
        self.at = ends[tile];
        Ok(())
    }
}

fn failure(source: std::io::Error) -> RasterError {
    RasterError::WriteIo {
        what: "the temporary file",
        source,
    }
}
