//! The requests, in the order in which one leads to the next.

use std::collections::{BTreeMap, BTreeSet};

use pop_datavalues::metadata::{
    Category, CategoryCombo, CategoryOption, DataElement, DataSet, FORMAT, OrgUnit, ServerState,
    VERSION,
};
use pop_http::Query;
use serde::Deserialize;

use super::collection::{Named, by_ids, list, resolve_elements, resolve_sets};
use super::settings;
use super::wire::{
    CATEGORY, CATEGORY_COMBO, CATEGORY_OPTION, DATA_ELEMENT, DATA_SET, ORG_UNIT, WireCategory,
    WireCombo, WireDataSet, WireElement, WireOption, WireUnit, WireUser,
};
use crate::{ApiError, Metadata, Server};

/// What the document is to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetadataSelection {
    /// UIDs, codes or names of data sets.
    pub data_sets: Vec<String>,
    /// UIDs, codes or names of data elements that need not be in any of them.
    pub data_elements: Vec<String>,
    /// All data sets, data elements, categories and options that the user can see.
    pub everything: bool,
    /// Levels whose org units are listed, beside those that the data sets are assigned to.
    pub levels: Vec<u32>,
}

/// A data set, as far as one needs to choose it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DataSetSummary {
    /// UID.
    pub id: String,
    /// Code.
    #[serde(default)]
    pub code: Option<String>,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// `Yearly`, `Monthly`, …
    #[serde(default)]
    pub period_type: String,
}

/// The data sets the user can see, by name.
///
/// # Errors
/// Those of the request.
pub fn data_sets(server: &Server) -> Result<Vec<DataSetSummary>, ApiError> {
    let mut sets: Vec<DataSetSummary> = list(server, "dataSets", "id,code,name,periodType", None)?;
    sets.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(sets)
}

/// The UIDs of the data sets that hold any of some data elements, in order.
///
/// # Errors
/// Those of the request.
pub fn data_sets_holding(server: &Server, elements: &[String]) -> Result<Vec<String>, ApiError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Members {
        id: String,
        #[serde(default)]
        data_set_elements: Vec<Member>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Member {
        data_element: Named,
    }
    let fields = "id,dataSetElements[dataElement[id,code,name]]";
    let sets: Vec<Members> = list(server, "dataSets", fields, None)?;
    let is_wanted = |element: &Named| {
        elements
            .iter()
            .any(|given| *given == element.id || element.code.as_ref() == Some(given))
    };
    let holds_any = |set: &Members| {
        let mut members = set.data_set_elements.iter();
        members.any(|member| is_wanted(&member.data_element))
    };
    let mut ids: Vec<String> = sets
        .into_iter()
        .filter(holds_any)
        .map(|set| set.id)
        .collect();
    ids.sort();
    Ok(ids)
}

/// Fetches the document.
///
/// # Errors
/// What is not on the server ([`ApiError::Unknown`]), and those of the requests.
pub fn fetch(server: &Server, selection: &MetadataSelection) -> Result<Metadata, ApiError> {
    let objects = if selection.everything {
        everything(server)?
    } else {
        selected(server, selection)?
    };
    Ok(Metadata {
        format: FORMAT.to_owned(),
        version: VERSION,
        dhis2_version: server.version().to_string(),
        dialect: server.dialect(),
        calendar: server.calendar().to_owned(),
        complete: selection.everything,
        org_units: units(server, &objects.data_sets, &selection.levels)?,
        data_sets: objects.data_sets,
        data_elements: objects.data_elements.into_values().collect(),
        category_combos: objects.category_combos,
        categories: objects.categories,
        category_options: objects.category_options,
        user: current_user(server)?,
        import_settings: settings::import_settings(server)?,
        server: state(server)?,
    })
}

/// What the document holds of metadata objects.
struct MetadataObjects {
    data_sets: Vec<DataSet>,
    /// By UID.
    data_elements: BTreeMap<String, DataElement>,
    category_combos: Vec<CategoryCombo>,
    /// Those in none of the combinations.
    categories: Vec<Category>,
    category_options: Vec<CategoryOption>,
}

/// The data sets and elements asked for, and what they use.
fn selected(server: &Server, selection: &MetadataSelection) -> Result<MetadataObjects, ApiError> {
    let mut sets = Vec::new();
    let mut elements = BTreeMap::new();
    for id in resolve_sets(server, &selection.data_sets)? {
        let query = Query::new("/api/dataSets")
            .segment(&id)
            .with("fields", DATA_SET);
        let (set, members) = server.client().get_json::<WireDataSet>(query)?.split();
        expect_id("data set", &id, &set.id)?;
        sets.push(set);
        elements.extend(members.into_iter().map(|item| (item.id.clone(), item)));
    }
    let others = resolve_elements(server, &selection.data_elements)?;
    for item in by_ids::<WireElement>(server, "dataElements", DATA_ELEMENT, &others)? {
        let item = item.into_element();
        elements.insert(item.id.clone(), item);
    }
    if let Some(id) = others.iter().find(|id| !elements.contains_key(*id)) {
        return Err(ApiError::Inconsistent(format!(
            "data element {id} was listed, but cannot be fetched any more"
        )));
    }
    let combos = combos(server, &sets, elements.values())?;
    Ok(MetadataObjects {
        category_options: options(server, &combos)?,
        data_sets: sets,
        data_elements: elements,
        category_combos: combos,
        categories: Vec::new(),
    })
}

