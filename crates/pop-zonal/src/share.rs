//! Shares of a cell as whole numbers.
//!
//! A share is held as a 64-bit integer, [`ONE`] for a whole cell. Whole numbers add up without rounding: what runs along a row inside a
//! polygon is exactly [`ONE`] or exactly 0, and the shares that two neighbours take of a cell on their common border add up to exactly [`ONE`].

/// A share of a cell, or of a row of cells, in units of 2⁻⁶⁰.
pub(crate) type Share = i64;

/// The share of a whole cell.
pub(crate) const ONE: Share = 1 << BITS;

/// Binary digits after the point.
pub(crate) const BITS: u32 = 60;

/// Value of the last digit: 2⁻⁶⁰.
const UNIT: f64 = 1.0 / (1_u64 << BITS) as f64;

/// The share as a number between 0 and 1.
#[must_use]
pub(crate) fn to_f64(share: Share) -> f64 {
    share as f64 * UNIT
}

/// A sum of shares as a number of cells.
#[must_use]
pub(crate) fn cells(sum: i128) -> f64 {
    sum as f64 * UNIT
}

/// Part of a share: `share` times a factor in [0, 1], to the nearest unit. `share` must not be negative.
pub(crate) fn scale(share: Share, factor: f64) -> Share {
    (share as f64 * factor + 0.5) as Share
}

/// The fraction of a row or column, in [0, 1), as a share.
pub(crate) fn from_fraction(fraction: f64) -> Share {
    (fraction * ONE as f64) as Share
}
