//! The centre rule against a literal reading of GDAL's.

use crate::support::{Grid, Random, grid, star, sum, unit};
use pop_geo::Area;
use pop_zonal::CoverageMethod;

/// `GDALdllImageFilledPolygon` (GDAL, alg/llrasterize.cpp), row by row over all edges, as a mask; before that
/// `GDALCollectRingsFromGeometry` (alg/gdalrasterize.cpp) has turned every ring clockwise.
fn gdal(grid: &Grid, area: &Area) -> Vec<bool> {
    let mut mask = vec![false; grid.width * grid.height];
    let clockwise = |ring: &Vec<[f64; 2]>| {
        let mut ring = ring.clone();
        // rows grow downwards
        if pop_geo::signed_area(&ring) < 0.0 {
            ring.reverse();
        }
        ring
    };
    let rings: Vec<_> = area
        .polygons
        .iter()
        .flat_map(|polygon| polygon.rings.iter().map(clockwise))
        .collect();
    let mut burn = |row: usize, from: f64, to: f64| {
        for column in 0..grid.width {
            if column as f64 >= from && (column as f64) < to {
                mask[row * grid.width + column] = true;
            }
        }
    };
    for row in 0..grid.height {
        let y = row as f64 + 0.5;
        let mut crossings = Vec::new();
        for ring in &rings {
            for (i, &q) in ring.iter().enumerate() {
                let p = ring[(i + ring.len() - 1) % ring.len()];
                let (mut dy1, mut dy2, mut dx1, mut dx2) = (p[1], q[1], p[0], q[0]);
                if (dy1 < y && dy2 < y) || (dy1 > y && dy2 > y) {
                    continue;
                }
                if dy1 > dy2 {
                    (dy1, dy2, dx1, dx2) = (dy2, dy1, dx2, dx1);
                } else if dy1 == dy2 {
                    if p[0] > q[0] {
                        burn(row, (q[0] + 0.5).floor(), (p[0] + 0.5).floor());
                    }
                    continue;
                }
                if y < dy2 && y >= dy1 {
                    crossings.push((y - dy1) * (dx2 - dx1) / (dy2 - dy1) + dx1);
                }
            }
        }
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            burn(row, (pair[0] + 0.5).floor(), (pair[1] + 0.5).floor());
        }
    }
    mask
}

#[test]
fn every_cell_is_as_gdal_has_it() {
    let rounds = if testdata::long() { 20_000 } else { 1_000 };
    let mut random = Random(7);
    for round in 0..rounds {
        let mut grid = grid(&mut random);
        let snap = [0.0, 1.0, 2.0, 4.0][random.below(4)];
        let size = [0.6, 3.0, 10.0][random.below(3)];
        let reach = grid.width.max(grid.height) as f64;
        let centre = [
            random.between(-2.0, reach + 2.0),
            random.between(-2.0, reach + 2.0),
        ];
        let mut ring = star(&mut random, centre, size);
        if snap > 0.0 {
            ring.iter_mut()
                .for_each(|p| *p = p.map(|v| (v * snap).round() / snap));
        }
        let units = [unit("A", 1, vec![vec![ring]])];
        let expected = gdal(&grid, units[0].area().unwrap());
        // one cell at a time: a power of two each would not fit, so each in a raster of its own row pattern
        for (bit, cell) in grid.cells.iter_mut().enumerate() {
            *cell = (bit % 24 + 1) as f32 * 100.0 + (bit / 24) as f32 / 16.0;
        }
        let found = sum(&grid, &units, CoverageMethod::Centre);
        let people: f64 = grid
            .cells
            .iter()
            .zip(&expected)
            .filter(|(_, e)| **e)
            .map(|(v, _)| f64::from(*v))
            .sum();
        let cells = expected.iter().filter(|e| **e).count();
        let sums = &found.rasters[0].outlines[0];
        assert_eq!(
            (sums.people(), sums.cells()),
            (people, cells as f64),
            "round {round}"
        );
    }
}
