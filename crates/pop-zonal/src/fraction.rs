//! Shares of a cell as whole numbers.
//!
//! A fraction is held as a 64-bit integer, [`ONE`] for a whole cell. Whole numbers add up without rounding: what runs along a row inside a
//! polygon is exactly [`ONE`] or exactly 0, and the fractions that two neighbours take of a cell on their common border add up to exactly [`ONE`].

/// A fraction of a cell, or of a row of cells, in units of 2⁻⁶⁰.
pub(crate) type Fraction = i64;

/// The fraction of a whole cell.
pub(crate) const ONE: Fraction = 1 << BITS;

/// Binary digits after the point.
pub(crate) const BITS: u32 = 60;

/// Value of the last digit: 2⁻⁶⁰.
const UNIT: f64 = 1.0 / (1_u64 << BITS) as f64;

/// The fraction as a number between 0 and 1.
#[must_use]
pub(crate) fn to_f64(fraction: Fraction) -> f64 {
    fraction as f64 * UNIT
}

/// A sum of fractions as a number of cells.
#[must_use]
pub(crate) fn cells(sum: i128) -> f64 {
    sum as f64 * UNIT
}

/// Part of a fraction: `fraction` times a factor in [0, 1], to the nearest unit. `fraction` must not be negative.
pub(crate) fn scale(fraction: Fraction, factor: f64) -> Fraction {
    (fraction as f64 * factor + 0.5) as Fraction
}

/// The fraction of a row or column, in [0, 1), as a fraction.
pub(crate) fn from_fraction(fraction: f64) -> Fraction {
    (fraction * ONE as f64) as Fraction
}
