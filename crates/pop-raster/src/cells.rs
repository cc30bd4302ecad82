//! From stored samples to cells: every cell without a valid value becomes NaN, and each
//! rule's hits are counted.

use crate::cell_counts::CellCounts;
use crate::error::BadValue;
use crate::fill_values::{self, FILL_VALUES};
use crate::grid::RowOrder;
use crate::limits::MAX_PEOPLE_PER_CELL;
use crate::nodata::{NEAR_NODATA, NoDataMatch};
use crate::predictor::Row;
use crate::sample::{ByteOrder, SampleType};

/// The first cell of a chunk that breaks a rule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BadCell {
    pub(crate) kind: BadValue,
    /// Index among the chunk's cells, north-up.
    pub(crate) index: usize,
    pub(crate) value: f64,
}

/// Which samples of a decoded chunk become which cells.
pub(crate) struct ChunkCells<'a> {
    /// Whole rows of samples.
    pub(crate) data: &'a [u8],
    pub(crate) row: Row,
    pub(crate) sample: SampleType,
    /// Band among those interleaved.
    pub(crate) band: usize,
    /// Cells wanted of each row.
    pub(crate) width: usize,
    pub(crate) row_order: RowOrder,
    /// The declared nodata value as the band's type has it.
    pub(crate) nodata: Option<f64>,
    /// Whether values close to the nodata value are taken for it.
    pub(crate) nodata_match: NoDataMatch,
    pub(crate) scale_offset: (f64, f64),
    /// One byte a cell, 0 where there is no value, rows as stored.
    pub(crate) mask: Option<&'a [u8]>,
}

/// What was found on the way.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) counts: CellCounts,
    pub(crate) bad: Option<BadCell>,
}

/// `f32` or `f64`: what cells are delivered as.
pub(crate) trait Real: Copy + PartialOrd {
    const NAN: Self;
    const ZERO: Self;
    const MAX_PEOPLE_PER_CELL: Self;
    /// Below it, no cell is near a fill value.
    const NEAR_LEAST_FILL: Self;
    fn narrow(value: f64) -> Self;
    fn widen(self) -> f64;
}

impl Real for f32 {
    const NAN: Self = f32::NAN;
    const ZERO: Self = 0.0;
    const MAX_PEOPLE_PER_CELL: Self = MAX_PEOPLE_PER_CELL as f32;
    const NEAR_LEAST_FILL: Self = FILL_VALUES[0] as f32 - 1.0;
    fn narrow(value: f64) -> Self {
        value as f32
    }
    fn widen(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    const NAN: Self = f64::NAN;
    const ZERO: Self = 0.0;
    const MAX_PEOPLE_PER_CELL: Self = MAX_PEOPLE_PER_CELL;
    const NEAR_LEAST_FILL: Self = FILL_VALUES[0] - 1.0;
    fn narrow(value: f64) -> Self {
        value
    }
    fn widen(self) -> f64 {
        self
    }
}

impl ChunkCells<'_> {
    fn scaled(&self) -> bool {
        self.scale_offset != (1.0, 0.0)
    }

    /// Fills `out` with the cells of a type that fits an `f32` and has no scale.
    pub(crate) fn singles(&self, out: &mut [f32]) -> Findings {
        match (self.sample, self.row.order) {
            (SampleType::U8, _) => self.rows(out, |b: [u8; 1]| f32::from(b[0])),
            (SampleType::I8, _) => self.rows(out, |b: [u8; 1]| f32::from(b[0].cast_signed())),
            (SampleType::U16, ByteOrder::Little) => {
                self.rows(out, |b| f32::from(u16::from_le_bytes(b)))
            }
            (SampleType::U16, ByteOrder::Big) => {
                self.rows(out, |b| f32::from(u16::from_be_bytes(b)))
            }
            (SampleType::I16, ByteOrder::Little) => {
                self.rows(out, |b| f32::from(i16::from_le_bytes(b)))
            }
            (SampleType::I16, ByteOrder::Big) => {
                self.rows(out, |b| f32::from(i16::from_be_bytes(b)))
            }
            (SampleType::F16, order) => self.rows(out, |b: [u8; 2]| half(order.u16(&b))),
            (_, ByteOrder::Little) => self.rows(out, f32::from_le_bytes),
            (_, ByteOrder::Big) => self.rows(out, f32::from_be_bytes),
        }
    }

