//! `GET /api/dataValueSets`: values read back.

mod formats;
mod output_ids;

use output_ids::OutputIds;

use formats::{csv, finish, hoisted, plain, xml};

use std::collections::BTreeSet;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::ToSpan;
use jiff::civil::DateTime;
use serde_json::Value;

use crate::clock::{parse_date, zoned_stamp};
use crate::data_values::{DataValue, DataValueKey};
use crate::envelope::Failure;
use crate::http::Response;
use crate::json::{Node, references};
use crate::metadata_store::elements_of;
use crate::period::Period;
use crate::query::QueryParameters;
use crate::server_state::ServerState;
use crate::users::Caller;
use crate::value_set_import::{MetadataLookup, Scheme};
use crate::version::Version;

const COMBOS: &str = "categoryOptionCombos";

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    Json,
    Csv,
    Xml,
}

impl ExportFormat {
    fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xml => "xml",
        }
    }
}

/// What is asked for, all names resolved.
struct Selection {
    sets: Vec<String>,
    elements: BTreeSet<String>,
    /// Whether data elements were named apart from those of data sets.
    periods: Vec<String>,
    span: Option<(jiff::civil::Date, jiff::civil::Date)>,
    since: Option<DateTime>,
    units: Vec<String>,
    groups: Vec<String>,
    children: bool,
    attribute_combos: Vec<String>,
}

/// Answers a request for values.
pub(crate) fn read(
    state: &ServerState,
    caller: &Caller,
    query: &QueryParameters,
    format: ExportFormat,
) -> Result<Response, Failure> {
    let selection = select(state, caller, query)?;
    if let Some(refusal) = refusal(state, caller, &selection) {
        // Up to 2.42 the output stream is closed before the error comes up; 2.38 checks first.
        let silent = state.version > Version::V38 && !state.version.has_grouped_import();
        return if silent {
            Ok(Response::empty(200).with("Content-Type", "application/json;charset=UTF-8"))
        } else {
            Err(refusal)
        };
    }
    let rows = rows(state, query, &selection);
    let names = OutputIds::of(state, query);
    let body = match format {
        ExportFormat::Json if state.version.has_grouped_import() => {
            hoisted(&selection, &rows, &names, query)
        }
        ExportFormat::Json => plain(state, &selection, &rows, &names),
        ExportFormat::Csv => return Ok(csv(state.version, &rows, &names)),
        ExportFormat::Xml => return Ok(xml(state, &selection, &rows, &names)),
    };
    Ok(finish(state.version, query, format, body))
}

