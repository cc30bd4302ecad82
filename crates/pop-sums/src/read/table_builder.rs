//! Rows of text becoming a table.

mod layer_texts;
mod piece;

use std::collections::HashMap;
use std::sync::Arc;

use layer_texts::{LayerTexts, text_of};
pub(crate) use piece::Piece;

use crate::limits::parse_year;
use crate::sums_row::column;
use crate::{
    COLUMNS, Layer, Reason, RowPosition, Sex, Status, SumsError, SumsTable, Unit, UnitSum, number,
};

/// The fields of a row, in the order of [`COLUMNS`]; empty where there is none.
pub(crate) type Fields<'a> = [&'a str; COLUMNS.len()];

/// Collects rows; units, layers and reasons that come again are kept once.
pub(crate) struct TableBuilder<'a> {
    /// Of a piece the units of the rows before it, whose numbers come first.
    before: KnownUnits<'a>,
    table: SumsTable,
    /// How the form counts its rows.
    position: fn(u64) -> RowPosition,
    units: HashMap<Arc<str>, u32>,
    layers: LayerTexts,
    reasons: HashMap<String, u32>,
    adjustments: HashMap<String, u32>,
    /// The unit of the row before, and its level as it is written there: most rows have the same unit or the one after.
    last_unit: u32,
    last_level: String,
}

/// Units by number and by id.
#[derive(Clone, Copy, Default)]
struct KnownUnits<'a> {
    list: &'a [Unit],
    index: Option<&'a HashMap<Arc<str>, u32>>,
}

