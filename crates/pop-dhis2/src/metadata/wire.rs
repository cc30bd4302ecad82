//! Objects as the API writes them, and as the document has them.

use pop_datavalues::metadata::{
    Category, CategoryCombo, CategoryOption, CategoryOptionCombo, DataAccess, DataElement,
    DataInputPeriod, DataSet, DataSetElement, OrgUnit, UserUnit,
};
use serde::Deserialize;

/// `{"id": …}`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    pub(super) id: String,
}

pub(super) const DATA_SET: &str = "id,code,name,periodType,openFuturePeriods,expiryDays,workflow[id],dataInputPeriods,access,categoryCombo[id],organisationUnits[id],dataSetElements[dataElement[id,code,name,domainType,valueType,aggregationType,zeroIsSignificant,categoryCombo[id],aggregationLevels,optionSet[id,options[code]]],categoryCombo[id]]";
pub(super) const DATA_ELEMENT: &str = "id,code,name,domainType,valueType,aggregationType,zeroIsSignificant,categoryCombo[id],aggregationLevels,optionSet[id,options[code]]";
pub(super) const CATEGORY_COMBO: &str = "id,code,name,isDefault,categories[id,code,name,categoryOptions[id]],categoryOptionCombos[id,code,name,categoryOptions[id]]";
pub(super) const CATEGORY: &str = "id,code,name,categoryOptions[id]";
pub(super) const CATEGORY_OPTION: &str = "id,code,name,startDate,endDate,access";
pub(super) const ORG_UNIT: &str = "id,code,name,path,openingDate,closedDate";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireDataSet {
    id: String,
    code: Option<String>,
    name: String,
    period_type: String,
    open_future_periods: i32,
    expiry_days: f64,
    workflow: Option<Reference>,
    data_input_periods: Vec<WireInputPeriod>,
    access: Access,
    category_combo: Reference,
    organisation_units: Vec<Reference>,
    data_set_elements: Vec<WireSetElement>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireInputPeriod {
    period: WirePeriod,
    opening_date: Option<String>,
    closing_date: Option<String>,
}

/// A period as an object with an id, or as the id alone.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum WirePeriod {
    Object(Reference),
    Id(String),
}

impl Default for WirePeriod {
    fn default() -> Self {
        Self::Id(String::new())
    }
}

impl WirePeriod {
    fn into_id(self) -> String {
        match self {
            Self::Object(reference) => reference.id,
            Self::Id(id) => id,
        }
    }
}

