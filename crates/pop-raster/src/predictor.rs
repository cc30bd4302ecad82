//! Undoing and applying TIFF's predictors, row by row, in the file's byte order.

use crate::sample::{ByteOrder, Predictor};

/// The shape of one row of a chunk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Samples in a row, all interleaved bands together.
    pub(crate) samples: usize,
    /// Interleaved bands: a sample is predicted from the one this far back.
    pub(crate) stride: usize,
    /// Bytes of a sample.
    pub(crate) bytes: usize,
    /// Byte order of the samples.
    pub(crate) order: ByteOrder,
}

/// Turns differences back into samples. `data` holds whole rows; `line` is scratch.
pub(crate) fn undo(predictor: Predictor, data: &mut [u8], row: Row, line: &mut Vec<u8>) {
    let row_bytes = row.samples * row.bytes;
    match predictor {
        Predictor::None => {}
        Predictor::Horizontal => {
            for cells in data.chunks_exact_mut(row_bytes) {
                add_up(cells, row);
            }
        }
        Predictor::FloatingPoint => {
            line.resize(row_bytes, 0);
            for cells in data.chunks_exact_mut(row_bytes) {
                undo_float(cells, row, line);
            }
        }
    }
}

/// Integer samples: each is stored as its difference from the one a stride before.
fn add_up(cells: &mut [u8], row: Row) {
    match (row.bytes, row.order) {
        (1, _) => {
            for i in row.stride..cells.len() {
                cells[i] = cells[i].wrapping_add(cells[i - row.stride]);
            }
        }
        (2, ByteOrder::Little) => {
            add_words(
                cells,
                row.stride,
                u16::from_le_bytes,
                u16::wrapping_add,
                u16::to_le_bytes,
            );
        }
        (2, ByteOrder::Big) => {
            add_words(
                cells,
                row.stride,
                u16::from_be_bytes,
                u16::wrapping_add,
                u16::to_be_bytes,
            );
        }
        (4, ByteOrder::Little) => {
            add_words(
                cells,
                row.stride,
                u32::from_le_bytes,
                u32::wrapping_add,
                u32::to_le_bytes,
            );
        }
        (4, ByteOrder::Big) => {
            add_words(
                cells,
                row.stride,
                u32::from_be_bytes,
                u32::wrapping_add,
                u32::to_be_bytes,
            );
        }
        (_, ByteOrder::Little) => {
            add_words(
                cells,
                row.stride,
                u64::from_le_bytes,
                u64::wrapping_add,
                u64::to_le_bytes,
            );
        }
        (_, ByteOrder::Big) => {
            add_words(
                cells,
                row.stride,
                u64::from_be_bytes,
                u64::wrapping_add,
                u64::to_be_bytes,
            );
        }
    }
}

fn add_words<const N: usize, T: Copy + Default>(
    cells: &mut [u8],
    stride: usize,
    load: impl Fn([u8; N]) -> T,
    add: impl Fn(T, T) -> T,
    store: impl Fn(T) -> [u8; N],
) {
    let (words, _) = cells.as_chunks_mut::<N>();
    if stride == 1 {
        let mut sum = T::default();
        for word in words {
            sum = add(sum, load(*word));
            *word = store(sum);
        }
        return;
    }
    for i in stride..words.len() {
        words[i] = store(add(load(words[i]), load(words[i - stride])));
    }
}

/// Floats: the row's bytes are differences of planes, most significant bytes first.
fn undo_float(cells: &mut [u8], row: Row, line: &mut [u8]) {
    if row.stride == 1 {
        let mut sum = 0_u8;
        for (to, &from) in line.iter_mut().zip(cells.iter()) {
            sum = sum.wrapping_add(from);
            *to = sum;
        }
    } else {
        line.copy_from_slice(cells);
        for i in row.stride..line.len() {
            line[i] = line[i].wrapping_add(line[i - row.stride]);
        }
    }
    match row.bytes {
        2 => gather::<2>(cells, line, row),
        4 => gather::<4>(cells, line, row),
        _ => gather::<8>(cells, line, row),
    }
}

