//! Layout `chap`: `time_period`, `location`, `population`, a row for each place and month, as the reader of
//! CHAP takes them (`chap_core` 1.0, `DataSet.from_csv`: months as `2025-01`, consecutive for each location).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pop_datavalues::number::number_of;
use pop_datavalues::reference_period::{
    Reference, ReferencePeriod, Rules, WithinYear, reference_periods,
};
use pop_datavalues::{DataValueSet, PeriodType};
use pop_sums::SumsTable;

use crate::{Cell, OutputTable, People, TableError, UnitLabel};

/// People of a place by year; `None` where a year has no value.
type Years = BTreeMap<i32, Option<f64>>;

/// Months from the yearly sums of a level: each year as it is, or in a straight line to the next.
/// Units without a value or a label are left out, and listed.
///
/// # Errors
/// [`TableError`] where the sums do not give one total a unit and year, or a line has no next year.
pub fn from_sums(
    table: &SumsTable,
    level: Option<u32>,
    location: UnitLabel,
    within_year: WithinYear,
) -> Result<OutputTable, TableError> {
    let people = People::of_level(table, level)?;
    let mut places: Vec<(String, Option<String>, Years)> = Vec::new();
    for &unit in &people.units {
        let mut years = Years::new();
        for (year, layers) in people.years() {
            let year = year.ok_or(TableError::NoYear)?;
            years.insert(year, people.everybody(unit, &layers)?);
        }
        let known = people.unit(unit);
        let label = location.of(known).map(str::to_owned);
        places.push((known.id.to_string(), label, years));
    }
    let table = months(&places, within_year)?;
    Ok(OutputTable {
        doubtful: people.doubtful(),
        ..table
    })
}

/// Months from the yearly values of one data element.
///
/// # Errors
/// [`TableError`] for several elements or combos, and for periods that are no years.
pub fn from_values(
    set: &DataValueSet,
    element: Option<&str>,
    within_year: WithinYear,
) -> Result<OutputTable, TableError> {
    let mut places: BTreeMap<&str, Years> = BTreeMap::new();
    let mut columns: BTreeSet<String> = BTreeSet::new();
    for value in set.values.iter().filter(|value| !value.deleted) {
        let (id, period, unit, combo, attributes) = value.key();
        if element.is_some_and(|element| element != id) {
            continue;
        }
        let ids: Vec<&str> = [Some(id), combo, attributes]
            .into_iter()
            .flatten()
            .collect();
        columns.insert(ids.join("."));
        let year = period
            .parse()
            .map_err(|_| TableError::Period(period.to_owned()))?;
        let number = number_of(&value.value).ok_or_else(|| TableError::NotANumber {
            key: format!("{id}, {period}, {unit}"),
            value: value.value.to_string(),
        })?;
        places.entry(unit).or_default().insert(year, Some(number));
    }
    if columns.len() > 1 {
        let list: Vec<String> = columns.into_iter().collect();
        return Err(TableError::Elements(list.join(", ")));
    }
    let places: Vec<(String, Option<String>, Years)> = places
        .into_iter()
        .map(|(unit, years)| (unit.to_owned(), Some(unit.to_owned()), years))
        .collect();
    months(&places, within_year)
}

fn months(
    places: &[(String, Option<String>, Years)],
    within_year: WithinYear,
) -> Result<OutputTable, TableError> {
    let known: BTreeSet<Option<i32>> = places
        .iter()
        .flat_map(|(_, _, years)| years.keys().copied().map(Some))
        .collect();
    if known.is_empty() {
        return Err(TableError::Empty(None));
    }
    let rules = Rules {
        kind: PeriodType::Monthly,
        reference: Reference::AsPublished,
        year_rule: None,
        within_year,
    };
    let periods = reference_periods(&known, None, &rules, "gregorian", &BTreeMap::new())?;
    check_labels(places)?;
    let mut table = OutputTable {
        header: ["time_period", "location", "population"]
            .map(str::to_owned)
            .to_vec(),
        ..OutputTable::default()
    };
    for (id, label, years) in places {
        let Some(label) = label else {
            table.left_out.push((id.clone(), "no label".to_owned()));
            continue;
        };
        // the reader takes a location with all its months, or not at all
        let rows: Option<Vec<Vec<Cell>>> = periods
            .iter()
            .map(|period| {
                let population = mixed(years, period)?;
                Some(vec![
                    Cell::Text(month_text(&period.period)),
                    Cell::Text(label.clone()),
                    Cell::number(Some(population)),
                ])
            })
            .collect();
        match rows {
            Some(rows) => table.rows.extend(rows),
            None => table.left_out.push((id.clone(), "no value".to_owned())),
        }
    }
    Ok(table)
}

/// The reader puts rows of one location together: no two units may share a label.
fn check_labels(places: &[(String, Option<String>, Years)]) -> Result<(), TableError> {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for (id, label, _) in places {
        let Some(label) = label else { continue };
        if let Some(first) = seen.insert(label, id) {
            return Err(TableError::SameLabel {
                label: label.clone(),
                first: first.to_owned(),
                second: id.clone(),
            });
        }
    }
    Ok(())
}

/// The people of a period, mixed from its years; `None` where one has no value.
fn mixed(years: &Years, period: &ReferencePeriod) -> Option<f64> {
    period
        .parts
        .iter()
        .map(|(year, weight)| Some(years.get(&(*year)?).copied()?? * weight))
        .sum()
}

/// `2025-01` of `202501`.
fn month_text(period: &str) -> String {
    period.split_at_checked(4).map_or_else(
        || period.to_owned(),
        |(year, month)| format!("{year}-{month}"),
    )
}
