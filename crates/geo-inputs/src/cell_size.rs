//! Whether cells are of the size that a WorldPop name says.

use pop_raster::Grid;
use pop_worldpop::Resolution;

/// Share of a cell's width or height by which it may differ from its nominal size.
const TOLERANCE: f64 = 0.01;
/// Larger cells than these, in degrees, are those of examples and models, not of population grids.
pub const MAX_CELL_DEGREES: f64 = 0.2;

/// The size of a grid's cells and the one that WorldPop's word for the product names (`worldpop-global2;R2025A;CN;100m;v1`), in seconds of
/// arc, where they differ.
#[must_use]
pub fn cell_size_mismatch(grid: &Grid, source: &str) -> Option<String> {
    let said = Resolution::of_source(source)?;
    let (width, height) = (grid.lattice.cell_width, grid.lattice.cell_height);
    let nominal = said.degrees();
    let differs = |size: f64| (size / nominal - 1.0).abs() > TOLERANCE;
    let is_example = width > MAX_CELL_DEGREES || height > MAX_CELL_DEGREES;
    (!is_example && (differs(width) || differs(height))).then(|| {
        format!(
            "cells of {} x {} arc-seconds, expected {} ({said})",
            seconds(width),
            seconds(height),
            seconds(nominal)
        )
    })
}

/// Degrees as seconds of arc, to a hundredth.
fn seconds(degrees: f64) -> f64 {
    (degrees * 360_000.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(width: f64, height: f64, said: &str) -> Option<String> {
        let grid = Grid::new(10, 10, -13.0, 10.0, width, height).unwrap();
        cell_size_mismatch(&grid, &format!("worldpop-global2;R2025A;{said};v1"))
    }

    #[test]
    fn cells_are_compared_with_the_name_to_one_per_cent() {
        let (fine, coarse) = ("100m", "1km");
        // as WorldPop's files of 2020 and of 2025 have it
        assert_eq!(found(0.000_833_333_331_932, 0.000_833_333_33, fine), None);
        assert_eq!(found(0.008_333_333_3, 0.008_333_333_298, coarse), None);
        assert_eq!(
            found(1.0 / 120.0, 1.0 / 120.0, fine).as_deref(),
            Some("cells of 30 x 30 arc-seconds, expected 3 (100m)")
        );
        assert!(found(1.0 / 1200.0, 1.0 / 1200.0, coarse).is_some());
        // square to the metre, not to the second
        assert!(found(1.0 / 1200.0, 1.0 / 1180.0, fine).is_some());
        assert_eq!(found(2.0, 1.0, fine), None);
        assert_eq!(found(0.01, 0.01, "survey"), None);
    }
}
