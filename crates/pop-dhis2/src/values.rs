//! What is stored for data sets or data elements, periods and subtrees: the read-back as one table.
//!
//! Reading takes data read on the data sets and units within the user's view, in every release. A question by data
//! element alone is not checked against the sharing of data sets; 2.38 takes no such question, so the sets that hold
//! the element are asked for there.

use std::collections::{BTreeMap, BTreeSet};

use pop_datavalues::metadata::User;
use pop_datavalues::value_set::names::{Names, Sym};
use pop_datavalues::value_set::table::{Content, ValueKey, ValueTable};
use pop_http::Query;
use serde::Deserialize;

use crate::import::stored::{self, OrgUnitScope, StoredError, StoredQuery};
use crate::metadata::{current_user, data_sets_holding, resolve_elements, resolve_sets};
use crate::org_units::resolve_parents;
use crate::{ApiError, ImportDialect, Server};

/// Periods in one question.
const MOST_PERIODS: usize = 24;

/// Which values are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValueSelection {
    /// UIDs, codes or names of data sets.
    pub data_sets: Vec<String>,
    /// UIDs, codes or names of data elements.
    pub data_elements: Vec<String>,
    /// Periods, as the server writes them.
    pub periods: Vec<String>,
    /// UIDs or codes of units whose subtrees are meant, themselves included; empty for all the user may read.
    pub parents: Vec<String>,
}

/// What is stored, every key complete and there once.
#[derive(Debug)]
pub struct StoredValues {
    /// Texts of ids, periods and comments.
    pub names: Names,
    /// The values, in the order of element, period, unit and combos.
    pub values: ValueTable,
    /// The data set, where one alone was asked for.
    pub data_set: Option<String>,
    /// Stored rows that have a comment or a mark, and no value.
    pub without_value: usize,
}

/// Why what is stored is not known.
#[derive(Debug, thiserror::Error)]
pub enum ValuesError {
    /// What was selected is not there, or cannot be looked up.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The values cannot be read.
    #[error(transparent)]
    Stored(#[from] StoredError),
}

impl ValuesError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Api(error) => error.hint(),
            Self::Stored(error) => error.hint(),
        }
    }
}

/// Reads what is stored.
///
/// # Errors
/// [`ValuesError`]: selections that are not on the server, values that the user may not read.
pub fn fetch(server: &Server, selection: &ValueSelection) -> Result<StoredValues, ValuesError> {
    let sets = resolve_sets(server, &selection.data_sets)?;
    let elements = resolve_elements(server, &selection.data_elements)?;
    let units = units(server, &selection.parents)?;
    let mut read = Reading {
        server,
        periods: &selection.periods,
        units: &units,
        names: Names::default(),
        values: ValueTable::default(),
    };
    for set in &sets {
        read.by_set(set, |_| true)?;
    }
    let elements: Vec<String> = elements.into_iter().collect();
    if !elements.is_empty() {
        read.by_elements(&elements)?;
    }
    let (names, found) = (read.names, read.values);
    let (values, without_value) = in_order(&names, &found)?;
    Ok(StoredValues {
        names,
        values,
        data_set: sets
            .first()
            .filter(|_| sets.len() == 1 && elements.is_empty())
            .cloned(),
        without_value,
    })
}

/// The units from which everything can be read that this user may read.
///
/// # Errors
/// Those of the request.
pub fn readable_roots(
    server: &Server,
    user: &User,
    dialect: ImportDialect,
) -> Result<Vec<String>, ApiError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Roots {
        organisation_units: Vec<Root>,
    }
    #[derive(Deserialize)]
    struct Root {
        id: String,
    }
    let exempt = dialect == ImportDialect::Grouped && user.is_superuser();
    let units = if user.data_view_organisation_units.is_empty() {
        &user.organisation_units
    } else {
        &user.data_view_organisation_units
    };
    if !exempt && !units.is_empty() {
        return Ok(units.iter().map(|unit| unit.id.clone()).collect());
    }
    let query = Query::new("/api/organisationUnits.json")
        .with("paging", "false")
        .with("fields", "id")
        .with("filter", "level:eq:1");
    let roots: Roots = server.client().get_json(query)?;
    Ok(roots
        .organisation_units
        .into_iter()
        .map(|root| root.id)
        .collect())
}

fn units(server: &Server, parents: &[String]) -> Result<Vec<String>, ApiError> {
    if parents.is_empty() {
        return readable_roots(server, &current_user(server)?, server.dialect());
    }
    let positions = resolve_parents(server, parents)?;
    Ok(positions.into_iter().map(|unit| unit.id).collect())
}

