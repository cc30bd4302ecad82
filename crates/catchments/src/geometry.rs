//! GeoJSON geometries of polygons.

use pop_geo::{Polygon, signed_area};
use serde_json::value::RawValue;

/// A geometry's JSON; `None` for no polygons.
pub(crate) fn geometry(polygons: &[Polygon]) -> Option<Box<RawValue>> {
    let mut text = Vec::with_capacity(
        64 + 40
            * polygons
                .iter()
                .flat_map(|polygon| &polygon.rings)
                .map(Vec::len)
                .sum::<usize>(),
    );
    match polygons {
        [] => return None,
        [polygon] => {
            text.extend_from_slice(br#"{"type":"Polygon","coordinates":"#);
            write_polygon(&mut text, polygon);
        }
        polygons => {
            text.extend_from_slice(br#"{"type":"MultiPolygon","coordinates":"#);
            write_list(&mut text, polygons, write_polygon);
        }
    }
    text.push(b'}');
    RawValue::from_string(String::from_utf8(text).ok()?).ok()
}

fn write_polygon(text: &mut Vec<u8>, polygon: &Polygon) {
    write_list(text, &polygon.rings, |text, ring| {
        write_list(text, ring, |text, position| {
            write_list(text, position, |text, number| {
                // Numbers are finite, and writing to memory does not fail.
                let _ = serde_json::to_writer(text, number);
            });
        });
    });
}

fn write_list<T>(text: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    text.push(b'[');
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            text.push(b',');
        }
        write(text, item);
    }
    text.push(b']');
}

/// Square degrees.
pub(crate) fn size(polygons: &[Polygon]) -> f64 {
    polygons
        .iter()
        .flat_map(|polygon| &polygon.rings)
        .map(|ring| signed_area(ring))
        .sum()
}
