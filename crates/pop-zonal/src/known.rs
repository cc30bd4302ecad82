//! Chunks that come again, byte for byte, are decoded once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pop_raster::Tally;

use crate::source::CellSource;
use crate::tally::Sum;

/// What is known of a decoded chunk as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) total: Sum,
    pub(crate) tally: Tally,
}

/// Width, height and stored bytes: chunks that agree in these hold the same cells.
pub(crate) type Key = (usize, usize, Vec<u8>);

/// A stored byte must stand for at least so many cells: only empty country packs like that, and only it comes again.
const LEAST_CELLS_A_BYTE: usize = 8;
/// Stored bytes that are kept of one raster, so that memory does not grow with its height.
const MOST_BYTES: usize = 1 << 20;

/// The short chunks of one raster that were met before.
#[derive(Debug, Default)]
pub(crate) struct KnownChunks(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    chunks: HashMap<Key, Known>,
    bytes: usize,
}

/// What a look among the known chunks gives.
pub(crate) enum Recall {
    /// It was met before.
    Known(Known),
    /// It is new; with a key it is worth keeping.
    New(Option<Key>),
}

impl KnownChunks {
    /// Looks up a chunk of `width` columns and `height` rows.
    ///
    /// # Errors
    /// Where its stored bytes cannot be read.
    pub(crate) fn recall<C: CellSource>(
        &self,
        cells: &C,
        chunk: usize,
        (width, height): (usize, usize),
    ) -> Result<Recall, C::Error> {
        let length = cells.stored_length(chunk);
        if length.saturating_mul(LEAST_CELLS_A_BYTE) > width * height {
            return Ok(Recall::New(None));
        }
        let mut stored = Vec::new();
        cells.read_stored(chunk, &mut stored)?;
        let key = (width, height, stored);
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(match kept.chunks.get(&key) {
            Some(known) => Recall::Known(known.clone()),
            None => Recall::New(Some(key)),
        })
    }

    /// Keeps what was found out about a new chunk.
    pub(crate) fn keep(&self, key: Option<Key>, known: &Known) {
        let Some(key) = key else { return };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + key.2.len() <= MOST_BYTES {
            kept.bytes += key.2.len();
            kept.chunks.insert(key, known.clone());
        }
    }
}
