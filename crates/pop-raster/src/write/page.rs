//! Pages: their tags, and the order in which everything is written.

use std::io::Write;

use super::NewRaster;
use super::directory::{Directory, TiffFormat, Value};
use crate::clip_record::ClipRecord;
use crate::error::RasterError;
use crate::layout::ChunkLayout;
use crate::sample::{ByteOrder, ChunkKind, PlanarConfiguration};
use crate::tag;

/// What GDAL looks for behind the header to read a tile with one request less
/// (its driver documentation, "Cloud Optimized GeoTIFF").
const STRUCTURE: &str = "LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n\
     BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n ";

/// Largest file of classic TIFF, with room for what stands around the tiles.
const CLASSIC_LIMIT: u64 = u32::MAX as u64 - (1 << 20);

/// One page and the sizes of its packed tiles.
pub(super) struct ImageLevel {
    pub(super) directory: Directory,
    pub(super) chunks: ChunkKind,
    /// Bytes of each tile; 0 for one that is not stored.
    pub(super) sizes: Vec<u64>,
    /// One plane: tiles stand in the order GDAL's structure line promises.
    pub(super) plain_order: bool,
}

/// Where the packed tiles wait until the directories are written.
pub(super) trait PackedTiles {
    /// Fills `bytes` with a tile of a level. The tiles of a level are asked for in their order.
    fn fetch(&mut self, level: usize, tile: usize, bytes: &mut Vec<u8>) -> Result<(), RasterError>;
}

impl ImageLevel {
    fn set_offsets(&mut self, places: &[u64]) {
        let (offsets_tag, counts_tag) = match self.chunks {
            ChunkKind::Tile => (tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS),
            ChunkKind::Strip => (tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS),
        };
        self.directory
            .set(offsets_tag, Value::Offsets(places.to_vec()));
        self.directory
            .set(counts_tag, Value::Offsets(self.sizes.clone()));
    }
}

/// The tags of a page, all but compression and the places of its chunks.
pub(super) fn page_tags(
    raster: &NewRaster,
    layout: &ChunkLayout,
    chunks: ChunkKind,
    planar: PlanarConfiguration,
) -> Result<Directory, RasterError> {
    let bands = raster.bands;
    let mut tags = Directory::default();
    tags.set(tag::IMAGE_WIDTH, Value::Long(vec![layout.width as u32]));
    tags.set(tag::IMAGE_LENGTH, Value::Long(vec![layout.height as u32]));
    tags.set(
        tag::BITS_PER_SAMPLE,
        Value::Short(vec![raster.sample.bytes() as u16 * 8; bands]),
    );
    tags.set(tag::PHOTOMETRIC_INTERPRETATION, Value::Short(vec![1]));
    tags.set(tag::SAMPLES_PER_PIXEL, Value::Short(vec![bands as u16]));
    tags.set(
        tag::PLANAR_CONFIGURATION,
        Value::Short(vec![planar.tiff_code()]),
    );
    let size = |size: usize| Value::Long(vec![size as u32]);
    match chunks {
        ChunkKind::Tile => {
            tags.set(tag::TILE_WIDTH, size(layout.chunk_width));
            tags.set(tag::TILE_LENGTH, size(layout.chunk_height));
        }
        ChunkKind::Strip => tags.set(tag::ROWS_PER_STRIP, size(layout.chunk_height)),
    }
    if bands > 1 {
        tags.set(tag::EXTRA_SAMPLES, Value::Short(vec![0; bands - 1]));
    }
    tags.set(
        tag::SAMPLE_FORMAT,
        Value::Short(vec![raster.sample.tiff_format(); bands]),
    );
    let lattice = &raster.grid.lattice;
    tags.set(
        tag::MODEL_PIXEL_SCALE,
        Value::Double(vec![lattice.cell_width, lattice.cell_height, 0.0]),
    );
    let (west, north) = (raster.grid.west(), raster.grid.north());
    tags.set(
        tag::MODEL_TIEPOINT,
        Value::Double(vec![0.0, 0.0, 0.0, west, north, 0.0]),
    );
    tags.set(
        tag::GEO_KEY_DIRECTORY,
        Value::Short(raster.keys.directory_of_areas()),
    );
    if !raster.keys.doubles.is_empty() {
        tags.set(
            tag::GEO_DOUBLE_PARAMS,
            Value::Double(raster.keys.doubles.clone()),
        );
    }
    if !raster.keys.text.is_empty() {
        tags.set(
            tag::GEO_ASCII_PARAMS,
            Value::Ascii(raster.keys.text.clone()),
        );
    }
    let mut metadata = raster.metadata.clone();
    if let Some(clip) = &raster.clip {
        metadata.push(ClipRecord::ITEM, None, &clip.to_json()?);
    }
    if let Some(xml) = metadata.to_xml() {
        tags.set(tag::GDAL_METADATA, Value::Ascii(xml));
    }
    if let Some(nodata) = &raster.nodata {
        tags.set(tag::GDAL_NODATA, Value::Ascii(nodata.clone()));
    }
    Ok(tags)
}

