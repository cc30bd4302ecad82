//! Tilings: cells of a grid whose borders wander, with what real boundaries have: enclaves in enclaves, thin units between two others,
//! islands, the dateline.

use super::drawing::Ring;

/// Lines of a border.
const STEPS: usize = 12;
/// A border belongs to two cells; coordinates are whole numbers of these degrees.
const GRAIN: f64 = 1e-9;

#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// From -1 to 1.
    pub(crate) wiggles: Vec<f64>,
    /// Enclaves in the first cell, each in the one before.
    pub(crate) enclaves: usize,
    /// Width of thin units between a cell and its right neighbour, as a share of a cell; none at 0.
    pub(crate) sliver: f64,
    /// Islands of the last cell.
    pub(crate) islands: usize,
    /// Side of a cell in degrees.
    pub(crate) side: f64,
    /// The border between columns that is on the antimeridian.
    pub(crate) dateline: Option<usize>,
}

impl Shape {
    /// One list of rings a unit, shells before holes.
    pub(crate) fn units(&self) -> Vec<Vec<Ring>> {
        let mut units = Vec::new();
        let mut slivers = Vec::new();
        for y in 0..self.rows {
            for x in 0..self.columns {
                units.push(vec![self.cell(x, y)]);
                if self.has_sliver(x + 1) {
                    let [left, right] = [-1.0, 1.0].map(|side| self.upright(x + 1, y, side));
                    let middle = 4..=8;
                    let mut ring: Ring = right[middle.clone()].to_vec();
                    ring.extend(left[middle].iter().rev().skip(1).take(3));
                    slivers.push(vec![ring]);
                }
            }
        }
        let mut host = 0;
        for depth in 0..self.enclaves {
            let enclave = self.disc([0.5, 0.5], 0.2 * 0.4_f64.powi(depth as i32), 5 * depth);
            units[host].push(enclave.iter().rev().copied().collect());
            units.push(vec![enclave]);
            host = units.len() - 1;
        }
        units.extend(slivers);
        let last = self.columns * self.rows - 1;
        for island in 0..self.islands {
            let size = 0.2 / 4_f64.powi(island as i32);
            let centre = [self.columns as f64 + 0.5, island as f64 + 0.5];
            units[last].push(self.disc(centre, size, 7 * island));
        }
        let place = |position: [f64; 2]| self.degrees(position);
        let mut placed: Vec<Vec<Ring>> = Vec::new();
        for (index, rings) in units.iter().enumerate() {
            let is_east = index < last + 1
                && self
                    .dateline
                    .is_some_and(|line| index % self.columns >= line);
            let rings = rings.iter().map(|ring| {
                let is_east = is_east || ring[0][0] > self.columns as f64;
                ring.iter()
                    .map(|&position| self.turned(place(position), is_east))
                    .collect()
            });
            placed.push(rings.collect());
        }
        placed
    }

    /// Of the grid, with y to the north.
    fn degrees(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let west = self
            .dateline
            .map_or(10.0, |line| 180.0 - line as f64 * self.side);
        [west + x * self.side, 5.0 + y * self.side].map(|degrees| (degrees / GRAIN).round() * GRAIN)
    }

    /// Longitudes beyond 180 are written as western ones; on it, as the side of the antimeridian says.
    fn turned(&self, [lon, lat]: [f64; 2], is_east: bool) -> [f64; 2] {
        let is_beyond = self.dateline.is_some() && (lon > 180.0 || lon == 180.0 && is_east);
        [if is_beyond { lon - 360.0 } else { lon }, lat]
    }

    fn has_sliver(&self, x: usize) -> bool {
        self.sliver > 0.0 && x < self.columns && self.dateline != Some(x)
    }

    fn wiggle(&self, index: usize) -> f64 {
        self.wiggles[index % self.wiggles.len()]
    }

    fn corner(&self, x: usize, y: usize) -> [f64; 2] {
        let is_inner = x > 0 && x < self.columns && y > 0 && y < self.rows;
        let is_free = is_inner && self.dateline != Some(x);
        let shift = if is_free {
            0.12 * self.wiggle(7 * x + 13 * y)
        } else {
            0.0
        };
        [x as f64 + shift, y as f64 - shift]
    }

    /// A border between two corners, with a wandering middle.
    fn border(&self, a: (usize, usize), b: (usize, usize)) -> Ring {
        let (from, to) = (self.corner(a.0, a.1), self.corner(b.0, b.1));
        let is_straight = a.0 == b.0 && self.dateline == Some(a.0);
        let seed = 31 * a.0 + 17 * a.1 + 5 * b.0 + 3 * b.1;
        let step = |step: usize| {
            let along = step as f64 / STEPS as f64;
            // Borders that begin in one corner stay in their own sectors.
            let room = (std::f64::consts::PI * along).sin();
            let off = if is_straight || step == 0 || step == STEPS {
                0.0
            } else {
                0.07 * room * self.wiggle(seed + step)
            };
            let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
            [
                from[0] + along * dx - off * dy,
                from[1] + along * dy + off * dx,
            ]
        };
        (0..=STEPS).map(step).collect()
    }

    /// The border left of column `x`, seen from the west (-1) or the east (1).
    fn upright(&self, x: usize, y: usize, side: f64) -> Ring {
        let mut border = self.border((x, y), (x, y + 1));
        if self.has_sliver(x) {
            for (step, position) in border.iter_mut().enumerate().take(8).skip(5) {
                let wide = 0.6 + 0.4 * self.wiggle(11 * x + 3 * y + step);
                position[0] += side * 0.5 * self.sliver * wide;
            }
        }
        border
    }

    fn cell(&self, x: usize, y: usize) -> Ring {
        let sides = [
            self.border((x, y), (x + 1, y)),
            self.upright(x + 1, y, -1.0),
            self.border((x, y + 1), (x + 1, y + 1))
                .into_iter()
                .rev()
                .collect(),
            self.upright(x, y, 1.0).into_iter().rev().collect(),
        ];
        sides
            .into_iter()
            .flat_map(|side| side.into_iter().take(STEPS))
            .collect()
    }

    fn disc(&self, [x, y]: [f64; 2], radius: f64, seed: usize) -> Ring {
        let step = |step: usize| {
            let angle = std::f64::consts::TAU * step as f64 / 40.0;
            let radius = radius * (1.0 + 0.25 * self.wiggle(seed + step));
            [x + radius * angle.cos(), y + radius * angle.sin()]
        };
        (0..40).map(step).collect()
    }
}
