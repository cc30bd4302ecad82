//! Which geographic coordinate reference systems count as WGS 84, and how far the others are from it.
//!
//! One rule for rasters (GeoKeys) and org units (the member `crs` of GeoJSON): systems within three metres of WGS 84 are taken as they
//! are, all others are refused with the distance that their coordinates would move. Codes, prime meridians and the lengths of the
//! three-parameter shifts to WGS 84 are those of the EPSG dataset.

/// Why coordinates cannot be taken for longitude and latitude on WGS 84.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CrsMismatch {
    /// Another datum.
    #[error("datum {name}, expected WGS 84: places would move by up to {metres} m")]
    Datum {
        /// Its name in the EPSG dataset.
        name: &'static str,
        /// Length of the shift to WGS 84, an upper bound of the distance on the ground.
        metres: u32,
    },
    /// Longitudes that count from elsewhere than Greenwich.
    #[error(
        "prime meridian {name}, expected Greenwich: places would move by {degrees} degrees, {kilometres} km at the equator"
    )]
    PrimeMeridian {
        /// Its name in the EPSG dataset.
        name: &'static str,
        /// Longitude of the prime meridian from Greenwich.
        degrees: f64,
        /// The same along the equator.
        kilometres: u32,
    },
    /// A system whose distance from WGS 84 is not known here.
    #[error("{name}, expected WGS 84: how far places would move is not known")]
    Unknown {
        /// As the file names it.
        name: String,
    },
}

/// Kilometres of a degree along the equator.
const KM_PER_DEGREE: f64 = 111.32;

/// Geographic systems (EPSG) within three metres of WGS 84.
const NEAR_WGS84: &[u16] = &[
    4326, // WGS 84
    4979, // WGS 84 (3D)
    4258, // ETRS89
    4269, // NAD83
    4617, // NAD83(CSRS)
    4759, // NAD83(NSRS2007)
    6318, // NAD83(2011)
    4283, // GDA94
    7844, // GDA2020
    4167, // NZGD2000
    4612, // JGD2000
    6668, // JGD2011
    4490, // CGCS2000
    4674, // SIRGAS 2000
    4170, // SIRGAS 1995
    4189, // REGVEN
    4148, // Hartebeesthoek94
    4130, // Moznet
    4690, // RGR92 and other national realisations of ITRS
    4627, 4558, 4624, 4470, 4644, 4687, 4737, 4736, 4742, 4757, 5324, 5886, 8237, 8240, 9776, 9053,
    9054, 9055, 9056, 9057, // realisations of WGS 84
];

/// Systems on other datums: code, name, length of the shift to WGS 84 in metres.
const OTHER_DATUMS: &[(u16, &str, u32)] = &[
    (4267, "NAD27", 240),
    (4230, "ED50", 180),
    (4209, "Arc 1950", 340),
    (4210, "Arc 1960", 340),
    (4201, "Adindan", 260),
    (4222, "Cape", 340),
    (4263, "Minna", 180),
    (4261, "Merchich", 160),
    (4223, "Carthage", 510),
    (4307, "Nord Sahara 1959", 310),
    (4175, "Sierra Leone 1968", 130),
    (4168, "Accra", 380),
    (4250, "Leigon", 390),
    (4220, "Camacupa", 420),
    (4297, "Tananarive", 320),
    (4256, "Mahe 1971", 260),
    (4301, "Tokyo", 870),
    (4284, "Pulkovo 1942", 160),
    (4240, "Indian 1975", 890),
    (4239, "Indian 1954", 890),
    (4146, "Kalianpur 1975", 830),
    (4243, "Kalianpur 1937", 830),
    (4244, "Kandawala", 790),
    (4211, "Batavia", 850),
    (4245, "Kertau 1968", 850),
    (4298, "Timbalai 1948", 950),
    (4253, "Luzon 1911", 160),
    (4202, "AGD66", 210),
    (4203, "AGD84", 210),
    (4272, "NZGD49", 220),
    (4248, "PSAD56", 500),
    (4618, "SAD69", 70),
    (4225, "Corrego Alegre", 270),
    (4275, "NTF", 370),
    (4277, "OSGB36", 580),
    (4299, "TM65", 730),
    (4314, "DHDN", 740),
    (4312, "MGI", 750),
    (4313, "BD72", 150),
    (4289, "Amersfoort", 740),
    (4265, "Monte Mario", 250),
    (4149, "CH1903", 780),
];