/// Writes header, directories and data; `levels` from the full raster to the smallest.
pub(super) fn write_levels(
    out: &mut dyn Write,
    order: ByteOrder,
    mut levels: Vec<ImageLevel>,
    packed: &mut dyn PackedTiles,
) -> Result<(), RasterError> {
    let data: u64 = levels
        .iter()
        .flat_map(|level| &level.sizes)
        .map(|size| size + 8)
        .sum();
    let tables: u64 = levels
        .iter()
        .map(|level| level.sizes.len() as u64 * 16 + 4096)
        .sum();
    let format = TiffFormat {
        order,
        big: data + tables > CLASSIC_LIMIT,
    };
    let is_in_order = |level: &ImageLevel| level.chunks == ChunkKind::Tile && level.plain_order;
    let framed = order == ByteOrder::Little && levels.iter().all(is_in_order);
    let structure = if framed {
        format!(
            "GDAL_STRUCTURAL_METADATA_SIZE={:06} bytes\n{STRUCTURE}",
            STRUCTURE.len()
        )
    } else {
        String::new()
    };
    let first = (format.header_len() + structure.len() as u64).next_multiple_of(2);
    let starts = assign_offsets(&mut levels, first, format, framed);
    let mut put = |bytes: &[u8]| {
        out.write_all(bytes).map_err(|source| RasterError::WriteIo {
            what: "the output",
            source,
        })
    };
    put(&format.header(first))?;
    put(structure.as_bytes())?;
    put(&vec![
        0;
        (first - format.header_len()) as usize
            - structure.len()
    ])?;
    for (i, level) in levels.iter().enumerate() {
        let next = if i + 1 < levels.len() {
            starts[i + 1]
        } else {
            0
        };
        put(&level.directory.bytes(starts[i], next, format))?;
    }
    let mut bytes = Vec::new();
    for (number, level) in levels.iter().enumerate().rev() {
        for (tile, &size) in level.sizes.iter().enumerate() {
            if size == 0 {
                continue;
            }
            packed.fetch(number, tile, &mut bytes)?;
            if framed {
                put(&(bytes.len() as u32).to_le_bytes())?;
            }
            put(&bytes)?;
            if framed {
                put(&bytes[bytes.len().saturating_sub(4)..])?;
            }
        }
    }
    Ok(())
}

/// Gives every tile its place; returns where the directories start, from the first at `first`, and where the last ends.
fn assign_offsets(
    levels: &mut [ImageLevel],
    first: u64,
    format: TiffFormat,
    framed: bool,
) -> Vec<u64> {
    // a directory's length depends on how many places it lists, not on which
    for level in &mut *levels {
        let places = vec![0; level.sizes.len()];
        level.set_offsets(&places);
    }
    let mut starts = vec![first];
    for level in &*levels {
        starts.push(starts[starts.len() - 1] + level.directory.len(format));
    }
    let frame = if framed { 4 } else { 0 };
    let mut at = starts[levels.len()];
    for level in levels.iter_mut().rev() {
        let mut place = |&size: &u64| {
            if size == 0 {
                return 0;
            }
            let place = at + frame;
            at = place + size + frame;
            place
        };
        let places: Vec<u64> = level.sizes.iter().map(&mut place).collect();
        level.set_offsets(&places);
    }
    starts
}
