//! The metadata document: what mapping and checking need to know of a DHIS2
//! instance, as one JSON file.
//!
//! Names follow DHIS2's own (camel case). The document only grows: a reader
//! passes over what it does not know and refuses a later `version`. What
//! changes from hour to hour stands under `server`, so that two documents of
//! the same instance differ elsewhere only when its metadata differ.

mod lookup;
mod user;

use pop_hierarchy::{depth, path_ids, unit_label};
use serde::{Deserialize, Serialize};

pub(crate) use lookup::find;
pub use lookup::{LookupError, OptionComboError};
pub use user::{User, UserUnit};

/// What the `format` of the document says.
pub const FORMAT: &str = "headcount-metadata";
/// The version this crate reads and writes.
pub const VERSION: u32 = 1;

/// How a server treats imported values; DHIS2 changed that with release 2.43.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ImportDialect {
    /// Up to 2.42: values are judged one by one, much is let through.
    #[serde(rename = "A")]
    PerValue,
    /// From 2.43: values are judged as a group, and one stops all.
    #[serde(rename = "B")]
    Grouped,
}

/// The whole document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// Release of the server, as it says itself: `2.42.5.2`.
    pub dhis2_version: String,
    /// How it imports.
    pub dialect: ImportDialect,
    /// `iso8601`, `gregorian`, `ethiopian`, …
    pub calendar: String,
    /// Whether it holds every data set, data element, category and option that the user can see: what is
    /// not in it is not on the server.
    #[serde(default, skip_serializing_if = "is_false")]
    pub complete: bool,
    /// Data sets asked for.
    #[serde(default)]
    pub data_sets: Vec<DataSet>,
    /// Their data elements, and others asked for.
    #[serde(default)]
    pub data_elements: Vec<DataElement>,
    /// Combinations those elements and sets use.
    #[serde(default)]
    pub category_combos: Vec<CategoryCombo>,
    /// Categories that none of those combinations has; only in a complete document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// Options of those combinations; in a complete document all options.
    #[serde(default)]
    pub category_options: Vec<CategoryOption>,
    /// Org units the data sets are assigned to, and those of the levels asked for.
    #[serde(default)]
    pub org_units: Vec<OrgUnit>,
    /// Whose rights apply.
    pub user: User,
    /// Strict import switches of the system settings (per-value import).
    #[serde(default)]
    pub import_settings: ImportSettings,
    /// What changes from hour to hour.
    #[serde(default)]
    pub server: ServerState,
}

/// A data set: a form, the units it is for, and when it takes values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataSet {
    /// UID.
    pub id: String,
    /// Code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// `Yearly`, `FinancialApril`, `Monthly`, …
    pub period_type: String,
    /// Periods open beyond the last complete one.
    pub open_future_periods: i32,
    /// Days after a period's end until it is closed; 0 for never. Fractions occur.
    pub expiry_days: f64,
    /// Attribute combination; the default one when there is none to choose.
    pub category_combo: String,
    /// Approval workflow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// The only periods that take values, when not empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_input_periods: Vec<DataInputPeriod>,
    /// Whether the user may read and write its data.
    pub access: DataAccess,
    /// Its elements.
    pub data_set_elements: Vec<DataSetElement>,
    /// UIDs of the units it is assigned to.
    pub organisation_units: Vec<String>,
}

/// A period that takes values between two dates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataInputPeriod {
    /// Id of the period.
    pub period: String,
    /// First day, `yyyy-mm-dd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening_date: Option<String>,
    /// Last day, `yyyy-mm-dd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closing_date: Option<String>,
}

/// Rights on data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataAccess {
    /// May read.
    pub read: bool,
    /// May write.
    pub write: bool,
}

/// A data element in a data set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataSetElement {
    /// UID of the element.
    pub data_element: String,
    /// Combination that replaces the element's own in this set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_combo: Option<String>,
}

/// A data element.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataElement {
    /// UID.
    pub id: String,
    /// Code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// `AGGREGATE`, or `TRACKER`: those of tracker programmes are in no data set. Not in older documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain_type: Option<String>,
    /// `INTEGER_ZERO_OR_POSITIVE`, `NUMBER`, …
    pub value_type: String,
    /// `AVERAGE_SUM_ORG_UNIT`, `SUM`, …
    pub aggregation_type: String,
    /// Whether zeros are stored by the per-value import.
    pub zero_is_significant: bool,
    /// Combination of the element.
    pub category_combo: String,
    /// Levels above which deeper values are not added up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aggregation_levels: Vec<u32>,
    /// Codes the value must be one of, where the element has an option set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option_codes: Option<Vec<String>>,
}

