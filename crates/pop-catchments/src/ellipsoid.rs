//! Positions and distances on the WGS84 ellipsoid.

use crate::vector::Vector;

/// Semi-major axis in metres.
pub(crate) const A: f64 = 6_378_137.0;
/// Flattening.
const F: f64 = 1.0 / 298.257_223_563;
/// Semi-minor axis in metres.
const B: f64 = A * (1.0 - F);
/// Square of the first eccentricity.
const E2: f64 = F * (2.0 - F);
/// The axes: dividing by them makes the ellipsoid the unit sphere.
pub(crate) const AXES: Vector = [A, A, B];

/// The point of the ellipsoid at a longitude and latitude in degrees.
pub(crate) fn to_space([lon, lat]: [f64; 2]) -> Vector {
    let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
    let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
    let normal = A / (1.0 - E2 * sin_lat * sin_lat).sqrt();
    [
        normal * cos_lat * cos_lon,
        normal * cos_lat * sin_lon,
        normal * (1.0 - E2) * sin_lat,
    ]
}

/// Longitude and latitude in degrees of a point of the ellipsoid.
pub(crate) fn to_degrees([x, y, z]: Vector) -> [f64; 2] {
    let lat = z.atan2((1.0 - E2) * x.hypot(y));
    [y.atan2(x).to_degrees(), lat.to_degrees()]
}

/// Conformal latitude in radians: with it as latitude, a sphere keeps the ellipsoid's angles (J. P. Snyder, "Map projections: a working
/// manual", 1987, equation 3-1).
pub(crate) fn conformal_latitude(lat: f64) -> f64 {
    let e = E2.sqrt();
    let (sin, cos) = lat.to_radians().sin_cos();
    ((sin / cos).asinh() - e * (e * sin).atanh()).sinh().atan()
}

/// What the formulae below have in common: the auxiliary sphere along one geodesic.
struct Series {
    a: f64,
    b: f64,
}

impl Series {
    /// `cos2_alpha`: square of the cosine of the geodesic's azimuth at the equator.
    fn new(cos2_alpha: f64) -> Self {
        let u2 = cos2_alpha * (A * A - B * B) / (B * B);
        Self {
            a: 1.0 + u2 / 16384.0 * (4096.0 + u2 * (-768.0 + u2 * (320.0 - 175.0 * u2))),
            b: u2 / 1024.0 * (256.0 + u2 * (-128.0 + u2 * (74.0 - 47.0 * u2))),
        }
    }

    fn delta_sigma(&self, sin_sigma: f64, cos_sigma: f64, cos_2m: f64) -> f64 {
        let b = self.b;
        let c2 = cos_2m * cos_2m;
        let last = b / 6.0 * cos_2m * (4.0 * sin_sigma * sin_sigma - 3.0) * (4.0 * c2 - 3.0);
        b * sin_sigma * (cos_2m + b / 4.0 * (cos_sigma * (2.0 * c2 - 1.0) - last))
    }
}

/// Degrees of longitude on the ellipsoid that `lambda` on the auxiliary sphere is more than.
fn longitude_excess(sin_alpha: f64, cos2_alpha: f64, sigma: [f64; 4]) -> f64 {
    let [sigma, sin_sigma, cos_sigma, cos_2m] = sigma;
    let c = F / 16.0 * cos2_alpha * (4.0 + F * (4.0 - 3.0 * cos2_alpha));
    let inner = cos_2m + c * cos_sigma * (2.0 * cos_2m * cos_2m - 1.0);
    (1.0 - c) * F * sin_alpha * (sigma + c * sin_sigma * inner)
}

/// Sine and cosine of the reduced latitude.
fn reduced(lat: f64) -> (f64, f64) {
    let tan = (1.0 - F) * lat.to_radians().tan();
    let cos = 1.0 / (1.0 + tan * tan).sqrt();
    (tan * cos, cos)
}

