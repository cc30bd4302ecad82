//! Layout `cod-ps`: the population statistics of the United Nations' Common Operational Datasets, one table an
//! admin level, with the column names that OCHA's own readers take (`ADM1_PCODE`, `ADM1_NAME`, `F_00_04`, `T_TL`).
//!
//! Their published standard asks for whole numbers, all present, that add up to those of the level above,
//! and for place codes (P-codes) that are there, unique, and carried by the lower levels. All levels are
//! summed from one rounding of the deepest level, so that the tables of several levels agree.

use std::collections::{BTreeMap, HashMap, HashSet};

use pop_datavalues::RoundingHierarchy;
use pop_datavalues::rounding::round;
use pop_sums::nesting::parent_gaps;
use pop_sums::{Reason, Sex, SumsTable, Unit};

use crate::{Cell, OutputTable, People, TableError, UnitLabel};

/// Ages of a column: from, and the first age no longer counted.
type Ages = (u32, Option<u32>);

/// The table of a level, from the sums of the lowest units at or below it; of their deepest level where none is named.
///
/// # Errors
/// [`TableError`] where the published rules cannot be met.
pub fn from_sums(
    table: &SumsTable,
    level: Option<u32>,
    place_codes: UnitLabel,
) -> Result<OutputTable, TableError> {
    let people = People::of_lowest_units(table)?;
    let levels = people
        .units
        .iter()
        .filter_map(|&unit| people.unit(unit).depth());
    let level = level.or_else(|| levels.max()).unwrap_or(1);
    let (year, layers) = only_year(&people)?;
    check_values(&people, &layers)?;
    let columns = Columns::of(&people, &layers)?;
    let whole = rounded(table, &people, &layers, &columns)?;
    let places = Places::new(table, place_codes, level)?;
    let mut sums: BTreeMap<Vec<String>, Vec<i64>> = BTreeMap::new();
    let mut rows: HashMap<Vec<String>, Vec<Cell>> = HashMap::new();
    for (unit, values) in whole {
        let (key, cells) = places.above(people.unit(unit))?;
        rows.entry(key.clone()).or_insert(cells);
        let sum = sums.entry(key).or_insert_with(|| vec![0; values.len()]);
        for (sum, value) in sum.iter_mut().zip(&values) {
            *sum += value;
        }
    }
    let mut output = OutputTable {
        doubtful: people.doubtful(),
        parent_gaps: gaps(table, &people, &layers, &columns),
        header: places.header(),
        ..OutputTable::default()
    };
    output.header.push("YEAR".to_owned());
    output.header.extend(columns.names());
    for (key, values) in sums {
        let mut row = rows.remove(&key).unwrap_or_default();
        row.push(Cell::Number(year.to_string()));
        row.extend(
            columns
                .figures(&values)
                .into_iter()
                .map(|value| Cell::Number(value.to_string())),
        );
        output.rows.push(row);
    }
    Ok(output)
}

fn only_year(people: &People<'_>) -> Result<(i32, Vec<u32>), TableError> {
    let mut years = people.years().into_iter();
    match (years.next(), years.next()) {
        (Some((Some(year), layers)), None) => Ok((year, layers)),
        (Some((None, _)), None) | (None, _) => Err(TableError::NoYear),
        _ => {
            let list: Vec<String> = people
                .years()
                .keys()
                .map(|year| year.map_or_else(|| "none".to_owned(), |year| year.to_string()))
                .collect();
            Err(TableError::Years(list.join(", ")))
        }
    }
}

/// "All values must be present."
fn check_values(people: &People<'_>, layers: &[u32]) -> Result<(), TableError> {
    let without: Vec<String> = people
        .units
        .iter()
        .filter(|&&unit| {
            let is_unserved = people.reasons(unit).contains(Reason::Unserved.word());
            is_unserved || layers.iter().any(|&layer| people.at(unit, layer).is_none())
        })
        .map(|&unit| {
            let reasons: Vec<&str> = people.reasons(unit).into_iter().collect();
            let known = people.unit(unit);
            let name = known.name.as_deref().unwrap_or(&known.id);
            format!("{name} ({})", reasons.join(", "))
        })
        .collect();
    if without.is_empty() {
        return Ok(());
    }
    Err(TableError::NoValue(without))
}

