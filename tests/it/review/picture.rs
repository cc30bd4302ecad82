//! Screenshots as a browser writes them: PNG with 8 bits a channel, not interlaced (<https://www.w3.org/TR/png-3/>).

use std::io::Read as _;
use std::path::Path;

/// Rows of pixels: red, green, blue.
pub(super) fn read(file: &Path) -> Vec<Vec<[u8; 3]>> {
    let bytes = std::fs::read(file).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let (width, channels) = match (number(16), bytes[24], bytes[25]) {
        (width, 8, 2) => (width, 3),
        (width, 8, 6) => (width, 4),
        (_, depth, kind) => panic!("a picture of {depth} bits and colour type {kind}"),
    };
    let mut packed = Vec::new();
    let mut at = 8;
    while at < bytes.len() {
        let length = number(at);
        if &bytes[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&bytes[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut filtered = Vec::new();
    flate2::read::ZlibDecoder::new(packed.as_slice())
        .read_to_end(&mut filtered)
        .unwrap();
    let mut rows = Vec::new();
    let mut above = vec![0; width * channels];
    for line in filtered.chunks(width * channels + 1) {
        above = unfiltered(line[0], &line[1..], &above, channels);
        let pixels = above.chunks(channels);
        rows.push(pixels.map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect());
    }
    rows
}

/// A row without its filter (section 9 of the specification).
fn unfiltered(filter: u8, line: &[u8], above: &[u8], channels: usize) -> Vec<u8> {
    let mut row: Vec<u8> = Vec::with_capacity(line.len());
    for (place, &byte) in line.iter().enumerate() {
        let up = above[place];
        let [left, corner] = match place.checked_sub(channels) {
            Some(before) => [row[before], above[before]],
            None => [0, 0],
        };
        let predicted = match filter {
            0 => 0,
            1 => left,
            2 => up,
            3 => u8::midpoint(left, up),
            _ => paeth(left, up, corner),
        };
        row.push(byte.wrapping_add(predicted));
    }
    row
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let [to_left, to_up, to_corner] =
        [left, up, corner].map(|byte| (guess - i16::from(byte)).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}
