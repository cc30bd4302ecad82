//! From TIFF's geographic tags to a [`Grid`] (OGC GeoTIFF 1.1, sections 7 and 8).

use crate::container::{Container, Page};
use crate::error::{GeoreferenceError, RasterError};
use crate::grid::{Grid, RowOrder};
use crate::tag;

const GT_MODEL_TYPE: u16 = 1024;
const GT_RASTER_TYPE: u16 = 1025;
const GEOGRAPHIC_TYPE: u16 = 2048;
const GEOG_CITATION: u16 = 2049;
const GEOG_GEODETIC_DATUM: u16 = 2050;
const GEOG_PRIME_MERIDIAN: u16 = 2051;
const GEOG_ANGULAR_UNITS: u16 = 2054;
const GEOG_ELLIPSOID: u16 = 2056;
const GEOG_SEMI_MAJOR_AXIS: u16 = 2057;
const GEOG_SEMI_MINOR_AXIS: u16 = 2058;
const GEOG_INVERSE_FLATTENING: u16 = 2059;
const GEOG_PRIME_MERIDIAN_LONG: u16 = 2061;
const GEOG_TO_WGS84: u16 = 2062;
const PROJECTED_CS_TYPE: u16 = 3072;

const MODEL_PROJECTED: u16 = 1;
const MODEL_GEOGRAPHIC: u16 = 2;
const PIXEL_IS_AREA: u16 = 1;
const PIXEL_IS_POINT: u16 = 2;
const USER_DEFINED: u16 = 32767;
const DEGREE: u16 = 9102;
/// "Degree (supplier to define representation)": decimal degrees in a file.
const DEGREE_OF_SUPPLIER: u16 = 9122;
const ELLIPSOID_GRS80: u16 = 7019;
const ELLIPSOID_WGS84: u16 = 7030;

/// The coordinate system of a grid: always geographic, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crs {
    /// Its EPSG code (4326 for WGS 84), where the file gives one.
    pub epsg: Option<u16>,
}

/// Reads the grid of a page.
pub(crate) fn read(
    container: &mut Container<'_>,
    page: &Page,
    width: usize,
    height: usize,
) -> Result<(Grid, GeoKeys), RasterError> {
    let affine = Affine::read(container, page)?;
    let keys = GeoKeys::read(container, page)?;
    keys.crs()?;
    let affine = if keys.short(GT_RASTER_TYPE) == Some(PIXEL_IS_POINT) {
        // The tie point is a cell's centre, not its corner.
        affine.shifted(-0.5)
    } else {
        affine
    };
    Ok((affine.grid(width, height)?, keys))
}

/// lon = west + col·east_per_col + row·east_per_row, and so for latitudes.
#[derive(Debug, Clone, Copy)]
struct Affine {
    west: f64,
    east_per_col: f64,
    east_per_row: f64,
    north: f64,
    north_per_col: f64,
    north_per_row: f64,
}

impl Affine {
    fn read(container: &mut Container<'_>, page: &Page) -> Result<Self, RasterError> {
        let scale = container.doubles(page, tag::MODEL_PIXEL_SCALE)?;
        let tie = container.doubles(page, tag::MODEL_TIEPOINT)?;
        if let (Some(scale), Some(tie)) = (&scale, &tie)
            && scale.len() >= 2
            && tie.len() >= 6
        {
            return Ok(Self::from_scale(scale, tie)?);
        }
        if let Some(matrix) = container.doubles(page, tag::MODEL_TRANSFORMATION)?
            && matrix.len() >= 16
        {
            return Ok(Self {
                west: matrix[3],
                east_per_col: matrix[0],
                east_per_row: matrix[1],
                north: matrix[7],
                north_per_col: matrix[4],
                north_per_row: matrix[5],
            });
        }
        let missing = match (&scale, &tie) {
            (None, Some(tie)) if tie.len() > 6 => "only ground control points, which fix no grid",
            (None, Some(_)) => "a tie point, but no pixel scale",
            (Some(_), None) => "a pixel scale, but no tie point",
            _ => "no pixel scale, tie point or transformation (a world file beside it is not read)",
        };
        Err(GeoreferenceError::Missing { missing }.into())
    }

    fn from_scale(scale: &[f64], tie: &[f64]) -> Result<Self, GeoreferenceError> {
        let (x, y) = (scale[0], scale[1]);
        if x < 0.0 || y < 0.0 {
            return Err(GeoreferenceError::NegativeScale { x, y });
        }
        Ok(Self {
            west: tie[3] - tie[0] * x,
            east_per_col: x,
            east_per_row: 0.0,
            north: tie[4] + tie[1] * y,
            north_per_col: 0.0,
            north_per_row: -y,
        })
    }

