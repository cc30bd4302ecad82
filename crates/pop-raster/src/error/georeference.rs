//! Rasters whose cells have no place on a grid of degrees.

/// Why the cells' place on Earth cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GeoreferenceError {
    /// No scale, tie point or matrix.
    #[error("no georeference: {missing}")]
    Missing {
        /// What was looked for.
        missing: &'static str,
    },
    /// No coordinate reference system.
    #[error("no coordinate reference system")]
    NoCrs,
    /// Projected coordinates.
    #[error("projected coordinates ({crs})")]
    Projected {
        /// What the file says.
        crs: String,
    },
    /// Neither geographic nor projected.
    #[error("coordinates are neither geographic nor projected (model type {model})")]
    ModelType {
        /// GTModelTypeGeoKey.
        model: u16,
    },
    /// Angles in another unit.
    #[error("angles are not in degrees (unit {unit})")]
    Unit {
        /// GeogAngularUnitsGeoKey.
        unit: u16,
    },
    /// Rows or columns do not run along parallels and meridians.
    #[error("the grid is rotated or sheared ({x_per_row:e} and {y_per_col:e} degrees a cell)")]
    Rotated {
        /// East per row.
        x_per_row: f64,
        /// North per column.
        y_per_col: f64,
    },
    /// Columns run from east to west.
    #[error("the grid is mirrored: column 0 is the easternmost")]
    Mirrored,
    /// A negative scale, whose meaning readers disagree on.
    #[error("the pixel scale is negative ({x} x {y}): readers disagree on what that means")]
    NegativeScale {
        /// Cell width.
        x: f64,
        /// Cell height.
        y: f64,
    },
    /// A cell size that is not usable.
    #[error("the cell size {x:?} x {y:?} degrees is not usable")]
    CellSize {
        /// Cell width.
        x: f64,
        /// Cell height.
        y: f64,
    },
    /// Coordinates that are not longitudes and latitudes.
    #[error("the extent {west}..{east}, {south}..{north} is not in degrees")]
    Extent {
        /// West edge.
        west: f64,
        /// South edge.
        south: f64,
        /// East edge.
        east: f64,
        /// North edge.
        north: f64,
    },
    /// Columns that cover ground a second time.
    #[error(
        "the raster is {degrees} degrees wide, more than the globe's {columns} columns: some ground is in it twice"
    )]
    WiderThanGlobe {
        /// Its width.
        degrees: f64,
        /// Columns of 360 degrees.
        columns: usize,
    },
    /// A geographic system that is not WGS 84.
    #[error("{0}")]
    Crs(#[from] pop_crs::CrsMismatch),
    /// The geo keys contradict themselves.
    #[error("malformed geo keys: {problem}")]
    GeoKeys {
        /// What is wrong.
        problem: String,
    },
}

impl GeoreferenceError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoCrs => "if it is in degrees, say so: gdal_edit.py -a_srs EPSG:4326 file.tif",
            Self::Projected { .. }
            | Self::Rotated { .. }
            | Self::ModelType { .. }
            | Self::Unit { .. } => {
                "use the grid as published, in longitude and latitude: warping a raster of counts loses people"
            }
            Self::Crs(_) => {
                "use the grid as published, in WGS 84; if it is in WGS 84 and only labelled otherwise: gdal_edit.py -a_srs EPSG:4326 file.tif"
            }
            Self::Missing { .. } => {
                "use the file as published; if a world file (.tfw) is beside it: gdal_translate -a_srs EPSG:4326 in.tif out.tif"
            }
            Self::Mirrored | Self::NegativeScale { .. } => {
                "turn it north-up without resampling: gdalwarp -r near -t_srs EPSG:4326 in.tif out.tif, and compare the totals with gdalinfo -stats"
            }
            Self::CellSize { .. } | Self::GeoKeys { .. } => {
                "use the file as published, or state its place: gdal_edit.py -a_srs EPSG:4326 -a_ullr WEST NORTH EAST SOUTH file.tif"
            }
            Self::Extent { .. } => {
                "its coordinates are metres, or the georeference is damaged: use the grid as published, in longitude and latitude"
            }
            Self::WiderThanGlobe { .. } => {
                "cut off the columns that are there twice: gdal_translate -srcwin 0 0 COLUMNS ROWS in.tif out.tif"
            }
        }
    }
}