/// Prime meridians: code, name, degrees from Greenwich.
const PRIME_MERIDIANS: &[(u16, &str, f64)] = &[
    (8902, "Lisbon", -9.131_906),
    (8903, "Paris", 2.337_229),
    (8904, "Bogota", -74.080_917),
    (8905, "Madrid", -3.687_939),
    (8906, "Rome", 12.452_333),
    (8907, "Bern", 7.439_583),
    (8908, "Jakarta", 106.807_720),
    (8909, "Ferro", -17.666_667),
    (8910, "Brussels", 4.367_975),
    (8911, "Stockholm", 18.058_278),
    (8912, "Athens", 23.716_337),
    (8913, "Oslo", 10.722_917),
];

/// Systems that count longitudes from another prime meridian, with its code.
const OTHER_MERIDIANS: &[(u16, u16)] = &[
    (4801, 8907),
    (4802, 8904),
    (4803, 8902),
    (4804, 8908),
    (4805, 8909),
    (4806, 8906),
    (4807, 8903),
    (4808, 8908),
    (4809, 8910),
    (4810, 8903),
    (4811, 8903),
    (4813, 8908),
    (4814, 8911),
    (4815, 8912),
    (4816, 8903),
    (4817, 8913),
    (4818, 8909),
    (4819, 8903),
    (4820, 8908),
    (4821, 8903),
    (4901, 8903),
    (4902, 8903),
    (4903, 8905),
    (4904, 8902),
];

const GREENWICH: u16 = 8901;
/// Metres.
const WGS84_SEMI_MAJOR: f64 = 6_378_137.0;
const WGS84_INVERSE_FLATTENING: f64 = 298.257_223_563;

/// Whether a code is one of the EPSG dataset's geographic systems, as far as this crate knows them.
#[must_use]
pub fn is_geographic(epsg: u16) -> bool {
    NEAR_WGS84.contains(&epsg)
        || OTHER_DATUMS.iter().any(|&(code, ..)| code == epsg)
        || OTHER_MERIDIANS.iter().any(|&(code, _)| code == epsg)
        || (4001..=4999).contains(&epsg)
}

/// Checks a geographic system by its EPSG code.
///
/// # Errors
/// Where its coordinates are not, within three metres, those of WGS 84.
pub fn check_geographic(epsg: u16) -> Result<(), CrsMismatch> {
    if NEAR_WGS84.contains(&epsg) {
        return Ok(());
    }
    if let Some(&(_, meridian)) = OTHER_MERIDIANS.iter().find(|&&(code, _)| code == epsg) {
        return check_prime_meridian(meridian);
    }
    match OTHER_DATUMS.iter().find(|&&(code, ..)| code == epsg) {
        Some(&(_, name, metres)) => Err(CrsMismatch::Datum { name, metres }),
        None => Err(CrsMismatch::Unknown {
            name: format!("EPSG:{epsg}"),
        }),
    }
}

/// Checks a geodetic datum by its EPSG code: 6000 and more for the datums of the systems 4000 and more.
///
/// # Errors
/// As [`check_geographic`].
pub fn check_datum(epsg: u16) -> Result<(), CrsMismatch> {
    match epsg {
        6001..=6999 => check_geographic(epsg - 2000),
        _ => Err(CrsMismatch::Unknown {
            name: format!("datum EPSG:{epsg}"),
        }),
    }
}

/// Checks the ellipsoid of a system that names none by code: WGS 84 and GRS 80 pass, which differ by a tenth of a millimetre.
///
/// # Errors
/// Where the semi-major axis differs by more than a metre, or the flattening in its fifth digit.
pub fn check_ellipsoid(
    semi_major: f64,
    inverse_flattening: Option<f64>,
) -> Result<(), CrsMismatch> {
    let is_axis = (semi_major - WGS84_SEMI_MAJOR).abs() <= 1.0;
    let is_shape = inverse_flattening.is_none_or(|f| (f - WGS84_INVERSE_FLATTENING).abs() <= 0.01);
    if is_axis && is_shape {
        return Ok(());
    }
    let shape = inverse_flattening.map_or_else(String::new, |f| format!(", 1/f {f}"));
    Err(CrsMismatch::Unknown {
        name: format!("an ellipsoid of its own (semi-major axis {semi_major} m{shape})"),
    })
}