/// Questions to a server, and what came.
struct Reading<'a> {
    server: &'a Server,
    periods: &'a [String],
    units: &'a [String],
    names: Names,
    values: ValueTable,
}

impl Reading<'_> {
    fn by_set(&mut self, set: &str, keep: impl Fn(Sym) -> bool) -> Result<(), StoredError> {
        // The set is what is asked by; its elements are not listed.
        self.ask(Some(set), &[""], keep)
    }

    fn by_elements(&mut self, elements: &[String]) -> Result<(), ValuesError> {
        if self.server.version().reads_by_element() {
            let named: Vec<&str> = elements.iter().map(String::as_str).collect();
            return Ok(self.ask(None, &named, |_| true)?);
        }
        let sets = data_sets_holding(self.server, elements)?;
        if sets.is_empty() {
            return Err(ApiError::Inconsistent(format!(
                "DHIS2 {} reads values by data set only, and no data set holds {}",
                self.server.version(),
                elements.join(", ")
            ))
            .into());
        }
        let wanted: BTreeSet<Sym> = elements
            .iter()
            .map(|element| self.names.intern(element))
            .collect();
        for set in sets {
            self.by_set(&set, |element| wanted.contains(&element))?;
        }
        Ok(())
    }

    fn ask(
        &mut self,
        data_set: Option<&str>,
        elements: &[&str],
        keep: impl Fn(Sym) -> bool,
    ) -> Result<(), StoredError> {
        for periods in self.periods.chunks(MOST_PERIODS) {
            let question = StoredQuery {
                data_set,
                elements: elements.to_vec(),
                periods: periods.iter().map(String::as_str).collect(),
                units: self.units.iter().map(String::as_str).collect(),
                unit_scope: OrgUnitScope::Subtrees,
            };
            let client = self.server.client();
            stored::read(
                client,
                &question,
                &mut self.names,
                &mut self.values,
                |key| keep(key.element),
            )?;
        }
        Ok(())
    }
}

type OrderedKey<'a> = [&'a str; 5];

/// The values by their keys, each once; what has no value is counted.
fn in_order(names: &Names, found: &ValueTable) -> Result<(ValueTable, usize), ApiError> {
    let text = |key: &ValueKey| -> OrderedKey<'_> {
        [key.element, key.period, key.unit, key.combo, key.attribute].map(|sym| names.text(sym))
    };
    let mut ordered: BTreeMap<OrderedKey<'_>, (ValueKey, Content<'_>)> = BTreeMap::new();
    for row in found.rows() {
        let content = found.content(row);
        let key = text(&row.key);
        let first = ordered.entry(key).or_insert((row.key, content));
        // Two sets that share an element both answer with its values.
        if first.1 != content {
            return Err(ApiError::Inconsistent(format!(
                "the server answers with two values of {}: {:?} and {:?}",
                key.join(" "),
                first.1.value,
                content.value
            )));
        }
    }
    let (mut values, mut without_value) = (ValueTable::default(), 0);
    for (key, content) in ordered.into_values() {
        if content.value.is_empty() {
            without_value += 1;
            continue;
        }
        values
            .push(key, content)
            .map_err(|error| ApiError::Inconsistent(error.to_string()))?;
    }
    Ok((values, without_value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(names: &mut Names, rows: &[(&str, &str)]) -> ValueTable {
        let mut values = ValueTable::default();
        for &(unit, value) in rows {
            let key = ValueKey {
                period: names.intern("2025"),
                unit: names.intern(unit),
                element: names.intern("de"),
                combo: Sym::NONE,
                attribute: Sym::NONE,
            };
            let content = Content {
                value,
                comment: Sym::NONE,
                follow_up: false,
            };
            values.push(key, content).unwrap();
        }
        values
    }

    #[test]
    fn values_come_once_and_by_key() {
        let mut names = Names::default();
        let found = table(&mut names, &[("b", "2"), ("a", "1"), ("b", "2"), ("c", "")]);
        let (values, without_value) = in_order(&names, &found).unwrap();
        let listed: Vec<(&str, &str)> = values
            .rows()
            .iter()
            .map(|row| (names.text(row.key.unit), values.text(row)))
            .collect();
        assert_eq!(listed, [("a", "1"), ("b", "2")]);
        assert_eq!(without_value, 1);
    }

    #[test]
    fn two_values_of_one_key_are_refused() {
        let mut names = Names::default();
        let found = table(&mut names, &[("b", "2"), ("b", "3")]);
        assert!(in_order(&names, &found).is_err());
    }
}
