//! The smallest GeoTIFF round a stream of compressed bytes.

/// A file of one strip of `side` x `side` floats: `packed` in compression `code` with a predictor.
pub(crate) fn one_strip(packed: &[u8], code: u16, predictor: u16, side: u16) -> Vec<u8> {
    let mut out = b"II\x2a\0".to_vec();
    let tables = 8 + packed.len().next_multiple_of(2);
    out.extend((tables as u32 + 72).to_le_bytes());
    out.extend(packed);
    out.resize(tables, 0);
    for value in [0.01, 0.01, 0.0, 0.0, 0.0, 0.0, 10.0, 10.0, 0.0_f64] {
        out.extend(value.to_le_bytes());
    }
    let keys_at = tables as u32 + 72 + 2 + 14 * 12 + 4;
    let short = |tag: u16, value: u16| (tag, 3_u16, 1_u32, u32::from(value));
    let entries = [
        short(256, side),
        short(257, side),
        short(258, 32),
        short(259, code),
        short(262, 1),
        (273, 4, 1, 8),
        short(277, 1),
        short(278, side),
        (279, 4, 1, packed.len() as u32),
        short(317, predictor),
        short(339, 3),
        (33550, 12, 3, tables as u32),
        (33922, 12, 6, tables as u32 + 24),
        (34735, 3, 8, keys_at),
    ];
    out.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    out.extend([0; 4]);
    for word in [1_u16, 1, 0, 1, 1024, 0, 1, 2] {
        out.extend(word.to_le_bytes());
    }
    out
}
