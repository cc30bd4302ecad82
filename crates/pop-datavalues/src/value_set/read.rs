//! Reading data value sets: one pass, a row at a time.
//!
//! The same document is sent to `POST /api/dataValueSets` and comes back from
//! `GET /api/dataValueSets`. A file to be sent is read strictly ([`Strictness::Payload`]): a key
//! that would be ignored, or that would do more than store values, is refused. An answer is read
//! leniently, since every version adds keys of its own. Servers from 2.43 on lift what all rows
//! share to the top of the document (`DataExportOutput`): [`SetHeader::complete`] merges.

use std::fmt;
use std::io::{self, Read};

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::names::{Names, Sym};
use super::table::{Content, Row, ValueKey, ValueTable};

/// How a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// A file that is to be sent.
    Payload,
    /// A server's answer.
    Answer,
}

/// The top of a data value set: what holds for all of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetHeader {
    /// The data set named.
    pub data_set: Option<String>,
    /// Period of every row without one.
    pub period: Sym,
    /// Org unit of every row without one.
    pub unit: Sym,
    /// Attribute option combo of every row without one.
    pub attribute: Sym,
    /// Category option combo of every row without one (only in answers).
    pub combo: Sym,
    /// Data element of every row without one (only in answers).
    pub element: Sym,
    /// Id schemes other than UID, by their JSON name (`orgUnitIdScheme`), in the order met.
    pub schemes: Vec<(String, String)>,
}

impl Default for SetHeader {
    fn default() -> Self {
        Self {
            data_set: None,
            period: Sym::NONE,
            unit: Sym::NONE,
            attribute: Sym::NONE,
            combo: Sym::NONE,
            element: Sym::NONE,
            schemes: Vec::new(),
        }
    }
}

impl SetHeader {
    /// Fills what a row leaves out from the top of the document.
    pub fn complete(&self, row: &mut Row) {
        let key = &mut row.key;
        key.period = key.period.or(self.period);
        key.unit = key.unit.or(self.unit);
        key.element = key.element.or(self.element);
        key.combo = key.combo.or(self.combo);
        key.attribute = key.attribute.or(self.attribute);
    }

    /// Whether a row says another period, unit or attribute combo than the top of the document:
    /// servers up to 2.42 take the top's, later ones the row's.
    fn contradicts(&self, row: &Row) -> bool {
        let differs = |top: Sym, own: Sym| !top.is_none() && !own.is_none() && top != own;
        differs(self.period, row.key.period)
            || differs(self.unit, row.key.unit)
            || differs(self.attribute, row.key.attribute)
    }
}

/// Why a document is not a data value set.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No bytes, or only blanks.
    #[error("the data value set is empty")]
    Empty,
    /// The end is missing.
    #[error("the data value set is truncated: {0}")]
    Truncated(String),
    /// Not JSON, or of another shape.
    #[error("not a data value set: {0}")]
    Shape(String),
    /// A value without its key, or that contradicts the top of the document.
    #[error("value {number}: {what}")]
    Value {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        what: String,
    },
    /// The bytes are text in another encoding.
    #[error("the text is UTF-16, expected UTF-8")]
    Utf16,
    /// The bytes could not be read.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl ReadError {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Empty | Self::Truncated(_) => {
                Some("the step that wrote it failed or was stopped: run that step again")
            }
            Self::Shape(_) => Some(
                "a data value set is {\"dataSet\": \"…\", \"dataValues\": [{\"dataElement\": \"…\", \"period\": \"2025\", \"orgUnit\": \"…\", \"value\": \"12\"}, …]}, as to-datavalueset writes it",
            ),
            Self::Value { .. } => Some(
                "give period, org unit and attribute option combo either at the top or in every value, and every value its data element",
            ),
            Self::Utf16 => Some("save the file as UTF-8"),
            // What the system says is all there is to know.
            Self::Io(_) => None,
        }
    }
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        use serde_json::error::Category;
        // An end within a value is wrapped with the value's number, and then counts as data.
        let ends_early = |text: &str| text.contains("EOF while parsing");
        match error.classify() {
            Category::Io => Self::Io(error.into()),
            Category::Eof => Self::Truncated(error.to_string()),
            Category::Syntax | Category::Data => match error.to_string() {
                text if ends_early(&text) => Self::Truncated(text),
                text => Self::Shape(text),
            },
        }
    }
}

/// A data value set that is to be sent: every row has its whole key, as far as the file gives it.
#[derive(Debug)]
pub struct PayloadSet {
    /// The top of the document.
    pub header: SetHeader,
    /// Texts of its ids and comments.
    pub names: Names,
    /// Its values, in the file's order.
    pub values: ValueTable,
}

