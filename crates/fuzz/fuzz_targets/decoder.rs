//! Any bytes as the compressed data of one strip; LZW is held against weezl by tests.
#![no_main]

#[path = "../../pop-raster/tests/one_strip/mod.rs"]
mod one_strip;

use libfuzzer_sys::fuzz_target;
use pop_raster::{Limits, RasterFile, Scratch};

fuzz_target!(|bytes: &[u8]| {
    let [codec, predictor, side, packed @ ..] = bytes else { return };
    let code = [1, 5, 8, 32773, 50000][usize::from(codec % 5)];
    let file = one_strip::one_strip(packed, code, u16::from(predictor % 3) + 1, u16::from(*side) * 4 + 1);
    if let Ok(raster) = RasterFile::open(file.as_slice(), &Limits::default()) {
        let _ = raster.read_chunk(0, 0, &mut Scratch::new());
    }
});