fn select(
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
    let named = resolve("dataElement", "dataElements", "inputDataElementIdScheme");
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
    // 2.38 does not know the parameter.
    let named = if version == Version::V38 {
        Vec::new()
    } else {
        named
    };
    if sets.is_empty() && named.is_empty() && element_groups.is_empty() {
        return Err(Failure::new(
            409,
            "At least one data element, data set or data element group must be specified",
        )
        .code("E2001"));
    }
    elements.extend(elements_in(state, &sets, &element_groups));
    if sets.is_empty() {
        elements.extend(named);
    }
    let periods = periods(version, query)?;
    let day = |key: &str| query.get(key).and_then(parse_date);
    let span = day("startDate").zip(day("endDate"));
    let since = since(state, query);
    let duration_counts = since.is_some() && (!groups || query.get("lastUpdated").is_some());
    if periods.is_empty() && span.is_none() && !duration_counts {
        return Err(Failure::new(
            409,
            "At least one period, start/end dates, last updated or last updated duration must be specified",
        )
        .code("E2002"));
    }
    if groups && !periods.is_empty() && span.is_some() {
        return Err(
            Failure::new(409, "Both periods and start/end date cannot be specified").code("E2003"),
        );
    }
    if units.is_empty() && unit_groups.is_empty() {
        return Err(Failure::new(
            409,
            "At least one organisation unit or organisation unit group must be specified",
        )
        .code("E2006"));
    }
    let children = query.flag("children");
    if children && !unit_groups.is_empty() {
        return Err(Failure::new(
            409,
            "Children cannot be included for organisation unit groups",
        )
        .code("E2007"));
    }
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

/// What the caller may not read.
fn refusal(state: &ServerState, caller: &Caller, selection: &Selection) -> Option<Failure> {
    let groups = state.version.has_grouped_import();
    let mut metadata = MetadataLookup::new(&state.store, caller);
    let closed: Vec<&str> = selection
        .sets
        .iter()
        .filter(|set| {
            let kind = crate::schema::Schema::find("dataSets");
            let members = state.store.members("dataSets", set);
            kind.zip(members)
                .is_some_and(|(kind, members)| !caller.access(kind, members).data_read)
        })
        .map(String::as_str)
        .collect();
    let _ = &mut metadata;
    if !closed.is_empty() {
        let message = if groups {
            format!(
                "User is not allowed to read data for data set(s): `[{}]`",
                closed.join(", ")
            )
        } else {
            format!(
                "User is not allowed to read data for data set: `{}`",
                closed[0]
            )
        };
        return Some(Failure::new(409, message).code("E2010"));
    }
    if groups && caller.is_superuser() {
        return None;
    }
    let roots = if caller.view_units.is_empty() {
        &caller.units
    } else {
        &caller.view_units
    };
    let outside: Vec<&str> = selection
        .units
        .iter()
        .filter(|unit| state.store.get("organisationUnits", unit).is_some())
        .filter(|unit| {
            !state
                .store
                .is_within(unit, roots.iter().map(String::as_str))
        })
        .map(String::as_str)
        .collect();
    if outside.is_empty() {
        return None;
    }
    let message = if groups {
        format!(
            "User is not allowed to view org unit(s): `[{}]`",
            outside.join(", ")
        )
    } else {
        format!("User is not allowed to view org unit: `{}`", outside[0])
    };
    Some(Failure::new(409, message).code("E2012"))
}

fn rows<'a>(
    state: &'a ServerState,
    query: &QueryParameters,
    selection: &Selection,
) -> Vec<(&'a DataValueKey, &'a DataValue)> {
    let deleted = query.flag("includeDeleted");
    let limit = query.number("limit").map_or(usize::MAX, |limit| {
        usize::try_from(limit).unwrap_or(usize::MAX)
    });
    let skip = query
        .number("offset")
        .map_or(0, |offset| usize::try_from(offset).unwrap_or(0));
    let mut units: BTreeSet<&str> = selection.units.iter().map(String::as_str).collect();
    for group in &selection.groups {
        let members = state.store.members("organisationUnitGroups", group);
        units.extend(references(
            members.and_then(|members| members.get("organisationUnits")),
        ));
    }
    let mut periods: Vec<String> = selection.periods.clone();
    if periods.is_empty() {
        periods = state
            .values
            .periods()
            .iter()
            .map(ToString::to_string)
            .collect();
    }
    if let Some((start, end)) = selection.span {
        periods.retain(|id| {
            Period::parse(state.version, id)
                .is_some_and(|period| start <= period.start && period.end <= end)
        });
    }
    let in_unit = |unit: &str| {
        units.contains(unit)
            || (selection.children
                && state
                    .store
                    .is_within(unit, selection.units.iter().map(String::as_str)))
    };
    let wanted = |row: &(&DataValueKey, &DataValue)| {
        let (key, row) = row;
        let combos = &selection.attribute_combos;
        (deleted || !row.deleted)
            && selection.since.is_none_or(|since| row.updated >= since)
            && (combos.is_empty() || combos.iter().any(|combo| *combo == *key.attribute_combo))
    };
    let mut found = Vec::new();
    for period in &periods {
        for element in &selection.elements {
            if selection.children {
                let rows = state.values.of(period, Some(element));
                found.extend(rows.filter(|(key, _)| in_unit(&key.unit)).filter(wanted));
            } else {
                for unit in &units {
                    found.extend(state.values.of_unit(period, element, unit).filter(wanted));
                }
            }
        }
    }
    found.into_iter().skip(skip).take(limit).collect()
}

fn only<T>(list: &[T]) -> Option<&T> {
    if let [only] = list { Some(only) } else { None }
}
