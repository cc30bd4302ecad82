//! The JSON form.

use std::borrow::Cow;
use std::{fmt, io};

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use crate::read::{Builder, Fields};
use crate::{COLUMNS, Place, Reason, SumRow, SumTable, SumsError};

/// A row as it is written.
#[derive(Serialize)]
pub(crate) struct RowOut<'a> {
    org_unit: &'a str,
    code: Option<&'a str>,
    name: Option<&'a str>,
    level: Option<u32>,
    path: Option<&'a str>,
    raster: &'a str,
    source: &'a str,
    year: Option<i32>,
    sex: Option<char>,
    age_from: Option<u32>,
    age_to: Option<u32>,
    population: Option<f64>,
    cells: Option<f64>,
    area_cells: Option<f64>,
    inside_share: Option<f64>,
    status: &'static str,
    reasons: Vec<&'a str>,
    method: &'a str,
}

impl<'a> From<&'a SumRow> for RowOut<'a> {
    fn from(row: &'a SumRow) -> Self {
        Self {
            org_unit: &row.org_unit,
            code: row.code.as_deref(),
            name: row.name.as_deref(),
            level: row.level,
            path: row.path.as_deref(),
            raster: &row.raster,
            source: &row.source,
            year: row.year,
            sex: row.sex.map(crate::Sex::letter),
            age_from: row.age_from,
            age_to: row.age_to,
            population: row.population,
            cells: row.cells,
            area_cells: row.area_cells,
            inside_share: row.inside_share,
            status: row.status.word(),
            reasons: row.reasons.iter().map(Reason::word).collect(),
            method: &row.method,
        }
    }
}

/// Reads `{"format":"headcount-sums","version":1,"rows":[…]}` or a bare list of rows.
pub(crate) fn read(text: &str, names: &[&str]) -> Result<SumTable, SumsError> {
    read_with(&mut serde_json::Deserializer::from_str(text), names)
}

/// As [`read`], from a stream that is not held whole.
pub(crate) fn read_from(stream: impl io::Read, names: &[&str]) -> Result<SumTable, SumsError> {
    let stream = io::BufReader::with_capacity(1 << 16, stream);
    read_with(&mut serde_json::Deserializer::from_reader(stream), names)
}

fn read_with<'de, R: serde_json::de::Read<'de>>(
    json: &mut serde_json::Deserializer<R>,
    names: &[&str],
) -> Result<SumTable, SumsError> {
    let mut builder = Builder::json();
    let mut problem = None;
    let mut count = 0;
    let document = Document {
        rows: Rows {
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
        Category::Eof => SumsError::Cut(e.to_string()),
        Category::Io => SumsError::Unreadable(e.to_string()),
        Category::Syntax | Category::Data => SumsError::Json(e.to_string()),
    })?;
    if count == 0 {
        return Err(SumsError::Empty);
    }
    builder.finish()
}

/// The list of rows; the first problem with one is put aside, since it says more than serde's errors can.
struct Rows<'a> {
    names: &'a [&'a str],
    builder: &'a mut Builder,
    problem: &'a mut Option<SumsError>,
    count: &'a mut u64,
}

struct Document<'a> {
    rows: Rows<'a>,
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
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

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(row) = list.next_element_seed(RowSeed { names: self.names })? {
            *self.count += 1;
            let fields: Fields<'_> = std::array::from_fn(|i| row[i].as_deref().unwrap_or_default());
            if row[STATUS].is_some() {
                self.builder.states_status();
            }
            if let Err(problem) = self.builder.push(Place::Row(*self.count), &fields) {
                *self.problem = Some(problem);
                return Err(de::Error::custom("a row is refused"));
            }
        }
        Ok(())
    }
}

const STATUS: usize = 15;

/// The texts of a row, in the order of the columns.
type Texts<'de> = [Option<Cow<'de, str>>; COLUMNS.len()];

struct RowSeed<'a> {
    names: &'a [&'a str],
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = Texts<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = Texts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row, as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut texts: Texts<'de> = Default::default();
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
            let Value(text) = map.next_value()?;
            texts[at] = text;
        }
        for wanted in [0, 11] {
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
struct Value<'de>(Option<Cow<'de, str>>);

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a list of words or null")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Value(None))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Value(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Value(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut words: Vec<Cow<'de, str>> = Vec::new();
        while let Some(word) = list.next_element()? {
            words.push(word);
        }
        Ok(Value(Some(Cow::Owned(words.join(";")))))
    }
}
