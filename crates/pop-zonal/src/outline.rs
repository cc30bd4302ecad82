//! Outlines: the rings of one org unit on a transform, indexed by the bands of rows that they cross.

mod ring;

use std::ops::Range;

use pop_geo::{Area, RingKind, signed_area};
use pop_raster::ChunkLayout;

use crate::cell_transform::CellTransform;
use crate::row_bands::row_bands;
use ring::{CellBox, RingSize, ShiftedRing};

/// The rings of a unit and their size on a transform.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    rings: Vec<ShiftedRing<'a>>,
    /// Size of the unit in cells, wherever it lies.
    pub(crate) area: f64,
    /// Size of its part within the raster's extent, from the edges alone: what the coverage is checked against.
    pub(crate) inside: f64,
    /// Sum of the magnitudes that `inside` was added up from, for the rounding error to expect.
    pub(crate) scale: f64,
}

/// Consecutive edges of a ring that touch one band: from point `first` on, `edges` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EdgeChain {
    /// Which outline.
    pub(crate) outline: u32,
    ring: u32,
    first: u32,
    edges: u32,
}

impl<'a> Outline<'a> {
    /// Puts an area on a transform and files its edges under the bands of `band_height` rows that they touch.
    pub(crate) fn new(
        area: &'a Area,
        transform: &CellTransform,
        bands: &mut EdgeIndex,
        number: u32,
    ) -> Self {
        let mut outline = Self {
            rings: Vec::new(),
            area: 0.0,
            inside: 0.0,
            scale: 0.0,
        };
        for (ring, kind) in area.rings() {
            let clockwise = signed_area(ring) * transform.step[0] * transform.step[1] > 0.0;
            let shell = kind == RingKind::Shell;
            // rows grow downwards, so a ring clockwise clockwise on the page has its edges going down on its right
            let sign = if clockwise == shell { -1 } else { 1 };
            let mut drawn = false;
            for shift in [0.0, 360.0, -360.0] {
                let ring = ShiftedRing {
                    points: ring,
                    shift,
                    clockwise,
                    sign,
                };
                let Some(extent) = ring.extent(transform) else {
                    continue;
                };
                if extent.intersects(transform) {
                    let size = bands.file(&ring, transform, number, outline.rings.len() as u32);
                    outline.measure(&ring, transform, &extent, size);
                    if !drawn {
                        outline.area += size;
                    }
                    outline.rings.push(ring);
                    drawn = true;
                }
            }
            if !drawn {
                let ring = ShiftedRing {
                    points: ring,
                    shift: 0.0,
                    clockwise,
                    sign,
                };
                outline.area += ring.size(transform);
            }
        }
        outline
    }

    fn measure(
        &mut self,
        ring: &ShiftedRing<'_>,
        transform: &CellTransform,
        extent: &CellBox,
        size: f64,
    ) {
        if extent.within(transform) {
            self.inside += size;
        } else {
            self.inside += ring.size_inside(transform);
        }
        let box_size = (extent.high[0] - extent.low[0]) * (extent.high[1] - extent.low[1]);
        self.scale += box_size.abs();
    }

    /// The edges of a chain in cell positions, as if every ring were written clockwise.
    pub(crate) fn edges_clockwise(
        &self,
        chain: EdgeChain,
        transform: &CellTransform,
        mut each: impl FnMut([f64; 2], [f64; 2]),
    ) {
        let clockwise = self
            .rings
            .get(chain.ring as usize)
            .is_some_and(|ring| ring.clockwise);
        self.edges(chain, transform, |p, q, _| {
            if clockwise { each(p, q) } else { each(q, p) }
        });
    }

    /// The edges of a chain in cell positions, each with the sign of its ring.
    pub(crate) fn edges(
        &self,
        chain: EdgeChain,
        transform: &CellTransform,
        mut each: impl FnMut([f64; 2], [f64; 2], i64),
    ) {
        let Some(ring) = self.rings.get(chain.ring as usize) else {
            return;
        };
        let count = ring.points.len();
        let mut p = ring.at(chain.first as usize % count, transform);
        for step in 1..=chain.edges as usize {
            let q = ring.at((chain.first as usize + step) % count, transform);
            each(p, q, ring.sign);
            p = q;
        }
    }
}