/// `access.data` says what of the values is allowed; the rest is about the object itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Access {
    data: Option<DataAccess>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireSetElement {
    data_element: WireElement,
    category_combo: Option<Reference>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireElement {
    id: String,
    code: Option<String>,
    name: String,
    domain_type: Option<String>,
    value_type: String,
    aggregation_type: String,
    zero_is_significant: bool,
    category_combo: Reference,
    aggregation_levels: Vec<u32>,
    option_set: Option<OptionSet>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OptionSet {
    options: Vec<CodedOption>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CodedOption {
    code: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireCombo {
    id: String,
    code: Option<String>,
    name: String,
    is_default: bool,
    categories: Vec<WireCategory>,
    category_option_combos: Vec<WireOptionCombo>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireCategory {
    id: String,
    code: Option<String>,
    name: String,
    category_options: Vec<Reference>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireOptionCombo {
    id: String,
    code: Option<String>,
    name: String,
    category_options: Vec<Reference>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireOption {
    id: String,
    code: Option<String>,
    name: String,
    start_date: Option<String>,
    end_date: Option<String>,
    access: Access,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireUnit {
    id: String,
    code: Option<String>,
    name: Option<String>,
    path: String,
    opening_date: Option<String>,
    closed_date: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WireUser {
    pub(super) id: String,
    username: String,
    authorities: Vec<String>,
    organisation_units: Vec<UserUnit>,
    data_view_organisation_units: Vec<UserUnit>,
}

impl WireUser {
    pub(super) fn into_user(self) -> pop_datavalues::metadata::User {
        let sorted = |mut units: Vec<UserUnit>| {
            units.sort_by(|a, b| a.path.cmp(&b.path));
            units
        };
        let mut authorities = self.authorities;
        authorities.sort();
        pop_datavalues::metadata::User {
            id: self.id,
            username: self.username,
            authorities,
            organisation_units: sorted(self.organisation_units),
            data_view_organisation_units: sorted(self.data_view_organisation_units),
        }
    }
}

impl WireDataSet {
    /// The data set, and its elements.
    pub(super) fn split(self) -> (DataSet, Vec<DataElement>) {
        let mut members = Vec::new();
        let mut elements = Vec::new();
        for member in self.data_set_elements {
            members.push(DataSetElement {
                data_element: member.data_element.id.clone(),
                category_combo: member.category_combo.map(|combo| combo.id),
            });
            elements.push(member.data_element.into_element());
        }
        members.sort_by(|a, b| a.data_element.cmp(&b.data_element));
        let mut periods: Vec<DataInputPeriod> = self
            .data_input_periods
            .into_iter()
            .map(|period| DataInputPeriod {
                period: period.period.into_id(),
                opening_date: period.opening_date.map(day),
                closing_date: period.closing_date.map(day),
            })
            .collect();
        periods.sort_by(|a, b| a.period.cmp(&b.period));
        let set = DataSet {
            id: self.id,
            code: self.code,
            name: self.name,
            period_type: self.period_type,
            open_future_periods: self.open_future_periods,
            expiry_days: self.expiry_days,
            category_combo: self.category_combo.id,
            workflow: self.workflow.map(|workflow| workflow.id),
            data_input_periods: periods,
            access: self.access.data.unwrap_or_default(),
            data_set_elements: members,
            organisation_units: ids(self.organisation_units),
        };
        (set, elements)
    }
}

impl WireElement {
    pub(super) fn into_element(self) -> DataElement {
        let mut levels = self.aggregation_levels;
        levels.sort_unstable();
        DataElement {
            id: self.id,
            code: self.code,
            name: self.name,
            domain_type: self.domain_type,
            value_type: self.value_type,
            aggregation_type: self.aggregation_type,
            zero_is_significant: self.zero_is_significant,
            category_combo: self.category_combo.id,
            aggregation_levels: levels,
            option_codes: self.option_set.map(|set| {
                let mut codes: Vec<String> =
                    set.options.into_iter().map(|option| option.code).collect();
                codes.sort();
                codes
            }),
        }
    }
}

impl WireCombo {
    pub(super) fn into_combo(self) -> CategoryCombo {
        let mut categories: Vec<Category> = self
            .categories
            .into_iter()
            .map(WireCategory::into_category)
            .collect();
        categories.sort_by(|a, b| a.id.cmp(&b.id));
        let mut option_combos: Vec<CategoryOptionCombo> = self
            .category_option_combos
            .into_iter()
            .map(|combo| CategoryOptionCombo {
                id: combo.id,
                code: combo.code,
                name: combo.name,
                category_options: ids(combo.category_options),
            })
            .collect();
        option_combos.sort_by(|a, b| a.id.cmp(&b.id));
        CategoryCombo {
            // The name is fixed in `CategoryCombo.DEFAULT_CATEGORY_COMBO_NAME`.
            is_default: self.is_default || self.name == "default",
            id: self.id,
            code: self.code,
            name: self.name,
            categories,
            category_option_combos: option_combos,
        }
    }
}

impl WireCategory {
    pub(super) fn into_category(self) -> Category {
        Category {
            id: self.id,
            code: self.code,
            name: self.name,
            category_options: ids(self.category_options),
        }
    }
}

impl WireOption {
    pub(super) fn into_option(self) -> CategoryOption {
        CategoryOption {
            id: self.id,
            code: self.code,
            name: self.name,
            start_date: self.start_date.map(day),
            end_date: self.end_date.map(day),
            access: self.access.data.unwrap_or_default(),
        }
    }
}

impl WireUnit {
    pub(super) fn into_unit(self) -> OrgUnit {
        OrgUnit {
            id: self.id,
            code: self.code,
            name: self.name,
            path: self.path,
            opening_date: self.opening_date.map(day),
            closed_date: self.closed_date.map(day),
        }
    }
}

/// The ids, in order: the server gives them in none.
fn ids(references: Vec<Reference>) -> Vec<String> {
    let mut ids: Vec<String> = references.into_iter().map(|item| item.id).collect();
    ids.sort();
    ids
}

/// The day of a time stamp.
fn day(mut timestamp: String) -> String {
    if let Some(end) = timestamp.find('T') {
        timestamp.truncate(end);
    }
    timestamp
}
