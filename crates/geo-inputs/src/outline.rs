//! A digest of a unit's outline, by which a masked clip knows whether a unit was redrawn; and the warnings of that.

use pop_cli::{Console, counted, sha256_hex, shortened_list};
use pop_geo::Area;

/// Hexadecimal digits of a digest: 64 bits tell the outlines of a unit apart.
const DIGITS: usize = 16;

/// The first 16 hexadecimal digits of the SHA-256 of the segments of an area's border: each as longitude and latitude of its two ends
/// (64-bit floats, little-endian), the lower end first, in ascending order of these bits. Where a ring begins, how it is wound, whether it
/// is written closed and the order of rings make no difference; any other coordinate does.
#[must_use]
pub fn outline_digest(area: &Area) -> String {
    // adding 0 makes one of the two zeros
    let bits = |[x, y]: [f64; 2]| [(x + 0.0).to_bits(), (y + 0.0).to_bits()];
    let mut segments = Vec::with_capacity(area.vertices());
    for (ring, _) in area.rings() {
        for (place, &start) in ring.iter().enumerate() {
            let end = ring.get(place + 1).or(ring.first()).copied();
            let ends = [bits(start), bits(end.unwrap_or(start))];
            let [a, b] = ends;
            if a != b {
                segments.push([a.min(b), a.max(b)]);
            }
        }
    }
    segments.sort_unstable();
    let numbers = segments.as_flattened().as_flattened().iter();
    let bytes: Vec<u8> = numbers.flat_map(|number| number.to_le_bytes()).collect();
    let mut digest = sha256_hex(&bytes);
    digest.truncate(DIGITS);
    digest
}

/// Names units that masked rasters hold another outline of.
pub fn warn_of_other_outlines(rasters: &[&str], units: &[&str], console: &Console) {
    if units.is_empty() {
        return;
    }
    console.warn(&format!(
        "{}: masked to another outline of {}: {}",
        shortened_list(rasters),
        counted(units.len(), "unit"),
        shortened_list(units)
    ));
    console.hint("clip again from the whole raster, with the units as they are now");
}

/// Names masked rasters that record no outlines.
pub fn warn_of_unrecorded_outlines(rasters: &[&str], console: &Console) {
    if rasters.is_empty() {
        return;
    }
    console.warn(&format!(
        "{}: the outlines of the mask are not recorded and cannot be compared with those of the units",
        shortened_list(rasters)
    ));
    console.hint("if units were redrawn since, clip again from the whole raster");
}

#[cfg(test)]
mod tests {
    use pop_geo::{Polygon, Ring};

    use super::*;

    fn digest(rings: &[&[[f64; 2]]]) -> String {
        let rings: Vec<Ring> = rings.iter().map(|ring| ring.to_vec()).collect();
        outline_digest(&Area::new(vec![Polygon { rings }]))
    }

    #[test]
    fn the_way_a_ring_is_written_makes_no_difference_and_its_points_do() {
        let square = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0]];
        let expected = digest(&[&square]);
        assert_eq!(expected.len(), 16);
        assert_eq!(digest(&[&square[..4]]), expected);
        let mut turned = square;
        turned.reverse();
        assert_eq!(digest(&[&turned]), expected);
        let elsewhere = [[2.0, 2.0], [0.0, 2.0], [-0.0, 0.0], [2.0, 0.0]];
        assert_eq!(digest(&[&elsewhere]), expected);
        let moved = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.000_000_1], [0.0, 2.0]];
        assert_ne!(digest(&[&moved]), expected);
        let hole = [[0.5, 0.5], [1.0, 0.5], [1.0, 1.0]];
        assert_ne!(digest(&[&square, &hole]), expected);
    }
}
