//! The cells that areas touch: what a masked clip keeps.

use std::ops::Range;

use pop_geo::Area;
use pop_raster::ChunkLayout;
use rayon::prelude::*;

use crate::cell_transform::CellTransform;
use crate::coverage::{CoverageMethod, RowBand, cover};
use crate::outline::{EdgeIndex, Outline};
use crate::sweep::Run;

/// Rows that are swept in one go.
const ROWS: usize = 256;

/// The cells of which any of `areas` takes a fraction: for each row of the transform, from the north, runs of columns in ascending order.
///
/// The fractions are those of the sums, digit for digit: a cell left out here counts for none of the areas there.
#[must_use]
pub fn touched_cells(areas: &[&Area], transform: &CellTransform) -> Vec<Vec<Range<u32>>> {
    let (columns, rows) = (transform.width as usize, transform.height as usize);
    let layout = ChunkLayout::new(columns, rows, columns, ROWS);
    let mut index = EdgeIndex::new(&layout);
    let outlines: Vec<Outline<'_>> = (0..)
        .zip(areas)
        .map(|(number, area)| Outline::new(area, transform, &mut index, number))
        .collect();
    let bands: Vec<Vec<Vec<Range<u32>>>> = (0..index.len())
        .into_par_iter()
        .map(|number| {
            let mut band = RowBand::default();
            let method = CoverageMethod::Exact;
            cover(&outlines, transform, &index, number, method, &mut band);
            let rows = index.rows(number);
            by_row(&band.runs, (rows.end - rows.start) as usize)
        })
        .collect();
    bands.into_iter().flatten().collect()
}

/// Runs of all outlines, merged within each row.
fn by_row(runs: &[Run], rows: usize) -> Vec<Vec<Range<u32>>> {
    let mut lines: Vec<Vec<Range<u32>>> = vec![Vec::new(); rows];
    for run in runs {
        lines[run.row as usize].push(run.start..run.end);
    }
    for line in &mut lines {
        line.sort_unstable_by_key(|run| run.start);
        line.dedup_by(|next, kept| {
            let joins = next.start <= kept.end;
            if joins {
                kept.end = kept.end.max(next.end);
            }
            joins
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use pop_geo::Polygon;

    use super::*;

    fn square(west: f64, south: f64, east: f64, north: f64) -> Area {
        Area::new(vec![Polygon {
            rings: vec![vec![
                [west, south],
                [east, south],
                [east, north],
                [west, north],
            ]],
        }])
    }

    fn transform(skipped: [f64; 2], width: u32, height: u32) -> CellTransform {
        CellTransform {
            origin: [0.0, 10.0],
            step: [1.0, -1.0],
            skipped,
            width,
            height,
        }
    }

    #[test]
    fn cells_with_a_share_and_no_others() {
        // columns 1 to 3, of which the last is only bordered; rows 2 and 3
        let a = square(1.5, 6.2, 3.0, 7.5);
        let b = square(2.5, 6.5, 5.5, 6.9);
        let rows = touched_cells(&[&a, &b], &transform([0.0, 0.0], 10, 10));
        assert_eq!(rows.len(), 10);
        assert_eq!(rows[2], vec![1..3]);
        assert_eq!(rows[3], vec![1..6]);
        assert!(
            rows.iter()
                .enumerate()
                .all(|(row, runs)| (2..4).contains(&row) || runs.is_empty())
        );
    }

    #[test]
    fn a_window_sees_the_same_cells() {
        let a = square(1.5, 6.2, 3.0, 7.5);
        let rows = touched_cells(&[&a], &transform([2.0, 2.0], 4, 300));
        assert_eq!(rows.len(), 300);
        assert!(
            rows[..2]
                .iter()
                .all(|row| row.len() == 1 && row[0] == (0..1))
        );
    }
}
