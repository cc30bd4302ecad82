//! The columns of a block, and the layers that are sums of them.

use pop_sums::{Layer, Sex, SumsTable};

use super::CellsError;
use crate::totals::People;

/// A column: one sex and one range of ages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Index into [`SumsTable::layers`].
    pub layer: u32,
    /// Whom it counts.
    pub people: People,
}

/// A layer that is the sum of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumLayer {
    /// Index into [`SumsTable::layers`].
    pub layer: u32,
    /// Positions of its columns.
    pub columns: Vec<usize>,
}

/// Whom a layer counts.
pub(crate) fn people_of(layer: &Layer) -> People {
    People {
        sex: layer.sex.unwrap_or(Sex::Total),
        ages: layer.band(),
    }
}

impl People {
    /// Their first age.
    pub(crate) fn first(&self) -> u32 {
        self.ages.map_or(0, |ages| ages.from)
    }

    /// The first age no longer theirs.
    pub(crate) fn beyond(&self) -> Option<u32> {
        self.ages.and_then(|ages| ages.to)
    }

    fn end(&self) -> u32 {
        self.beyond().unwrap_or(u32::MAX)
    }

    /// Whether everybody of `other` is counted here too.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        (self.sex == Sex::Total || self.sex == other.sex)
            && self.first() <= other.first()
            && other.end() <= self.end()
    }

    /// Whether some people are counted in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        (self.sex == other.sex || self.sex == Sex::Total || other.sex == Sex::Total)
            && self.first() < other.end()
            && other.first() < self.end()
    }
}

/// Divides the layers of a block into columns and sums of columns.
pub(super) fn divide(
    table: &SumsTable,
    layers: &[u32],
) -> Result<(Vec<Column>, Vec<SumLayer>), CellsError> {
    let mut all: Vec<Column> = layers
        .iter()
        .map(|&layer| Column {
            layer,
            people: people_of(&table.layers[layer as usize]),
        })
        .collect();
    all.sort_by_key(|column| column.people);
    let raster = |column: &Column| table.layers[column.layer as usize].raster.clone();
    for (at, one) in all.iter().enumerate() {
        for other in &all[at + 1..] {
            if one.people == other.people {
                return Err(CellsError::SameLayer {
                    people: one.people,
                    year: table.layers[one.layer as usize]
                        .year
                        .map_or("no year".to_owned(), |year| year.to_string()),
                    first: raster(one),
                    second: raster(other),
                });
            }
        }
    }
    let holds_another = |one: &Column| {
        all.iter()
            .any(|other| other.layer != one.layer && one.people.holds(&other.people))
    };
    let (sums, columns): (Vec<Column>, Vec<Column>) = all
        .iter()
        .copied()
        .partition(|column| holds_another(column));
    for (at, one) in columns.iter().enumerate() {
        if let Some(other) = columns[at + 1..]
            .iter()
            .find(|other| one.people.overlaps(&other.people))
        {
            return Err(CellsError::Crossing {
                first: raster(one),
                first_people: one.people,
                second: raster(other),
                second_people: other.people,
            });
        }
    }
    let sums = sums
        .into_iter()
        .map(|sum| SumLayer {
            layer: sum.layer,
            columns: (0..columns.len())
                .filter(|&at| sum.people.holds(&columns[at].people))
                .collect(),
        })
        .collect();
    Ok((columns, sums))
}
