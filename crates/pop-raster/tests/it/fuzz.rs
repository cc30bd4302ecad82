//! Files mutated at random: whatever the bytes, the reader ends by itself, with cells or
//! with an error. A second or so by default; five minutes each with HEADCOUNT_LONG=1.
//! (crates/fuzz has the same two targets for cargo-fuzz.)

use std::path::Path;
use std::time::{Duration, Instant};

use crate::one_strip::one_strip;
use pop_raster::{Limits, OnBadValue, RasterFile, ReadRules, Scratch};

/// xorshift64*: the same mutations in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Numbers that break arithmetic.
const ODD: [u64; 12] = [
    0,
    1,
    7,
    8,
    0x7f,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    1 << 61,
    u64::MAX,
];

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let len = bytes.len();
        if len < 16 {
            return;
        }
        // Directories stand at the front or at the end.
        let at = match random.below(4) {
            0 => random.below(len.min(600)),
            1 => len - 1 - random.below(len.min(600)),
            _ => random.below(len),
        };
        match random.below(6) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.next() as u8,
            2 | 3 => {
                let odd = ODD[random.below(ODD.len())];
                let odd = if random.below(2) == 0 {
                    odd.to_le_bytes()
                } else {
                    odd.to_be_bytes()
                };
                let width = [1, 2, 4, 8][random.below(4)].min(len - at);
                bytes[at..at + width].copy_from_slice(&odd[..width]);
            }
            4 => bytes.truncate(at),
            _ => {
                let from = random.below(len);
                let n = random.below(40).min(len - from).min(len - at);
                bytes.copy_within(from..from + n, at);
            }
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")];
    folders.extend(testdata::find().map(|dir| dir.join("hostile/tiff")));
    let mut paths: Vec<_> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "tif"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .filter(|bytes| bytes.len() < 30_000)
        .collect()
}

/// Opens the bytes and reads a few chunks of a few bands; how many could be read.
fn read(bytes: &[u8], scratch: &mut Scratch) -> usize {
    let limits = Limits::default();
    let Ok(raster) = RasterFile::open(bytes, &limits) else {
        return 0;
    };
    let leave = OnBadValue::LeaveOut;
    let raster = raster.with_rules(ReadRules {
        negative: leave,
        infinite: leave,
    });
    let count = raster.layout().count();
    let mut known = 0;
    for band in 0..raster.bands().min(3) {
        for chunk in [0, 1, count / 2, count - 1]
            .into_iter()
            .filter(|&chunk| chunk < count)
        {
            if let Ok(chunk) = raster.read_chunk(band, chunk, scratch) {
                assert_eq!(chunk.counts.cells(), chunk.window.cells() as u64);
                known += 1;
            }
        }
    }
    known
}

fn budget() -> Duration {
    if testdata::long() {
        Duration::from_secs(300)
    } else {
        Duration::from_millis(1500)
    }
}

#[test]
fn mutated_files_end_by_themselves() {
    let seeds = seeds();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut scratch = Scratch::new();
    let (start, mut files, mut read_chunks) = (Instant::now(), 0_u64, 0);
    while start.elapsed() < budget() {
        let mut bytes = seeds[random.below(seeds.len())].clone();
        mutate(&mut bytes, &mut random);
        let one = Instant::now();
        read_chunks += read(&bytes, &mut scratch);
        assert!(
            one.elapsed() < Duration::from_secs(10),
            "file {files} took {:?}",
            one.elapsed()
        );
        files += 1;
    }
    assert!(read_chunks > 0, "no file of {files} was read");
}

#[test]
fn mutated_streams_of_every_codec_end_by_themselves() {
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut scratch = Scratch::new();
    let plain: Vec<u8> = (0..64_u32 * 64)
        .flat_map(|i| {
            (if i % 7 < 4 {
                -99999.0
            } else {
                (i as f32).sin() * 50.0
            })
            .to_le_bytes()
        })
        .collect();
    let lzw = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
        .encode(&plain)
        .unwrap();
    let zstd = zstd::bulk::compress(&plain, 3).unwrap();
    let mut deflater = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
    let mut deflate = vec![0; deflater.zlib_compress_bound(plain.len())];
    let len = deflater.zlib_compress(&plain, &mut deflate).unwrap();
    deflate.truncate(len);
    let packbits = plain
        .chunks(128)
        .flat_map(|run| [&[127], run].concat())
        .collect();
    let streams = [
        (1, plain),
        (5, lzw),
        (8, deflate),
        (32773, packbits),
        (50000, zstd),
    ];
    let (start, mut read_chunks) = (Instant::now(), 0);
    for (code, stream) in &streams {
        read_chunks += read(&one_strip(stream, *code, 1, 64), &mut scratch);
    }
    // Chunk 0 stands three times in the list of chunks to be read.
    assert_eq!(
        read_chunks,
        3 * streams.len(),
        "the seeds themselves must be read"
    );
    while start.elapsed() < budget() {
        let (code, stream) = &streams[random.below(streams.len())];
        let mut packed = stream.clone();
        for _ in 0..=random.below(3) {
            mutate(&mut packed, &mut random);
        }
        let side = [1, 63, 64, 65, 1000][random.below(5)];
        read(
            &one_strip(&packed, *code, 1 + random.below(3) as u16, side),
            &mut scratch,
        );
    }
}
