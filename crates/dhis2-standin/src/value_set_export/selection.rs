//! Which values a request asks for.

use super::*;
use crate::value_set_import::MetadataLookup;

/// What is asked for, all names resolved.
pub(super) struct Selection {
    pub(super) sets: Vec<String>,
    pub(super) elements: BTreeSet<String>,
    /// Whether data elements were named apart from those of data sets.
    pub(super) periods: Vec<String>,
    pub(super) span: Option<(jiff::civil::Date, jiff::civil::Date)>,
    pub(super) since: Option<DateTime>,
    pub(super) units: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) children: bool,
    pub(super) attribute_combos: Vec<String>,
}

pub(super) fn select(
    state: &ServerState,
    caller: &Caller,
    query: &QueryParameters,
) -> Result<Selection, Failure> {
    let version = state.version;
    let groups = version.has_grouped_import();
    let mut metadata = MetadataLookup::new(&state.store, caller);
    let mut resolve = |parameter: &str, plural: &'static str, scheme: &str| -> Vec<String> {
        let word = query.get(scheme).or_else(|| query.get("inputIdScheme"));
        let scheme = word.and_then(Scheme::parse).unwrap_or_default();
        query
            .all(parameter)
            .filter_map(|word| match metadata.find(plural, &scheme, word).any() {
                None if groups => Some(word.to_owned()),
                found => found,
            })
            .collect()
    };
    let sets = resolve("dataSet", "dataSets", "inputDataSetIdScheme");
    let mut elements: BTreeSet<String> = BTreeSet::new();
    // 2.38 does not know the parameter.
    let named = if version == Version::V38 {
        Vec::new()
    } else {
        resolve("dataElement", "dataElements", "inputDataElementIdScheme")
    };
    let element_groups = resolve(
        "dataElementGroup",
        "dataElementGroups",
        "inputDataElementGroupIdScheme",
    );
    let units = resolve("orgUnit", "organisationUnits", "inputOrgUnitIdScheme");
    let unit_groups = resolve(
        "orgUnitGroup",
        "organisationUnitGroups",
        "inputOrgUnitIdScheme",
    );
    let attribute_combos = resolve(
        "attributeOptionCombo",
        "categoryOptionCombos",
        "inputIdScheme",
    );
    check_element_filter(&[&sets, &named, &element_groups])?;
    elements.extend(elements_in(state, &sets, &element_groups));
    if sets.is_empty() {
        elements.extend(named);
    }
    let periods = periods(version, query)?;
    let day = |key: &str| query.get(key).and_then(parse_date);
    let span = day("startDate").zip(day("endDate"));
    let since = since(state, query);
    let duration_counts = since.is_some() && (!groups || query.get("lastUpdated").is_some());
    check_time_filter(version, &periods, span.is_some(), duration_counts)?;
    let children = query.flag("children");
    check_unit_filter(&units, &unit_groups, children)?;
    Ok(Selection {
        sets,
        elements,
        periods,
        span,
        since,
        units,
        groups: unit_groups,
        children,
        attribute_combos,
    })
}

fn check_element_filter(filters: &[&Vec<String>]) -> Result<(), Failure> {
    if filters.iter().all(|filter| filter.is_empty()) {
        return Err(Failure::new(
            409,
            "At least one data element, data set or data element group must be specified",
        )
        .code("E2001"));
    }
    Ok(())
}

fn check_time_filter(
    version: Version,
    periods: &[String],
    has_dates: bool,
    duration_counts: bool,
) -> Result<(), Failure> {
    if periods.is_empty() && !has_dates && !duration_counts {
        return Err(Failure::new(
            409,
            "At least one period, start/end dates, last updated or last updated duration must be specified",
        )
        .code("E2002"));
    }
    if version.has_grouped_import() && !periods.is_empty() && has_dates {
        return Err(
            Failure::new(409, "Both periods and start/end date cannot be specified").code("E2003"),
        );
    }
    Ok(())
}

fn check_unit_filter(
    units: &[String],
    unit_groups: &[String],
    children: bool,
) -> Result<(), Failure> {
    if units.is_empty() && unit_groups.is_empty() {
        return Err(Failure::new(
            409,
            "At least one organisation unit or organisation unit group must be specified",
        )
        .code("E2006"));
    }
    if children && !unit_groups.is_empty() {
        return Err(Failure::new(
            409,
            "Children cannot be included for organisation unit groups",
        )
        .code("E2007"));
    }
    Ok(())
}

/// The data elements of data sets and of groups.
fn elements_in(
    state: &ServerState,
    sets: &[String],
    element_groups: &[String],
) -> BTreeSet<String> {
    let mut elements = BTreeSet::new();
    for set in sets {
        elements.extend(
            state
                .store
                .members("dataSets", set)
                .into_iter()
                .flat_map(elements_of)
                .map(str::to_owned),
        );
    }
    for group in element_groups {
        let members = state.store.members("dataElementGroups", group);
        elements.extend(
            references(members.and_then(|members| members.get("dataElements"))).map(str::to_owned),
        );
    }
    elements
}

/// The periods asked for; the newer releases refuse what is none.
fn periods(version: Version, query: &QueryParameters) -> Result<Vec<String>, Failure> {
    let groups = version.has_grouped_import();
    let mut periods = Vec::new();
    for word in query.all("period") {
        match Period::parse(version, word) {
            Some(period) => periods.push(period.id()),
            None if groups && !(4..=11).contains(&word.len()) => {
                return Err(Failure::new(
                    400,
                    format!("Period must be have between 4 and 11 characters but got: `{word}`"),
                ));
            }
            None if groups => {
                return Err(Failure::new(400, format!("Not a valid period: `{word}`")));
            }
            None => {}
        }
    }
    Ok(periods)
}

fn since(state: &ServerState, query: &QueryParameters) -> Option<DateTime> {
    if let Some(word) = query.get("lastUpdated") {
        let text = word.trim_end_matches('Z');
        return text
            .parse()
            .ok()
            .or_else(|| parse_date(word).map(|date| date.at(0, 0, 0, 0)));
    }
    let word = query.get("lastUpdatedDuration")?;
    let (number, unit) = word.split_at(word.len().checked_sub(1)?);
    let number: i64 = number.parse().ok()?;
    let span = match unit {
        "d" => number.checked_mul(24)?.hours(),
        "h" => number.hours(),
        "m" => number.minutes(),
        "s" => number.seconds(),
        _ => return None,
    };
    state.clock.now().checked_sub(span).ok()
}
