//! Layout `wide`: a row for each unit and year, a column for each group.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pop_datavalues::metadata::OrgUnit;
use pop_datavalues::number::number_of;
use pop_datavalues::{DataValueSet, Metadata};
use pop_sums::{AgeBand, Layer, Sex, SumsTable};

use crate::{Cell, OutputTable, People, TableError};

/// Sums: the columns are named after whom they count, as WorldPop names its files.
///
/// # Errors
/// See [`People::of_level`].
pub fn from_sums(table: &SumsTable, level: Option<u32>) -> Result<OutputTable, TableError> {
    let people = People::of_level(table, level)?;
    let years = people.years();
    let mut groups: Vec<Group> = Vec::new();
    for layers in years.values() {
        people.bands(layers)?;
        for &layer in layers {
            let group = Group::of(people.layer(layer));
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
    }
    let mut header: Vec<String> = ["org_unit", "code", "name", "level", "year"]
        .map(str::to_owned)
        .to_vec();
    header.extend(groups.iter().map(|group| group.name(&groups)));
    header.push("reasons".to_owned());
    let mut rows = Vec::new();
    for &unit in &people.units {
        for (year, layers) in &years {
            let mut row = unit_cells(&people, unit);
            row.push(Cell::text(year.map(|year| year.to_string()).as_deref()));
            for group in &groups {
                let layer = layers
                    .iter()
                    .find(|&&layer| Group::of(people.layer(layer)) == *group);
                row.push(Cell::number(
                    layer.and_then(|&layer| people.at(unit, layer)),
                ));
            }
            let reasons: Vec<&str> = people.reasons(unit).into_iter().collect();
            row.push(Cell::text(Some(&reasons.join(";"))));
            rows.push(row);
        }
    }
    Ok(OutputTable {
        header,
        rows,
        ..OutputTable::default()
    })
}

fn unit_cells(people: &People<'_>, unit: u32) -> Vec<Cell> {
    let unit = people.unit(unit);
    vec![
        Cell::text(Some(&unit.id)),
        Cell::text(unit.code.as_deref()),
        Cell::text(unit.name.as_deref()),
        unit.depth()
            .map_or(Cell::Empty, |level| Cell::Number(level.to_string())),
    ]
}

/// Whom a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Group {
    sex: Sex,
    /// `None` for all ages.
    ages: Option<AgeBand>,
}

impl Group {
    fn of(layer: &Layer) -> Self {
        Self {
            sex: layer.sex.unwrap_or(Sex::Total),
            ages: layer.band(),
        }
    }

    /// `t` for everybody, `f` and `m` for a sex, `f_15` for a band by its first age; with its last age too (`f_00_04`, `f_80plus`) where
    /// another column of the sex begins at the same age: years can be cut differently.
    fn name(&self, all: &[Self]) -> String {
        let sex = self.sex;
        let Some(AgeBand { from, to }) = self.ages else {
            return sex.to_string();
        };
        let begins_here =
            |other: &&Self| other.sex == sex && other.ages.is_some_and(|ages| ages.from == from);
        match to {
            _ if all.iter().filter(begins_here).count() == 1 => format!("{sex}_{from:02}"),
            Some(to) => format!("{sex}_{from:02}_{:02}", to.saturating_sub(1)),
            None => format!("{sex}_{from:02}plus"),
        }
    }
}

/// Data values: a column for each data element and option combo, named where the metadata name it.
///
/// # Errors
/// [`TableError::Empty`] for a set without values.
pub fn from_values(
    set: &DataValueSet,
    metadata: Option<&Metadata>,
) -> Result<OutputTable, TableError> {
    let mut figures: BTreeMap<(&str, &str), BTreeMap<ColumnKey<'_>, &str>> = BTreeMap::new();
    let mut columns: BTreeSet<ColumnKey<'_>> = BTreeSet::new();
    for value in set.values.iter().filter(|value| !value.deleted) {
        let (element, period, unit, combo, attributes) = value.key();
        let column = (element, combo, attributes);
        columns.insert(column);
        figures
            .entry((unit, period))
            .or_default()
            .insert(column, &value.value);
    }
    if figures.is_empty() {
        return Err(TableError::Empty(None));
    }
    let mut header: Vec<String> = ["org_unit", "code", "name", "period"]
        .map(str::to_owned)
        .to_vec();
    header.extend(column_names(&columns, metadata));
    let units: HashMap<&str, &OrgUnit> = metadata
        .into_iter()
        .flat_map(|metadata| &metadata.org_units)
        .map(|unit| (unit.id.as_str(), unit))
        .collect();
    let rows = figures
        .into_iter()
        .map(|((unit, period), cells)| {
            let known = units.get(unit);
            let mut row = vec![
                Cell::Text(unit.to_owned()),
                Cell::text(known.and_then(|known| known.code.as_deref())),
                Cell::text(known.and_then(|known| known.name.as_deref())),
                Cell::Text(period.to_owned()),
            ];
            row.extend(columns.iter().map(|column| value_cell(cells.get(column))));
            row
        })
        .collect();
    Ok(OutputTable {
        header,
        rows,
        ..OutputTable::default()
    })
}

/// Data element, category option combo and attribute option combo.
type ColumnKey<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

fn value_cell(value: Option<&&str>) -> Cell {
    value.map_or(Cell::Empty, |value| {
        if number_of(value).is_some() {
            Cell::Number((*value).to_owned())
        } else {
            Cell::Text((*value).to_owned())
        }
    })
}

/// Names of the columns; ids are added where two would be called the same.
fn column_names(columns: &BTreeSet<ColumnKey<'_>>, metadata: Option<&Metadata>) -> Vec<String> {
    let names: Vec<String> = columns
        .iter()
        .map(|column| column_name(*column, metadata))
        .collect();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for name in &names {
        *uses.entry(name).or_default() += 1;
    }
    columns
        .iter()
        .zip(&names)
        .map(|(column, name)| {
            if uses[name.as_str()] == 1 {
                return name.clone();
            }
            let ids: Vec<&str> = [Some(column.0), column.1, column.2]
                .into_iter()
                .flatten()
                .collect();
            format!("{name} ({})", ids.join(", "))
        })
        .collect()
}

/// `Population, total`, or `Population by age and sex: Female, 15-19 years`; ids without metadata.
fn column_name((element, combo, attributes): ColumnKey<'_>, metadata: Option<&Metadata>) -> String {
    let element = metadata
        .and_then(|metadata| metadata.data_element(element).ok())
        .map_or(element, |known| known.name.as_str());
    let combos = [combo, attributes]
        .into_iter()
        .flatten()
        .map(|id| combo_name(id, metadata))
        .filter(|name| *name != "default");
    std::iter::once(element)
        .chain(combos)
        .collect::<Vec<_>>()
        .join(": ")
}

fn combo_name<'a>(id: &'a str, metadata: Option<&'a Metadata>) -> &'a str {
    metadata
        .into_iter()
        .flat_map(|metadata| &metadata.category_combos)
        .flat_map(|combo| &combo.category_option_combos)
        .find(|known| known.id == id)
        .map_or(id, |known| known.name.as_str())
}
