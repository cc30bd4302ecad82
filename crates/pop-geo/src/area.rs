//! Areas: polygons in degrees, their bounds and their size on the plane of longitude and latitude.

/// A closed line of `[longitude, latitude]` in degrees.
///
/// Closed or not as it was written: the last point joins the first either way. Wound either way.
pub type Ring = Vec<[f64; 2]>;

/// A shell and its holes: the first ring is the shell, the others are holes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Polygon {
    /// At least one ring; each has at least three different points.
    pub rings: Vec<Ring>,
}

/// The polygons of one unit.
///
/// As they come from [`read_orgunits`](crate::read_orgunits) they are valid: with each shell counted +1 and each hole -1, whichever way
/// they are wound, every point of the plane counts 0 or 1, but for touching borders. Longitudes are within ±180, latitudes within ±90.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Area {
    /// Shells and holes; parts may share borders, not ground.
    pub polygons: Vec<Polygon>,
    /// What was done to polygons that were not valid; `None` where they are bit for bit as written.
    pub repair: Option<Repair>,
    /// How the longitudes were brought within ±180.
    pub longitudes: Longitudes,
}

/// What was done to polygons that were not valid.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// What was wrong, each once, in a fixed order.
    pub defects: Vec<Defect>,
    /// Square degrees as written: shells less holes, ring by ring.
    pub area_before: f64,
    /// Square degrees after the repair.
    pub area_after: f64,
}

/// A way in which polygons are not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Defect {
    /// A ring crosses itself.
    Crossing,
    /// A hole lies outside its shell, crosses it, or overlaps another hole.
    Hole,
    /// Parts overlap, or one lies in another.
    Overlap,
    /// A ring of one or two points beside proper ones was left out.
    FlatRing,
}

impl Repair {
    /// How far the area moved, as a share of the area after (0.01 is one per cent).
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.area_after > 0.0 {
            (self.area_after - self.area_before).abs() / self.area_after
        } else {
            1.0
        }
    }
}

/// What became of the longitudes of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Longitudes {
    /// They were within ±180 as written.
    #[default]
    AsWritten,
    /// Written 0-360, or beyond ±180 otherwise: moved by whole turns.
    Moved,
    /// The area crosses the antimeridian: cut there into parts.
    Split,
}

impl Area {
    /// An area of polygons taken as they are.
    #[must_use]
    pub fn new(polygons: Vec<Polygon>) -> Self {
        Self {
            polygons,
            ..Self::default()
        }
    }

    /// Every ring with whether it is a shell.
    pub fn rings(&self) -> impl Iterator<Item = (&Ring, RingKind)> {
        self.polygons.iter().flat_map(|polygon| {
            polygon
                .rings
                .iter()
                .enumerate()
                .map(|(index, ring)| (ring, RingKind::of(index)))
        })
    }

    /// Points over all rings.
    #[must_use]
    pub fn vertices(&self) -> usize {
        self.rings().map(|(ring, _)| ring.len()).sum()
    }

    /// Square degrees: shells less holes, whichever way they are wound.
    #[must_use]
    pub fn size(&self) -> f64 {
        self.rings()
            .map(|(ring, kind)| match kind {
                RingKind::Shell => signed_area(ring).abs(),
                RingKind::Hole => -signed_area(ring).abs(),
            })
            .sum()
    }

    /// The smallest box round the area; `None` where it has no points.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        let rings = self.rings().filter_map(|(ring, _)| Self::ring_bounds(ring));
        rings.reduce(Bounds::union)
    }

    /// The smallest box round a ring.
    pub(crate) fn ring_bounds(ring: &[[f64; 2]]) -> Option<Bounds> {
        let (&first, rest) = ring.split_first()?;
        Some(
            rest.iter()
                .fold(Bounds::at(first), |bounds, &point| bounds.with(point)),
        )
    }
}

/// A ring's part in its polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RingKind {
    /// The outer border.
    Shell,
    /// The border of a hole.
    Hole,
}

impl RingKind {
    /// By the ring's place in its polygon.
    pub(crate) fn of(index: usize) -> Self {
        if index == 0 { Self::Shell } else { Self::Hole }
    }
}

/// Square degrees within a ring: positive where it is wound anticlockwise (east before north).
#[must_use]
pub fn signed_area(ring: &[[f64; 2]]) -> f64 {
    // The shoelace formula about the first point, so that small rings far from (0, 0) keep their digits.
    let Some(&[x0, y0]) = ring.first() else {
        return 0.0;
    };
    let mut twice = 0.0;
    let mut last = [0.0, 0.0];
    for &[x, y] in ring {
        let next = [x - x0, y - y0];
        twice += last[0] * next[1] - next[0] * last[1];
        last = next;
    }
    twice / 2.0
}

/// A box of longitudes and latitudes in degrees, borders included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Smallest longitude.
    pub west: f64,
    /// Smallest latitude.
    pub south: f64,
    /// Largest longitude.
    pub east: f64,
    /// Largest latitude.
    pub north: f64,
}

impl Bounds {
    /// The box of one point.
    #[must_use]
    pub fn at([x, y]: [f64; 2]) -> Self {
        Self {
            west: x,
            south: y,
            east: x,
            north: y,
        }
    }

    /// The box grown to hold a point.
    #[must_use]
    pub fn with(self, [x, y]: [f64; 2]) -> Self {
        Self {
            west: self.west.min(x),
            south: self.south.min(y),
            east: self.east.max(x),
            north: self.north.max(y),
        }
    }

    /// Square degrees.
    #[must_use]
    pub fn size(&self) -> f64 {
        (self.east - self.west) * (self.north - self.south)
    }

    /// The box round both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether the two have a point in common, be it on their borders.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }

    /// Whether all of `other` is inside, borders included.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.west <= other.west
            && other.east <= self.east
            && self.south <= other.south
            && other.north <= self.north
    }

    /// The box as it would be had longitude and latitude been swapped: where a file's units miss a raster and this
    /// meets it, the axes of the file are likely in the wrong order.
    #[must_use]
    pub fn swapped(&self) -> Self {
        Self {
            west: self.south,
            south: self.west,
            east: self.north,
            north: self.east,
        }
    }
}
