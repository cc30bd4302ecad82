//! What a file may ask for, and a cell may hold, before it is refused.

/// The most people that one cell can hold. Above it, a value is an undeclared nodata value or not a count of people.
pub const MAX_PEOPLE_PER_CELL: f64 = 1e9;

/// Bounds on what a file may claim. A file over one of them is refused by name.
///
/// They stand beside a rule that needs no number: nothing is allocated that the
/// bytes really in the file cannot fill.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Cells in a row or a column.
    pub side: u64,
    /// Tiles or strips of all bands.
    pub chunks: u64,
    /// Bands.
    pub bands: u64,
    /// Pages (directories) in the file.
    pub pages: usize,
    /// Entries in one directory.
    pub tags: u64,
    /// Bytes of one decoded chunk, all interleaved bands together.
    pub chunk_bytes: u64,
    /// Bytes of one text tag.
    pub text_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            side: 10_000_000,
            chunks: 20_000_000,
            bands: 1_000,
            pages: 256,
            tags: 4_096,
            chunk_bytes: 256 << 20,
            text_bytes: 1 << 20,
        }
    }
}
