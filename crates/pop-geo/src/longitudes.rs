//! Bringing longitudes within ±180.
//!
//! Files write them 0 to 360, or run on beyond 180 over the antimeridian. A step of more than half a turn between two points has two
//! readings, as drawn and the short way round, and is refused; a step of exactly one turn is an edge along a parallel, as boxes round the
//! world have.

use crate::{Area, GeometryProblem, Longitudes, Polygon, Ring};

/// What writing in decimals may put beyond a pole.
const ROUNDING: f64 = 1e-9;

/// Checks that positions are degrees, and brings longitudes within ±180: by whole turns, or by cutting the area at the antimeridian.
/// Areas that lie there as written stay as they are.
pub(crate) fn normalize(area: &mut Area) -> Result<(), GeometryProblem> {
    let mut plain = true;
    for (ring, _) in area.rings() {
        plain &= check(ring)?;
    }
    if plain {
        return Ok(());
    }
    let mut normalized = Vec::with_capacity(area.polygons.len() + 1);
    for polygon in &mut area.polygons {
        let found = normalize_polygon(std::mem::take(polygon), &mut normalized)?;
        if found != Longitudes::AsWritten && area.longitudes != Longitudes::Split {
            area.longitudes = found;
        }
    }
    area.polygons = normalized;
    Ok(())
}

/// Whether a ring is within ±180.
fn check(ring: &[[f64; 2]]) -> Result<bool, GeometryProblem> {
    let mut plain = true;
    let mut last = ring.last().map_or(0.0, |point| point[0]);
    for &[x, y] in ring {
        if y.abs() > 90.0 + ROUNDING {
            return Err(GeometryProblem::Latitude { found: y });
        }
        if x.abs() > 360.0 + ROUNDING {
            return Err(GeometryProblem::Longitude { found: x });
        }
        let step = (x - last).abs();
        if step > 180.0 && step < 360.0 {
            return Err(GeometryProblem::LongEdge { from: last, to: x });
        }
        plain &= x.abs() <= 180.0;
        last = x;
    }
    Ok(plain)
}

/// Brings one polygon within ±180, in one part or two.
fn normalize_polygon(
    mut polygon: Polygon,
    normalized: &mut Vec<Polygon>,
) -> Result<Longitudes, GeometryProblem> {
    if polygon.rings.iter().any(|ring| is_too_wide(ring)) {
        return Err(GeometryProblem::EnclosesPole);
    }
    let Some((west, east)) = polygon
        .rings
        .first()
        .and_then(|shell| longitude_range(shell))
    else {
        return Ok(Longitudes::AsWritten);
    };
    let centre = f64::midpoint(west, east);
    let shift = -360.0 * (centre / 360.0).round();
    let mut moved = false;
    for ring in &mut polygon.rings {
        // Holes may have been written a turn away from their shell.
        let (west, east) = longitude_range(ring).unwrap_or((centre, centre));
        let apart = -360.0 * ((f64::midpoint(west, east) - centre) / 360.0).round();
        moved |= translate(ring, shift + apart);
    }
    let (west, east) = (west + shift, east + shift);
    let (cut, turn) = if east > 180.0 {
        (180.0, -360.0)
    } else if west < -180.0 {
        (-180.0, 360.0)
    } else {
        normalized.push(polygon);
        return Ok(if moved {
            Longitudes::Moved
        } else {
            Longitudes::AsWritten
        });
    };
    let inside = polygon.cut(|x| if turn < 0.0 { x <= cut } else { x >= cut }, cut);
    let mut beyond = polygon.cut(|x| if turn < 0.0 { x >= cut } else { x <= cut }, cut);
    for ring in &mut beyond.rings {
        translate(ring, turn);
    }
    normalized.extend(
        [inside, beyond]
            .into_iter()
            .filter(|part| !part.rings.is_empty()),
    );
    Ok(Longitudes::Split)
}

/// Whether a ring goes round the earth more than once.
fn is_too_wide(ring: &[[f64; 2]]) -> bool {
    longitude_range(ring).is_some_and(|(west, east)| east - west > 360.0 + ROUNDING)
}

/// Moves a ring along its parallels; gives whether it moved.
fn translate(ring: &mut Ring, degrees: f64) -> bool {
    if degrees == 0.0 {
        return false;
    }
    for [x, _] in ring {
        *x = turned(*x, degrees);
    }
    true
}

/// A longitude moved by whole turns: to the nearest of the numbers with twelve decimals, so that 348.7 becomes -11.3 as it would be written.
fn turned(lon: f64, degrees: f64) -> f64 {
    const DECIMALS: f64 = 1e12;
    if degrees == 0.0 {
        lon
    } else {
        ((lon + degrees) * DECIMALS).round() / DECIMALS
    }
}

/// A longitude brought within ±180 by whole turns; what is there stays as it is.
#[must_use]
pub fn within_half_turn(lon: f64) -> f64 {
    if lon.abs() <= 180.0 {
        lon
    } else {
        turned(lon, -360.0 * (lon / 360.0).round())
    }
}

fn longitude_range(ring: &[[f64; 2]]) -> Option<(f64, f64)> {
    let first = ring.first()?[0];
    Some(ring.iter().fold((first, first), |(west, east), &[x, _]| {
        (west.min(x), east.max(x))
    }))
}

impl Polygon {
    /// The part of the polygon on one side of a meridian (I. E. Sutherland and G. W. Hodgman, "Reentrant polygon clipping", 1974).
    ///
    /// Where a ring falls apart, its pieces stay joined along the meridian, out and back: that encloses nothing.
    fn cut(&self, keep: impl Fn(f64) -> bool, meridian: f64) -> Self {
        let rings = self.rings.iter().filter_map(|ring| {
            let mut kept = Ring::new();
            let mut last = *ring.last()?;
            for &point in ring {
                if keep(last[0]) != keep(point[0]) {
                    let share = (meridian - last[0]) / (point[0] - last[0]);
                    kept.push([meridian, last[1] + share * (point[1] - last[1])]);
                }
                if keep(point[0]) {
                    kept.push(point);
                }
                last = point;
            }
            (kept.len() > 2).then_some(kept)
        });
        Self {
            rings: rings.collect(),
        }
    }
}
