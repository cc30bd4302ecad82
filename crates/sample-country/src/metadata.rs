//! The country's DHIS2 as a metadata package (`POST /api/metadata`): units, data elements, the data set.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::geojson::geometry;
use crate::units::Unit;

/// Age bands: first year of life, code, name.
const AGES: [(&str, &str); 3] = [("0", "Under 1"), ("1", "1-4 years"), ("5", "5-9 years")];
/// Sexes: code, name.
const SEXES: [(&str, &str); 2] = [("F", "Female"), ("M", "Male")];
/// The combination of both.
const COMBO: &str = "ccSexAge001";
/// The data set.
const DATA_SET: &str = "dsPopYear01";
/// The data element of everyone.
const TOTAL: &str = "dePopTot001";
/// The data element by sex and age.
const BY_SEX_AND_AGE: &str = "dePopAgeSex";

/// An organisation unit as the metadata API has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrganisationUnit<'a> {
    id: &'a str,
    code: &'a str,
    name: &'a str,
    short_name: &'a str,
    opening_date: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<Reference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    geometry: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct Reference<'a> {
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package<'a> {
    organisation_unit_levels: Value,
    organisation_units: Vec<OrganisationUnit<'a>>,
    category_options: Vec<Value>,
    categories: Value,
    category_combos: Value,
    category_option_combos: Vec<Value>,
    data_elements: Value,
    data_sets: Value,
}

/// The package as text, one object a line.
///
/// # Errors
/// Never in practice: the values are made here.
pub(crate) fn package(units: &[Unit]) -> Result<String, serde_json::Error> {
    let organisation_units: Result<Vec<_>, serde_json::Error> =
        units.iter().map(organisation_unit).collect();
    let package = Package {
        organisation_unit_levels: levels(),
        organisation_units: organisation_units?,
        category_options: category_options(),
        categories: categories(),
        category_combos: json!([{
            "id": COMBO, "code": "WP_SEX_AGE", "name": "Sex and age", "dataDimensionType": "DISAGGREGATION",
            "categories": [{"id": "caSex000001"}, {"id": "caAge000001"}],
        }]),
        category_option_combos: category_option_combos(),
        data_elements: data_elements(),
        data_sets: data_sets(units),
    };
    let mut text = serde_json::to_string(&package)?;
    text = text.replace("},{\"id\":", "},\n{\"id\":");
    text.push('\n');
    Ok(text)
}

fn organisation_unit(unit: &Unit) -> Result<OrganisationUnit<'_>, serde_json::Error> {
    let geometry = geometry(&unit.ground)?;
    Ok(OrganisationUnit {
        id: &unit.id,
        code: &unit.code,
        name: &unit.name,
        short_name: &unit.name,
        opening_date: unit.opened,
        parent: unit.ancestors.last().map(|id| Reference { id }),
        geometry: Some(geometry).filter(|geometry| geometry.get() != "null"),
    })
}

fn levels() -> Value {
    let names = ["Country", "District", "Sector", "Facility"];
    (1..)
        .zip(names)
        .map(|(level, name)| json!({"id": format!("olLevel000{level}"), "level": level, "name": name}))
        .collect()
}

/// Who may write values: everyone who may enter data at all.
fn sharing() -> Value {
    json!({"public": "rwrw----"})
}

fn category_options() -> Vec<Value> {
    let sexes = SEXES.iter().map(|(code, name)| (sex_id(code), code, name));
    let ages = AGES.iter().map(|(code, name)| (age_id(code), code, name));
    sexes
        .chain(ages)
        .map(|(id, code, name)| {
            json!({"id": id, "code": code, "name": name, "shortName": name, "sharing": sharing()})
        })
        .collect()
}

fn categories() -> Value {
    let category = |id: &str, code: &str, name: &str, options: Vec<Value>| {
        json!({
            "id": id, "code": code, "name": name, "shortName": name,
            "dataDimensionType": "DISAGGREGATION", "categoryOptions": options,
        })
    };
    json!([
        category(
            "caSex000001",
            "WP_SEX",
            "Sex",
            SEXES
                .iter()
                .map(|(code, _)| json!({"id": sex_id(code)}))
                .collect()
        ),
        category(
            "caAge000001",
            "WP_AGE",
            "Age",
            AGES.iter()
                .map(|(code, _)| json!({"id": age_id(code)}))
                .collect()
        ),
    ])
}

/// Every combination, with the codes that DHIS2's own Earth Engine import matches to WorldPop's bands.
fn category_option_combos() -> Vec<Value> {
    let pairs = SEXES
        .iter()
        .flat_map(|sex| AGES.iter().map(move |age| (sex, age)));
    pairs
        .map(|((sex, sex_name), (age, age_name))| {
            json!({
                "id": format!("coc{sex}000000{age}"), "code": format!("{sex}_{age}"),
                "name": format!("{sex_name}, {age_name}"), "categoryCombo": {"id": COMBO},
                "categoryOptions": [{"id": sex_id(sex)}, {"id": age_id(age)}],
            })
        })
        .collect()
}

fn data_elements() -> Value {
    let element = |id: &str, code: &str, name: &str| {
        json!({
            "id": id, "code": code, "name": name, "shortName": name, "domainType": "AGGREGATE",
            "valueType": "INTEGER_ZERO_OR_POSITIVE", "aggregationType": "AVERAGE_SUM_ORG_UNIT",
            "zeroIsSignificant": true,
        })
    };
    let total = element(TOTAL, "WP_POP_TOT", "Population, total");
    let mut banded = element(BY_SEX_AND_AGE, "WP_POP_AGESEX", "Population by sex and age");
    if let Some(banded) = banded.as_object_mut() {
        banded.insert("categoryCombo".to_owned(), json!({"id": COMBO}));
    }
    json!([total, banded])
}

fn data_sets(units: &[Unit]) -> Value {
    let member =
        |element: &str| json!({"dataSet": {"id": DATA_SET}, "dataElement": {"id": element}});
    let units: Vec<Value> = units.iter().map(|unit| json!({"id": unit.id})).collect();
    json!([{
        "id": DATA_SET, "code": "WP_POP", "name": "WorldPop population", "shortName": "WorldPop population",
        "periodType": "Yearly", "openFuturePeriods": 5, "expiryDays": 0, "sharing": sharing(),
        "dataSetElements": [member(TOTAL), member(BY_SEX_AND_AGE)],
        "organisationUnits": units,
    }])
}

fn sex_id(code: &str) -> String {
    format!("coSex{code}00001")
}

fn age_id(code: &str) -> String {
    format!("coAge0{code}0001")
}
