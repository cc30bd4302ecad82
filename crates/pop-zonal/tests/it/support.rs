//! Grids in memory, random polygons, and brute force.

use pop_geo::{Area, OrgUnit, Polygon, Shape};
use pop_raster::{CellCounts, ChunkLayout, RowOrder, Samples};
use pop_zonal::{
    ActiveUnits, BalanceLayers, CellTransform, ChunkSource, CoverageMethod, ReadScope, StackRaster,
    StackSums, SumError, SumRequest, sum_stack,
};

/// A raster in memory, cut into chunks.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Row by row; NaN for no value.
    pub(crate) cells: Vec<f32>,
    pub(crate) chunk: (usize, usize),
    pub(crate) row_order: RowOrder,
}

impl Grid {
    pub(crate) fn layout(&self) -> ChunkLayout {
        ChunkLayout::new(self.width, self.height, self.chunk.0, self.chunk.1)
            .with_row_order(self.row_order)
    }

    pub(crate) fn transform(&self) -> CellTransform {
        CellTransform {
            origin: [0.0, 0.0],
            step: [1.0, 1.0],
            skipped: [0.0, 0.0],
            width: self.width as u32,
            height: self.height as u32,
        }
    }

    /// Columns `from..`, rows `from..` of this grid, as a raster of its own.
    pub(crate) fn window(&self, column: usize, row: usize, width: usize, height: usize) -> Self {
        let rows = (row..row + height).map(|r| &self.cells[r * self.width + column..][..width]);
        Self {
            width,
            height,
            cells: rows.flatten().copied().collect(),
            chunk: self.chunk,
            row_order: self.row_order,
        }
    }
}

impl ChunkSource for Grid {
    type Scratch = Vec<f32>;
    type Error = String;

    fn read<'s>(
        &self,
        chunk: usize,
        scratch: &'s mut Vec<f32>,
    ) -> Result<(Samples<'s>, CellCounts), String> {
        let window = self.layout().window(chunk);
        scratch.clear();
        for row in window.row..window.end_row() {
            scratch.extend_from_slice(&self.cells[row * self.width + window.col..][..window.width]);
        }
        Ok((Samples::F32(scratch), CellCounts::default()))
    }

    fn stored_length(&self, _: usize) -> usize {
        usize::MAX
    }

    fn read_stored(&self, _: usize, _: &mut Vec<u8>) -> Result<(), String> {
        Err("nothing is stored".to_owned())
    }
}

/// A unit with these rings, each a polygon's; the first ring of a polygon is its shell.
pub(crate) fn unit(id: &str, level: u32, polygons: Vec<Vec<Vec<[f64; 2]>>>) -> OrgUnit {
    let polygons = polygons
        .into_iter()
        .map(|rings| Polygon { rings })
        .collect();
    OrgUnit {
        id: id.to_owned(),
        level: Some(level),
        shape: Shape::Area(Area::new(polygons)),
        ..OrgUnit::default()
    }
}

pub(crate) fn layers(units: &[OrgUnit]) -> BalanceLayers {
    let all = vec![true; units.len()];
    BalanceLayers::new(units, &all, &[ActiveUnits(all.clone())])
}

pub(crate) fn sum_on(
    grid: &Grid,
    transform: CellTransform,
    units: &[OrgUnit],
    method: CoverageMethod,
) -> Result<StackSums, SumError<String>> {
    let layers = layers(units);
    let request = SumRequest {
        units,
        layers: &layers,
        transform,
        layout: grid.layout(),
        method,
        reach: ReadScope::WholeRaster,
        tick: &|| {},
    };
    sum_stack(
        &request,
        &[StackRaster {
            cells: grid,
            active_set: 0,
        }],
    )
}

pub(crate) fn sum(grid: &Grid, units: &[OrgUnit], method: CoverageMethod) -> StackSums {
    sum_on(grid, grid.transform(), units, method).unwrap()
}

/// Splitmix64: the same everywhere for a seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.unit() * count as f64) as usize
    }
}

/// A grid with gaps, zeros and people from next to none to thousands.
pub(crate) fn grid(random: &mut Random) -> Grid {
    let (width, height) = (1 + random.below(24), 1 + random.below(24));
    let cells = (0..width * height)
        .map(|_| match random.below(10) {
            0 | 1 => f32::NAN,
            2 => 0.0,
            3 => (1e-12 * random.unit()) as f32,
            4 => (1e4 * random.unit()) as f32,
            _ => (20.0 * random.unit()) as f32,
        })
        .collect();
    let row_order = if random.below(4) == 0 {
        RowOrder::SouthUp
    } else {
        RowOrder::NorthUp
    };
    Grid {
        width,
        height,
        cells,
        chunk: (1 + random.below(width + 3), 1 + random.below(height + 3)),
        row_order,
    }
}