impl TableBuilder<'_> {
    fn new(position: fn(u64) -> RowPosition) -> Self {
        let table = SumsTable {
            reason_lists: vec![Vec::new()],
            adjustments: vec![String::new()],
            ..SumsTable::default()
        };
        Self {
            before: KnownUnits::default(),
            table,
            position,
            units: HashMap::new(),
            layers: LayerTexts::default(),
            reasons: HashMap::new(),
            adjustments: HashMap::new(),
            last_unit: 0,
            last_level: String::new(),
        }
    }

    /// For rows that are lines.
    pub(crate) fn csv() -> Self {
        Self::new(RowPosition::Line)
    }

    /// For rows that are members of a list.
    pub(crate) fn json() -> Self {
        Self::new(RowPosition::Row)
    }

    /// The header, or some row, states the status.
    pub(crate) fn states_status(&mut self) {
        self.table.states_status = true;
    }

    /// The table, in which a unit and a raster meet once.
    pub(crate) fn finish(self) -> Result<SumsTable, SumsError> {
        let Some((first, second)) = first_duplicate(&self.table) else {
            return Ok(self.table);
        };
        let position =
            |index: u32| (self.position)(self.table.sums[index as usize].position.into());
        let sum = &self.table.sums[second as usize];
        Err(SumsError::DuplicateRow {
            position: position(second),
            first: position(first),
            unit: self.table.unit(sum).id.to_string(),
            raster: self.table.layer(sum).raster.clone(),
        })
    }

    /// Adds a row.
    pub(crate) fn push(
        &mut self,
        position: RowPosition,
        fields: &Fields<'_>,
    ) -> Result<(), SumsError> {
        let record = |what: String| SumsError::Record { position, what };
        let unit = self.unit(fields).map_err(record)?;
        let layer = self.layer(fields).map_err(record)?;
        let reasons = self.reasons(fields[column::REASONS]);
        let population = optional(fields[column::POPULATION], number::people)
            .map_err(|e| record(format!("population: {e}")))?;
        let status = self
            .status(fields[column::STATUS], population, reasons)
            .map_err(record)?;
        let quantity = |column: usize| {
            optional(fields[column], number::read)
                .map(Into::into)
                .map_err(|e| record(format!("{}: {e}", COLUMNS[column])))
        };
        let adjustment = self.adjustment(fields[column::ADJUSTMENT]);
        let number = match position {
            RowPosition::Line(n) | RowPosition::Row(n) => u32::try_from(n).unwrap_or(u32::MAX),
        };
        self.table.sums.push(UnitSum {
            unit,
            layer,
            reasons,
            position: number,
            status,
            population: population.into(),
            cells: quantity(column::CELLS)?,
            area_cells: quantity(column::AREA_CELLS)?,
            inside_share: quantity(column::INSIDE_SHARE)?,
            adjustment,
            unadjusted: quantity(column::UNADJUSTED)?,
        });
        Ok(())
    }

    fn unit_at(&self, number: u32) -> Option<&Unit> {
        let at = number as usize;
        let before = self.before.list;
        before
            .get(at)
            .or_else(|| self.table.units.get(at - before.len()))
    }

    /// The unit with that id, where it is known.
    fn known_unit(&self, id: &str) -> Option<u32> {
        let near = [self.last_unit, self.last_unit + 1];
        let is_it = |&at: &u32| self.unit_at(at).is_some_and(|unit| *unit.id == *id);
        near.into_iter()
            .find(is_it)
            .or_else(|| self.before.index?.get(id).copied())
            .or_else(|| self.units.get(id).copied())
    }

    fn unit(&mut self, fields: &Fields<'_>) -> Result<u32, String> {
        let known = self.known_unit(fields[column::ORG_UNIT]);
        let known = known.and_then(|number| Some((number, self.unit_at(number)?)));
        let index = match known {
            Some((number, unit)) => {
                let is_last = number == self.last_unit && fields[column::LEVEL] == self.last_level;
                if !is_last || !has_path(unit, fields) {
                    check_again(unit, fields)?;
                }
                if is_last {
                    return Ok(number);
                }
                number
            }
            None => self.new_unit(fields)?,
        };
        self.last_unit = index;
        fields[column::LEVEL].clone_into(&mut self.last_level);
        Ok(index)
    }

    fn new_unit(&mut self, fields: &Fields<'_>) -> Result<u32, String> {
        let [id, code, name, _, path, ..] = *fields;
        let level = whole_number(fields, column::LEVEL)?;
        if id.is_empty() {
            return Err("org_unit is empty".to_owned());
        }
        let text = |field: &str| (!field.is_empty()).then(|| field.to_owned());
        let unit = Unit {
            id: id.into(),
            code: text(code),
            name: text(name),
            level,
            path: text(path),
        };
        let index = index(self.before.list.len() + self.table.units.len())?;
        self.units.insert(Arc::clone(&unit.id), index);
        self.table.units.push(unit);
        Ok(index)
    }

    fn layer(&mut self, fields: &Fields<'_>) -> Result<u32, String> {
        if let Some(known) = self.layers.find(fields) {
            return Ok(known);
        }
        let layer = Layer {
            raster: fields[column::RASTER].to_owned(),
            source: fields[column::SOURCE].to_owned(),
            year: year(fields)?,
            sex: optional(fields[column::SEX], |t| {
                t.parse::<Sex>().map_err(|e| e.to_string())
            })?,
            age_from: whole_number(fields, column::AGE_FROM)?,
            age_to: whole_number(fields, column::AGE_TO)?,
            method: fields[column::METHOD].to_owned(),
        };
        match (layer.age_from, layer.age_to) {
            (None, Some(to)) => return Err(format!("age_to is {to} and age_from is empty")),
            (Some(from), Some(to)) if from >= to => {
                return Err(format!("age_from {from} is not below age_to {to}"));
            }
            _ => {}
        }
        self.new_layer(text_of(fields), layer)
    }

    fn new_layer(&mut self, text: String, layer: Layer) -> Result<u32, String> {
        // Two texts can say the same: a year of 2025 and of 2025.0.
        let same = self.table.layers.iter().position(|known| *known == layer);
        let index = index(same.unwrap_or(self.table.layers.len()))?;
        self.layers.add(text, index);
        if same.is_none() {
            self.table.layers.push(layer);
        }
        Ok(index)
    }

    fn adjustment(&mut self, field: &str) -> u32 {
        if field.is_empty() {
            return 0;
        }
        if let Some(&known) = self.adjustments.get(field) {
            return known;
        }
        let index = u32::try_from(self.table.adjustments.len()).unwrap_or(u32::MAX);
        self.adjustments.insert(field.to_owned(), index);
        self.table.adjustments.push(field.to_owned());
        index
    }

    fn reasons(&mut self, field: &str) -> u32 {
        if field.is_empty() {
            return 0;
        }
        if let Some(&known) = self.reasons.get(field) {
            return known;
        }
        let set = field
            .split(';')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(|word| word.parse().unwrap_or_else(|never| match never {}))
            .collect();
        let index = u32::try_from(self.table.reason_lists.len()).unwrap_or(u32::MAX);
        self.reasons.insert(field.to_owned(), index);
        self.table.reason_lists.push(set);
        index
    }

    fn status(&self, field: &str, population: Option<f64>, reasons: u32) -> Result<Status, String> {
        let stated = match (field, population) {
            ("", Some(_)) => Status::Ok,
            ("", None) => Status::None,
            (word, _) => Status::from_word(word)
                .ok_or_else(|| format!("status is {word:?}, expected ok, doubtful or none"))?,
        };
        match (stated, population) {
            (Status::None, Some(value)) => {
                Err(format!("status is none, but the population is {value}"))
            }
            (Status::Ok | Status::Doubtful, None) => {
                Err(format!("status is {stated}, but there is no population"))
            }
            _ => {
                let unknown = self.table.reason_lists[reasons as usize]
                    .iter()
                    .any(|r| matches!(r, Reason::Unknown(_)));
                Ok(if unknown {
                    stated.max(Status::Doubtful)
                } else {
                    stated
                })
            }
        }
    }
}

