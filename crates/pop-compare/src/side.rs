//! One side of a comparison.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pop_datavalues::{Comment, DataValueSet};
use pop_sums::SumsTable;

use crate::record::{Key, Record};

/// What a side is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideKind {
    /// A sums stream.
    Sums,
    /// A data value set.
    Values,
}

/// By what units are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKey {
    /// The id of the stream.
    Id,
    /// The code.
    Code,
}

/// One side: its figures, and what they are of.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// What it is made of.
    pub kind: SideKind,
    /// Its figures, by key.
    pub records: BTreeMap<Key, Record>,
    /// What the rasters are; empty when unknown.
    pub source: String,
    /// Years of sums, periods of values.
    pub years: BTreeSet<String>,
    /// Levels of sums.
    pub levels: BTreeSet<u32>,
}

/// Why a side cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SideError {
    /// No figure.
    #[error("no figures to compare")]
    Empty,
    /// A key that is there twice.
    #[error("{0} is there twice")]
    Twice(String),
    /// A unit without a code.
    #[error("unit {0} has no code")]
    NoCode(String),
    /// Rasters of several products or releases.
    #[error("sums of several sources: {0}")]
    MixedSources(String),
    /// A value that is text.
    #[error("the value of {what} is {value:?}, which is not a number")]
    NotANumber {
        /// Its key.
        what: String,
        /// The value.
        value: String,
    },
    /// The two sides are of different kinds.
    #[error("sums on one side and data values on the other")]
    OtherKind,
    /// The two sides have different levels.
    #[error("the old side has levels {old}, the new one {new}")]
    OtherLevels {
        /// Levels of the old side.
        old: String,
        /// Levels of the new side.
        new: String,
    },
    /// No year is on both sides, and there is more than one.
    #[error("the years do not meet: {old} on the old side, {new} on the new one")]
    OtherYears {
        /// Years of the old side.
        old: String,
        /// Years of the new side.
        new: String,
    },
    /// Age bands that have no boundary in common.
    #[error("the age bands of the two sides have no boundaries in common")]
    OtherBands,
}

impl SideError {
    /// What the user can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "look at the tool that wrote the file",
            Self::Twice(_) => "compare one raster of each sex and age range, and one file a side",
            Self::NoCode(_) => "match units by id: leave --by code out",
            Self::MixedSources(_) => "compare one product and release at a time",
            Self::NotANumber { .. } => "compare data elements of numbers",
            Self::OtherKind => "turn the sums into data values first: to-datavalueset --mapping",
            Self::OtherLevels { .. } => "name the level to compare: --level N",
            Self::OtherYears { .. } => "compare files with a year in common, or with one year each",
            Self::OtherBands => "sum the same bands on both sides",
        }
    }
}

impl Key {
    /// The key in messages.
    pub(crate) fn described(&self) -> String {
        let mut words = vec![self.org_unit.clone()];
        words.extend(self.year.map(|year| year.to_string()));
        words.extend(self.sex.map(|sex| sex.to_string()));
        match (self.age_from, self.age_to) {
            (None, None) => {}
            (from, None) => words.push(format!("{}+", from.unwrap_or_default())),
            (from, Some(to)) => words.push(format!("{}-{}", from.unwrap_or_default(), to - 1)),
        }
        let texts = [
            &self.data_element,
            &self.period,
            &self.category_option_combo,
            &self.attribute_option_combo,
        ];
        words.extend(texts.into_iter().filter(|text| !text.is_empty()).cloned());
        words.join(" ")
    }
}

