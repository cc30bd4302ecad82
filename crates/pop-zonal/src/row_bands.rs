//! Bands of rows that cut no chunk: the unit of work of a pass over a raster.

use std::ops::Range;

use pop_raster::{ChunkLayout, RowOrder};

/// Bands have about this many rows, where chunks have fewer.
const BAND_ROWS: usize = 256;

/// The bands of a raster: ranges of rows from the north, of whole chunks.
pub(crate) fn row_bands(layout: &ChunkLayout) -> Vec<Range<i64>> {
    let step = (BAND_ROWS / layout.chunk_height.max(1)).max(1);
    let mut bands: Vec<Range<i64>> = (0..layout.down)
        .step_by(step)
        .map(|first| {
            let last = (first + step).min(layout.down) - 1;
            let (a, b) = (
                layout.window(first * layout.across),
                layout.window(last * layout.across),
            );
            a.row.min(b.row) as i64..a.end_row().max(b.end_row()) as i64
        })
        .collect();
    bands.sort_by_key(|band| band.start);
    bands
}

/// The rows of chunks, as they are stored, that make up the band of `rows` rows from row `first`.
pub(crate) fn chunk_rows(layout: &ChunkLayout, first: usize, rows: usize) -> Range<usize> {
    let stored = match layout.row_order {
        RowOrder::NorthUp => first,
        RowOrder::SouthUp => layout.height - first - rows,
    };
    stored / layout.chunk_height..(stored + rows).div_ceil(layout.chunk_height)
}
