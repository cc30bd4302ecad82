//! One value as plans, journals and receipts write it down, and the list of them as a stream.
//!
//! The three documents share this form, so that a receipt can be undone or verified, a plan
//! compared with what is stored now, and a journal resumed, by one reader.

use std::fmt;
use std::io;

use pop_dhis2::import::names::{Names, Sym};
use pop_dhis2::import::values::{Content, Key, Values};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// A value with its comment and mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentRecord {
    /// The value's text.
    pub value: String,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Marked for follow-up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follow_up: bool,
}

/// One data value: where it belongs, what is wanted there, what stood there, what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Its number in the file it came from, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Data element.
    pub data_element: String,
    /// Period.
    pub period: String,
    /// Org unit.
    pub org_unit: String,
    /// Category option combo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_option_combo: Option<String>,
    /// Attribute option combo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute_option_combo: Option<String>,
    /// `new`, `changed`, `rounding`, `comment`, `same`, `kept`, `zero`; `removed` in an undo.
    pub class: String,
    /// What became of it: only in receipts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What stood there before; absent where nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ContentRecord>,
    /// What is wanted there; absent where it is to be deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<ContentRecord>,
    /// What was read back, where that is neither `before` nor `wanted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<ContentRecord>,
}

impl Record {
    /// Its key, with its texts interned.
    pub fn key(&self, names: &mut Names) -> Key {
        Key {
            period: names.intern(&self.period),
            unit: names.intern(&self.org_unit),
            element: names.intern(&self.data_element),
            combo: names.intern_opt(self.category_option_combo.as_deref()),
            attribute: names.intern_opt(self.attribute_option_combo.as_deref()),
        }
    }

    /// The texts of a key, with everything else empty.
    #[must_use]
    pub fn of_key(key: &Key, names: &Names) -> Self {
        let opt = |sym: Sym| names.opt(sym).map(str::to_owned);
        Self {
            row: None,
            data_element: names.text(key.element).to_owned(),
            period: names.text(key.period).to_owned(),
            org_unit: names.text(key.unit).to_owned(),
            category_option_combo: opt(key.combo),
            attribute_option_combo: opt(key.attribute),
            class: String::new(),
            state: None,
            before: None,
            wanted: None,
            found: None,
        }
    }
}

impl ContentRecord {
    /// The record of a value in a table.
    #[must_use]
    pub fn of(content: Content<'_>, names: &Names) -> Self {
        Self {
            value: content.value.to_owned(),
            comment: names.opt(content.comment).map(str::to_owned),
            follow_up: content.follow_up,
        }
    }

    /// Puts it into a table under a key.
    ///
    /// # Errors
    /// As [`Values::push`].
    pub fn store(&self, key: Key, names: &mut Names, values: &mut Values) -> io::Result<()> {
        let comment = self
            .comment
            .as_deref()
            .filter(|comment| !comment.is_empty());
        let comment = names.intern_opt(comment);
        values.push(
            key,
            Content {
                value: &self.value,
                comment,
                follow_up: self.follow_up,
            },
        )
    }
}

/// Reads a document with a list `values` of records: the rest of it goes into `H`, each record
/// to `each`. `H` reads the document as if it had no `values`.
///
/// # Errors
/// Not JSON, cut, or of another shape; what `each` says, as an error of the same kind.
pub fn read_document<H: Default, R: io::Read>(
    source: R,
    head: &mut impl FnMut(&mut H, &str, serde_json::Value) -> Result<(), String>,
    each: &mut impl FnMut(Record) -> Result<(), String>,
) -> serde_json::Result<H> {
    let mut json = serde_json::Deserializer::from_reader(io::BufReader::new(source));
    let document = json.deserialize_map(Document {
        head,
        each,
        of: std::marker::PhantomData,
    })?;
    json.end()?;
    Ok(document)
}

struct Document<'a, H, F, G> {
    head: &'a mut F,
    each: &'a mut G,
    of: std::marker::PhantomData<H>,
}

impl<'de, H, F, G> Visitor<'de> for Document<'_, H, F, G>
where
    H: Default,
    F: FnMut(&mut H, &str, serde_json::Value) -> Result<(), String>,
    G: FnMut(Record) -> Result<(), String>,
{
    type Value = H;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plan or a receipt")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<H, A::Error> {
        let mut head = H::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "values" => map.next_value_seed(List { each: self.each })?,
                "notInSet" => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    let value = map.next_value::<serde_json::Value>()?;
                    (self.head)(&mut head, &key, value).map_err(serde::de::Error::custom)?;
                }
            }
        }
        Ok(head)
    }
}

struct List<'a, G> {
    each: &'a mut G,
}

impl<'de, G: FnMut(Record) -> Result<(), String>> DeserializeSeed<'de> for List<'_, G> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, G: FnMut(Record) -> Result<(), String>> Visitor<'de> for List<'_, G> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(record) = seq.next_element::<Record>()? {
            (self.each)(record).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}
