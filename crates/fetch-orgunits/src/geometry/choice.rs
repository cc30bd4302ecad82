//! `--geometry` and `--fallback`.

use std::str::FromStr;

use super::key::KeyComparison;
use crate::unit_key::UnitKey;

/// Where geometries are to come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GeometryChoice {
    /// `own`
    Own,
    /// `attribute:CODE`
    Attribute(String),
    /// `file:PATH[,match=KEY:PROPERTY]`
    File {
        /// The file, or `-`.
        path: String,
        /// What of a unit is what of a feature.
        by: Match,
    },
}

/// Which key of a unit equals which property of a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) unit: UnitKey,
    /// A property; `None` for the feature's own `id`.
    pub(crate) property: Option<String>,
    pub(crate) comparison: KeyComparison,
}

/// What a unit gets for which the source has nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Fallback {
    /// No geometry
    #[default]
    Nothing,
    /// Its own geometry, marked as a fallback
    Own,
}

impl FromStr for GeometryChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected own, attribute:CODE or file:PATH,match=code:PROPERTY";
        if text == "own" {
            return Ok(Self::Own);
        }
        if let Some(code) = text
            .strip_prefix("attribute:")
            .filter(|code| !code.is_empty())
        {
            return Ok(Self::Attribute(code.to_owned()));
        }
        let rest = text.strip_prefix("file:").ok_or(expected)?;
        // A comma may be part of the path, but not of what follows it.
        let (path, by) = match rest.rsplit_once(",match=") {
            Some((path, by)) => (path, by.parse()?),
            None => (rest, Match::BY_ID),
        };
        if path.is_empty() {
            return Err(expected.to_owned());
        }
        Ok(Self::File {
            path: path.to_owned(),
            by,
        })
    }
}

impl Match {
    const BY_ID: Self = Self {
        unit: UnitKey::Id,
        property: None,
        comparison: KeyComparison::Exact,
    };
}

impl FromStr for Match {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (unit, property) = text
            .split_once(':')
            .filter(|(_, property)| !property.is_empty())
            .ok_or("expected match=code:PROPERTY, match=name:PROPERTY or match=id:PROPERTY")?;
        let unit = match unit {
            "id" => UnitKey::Id,
            "code" => UnitKey::Code,
            "name" => UnitKey::Name,
            other => {
                return Err(format!(
                    "cannot match by {other:?}, only by id, code or name"
                ));
            }
        };
        Ok(Self {
            unit,
            property: Some(property.to_owned()),
            comparison: KeyComparison::Exact,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_read() {
        assert_eq!("own".parse(), Ok(GeometryChoice::Own));
        assert_eq!(
            "attribute:WP_CATCH".parse(),
            Ok(GeometryChoice::Attribute("WP_CATCH".into()))
        );
        assert_eq!(
            "file:a,b.geojson,match=code:ADM3_PCODE".parse(),
            Ok(GeometryChoice::File {
                path: "a,b.geojson".into(),
                by: Match {
                    unit: UnitKey::Code,
                    property: Some("ADM3_PCODE".into()),
                    comparison: KeyComparison::Exact,
                }
            })
        );
        assert_eq!(
            "file:x.geojson".parse(),
            Ok(GeometryChoice::File {
                path: "x.geojson".into(),
                by: Match::BY_ID
            })
        );
    }

    #[test]
    fn others_say_what_is_expected() {
        for text in [
            "",
            "mine",
            "attribute:",
            "file:",
            "file:x,match=code",
            "file:x,match=uid:A",
        ] {
            assert!(text.parse::<GeometryChoice>().is_err(), "{text}");
        }
    }
}
