//! One value as plans, journals and receipts write it down, and the list of them as a stream.
//!
//! The three documents share this form, so that a receipt can be undone or verified, a plan
//! compared with what is stored now, and a journal resumed, by one reader.

use std::fmt;
use std::io;

use pop_datavalues::value_set::names::{Names, Sym};
use pop_datavalues::value_set::table::{Content, ValueKey, ValueTable};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// A value with its comment and mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContentRecord {
    /// The value's text.
    pub(crate) value: String,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) comment: Option<String>,
    /// Marked for follow-up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) follow_up: bool,
}

/// One data value: where it belongs, what is wanted there, what stood there, what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    /// Its number in the file it came from, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) row: Option<u32>,
    /// Data element.
    pub(crate) data_element: String,
    /// Period.
    pub(crate) period: String,
    /// Org unit.
    pub(crate) org_unit: String,
    /// Category option combo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) category_option_combo: Option<String>,
    /// Attribute option combo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attribute_option_combo: Option<String>,
    /// `new`, `changed`, `rounding`, `comment`, `same`, `kept`, `zero`, `left-out`; `removed` in an undo.
    pub(crate) class: String,
    /// What became of it: only in receipts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
    /// What stood there before; absent where nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<ContentRecord>,
    /// What is wanted there; absent where it is to be deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wanted: Option<ContentRecord>,
    /// What was read back, where that is neither `before` nor `wanted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) found: Option<ContentRecord>,
    /// What is stored, or in the set, for the year before: only in plans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) year_before: Option<YearRecord>,
    /// The same for the year after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) year_after: Option<YearRecord>,
}

/// The value of a year beside that of a record, and the growth from the earlier to the later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct YearRecord {
    /// Its period.
    pub(crate) period: String,
    /// Its value.
    pub(crate) value: String,
    /// As a share, with four decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) growth: Option<f64>,
}

impl Record {
    /// Its key, with its texts interned.
    pub(crate) fn key(&self, names: &mut Names) -> ValueKey {
        ValueKey {
            period: names.intern(&self.period),
            unit: names.intern(&self.org_unit),
            element: names.intern(&self.data_element),
            combo: names.intern_opt(self.category_option_combo.as_deref()),
            attribute: names.intern_opt(self.attribute_option_combo.as_deref()),
        }
    }

    /// The texts of a key, with everything else empty.
    #[must_use]
    pub(crate) fn of_key(key: &ValueKey, names: &Names) -> Self {
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
            year_before: None,
            year_after: None,
        }
    }
}

impl ContentRecord {
    /// The record of a value in a table.
    #[must_use]
    pub(crate) fn of(content: Content<'_>, names: &Names) -> Self {
        Self {
            value: content.value.to_owned(),
            comment: names.opt(content.comment).map(str::to_owned),
            follow_up: content.follow_up,
        }
    }

    /// Puts it into a table under a key.
    ///
    /// # Errors
    /// As [`ValueTable::push`].
    pub(crate) fn store(
        &self,
        key: ValueKey,
        names: &mut Names,
        values: &mut ValueTable,
    ) -> io::Result<()> {
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

/// One request, for the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestRecord {
    /// Values it carried.
    pub(crate) values: usize,
    /// HTTP status, where there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) http: Option<u16>,
    /// The summary's counts: imported, updated, ignored, deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) counts: Option<[u64; 4]>,
    /// What the answer amounts to, in words.
    pub(crate) claim: String,
    /// Conflicts, each with the rows of the file it concerns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) conflicts: Vec<ConflictRecord>,
}

/// Why values were refused, for the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConflictRecord {
    /// DHIS2's error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// Its message.
    pub(crate) message: String,
    /// Rows of the file, counted from 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rows: Vec<u32>,
}

/// Writes the members of some objects as one object, a line each, and leaves it open.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write_open_object(
    out: &mut impl io::Write,
    objects: &[&serde_json::Value],
) -> io::Result<()> {
    out.write_all(b"{")?;
    let members = objects
        .iter()
        .filter_map(|object| object.as_object())
        .flatten();
    for (index, (key, value)) in members.enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, key)?;
        out.write_all(b":")?;
        serde_json::to_writer(&mut *out, value)?;
    }
    Ok(())
}

/// Reads a document with a list `values` of records: the rest of it goes into `H`, each record
/// to `each`. `H` reads the document as if it had no `values`.
///
/// # Errors
/// Not JSON, cut, or of another shape; what `each` says, as an error of the same kind.
pub(crate) fn read_document<H: Default, R: io::Read>(
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
                "notInSet" | "sums" | "names" => {
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
