//! GeoJSON geometries of polygons.

use pop_geo::{Polygon, Ring, signed_area};
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

/// The polygons with coordinates of so many decimal places; parts that vanish are left out.
pub(crate) fn rounded(polygons: &[Polygon], decimals: u8) -> Vec<Polygon> {
    let factor = 10_f64.powi(i32::from(decimals));
    let round = |ring: &Ring| -> Option<Ring> {
        let mut rounded: Ring = ring
            .iter()
            .map(|position| position.map(|x| (x * factor).round() / factor + 0.0))
            .collect();
        rounded.dedup();
        (rounded.len() > 3 && signed_area(&rounded) != 0.0).then_some(rounded)
    };
    let polygons = polygons.iter().filter_map(|polygon| {
        let (shell, holes) = polygon.rings.split_first()?;
        let shell = round(shell)?;
        Some(Polygon {
            rings: std::iter::once(shell)
                .chain(holes.iter().filter_map(round))
                .collect(),
        })
    });
    polygons.collect()
}

/// Square degrees.
pub(crate) fn size(polygons: &[Polygon]) -> f64 {
    polygons
        .iter()
        .flat_map(|polygon| &polygon.rings)
        .map(|ring| signed_area(ring))
        .sum()
}
