//! The country's DHIS2 as a metadata package (`POST /api/metadata`): units, data elements, the data set.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::bands::{AGES, Sex};
use crate::country::Country;
use crate::geojson::geometry;
use crate::language::{Language, Words};
use crate::units::Unit;

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
pub(crate) fn package(country: &Country) -> Result<String, serde_json::Error> {
    let words = country.language.words();
    let organisation_units: Result<Vec<_>, serde_json::Error> =
        country.units.iter().map(organisation_unit).collect();
    let package = Package {
        organisation_unit_levels: levels(&country.levels),
        organisation_units: organisation_units?,
        category_options: category_options(country.language),
        categories: categories(&words),
        category_combos: json!([{
            "id": COMBO, "code": "WP_SEX_AGE", "name": words.sex_and_age, "dataDimensionType": "DISAGGREGATION",
            "categories": [{"id": "caSex000001"}, {"id": "caAge000001"}],
        }]),
        category_option_combos: category_option_combos(country.language),
        data_elements: data_elements(&words),
        data_sets: data_sets(&words, &country.units),
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

fn levels(names: &[&str]) -> Value {
    (1..)
        .zip(names)
        .map(|(level, name)| json!({"id": format!("olLevel000{level}"), "level": level, "name": name}))
        .collect()
}

/// Who may write values: everyone who may enter data at all.
fn sharing() -> Value {
    json!({"public": "rwrw----"})
}

fn category_options(language: Language) -> Vec<Value> {
    let sexes = Sex::ALL.map(|sex| {
        let name = sex_name(language, sex).to_owned();
        (sex_id(sex), sex.letter().to_string(), name)
    });
    let ages = AGES.map(|age| (age_id(age), age_code(age), age_name(language, age)));
    sexes
        .into_iter()
        .chain(ages)
        .map(|(id, code, name)| {
            json!({"id": id, "code": code, "name": name, "shortName": name, "sharing": sharing()})
        })
        .collect()
}

/// As the standard packages write ages: two ISO 8601 durations, the second no longer counted.
fn age_code(age: u32) -> String {
    let end = AGES.into_iter().find(|&next| next > age);
    format!("P{age}Y--P{}Y", end.unwrap_or(999))
}

fn categories(words: &Words) -> Value {
    let category = |id: &str, code: &str, name: &str, options: Vec<String>| {
        let options: Vec<Value> = options.into_iter().map(|id| json!({"id": id})).collect();
        json!({
            "id": id, "code": code, "name": name, "shortName": name,
            "dataDimensionType": "DISAGGREGATION", "categoryOptions": options,
        })
    };
    let sexes = Sex::ALL.into_iter().map(sex_id).collect();
    let ages = AGES.into_iter().map(age_id).collect();
    json!([
        category("caSex000001", "WP_SEX", words.sex, sexes),
        category("caAge000001", "WP_AGE", words.age, ages),
    ])
}

/// Every combination, with the codes that DHIS2's own Earth Engine import matches to WorldPop's bands.
fn category_option_combos(language: Language) -> Vec<Value> {
    let pairs = Sex::ALL
        .into_iter()
        .flat_map(|sex| AGES.into_iter().map(move |age| (sex, age)));
    pairs
        .map(|(sex, age)| {
            let letter = sex.letter();
            let code = format!("{letter}_{age:02}");
            let name = format!("{}, {}", sex_name(language, sex), age_name(language, age));
            json!({
                "id": format!("coc{letter}{age:07}"), "code": code,
                "name": name, "categoryCombo": {"id": COMBO},
                "categoryOptions": [{"id": sex_id(sex)}, {"id": age_id(age)}],
            })
        })
        .collect()
}

fn data_elements(words: &Words) -> Value {
    let element = |id: &str, code: &str, name: &str| {
        json!({
            "id": id, "code": code, "name": name, "shortName": name, "domainType": "AGGREGATE",
            "valueType": "INTEGER_ZERO_OR_POSITIVE", "aggregationType": "AVERAGE_SUM_ORG_UNIT",
            "zeroIsSignificant": true,
        })
    };
    let total = element(TOTAL, "WP_POP_TOT", words.total);
    let mut banded = element(BY_SEX_AND_AGE, "WP_POP_AGESEX", words.by_sex_and_age);
    if let Some(banded) = banded.as_object_mut() {
        banded.insert("categoryCombo".to_owned(), json!({"id": COMBO}));
    }
    json!([total, banded])
}

fn data_sets(words: &Words, units: &[Unit]) -> Value {
    let member =
        |element: &str| json!({"dataSet": {"id": DATA_SET}, "dataElement": {"id": element}});
    let units: Vec<Value> = units.iter().map(|unit| json!({"id": unit.id})).collect();
    json!([{
        "id": DATA_SET, "code": "WP_POP", "name": words.data_set, "shortName": words.data_set,
        "periodType": "Yearly", "openFuturePeriods": 5, "expiryDays": 0, "sharing": sharing(),
        "dataSetElements": [member(TOTAL), member(BY_SEX_AND_AGE)],
        "organisationUnits": units,
    }])
}

fn sex_id(sex: Sex) -> String {
    format!("coSex{}00001", sex.letter())
}

fn age_id(age: u32) -> String {
    format!("coAge{age:02}0001")
}

fn sex_name(language: Language, sex: Sex) -> &'static str {
    let words = language.words();
    match sex {
        Sex::Female => words.female,
        Sex::Male => words.male,
    }
}

fn age_name(language: Language, age: u32) -> String {
    let next = AGES.into_iter().find(|&other| other > age);
    language.band(age, next.map(|next| next - 1))
}
