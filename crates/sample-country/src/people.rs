//! Where the people are: the surface that the rasters hold.
//!
//! Only additions, products, quotients and roots: the same digits on every machine.

use crate::mesh::Point;
use crate::random::{noise, share};
use crate::units::{land, towns};

/// Cells a degree: WorldPop's 3 arc seconds.
pub const CELLS_A_DEGREE: f64 = 1200.0;

/// Where a country's rasters lie on WorldPop's lattice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Columns between -180 degrees and the rasters.
    pub first_column: i64,
    /// Rows between +84 degrees and the rasters.
    pub first_row: i64,
    /// Columns of the rasters.
    pub width: usize,
    /// Rows of the rasters.
    pub height: usize,
}

/// The sample country's.
pub const SAMPLE: Extent = Extent {
    first_column: 221_040,
    first_row: 98_990,
    width: 300,
    height: 264,
};

impl Extent {
    /// West edge in degrees.
    #[must_use]
    pub fn west(&self) -> f64 {
        real(self.first_column) / CELLS_A_DEGREE - 180.0
    }

    /// North edge in degrees.
    #[must_use]
    pub fn north(&self) -> f64 {
        84.0 - real(self.first_row) / CELLS_A_DEGREE
    }

    /// A place as column and row, with fractions.
    pub(crate) fn cell(&self, point: Point) -> (f64, f64) {
        (
            (degrees(point.0) - self.west()) * CELLS_A_DEGREE,
            (self.north() - degrees(point.1)) * CELLS_A_DEGREE,
        )
    }
}

/// From this salt on bands hold 32nds: small when packed.
const FIRST_COARSE_SALT: i64 = 40;

/// What a raster counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Everyone in a year.
    Total {
        /// Years after the first.
        year: i32,
    },
    /// One sex and age band in the first year.
    Band {
        /// Its share of everyone, in ten-thousandths.
        share: i32,
        /// Tells bands apart.
        salt: i64,
    },
}

/// People per cell in the first year, row by row from the north; NaN where nobody lives: sea, river, bush.
#[must_use]
pub fn surface() -> Vec<f64> {
    let land: Vec<Vec<(f64, f64)>> = land()
        .iter()
        .map(|ring| ring.iter().map(|&point| SAMPLE.cell(point)).collect())
        .collect();
    let towns: Vec<((f64, f64), f64)> = towns()
        .into_iter()
        .map(|(town, weight)| (SAMPLE.cell(town), weight))
        .collect();
    let mut cells = Vec::with_capacity(SAMPLE.width * SAMPLE.height);
    for row in 0..SAMPLE.height {
        for column in 0..SAMPLE.width {
            cells.push(people(column, row, &land, &towns));
        }
    }
    cells
}

fn people(column: usize, row: usize, land: &[Vec<(f64, f64)>], towns: &[((f64, f64), f64)]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred cells")]
    let (x, y) = (column as f64 + 0.5, row as f64 + 0.5);
    let off_river = river_distance(x, y);
    if off_river < 1.2 || !land.iter().any(|ring| inside((x, y), ring)) {
        return f64::NAN;
    }
    let mut density = 0.0;
    for &(town, weight) in towns {
        let (dx, dy) = (x - town.0, y - town.1);
        let reach = 1.0 + (dx * dx + dy * dy) / (9.0 * weight);
        density += 16.0 * weight.sqrt() / (reach * reach);
    }
    // Villages, thicker along the river.
    let along_river = 1.0 / (1.0 + off_river * off_river / 60.0);
    let settled = noise(x, y, 5.0, 11) * noise(x, y, 23.0, 12) + 0.3 * along_river;
    density += 14.0 * (settled - 0.38).max(0.0);
    // Streets and yards: no two cells alike.
    let seed = [13, cell(column), cell(row)];
    let value = density * (0.55 + 0.9 * share(&seed));
    if value < 0.8 {
        f64::NAN
    } else {
        quantise(value)
    }
}

/// The people of one raster in a cell that has `people` in the first year.
#[must_use]
pub fn counted(count: Count, people: f64, column: usize, row: usize) -> f64 {
    let vary = |salt| share(&[salt, cell(column), cell(row)]);
    match count {
        Count::Total { year } => {
            let mut people = people;
            for year in 0..year {
                people *= 1.018 + 0.02 * vary(20 + i64::from(year));
            }
            quantise(people)
        }
        Count::Band { share, salt } => {
            let people = people * f64::from(share) / 10_000.0 * (0.9 + 0.2 * vary(salt));
            if salt < FIRST_COARSE_SALT {
                quantise(people)
            } else {
                // Down or up by chance, so that the sum stays right.
                (people * 32.0 + vary(salt + 1)).floor() / 32.0
            }
        }
    }
}

/// To a 1024th: exact in the rasters' single precision, and small when packed.
pub(crate) fn quantise(people: f64) -> f64 {
    (people * 1024.0).round() / 1024.0
}

fn cell(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

fn degrees(millionths: i64) -> f64 {
    real(millionths) / 1e6
}

#[expect(
    clippy::cast_precision_loss,
    reason = "cells and millionths of a degree, far below 2^53"
)]
fn real(number: i64) -> f64 {
    number as f64
}

/// Cells between a place and the river, which runs from the north to the south coast in bends.
fn river_distance(x: f64, y: f64) -> f64 {
    const BENDS: [(f64, f64); 8] = [
        (95.0, 0.0),
        (112.0, 40.0),
        (98.0, 80.0),
        (118.0, 110.0),
        (150.0, 130.0),
        (158.0, 165.0),
        (140.0, 205.0),
        (150.0, 264.0),
    ];
    let mut nearest = f64::INFINITY;
    for pair in BENDS.windows(2) {
        let &[(ax, ay), (bx, by)] = pair else {
            continue;
        };
        let (dx, dy) = (bx - ax, by - ay);
        let along = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
        let (ox, oy) = (x - ax - along * dx, y - ay - along * dy);
        nearest = nearest.min(ox * ox + oy * oy);
    }
    nearest.sqrt()
}

/// Whether a place lies within a ring, both in cells.
pub(crate) fn inside((x, y): (f64, f64), ring: &[(f64, f64)]) -> bool {
    let mut inside = false;
    for (&(ax, ay), &(bx, by)) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        if (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax) {
            inside = !inside;
        }
    }
    inside
}
