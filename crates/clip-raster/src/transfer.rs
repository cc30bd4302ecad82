//! How cells get from the source into the clip: as stored chunks, or written anew.
//!
//! Copying costs a tenth of compressing again, but the window grows to whole chunks. It is the default where the window grows little
//! and nothing else is asked of the cells; they are decoded once all the same, so that a damaged or refused cell is found here.

use geo_inputs::{INFINITE, NEGATIVE};
use pop_cli::Consent;
use pop_raster::{CellWindow, RasterError, Scratch, check_chunks_can_be_copied, whole_chunks};
use rayon::prelude::*;

use crate::ClipRaster;
use crate::source::SourceRaster;

/// So many times the cells of the smallest window a window of whole chunks may have, if nobody asks for it.
const MOST_GROWTH: usize = 4;

/// How the cells of a clip are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// Stored chunks, as they are.
    Copy,
    /// Decoded and compressed again.
    Rewrite,
}

impl Transfer {
    /// What the flags and the raster lead to, with the window it needs. `smallest` is the window of the units.
    pub(crate) fn choose(
        args: &ClipRaster,
        source: &SourceRaster,
        smallest: CellWindow,
        consent: &Consent,
    ) -> (Self, CellWindow) {
        let whole = whole_chunks(source.file().layout(), &smallest);
        if args.like_input {
            return (Self::Copy, whole);
        }
        let asked_to_rewrite = args.mask
            || args.overviews
            || args.compression.is_some()
            || args.margin.is_some()
            || consent.allows(NEGATIVE)
            || consent.allows(INFINITE);
        let grows_little =
            whole.width * whole.height <= MOST_GROWTH * smallest.width * smallest.height;
        if !asked_to_rewrite
            && grows_little
            && check_chunks_can_be_copied(source.file()).is_ok()
            && decode(source, &whole).is_ok()
        {
            (Self::Copy, whole)
        } else {
            // A cell that is refused may be outside the smallest window; inside, writing finds it again.
            (Self::Rewrite, smallest)
        }
    }
}

/// Decodes every chunk of the window once, for the errors alone.
fn decode(source: &SourceRaster, window: &CellWindow) -> Result<(), RasterError> {
    let file = source.file();
    let chunks: Vec<usize> = file.layout().chunks_in(window).collect();
    (0..file.bands()).try_for_each(|band| {
        chunks
            .par_iter()
            .try_for_each_init(Scratch::new, |scratch, &chunk| {
                file.read_chunk(band, chunk, scratch).map(drop)
            })
    })
}