    /// Fills `out` with the cells of any type, scaled.
    pub(crate) fn doubles(&self, out: &mut [f64]) -> Findings {
        match (self.sample, self.row.order) {
            (SampleType::U8, _) => self.rows(out, |b: [u8; 1]| f64::from(b[0])),
            (SampleType::I8, _) => self.rows(out, |b: [u8; 1]| f64::from(b[0].cast_signed())),
            (SampleType::U16, order) => self.rows(out, |b: [u8; 2]| f64::from(order.u16(&b))),
            (SampleType::I16, order) => {
                self.rows(out, |b: [u8; 2]| f64::from(order.u16(&b).cast_signed()))
            }
            (SampleType::F16, order) => self.rows(out, |b: [u8; 2]| f64::from(half(order.u16(&b)))),
            (SampleType::U32, order) => self.rows(out, |b: [u8; 4]| f64::from(order.u32(&b))),
            (SampleType::I32, order) => {
                self.rows(out, |b: [u8; 4]| f64::from(order.u32(&b).cast_signed()))
            }
            (SampleType::U64, order) => self.rows(out, |b: [u8; 8]| order.u64(&b) as f64),
            (SampleType::I64, order) => {
                self.rows(out, |b: [u8; 8]| order.u64(&b).cast_signed() as f64)
            }
            (SampleType::F32, order) => {
                self.rows(out, |b: [u8; 4]| f64::from(f32::from_bits(order.u32(&b))))
            }
            (SampleType::F64, order) => self.rows(out, |b: [u8; 8]| f64::from_bits(order.u64(&b))),
        }
    }

    fn rows<const N: usize, T: Real>(
        &self,
        out: &mut [T],
        load: impl Fn([u8; N]) -> T,
    ) -> Findings {
        let mut findings = Findings::default();
        let says_which_are_valid = self.nodata.is_some() || self.mask.is_some();
        let largest = self
            .sample
            .largest_integer()
            .filter(|_| !says_which_are_valid);
        let largest = largest.map(T::narrow);
        let height = out.len() / self.width;
        let stored = self.data.chunks_exact(self.row.samples * N).take(height);
        for (stored_row, samples) in stored.enumerate() {
            let row = if self.row_order == RowOrder::SouthUp {
                height - 1 - stored_row
            } else {
                stored_row
            };
            let start = row * self.width;
            let cells = &mut out[start..start + self.width];
            let (samples, _) = samples.as_chunks::<N>();
            if self.row.stride == 1 {
                for (cell, sample) in cells.iter_mut().zip(samples) {
                    *cell = load(*sample);
                }
            } else {
                let of_band = samples.iter().skip(self.band).step_by(self.row.stride);
                for (cell, sample) in cells.iter_mut().zip(of_band) {
                    *cell = load(*sample);
                }
            }
            let mask = self
                .mask
                .map(|mask| &mask[stored_row * self.width..][..self.width]);
            if let Some(largest) = largest {
                findings.counts.largest +=
                    cells.iter().filter(|cell| **cell == largest).count() as u64;
            }
            self.apply_row_rules(cells, mask, start, &mut findings);
        }
        findings
    }

    /// Applies mask, nodata, scale and the rules to one row of cells.
    fn apply_row_rules<T: Real>(
        &self,
        cells: &mut [T],
        mask: Option<&[u8]>,
        start: usize,
        findings: &mut Findings,
    ) {
        let mut known = 0;
        if let Some(mask) = mask {
            for (cell, _) in cells.iter_mut().zip(mask).filter(|(_, valid)| **valid == 0) {
                *cell = T::NAN;
                known += 1;
            }
            findings.counts.masked += known;
        }
        let mut nodata = self.nodata.map(T::narrow);
        if let (NoDataMatch::Near, Some(nodata)) = (self.nodata_match, nodata) {
            let near = |cell: &&mut T| is_near(cell.widen(), nodata.widen());
            cells
                .iter_mut()
                .filter(near)
                .for_each(|cell| *cell = nodata);
        }
        if self.scaled() {
            let (scale, offset) = self.scale_offset;
            // values as they are stored
            fill_values::count(
                cells,
                nodata.unwrap_or(T::NAN),
                T::narrow,
                &mut findings.counts.fills,
            );
            for cell in &mut *cells {
                if nodata.is_some_and(|nodata| *cell == nodata) {
                    *cell = T::NAN;
                    known += 1;
                    findings.counts.nodata += 1;
                } else {
                    *cell = T::narrow(cell.widen() * scale + offset);
                }
            }
            nodata = self.nodata.filter(|value| value.is_nan()).map(T::narrow);
        }
        // NaN equals nothing, as it should where no value is declared.
        let (valid, declared, high) = count(cells, nodata.unwrap_or(T::NAN));
        if high > 0 && !self.scaled() {
            fill_values::count(
                cells,
                nodata.unwrap_or(T::NAN),
                T::narrow,
                &mut findings.counts.fills,
            );
        }
        findings.counts.valid += valid;
        findings.counts.nodata += declared;
        let total = cells.len() as u64;
        if valid == total {
            return;
        }
        if valid + declared + known < total {
            let nan_is_nodata = self.nodata.is_some_and(f64::is_nan);
            classify(cells, nodata, start, findings);
            findings.counts.nan -= known;
            if nan_is_nodata {
                findings.counts.nodata += std::mem::take(&mut findings.counts.nan);
            }
        }
        set_invalid_to_nan(cells, nodata.unwrap_or(T::NAN));
    }
}

