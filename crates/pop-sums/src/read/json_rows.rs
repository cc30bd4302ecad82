//! Rows of the JSON form.

use std::borrow::Cow;
use std::{fmt, io};

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::table_builder::{Fields, TableBuilder};
use crate::sums_row::column;
use crate::{COLUMNS, RowPosition, SumsError, SumsTable};

/// Reads `{"format":"headcount-sums","version":1,"rows":[…]}` or a bare list of rows.
pub(crate) fn read(text: &str, names: &[&str]) -> Result<SumsTable, SumsError> {
    read_with(&mut serde_json::Deserializer::from_str(text), names)
}

/// As [`read`], from a stream that is not held whole.
pub(crate) fn read_from(stream: impl io::Read, names: &[&str]) -> Result<SumsTable, SumsError> {
    let stream = io::BufReader::with_capacity(1 << 16, stream);
    read_with(&mut serde_json::Deserializer::from_reader(stream), names)
}

fn read_with<'de, R: serde_json::de::Read<'de>>(
    json: &mut serde_json::Deserializer<R>,
    names: &[&str],
) -> Result<SumsTable, SumsError> {
    let mut builder = TableBuilder::json();
    let mut problem = None;
    let mut count = 0;
    let document = SumsDocument {
        rows: RowsSeed {
            names,
            builder: &mut builder,
            problem: &mut problem,
            count: &mut count,
        },
    };
    let parsed = document.deserialize(&mut *json).and_then(|()| json.end());
    if let Some(problem) = problem {
        return Err(problem);
    }
    parsed.map_err(|e| match e.classify() {
        Category::Eof => SumsError::Truncated(e.to_string()),
        Category::Io => SumsError::Unreadable(e.to_string()),
        Category::Syntax | Category::Data => SumsError::Json(e.to_string()),
    })?;
    if count == 0 {
        return Err(SumsError::Empty);
    }
    builder.finish()
}

/// The list of rows; the first problem with one is put aside, since it says more than serde's errors can.
struct RowsSeed<'a> {
    names: &'a [&'a str],
    builder: &'a mut TableBuilder<'static>,
    problem: &'a mut Option<SumsError>,
    count: &'a mut u64,
}

struct SumsDocument<'a> {
    rows: RowsSeed<'a>,
}

impl<'de> DeserializeSeed<'de> for SumsDocument<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for SumsDocument<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list \"rows\", or a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.rows.visit_seq(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut rows = Some(self.rows);
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "rows" => {
                    let seed = rows
                        .take()
                        .ok_or_else(|| de::Error::duplicate_field("rows"))?;
                    map.next_value_seed(seed)?;
                }
                "format" => {
                    let format: String = map.next_value()?;
                    if format != "headcount-sums" {
                        return Err(de::Error::custom(format!(
                            "format is {format:?}, expected \"headcount-sums\""
                        )));
                    }
                }
                "version" => {
                    let version: u32 = map.next_value()?;
                    if version != 1 {
                        return Err(de::Error::custom(format!(
                            "version is {version}, this tool reads version 1"
                        )));
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if rows.is_some() {
            Err(de::Error::missing_field("rows"))
        } else {
            Ok(())
        }
    }
}

impl<'de> DeserializeSeed<'de> for RowsSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(row) = list.next_element_seed(RowSeed { names: self.names })? {
            *self.count += 1;
            let fields: Fields<'_> = std::array::from_fn(|i| row[i].as_deref().unwrap_or_default());
            if row[column::STATUS].is_some() {
                self.builder.states_status();
            }
            if let Err(problem) = self.builder.push(RowPosition::Row(*self.count), &fields) {
                *self.problem = Some(problem);
                return Err(de::Error::custom("a row is refused"));
            }
        }
        Ok(())
    }
}

/// The texts of a row, in the order of the columns.
type RowTexts<'de> = [Option<Cow<'de, str>>; COLUMNS.len()];

struct RowSeed<'a> {
    names: &'a [&'a str],
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = RowTexts<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = RowTexts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row, as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut texts: RowTexts<'de> = Default::default();
        let mut seen = [false; COLUMNS.len()];
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let Some(at) = self
                .names
                .iter()
                .position(|name| name.eq_ignore_ascii_case(&key))
            else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if std::mem::replace(&mut seen[at], true) {
                return Err(de::Error::custom(format!(
                    "the key {key:?} is there twice in one row"
                )));
            }
            let FieldText(text) = map.next_value()?;
            texts[at] = text;
        }
        for wanted in [column::ORG_UNIT, column::POPULATION] {
            if !seen[wanted] {
                return Err(de::Error::custom(format!(
                    "a row has no {:?}",
                    self.names[wanted]
                )));
            }
        }
        Ok(texts)
    }
}

/// A string, a number, `null`, or a list of words, as the text it would be in CSV.
struct FieldText<'de>(Option<Cow<'de, str>>);

impl<'de> Deserialize<'de> for FieldText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldTextVisitor)
    }
}

struct FieldTextVisitor;

impl<'de> Visitor<'de> for FieldTextVisitor {
    type Value = FieldText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a list of words or null")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(FieldText(None))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(FieldText(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(FieldText(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(FieldText(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(FieldText(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(FieldText(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut words: Vec<Cow<'de, str>> = Vec::new();
        while let Some(word) = list.next_element()? {
            words.push(word);
        }
        Ok(FieldText(Some(Cow::Owned(words.join(";")))))
    }
}
