//! Where cells lie: an affine, axis-parallel grid of longitudes and latitudes.

use crate::cell_window::CellWindow;
use crate::error::GeoreferenceError;

/// How the stored rows run. Cells are always delivered north to south.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// Stored row 0 is the northernmost.
    NorthUp,
    /// Stored row 0 is the southernmost.
    SouthUp,
}

/// A rectangle of longitudes and latitudes in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RasterExtent {
    /// West edge.
    pub west: f64,
    /// South edge.
    pub south: f64,
    /// East edge.
    pub east: f64,
    /// North edge.
    pub north: f64,
}

/// An endless lattice of cells: the corner that coordinates count from, and the cell size.
///
/// The lattice of a raster starts at the raster's own north-west corner. That of a
/// clip starts at the corner of the raster it was cut from (its clip record says
/// which), so that a place has the same lattice coordinates, to the last bit, on both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lattice {
    /// Longitude of lattice column 0's west edge.
    pub west: f64,
    /// Latitude of lattice row 0's north edge.
    pub north: f64,
    /// Degrees a column, above zero.
    pub cell_width: f64,
    /// Degrees a row, above zero.
    pub cell_height: f64,
}

/// Cells by which a raster may be wider than the globe.
const FULL_TURN_CELLS: f64 = 0.01;

/// Tolerance of lattice comparisons, in cells, where a drift of cell sizes adds up.
///
/// Neighbouring countries share WorldPop's lattice but not the last bits, and
/// recomputed edges of its widest rasters drift by 0.002 of a cell.
const SAME_LATTICE_CELLS: f64 = 0.005;

impl Lattice {
    /// Column and row coordinate of a place: 0 at the lattice's origin, 1 a cell.
    ///
    /// Always computed from the lattice's origin, so that no window changes a digit.
    #[must_use]
    pub fn coordinate(&self, lon: f64, lat: f64) -> (f64, f64) {
        (
            (lon - self.west) / self.cell_width,
            (self.north - lat) / self.cell_height,
        )
    }

    /// The place of a lattice coordinate.
    #[must_use]
    pub fn place(&self, col: f64, row: f64) -> (f64, f64) {
        (
            self.west + col * self.cell_width,
            self.north - row * self.cell_height,
        )
    }
}

/// The grid of a raster: a window of whole cells on a [`Lattice`].
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The lattice the cells lie on.
    pub lattice: Lattice,
    /// Lattice column of the raster's first column.
    pub first_col: i64,
    /// Lattice row of the raster's northernmost row.
    pub first_row: i64,
    /// How the stored rows run.
    pub row_order: RowOrder,
}

impl Grid {
    /// A grid whose lattice starts at its own north-west corner.
    ///
    /// # Errors
    /// Where the cell size or the extent cannot be degrees on Earth.
    pub fn new(
        width: usize,
        height: usize,
        west: f64,
        north: f64,
        cell_width: f64,
        cell_height: f64,
    ) -> Result<Self, GeoreferenceError> {
        let lattice = Lattice {
            west,
            north,
            cell_width,
            cell_height,
        };
        let grid = Self {
            width,
            height,
            lattice,
            first_col: 0,
            first_row: 0,
            row_order: RowOrder::NorthUp,
        };
        grid.check()?;
        Ok(grid)
    }

    fn check(&self) -> Result<(), GeoreferenceError> {
        let Lattice {
            cell_width: x,
            cell_height: y,
            ..
        } = self.lattice;
        // A cell of 1e-7 degrees is a centimetre wide.
        let usable = 1e-7..=180.0;
        if !usable.contains(&x) || !usable.contains(&y) {
            return Err(GeoreferenceError::CellSize { x, y });
        }
        let RasterExtent {
            west,
            south,
            east,
            north,
        } = self.extent();
        // A cell's breadth beyond the pole, and 0..360 as well as -180..180.
        let sound = west >= -540.0 && east <= 540.0 && north <= 90.0 + y && south >= -90.0 - y;
        if !sound {
            return Err(GeoreferenceError::Extent {
                west,
                south,
                east,
                north,
            });
        }
        // Cell sizes are often rounded to a float: that is a few thousandths of a cell on the whole globe.
        let around = 360.0 / x;
        if self.width as f64 > around + FULL_TURN_CELLS {
            return Err(GeoreferenceError::WiderThanGlobe {
                degrees: self.width as f64 * x,
                columns: around.round() as usize,
            });
        }
        Ok(())
    }

    /// The west edge in degrees.
    #[must_use]
    pub fn west(&self) -> f64 {
        self.lattice.place(self.first_col as f64, 0.0).0
    }

    /// The north edge in degrees.
    #[must_use]
    pub fn north(&self) -> f64 {
        self.lattice.place(0.0, self.first_row as f64).1
    }

    /// The edges in degrees.
    #[must_use]
    pub fn extent(&self) -> RasterExtent {
        let (west, north) = self
            .lattice
            .place(self.first_col as f64, self.first_row as f64);
        let (east, south) = self.lattice.place(
            (self.first_col + self.width as i64) as f64,
            (self.first_row + self.height as i64) as f64,
        );
        RasterExtent {
            west,
            south,
            east,
            north,
        }
    }

    /// All cells.
    #[must_use]
    pub fn whole(&self) -> CellWindow {
        CellWindow {
            col: 0,
            row: 0,
            width: self.width,
            height: self.height,
        }
    }

    /// Column and row coordinate of a place within this raster: (0, 0) is its north-west
    /// corner. The lattice coordinate less whole cells, hence exact to the last bit.
    #[must_use]
    pub fn to_cell(&self, lon: f64, lat: f64) -> (f64, f64) {
        let (col, row) = self.lattice.coordinate(lon, lat);
        (col - self.first_col as f64, row - self.first_row as f64)
    }