    /// The affine of which cell corner (0, 0) lies `by` cells along both axes.
    fn shifted(self, by: f64) -> Self {
        Self {
            west: self.west + by * (self.east_per_col + self.east_per_row),
            north: self.north + by * (self.north_per_col + self.north_per_row),
            ..self
        }
    }

    fn grid(self, width: usize, height: usize) -> Result<Grid, GeoreferenceError> {
        let (x, y) = (self.east_per_col, self.north_per_row);
        if !(x.is_finite() && y.is_finite()) {
            return Err(GeoreferenceError::CellSize { x, y });
        }
        // A shear that moves no cell by a thousandth of its size is rounding.
        let moved =
            |shear: f64, cells: usize, size: f64| shear.abs() * cells as f64 > 1e-3 * size.abs();
        if moved(self.east_per_row, height, x)
            || moved(self.north_per_col, width, y)
            || self.east_per_row.is_nan()
            || self.north_per_col.is_nan()
        {
            return Err(GeoreferenceError::Rotated {
                x_per_row: self.east_per_row,
                y_per_col: self.north_per_col,
            });
        }
        if x < 0.0 {
            return Err(GeoreferenceError::Mirrored);
        }
        let south_up = y > 0.0;
        let north = if south_up {
            self.north + y * height as f64
        } else {
            self.north
        };
        let mut grid = Grid::new(width, height, self.west, north, x, y.abs())?;
        if south_up {
            grid.row_order = RowOrder::SouthUp;
        }
        Ok(grid)
    }
}

/// The geo keys of a file, as they are stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GeoKeys {
    /// Key, location of its value (0: here), count, value or offset.
    keys: Vec<[u16; 4]>,
    /// GeoDoubleParams.
    pub(crate) doubles: Vec<f64>,
    /// GeoAsciiParams.
    pub(crate) text: String,
}

impl GeoKeys {
    /// Longitude and latitude on WGS 84, as GDAL writes it.
    pub(crate) fn wgs84() -> Self {
        Self {
            keys: vec![
                [GT_MODEL_TYPE, 0, 1, MODEL_GEOGRAPHIC],
                [GT_RASTER_TYPE, 0, 1, PIXEL_IS_AREA],
                [GEOGRAPHIC_TYPE, 0, 1, 4326],
                [GEOG_CITATION, tag::GEO_ASCII_PARAMS, 7, 0],
                [GEOG_ANGULAR_UNITS, 0, 1, DEGREE],
            ],
            doubles: Vec::new(),
            text: "WGS 84|".to_owned(),
        }
    }

    fn read(container: &mut Container<'_>, page: &Page) -> Result<Self, RasterError> {
        let Some(words) = container.integers(page, tag::GEO_KEY_DIRECTORY)? else {
            return Err(GeoreferenceError::NoCrs.into());
        };
        let words: Vec<u16> = words
            .iter()
            .map(|&w| u16::try_from(w).unwrap_or(u16::MAX))
            .collect();
        let malformed = |problem| GeoreferenceError::GeoKeys { problem };
        let [1, _, _, count, keys @ ..] = words.as_slice() else {
            return Err(malformed("the directory has no header of version 1".to_owned()).into());
        };
        let claimed = usize::from(*count) * 4;
        if claimed > keys.len() {
            return Err(malformed(format!(
                "{count} keys are claimed, {} are there",
                keys.len() / 4
            ))
            .into());
        }
        Ok(Self {
            keys: keys[..claimed]
                .chunks_exact(4)
                .map(|k| [k[0], k[1], k[2], k[3]])
                .collect(),
            doubles: container
                .doubles(page, tag::GEO_DOUBLE_PARAMS)?
                .unwrap_or_default(),
            text: container
                .text(page, tag::GEO_ASCII_PARAMS)?
                .unwrap_or_default(),
        })
    }

    /// The directory tag for a raster whose tie point is a cell's corner, without the keys
    /// that point outside the other two tags.
    pub(crate) fn directory_of_areas(&self) -> Vec<u16> {
        let sound = |[_, location, count, at]: &[u16; 4]| {
            let end = usize::from(*count) + usize::from(*at);
            match *location {
                tag::GEO_DOUBLE_PARAMS => end <= self.doubles.len(),
                tag::GEO_ASCII_PARAMS => end <= self.text.len(),
                location => location == 0,
            }
        };
        let mut keys: Vec<_> = self.keys.iter().copied().filter(sound).collect();
        keys.retain(|key| key[0] != GT_RASTER_TYPE);
        keys.push([GT_RASTER_TYPE, 0, 1, PIXEL_IS_AREA]);
        keys.sort_unstable_by_key(|key| key[0]);
        let mut words = vec![1, 1, 0, keys.len() as u16];
        words.extend(keys.iter().flatten());
        words
    }

    /// The value of a key that is stored in the directory itself (location 0).
    fn short(&self, key: u16) -> Option<u16> {
        self.keys
            .iter()
            .find(|entry| entry[0] == key && entry[1] == 0)
            .map(|entry| entry[3])
    }

