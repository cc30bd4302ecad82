//! The JSON of a data value set, row by row.

use std::{fmt, io};

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::{SetHeader, Strictness};
use crate::value_set::names::{Names, Sym};
use crate::value_set::table::{Content, ValueKey, ValueTable};

/// Keys at the top of a payload that do more than store its rows.
const EFFECTS: [&str; 5] = ["completeDate", "deletion", "dryRun", "strategy", "force"];

pub(super) struct DocumentVisitor<'a> {
    pub(super) strictness: Strictness,
    pub(super) names: &'a mut Names,
    pub(super) values: &'a mut ValueTable,
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
    stored_by: Option<String>,
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
        let stored_by = sym(&self.stored_by);
        values.push_stored(key, content, stored_by)
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
                "storedBy" if !payload => {
                    let stored_by = &mut self.row.stored_by;
                    *stored_by = map.next_value_seed(Text)?;
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
