//! `GET /api/dataValueSets`: values read back.

mod formats;
mod output_ids;
mod selection;

use output_ids::OutputIds;

use formats::{csv, finish, hoisted, plain, xml};
use selection::{Selection, select};

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
use crate::value_set_import::Scheme;
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

/// What the caller may not read.
fn refusal(state: &ServerState, caller: &Caller, selection: &Selection) -> Option<Failure> {
    let groups = state.version.has_grouped_import();
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