/// Units above whose own sum is another than that of the lowest units below them, from which their row is made.
fn gaps(table: &SumsTable, people: &People<'_>, layers: &[u32], columns: &Columns) -> Vec<String> {
    let everybody = |unit: u32| {
        let columns = columns.layers.iter().flatten();
        columns
            .map(|&column| people.at(unit, layers[column]))
            .sum::<Option<f64>>()
    };
    let by_unit: Vec<Option<f64>> = (0..table.units.len() as u32).map(everybody).collect();
    parent_gaps(table, &by_unit, &people.units, &[])
        .iter()
        .map(|gap| gap.text(table))
        .collect()
}

/// What is rounded: the people of each sex and age group, or of everybody.
struct Columns {
    groups: Vec<(Sex, Option<Ages>)>,
    /// For each group, the indices of its layers.
    layers: Vec<Vec<usize>>,
}

impl Columns {
    fn of(people: &People<'_>, layers: &[u32]) -> Result<Self, TableError> {
        let set = people.bands(layers)?;
        let mut groups: BTreeMap<(Sex, Option<Ages>), Vec<usize>> = BTreeMap::new();
        for (sex, band, column) in set.bands() {
            // the standard has five-year groups: 0 and 1-4 are one
            let ages = match (band.from, band.to) {
                (0, Some(1)) | (1, Some(5)) => (0, Some(5)),
                (from, to) => (from, to),
            };
            groups.entry((sex, Some(ages))).or_default().push(column);
        }
        if groups.is_empty() {
            for sex in [Sex::Female, Sex::Male, Sex::Total] {
                if let Some(column) = set.everybody(sex) {
                    groups.insert((sex, None), vec![column]);
                }
            }
            let has_sexes = groups.contains_key(&(Sex::Female, None))
                && groups.contains_key(&(Sex::Male, None));
            // women and men add up to everybody
            groups.retain(|(sex, _), _| (*sex == Sex::Total) != has_sexes);
        } else if let Some(&unit) = people.units.first() {
            // all ages must be there, or the totals would lack people
            let only_bands: Vec<u32> = set.bands().map(|(_, _, column)| layers[column]).collect();
            people.everybody(unit, &only_bands)?;
        }
        if groups.is_empty() {
            return Err(TableError::NoTotal);
        }
        let (groups, layers) = groups.into_iter().unzip();
        Ok(Self { groups, layers })
    }

    fn ages(&self) -> Vec<Ages> {
        let mut ages: Vec<Ages> = self.groups.iter().filter_map(|(_, ages)| *ages).collect();
        ages.sort_unstable();
        ages.dedup();
        ages
    }

    fn sexes(&self) -> Vec<Sex> {
        let mut sexes: Vec<Sex> = self.groups.iter().map(|(sex, _)| *sex).collect();
        sexes.dedup();
        if !sexes.contains(&Sex::Total) {
            sexes.push(Sex::Total);
        }
        sexes
    }

    /// `F_TL`, `M_TL`, `T_TL`, then `F_00_04`, `M_00_04`, `T_00_04`, …, `T_90PLUS`.
    fn names(&self) -> Vec<String> {
        let sexes = self.sexes();
        let of = |group: &str| -> Vec<String> {
            sexes
                .iter()
                .map(|sex| format!("{}_{group}", letter(*sex)))
                .collect()
        };
        let mut names = of("TL");
        for (from, to) in self.ages() {
            names.extend(of(&to.map_or_else(
                || format!("{from}PLUS"),
                |to| format!("{from:02}_{:02}", to.saturating_sub(1)),
            )));
        }
        names
    }

    /// The figures of a row in the order of the names, from the whole numbers of its groups.
    fn figures(&self, values: &[i64]) -> Vec<i64> {
        let sum = |wanted: Sex, wanted_ages: Option<Ages>| -> i64 {
            self.groups
                .iter()
                .zip(values)
                .filter(|((sex, ages), _)| {
                    (wanted == Sex::Total || *sex == wanted)
                        && (wanted_ages.is_none() || *ages == wanted_ages)
                })
                .map(|(_, value)| value)
                .sum()
        };
        let sexes = self.sexes();
        let mut figures: Vec<i64> = sexes.iter().map(|&sex| sum(sex, None)).collect();
        for ages in self.ages() {
            figures.extend(sexes.iter().map(|&sex| sum(sex, Some(ages))));
        }
        figures
    }
}

