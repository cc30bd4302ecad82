//! From degrees to pixels: equirectangular, true at the middle latitude.

/// The largest drawing, in pixels.
const MAX_WIDTH: f64 = 960.0;
const MAX_HEIGHT: f64 = 960.0;
/// Free pixels on every side.
const MARGIN: f64 = 4.0;

/// How positions become pixels. An affine map after the longitudes are unwrapped: lines that do not cross do not cross on the map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Projection {
    /// Longitudes below it are drawn a turn further east: the western edge of the units, where they lie on both sides of the antimeridian.
    seam: f64,
    west: f64,
    north: f64,
    /// Pixels a degree.
    scale: [f64; 2],
    /// Pixels.
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Projection {
    /// The projection that fits all positions; `None` where there is none.
    pub(crate) fn fit<'a>(rings: impl Iterator<Item = &'a [[f64; 2]]> + Clone) -> Option<Self> {
        let seam = seam(rings.clone());
        let (mut west, mut east) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut south, mut north) = (f64::INFINITY, f64::NEG_INFINITY);
        for &[lon, lat] in rings.flatten() {
            let lon = unwrapped(lon, seam);
            (west, east) = (west.min(lon), east.max(lon));
            (south, north) = (south.min(lat), north.max(lat));
        }
        if west > east {
            return None;
        }
        let shrink = f64::midpoint(south, north).to_radians().cos().max(0.05);
        let (width, height) = ((east - west) * shrink, north - south);
        let fit = |degrees: f64, pixels: f64| (pixels - 2.0 * MARGIN) / degrees.max(1e-9);
        let scale = fit(width, MAX_WIDTH).min(fit(height, MAX_HEIGHT));
        Some(Self {
            seam,
            west,
            north,
            scale: [scale * shrink, scale],
            width: width * scale + 2.0 * MARGIN,
            height: height * scale + 2.0 * MARGIN,
        })
    }

    /// Pixels from the left and the top of a position.
    pub(crate) fn pixels(&self, [lon, lat]: [f64; 2]) -> [f64; 2] {
        [
            (unwrapped(lon, self.seam) - self.west) * self.scale[0] + MARGIN,
            (self.north - lat) * self.scale[1] + MARGIN,
        ]
    }
}

/// A longitude, a turn further east where it is west of the seam.
fn unwrapped(lon: f64, seam: f64) -> f64 {
    if lon < seam { lon + 360.0 } else { lon }
}

/// Where the circle of longitudes is cut: at ±180, or in the widest gap between rings where units lie on both sides of ±180.
fn seam<'a>(rings: impl Iterator<Item = &'a [[f64; 2]]>) -> f64 {
    let mut spans: Vec<(f64, f64)> = rings
        .filter(|ring| !ring.is_empty())
        .map(|ring| {
            let lons = ring.iter().map(|position| position[0]);
            lons.fold((f64::INFINITY, f64::NEG_INFINITY), |(west, east), lon| {
                (west.min(lon), east.max(lon))
            })
        })
        .collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(first), Some(east)) = (
        spans.first().map(|span| span.0),
        spans.iter().map(|span| span.1).reduce(f64::max),
    ) else {
        return -180.0;
    };
    // Across ±180 nothing is drawn yet: another gap has to be wider than that one.
    let mut widest = (first + 360.0 - east, -180.0);
    let mut reached = first;
    for (west, east) in spans {
        if west - reached > widest.0 {
            widest = (west - reached, west);
        }
        reached = reached.max(east);
    }
    widest.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_on_both_sides_of_the_antimeridian_are_drawn_side_by_side() {
        let rings: [&[[f64; 2]]; 2] = [
            &[[177.0, -17.0], [180.0, -17.0], [180.0, -18.0]],
            &[[-180.0, -17.0], [-179.0, -17.0], [-180.0, -18.0]],
        ];
        let projection = Projection::fit(rings.into_iter()).unwrap();
        let pixel = |lon: f64| projection.pixels([lon, -17.0])[0];
        assert!((pixel(180.0) - pixel(-180.0)).abs() < 1e-9);
        assert!(pixel(-179.0) > pixel(180.0));
        assert!(pixel(177.0) < pixel(180.0));
    }

    #[test]
    fn other_units_are_left_as_they_are() {
        let rings: [&[[f64; 2]]; 2] = [
            &[[-13.0, 7.0], [-10.0, 7.0], [-10.0, 10.0]],
            &[[40.0, 7.0], [41.0, 8.0], [40.0, 8.0]],
        ];
        let projection = Projection::fit(rings.into_iter()).unwrap();
        assert!(projection.pixels([-13.0, 7.0])[0] < projection.pixels([40.0, 7.0])[0]);
        assert!((projection.width - MAX_WIDTH).abs() < 1e-9);
    }
}
