//! Chunks that come again, byte for byte, are decoded once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pop_raster::CellCounts;

use crate::chunk_source::ChunkSource;
use crate::weighted_sum::WeightedSum;

/// What is known of a decoded chunk as a whole.
#[derive(Debug, Clone)]
pub(crate) struct ChunkSummary {
    pub(crate) total: WeightedSum,
    pub(crate) counts: CellCounts,
}

/// Width, height and stored bytes: chunks that agree in these hold the same cells.
pub(crate) type Key = (usize, usize, Vec<u8>);

/// A stored byte must stand for at least so many cells: only empty country packs like that, and only it comes again.
const LEAST_CELLS_A_BYTE: usize = 8;
/// Stored bytes that are kept of one raster, so that memory does not grow with its height.
const MOST_BYTES: usize = 1 << 20;

/// The short chunks of one raster that were met before.
#[derive(Debug, Default)]
pub(crate) struct ChunkCache(Mutex<CachedChunks>);

#[derive(Debug, Default)]
struct CachedChunks {
    chunks: HashMap<Key, ChunkSummary>,
    bytes: usize,
}

/// What a look among the known chunks gives.
pub(crate) enum CacheLookup {
    /// It was met before.
    Hit(ChunkSummary),
    /// It is new; with a key it is worth keeping.
    Miss(Option<Key>),
}

impl ChunkCache {
    /// Looks up a chunk of `width` columns and `height` rows.
    ///
    /// # Errors
    /// Where its stored bytes cannot be read.
    pub(crate) fn recall<C: ChunkSource>(
        &self,
        cells: &C,
        chunk: usize,
        (width, height): (usize, usize),
    ) -> Result<CacheLookup, C::Error> {
        let length = cells.stored_length(chunk);
        if length.saturating_mul(LEAST_CELLS_A_BYTE) > width * height {
            return Ok(CacheLookup::Miss(None));
        }
        let mut stored = Vec::new();
        cells.read_stored(chunk, &mut stored)?;
        let key = (width, height, stored);
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(match kept.chunks.get(&key) {
            Some(known) => CacheLookup::Hit(known.clone()),
            None => CacheLookup::Miss(Some(key)),
        })
    }

    /// Keeps what was found out about a new chunk.
    pub(crate) fn keep(&self, key: Option<Key>, known: &ChunkSummary) {
        let Some(key) = key else { return };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + key.2.len() <= MOST_BYTES {
            kept.bytes += key.2.len();
            kept.chunks.insert(key, known.clone());
        }
    }
}