    /// The coordinate system, if it is longitude and latitude in degrees, within three metres of WGS 84.
    pub(crate) fn crs(&self) -> Result<Crs, GeoreferenceError> {
        let epsg = self.geographic_code()?;
        if let Some(unit) = self
            .short(GEOG_ANGULAR_UNITS)
            .filter(|&unit| unit != DEGREE && unit != DEGREE_OF_SUPPLIER)
        {
            return Err(GeoreferenceError::Unit { unit });
        }
        if let Some(code) = epsg {
            pop_crs::check_geographic(code)?;
        }
        // beside a code, too: one of the two would be wrong
        self.check_prime_meridian()?;
        if epsg.is_none() {
            self.check_own_definition()?;
        }
        Ok(Crs { epsg })
    }

    /// The EPSG code of the geographic system, `None` where the keys define one of their own.
    fn geographic_code(&self) -> Result<Option<u16>, GeoreferenceError> {
        let given = |key| {
            self.short(key)
                .filter(|&code| code != USER_DEFINED && code != 0)
        };
        match self.short(GT_MODEL_TYPE) {
            Some(MODEL_GEOGRAPHIC) => {}
            Some(MODEL_PROJECTED) => {
                // some writers put the code of a geographic system under the projected key
                return match given(PROJECTED_CS_TYPE) {
                    Some(code) if pop_crs::is_geographic(code) => Ok(Some(code)),
                    Some(code) => Err(GeoreferenceError::Projected {
                        crs: format!("EPSG:{code}"),
                    }),
                    None => Err(GeoreferenceError::Projected {
                        crs: "user-defined".to_owned(),
                    }),
                };
            }
            // some writers leave the model out and give the system alone
            None | Some(0) if self.short(GEOGRAPHIC_TYPE).is_some() => {}
            None | Some(0) => return Err(GeoreferenceError::NoCrs),
            Some(model) => return Err(GeoreferenceError::ModelType { model }),
        }
        Ok(given(GEOGRAPHIC_TYPE))
    }

    /// Checks datum and ellipsoid of a system that has no code of its own.
    fn check_own_definition(&self) -> Result<(), GeoreferenceError> {
        let given = |key| self.short(key).filter(|&code| code != 0);
        pop_crs::check_shift(self.doubles_of(GEOG_TO_WGS84))?;
        match given(GEOG_GEODETIC_DATUM).filter(|&code| code != USER_DEFINED) {
            Some(code) => Ok(pop_crs::check_datum(code)?),
            // a system without a datum is taken at the name of its ellipsoid
            None => match given(GEOG_ELLIPSOID).filter(|&code| code != USER_DEFINED) {
                Some(ELLIPSOID_WGS84 | ELLIPSOID_GRS80) => Ok(()),
                None => self.check_own_ellipsoid(),
                Some(code) => Err(pop_crs::CrsMismatch::Unknown {
                    name: format!("a system on the ellipsoid EPSG:{code}"),
                }
                .into()),
            },
        }
    }

    fn check_prime_meridian(&self) -> Result<(), GeoreferenceError> {
        let degrees = self.double(GEOG_PRIME_MERIDIAN_LONG);
        match self.short(GEOG_PRIME_MERIDIAN).filter(|&code| code != 0) {
            None | Some(USER_DEFINED) => {
                pop_crs::check_meridian_longitude(degrees.unwrap_or(0.0))?;
            }
            Some(code) => pop_crs::check_prime_meridian(code)?,
        }
        Ok(())
    }

    /// Checks the axes of an ellipsoid without a code; a system that says nothing of one passes.
    fn check_own_ellipsoid(&self) -> Result<(), GeoreferenceError> {
        let Some(semi_major) = self.double(GEOG_SEMI_MAJOR_AXIS) else {
            return Ok(());
        };
        let of_axes = |minor: f64| semi_major / (semi_major - minor);
        let inverse_flattening = self
            .double(GEOG_INVERSE_FLATTENING)
            .or_else(|| self.double(GEOG_SEMI_MINOR_AXIS).map(of_axes));
        Ok(pop_crs::check_ellipsoid(semi_major, inverse_flattening)?)
    }

    /// The first value of a key that is stored among the doubles.
    fn double(&self, key: u16) -> Option<f64> {
        self.doubles_of(key).first().copied()
    }

    /// The values of a key that are stored among the doubles.
    fn doubles_of(&self, key: u16) -> &[f64] {
        let entry = self
            .keys
            .iter()
            .find(|entry| entry[0] == key && entry[1] == tag::GEO_DOUBLE_PARAMS);
        let range =
            entry.map(|entry| usize::from(entry[3])..usize::from(entry[3]) + usize::from(entry[2]));
        range
            .and_then(|range| self.doubles.get(range))
            .unwrap_or_default()
    }
}
