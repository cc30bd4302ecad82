//! Reading: one pass, a row at a time.

use std::fmt;
use std::io::{self, Read};

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::{Header, Strictness, WireError};
use crate::import::names::{Names, Sym};
use crate::import::values::{Content, Key, Values};

/// Reads a data value set to its end; adds its rows to `values`.
///
/// # Errors
/// [`WireError`]: not JSON, cut, a key that is not allowed, a row that is no data value.
/// JSON errors carry line and column, errors in a row its number counted from 1.
pub fn read(
    mut source: impl Read,
    strictness: Strictness,
    names: &mut Names,
    values: &mut Values,
) -> Result<Header, WireError> {
    let start = first_bytes(&mut source)?;
    let mut json = serde_json::Deserializer::from_reader(start.chain(source));
    let header = json.deserialize_map(DocumentVisitor {
        strictness,
        names,
        values,
    })?;
    json.end()?;
    Ok(header)
}

/// The first bytes, without a byte order mark.
fn first_bytes(source: &mut impl Read) -> Result<io::Cursor<Vec<u8>>, WireError> {
    let mut head = Vec::with_capacity(3);
    source.by_ref().take(3).read_to_end(&mut head)?;
    match head.as_slice() {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => Err(WireError::Utf16),
        [0xEF, 0xBB, 0xBF] => Ok(io::Cursor::new(Vec::new())),
        _ => Ok(io::Cursor::new(head)),
    }
}

/// Keys at the top of a payload that do more than store its rows.
const EFFECTS: [&str; 5] = ["completeDate", "deletion", "dryRun", "strategy", "force"];

struct DocumentVisitor<'a> {
    strictness: Strictness,
    names: &'a mut Names,
    values: &'a mut Values,
}

impl<'de> Visitor<'de> for DocumentVisitor<'_> {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with dataValues")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let mut header = Header::default();
        let mut rows_seen = false;
        while let Some(key) = map.next_key::<String>()? {
            let text = |map: &mut A| map.next_value_seed(Text);
            match key.as_str() {
                "dataValues" if rows_seen => {
                    return Err(A::Error::custom("dataValues stands twice"));
                }
                "dataValues" => {
                    rows_seen = true;
                    map.next_value_seed(Rows {
                        strictness: self.strictness,
                        names: self.names,
                        values: self.values,
                    })?;
                }
                "dataSet" => header.data_set = text(&mut map)?,
                "period" => header.period = self.names.intern_opt(text(&mut map)?.as_deref()),
                "orgUnit" => header.unit = self.names.intern_opt(text(&mut map)?.as_deref()),
                "attributeOptionCombo" => {
                    header.attribute = self.names.intern_opt(text(&mut map)?.as_deref());
                }
                "categoryOptionCombo" if self.strictness == Strictness::Answer => {
                    header.combo = self.names.intern_opt(text(&mut map)?.as_deref());
                }
                "dataElement" if self.strictness == Strictness::Answer => {
                    header.element = self.names.intern_opt(text(&mut map)?.as_deref());
                }
                scheme if scheme == "idScheme" || scheme.ends_with("IdScheme") => {
                    if let Some(name) =
                        text(&mut map)?.filter(|name| !name.eq_ignore_ascii_case("UID"))
                    {
                        header.schemes.push((key, name));
                    }
                }
                other if self.strictness == Strictness::Payload => {
                    return Err(A::Error::custom(refusal(other)));
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if rows_seen {
            Ok(header)
        } else {
            Err(A::Error::missing_field("dataValues"))
        }
    }
}

fn refusal(key: &str) -> String {
    if EFFECTS.contains(&key) {
        format!("`{key}` does more than store values: take it out")
    } else {
        format!(
            "`{key}` is not a key of a data value set that every DHIS2 version reads the same way"
        )
    }
}

struct Rows<'a> {
    strictness: Strictness,
    names: &'a mut Names,
    values: &'a mut Values,
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of data values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Rows {
            strictness,
            names,
            values,
        } = self;
        let mut wire = WireRow::default();
        loop {
            let number = values.len() + 1;
            let next = seq
                .next_element_seed(RowSeed {
                    strictness,
                    row: &mut wire,
                })
                .map_err(|error| A::Error::custom(format!("value {number}: {error}")))?;
            if next.is_none() {
                return Ok(());
            }
            if strictness == Strictness::Answer && wire.is_absent() {
                continue;
            }
            wire.store(names, values)
                .map_err(|error| A::Error::custom(format!("value {number}: {error}")))?;
        }
    }
}

/// One row as it stands in the document.
#[derive(Default)]
struct WireRow {
    element: Option<String>,
    period: Option<String>,
    unit: Option<String>,
    combo: Option<String>,
    attribute: Option<String>,
    value: Option<String>,
    comment: Option<String>,
    follow_up: bool,
    deleted: bool,
}

impl WireRow {
    /// A deleted row, or one without a value and comment, stores nothing that could be compared.
    fn is_absent(&self) -> bool {
        self.deleted || (self.value.is_none() && self.comment.is_none())
    }

    fn store(&self, names: &mut Names, values: &mut Values) -> io::Result<()> {
        let mut sym = |text: &Option<String>| match text.as_deref() {
            None | Some("") => Sym::NONE,
            Some(text) => names.intern(text),
        };
        let key = Key {
            period: sym(&self.period),
            unit: sym(&self.unit),
            element: sym(&self.element),
            combo: sym(&self.combo),
            attribute: sym(&self.attribute),
        };
        let content = Content {
            value: self.value.as_deref().unwrap_or(""),
            comment: sym(&self.comment),
            follow_up: self.follow_up,
        };
        values.push(key, content)
    }
}

