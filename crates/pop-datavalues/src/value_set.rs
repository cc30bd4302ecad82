//! DHIS2 data value sets: the body of `POST /api/dataValueSets`.

mod read;
mod write;

use std::sync::Arc;

pub use read::ReadError;
pub use write::{CsvWriter, JsonWriter, write_csv};

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

/// What kind of id stands in the values, where it is not the UID: `CODE`, `NAME`, `ATTRIBUTE:<uid>`.
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
    /// Reads a data value set, strictly: every id, period and value a text, no key twice, nothing after the end.
    ///
    /// A period, org unit or attribute option combo at the top level goes into the values, whose own must not differ.
    /// Keys that would change what an import does (`dryRun`, `strategy`, `completeDate`, `deletion`, …) are refused,
    /// those of an export (`storedBy`, `created`, `lastUpdated`, `followup`) are passed over.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        read::read(bytes)
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