/// All that the user can see.
fn everything(server: &Server) -> Result<MetadataObjects, ApiError> {
    let mut elements: BTreeMap<String, DataElement> =
        list::<WireElement>(server, "dataElements", DATA_ELEMENT, None)?
            .into_iter()
            .map(WireElement::into_element)
            .map(|element| (element.id.clone(), element))
            .collect();
    let mut sets = Vec::new();
    for set in list::<WireDataSet>(server, "dataSets", DATA_SET, None)? {
        let (set, members) = set.split();
        sets.push(set);
        elements.extend(members.into_iter().map(|item| (item.id.clone(), item)));
    }
    sets.sort_by(|a, b| a.id.cmp(&b.id));
    let mut combos: Vec<CategoryCombo> =
        list::<WireCombo>(server, "categoryCombos", CATEGORY_COMBO, None)?
            .into_iter()
            .map(WireCombo::into_combo)
            .collect();
    combos.sort_by(|a, b| a.id.cmp(&b.id));
    let used: BTreeSet<&String> = combos
        .iter()
        .flat_map(|combo| &combo.categories)
        .map(|category| &category.id)
        .collect();
    let mut categories: Vec<Category> = list::<WireCategory>(server, "categories", CATEGORY, None)?
        .into_iter()
        .map(WireCategory::into_category)
        .filter(|category| !used.contains(&category.id))
        .collect();
    categories.sort_by(|a, b| a.id.cmp(&b.id));
    let mut options: Vec<CategoryOption> =
        list::<WireOption>(server, "categoryOptions", CATEGORY_OPTION, None)?
            .into_iter()
            .map(WireOption::into_option)
            .collect();
    options.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(MetadataObjects {
        data_sets: sets,
        data_elements: elements,
        category_combos: combos,
        categories,
        category_options: options,
    })
}

/// The combinations that elements, sets, and elements within sets use.
fn combos<'a>(
    server: &Server,
    sets: &[DataSet],
    elements: impl Iterator<Item = &'a DataElement>,
) -> Result<Vec<CategoryCombo>, ApiError> {
    let members = sets.iter().flat_map(|set| &set.data_set_elements);
    let ids = elements
        .map(|element| &element.category_combo)
        .chain(sets.iter().map(|set| &set.category_combo))
        .chain(members.filter_map(|member| member.category_combo.as_ref()))
        .filter(|id| !id.is_empty())
        .cloned()
        .collect();
    let found = by_ids::<WireCombo>(server, "categoryCombos", CATEGORY_COMBO, &ids)?;
    let mut combos: Vec<_> = found.into_iter().map(WireCombo::into_combo).collect();
    combos.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(combos)
}

/// The options of those combinations, with what the user may do under them.
fn options(server: &Server, combos: &[CategoryCombo]) -> Result<Vec<CategoryOption>, ApiError> {
    let ids = combos
        .iter()
        .flat_map(|combo| &combo.categories)
        .flat_map(|category| category.category_options.iter().cloned())
        .collect();
    let found = by_ids::<WireOption>(server, "categoryOptions", CATEGORY_OPTION, &ids)?;
    let mut options: Vec<_> = found.into_iter().map(WireOption::into_option).collect();
    options.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(options)
}

/// The units that the sets are assigned to and those of some levels, in the order of the tree.
fn units(server: &Server, sets: &[DataSet], levels: &[u32]) -> Result<Vec<OrgUnit>, ApiError> {
    let ids = sets
        .iter()
        .flat_map(|set| set.organisation_units.iter().cloned())
        .collect();
    let mut found = by_ids::<WireUnit>(server, "organisationUnits", ORG_UNIT, &ids)?;
    for level in levels {
        let filter = format!("level:eq:{level}");
        found.extend(list::<WireUnit>(
            server,
            "organisationUnits",
            ORG_UNIT,
            Some(&filter),
        )?);
    }
    let mut units: Vec<_> = found.into_iter().map(WireUnit::into_unit).collect();
    units.sort_by(|a, b| (&a.path, &a.id).cmp(&(&b.path, &b.id)));
    units.dedup_by(|a, b| a.id == b.id);
    Ok(units)
}

/// Who we are to the server.
///
/// # Errors
/// Those of the request.
pub fn current_user(server: &Server) -> Result<pop_datavalues::metadata::User, ApiError> {
    let query = Query::new("/api/me").with(
        "fields",
        "id,username,authorities,organisationUnits[id,path],dataViewOrganisationUnits[id,path]",
    );
    let user = server.client().get_json::<WireUser>(query)?.into_user();
    if user.id.is_empty() {
        return Err(ApiError::Inconsistent(
            "the server does not say who we are to it: /api/me has no id".into(),
        ));
    }
    Ok(user)
}

/// Something else than what was asked for must not be taken for it, however much it is like it.
fn expect_id(what: &str, asked: &str, found: &str) -> Result<(), ApiError> {
    if asked == found {
        return Ok(());
    }
    Err(ApiError::Inconsistent(format!(
        "{what} {asked} was asked for, and {found:?} came"
    )))
}

/// What changes by the hour.
fn state(server: &Server) -> Result<ServerState, ApiError> {
    let info = server.info();
    Ok(ServerState {
        system_id: server.system_id().to_owned(),
        revision: info.revision.clone(),
        server_date: info.server_date.clone().unwrap_or_default(),
        last_analytics_table_success: info
            .last_analytics_table_success
            .clone()
            // How 2.42 and later write "never".
            .filter(|date| !date.starts_with("1970-01-01T00:00:00")),
        analytics_period_years_offset: settings::years_offset(server)?,
        data_output_period_types: settings::output_period_types(server)?,
        data_entry_auto_group: settings::auto_group(server)?,
    })
}
