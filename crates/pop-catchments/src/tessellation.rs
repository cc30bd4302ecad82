//! One task's lines in one frame of longitudes.

use std::collections::{BTreeMap, HashMap, HashSet};

use pop_geo::{Polygon, signed_area};

use crate::arrangement::Arrangement;
use crate::bisector::Cap;
use crate::labels::{Judge, Label};
use crate::limit::Window;
use crate::line::Role;
use crate::network::{Frame, Network};
use crate::options::PartitionOptions;
use crate::subdivision::Subdivision;
use crate::{CatchmentError, Position};

/// The networks of a task.
#[derive(Debug)]
pub(crate) struct Networks {
    pub(crate) sites: Network,
    /// Sites of other parents, where what is in their reach is asked for.
    pub(crate) others: Network,
}

/// Outlines, borders and limits, cut where they meet.
#[derive(Debug, Default)]
pub(crate) struct Tessellation {
    arrangement: Arrangement,
    /// The ends of each side of the outlines.
    sides: Vec<[Position; 2]>,
}

/// A polygon and the number of what it is the outline of.
pub(crate) type Outline<'a> = (u32, &'a Polygon);

impl Tessellation {
    /// Lays out the lines within and near the outlines.
    pub(crate) fn new(
        parents: &[Outline<'_>],
        kept: &[Outline<'_>],
        networks: &Networks,
        options: &PartitionOptions,
    ) -> Self {
        let mut found = Self::default();
        for &(parent, polygon) in parents {
            found.add_outline(polygon, |side| Role::Outline { parent, side });
        }
        let Some(window) = Window::around(&found.arrangement.vertices) else {
            return found;
        };
        for &(unit, polygon) in kept {
            found.add_outline(polygon, |_| Role::Kept { unit });
        }
        let meridian = f64::midpoint(window.low[0], window.high[0]);
        let frame = Frame {
            meridian,
            cap: Cap::around(window.low[0], window.low[1], window.high[0], window.high[1]),
            tolerance: options.tolerance,
        };
        for border in networks.sites.borders(&frame) {
            let (left, right) = (border.left as u32, border.right as u32);
            found.add_line(&border.line, Role::Border { left, right });
        }
        if let Some(metres) = options.max_distance {
            for (site, path) in networks
                .sites
                .limits(metres, options.tolerance, meridian, &window)
            {
                found.add_line(&path, Role::Limit { site: site as u32 });
            }
            for (_, path) in networks
                .others
                .limits(metres, options.tolerance, meridian, &window)
            {
                found.add_line(&path, Role::OtherLimit);
            }
        }
        found
    }

    /// Adds the rings of a polygon, wound so that it is to their left.
    fn add_outline(&mut self, polygon: &Polygon, role: impl Fn(u32) -> Role) {
        for (number, ring) in polygon.rings.iter().enumerate() {
            let mut ring = ring.clone();
            if (signed_area(&ring) < 0.0) == (number == 0) {
                ring.reverse();
            }
            ring.extend(ring.first().copied());
            for ends in ring.windows(2) {
                if ends[0] == ends[1] {
                    continue;
                }
                let side = self.sides.len() as u32;
                self.sides.push([ends[0], ends[1]]);
                self.arrangement.add_path(ends, || role(side));
            }
        }
    }

    /// Adds a drawn line, except steps round the back of the frame.
    fn add_line(&mut self, line: &[Position], role: Role) {
        for step in line.windows(2) {
            if (step[1][0] - step[0][0]).abs() < 180.0 {
                self.arrangement.add_path(step, || role);
            }
        }
    }

    /// Cuts lines where they meet.
    pub(crate) fn cut(&mut self) -> Result<(), CatchmentError> {
        self.arrangement.cut()
    }

    /// The sides that have been cut: their ends, and the points between them.
    pub(crate) fn cut_sides(&self) -> Vec<([Position; 2], Vec<Position>)> {
        let mut found: BTreeMap<u32, Vec<Position>> = BTreeMap::new();
        for line in &self.arrangement.lines {
            if let Role::Outline { side, .. } = line.role
                && let to = self.arrangement.at(line.to)
                && to != self.sides[side as usize][1]
            {
                found.entry(side).or_default().push(to);
            }
        }
        let ends = |(side, points)| (self.sides[side as usize], points);
        found.into_iter().map(ends).collect()
    }

    /// Cuts sides at all points given for them, in their order along the side. Gives whether anything changed.
    pub(crate) fn cut_at(&mut self, points: &HashMap<[[u64; 2]; 2], Vec<Position>>) -> bool {
        let mut paths: BTreeMap<u32, (Role, Vec<u32>)> = BTreeMap::new();
        for (number, ends) in (0..).zip(&self.sides) {
            let Some(between) = points.get(&side_key(ends)) else {
                continue;
            };
            let reversed = side_key(ends)[0] != ends[0].map(f64::to_bits);
            let mut path: Vec<u32> = vec![self.arrangement.vertex(ends[0])];
            let on_way = between.iter().map(|&point| self.arrangement.vertex(point));
            path.extend(on_way);
            if reversed {
                path[1..].reverse();
            }
            path.push(self.arrangement.vertex(ends[1]));
            paths.insert(number, (Role::OtherLimit, path));
        }
        let mut present: HashMap<u32, HashSet<(u32, u32)>> = HashMap::new();
        for line in &self.arrangement.lines {
            if let Role::Outline { side, .. } = line.role
                && let Some((role, _)) = paths.get_mut(&side)
            {
                *role = line.role;
                present
                    .entry(side)
                    .or_default()
                    .insert((line.from, line.to));
            }
        }
        paths.retain(|side, (_, path)| {
            let has = |step: &[u32]| {
                present
                    .get(side)
                    .is_some_and(|lines| lines.contains(&(step[0], step[1])))
            };
            !path.windows(2).all(has)
        });
        let changed = !paths.is_empty();
        self.arrangement
            .remove(|role| matches!(role, Role::Outline { side, .. } if paths.contains_key(&side)));
        for (role, path) in paths.into_values() {
            for step in path.windows(2) {
                self.arrangement.add(step[0], step[1], role);
            }
        }
        changed
    }

    /// The polygons of every label.
    pub(crate) fn polygons(
        self,
        judge: &Judge<'_>,
    ) -> Result<BTreeMap<Label, Vec<Polygon>>, CatchmentError> {
        let subdivision = Subdivision::of(self.arrangement);
        let labels = judge.labels(&subdivision);
        crate::regions::polygons(&subdivision, &labels, Label::Outside)
    }
}

/// A side by the bits of its ends, the same whichever way it runs.
pub(crate) fn side_key(ends: &[Position; 2]) -> [[u64; 2]; 2] {
    let [a, b] = ends.map(|end| end.map(f64::to_bits));
    if a <= b { [a, b] } else { [b, a] }
}