/// Whether a value differs from a nodata value at the limit of its type by no more than writers round it.
fn is_near(value: f64, nodata: f64) -> bool {
    (value - nodata).abs() <= NEAR_NODATA * nodata.abs()
}

fn is_count<T: Real>(value: T, nodata: T) -> bool {
    (value >= T::ZERO) & (value <= T::MAX_PEOPLE_PER_CELL) & (value != nodata)
}

/// Valid cells, cells equal to `nodata`, and cells that may hold a fill value.
fn count<T: Real>(cells: &[T], nodata: T) -> (u64, u64, u64) {
    let (mut valid, mut declared, mut high) = (0, 0, 0);
    // Counted in 32 bits so that the loop runs in vector registers.
    for cells in cells.chunks(1 << 20) {
        let (mut a, mut b, mut c) = (0_u32, 0_u32, 0_u32);
        for &value in cells {
            a += u32::from(is_count(value, nodata));
            b += u32::from(value == nodata);
            c += u32::from(value >= T::NEAR_LEAST_FILL);
        }
        valid += u64::from(a);
        declared += u64::from(b);
        high += u64::from(c);
    }
    (valid, declared, high)
}

/// Makes every cell that is not a count NaN.
fn set_invalid_to_nan<T: Real>(cells: &mut [T], nodata: T) {
    for cell in cells {
        *cell = if is_count(*cell, nodata) {
            *cell
        } else {
            T::NAN
        };
    }
}

/// Counts the cells of a row that are neither valid nor declared nodata.
fn classify<T: Real>(cells: &[T], nodata: Option<T>, start: usize, findings: &mut Findings) {
    let counts = &mut findings.counts;
    for (i, &cell) in cells.iter().enumerate() {
        let value = cell.widen();
        if nodata.is_some_and(|nodata| cell == nodata)
            || (0.0..=MAX_PEOPLE_PER_CELL).contains(&value)
        {
            continue;
        }
        let kind = if value.is_nan() {
            counts.nan += 1;
            continue;
        } else if value.is_infinite() {
            counts.infinite += 1;
            BadValue::Infinite
        } else if value < 0.0 {
            counts.negative += 1;
            BadValue::Negative
        } else {
            counts.implausible += 1;
            BadValue::Implausible
        };
        findings.bad.get_or_insert(BadCell {
            kind,
            index: start + i,
            value,
        });
    }
}

