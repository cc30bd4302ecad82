//! GeoTIFF population grids: georeference, chunks, decoding, nodata, writing.
//!
//! A [`RasterFile`] is opened over anything that gives bytes at a position
//! ([`ReadAt`]); it opens nothing by path and keeps no lock, so threads share it and
//! read chunks with a [`Scratch`] of their own:
//!
//! ```
//! # fn sum(bytes: &[u8]) -> Result<f64, pop_raster::RasterError> {
//! use pop_raster::{Limits, RasterFile, Samples, Scratch};
//!
//! let raster = RasterFile::open(bytes, &Limits::default())?;
//! let mut scratch = Scratch::new();
//! let mut sum = 0.0;
//! for chunk in 0..raster.layout().count() {
//!     match raster.read_chunk(0, chunk, &mut scratch)?.samples {
//!         Samples::F32(cells) => {
//!             sum += cells.iter().filter(|v| !v.is_nan()).map(|&v| f64::from(v)).sum::<f64>();
//!         }
//!         Samples::F64(cells) => sum += cells.iter().filter(|v| !v.is_nan()).sum::<f64>(),
//!     }
//! }
//! # Ok(sum) }
//! ```
//!
//! Cells are delivered north-up, cut to the raster, NaN where there is no valid value.
//! The `tiff` crate walks the container; chunks are unpacked here.

mod byte_order;
mod cell_counts;
mod cell_window;
mod cells;
mod clip_record;
mod codec;
mod container;
mod error;
mod file;
mod fill_values;
mod foreign_format;
mod georeference;
mod grid;
mod header;
mod image;
mod layout;
mod limits;
mod mask;
mod metadata;
mod nodata;
mod predictor;
mod sample;
mod sidecar;
mod source;
mod stream;
mod tag;
mod write;
mod xml_text;

pub use cell_counts::CellCounts;
pub use cell_window::CellWindow;
pub use clip_record::{ClipMask, ClipRecord, MaskMatch, MaskUnit, SourceGrid, SourceWindow};
pub use error::{BadValue, ChunkProblem, GeoreferenceError, RasterError};
pub use file::{Chunk, OnBadValue, RasterFile, ReadRules, Samples, Scratch};
pub use georeference::Crs;
pub use grid::{Grid, Lattice, RasterExtent, RowOrder};
pub use image::ChunkBytes;
pub use layout::ChunkLayout;
pub use limits::{Limits, MAX_PEOPLE_PER_CELL};
pub use metadata::GdalMetadata;
pub use nodata::NoData;
pub use sample::{
    ByteOrder, ChunkKind, Compression, Encoding, PlanarConfiguration, Predictor, SampleType,
};
pub use sidecar::{PamElement, PamError, SidecarContent, read_pam};
pub use source::ReadAt;
pub use write::{
    CellSource, NewRaster, Overviews, Spool, WriteOptions, check_chunks_can_be_copied, copy_chunks,
    whole_chunks, write_geotiff,
};
