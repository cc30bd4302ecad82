//! Any bytes as a raster: opened, and a few chunks read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pop_raster::{Limits, RasterFile, Scratch};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let Ok(raster) = RasterFile::open(bytes, &limits) else { return };
    let mut scratch = Scratch::new();
    for band in 0..raster.bands().min(3) {
        for chunk in 0..raster.layout().count().min(4) {
            let _ = raster.read_chunk(band, chunk, &mut scratch);
        }
    }
});
