//! From outlines in degrees to shapes on the map.

use crate::conflicts;
use crate::path::PathWriter;
use crate::projection::Projection;
use crate::rings::Outline;
use crate::simplify::{MICRO, SimplifiedArcs};
use crate::topology::{ArcUse, Topology};

/// A unit below this size in both directions, in pixels, is drawn as a dot.
const DOT: f64 = 2.0;

/// What a unit looks like.
#[derive(Debug, Clone, PartialEq)]
pub enum UnitShape {
    /// Not on the map.
    None,
    /// Path data of SVG, in tenths of a pixel; filled by even-odd.
    Path(String),
    /// A unit too small for a path: its middle, in tenths of a pixel.
    Dot([i64; 2]),
}

/// Units on a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// Tenths of a pixel.
    pub width: u32,
    /// Tenths of a pixel.
    pub height: u32,
    /// One a unit, in the order of the outlines.
    pub shapes: Vec<UnitShape>,
    /// Units from the largest to the smallest: one that lies in another is drawn after it.
    pub order: Vec<usize>,
    /// What had to be left out or left alone.
    pub summary: MapSummary,
}

/// What had to be left out or left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MapSummary {
    /// Rings drawn as lines.
    pub rings: usize,
    /// Rings too small for that, marked by a dot of the border.
    pub marked_rings: usize,
    /// Units drawn as a dot.
    pub dots: usize,
    /// Pairs of borders that cross or touch in the source without sharing their vertices; drawn as they are.
    pub unmatched_borders: usize,
}

/// Draws outlines; `None` where none has a ring.
#[must_use]
pub fn draw(outlines: &[Outline<'_>]) -> Option<Map> {
    let rings = || {
        outlines
            .iter()
            .flat_map(|outline| outline.rings.iter().copied())
    };
    let projection = Projection::fit(rings())?;
    // At most 960 pixels: micropixels fit.
    let topology = Topology::new(outlines, |position| {
        let pixels = projection.pixels(position);
        pixels.map(|pixel| (pixel * MICRO).round() as i32)
    });
    let mut lines = SimplifiedArcs::new(&topology);
    let unmatched_borders = conflicts::resolve(&mut lines);
    let mut summary = MapSummary {
        unmatched_borders,
        ..MapSummary::default()
    };
    let mut sizes = Vec::with_capacity(outlines.len());
    let mut shapes = Vec::with_capacity(outlines.len());
    for (outline, rings) in outlines.iter().zip(&topology.rings) {
        let extent = Extent::new(outline, &projection);
        sizes.push(extent.area());
        shapes.push(shape(
            outline,
            rings,
            &lines,
            &extent,
            &projection,
            &mut summary,
        ));
    }
    let mut order: Vec<usize> = (0..outlines.len()).collect();
    order.sort_by(|&a, &b| sizes[b].total_cmp(&sizes[a]));
    let tenths = |pixels: f64| (pixels * 10.0).ceil() as u32;
    Some(Map {
        width: tenths(projection.width),
        height: tenths(projection.height),
        shapes,
        order,
        summary,
    })
}

/// The box round a unit, in pixels.
struct Extent {
    low: [f64; 2],
    high: [f64; 2],
}

impl Extent {
    fn new(outline: &Outline<'_>, projection: &Projection) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for &position in outline.rings.iter().copied().flatten() {
            let pixel = projection.pixels(position);
            for axis in 0..2 {
                low[axis] = low[axis].min(pixel[axis]);
                high[axis] = high[axis].max(pixel[axis]);
            }
        }
        Self { low, high }
    }

    fn side(&self, axis: usize) -> f64 {
        (self.high[axis] - self.low[axis]).max(0.0)
    }

    /// Square pixels: a unit that lies in another has a smaller box.
    fn area(&self) -> f64 {
        self.side(0) * self.side(1)
    }

    fn middle(&self) -> [i64; 2] {
        [0, 1].map(|axis| (f64::midpoint(self.low[axis], self.high[axis]) * 10.0).round() as i64)
    }
}

fn shape(
    outline: &Outline<'_>,
    rings: &[Vec<ArcUse>],
    lines: &SimplifiedArcs<'_>,
    extent: &Extent,
    projection: &Projection,
    summary: &mut MapSummary,
) -> UnitShape {
    if outline.rings.iter().all(|ring| ring.is_empty()) {
        return UnitShape::None;
    }
    if extent.side(0) < DOT && extent.side(1) < DOT {
        summary.dots += 1;
        return UnitShape::Dot(extent.middle());
    }
    let mut path = PathWriter::default();
    for (ring, arcs) in outline.rings.iter().zip(rings) {
        match arcs.as_slice() {
            [] => {
                let pixel = ring.first().map(|&position| projection.pixels(position));
                let Some(pixel) = pixel else { continue };
                path.mark(pixel.map(|pixel| (pixel * 10.0).round() as i64 * (MICRO as i64 / 10)));
                summary.marked_rings += 1;
            }
            [used] if lines.is_marked(used.arc) => {
                path.mark(lines.centre(used.arc));
                summary.marked_rings += 1;
            }
            arcs => {
                path.ring(ring_places(arcs, lines).into_iter());
                summary.rings += 1;
            }
        }
    }
    UnitShape::Path(path.finish())
}

/// The drawn places of a ring, open.
fn ring_places(arcs: &[ArcUse], lines: &SimplifiedArcs<'_>) -> Vec<[i64; 2]> {
    let mut places = Vec::new();
    for used in arcs {
        let vertices = lines.vertices(used.arc).map(|vertex| lines.drawn(vertex));
        if used.is_reversed {
            places.extend(vertices.rev());
        } else {
            places.extend(vertices);
        }
        // The next arc begins with it.
        places.pop();
    }
    places
}
