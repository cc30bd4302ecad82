//! Times the decoding of a raster, for scripts/bench-decode: all chunks of band 1, on one
//! thread and on two, and the same by the `tiff` crate where it can.
//!
//!     cargo run --release -p pop-raster --example decode -- FILE.tif [ROUNDS]
//!
//! Prints one JSON object: seconds of the best round, the fraction of wall time that one
//! thread was given (a shared machine shows below 1), and valid cells to compare.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for measuring: it reads a clock and a file, and may stop anywhere"
)]

use std::fs::File;
use std::time::Instant;

use pop_raster::{Limits, OnBadValue, RasterFile, ReadRules, Scratch};
use rayon::prelude::*;

/// Nanoseconds this thread has run (Linux), else wall time.
fn thread_seconds(start: Instant) -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(
            || start.elapsed().as_secs_f64(),
            |nanoseconds| nanoseconds / 1e9,
        )
}

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let rounds: usize = args.next().map_or(5, |text| text.parse().unwrap());
    let leave = OnBadValue::LeaveOut;
    let raster = RasterFile::open(File::open(&path).unwrap(), &Limits::default())
        .unwrap()
        .with_rules(ReadRules {
            negative: leave,
            infinite: leave,
        });
    let chunks = raster.layout().count();
    let one =
        |scratch: &mut Scratch, chunk| raster.read_chunk(0, chunk, scratch).unwrap().counts.valid;
    let (mut valid, mut cpu, mut wall1, mut wall2) = (0, f64::MAX, f64::MAX, f64::MAX);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .unwrap();
    for _ in 0..rounds {
        let start = Instant::now();
        let before = thread_seconds(start);
        let mut scratch = Scratch::new();
        valid = (0..chunks)
            .map(|chunk| one(&mut scratch, chunk))
            .sum::<u64>();
        cpu = cpu.min(thread_seconds(start) - before);
        wall1 = wall1.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let both: u64 = pool.install(|| {
            (0..chunks)
                .into_par_iter()
                .map_init(Scratch::new, |s, c| one(s, c))
                .sum()
        });
        wall2 = wall2.min(start.elapsed().as_secs_f64());
        assert_eq!(both, valid);
    }
    let peer = (0..rounds)
        .filter_map(|_| tiff_crate(&path))
        .reduce(f64::min);
    let peer = peer.map_or_else(|| "null".to_owned(), |seconds| seconds.to_string());
    println!(
        "{{\"cpu1\": {cpu}, \"wall1\": {wall1}, \"wall2\": {wall2}, \"valid\": {valid}, \"tiff_crate_cpu1\": {peer}}}"
    );
}

/// Seconds the `tiff` crate takes for the chunks; those it cannot decode are passed over.
fn tiff_crate(path: &str) -> Option<f64> {
    let file = std::io::BufReader::new(File::open(path).ok()?);
    let limits = tiff::decoder::Limits::unlimited();
    let mut decoder = tiff::decoder::Decoder::new(file).ok()?.with_limits(limits);
    let count = decoder
        .tile_count()
        .or_else(|_| decoder.strip_count())
        .ok()?;
    let start = Instant::now();
    let before = thread_seconds(start);
    let read = (0..count)
        .filter(|&chunk| decoder.read_chunk(chunk).is_ok())
        .count();
    (read > 0).then(|| thread_seconds(start) - before)
}
