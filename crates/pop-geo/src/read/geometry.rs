//! GeoJSON geometries as shapes.

use geojson::{Geometry, GeometryValue, Position};

use super::coordinates::Coordinates;
use super::skeleton::Skeleton;
use crate::{Area, Polygon, Ring, Shape};

/// What a geometry is made of.
#[derive(Debug, Default)]
struct Parts {
    polygons: Vec<Polygon>,
    points: Ring,
    lines: usize,
}

/// The shape of a geometry whose coordinates are placeholders; its polygons as written.
pub(super) fn shape(geometry: Option<&Geometry>, skeleton: &mut Skeleton<'_>) -> Shape {
    let mut parts = Parts::default();
    if let Some(geometry) = geometry {
        parts.add(geometry, skeleton);
    }
    parts.polygons.retain_mut(|polygon| {
        // An empty first ring is no shell, and then there is nothing that the others could be holes of.
        let shell = polygon.rings.first().is_some_and(|ring| !ring.is_empty());
        polygon.rings.retain(|ring| !ring.is_empty());
        shell
    });
    if !parts.polygons.is_empty() {
        Shape::Area(Area::new(parts.polygons))
    } else if parts.lines > 0 {
        Shape::Line
    } else if !parts.points.is_empty() {
        Shape::Point(parts.points)
    } else {
        Shape::None
    }
}

impl Parts {
    fn add(&mut self, geometry: &Geometry, skeleton: &mut Skeleton<'_>) {
        match &geometry.value {
            GeometryValue::Point { coordinates } => {
                if let Some(Coordinates::Position(position)) = take(Some(coordinates), skeleton) {
                    self.points.push(position);
                }
            }
            GeometryValue::MultiPoint { coordinates } => {
                let line = take(coordinates.first(), skeleton).map(Coordinates::into_line);
                self.points.extend(line.unwrap_or_default());
            }
            GeometryValue::LineString { coordinates } => self.lines += coordinates.len(),
            GeometryValue::MultiLineString { coordinates } => self.lines += coordinates.len(),
            GeometryValue::Polygon { coordinates } => {
                let first = coordinates.iter().flatten().next();
                let rings = take(first, skeleton);
                self.polygons.extend(rings.map(polygon));
            }
            GeometryValue::MultiPolygon { coordinates } => {
                let first = coordinates.iter().flatten().flatten().next();
                let polygons = take(first, skeleton).map(Coordinates::into_items);
                let polygons = polygons.unwrap_or_default().into_iter();
                self.polygons.extend(polygons.map(polygon));
            }
            GeometryValue::GeometryCollection { geometries } => {
                for geometry in geometries {
                    self.add(geometry, skeleton);
                }
            }
        }
    }
}

fn take(placeholder: Option<&Position>, skeleton: &mut Skeleton<'_>) -> Option<Coordinates> {
    skeleton.take_array(placeholder?)
}

fn polygon(rings: Coordinates) -> Polygon {
    let rings = rings.into_items().into_iter();
    Polygon {
        rings: rings.map(Coordinates::into_line).collect::<Vec<Ring>>(),
    }
}
