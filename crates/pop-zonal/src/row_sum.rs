//! Sums of stretches of a row, exact and fast.
//!
//! A plain loop over doubles rounds. Here every value is split, without error, at two fixed binary places into a multiple of 2⁻²⁶ and a
//! multiple of 2⁻⁷¹ (adding and taking away a large constant rounds to a fixed place: Demmel and Nguyen, "Fast reproducible
//! floating-point summation", 2013). As long as a stretch is short and its people are few enough, the doubles that collect each part
//! never round, so the order of addition and the place of the cuts do not matter. What lies below 2⁻⁷¹, and stretches that do not fit,
//! go the slow way through [`Accumulator`]. NaN marks cells without a value.

use pop_raster::MAX_PEOPLE_PER_CELL;

use crate::accumulator::Accumulator;

/// Longest stretch that the fast way may take at once: 512 remainders below 2⁻²⁷ add up to less than 2⁻¹⁸ = 2⁵³ · 2⁻⁷¹.
const MAX_STRETCH: usize = 512;
/// Most people for whom sums of multiples of 2⁻²⁶ are exact, with room to spare.
const MAX_EXACT: f64 = (1_u64 << 25) as f64;
/// Rounds to a multiple of 2⁻²⁶ when added and taken away: 1.5 · 2²⁶.
const TO_26: f64 = 1.5 * (1_u64 << 26) as f64;
/// Rounds to a multiple of 2⁻⁷¹: 1.5 · 2⁻¹⁹.
const TO_71: f64 = 1.5 / (1_u64 << 19) as f64;
/// 2²⁶, and 2⁷¹.
const SCALE_26: f64 = (1_u64 << 26) as f64;
const SCALE_71: f64 = (1_u128 << 71) as f64;

/// A sample type: `f32` or `f64`.
pub(crate) trait Sample: Copy + PartialOrd + Into<f64> + Sync {}
impl Sample for f32 {}
impl Sample for f64 {}

/// People and valid cells of one stretch.
#[derive(Debug, Default)]
pub(crate) struct Stretch {
    /// People, in units of 2⁻⁸⁰.
    pub(crate) units: i128,
    /// What does not fit into those units.
    pub(crate) rest: Option<Accumulator>,
    /// Cells with a value.
    pub(crate) cells: u32,
}

/// A cell holds more people than [`MAX_PEOPLE_PER_CELL`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TooManyPeople(pub(crate) f64);

/// Sums a stretch of any length.
pub(crate) fn sum<T: Sample>(values: &[T]) -> Result<Stretch, TooManyPeople> {
    let mut total = Stretch::default();
    for part in values.chunks(MAX_STRETCH) {
        let fast = fast(part);
        total.cells += fast.cells;
        if fast.high < MAX_EXACT {
            total.units += ((fast.high * SCALE_26) as i128) << (80 - 26);
            total.units += ((fast.low * SCALE_71) as i64 as i128) << (80 - 71);
            if fast.lost {
                let rest = total.rest.get_or_insert_default();
                for &value in part {
                    rest.add(lost(held(value)));
                }
            }
        } else {
            let rest = total.rest.get_or_insert_default();
            for &value in part {
                let value = held(value);
                if value > MAX_PEOPLE_PER_CELL {
                    return Err(TooManyPeople(value));
                }
                rest.add(value);
            }
        }
    }
    Ok(total)
}

/// Result of the fast way.
struct Fast {
    /// Sum of multiples of 2⁻²⁶.
    high: f64,
    /// Sum of multiples of 2⁻⁷¹.
    low: f64,
    /// Whether anything below 2⁻⁷¹ was left over.
    lost: bool,
    cells: u32,
}

/// Lanes that are summed side by side.
const LANES: usize = 4;
/// Cells that are passed over at once where none has a value: most of a country's raster lies outside of the country.
const BLOCK: usize = 16 * LANES;

/// The running sums of the fast way, lane by lane.
#[derive(Default)]
struct Lanes {
    high: [f64; LANES],
    low: [f64; LANES],
    lost: [u64; LANES],
}