/// Puts a sample's bytes, one from each plane, side by side.
fn gather<const N: usize>(cells: &mut [u8], planes: &[u8], row: Row) {
    let mut plane: [&[u8]; N] = [&[]; N];
    for (slot, bytes) in plane.iter_mut().zip(planes.chunks_exact(row.samples)) {
        *slot = bytes;
    }
    if row.order == ByteOrder::Little {
        plane.reverse();
    }
    let (words, _) = cells.as_chunks_mut::<N>();
    for (i, word) in words.iter_mut().enumerate().take(row.samples) {
        for (byte, plane) in word.iter_mut().zip(&plane) {
            *byte = plane[i];
        }
    }
}

/// Turns samples into differences. `data` holds whole rows; `line` is scratch.
pub(crate) fn apply(predictor: Predictor, data: &mut [u8], row: Row, line: &mut Vec<u8>) {
    let row_bytes = row.samples * row.bytes;
    match predictor {
        Predictor::None => {}
        Predictor::Horizontal => {
            for cells in data.chunks_exact_mut(row_bytes) {
                take_differences(cells, row);
            }
        }
        Predictor::FloatingPoint => {
            line.resize(row_bytes, 0);
            for cells in data.chunks_exact_mut(row_bytes) {
                scatter(cells, line, row);
                cells[..row.stride].copy_from_slice(&line[..row.stride]);
                for i in row.stride..cells.len() {
                    cells[i] = line[i].wrapping_sub(line[i - row.stride]);
                }
            }
        }
    }
}

fn take_differences(cells: &mut [u8], row: Row) {
    let n = row.bytes;
    let at = |cells: &[u8], i: usize| {
        let word = &cells[i * n..(i + 1) * n];
        match (n, row.order) {
            (1, _) => u64::from(word[0]),
            (2, order) => u64::from(order.u16(word)),
            (4, order) => u64::from(order.u32(word)),
            (_, order) => order.u64(word),
        }
    };
    for i in (row.stride..row.samples).rev() {
        let difference = at(cells, i).wrapping_sub(at(cells, i - row.stride));
        let bytes = difference.to_le_bytes();
        let word = &mut cells[i * n..(i + 1) * n];
        word.copy_from_slice(&bytes[..n]);
        if row.order == ByteOrder::Big {
            word.reverse();
        }
    }
}

/// Sorts the bytes of a row into planes, most significant first.
fn scatter(cells: &[u8], planes: &mut [u8], row: Row) {
    for (i, word) in cells.chunks_exact(row.bytes).enumerate() {
        for (k, &byte) in word.iter().enumerate() {
            let plane = match row.order {
                ByteOrder::Little => row.bytes - 1 - k,
                ByteOrder::Big => k,
            };
            planes[plane * row.samples + i] = byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_is_the_inverse_of_apply() {
        for bytes in [1, 2, 4, 8] {
            for stride in [1, 3] {
                for order in [ByteOrder::Little, ByteOrder::Big] {
                    for predictor in [
                        Predictor::None,
                        Predictor::Horizontal,
                        Predictor::FloatingPoint,
                    ] {
                        if predictor == Predictor::FloatingPoint && bytes == 1 {
                            continue;
                        }
                        let row = Row {
                            samples: 7 * stride,
                            stride,
                            bytes,
                            order,
                        };
                        let data: Vec<u8> = (0..row.samples * bytes * 3)
                            .map(|i| (i * 151 % 256) as u8)
                            .collect();
                        let mut copy = data.clone();
                        let mut line = Vec::new();
                        apply(predictor, &mut copy, row, &mut line);
                        undo(predictor, &mut copy, row, &mut line);
                        assert_eq!(copy, data, "{row:?} {predictor:?}");
                    }
                }
            }
        }
    }
}
