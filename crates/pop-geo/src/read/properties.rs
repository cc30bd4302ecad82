//! The properties of a feature, as they are written.

use geojson::JsonObject;
use serde_json::Value;

use super::cursor::{describe_value, short};
use super::error::{ReadError, ReadErrorKind};
use super::raw::{offset_in, raw_member};
use super::skeleton::Skeleton;
use crate::OrgUnit;

/// Bytes of an id at most. DHIS2's have 11, its codes up to 50 characters.
const LONGEST_ID: usize = 255;

/// The text that a feature was read from, for what its types do not tell: digits and places.
#[derive(Clone, Copy)]
pub(super) struct Source<'s, 'a> {
    pub(super) skeleton: &'s Skeleton<'a>,
}

impl Source<'_, '_> {
    /// An error at the value of a member, or at the feature where there is no such member.
    pub(super) fn error(self, path: &[&str], kind: ReadErrorKind) -> ReadError {
        let text = &self.skeleton.text;
        let offset = raw_member(text, path).map_or(0, |raw| offset_in(text, raw));
        ReadError {
            feature: None,
            id: None,
            position: Some(self.skeleton.position(offset)),
            kind,
        }
    }

    /// The text of a string, or the digits of a number as they are written; `None` for anything else.
    fn text(self, value: &Value, path: &[&str]) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) if number.is_f64() => {
                let raw = raw_member(&self.skeleton.text, path);
                Some(raw.map_or_else(|| number.to_string(), str::to_owned))
            }
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A text of the properties.
    pub(super) fn property(self, properties: &JsonObject, name: &str) -> Option<String> {
        self.text(properties.get(name)?, &["properties", name])
    }

    /// What DHIS2's properties say of a unit, and what is wrong with them.
    pub(super) fn unit(self, properties: &JsonObject, problems: &mut Vec<ReadError>) -> OrgUnit {
        let text = |name| self.property(properties, name);
        OrgUnit {
            code: text("code").map(|code| code.trim().to_owned()),
            name: text("name"),
            level: kept(self.level(properties), problems),
            parent: text("parent"),
            path: text("path").filter(|path| path.starts_with('/')),
            groups: groups(properties),
            opening_date: kept(self.date(properties, "openingDate"), problems),
            closed_date: kept(self.date(properties, "closedDate"), problems),
            geometry_source: text("geometry_source"),
            reasons: words(text("reasons")),
            context: kept(self.context(properties), problems),
            ..OrgUnit::default()
        }
    }

    /// Whether a unit is an ancestor only: a truth value, as it is written or as other formats give it back.
    fn context(self, properties: &JsonObject) -> Result<bool, ReadError> {
        let value = properties.get("context").unwrap_or(&Value::Null);
        let word = match value {
            Value::Null => return Ok(false),
            Value::Bool(is_context) => return Ok(*is_context),
            Value::String(text) => text.trim().to_ascii_lowercase(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        match word.as_str() {
            "true" | "yes" | "1" | "1.0" => Ok(true),
            "false" | "no" | "0" | "0.0" => Ok(false),
            "" if value.is_string() => Ok(false),
            _ => Err(self.error(
                &["properties", "context"],
                ReadErrorKind::Unexpected {
                    subject: "context",
                    found: describe_value(value),
                    expected: "true or false",
                },
            )),
        }
    }

    /// A level: a whole number, also written `2.0` as data frames with gaps do; `None` for null and an empty text.
    fn level(self, properties: &JsonObject) -> Result<Option<u32>, ReadError> {
        let text = self.property(properties, "level");
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let (digits, rest) = text.split_once('.').unwrap_or((&text, ""));
        match digits.parse() {
            Ok(level) if rest.bytes().all(|digit| digit == b'0') => Ok(Some(level)),
            _ => Err(self.error(
                &["properties", "level"],
                ReadErrorKind::Unexpected {
                    subject: "level",
                    found: format!("{:?}", short(&text)),
                    expected: "a whole number",
                },
            )),
        }
    }

    /// A date `yyyy-mm-dd`, its time of day cut off; `None` for null and an empty text.
    fn date(
        self,
        properties: &JsonObject,
        property: &'static str,
    ) -> Result<Option<String>, ReadError> {
        let text = self.property(properties, property);
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        // GDAL writes dates with slashes, and a blank before the time of day.
        let day = text.split(['T', ' ']).next().unwrap_or_default();
        let day = day.replace('/', "-");
        if crate::is_date(&day) {
            return Ok(Some(day));
        }
        let found = short(&text);
        Err(self.error(
            &["properties", property],
            ReadErrorKind::Date { property, found },
        ))
    }

    /// An id: a text, blanks around it taken off, or a number kept digit by digit; `None` for null and an empty text.
    pub(super) fn id(self, value: &Value, path: &[&str]) -> Result<Option<String>, ReadError> {
        let text = self.text(value, path);
        let id = text.as_deref().map_or("", str::trim);
        let is_text = text.is_some() || value.is_null();
        if !is_text || id.len() > LONGEST_ID || id.contains(char::is_control) {
            return Err(self.error(
                path,
                ReadErrorKind::Unexpected {
                    subject: "id",
                    found: describe_value(value),
                    expected: "a text of up to 255 bytes, or a number",
                },
            ));
        }
        Ok((!id.is_empty()).then(|| id.to_owned()))
    }
}

/// A value; its default where there is something wrong with it, which is noted.
fn kept<T: Default>(found: Result<T, ReadError>, problems: &mut Vec<ReadError>) -> T {
    found.unwrap_or_else(|problem| {
        problems.push(problem);
        T::default()
    })
}

/// The words of a text, which `;` separates.
fn words(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    let words = text.split(';').map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The texts and numbers of the array `groups`, also where other formats gave it back as text; none where it is something else.
fn groups(properties: &JsonObject) -> Vec<String> {
    let groups = match properties.get("groups") {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        Some(groups) => groups.clone(),
        None => Value::Null,
    };
    let texts = groups.as_array().into_iter().flatten();
    let texts = texts.filter_map(|group| match group {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    texts.collect()
}