/// Chains by band: only these few numbers are kept for the whole raster, never edges or cells.
#[derive(Debug)]
pub(crate) struct EdgeIndex {
    /// Rows of each band, from the north.
    bands: Vec<Range<i64>>,
    chains: Vec<Vec<EdgeChain>>,
}

impl EdgeIndex {
    pub(crate) fn new(layout: &ChunkLayout) -> Self {
        let bands = row_bands(layout);
        Self {
            chains: vec![Vec::new(); bands.len()],
            bands,
        }
    }

    /// Appends the chains of another index over the same bands.
    pub(crate) fn append(&mut self, other: Self) {
        for (ours, theirs) in self.chains.iter_mut().zip(other.chains) {
            if ours.is_empty() {
                *ours = theirs;
            } else {
                ours.extend(theirs);
            }
        }
    }

    /// Chains that touch a band, in the order of their outlines.
    pub(crate) fn band(&self, number: usize) -> &[EdgeChain] {
        self.chains.get(number).map_or(&[], Vec::as_slice)
    }

    /// Rows of a band.
    pub(crate) fn rows(&self, number: usize) -> Range<i64> {
        self.bands.get(number).cloned().unwrap_or(0..0)
    }

    pub(crate) fn len(&self) -> usize {
        self.chains.len()
    }

    /// Files the edges of a ring under the bands they touch; gives the ring's size, as [`ShiftedRing::size`] does.
    fn file(
        &mut self,
        ring: &ShiftedRing<'_>,
        transform: &CellTransform,
        outline: u32,
        number: u32,
    ) -> f64 {
        let mut finder = BandFinder::new(&self.bands);
        let count = ring.points.len();
        let mut open: Option<(i64, EdgeChain)> = None;
        let start = ring.at(0, transform);
        let mut size = RingSize::from(start);
        let mut from = finder.band_of(start[1]);
        for index in 0..count {
            let corner = ring.at(if index + 1 < count { index + 1 } else { 0 }, transform);
            size.add(corner);
            let to = finder.band_of(corner[1]);
            let edge = EdgeChain {
                outline,
                ring: number,
                first: index as u32,
                edges: 1,
            };
            match &mut open {
                Some((band, chain)) if from == to && *band == to => chain.edges += 1,
                _ => {
                    close(&mut self.chains, open.take());
                    if from == to {
                        open = Some((to, edge));
                    } else {
                        for band in from.min(to)..=from.max(to) {
                            close(&mut self.chains, Some((band, edge)));
                        }
                    }
                }
            }
            from = to;
        }
        close(&mut self.chains, open);
        size.signed(ring.sign)
    }
}

/// Finds the band of a row, trying the last one found first.
struct BandFinder<'a> {
    bands: &'a [Range<i64>],
    last: i64,
    rows: (f64, f64),
}

impl<'a> BandFinder<'a> {
    fn new(bands: &'a [Range<i64>]) -> Self {
        Self {
            bands,
            last: -1,
            rows: (0.0, 0.0),
        }
    }

    /// Band of a row position; -1 above the first, their number below the last.
    fn band_of(&mut self, row: f64) -> i64 {
        if self.rows.0 <= row && row < self.rows.1 {
            return self.last;
        }
        let band = self.bands.partition_point(|band| band.start as f64 <= row) as i64 - 1;
        match self.bands.get(band.max(0) as usize) {
            Some(rows) if band >= 0 && row < rows.end as f64 => {
                self.rows = (rows.start as f64, rows.end as f64);
                self.last = band;
                band
            }
            Some(_) if band >= 0 => band + 1,
            _ => band,
        }
    }
}

fn close(chains: &mut [Vec<EdgeChain>], open: Option<(i64, EdgeChain)>) {
    if let Some((band, chain)) = open
        && let Some(chains) = usize::try_from(band).ok().and_then(|b| chains.get_mut(b))
    {
        chains.push(chain);
    }
}