/// An IEEE half as a single (exact).
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let fraction = f32::from(bits & 0x3ff);
    match bits >> 10 & 0x1f {
        0 => sign * fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        exponent => sign * (1024.0 + fraction) * 2_f32.powi(i32::from(exponent) - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(data: &[u8], nodata: Option<f64>) -> ChunkCells<'_> {
        ChunkCells {
            data,
            row: Row {
                samples: 8,
                stride: 1,
                bytes: 4,
                order: ByteOrder::Little,
            },
            sample: SampleType::F32,
            band: 0,
            width: 8,
            row_order: RowOrder::NorthUp,
            nodata,
            nodata_match: NoDataMatch::Exact,
            scale_offset: (1.0, 0.0),
            mask: None,
        }
    }

    fn bytes(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|v| v.to_le_bytes()).collect()
    }

    const VALUES: [f32; 8] = [
        1.5,
        -99999.0,
        f32::NAN,
        -1.0,
        f32::INFINITY,
        1e30,
        -0.0,
        7.0,
    ];

    #[test]
    fn each_cell_falls_under_one_rule() {
        let data = bytes(&VALUES);
        let mut out = [0.0; 8];
        let found = cut(&data, Some(-99999.0)).singles(&mut out);
        let expected = CellCounts {
            valid: 3,
            nodata: 1,
            nan: 1,
            negative: 1,
            infinite: 1,
            implausible: 1,
            ..CellCounts::default()
        };
        assert_eq!(found.counts, expected);
        assert_eq!(found.counts.cells(), 8);
        assert_eq!(
            out.map(|v| v.is_nan()),
            [false, true, true, true, true, true, false, false]
        );
        assert_eq!(
            found.bad.map(|bad| (bad.kind, bad.index)),
            Some((BadValue::Negative, 3))
        );
    }

    #[test]
    fn nan_may_be_the_declared_value() {
        let data = bytes(&VALUES);
        let found = cut(&data, Some(f64::NAN)).singles(&mut [0.0; 8]);
        assert_eq!(
            (found.counts.nodata, found.counts.nan, found.counts.negative),
            (1, 0, 2)
        );
    }

    #[test]
    fn what_lies_under_the_mask_is_not_judged() {
        let data = bytes(&VALUES);
        let mut cut = cut(&data, None);
        cut.mask = Some(&[1, 0, 1, 0, 0, 0, 1, 1]);
        let found = cut.singles(&mut [0.0; 8]);
        let expected = CellCounts {
            valid: 3,
            masked: 4,
            nan: 1,
            ..CellCounts::default()
        };
        assert_eq!(found.counts, expected);
    }

    #[test]
    fn a_scale_comes_after_nodata() {
        let data = bytes(&[100.0, -99999.0, 0.0, -600.0, f32::NAN, 1.0, 2.0, 3.0]);
        let mut cut = cut(&data, Some(-99999.0));
        cut.scale_offset = (0.01, 5.0);
        let mut out = [0.0; 8];
        let found = cut.doubles(&mut out);
        let expected = CellCounts {
            valid: 5,
            nodata: 1,
            nan: 1,
            negative: 1,
            ..CellCounts::default()
        };
        assert_eq!(found.counts, expected);
        assert_eq!(out[0], 6.0);
        assert!(out[1].is_nan());
    }

    #[test]
    fn a_value_that_repeats_alone_is_hardly_people() {
        let found = |values: &[f32], nodata: Option<f64>| {
            let mut counts = CellCounts::default();
            for row in values.chunks(8) {
                let mut cells = [1.0; 8];
                cells[..row.len()].copy_from_slice(row);
                counts += cut(&bytes(&cells), nodata).singles(&mut [0.0; 8]).counts;
            }
            counts.undeclared_nodata()
        };
        let repeat = |value: f32, times: usize| vec![value; times];
        assert_eq!(found(&repeat(65_535.0, 2), None), Some((65_535.0, 2)));
        assert_eq!(found(&repeat(99_999.0, 9), Some(-1.0)), Some((99_999.0, 9)));
        assert_eq!(found(&repeat(9999.0, 5), None), Some((9999.0, 5)));
        assert_eq!(found(&repeat(255.0, 100), None), Some((255.0, 100)));
        // declared, alone, or not often enough
        assert_eq!(found(&repeat(65_535.0, 9), Some(65_535.0)), None);
        assert_eq!(found(&repeat(65_535.0, 1), None), None);
        assert_eq!(found(&repeat(9999.0, 4), None), None);
        assert_eq!(found(&repeat(255.0, 99), None), None);
        // whole numbers of people are next to each other
        let people: Vec<f32> = (0..4000).map(|n| 253.0 + (n % 5) as f32).collect();
        assert_eq!(found(&people, None), None);
        assert_eq!(found(&[32_766.0, 32_767.0, 32_767.0, 32_768.0], None), None);
        assert_eq!(found(&[65_535.5, 65_534.9, 254.9, 9999.1], None), None);
    }

    #[test]
    fn halves_are_exact() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (1, 5.960_464_5e-8),
            (0x7bff, 65504.0),
        ] {
            assert_eq!(half(bits), value);
        }
        assert!(half(0x7e00).is_nan());
        assert_eq!(half(0xfc00), f32::NEG_INFINITY);
    }
}