/// A combination of categories.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CategoryCombo {
    /// UID.
    pub id: String,
    /// Code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// Whether this is the combination of elements without disaggregation.
    pub is_default: bool,
    /// Categories; their order means nothing.
    pub categories: Vec<Category>,
    /// Option combos.
    pub category_option_combos: Vec<CategoryOptionCombo>,
}

/// A category: one way to split.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Category {
    /// UID.
    pub id: String,
    /// Code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// UIDs of its options.
    pub category_options: Vec<String>,
}

/// An option of a category.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CategoryOption {
    /// UID.
    pub id: String,
    /// Code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// First day it may be used, `yyyy-mm-dd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    /// Last day it may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
    /// Whether the user may read and write data under it.
    pub access: DataAccess,
}

/// One cell of a combination: a set with one option of each category.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CategoryOptionCombo {
    /// UID.
    pub id: String,
    /// Code; often missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Name, made by the server and cut at 255 characters: for display only.
    pub name: String,
    /// UIDs of its options, in any order.
    pub category_options: Vec<String>,
}

/// An org unit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OrgUnit {
    /// UID.
    pub id: String,
    /// Code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Ids from the root: `/root/…/self`.
    pub path: String,
    /// First day, `yyyy-mm-dd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening_date: Option<String>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_date: Option<String>,
}

impl OrgUnit {
    /// Ids from the root to the unit itself.
    pub fn path_ids(&self) -> impl DoubleEndedIterator<Item = &str> {
        path_ids(&self.path)
    }

    /// Ids of the units above, root first.
    pub fn ancestor_ids(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.path_ids().filter(|id| *id != self.id)
    }

    /// `Name (id)`, or the id alone: the unit in messages.
    #[must_use]
    pub fn label(&self) -> String {
        unit_label(&self.id, self.name.as_deref())
    }

    /// How deep the unit is in the tree, 1 for the root; `None` without a path.
    #[must_use]
    pub fn depth(&self) -> Option<u32> {
        depth(&self.path)
    }
}

/// Checks the per-value import makes only where the system settings ask for them (`keyDataImport…`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ImportSettings {
    /// `keyDataImportStrictPeriods`.
    pub strict_periods: bool,
    /// `keyDataImportStrictDataElements`.
    pub strict_data_elements: bool,
    /// `keyDataImportStrictCategoryOptionCombos`.
    pub strict_category_option_combos: bool,
    /// `keyDataImportStrictAttributeOptionCombos`.
    pub strict_attribute_option_combos: bool,
    /// `keyDataImportStrictOrganisationUnits`.
    pub strict_organisation_units: bool,
    /// `keyDataImportRequireCategoryOptionCombo`.
    pub require_category_option_combo: bool,
    /// `keyDataImportRequireAttributeOptionCombo`.
    pub require_attribute_option_combo: bool,
}

/// What changes from hour to hour.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServerState {
    /// Identity of the instance.
    pub system_id: String,
    /// Short hash of the build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The server's day and time: decides which periods lie in the future.
    pub server_date: String,
    /// End of the last analytics run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_analytics_table_success: Option<String>,
    /// `keyAnalyticsPeriodYearsOffset`; -1 when off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analytics_period_years_offset: Option<i32>,
    /// Period types analytics keep (from 2.43); an empty list hides everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_output_period_types: Option<Vec<String>>,
    /// `dataEntryAutoGroup` (from 2.43).
    pub data_entry_auto_group: bool,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for this signature"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Why a metadata document is refused.
#[derive(Debug, thiserror::Error)]
pub enum MetadataError {
    /// Not JSON, cut, or of another shape.
    #[error("not a metadata document: {0}")]
    Json(#[from] serde_json::Error),
    /// Some other document.
    #[error("format is {0:?}, expected \"headcount-metadata\"")]
    Format(String),
    /// A later version.
    #[error("version is {0}, this tool reads version 1")]
    Version(u32),
}

impl MetadataError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Json(_) | Self::Format(_) => {
                "--metadata takes the document that fetch-metadata writes"
            }
            Self::Version(_) => "use the version of headcount that wrote the document",
        }
    }
}

impl Metadata {
    /// Reads a document.
    ///
    /// # Errors
    /// When it is not JSON of this shape, of another format or of a later version.
    pub fn read(bytes: &[u8]) -> Result<Self, MetadataError> {
        let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
        let document: Self = serde_json::from_slice(bytes)?;
        if document.format != FORMAT {
            return Err(MetadataError::Format(document.format));
        }
        if document.version != VERSION {
            return Err(MetadataError::Version(document.version));
        }
        Ok(document)
    }

    /// Writes the document, indented, with a line end.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn write(&self, mut writer: impl std::io::Write) -> std::io::Result<()> {
        serde_json::to_writer_pretty(&mut writer, self)?;
        writer.write_all(b"\n")
    }
}

#[cfg(test)]
pub(crate) mod tests;