    /// The cells that `bounds` touches and `margin` more on each side, cut to the raster;
    /// `None` where it touches none. An edge that lies on a cell border does not touch
    /// the cell beyond.
    #[must_use]
    pub fn window_of(&self, bounds: &RasterExtent, margin: usize) -> Option<CellWindow> {
        let (left, top) = self.to_cell(bounds.west, bounds.north);
        let (right, bottom) = self.to_cell(bounds.east, bounds.south);
        let (col, width) = cut_span(left, right, margin, self.width)?;
        let (row, height) = cut_span(top, bottom, margin, self.height)?;
        Some(CellWindow {
            col,
            row,
            width,
            height,
        })
    }

    /// The grid of a window of this raster, on the same lattice.
    #[must_use]
    pub fn window(&self, window: &CellWindow) -> Self {
        Self {
            width: window.width,
            height: window.height,
            first_col: self.first_col + window.col as i64,
            first_row: self.first_row + window.row as i64,
            ..self.clone()
        }
    }

    /// The whole-cell offset (columns east, rows south) from this raster's first cell to
    /// `other`'s, if both lie on one lattice within a tolerance; never compared with `==`.
    #[must_use]
    pub fn offset_to(&self, other: &Self) -> Option<(i64, i64)> {
        let (here, there) = (&self.lattice, &other.lattice);
        let start = other.extent();
        let (col, row) = self.to_cell(start.west, start.north);
        let (whole_col, whole_row) = (col.round(), row.round());
        let drift = |a: f64, b: f64, cells: usize| (a - b).abs() / a * cells as f64;
        let same = (col - whole_col).abs() < SAME_LATTICE_CELLS
            && (row - whole_row).abs() < SAME_LATTICE_CELLS
            && drift(here.cell_width, there.cell_width, other.width) < SAME_LATTICE_CELLS
            && drift(here.cell_height, there.cell_height, other.height) < SAME_LATTICE_CELLS;
        same.then_some((whole_col as i64, whole_row as i64))
    }
}

/// Whole cells that `from..to` touches, with a margin, cut to `0..limit`.
fn cut_span(from: f64, to: f64, margin: usize, limit: usize) -> Option<(usize, usize)> {
    let first = from.min(to).floor();
    let end = from.max(to).ceil().max(first + 1.0);
    if !(first.is_finite() && end.is_finite()) || end <= 0.0 || first >= limit as f64 {
        return None;
    }
    let first = (first.max(0.0) as usize).saturating_sub(margin);
    let end = (end.min(limit as f64) as usize)
        .saturating_add(margin)
        .min(limit);
    Some((first, end - first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        Grid::new(364, 370, -13.3, 10.0, 0.008_333_333_3, 0.008_333_333_3).unwrap()
    }

    #[test]
    fn a_window_keeps_every_fraction_of_a_cell() {
        let grid = grid();
        let clip = grid.window(&CellWindow {
            col: 100,
            row: 33,
            width: 50,
            height: 60,
        });
        for k in 0..1000 {
            let (lon, lat) = (
                -13.3 + f64::from(k) * 0.002_9,
                10.0 - f64::from(k) * 0.002_7,
            );
            let (a, b) = (grid.to_cell(lon, lat), clip.to_cell(lon, lat));
            assert_eq!(a.0 - 100.0, b.0);
            assert_eq!(a.1 - 33.0, b.1);
        }
    }

    #[test]
    fn windows_are_cut_to_the_raster() {
        let grid = Grid::new(10, 10, 0.0, 10.0, 1.0, 1.0).unwrap();
        let window = |west, south, east, north, margin| {
            grid.window_of(
                &RasterExtent {
                    west,
                    south,
                    east,
                    north,
                },
                margin,
            )
        };
        let cells = |col, row, width, height| {
            Some(CellWindow {
                col,
                row,
                width,
                height,
            })
        };
        assert_eq!(window(2.5, 6.5, 3.5, 7.5, 0), cells(2, 2, 2, 2));
        assert_eq!(window(2.0, 6.0, 3.0, 7.0, 0), cells(2, 3, 1, 1));
        assert_eq!(window(2.0, 6.0, 3.0, 7.0, 1), cells(1, 2, 3, 3));
        assert_eq!(window(-5.0, -5.0, 50.0, 50.0, 9), cells(0, 0, 10, 10));
        assert_eq!(window(-5.0, 1.0, -1.0, 2.0, 0), None);
        assert_eq!(window(11.0, 1.0, 12.0, 2.0, 0), None);
    }

    #[test]
    fn lattices_compare_with_a_tolerance() {
        let a = grid();
        let mut b = a.window(&CellWindow {
            col: 7,
            row: 9,
            width: 20,
            height: 20,
        });
        assert_eq!(a.offset_to(&b), Some((7, 9)));
        b = Grid::new(
            20,
            20,
            a.west() + 7.0 / 120.0,
            a.north() - 9.0 / 120.0,
            1.0 / 120.0,
            1.0 / 120.0,
        )
        .unwrap();
        assert_eq!(a.offset_to(&b), Some((7, 9)));
        b.lattice.west += 0.5 / 120.0;
        assert_eq!(a.offset_to(&b), None);
    }

    #[test]
    fn sizes_that_are_none_are_refused() {
        for size in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
            assert!(Grid::new(2, 2, 0.0, 0.0, size, 1.0).is_err(), "{size}");
        }
        assert!(Grid::new(100, 100, 600_000.0, 1_000_000.0, 100.0, 100.0).is_err());
    }
}