impl Side {
    /// A side of sums, of one level where it is named.
    ///
    /// # Errors
    /// [`SideError`] for keys that are there twice, units without a code, several sources.
    pub fn from_sums(
        table: &SumsTable,
        by: UnitKey,
        level: Option<u32>,
    ) -> Result<Self, SideError> {
        let mut side = Self::empty(SideKind::Sums);
        let mut sources: BTreeSet<&str> = BTreeSet::new();
        for sum in &table.sums {
            let (unit, layer) = (table.unit(sum), table.layer(sum));
            if level.is_some() && unit.level != level {
                continue;
            }
            let org_unit = match by {
                UnitKey::Id => unit.id.to_string(),
                UnitKey::Code => unit
                    .code
                    .clone()
                    .ok_or_else(|| SideError::NoCode(unit.id.to_string()))?,
            };
            let key = Key {
                org_unit,
                year: layer.year,
                sex: layer.sex,
                age_from: layer.age_from,
                age_to: layer.age_to,
                ..Key::default()
            };
            sources.insert(&layer.source);
            side.levels.extend(unit.level);
            side.years.extend(layer.year.map(|year| year.to_string()));
            side.add(Record {
                code: unit.code.clone(),
                name: unit.name.clone(),
                level: unit.level,
                parent: unit.parent().map(str::to_owned),
                path: unit.path.clone(),
                value: sum.population(),
                unadjusted: sum.unadjusted(),
                key,
            })?;
        }
        let sources: Vec<&str> = sources.into_iter().collect();
        match sources.as_slice() {
            [] => Err(SideError::Empty),
            [source] => {
                side.source = (*source).to_owned();
                Ok(side)
            }
            _ => Err(SideError::MixedSources(sources.join(" and "))),
        }
    }

    /// A side of data values. What is to be deleted has no value.
    ///
    /// # Errors
    /// [`SideError`] for keys that are there twice and values that are text.
    pub fn from_values(set: &DataValueSet) -> Result<Self, SideError> {
        let mut side = Self::empty(SideKind::Values);
        let mut comments: HashSet<&str> = HashSet::new();
        let mut sources: BTreeSet<String> = BTreeSet::new();
        for value in &set.values {
            let text = |text: &Option<pop_datavalues::Text>| {
                text.as_deref().unwrap_or_default().to_owned()
            };
            let key = Key {
                org_unit: value.org_unit.to_string(),
                data_element: value.data_element.to_string(),
                period: value.period.to_string(),
                category_option_combo: text(&value.category_option_combo),
                attribute_option_combo: text(&value.attribute_option_combo),
                ..Key::default()
            };
            let number: Option<f64> = value.value.parse().ok().filter(|n: &f64| n.is_finite());
            if number.is_none() && !value.deleted {
                return Err(SideError::NotANumber {
                    what: key.described(),
                    value: value.value.to_string(),
                });
            }
            if let Some(comment) = value.comment.as_deref()
                && comments.insert(comment)
                && let Ok(comment) = comment.parse::<Comment>()
            {
                sources.insert(comment.source);
            }
            side.years.insert(value.period.to_string());
            side.add(Record {
                code: None,
                name: None,
                level: None,
                parent: None,
                path: None,
                value: number.filter(|_| !value.deleted),
                unadjusted: None,
                key,
            })?;
        }
        if side.records.is_empty() {
            return Err(SideError::Empty);
        }
        side.source = sources.into_iter().collect::<Vec<_>>().join("+");
        Ok(side)
    }

    fn empty(kind: SideKind) -> Self {
        Self {
            kind,
            records: BTreeMap::new(),
            source: String::new(),
            years: BTreeSet::new(),
            levels: BTreeSet::new(),
        }
    }

    fn add(&mut self, record: Record) -> Result<(), SideError> {
        match self.records.insert(record.key.clone(), record) {
            None => Ok(()),
            Some(first) => Err(SideError::Twice(first.key.described())),
        }
    }

    /// Takes year or period out of the keys of a side that has one.
    pub(crate) fn without_year(&mut self) {
        let records = std::mem::take(&mut self.records);
        for mut record in records.into_values() {
            record.key.year = None;
            record.key.period = String::new();
            self.records.insert(record.key.clone(), record);
        }
    }
}
