//! Polygons as a GeoJSON geometry.

use std::borrow::Cow;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::{Polygon, Ring, RingKind, signed_area};

/// Polygons as a geometry of RFC 7946 (section 3.1.6): every ring closed, shells anticlockwise, holes clockwise, whichever way they were
/// read. A ring begins at the vertex it began at.
#[derive(Debug, Clone, Copy)]
pub struct PolygonGeometry<'a> {
    polygons: &'a [Polygon],
    is_multi: bool,
}

impl<'a> PolygonGeometry<'a> {
    /// A Polygon for one polygon, a MultiPolygon for several, null for none.
    #[must_use]
    pub const fn new(polygons: &'a [Polygon]) -> Self {
        Self {
            polygons,
            is_multi: polygons.len() > 1,
        }
    }

    /// A MultiPolygon also for one polygon, so that all features of a layer are of one type; null for none.
    #[must_use]
    pub const fn multi(polygons: &'a [Polygon]) -> Self {
        Self {
            polygons,
            is_multi: true,
        }
    }

    /// Its text; `None` for no polygons.
    ///
    /// # Errors
    /// Those of `serde_json`, which has none for finite coordinates.
    pub fn to_raw(self) -> serde_json::Result<Option<Box<RawValue>>> {
        if self.polygons.is_empty() {
            return Ok(None);
        }
        to_raw_value(&self).map(Some)
    }
}

impl Serialize for PolygonGeometry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rings: Vec<Vec<Cow<'_, Ring>>> = self.polygons.iter().map(rings_of).collect();
        let Some(first) = rings.first() else {
            return serializer.serialize_none();
        };
        let mut geometry = serializer.serialize_struct("Geometry", 2)?;
        if self.is_multi {
            geometry.serialize_field("type", "MultiPolygon")?;
            geometry.serialize_field("coordinates", &rings)?;
        } else {
            geometry.serialize_field("type", "Polygon")?;
            geometry.serialize_field("coordinates", first)?;
        }
        geometry.end()
    }
}

fn rings_of(polygon: &Polygon) -> Vec<Cow<'_, Ring>> {
    let rings = polygon.rings.iter().enumerate();
    rings
        .map(|(index, ring)| right_hand_ring(ring, RingKind::of(index)))
        .collect()
}

/// The ring, closed and wound by the right-hand rule.
fn right_hand_ring(ring: &Ring, kind: RingKind) -> Cow<'_, Ring> {
    let mut ring = Cow::Borrowed(ring);
    if ring.first() != ring.last() {
        let first = ring.first().copied();
        ring.to_mut().extend(first);
    }
    let area = signed_area(&ring);
    let is_clockwise = area < 0.0;
    if area != 0.0 && is_clockwise == (kind == RingKind::Shell) {
        ring.to_mut().reverse();
    }
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [[f64; 2]; 4] = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
    const HOLE: [[f64; 2]; 4] = [[1.0, 1.0], [1.0, 2.0], [2.0, 2.0], [2.0, 1.0]];

    fn polygon(rings: &[&[[f64; 2]]]) -> Polygon {
        Polygon {
            rings: rings.iter().map(|ring| ring.to_vec()).collect(),
        }
    }

    fn text(geometry: PolygonGeometry<'_>) -> String {
        serde_json::to_string(&geometry).unwrap()
    }

    #[test]
    fn rings_are_closed_and_wound_by_the_right_hand_rule_however_they_came() {
        let expected = r#"{"type":"Polygon","coordinates":[[[0.0,0.0],[4.0,0.0],[4.0,4.0],[0.0,4.0],[0.0,0.0]],[[1.0,1.0],[1.0,2.0],[2.0,2.0],[2.0,1.0],[1.0,1.0]]]}"#;
        let closed = |ring: &[[f64; 2]]| [ring, &ring[..1]].concat();
        let reversed = |ring: &[[f64; 2]]| -> Vec<[f64; 2]> {
            ring[..1]
                .iter()
                .chain(ring[1..].iter().rev())
                .copied()
                .collect()
        };
        for (shell, hole) in [
            (SQUARE.to_vec(), HOLE.to_vec()),
            (closed(&SQUARE), closed(&HOLE)),
            (reversed(&SQUARE), reversed(&HOLE)),
            (closed(&reversed(&SQUARE)), closed(&reversed(&HOLE))),
        ] {
            let polygons = [polygon(&[&shell, &hole])];
            assert_eq!(text(PolygonGeometry::new(&polygons)), expected);
            let raw = PolygonGeometry::new(&polygons).to_raw().unwrap();
            assert_eq!(raw.unwrap().get(), expected);
        }
    }

    #[test]
    fn the_type_follows_the_number_of_polygons_unless_it_is_to_be_one() {
        let one = [polygon(&[&SQUARE])];
        let two = [polygon(&[&SQUARE]), polygon(&[&HOLE])];
        let is_multi =
            |text: String| text.starts_with(r#"{"type":"MultiPolygon","coordinates":[[[["#);
        assert!(!is_multi(text(PolygonGeometry::new(&one))));
        assert!(is_multi(text(PolygonGeometry::new(&two))));
        assert!(is_multi(text(PolygonGeometry::multi(&one))));
        for none in [PolygonGeometry::new(&[]), PolygonGeometry::multi(&[])] {
            assert_eq!(text(none), "null");
            assert!(none.to_raw().unwrap().is_none());
        }
    }
}
