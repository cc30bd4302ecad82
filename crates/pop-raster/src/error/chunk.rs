//! Chunks that cannot be decoded.

use std::io;

/// Why a chunk cannot be decoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChunkProblem {
    /// Its bytes lie outside the file.
    #[error("its bytes {offset}..{end} lie beyond the end of the file at {len}")]
    BeyondEnd {
        /// First byte.
        offset: u64,
        /// One past the last.
        end: u64,
        /// Length of the file.
        len: u64,
    },
    /// Its bytes lie in the header.
    #[error("its bytes start at {offset}, inside the file header")]
    InHeader {
        /// First byte.
        offset: u64,
    },
    /// It has an offset but no bytes.
    #[error("it has an offset ({offset}) and a length of 0 bytes: its cells were never written")]
    NoBytes {
        /// First byte.
        offset: u64,
    },
    /// The compressed bytes do not unpack.
    #[error("damaged {codec} data: {problem}")]
    Damaged {
        /// Name of the compression.
        codec: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// Fewer bytes than the chunk needs.
    #[error("it unpacks to {found} bytes, {needed} are needed")]
    TooShort {
        /// Bytes that came out.
        found: usize,
        /// Bytes needed.
        needed: usize,
    },
    /// The source failed.
    #[error("cannot read it: {0}")]
    Io(#[from] io::Error),
}

impl ChunkProblem {
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::BeyondEnd { .. } => "the file is truncated: download it again",
            Self::NoBytes { .. } => {
                "the program that wrote the file stopped too early: make it again; to take these cells as having no value, as GDAL does: gdal_translate in.tif out.tif"
            }
            Self::InHeader { .. } | Self::Damaged { .. } | Self::TooShort { .. } => {
                "the file is damaged: download it again"
            }
            Self::Io(_) => "check the disk or network drive that the file is on",
        }
    }
}
