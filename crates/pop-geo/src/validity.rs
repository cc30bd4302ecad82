//! Whether polygons are valid, and what is done where they are not.

use crate::crossing::{Contact, IndexedRing};
use crate::{Area, Defect, GeometryProblem, OrgUnit, Repair, RingKind, Shape, longitudes, repair};

/// A part of the box round an area that does not count as ground: what rounding leaves of a polygon without area.
pub(crate) const NO_AREA: f64 = 1e-13;

impl OrgUnit {
    /// Makes polygons valid as they come from a file, or says why they cannot be used; other shapes are left alone.
    pub(crate) fn make_valid(&mut self) {
        if let Shape::Area(area) = &mut self.shape {
            self.shape = match make_valid(std::mem::take(area)) {
                Ok(area) => Shape::Area(area),
                Err(problem) => Shape::Bad(problem),
            };
        }
    }
}

/// Checks positions, cuts at the antimeridian, and repairs what is not valid.
fn make_valid(mut area: Area) -> Result<Area, GeometryProblem> {
    let flat = drop_flat_rings(&mut area)?;
    longitudes::normalize(&mut area)?;
    let mut area = match check(&area) {
        Validity::Valid => area,
        Validity::Touching(_) | Validity::Invalid(_) => {
            let (repaired, repair) = repair(&area)?;
            // Where nothing was found after all, what was written stays, bit for bit.
            if repair.defects.is_empty() {
                area
            } else {
                repaired
            }
        }
    };
    if flat {
        let size = area.size();
        let repair = area.repair.get_or_insert(Repair {
            defects: Vec::new(),
            area_before: size,
            area_after: size,
        });
        repair.defects.push(Defect::FlatRing);
    }
    let box_size = area.bounds().map_or(0.0, |bounds| bounds.size());
    if area.size() > NO_AREA * box_size {
        Ok(area)
    } else {
        Err(GeometryProblem::NoArea)
    }
}

/// Leaves out rings of one or two different points beside proper ones; gives whether there were any.
fn drop_flat_rings(area: &mut Area) -> Result<bool, GeometryProblem> {
    let mut flattest = None;
    area.polygons.retain_mut(|polygon| {
        let shell = polygon.rings.first().map_or(0, |ring| different(ring));
        polygon.rings.retain(|ring| {
            let found = different(ring);
            if found < 3 {
                flattest = Some(found);
            }
            found == 3
        });
        shell == 3
    });
    match flattest {
        Some(found) if area.polygons.is_empty() => Err(GeometryProblem::TooFewPoints { found }),
        flattest => Ok(flattest.is_some()),
    }
}

/// Different points of a ring, counted up to three.
fn different(ring: &[[f64; 2]]) -> usize {
    let Some(first) = ring.first() else { return 0 };
    let mut others = ring.iter().filter(|point| *point != first);
    match others.next() {
        None => 1,
        Some(second) if others.any(|point| point != second) => 3,
        Some(_) => 2,
    }
}

/// What a look at the borders tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Validity {
    /// No two borders meet, and every ring is where it should be.
    Valid,
    /// Borders touch, near this point: only an overlay can tell.
    Touching([f64; 2]),
    /// Borders cross, or a ring is where it should not be, near this point.
    Invalid([f64; 2]),
}

/// A ring of an area with its place among the others.
struct RingInPolygon<'a> {
    indexed: IndexedRing<'a>,
    polygon: usize,
    kind: RingKind,
}

/// Looks at every ring by itself and at every two whose boxes meet.
pub(crate) fn check(area: &Area) -> Validity {
    let mut validity = Validity::Valid;
    let mut rings = Vec::new();
    for (polygon, member) in area.polygons.iter().enumerate() {
        for (index, ring) in member.rings.iter().enumerate() {
            let kind = RingKind::of(index);
            let indexed = IndexedRing::new(ring);
            match indexed.self_contact() {
                Some(Contact::Cross(at)) => return Validity::Invalid(at),
                Some(Contact::Touch(at)) => validity = Validity::Touching(at),
                None => {}
            }
            rings.push(RingInPolygon {
                indexed,
                polygon,
                kind,
            });
        }
    }
    // Sweep over the boxes from west to east.
    rings.sort_by(|a, b| a.indexed.bounds().west.total_cmp(&b.indexed.bounds().west));
    let mut around = vec![Surroundings::default(); rings.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, ring) in rings.iter().enumerate() {
        let bounds = ring.indexed.bounds();
        open.retain(|&other| {
            rings
                .get(other)
                .is_some_and(|other| other.indexed.bounds().east >= bounds.west)
        });
        for &other_index in &open {
            let Some(other) = rings.get(other_index) else {
                continue;
            };
            match ring.indexed.contact(&other.indexed) {
                Some(Contact::Cross(at)) => return Validity::Invalid(at),
                Some(Contact::Touch(at)) => validity = Validity::Touching(at),
                None => {
                    Surroundings::note(&mut around, (index, ring), other);
                    Surroundings::note(&mut around, (other_index, other), ring);
                }
            }
        }
        open.push(index);
    }
    if validity != Validity::Valid {
        return validity;
    }
    // No two rings meet: one lies within the other or beside it.
    let misplaced = rings
        .iter()
        .zip(&around)
        .find(|(ring, around)| match ring.kind {
            RingKind::Shell => around.count != 0,
            RingKind::Hole => around.count != 1 || !around.own_shell,
        });
    misplaced.map_or(validity, |(ring, _)| {
        Validity::Invalid(ring.indexed.point())
    })
}

/// What lies around a ring: shells less holes.
#[derive(Debug, Clone, Copy, Default)]
struct Surroundings {
    count: i32,
    own_shell: bool,
}

impl Surroundings {
    /// Notes `outer` on `inner` if it lies around it.
    fn note(
        all: &mut [Self],
        (index, inner): (usize, &RingInPolygon<'_>),
        outer: &RingInPolygon<'_>,
    ) {
        if !outer.indexed.bounds().contains(&inner.indexed.bounds())
            || !outer.indexed.encloses(inner.indexed.point())
        {
            return;
        }
        if let Some(around) = all.get_mut(index) {
            around.count += match outer.kind {
                RingKind::Shell => 1,
                RingKind::Hole => -1,
            };
            around.own_shell |= outer.kind == RingKind::Shell && outer.polygon == inner.polygon;
        }
    }
}

/// A point where borders of the area cross, or near which its parts overlap or a hole lies outside its shell; `None` where the area is
/// valid.
///
/// Borders that only touch are valid, and so are borders that cross by no more than doubles can tell of the area.
/// What [`read_orgunits`](crate::read_orgunits) gives has been through this.
#[must_use]
pub fn crossing_test(area: &Area) -> Option<[f64; 2]> {
    let (Validity::Touching(at) | Validity::Invalid(at)) = check(area) else {
        return None;
    };
    match repair(area) {
        Ok((_, repair)) if repair.defects.is_empty() => None,
        Err(GeometryProblem::Ambiguous { at, .. }) => Some(at),
        _ => Some(at),
    }
}