impl Lanes {
    #[inline]
    fn add<T: Sample>(&mut self, values: &[T; LANES]) {
        for (lane, &value) in values.iter().enumerate() {
            let value = held(value);
            let h = (value + TO_26) - TO_26;
            let rest = value - h;
            let l = (rest + TO_71) - TO_71;
            self.high[lane] += h;
            self.low[lane] += l;
            self.lost[lane] |= (rest - l).to_bits();
        }
    }
}

fn fast<T: Sample>(values: &[T]) -> Fast {
    let mut lanes = Lanes::default();
    let mut cells = 0;
    for block in values.chunks(BLOCK) {
        let valid = count(block);
        cells += valid;
        if valid == 0 {
            continue;
        }
        let (quads, last) = block.as_chunks::<LANES>();
        for quad in quads {
            lanes.add(quad);
        }
        for &value in last {
            let (value, none) = (held(value), 0.0);
            lanes.add(&[value, none, none, none]);
        }
    }
    let lost = lanes.lost.iter().fold(0, |a, b| a | b);
    Fast {
        high: lanes.high.iter().sum(),
        low: lanes.low.iter().sum(),
        // a rest of -0.0 is none
        lost: lost << 1 != 0,
        cells,
    }
}

fn count<T: Sample>(values: &[T]) -> u32 {
    values.iter().map(|&value| u32::from(is_valid(value))).sum()
}

/// What the fast way leaves over of a value.
fn lost(value: f64) -> f64 {
    let rest = value - ((value + TO_26) - TO_26);
    rest - ((rest + TO_71) - TO_71)
}

#[allow(
    clippy::eq_op,
    reason = "NaN is the one value that differs from itself"
)]
fn is_valid<T: Sample>(value: T) -> bool {
    value == value
}

/// The value, or 0 for a cell without one.
fn held<T: Sample>(value: T) -> f64 {
    let value: f64 = value.into();
    if value > 0.0 { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slow(values: &[f32]) -> Accumulator {
        let mut sum = Accumulator::default();
        for &value in values.iter().filter(|v| !v.is_nan()) {
            sum.add(f64::from(value));
        }
        sum
    }

    fn whole(stretch: Stretch) -> Accumulator {
        let mut sum = Accumulator::default();
        sum.add_units(stretch.units);
        if let Some(rest) = &stretch.rest {
            sum.merge(rest);
        }
        sum
    }

    #[test]
    fn values_at_the_limits() {
        for value in [
            0.0,
            f32::MIN_POSITIVE,
            1e-44,
            1e9,
            33_554_432.0,
            0.1,
            16_777_217.0,
            1e-22,
        ] {
            let values = vec![value; 1025];
            assert_eq!(
                whole(sum(&values).unwrap()).to_f64(),
                slow(&values).to_f64(),
                "{value}"
            );
        }
    }

    #[test]
    fn more_people_than_a_cell_can_hold_are_refused() {
        assert_eq!(
            sum(&[1.0, 1e30_f32]).unwrap_err(),
            TooManyPeople(f64::from(1e30_f32))
        );
        assert!(sum(&[f64::MAX, 1.0]).is_err());
    }

    #[test]
    fn doubles_are_exact_too() {
        let values: Vec<f64> = (1..2000).map(|k| 1.0 / f64::from(k)).collect();
        let mut expected = Accumulator::default();
        values.iter().for_each(|&v| expected.add(v));
        assert_eq!(whole(sum(&values).unwrap()).to_f64(), expected.to_f64());
    }

    proptest! {
        #[test]
        fn equals_the_slow_way(values in prop::collection::vec(
            prop_oneof![
                Just(f32::NAN), Just(0.0_f32), 0.0..50.0_f32,
                (0.0..1.0_f32, 0..140_i32).prop_map(|(v, p)| v * 2_f32.powi(-p)),
                (0.0..1e9_f32),
            ], 0..1500)) {
            let found = sum(&values).unwrap();
            prop_assert_eq!(found.cells as usize, values.iter().filter(|v| !v.is_nan()).count());
            prop_assert_eq!(whole(found).to_f64(), slow(&values).to_f64());
        }
    }
}
