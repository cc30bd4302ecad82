//! What can be wrong with a file of units.

use std::fmt;

/// Why a file of units was refused, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadError {
    pub(crate) feature: Option<usize>,
    pub(crate) id: Option<String>,
    pub(crate) place: Option<Place>,
    pub(crate) fault: ReadFault,
}

/// A place in a text, both counted from 1; columns are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Lines end with `\n`.
    pub line: usize,
    /// Bytes from the start of the line.
    pub column: usize,
}

impl Place {
    /// The place of a byte of a text.
    pub(crate) fn of(text: &[u8], offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let start = before
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        Self {
            line: 1 + before.iter().filter(|&&byte| byte == b'\n').count(),
            column: 1 + before.len() - start,
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadFault {
    /// Nothing but white space.
    #[error("empty input, expected a GeoJSON FeatureCollection")]
    Empty,
    /// Bytes that are not UTF-8 text.
    #[error("{found}, expected GeoJSON in UTF-8")]
    Encoding {
        /// What it is, as far as its first bytes tell.
        found: &'static str,
    },
    /// Not JSON, or cut off.
    #[error("not JSON: {message}")]
    Json {
        /// What the parser says.
        message: String,
    },
    /// JSON, but not a collection or sequence of features.
    #[error("{found}, expected a GeoJSON FeatureCollection")]
    NotFeatures {
        /// What it is.
        found: String,
        /// The way out, where there is one.
        remedy: Option<&'static str>,
    },
    /// A collection without features.
    #[error("a FeatureCollection without features")]
    NoFeatures,
    /// Something else stands where GeoJSON wants one thing.
    #[error("{subject}: found {found}, expected {expected}")]
    Unexpected {
        /// The member it is about.
        subject: &'static str,
        /// What is there.
        found: String,
        /// What should be.
        expected: &'static str,
    },
    /// A member that must be there is not.
    #[error("no member {member:?}")]
    Missing {
        /// Its name.
        member: &'static str,
    },
    /// A member stands twice in one object: readers would differ on which counts.
    #[error("member {member:?} stands twice in one object")]
    Twice {
        /// Its name.
        member: &'static str,
    },
    /// No id to tell the unit by.
    #[error("no org unit id: {looked}")]
    NoId {
        /// Where it was looked for.
        looked: String,
        /// Names of the feature's properties.
        properties: Vec<String>,
    },
    /// Two features with one id.
    #[error("id {id:?} stands on feature {first} as well")]
    DuplicateId {
        /// The id.
        id: String,
        /// 1-based number of the feature that had it first.
        first: usize,
    },
    /// Coordinates in another reference system.
    #[error("reference system {name:?}, expected longitude and latitude (OGC:CRS84, EPSG:4326)")]
    Crs {
        /// As the file names it.
        name: String,
    },
    /// A reference system behind a link.
    #[error("the reference system is a link, which is not fetched")]
    LinkedCrs,
    /// A date in another form.
    #[error("{property}: found {found:?}, expected a date yyyy-mm-dd")]
    Date {
        /// The property.
        property: &'static str,
        /// Its value.
        found: String,
    },
    /// A number too large for a double.
    #[error("number {found} is too large")]
    Number {
        /// As it stands.
        found: String,
    },
    /// More than the limits allow.
    #[error("more than {limit} {what}")]
    Limit {
        /// What is counted.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.feature, &self.id) {
            (Some(number), Some(id)) => write!(f, "feature {number} ({id}): ")?,
            (Some(number), None) => write!(f, "feature {number}: ")?,
            (None, _) => {}
        }
        write!(f, "{}", self.fault)?;
        if let Some(Place { line, column }) = self.place {
            write!(f, " (line {line}, column {column})")?;
        }
        Ok(())
    }
}

impl std::error::Error for ReadError {}

impl ReadError {
    /// 1-based number of the feature it is about.
    #[must_use]
    pub fn feature(&self) -> Option<usize> {
        self.feature
    }

    /// Id of the feature it is about, as far as it was read.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Where in the text.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn fault(&self) -> &ReadFault {
        &self.fault
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match &self.fault {
            ReadFault::Encoding { .. } => "save the file as UTF-8 text, unpacked",
            ReadFault::NotFeatures { remedy, .. } => (*remedy)?,
            ReadFault::NoId { properties, .. } if properties.is_empty() => {
                "each feature needs an id, on the feature or in a property named with --id-property"
            }
            ReadFault::NoId { properties, .. } => {
                return Some(format!(
                    "name the property that holds the id with --id-property; there are {}",
                    properties.join(", ")
                ));
            }
            ReadFault::DuplicateId { .. } => {
                "make one feature of a unit's parts (a MultiPolygon), or choose another --id-property"
            }
            ReadFault::Crs { .. } => {
                "reproject it: ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson"
            }
            ReadFault::Missing {
                member: "geometries",
            } => {
                "DHIS2's own GeoJSON breaks on a unit with a GeometryCollection: fetch-orgunits reads such units another way"
            }
            ReadFault::LinkedCrs => {
                "if its coordinates are degrees, remove the member \"crs\" from the file"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
