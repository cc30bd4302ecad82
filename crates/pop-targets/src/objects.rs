//! The document for `POST /api/metadata`, and what was decided for each object.

use serde::Serialize;

use crate::uid::ObjectType;

/// `{"id": …}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Reference {
    id: String,
}

impl Reference {
    pub(crate) fn to(id: &str) -> Self {
        Self { id: id.to_owned() }
    }
}

/// What everybody may do with an object, and what some groups may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sharing {
    public: &'static str,
    user_groups: std::collections::BTreeMap<String, GroupAccess>,
}

/// What a user group may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct GroupAccess {
    id: String,
    access: &'static str,
}

impl Sharing {
    /// Everybody sees the object; the groups read and write data. `None` without groups: then a server gives
    /// a new object its own default, and leaves an old one as it is.
    pub(crate) fn with_data_for(groups: &[String]) -> Option<Self> {
        let access = |id: &String| {
            let access = GroupAccess {
                id: id.clone(),
                access: "r-rw----",
            };
            (id.clone(), access)
        };
        (!groups.is_empty()).then(|| Self {
            public: "r-------",
            user_groups: groups.iter().map(access).collect(),
        })
    }
}

/// A category option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategoryOption {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) short_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sharing: Option<Sharing>,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Category {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) short_name: String,
    pub(crate) data_dimension_type: &'static str,
    pub(crate) category_options: Vec<Reference>,
}

/// A combination of categories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategoryCombo {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) data_dimension_type: &'static str,
    pub(crate) categories: Vec<Reference>,
}

/// One option of each category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategoryOptionCombo {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    pub(crate) name: String,
    pub(crate) category_combo: Reference,
    pub(crate) category_options: Vec<Reference>,
}

/// A data element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataElement {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) short_name: String,
    pub(crate) description: String,
    pub(crate) domain_type: &'static str,
    pub(crate) value_type: &'static str,
    pub(crate) aggregation_type: &'static str,
    pub(crate) zero_is_significant: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) aggregation_levels: Vec<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) category_combo: Option<Reference>,
}

/// An element in a data set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataSetElement {
    pub(crate) data_set: Reference,
    pub(crate) data_element: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) category_combo: Option<Reference>,
}

/// A data set.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataSet {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) short_name: String,
    pub(crate) description: String,
    pub(crate) period_type: String,
    pub(crate) open_future_periods: i32,
    pub(crate) expiry_days: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sharing: Option<Sharing>,
    pub(crate) data_set_elements: Vec<DataSetElement>,
    pub(crate) organisation_units: Vec<Reference>,
}

/// The document.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportDocument {
    /// Options.
    pub(crate) category_options: Vec<CategoryOption>,
    /// Categories.
    pub(crate) categories: Vec<Category>,
    /// Combinations.
    pub(crate) category_combos: Vec<CategoryCombo>,
    /// All option combos of those combinations.
    pub(crate) category_option_combos: Vec<CategoryOptionCombo>,
    /// Elements.
    pub(crate) data_elements: Vec<DataElement>,
    /// At most one.
    pub(crate) data_sets: Vec<DataSet>,
}

impl ImportDocument {
    /// Every object's UID, with its type.
    pub(crate) fn ids(&self) -> impl Iterator<Item = (ObjectType, &str)> {
        let options = self.category_options.iter().map(|o| &o.id);
        let categories = self.categories.iter().map(|o| &o.id);
        let combos = self.category_combos.iter().map(|o| &o.id);
        let option_combos = self.category_option_combos.iter().map(|o| &o.id);
        let elements = self.data_elements.iter().map(|o| &o.id);
        let sets = self.data_sets.iter().map(|o| &o.id);
        options
            .map(|id| (ObjectType::CategoryOption, id))
            .chain(categories.map(|id| (ObjectType::Category, id)))
            .chain(combos.map(|id| (ObjectType::CategoryCombo, id)))
            .chain(option_combos.map(|id| (ObjectType::CategoryOptionCombo, id)))
            .chain(elements.map(|id| (ObjectType::DataElement, id)))
            .chain(sets.map(|id| (ObjectType::DataSet, id)))
            .map(|(kind, id)| (kind, id.as_str()))
    }

    /// How many objects it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids().count()
    }

    /// Whether the instance has everything already.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is not on the instance: the document adds it.
    Add,
    /// This tool made it before: the document has it again, and an import updates it.
    Update,
    /// Somebody else made it: it is used as it is, and not in the document.
    Reuse,
    /// It was looked at, and is neither used nor changed.
    Leave,
}

/// What was decided for an object, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// What happens.
    pub action: Action,
    /// Type of the object, as people call one.
    pub kind: &'static str,
    /// Its UID.
    pub id: String,
    /// Its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// What a person should know about it; often empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}
