//! Why a unit's polygons cannot be taken at their word.

/// A fault of a unit's geometry that has no one right reading.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GeometryProblem {
    /// Not a valid GeoJSON geometry, or something else is wrong with the feature.
    #[error("{message}")]
    Malformed {
        /// What was found, what was expected, and where in the file.
        message: String,
        /// What the user can do about it.
        hint: String,
    },
    /// A position that is NaN, as data frames write what is missing: as good as no geometry.
    #[error("{message}")]
    MissingPosition {
        /// What was found, what was expected, and where in the file.
        message: String,
        /// What the user can do about it.
        hint: String,
    },
    /// A ring that no area can lie in.
    #[error("a ring of {found} different points, expected at least 3")]
    TooFewPoints {
        /// Different points found.
        found: usize,
    },
    /// Rings that enclose nothing.
    #[error("a polygon without area")]
    NoArea,
    /// A latitude beyond a pole.
    #[error("latitude {found}, expected -90 to 90")]
    Latitude {
        /// The value as read.
        found: f64,
    },
    /// A longitude beyond a full turn.
    #[error("longitude {found}, expected -180 to 180 (or 0 to 360)")]
    Longitude {
        /// The value as read.
        found: f64,
    },
    /// An edge of more than half a turn, between two longitudes that a shorter edge joins, too.
    #[error(
        "an edge from longitude {from} to {to} has two readings: {} degrees long as drawn, or {} degrees the other way round",
        (to - from).abs(), 360.0 - (to - from).abs()
    )]
    LongEdge {
        /// Degrees.
        from: f64,
        /// Degrees.
        to: f64,
    },
    /// A ring that runs round a pole, or round the earth more than once.
    #[error("a ring that runs round a pole or round the whole earth")]
    EnclosesPole,
    /// A ring that crosses itself so that it has two readings.
    #[error(
        "a ring crosses itself near {}, {} and has two readings: {even_odd} square degrees by the even-odd rule, {non_zero} by the non-zero rule",
        at[0], at[1]
    )]
    Ambiguous {
        /// Where two borders cross: longitude, latitude.
        at: [f64; 2],
        /// Square degrees by the even-odd rule.
        even_odd: f64,
        /// Square degrees by the non-zero rule.
        non_zero: f64,
    },
}

impl GeometryProblem {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        match self {
            Self::Malformed { hint, .. } | Self::MissingPosition { hint, .. } => hint,
            Self::TooFewPoints { .. } | Self::NoArea => {
                "redraw the unit, or remove its geometry so that it counts as a unit without one"
            }
            Self::Latitude { found } if found.abs() <= 360.0 => {
                "positions are [longitude, latitude]: are the axes swapped?"
            }
            Self::Latitude { .. } | Self::Longitude { .. } => {
                "coordinates must be degrees (EPSG:4326): is the file in a projected reference system, in metres?"
            }
            Self::LongEdge { .. } => {
                "cut the area at the antimeridian (ogr2ogr -wrapdateline out.geojson FILE), or give long edges more points (ogr2ogr -segmentize 10 out.geojson FILE)"
            }
            Self::EnclosesPole => "cut the area at the antimeridian (RFC 7946, section 3.1.9)",
            Self::Ambiguous { .. } => "redraw the ring so that it does not cross itself",
        }
    }
}