/// The position `metres` away from another along the geodesic that starts at `azimuth` (radians, clockwise from north); good to less than
/// a millimetre (T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid", Survey Review 23, 1975).
pub(crate) fn destination([lon, lat]: [f64; 2], azimuth: f64, metres: f64) -> [f64; 2] {
    let (sin_azimuth, cos_azimuth) = azimuth.sin_cos();
    let (sin_u, cos_u) = reduced(lat);
    let sigma_1 = sin_u.atan2(cos_u * cos_azimuth);
    let sin_alpha = cos_u * sin_azimuth;
    let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
    let series = Series::new(cos2_alpha);
    let first = metres / (B * series.a);
    let mut sigma = first;
    // Converges by a factor of about 300 a step.
    for _ in 0..6 {
        let (sin, cos) = sigma.sin_cos();
        sigma = first + series.delta_sigma(sin, cos, (2.0 * sigma_1 + sigma).cos());
    }
    let (sin, cos) = sigma.sin_cos();
    let cos_2m = (2.0 * sigma_1 + sigma).cos();
    let across = sin_u * sin - cos_u * cos * cos_azimuth;
    let up = sin_u * cos + cos_u * sin * cos_azimuth;
    let lat_2 = up.atan2((1.0 - F) * (sin_alpha * sin_alpha + across * across).sqrt());
    let lambda = (sin * sin_azimuth).atan2(cos_u * cos - sin_u * sin * cos_azimuth);
    let excess = longitude_excess(sin_alpha, cos2_alpha, [sigma, sin, cos, cos_2m]);
    [lon + (lambda - excess).to_degrees(), lat_2.to_degrees()]
}

/// Metres along the geodesic between two positions; good to less than a millimetre, between opposite sides of the earth to the last step of
/// an iteration that may not settle there (Vincenty, as above).
#[must_use]
pub fn geodesic_distance([lon_1, lat_1]: [f64; 2], [lon_2, lat_2]: [f64; 2]) -> f64 {
    let (sin_1, cos_1) = reduced(lat_1);
    let (sin_2, cos_2) = reduced(lat_2);
    let turns = ((lon_2 - lon_1) / 360.0).round();
    let span = (lon_2 - lon_1 - 360.0 * turns).to_radians();
    let mut lambda = span;
    let mut metres = 0.0;
    for _ in 0..50 {
        let (sin_lambda, cos_lambda) = lambda.sin_cos();
        let across = cos_1 * sin_2 - sin_1 * cos_2 * cos_lambda;
        let sin_sigma = (cos_2 * sin_lambda).hypot(across);
        if sin_sigma == 0.0 {
            return 0.0;
        }
        let cos_sigma = sin_1 * sin_2 + cos_1 * cos_2 * cos_lambda;
        let sigma = sin_sigma.atan2(cos_sigma);
        let sin_alpha = cos_1 * cos_2 * sin_lambda / sin_sigma;
        let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
        let cos_2m = if cos2_alpha > 0.0 {
            cos_sigma - 2.0 * sin_1 * sin_2 / cos2_alpha
        } else {
            0.0
        };
        let series = Series::new(cos2_alpha);
        metres = B * series.a * (sigma - series.delta_sigma(sin_sigma, cos_sigma, cos_2m));
        let excess = longitude_excess(sin_alpha, cos2_alpha, [sigma, sin_sigma, cos_sigma, cos_2m]);
        let next = span + excess;
        let settled = (next - lambda).abs() < 1e-14;
        lambda = next;
        if settled {
            break;
        }
    }
    metres
}

#[cfg(test)]
mod tests {
    use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn distances_are_those_of_an_independent_geodesic(
            lon in -180.0..180.0, lat in -89.0..89.0_f64, azimuth in 0.0..360.0_f64, metres in 0.01..5_000_000.0,
        ) {
            let wgs84 = Geodesic::wgs84();
            let (lat_2, lon_2): (f64, f64) = wgs84.direct(lat, lon, azimuth, metres);
            let found = destination([lon, lat], azimuth.to_radians(), metres);
            let off: f64 = wgs84.inverse(found[1], found[0], lat_2, lon_2);
            prop_assert!(off < 1e-3, "{off} m off");
            let found = geodesic_distance([lon, lat], [lon_2, lat_2]);
            prop_assert!((found - metres).abs() < 1e-3, "{found} m, expected {metres} m");
        }

        #[test]
        fn positions_come_back_from_space(lon in -180.0..180.0, lat in -90.0..90.0) {
            let back = to_degrees(to_space([lon, lat]));
            prop_assert!((back[0] - lon).abs() < 1e-13 && (back[1] - lat).abs() < 1e-13 || lat.abs() > 89.9);
        }
    }
}