struct RowSeed<'a> {
    strictness: Strictness,
    row: &'a mut WireRow,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        *self.row = WireRow::default();
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a data value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let payload = self.strictness == Strictness::Payload;
        while let Some(key) = map.next_key::<String>()? {
            let slot = match key.as_str() {
                "dataElement" => &mut self.row.element,
                "period" => &mut self.row.period,
                "orgUnit" => &mut self.row.unit,
                "categoryOptionCombo" => &mut self.row.combo,
                "attributeOptionCombo" => &mut self.row.attribute,
                "value" => &mut self.row.value,
                "comment" => &mut self.row.comment,
                "followup" | "followUp" => {
                    self.row.follow_up |= map.next_value::<Option<bool>>()?.unwrap_or(false);
                    continue;
                }
                "deleted" => {
                    self.row.deleted = map.next_value::<Option<bool>>()?.unwrap_or(false);
                    if payload && self.row.deleted {
                        return Err(A::Error::custom(
                            "a row with `deleted` removes a value, and push only stores them",
                        ));
                    }
                    continue;
                }
                // What an export carries and no import honours in every version.
                "storedBy" | "created" | "lastUpdated" => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                other if payload => return Err(A::Error::custom(refusal(other))),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            if payload && slot.is_some() {
                return Err(A::Error::custom(format!("`{key}` stands twice")));
            }
            *slot = map
                .next_value_seed(Text)
                .map_err(|error| A::Error::custom(format!("`{key}`: {error}")))?;
        }
        Ok(())
    }
}

/// A JSON string or null. Numbers are refused: 2.43 answers 500 to them, and `1e3` or `12.0`
/// would be stored as whatever text the writer's library prints.
struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, strictness: Strictness) -> Result<(Header, Names, Values), String> {
        let mut names = Names::default();
        let mut values = Values::default();
        read(text.as_bytes(), strictness, &mut names, &mut values)
            .map(|header| (header, names, values))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn an_answer_of_either_dialect_gives_the_same_rows() {
        // What 2.42 and 2.43 answer to the same question.
        let a = r#"{"dataValues":[{"dataElement":"dePopTot001","period":"2025","orgUnit":"ouDist00001","categoryOptionCombo":"HllvX50cXC0","attributeOptionCombo":"HllvX50cXC0","value":"100","storedBy":"admin","comment":null,"followup":false},
            {"dataElement":"dePopTot001","period":"2025","orgUnit":"ouDist00002","value":null,"deleted":true,"comment":null}]}"#;
        let b = r#"{"period":"2025","dataValues":[{"dataElement":"dePopTot001","orgUnit":"ouDist00001","categoryOptionCombo":"HllvX50cXC0","attributeOptionCombo":"HllvX50cXC0","value":"100"}]}"#;
        for text in [a, b] {
            let (header, names, mut values) = parse(text, Strictness::Answer).unwrap();
            values
                .rows_mut()
                .iter_mut()
                .for_each(|row| header.complete(row));
            assert_eq!(values.len(), 1);
            let row = &values.rows()[0];
            assert_eq!(names.text(row.key.period), "2025");
            assert_eq!(names.text(row.key.unit), "ouDist00001");
            assert_eq!(values.text(row), "100");
            assert!(row.comment.is_none() && !row.follow_up);
        }
    }

    #[test]
    fn a_payload_is_read_strictly() {
        for (text, why) in [
            (
                r#"{"dataValues":[{"value":12}]}"#,
                "value 1: `value`: invalid type: integer `12`, expected a JSON string",
            ),
            (
                r#"{"dataValues":[{"valeu":"12"}]}"#,
                "value 1: `valeu` is not a key",
            ),
            (
                r#"{"dataValues":[{"value":"1","value":"2"}]}"#,
                "`value` stands twice",
            ),
            (
                r#"{"dataValues":[{"value":"1","deleted":true}]}"#,
                "removes a value",
            ),
            (
                r#"{"completeDate":"2025-01-01","dataValues":[]}"#,
                "`completeDate` does more",
            ),
            (r#"{"dataValues":[],"dataValues":[]}"#, "stands twice"),
            (r#"{"dataSet":"x"}"#, "missing field `dataValues`"),
            (
                r#"{"dataValues":[{"value":"1"}]"#,
                "EOF while parsing an object at line 1",
            ),
            (r#"{"dataValues":[]} x"#, "trailing characters"),
            (r#"[]"#, "invalid type: sequence"),
            ("", "EOF while parsing"),
            ("\u{feff}", "EOF while parsing"),
            ("null", "invalid type: null"),
        ] {
            let error = parse(text, Strictness::Payload).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
        let (header, _, values) = parse("\u{feff}{\"orgUnitIdScheme\":\"CODE\",\"idScheme\":\"uid\",\"dataValues\":[{\"value\":\"\"}]}", Strictness::Payload).unwrap();
        assert_eq!(
            header.schemes,
            [("orgUnitIdScheme".to_owned(), "CODE".to_owned())]
        );
        assert_eq!(values.len(), 1);
    }

    #[test]
    fn utf_16_is_named() {
        let bytes: Vec<u8> = "{\"dataValues\":[]}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let error = read(
            bytes.as_slice(),
            Strictness::Payload,
            &mut Names::default(),
            &mut Values::default(),
        );
        assert!(matches!(error, Err(WireError::Utf16)));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{{\"x\":{}", "[".repeat(100_000));
        assert!(parse(&deep, Strictness::Answer).is_err());
    }
}