/// A ring that is a star round its centre, so that it does not cross itself.
pub(crate) fn star(random: &mut Random, centre: [f64; 2], size: f64) -> Vec<[f64; 2]> {
    let count = 3 + random.below(30);
    let mut angles: Vec<f64> = (0..count)
        .map(|_| random.between(0.0, std::f64::consts::TAU))
        .collect();
    angles.sort_by(f64::total_cmp);
    let gaps = |a: &[f64]| {
        (1..a.len()).all(|i| a[i] - a[i - 1] < 3.0)
            && a[0] + std::f64::consts::TAU - a[a.len() - 1] < 3.0
    };
    if !gaps(&angles) {
        angles = (0..count)
            .map(|i| std::f64::consts::TAU * i as f64 / count as f64)
            .collect();
    }
    let mut ring: Vec<[f64; 2]> = angles
        .iter()
        .map(|angle| {
            let radius = size * random.between(0.4, 1.0);
            [
                centre[0] + radius * angle.cos(),
                centre[1] + radius * angle.sin(),
            ]
        })
        .collect();
    if random.below(2) == 0 {
        ring.push(ring[0]);
    }
    if random.below(2) == 0 {
        ring.reverse();
    }
    if random.below(3) == 0 {
        let again = random.below(ring.len());
        ring.insert(again, ring[again]);
    }
    ring
}

/// A ring drawn towards a point: inside a star whose centre that is.
pub(crate) fn shrunk(ring: &[[f64; 2]], centre: [f64; 2], factor: f64) -> Vec<[f64; 2]> {
    ring.iter()
        .map(|p| [0, 1].map(|axis| centre[axis] + factor * (p[axis] - centre[axis])))
        .collect()
}

/// Area of the part of a ring within a cell: the ring is cut at the four walls in turn (Sutherland and Hodgman, 1974).
pub(crate) fn area_in_cell(ring: &[[f64; 2]], column: usize, row: usize) -> f64 {
    let corner = [column as f64, row as f64];
    let mut ring: Vec<[f64; 2]> = ring
        .iter()
        .map(|p| [p[0] - corner[0], p[1] - corner[1]])
        .collect();
    for (axis, wall, keeps_above) in [
        (0, 0.0, true),
        (0, 1.0, false),
        (1, 0.0, true),
        (1, 1.0, false),
    ] {
        let inside = |p: [f64; 2]| {
            if keeps_above {
                p[axis] >= wall
            } else {
                p[axis] <= wall
            }
        };
        let mut cut = Vec::with_capacity(ring.len() + 4);
        for (i, &q) in ring.iter().enumerate() {
            let p = ring[(i + ring.len() - 1) % ring.len()];
            if inside(p) != inside(q) {
                let t = (wall - p[axis]) / (q[axis] - p[axis]);
                let other = 1 - axis;
                let mut at = [wall; 2];
                at[other] = p[other] + t * (q[other] - p[other]);
                cut.push(at);
            }
            if inside(q) {
                cut.push(q);
            }
        }
        ring = cut;
        if ring.is_empty() {
            return 0.0;
        }
    }
    pop_geo::signed_area(&ring).abs()
}

/// Fraction of each cell inside the polygons of an area.
pub(crate) fn fractions(grid: &Grid, area: &Area) -> Vec<f64> {
    let mut fractions = vec![0.0; grid.width * grid.height];
    for polygon in &area.polygons {
        for (index, ring) in polygon.rings.iter().enumerate() {
            let sign = if index == 0 { 1.0 } else { -1.0 };
            for row in 0..grid.height {
                for column in 0..grid.width {
                    fractions[row * grid.width + column] += sign * area_in_cell(ring, column, row);
                }
            }
        }
    }
    fractions
}

/// People and cells under fractions.
pub(crate) fn weigh(grid: &Grid, fractions: &[f64]) -> (f64, f64) {
    let valid = grid
        .cells
        .iter()
        .zip(fractions)
        .filter(|(value, _)| !value.is_nan());
    valid.fold((0.0, 0.0), |(people, cells), (&value, &fraction)| {
        (people + f64::from(value) * fraction, cells + fraction)
    })
}