fn has_path(unit: &Unit, fields: &Fields<'_>) -> bool {
    unit.path.as_deref().unwrap_or_default() == fields[column::PATH]
}

/// Checks a row of a unit that an earlier row has.
fn check_again(unit: &Unit, fields: &Fields<'_>) -> Result<(), String> {
    let (id, level) = (&unit.id, whole_number(fields, column::LEVEL)?);
    if unit.level != level {
        let shown = |level: Option<u32>| level.map_or("none".to_owned(), |l| l.to_string());
        return Err(format!(
            "unit {id:?} has level {}, but {} in an earlier row",
            shown(level),
            shown(unit.level)
        ));
    }
    if has_path(unit, fields) {
        return Ok(());
    }
    Err(format!(
        "unit {id:?} has path {:?}, but another one in an earlier row",
        fields[column::PATH]
    ))
}

/// The first two sums with the same unit and layer; of several such pairs the one that ends first.
fn first_duplicate(table: &SumsTable) -> Option<(u32, u32)> {
    let mut next = vec![0_u32; table.units.len() + 1];
    for sum in &table.sums {
        next[sum.unit as usize + 1] += 1;
    }
    for unit in 1..next.len() {
        next[unit] += next[unit - 1];
    }
    let mut by_unit = vec![0_u32; table.sums.len()];
    for (index, sum) in (0_u32..).zip(&table.sums) {
        let position = &mut next[sum.unit as usize];
        by_unit[*position as usize] = index;
        *position += 1;
    }
    let mut last: Vec<Option<u32>> = vec![None; table.layers.len()];
    let mut found: Option<(u32, u32)> = None;
    for index in by_unit {
        let sum = &table.sums[index as usize];
        let earlier = last[sum.layer as usize].replace(index);
        let same = earlier.filter(|&first| table.sums[first as usize].unit == sum.unit);
        if let Some(first) = same
            && found.is_none_or(|(_, second)| index < second)
        {
            found = Some((first, index));
        }
    }
    found
}

fn optional<T>(
    field: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    if field.trim().is_empty() {
        Ok(None)
    } else {
        read(field).map(Some)
    }
}

fn whole_number<T: std::str::FromStr>(
    fields: &Fields<'_>,
    column: usize,
) -> Result<Option<T>, String> {
    optional(fields[column], |field| {
        // Some spreadsheets and data frames write whole numbers with a point.
        let digits = field
            .split_once('.')
            .filter(|(_, zeros)| !zeros.is_empty() && zeros.bytes().all(|b| b == b'0'))
            .map_or(field, |(digits, _)| digits);
        digits
            .parse()
            .map_err(|_| format!("{} {field:?} is not a whole number", COLUMNS[column]))
    })
}

fn year(fields: &Fields<'_>) -> Result<Option<i32>, String> {
    let year: Option<i32> = whole_number(fields, column::YEAR)?;
    year.map(|year| parse_year(&year.to_string())).transpose()
}

fn index(count: usize) -> Result<u32, String> {
    u32::try_from(count).map_err(|_| "more units or rasters than can be counted".to_owned())
}
