//! Limits that the writer and the readers of the stream share.

use std::ops::RangeInclusive;

/// Years of people: others are taken for mistakes, such as a digit too many.
pub const YEARS: RangeInclusive<i32> = 1800..=2200;

/// A year as a text states it, where it is one of [`YEARS`].
///
/// # Errors
/// What is wrong: `year is "25", expected 1800 to 2200`.
pub fn parse_year(text: &str) -> Result<i32, String> {
    let year = text.parse().ok().filter(|year| YEARS.contains(year));
    year.ok_or_else(|| {
        let (first, last) = (YEARS.start(), YEARS.end());
        format!("year is {text:?}, expected {first} to {last}")
    })
}

/// A unit may differ by this share from what the units below it add up to; boundaries of two levels rarely agree to the metre.
pub const PARENT_GAP: f64 = 0.05;

/// More people than this in one raster, or in one row of the stream, are refused: a hundred times
/// the population of the world.
pub const MAX_PEOPLE: f64 = 1e12;

/// A unit with less area than this, in cells, is doubtful: the people of its one or two cells are spread over many times its ground, so
/// that a clinic drawn as a building gets a handful of them.
pub const MIN_AREA_CELLS: f64 = 0.25;

/// A repair that changes less than this share of a unit's area, or an outside part smaller than this
/// share, is a small reason: it leaves the row `ok`.
pub const SMALL_SHARE: f64 = 0.01;
