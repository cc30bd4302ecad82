//! DHIS2 data value sets: the body of `POST /api/dataValueSets`.

pub mod names;
mod read;
pub mod table;
mod write;

use std::sync::Arc;

pub use read::{PayloadSet, ReadError, SetHeader, Strictness, read_into, read_payload};
pub use write::{CsvError, CsvWriter, JsonWriter, ValueRow, write_csv};

/// Text that many values share.
pub type Text = Arc<str>;

/// One value. Its key is data element, period, org unit and the two option combos.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataValue {
    /// Data element.
    pub data_element: Text,
    /// Period, in the server's own text: `2025`, `2025April`.
    pub period: Text,
    /// Org unit.
    pub org_unit: Text,
    /// Category option combo; left out for the default one.
    pub category_option_combo: Option<Text>,
    /// Attribute option combo; left out for the default one.
    pub attribute_option_combo: Option<Text>,
    /// The value, as the text that is stored.
    pub value: Box<str>,
    /// Comment.
    pub comment: Option<Text>,
    /// Whether the value is to be deleted.
    pub deleted: bool,
}

/// What kind of id the values have, where it is not the UID: `CODE`, `NAME`, `ATTRIBUTE:<uid>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdSchemes {
    /// `idScheme`: for everything that has no scheme of its own.
    pub id: Option<Text>,
    /// `dataSetIdScheme`.
    pub data_set: Option<Text>,
    /// `dataElementIdScheme`.
    pub data_element: Option<Text>,
    /// `orgUnitIdScheme`.
    pub org_unit: Option<Text>,
    /// `categoryOptionComboIdScheme`.
    pub category_option_combo: Option<Text>,
    /// `attributeOptionComboIdScheme`.
    pub attribute_option_combo: Option<Text>,
}

/// A data value set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataValueSet {
    /// The data set all elements belong to.
    pub data_set: Option<Text>,
    /// Kinds of ids.
    pub schemes: IdSchemes,
    /// The values.
    pub values: Vec<DataValue>,
}

/// What makes two values the same one.
pub type Key<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>);

impl DataValue {
    /// What makes it the same value as another.
    #[must_use]
    pub fn key(&self) -> Key<'_> {
        (
            &self.data_element,
            &self.period,
            &self.org_unit,
            self.category_option_combo.as_deref(),
            self.attribute_option_combo.as_deref(),
        )
    }
}

impl DataValueSet {
    /// Reads a data value set strictly, as [`read_payload`], and refuses empty values too.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let PayloadSet {
            header,
            names,
            values,
        } = read_payload(bytes)?;
        let mut set = Self {
            data_set: header.data_set.map(Into::into),
            ..Self::default()
        };
        for (key, scheme) in header.schemes {
            let slot = match key.as_str() {
                "dataSetIdScheme" => &mut set.schemes.data_set,
                "dataElementIdScheme" => &mut set.schemes.data_element,
                "orgUnitIdScheme" => &mut set.schemes.org_unit,
                "categoryOptionComboIdScheme" => &mut set.schemes.category_option_combo,
                "attributeOptionComboIdScheme" => &mut set.schemes.attribute_option_combo,
                _ => &mut set.schemes.id,
            };
            *slot = Some(scheme.into());
        }
        for (index, row) in values.rows().iter().enumerate() {
            let value = values.text(row);
            if value.is_empty() {
                return Err(ReadError::Value {
                    number: index + 1,
                    what: "no value, or an empty one".to_owned(),
                });
            }
            let text = |sym| names.shared(sym).unwrap_or_default();
            set.values.push(DataValue {
                data_element: text(row.key.element),
                period: text(row.key.period),
                org_unit: text(row.key.unit),
                category_option_combo: names.shared(row.key.combo),
                attribute_option_combo: names.shared(row.key.attribute),
                value: value.into(),
                comment: names.shared(row.comment),
                deleted: false,
            });
        }
        Ok(set)
    }

    /// Writes the JSON that DHIS2 of any version takes: one value a line, every member a text.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn write_json(&self, writer: impl std::io::Write) -> std::io::Result<()> {
        write::write_json(self, writer)
    }
}

#[cfg(test)]
mod tests;
