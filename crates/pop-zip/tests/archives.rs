//! Archives of every layout, complete and damaged.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::io::{BufReader, Read, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use pop_zip::{Archive, ZipError};

#[derive(Clone, Copy, PartialEq)]
enum Layout {
    /// Lengths in front, four bytes each.
    Plain,
    /// Lengths in front, in the Zip64 field.
    Zip64,
    /// Lengths descriptor, with a signature.
    Descriptor,
    /// Lengths descriptor, eight bytes each and without a signature.
    Descriptor64,
    /// Not packed.
    Stored,
}

const LAYOUTS: [Layout; 5] = [
    Layout::Plain,
    Layout::Zip64,
    Layout::Descriptor,
    Layout::Descriptor64,
    Layout::Stored,
];

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn entry(name: &str, content: &[u8], layout: Layout) -> Vec<u8> {
    let packed = if layout == Layout::Stored {
        content.to_vec()
    } else {
        deflate(content)
    };
    let descriptor = matches!(layout, Layout::Descriptor | Layout::Descriptor64);
    let wide = matches!(layout, Layout::Zip64 | Layout::Descriptor64);
    let lengths = [packed.len() as u64, content.len() as u64];
    let mut out = b"PK\x03\x04\x2d\x00".to_vec();
    out.extend(if descriptor { 8_u16 } else { 0 }.to_le_bytes());
    out.extend(if layout == Layout::Stored { 0_u16 } else { 8 }.to_le_bytes());
    out.extend([0; 4]);
    out.extend(if descriptor { 0 } else { crc(content) }.to_le_bytes());
    for length in lengths {
        let shown = match (wide, descriptor) {
            (true, _) => u32::MAX,
            (false, true) => 0,
            (false, false) => length as u32,
        };
        out.extend(shown.to_le_bytes());
    }
    let mut extra = vec![0x55, 0x54, 1, 0, 9];
    if wide {
        extra.extend([1, 0, 16, 0]);
        for length in [lengths[1], lengths[0]] {
            extra.extend(if descriptor { 0 } else { length }.to_le_bytes());
        }
    }
    out.extend((name.len() as u16).to_le_bytes());
    out.extend((extra.len() as u16).to_le_bytes());
    out.extend(name.as_bytes());
    out.extend(extra);
    out.extend(packed);
    if descriptor {
        if layout == Layout::Descriptor {
            out.extend(b"PK\x07\x08");
        }
        out.extend(crc(content).to_le_bytes());
        for length in lengths {
            match wide {
                true => out.extend(length.to_le_bytes()),
                false => out.extend((length as u32).to_le_bytes()),
            }
        }
    }
    out
}

/// Contents that do and do not shrink, one of them empty.
fn contents() -> Vec<(String, Vec<u8>)> {
    let mut seed = 1_u32;
    let noise = (0..70_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        })
        .collect();
    vec![
        ("a/zeros.tif".to_owned(), vec![0; 300_000]),
        ("empty.tif".to_owned(), Vec::new()),
        ("noise.tif".to_owned(), noise),
        ("é.txt".to_owned(), b"people".to_vec()),
    ]
}

fn archive(layout: Layout) -> Vec<u8> {
    let mut bytes: Vec<u8> = contents()
        .iter()
        .flat_map(|(name, content)| entry(name, content, layout))
        .collect();
    bytes.extend(b"PK\x01\x02 the table of contents is never looked at");
    bytes
}

type Read_ = Vec<(String, Vec<u8>)>;

fn read(bytes: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Read_, ZipError> {
    // A small buffer, so that everything is cut somewhere.
    let mut archive = Archive::new(BufReader::with_capacity(7, bytes));
    let mut found = Vec::new();
    while let Some(mut entry) = archive.next_entry()? {
        if wanted(entry.name()) {
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            found.push((entry.name().to_owned(), content));
        }
    }
    Ok(found)
}

#[test]
fn entries_of_every_layout_are_extracted() {
    for layout in LAYOUTS {
        assert_eq!(read(&archive(layout), |_| true).unwrap(), contents());
    }
}

#[test]
fn entries_can_be_skipped_also_halfway() {
    for layout in LAYOUTS {
        let bytes = archive(layout);
        let found = read(&bytes, |name| name == "noise.tif").unwrap();
        assert_eq!(found, contents()[2..3]);
        let mut archive = Archive::new(bytes.as_slice());
        let mut first = archive.next_entry().unwrap().unwrap();
        first.read_exact(&mut [0; 10]).unwrap();
        let second = archive.next_entry().unwrap().unwrap();
        assert_eq!(second.name(), "empty.tif");
    }
}

#[test]
fn an_archive_truncated_anywhere_is_an_error() {
    for layout in LAYOUTS {
        let bytes = archive(layout);
        let end = bytes.len() - b" the table of contents is never looked at".len();
        for wanted in [true, false] {
            for cut in (0..end).step_by(97).chain(end - 40..end) {
                let result = read(&bytes[..cut], |_| wanted);
                assert!(matches!(result, Err(ZipError::Io(_))), "cut at {cut}");
            }
        }
    }
}

#[test]
fn a_changed_byte_is_noticed_where_the_entry_is_read() {
    for layout in LAYOUTS {
        let bytes = entry("a.tif", &[7; 5000], layout);
        let packed = 30 + 5 + 5;
        for at in packed..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            changed.extend(b"PK\x01\x02");
            let read = read(&changed, |_| true);
            let same = read.as_ref().is_ok_and(|found| found[0].1 == [7; 5000]);
            // Bytes of the extra field or of the signature descriptor may be anything.
            assert!(read.is_err() || same, "byte {at}");
        }
    }
}

#[test]
fn unsupported_archives_are_refused_by_name() {
    let message = |bytes: &[u8]| read(bytes, |_| true).unwrap_err().to_string();
    assert!(
        message(b"<!DOCTYPE html>")
            .starts_with("not a zip archive: expected the header of entry 1")
    );
    let mut encrypted = entry("a", b"x", Layout::Plain);
    encrypted[6] |= 1;
    assert_eq!(message(&encrypted), "\"a\": it is encrypted");
    let mut other = entry("a", b"x", Layout::Plain);
    other[8] = 14;
    assert!(message(&other).contains("method is 14"));
    let mut missing = entry("a", b"x", Layout::Plain);
    missing[18..22].fill(0xff);
    assert_eq!(message(&missing), "\"a\": its lengths are missing");
    let mut descriptor = entry("a", b"x", Layout::Stored);
    descriptor[6] |= 8;
    assert!(message(&descriptor).contains("without a length"));
}