const fn letter(sex: Sex) -> char {
    match sex {
        Sex::Female => 'F',
        Sex::Male => 'M',
        Sex::Total => 'T',
    }
}

/// Whole numbers for each unit and group: units, sexes and all levels above within 1 of the exact ones.
fn rounded(
    table: &SumsTable,
    people: &People<'_>,
    layers: &[u32],
    columns: &Columns,
) -> Result<Vec<(u32, Vec<i64>)>, TableError> {
    let hierarchy = RoundingHierarchy::above(table, &people.units)?;
    let count = columns.groups.len();
    let mut values = Vec::with_capacity(hierarchy.units.len() * count);
    for &unit in &hierarchy.units {
        for group in &columns.layers {
            let sum: f64 = group
                .iter()
                .filter_map(|&column| people.at(unit, layers[column]))
                .sum();
            values.push(sum);
        }
    }
    let of_sex = |wanted: Sex| -> Vec<usize> {
        (0..count)
            .filter(|&column| columns.groups[column].0 == wanted)
            .collect()
    };
    let groups: Vec<Vec<usize>> = [Sex::Female, Sex::Male]
        .into_iter()
        .map(of_sex)
        .filter(|group| !group.is_empty())
        .collect();
    let whole = round(&hierarchy.tree, count, &groups, &values)?;
    Ok(hierarchy
        .units
        .iter()
        .copied()
        .zip(whole.chunks(count).map(<[i64]>::to_vec))
        .collect())
}

/// The units of the admin levels down to the one that is written.
struct Places<'a> {
    units: HashMap<&'a str, &'a Unit>,
    label: UnitLabel,
    level: u32,
}

impl<'a> Places<'a> {
    /// # Errors
    /// [`TableError::PlaceCode`] for a unit down to the level whose code is missing or there twice.
    fn new(table: &'a SumsTable, label: UnitLabel, level: u32) -> Result<Self, TableError> {
        let mut seen: HashSet<&str> = HashSet::new();
        for unit in table
            .units
            .iter()
            .filter(|unit| unit.depth().is_some_and(|l| l <= level))
        {
            let Some(code) = label.of(unit) else {
                return Err(TableError::PlaceCode {
                    unit: unit.label(),
                    problem: "has no code".to_owned(),
                });
            };
            if !seen.insert(code) {
                return Err(TableError::PlaceCode {
                    unit: unit.label(),
                    problem: format!("its code {code:?} is the code of another unit, too"),
                });
            }
        }
        Ok(Self {
            units: table.units.iter().map(|unit| (&*unit.id, unit)).collect(),
            label,
            level,
        })
    }

    /// `ADM0_PCODE`, `ADM0_NAME`, … down to the level; level 1 is `ADM0`.
    fn header(&self) -> Vec<String> {
        (0..self.level)
            .flat_map(|level| [format!("ADM{level}_PCODE"), format!("ADM{level}_NAME")])
            .collect()
    }

    /// The codes that identify the unit of the level above or at this one, and its cells.
    fn above(&self, unit: &Unit) -> Result<(Vec<String>, Vec<Cell>), TableError> {
        let ids: Vec<&str> = unit.path_ids().collect();
        if ids.is_empty() {
            return Err(TableError::NoPath(unit.id.to_string()));
        }
        if ids.len() < self.level as usize {
            return Err(TableError::EndsAbove {
                unit: unit.id.to_string(),
                level: self.level,
            });
        }
        let mut key = Vec::new();
        let mut cells = Vec::new();
        for id in &ids[..self.level as usize] {
            let ancestor = self
                .units
                .get(id)
                .ok_or_else(|| TableError::UnknownAncestor {
                    unit: unit.id.to_string(),
                    ancestor: (*id).to_owned(),
                })?;
            let code = self.label.of(ancestor).unwrap_or_default();
            key.push(code.to_owned());
            cells.push(Cell::Text(code.to_owned()));
            cells.push(Cell::text(ancestor.name.as_deref()));
        }
        Ok((key, cells))
    }
}
