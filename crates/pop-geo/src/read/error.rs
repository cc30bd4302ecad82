//! What can be wrong with a file of units.

use std::fmt;

use pop_crs::CrsMismatch;

/// Why a file of units was refused, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadError {
    pub(crate) feature: Option<usize>,
    pub(crate) id: Option<String>,
    pub(crate) position: Option<TextPosition>,
    pub(crate) kind: ReadErrorKind,
}

/// A position in a text, both counted from 1; columns are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPosition {
    /// Lines end with `\n`.
    pub line: usize,
    /// Bytes from the start of the line.
    pub column: usize,
}

impl TextPosition {
    /// The position of a byte of a text.
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
pub enum ReadErrorKind {
    /// Nothing but white space.
    #[error("empty input, expected a GeoJSON FeatureCollection")]
    Empty,
    /// Another format, or another encoding.
    #[error("{found}, expected GeoJSON in UTF-8")]
    OtherFormat {
        /// What it is, as far as its first bytes tell.
        found: &'static str,
        /// What the user can do about it.
        hint: &'static str,
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
        hint: Option<&'static str>,
    },
    /// A collection that says that a server has more features.
    #[error("{}", incomplete(.member, *.sent, *.all))]
    Incomplete {
        /// The member that says it.
        member: &'static str,
        /// How many features there are.
        sent: u64,
        /// How many there should be, where that is said.
        all: Option<u64>,
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
    /// JSON, but not a collection, for the reason that the parser gives.
    #[error("not a valid GeoJSON FeatureCollection: {message}")]
    NotCollection {
        /// What the parser says.
        message: String,
    },
    /// JSON, but not a feature, for the reason that the parser gives.
    #[error("not a valid GeoJSON Feature: {message}")]
    NotFeature {
        /// What the parser says.
        message: String,
    },
    /// A unit with a GeometryCollection as DHIS2 writes it: its `coordinates` are followed by geometries, which is not JSON.
    #[error("a GeometryCollection with a member \"coordinates\", expected \"geometries\"")]
    BrokenCollection,
    /// No id to tell the unit by.
    #[error("no org unit id: {looked}")]
    NoId {
        /// Where it was looked for.
        looked: String,
        /// Whether the feature has the property that was named, without an id in it.
        has_property: bool,
        /// Names of the feature's properties.
        properties: Box<[String]>,
    },
    /// A feature with two ids that contradict each other.
    #[error("two ids: {ids}")]
    TwoIds {
        /// Both, and where they were found.
        ids: String,
        /// The property to name with `--id-property`.
        hint: &'static str,
    },
    /// Two features with one id.
    #[error("id {id:?} is the id of feature {first}, too")]
    DuplicateId {
        /// The id.
        id: String,
        /// 1-based number of the feature that had it first.
        first: usize,
    },
    /// Coordinates in another reference system.
    #[error("reference system {name:?}: {reason}")]
    Crs {
        /// As the file names it.
        name: String,
        /// Its EPSG code, where it is known and the coordinates are in it.
        source_code: Option<u16>,
        /// Why it is refused.
        reason: Box<CrsReason>,
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

/// `the file has 1 of the 1,322 features that its member numberMatched names`.
fn incomplete(member: &str, sent: u64, all: Option<u64>) -> String {
    let noun = |count| if count == 1 { "feature" } else { "features" };
    match all {
        Some(all) => format!(
            "the file has {} of the {} {} that its member {member} names",
            grouped(sent),
            grouped(all),
            noun(all)
        ),
        None => format!(
            "the server sent {} {} and has more ({member})",
            grouped(sent),
            noun(sent)
        ),
    }
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Why coordinates of a reference system are refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CrsReason {
    /// Longitude and latitude, but not those of WGS 84.
    #[error(transparent)]
    Geographic(CrsMismatch),
    /// A projected system, or one that is not known.
    #[error("expected longitude and latitude on WGS 84 (OGC:CRS84, EPSG:4326)")]
    Other,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.feature, &self.id) {
            (Some(number), Some(id)) => write!(f, "feature {number} ({id}): ")?,
            (Some(number), None) => write!(f, "feature {number}: ")?,
            (None, _) => {}
        }
        write!(f, "{}", self.kind)?;
        if let Some(TextPosition { line, column }) = self.position {
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
    pub fn position(&self) -> Option<TextPosition> {
        self.position
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn kind(&self) -> &ReadErrorKind {
        &self.kind
    }

    /// Whether more was found than the limits allow.
    pub(crate) fn is_limit(&self) -> bool {
        matches!(self.kind, ReadErrorKind::Limit { .. })
    }

    /// Whether a coordinate is NaN: how data frames write a position that is missing.
    pub(crate) fn is_missing_number(&self) -> bool {
        matches!(&self.kind, ReadErrorKind::Unexpected { subject: "coordinates", found, .. } if found == "NaN")
    }

    /// An error about the whole file.
    pub(crate) fn of_file(kind: ReadErrorKind) -> Self {
        Self {
            feature: None,
            id: None,
            position: None,
            kind,
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        self.kind.hint()
    }
}

impl ReadErrorKind {
    /// What the user can do about it: every kind has something.
    fn hint(&self) -> String {
        let hint = match self {
            Self::Empty => {
                "check the command that wrote it; fetch-orgunits writes org units as GeoJSON"
            }
            Self::OtherFormat { hint, .. } => hint,
            Self::Json { .. } => {
                "the file is damaged or was cut off: write or download it again"
            }
            Self::NotFeatures { hint, .. } => hint.unwrap_or(
                "write the units as a FeatureCollection; ogr2ogr converts most formats: ogr2ogr -t_srs EPSG:4326 out.geojson FILE",
            ),
            Self::Incomplete { member, .. } => {
                return format!(
                    "fetch the other pages and put all features into one file; if they were left out on purpose, remove the member {member:?} from the file"
                );
            }
            Self::NoFeatures => "check the selection or filter that the file was written with",
            Self::Unexpected { subject, .. } => match *subject {
                "level" => {
                    "write the depth in the tree as a number (1 is the root), or remove the property: jq 'del(.features[].properties.level)' FILE > out.geojson"
                }
                "id" => {
                    "correct the id, or name another property that holds it with --id-property"
                }
                "crs" | "coordRefSys" | "spatialReference" => {
                    return format!(
                        "if the coordinates are degrees on WGS 84, remove the member {subject:?} from the file"
                    );
                }
                "context" => {
                    "write true for ancestors that are not to be summed, false for others"
                }
                _ => "write the file as RFC 7946 has it: ogr2ogr -t_srs EPSG:4326 out.geojson FILE",
            },
            Self::NotCollection { .. } | Self::NotFeature { .. } => {
                "write the file as RFC 7946 has it: ogr2ogr -t_srs EPSG:4326 out.geojson FILE"
            }
            Self::BrokenCollection => {
                "DHIS2's own GeoJSON breaks on a unit with a GeometryCollection: fetch-orgunits reads such units another way"
            }
            Self::NoId {
                has_property: true, ..
            } => {
                "give the feature an id, or leave it out with --allow bad-geometry"
            }
            Self::NoId { properties, .. } if properties.is_empty() => {
                "each feature needs an id, on the feature or in a property named with --id-property"
            }
            Self::NoId { properties, .. } => {
                return format!(
                    "name the property that holds the id with --id-property; there are {}",
                    properties.join(", ")
                );
            }
            Self::TwoIds { hint, .. } => {
                return format!(
                    "say which is the org unit's: --id-property {hint}, or remove the wrong one from the file"
                );
            }
            Self::DuplicateId { .. } => {
                "make one feature of a unit's parts (a MultiPolygon), or choose another --id-property"
            }
            Self::Crs {
                source_code: Some(code),
                ..
            } => {
                return format!(
                    "reproject it: ogr2ogr -s_srs EPSG:{code} -t_srs EPSG:4326 out.geojson FILE"
                );
            }
            Self::Crs { .. } => "reproject it: ogr2ogr -t_srs EPSG:4326 out.geojson FILE",
            Self::LinkedCrs => {
                "if its coordinates are degrees, remove the member \"crs\" from the file"
            }
            Self::Date { .. } => {
                "write dates as yyyy-mm-dd, or remove the properties: jq 'del(.features[].properties[\"openingDate\", \"closedDate\"])' FILE > out.geojson"
            }
            Self::Number { .. } => "coordinates must be degrees: correct the number",
            Self::Limit { what: "bytes", .. } => {
                "simplify the outlines, or split the file into one a region"
            }
            Self::Limit { .. } => "split the file into one a region",
        };
        hint.to_owned()
    }
}
