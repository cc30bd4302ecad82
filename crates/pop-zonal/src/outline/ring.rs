//! A ring on a transform: its box, and its size in cells.

use crate::cell_transform::CellTransform;

/// A ring, perhaps a whole shift round the globe away from where it was drawn.
#[derive(Debug)]
pub(super) struct ShiftedRing<'a> {
    pub(super) points: &'a [[f64; 2]],
    /// Degrees to add to longitudes.
    pub(super) shift: f64,
    /// Whether it runs clockwise on the map, as it is written.
    pub(super) clockwise: bool,
    /// +1 or -1, so that a shell counts positive and a hole negative, whichever way they are clockwise.
    pub(super) sign: i64,
}

impl ShiftedRing<'_> {
    pub(super) fn at(&self, index: usize, transform: &CellTransform) -> [f64; 2] {
        let [lon, lat] = self.points[index];
        transform.position([lon + self.shift, lat])
    }

    pub(super) fn extent(&self, transform: &CellTransform) -> Option<CellBox> {
        let (&[lon, lat], rest) = self.points.split_first()?;
        let (mut low, mut high) = ([lon, lat], [lon, lat]);
        for point in rest {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        let a = transform.position([low[0] + self.shift, low[1]]);
        let b = transform.position([high[0] + self.shift, high[1]]);
        Some(CellBox {
            low: [a[0].min(b[0]), a[1].min(b[1])],
            high: [a[0].max(b[0]), a[1].max(b[1])],
        })
    }

    /// Cells within the ring, positive for a shell.
    pub(super) fn size(&self, transform: &CellTransform) -> f64 {
        let mut size = RingSize::from(self.at(0, transform));
        for index in 1..=self.points.len() {
            size.add(self.at(index % self.points.len(), transform));
        }
        size.signed(self.sign)
    }

    /// Cells within both the ring and the raster: the integral of the part of each row that lies right of the edges, cut to the raster.
    pub(super) fn size_inside(&self, transform: &CellTransform) -> f64 {
        let (width, height) = (f64::from(transform.width), f64::from(transform.height));
        let mut p = self.at(0, transform);
        let mut total = 0.0;
        for index in 1..=self.points.len() {
            let q = self.at(index % self.points.len(), transform);
            total += right_of(p, q, width, height);
            p = q;
        }
        total * self.sign as f64
    }
}

/// The size of a ring in cells, corner by corner, counted from its first (the shoelace formula).
pub(super) struct RingSize {
    first: [f64; 2],
    last: [f64; 2],
    twice: f64,
}

impl RingSize {
    pub(super) fn from(first: [f64; 2]) -> Self {
        Self {
            first,
            last: [0.0, 0.0],
            twice: 0.0,
        }
    }

    #[inline]
    pub(super) fn add(&mut self, [x, y]: [f64; 2]) {
        let next = [x - self.first[0], y - self.first[1]];
        self.twice += self.last[0] * next[1] - next[0] * self.last[1];
        self.last = next;
    }

    /// Positive for a shell.
    pub(super) fn signed(&self, sign: i64) -> f64 {
        -self.twice / 2.0 * sign as f64
    }
}

/// The area right of an edge, within `width` columns and `height` rows; negative where the edge runs upwards.
fn right_of(p: [f64; 2], q: [f64; 2], width: f64, height: f64) -> f64 {
    if p[1] > q[1] {
        return -right_of(q, p, width, height);
    }
    let (top, bottom) = (p[1].max(0.0), q[1].min(height));
    if top >= bottom {
        return 0.0;
    }
    let slope = (q[0] - p[0]) / (q[1] - p[1]);
    let at = |y: f64| p[0] + (y - p[1]) * slope;
    let (x0, x1) = (at(top), at(bottom));
    let (low, high) = (x0.min(x1), x0.max(x1));
    // mean of width - x over the edge, with x held to 0..width
    let mean = if high <= 0.0 {
        width
    } else if low >= width {
        0.0
    } else if low >= 0.0 && high <= width {
        width - (x0 + x1) / 2.0
    } else {
        let (from, to) = (low.max(0.0), high.min(width));
        let left = (from - low) * width;
        let middle = (to - from) * (width - (from + to) / 2.0);
        (left + middle) / (high - low)
    };
    mean * (bottom - top)
}

/// The box of a ring in cell positions.
pub(super) struct CellBox {
    pub(super) low: [f64; 2],
    pub(super) high: [f64; 2],
}

impl CellBox {
    pub(super) fn intersects(&self, transform: &CellTransform) -> bool {
        self.low[0] < f64::from(transform.width)
            && self.high[0] > 0.0
            && self.low[1] < f64::from(transform.height)
            && self.high[1] > 0.0
    }

    pub(super) fn within(&self, transform: &CellTransform) -> bool {
        self.low[0] >= 0.0
            && self.high[0] <= f64::from(transform.width)
            && self.low[1] >= 0.0
            && self.high[1] <= f64::from(transform.height)
    }
}