/// Checks the shift to WGS 84 that a system states: three translations in metres, then rotations and a scale.
///
/// # Errors
/// Where it is not none.
pub fn check_shift(parameters: &[f64]) -> Result<(), CrsMismatch> {
    if parameters.iter().all(|parameter| *parameter == 0.0) {
        return Ok(());
    }
    let length: f64 = parameters
        .iter()
        .take(3)
        .map(|metres| metres * metres)
        .sum();
    Err(CrsMismatch::Unknown {
        name: format!(
            "a system that is {:.0} m from WGS 84 by its own parameters",
            length.sqrt()
        ),
    })
}

/// Checks a prime meridian by its EPSG code.
///
/// # Errors
/// Where it is not Greenwich.
pub fn check_prime_meridian(epsg: u16) -> Result<(), CrsMismatch> {
    if epsg == GREENWICH {
        return Ok(());
    }
    match PRIME_MERIDIANS.iter().find(|&&(code, ..)| code == epsg) {
        Some(&(_, name, degrees)) => Err(meridian(name, degrees)),
        None => Err(CrsMismatch::Unknown {
            name: format!("prime meridian EPSG:{epsg}"),
        }),
    }
}

/// Checks a prime meridian by its longitude in degrees.
///
/// # Errors
/// Where it is not Greenwich.
pub fn check_meridian_longitude(degrees: f64) -> Result<(), CrsMismatch> {
    if degrees == 0.0 {
        return Ok(());
    }
    let known = PRIME_MERIDIANS
        .iter()
        .find(|(.., longitude)| (longitude - degrees).abs() < 0.01);
    Err(meridian(
        known.map_or("of its own", |&(_, name, _)| name),
        degrees,
    ))
}

fn meridian(name: &'static str, degrees: f64) -> CrsMismatch {
    CrsMismatch::PrimeMeridian {
        name,
        degrees,
        kilometres: (degrees.abs() * KM_PER_DEGREE).round() as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_near_wgs84_pass_and_others_say_how_far_they_are() {
        for code in [4326, 4258, 4269, 4674] {
            assert_eq!(check_geographic(code), Ok(()), "{code}");
        }
        let message = |code| check_geographic(code).map_err(|found| found.to_string());
        assert_eq!(
            message(4267),
            Err("datum NAD27, expected WGS 84: places would move by up to 240 m".to_owned())
        );
        assert_eq!(
            message(4813),
            Err("prime meridian Jakarta, expected Greenwich: places would move by 106.80772 degrees, 11890 km at the equator".to_owned())
        );
        assert!(matches!(
            check_geographic(4999),
            Err(CrsMismatch::Unknown { .. })
        ));
        assert!(check_datum(6275).is_err() && check_datum(6326).is_ok());
        assert!(check_prime_meridian(8903).is_err() && check_prime_meridian(8901).is_ok());
        assert!(check_meridian_longitude(2.337).is_err());
        assert!(check_ellipsoid(6_378_137.0, Some(298.257_222_101)).is_ok());
        assert!(check_ellipsoid(6_377_397.155, Some(299.152_812_8)).is_err());
        assert!(check_ellipsoid(6_371_000.0, None).is_err());
        assert!(check_shift(&[0.0; 7]).is_ok());
        let shift = check_shift(&[-160.0, -6.0, -302.0]).unwrap_err();
        assert!(shift.to_string().contains("342 m"), "{shift}");
    }

    #[test]
    fn no_code_is_in_two_lists() {
        for &(code, name, _) in OTHER_DATUMS {
            assert!(!NEAR_WGS84.contains(&code), "{name}");
            assert!(OTHER_MERIDIANS.iter().all(|&(other, _)| other != code));
        }
    }
}