/// Reads a data value set that is to be sent, to its end.
///
/// # Errors
/// As [`read_into`]; a value without data element, period or org unit, or that contradicts the
/// top of the document.
pub fn read_payload(source: impl Read) -> Result<PayloadSet, ReadError> {
    let (mut names, mut values) = (Names::default(), ValueTable::default());
    let header = read_into(source, Strictness::Payload, &mut names, &mut values)?;
    for (index, row) in values.rows_mut().iter_mut().enumerate() {
        let wrong = |what: String| ReadError::Value {
            number: index + 1,
            what,
        };
        if header.contradicts(row) {
            return Err(wrong(
                "period, org unit or attribute option combo differs from the top of the document; servers up to 2.42 take the top's, later ones the value's".to_owned(),
            ));
        }
        header.complete(row);
        for (what, sym) in [
            ("dataElement", row.key.element),
            ("period", row.key.period),
            ("orgUnit", row.key.unit),
        ] {
            if sym.is_none() {
                return Err(wrong(format!("no {what}")));
            }
        }
    }
    Ok(PayloadSet {
        header,
        names,
        values,
    })
}

/// Reads a data value set to its end; adds its rows to `values`.
///
/// # Errors
/// [`ReadError`]: not JSON, truncated, a key that is not allowed, a row that is not a data value.
/// JSON errors carry line and column, errors in a row its number counted from 1.
pub fn read_into(
    mut source: impl Read,
    strictness: Strictness,
    names: &mut Names,
    values: &mut ValueTable,
) -> Result<SetHeader, ReadError> {
    let start = first_bytes(&mut source)?;
    let is_empty = start.get_ref().iter().all(u8::is_ascii_whitespace);
    let mut json = serde_json::Deserializer::from_reader(start.chain(source));
    let header = json
        .deserialize_map(DocumentVisitor {
            strictness,
            names,
            values,
        })
        .map_err(|error| match ReadError::from(error) {
            ReadError::Truncated(_) if is_empty => ReadError::Empty,
            error => error,
        })?;
    json.end()?;
    Ok(header)
}

/// The first bytes, without a byte order mark.
fn first_bytes(source: &mut impl Read) -> Result<io::Cursor<Vec<u8>>, ReadError> {
    let mut head = Vec::with_capacity(3);
    source.by_ref().take(3).read_to_end(&mut head)?;
    match head.as_slice() {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => Err(ReadError::Utf16),
        [0xEF, 0xBB, 0xBF] => Ok(io::Cursor::new(Vec::new())),
        _ => Ok(io::Cursor::new(head)),
    }
}

/// Keys at the top of a payload that do more than store its rows.
const EFFECTS: [&str; 5] = ["completeDate", "deletion", "dryRun", "strategy", "force"];

struct DocumentVisitor<'a> {
    strictness: Strictness,
    names: &'a mut Names,
    values: &'a mut ValueTable,
}

impl<'de> Visitor<'de> for DocumentVisitor<'_> {
    type Value = SetHeader;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with dataValues")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SetHeader, A::Error> {
        let mut header = SetHeader::default();
        let mut rows_seen = false;
        let mut keys: Vec<String> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom(format!("the key `{key}` occurs twice")));
            }
            keys.push(key.clone());
            let text = |map: &mut A| map.next_value_seed(Text);
            match key.as_str() {
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
        format!("the key `{key}` does more than store values: remove it")
    } else {
        format!("`{key}` is not a key that every DHIS2 version reads the same way: remove it")
    }
}

struct Rows<'a> {
    strictness: Strictness,
    names: &'a mut Names,
    values: &'a mut ValueTable,
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

/// One row as the document has it.
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

    fn store(&self, names: &mut Names, values: &mut ValueTable) -> io::Result<()> {
        let mut sym = |text: &Option<String>| match text.as_deref() {
            None | Some("") => Sym::NONE,
            Some(text) => names.intern(text),
        };
        let key = ValueKey {
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
                            "`deleted` would remove a value; a data value set to push only stores values",
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
                return Err(A::Error::custom(format!("the key `{key}` occurs twice")));
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

    fn parse(text: &str, strictness: Strictness) -> Result<(SetHeader, Names, ValueTable), String> {
        let mut names = Names::default();
        let mut values = ValueTable::default();
        read_into(text.as_bytes(), strictness, &mut names, &mut values)
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
                "`value` occurs twice",
            ),
            (
                r#"{"dataValues":[{"value":"1","deleted":true}]}"#,
                "would remove a value",
            ),
            (
                r#"{"completeDate":"2025-01-01","dataValues":[]}"#,
                "`completeDate` does more",
            ),
            (r#"{"dataValues":[],"dataValues":[]}"#, "occurs twice"),
            (r#"{"dataSet":"x"}"#, "missing field `dataValues`"),
            (
                r#"{"dataValues":[{"value":"1"}]"#,
                "EOF while parsing an object at line 1",
            ),
            (r#"{"dataValues":[]} x"#, "trailing characters"),
            (r#"[]"#, "invalid type: sequence"),
            ("", "is empty"),
            (" \n", "is empty"),
            ("\u{feff}", "is empty"),
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
        let error = read_into(
            bytes.as_slice(),
            Strictness::Payload,
            &mut Names::default(),
            &mut ValueTable::default(),
        );
        assert!(matches!(error, Err(ReadError::Utf16)));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{{\"x\":{}", "[".repeat(100_000));
        assert!(parse(&deep, Strictness::Answer).is_err());
    }
}
