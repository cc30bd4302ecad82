//! Totals resolved to the cells that they control.

use std::collections::{BTreeSet, HashMap};

use pop_sums::{AgeBand, Sex};

use crate::cells::{Block, Cells, NodeLookup};
use crate::fit::ControlCells;
use crate::totals::{People, Total};

/// A total, with the cells it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// Position of its total in the list.
    pub total: usize,
    /// Id of its unit.
    pub org_unit: String,
    /// Level of its unit.
    pub level: u32,
    /// Its cells and target.
    pub cells: ControlCells,
}

/// A line of the totals that cannot be a control.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ControlError {
    /// Neither a UID nor a code.
    #[error("unit {0:?} is on no path of the sums, and is the code of no unit")]
    UnknownUnit(String),
    /// The code of several units.
    #[error("{key:?} is the code of {}", .ids.join(" and of "))]
    AmbiguousUnit {
        /// The code.
        key: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// No year, and sums of several.
    #[error("year is empty, and the sums have {0}")]
    NoYear(String),
    /// People who are in no column.
    #[error("no raster of {missing}, wanted {wanted}")]
    NoColumn {
        /// Whom the total counts.
        wanted: People,
        /// Who is missing.
        missing: People,
    },
    /// Ages that begin or end inside a band.
    #[error("{wanted} would cut the band {band}")]
    CutBand {
        /// Whom the total counts.
        wanted: People,
        /// The band.
        band: People,
    },
    /// A sex that the sums do not tell apart.
    #[error("{wanted} are wanted, and the sums have both sexes together")]
    NoSexes {
        /// Whom the total counts.
        wanted: People,
    },
    /// The same cells as another line.
    #[error("the same cells as line {0}")]
    Twice(u64),
}

impl ControlError {
    /// What the user can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::UnknownUnit(_) => "name a unit of the sums, or one above it, by its UID or code",
            Self::AmbiguousUnit { .. } => "name the unit by its UID",
            Self::NoYear(_) => "fill the column year",
            Self::NoColumn { .. } => "sum rasters of these people too, or leave the line out",
            Self::CutBand { .. } => {
                "give totals of whole bands: age_from and age_to are those of the sums"
            }
            Self::NoSexes { .. } => "leave sex empty, or sum rasters of each sex",
            Self::Twice(_) => "keep one line for each unit, year, sex and age range",
        }
    }
}

/// The controls of a block: the totals of its year. Lines at fault are listed apart, with their positions.
pub(crate) fn controls(
    totals: &[Total],
    cells: &Cells,
    block: &Block,
) -> (Vec<Control>, Vec<(usize, ControlError)>) {
    let (mut controls, mut errors) = (Vec::new(), Vec::new());
    let mut seen: HashMap<(std::ops::Range<usize>, Vec<u32>, String), u64> = HashMap::new();
    for (position, total) in totals.iter().enumerate() {
        if total.year.is_some() && total.year != block.year {
            continue;
        }
        match control(position, total, cells, block) {
            Ok(control) => {
                let key = (
                    control.cells.units.clone(),
                    control.cells.columns.clone(),
                    control.org_unit.clone(),
                );
                match seen.get(&key) {
                    Some(&first) => errors.push((position, ControlError::Twice(first))),
                    None => {
                        seen.insert(key, total.line);
                        controls.push(control);
                    }
                }
            }
            Err(error) => errors.push((position, error)),
        }
    }
    // Not in the order of the lines: that is not to matter.
    controls.sort_by(|a, b| {
        let key = |control: &Control| (control.level, control.cells.units.start);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.cells.columns.cmp(&b.cells.columns))
    });
    (controls, errors)
}

fn control(
    position: usize,
    total: &Total,
    cells: &Cells,
    block: &Block,
) -> Result<Control, ControlError> {
    let years: BTreeSet<Option<i32>> = cells.blocks.iter().map(|block| block.year).collect();
    if total.year.is_none() && years.len() > 1 {
        let named = |year: &Option<i32>| year.map_or("none".to_owned(), |year| year.to_string());
        let list: Vec<String> = years.iter().map(named).collect();
        return Err(ControlError::NoYear(list.join(", ")));
    }
    let (id, node) = match cells.node(&total.org_unit) {
        NodeLookup::Found(id, node) => (id, node),
        NodeLookup::Several(ids) => {
            return Err(ControlError::AmbiguousUnit {
                key: total.org_unit.clone(),
                ids: ids.to_vec(),
            });
        }
        NodeLookup::Unknown => return Err(ControlError::UnknownUnit(total.org_unit.clone())),
    };
    Ok(Control {
        total: position,
        org_unit: id.to_owned(),
        level: node.level,
        cells: ControlCells {
            units: node.units.clone(),
            columns: columns(total.people(), block)?,
            target: total.population,
        },
    })
}

/// The columns that together hold exactly these people.
fn columns(wanted: People, block: &Block) -> Result<Vec<u32>, ControlError> {
    let has = |sex: Sex| block.columns.iter().any(|column| column.people.sex == sex);
    let sexes = match wanted.sex {
        Sex::Total if has(Sex::Total) => vec![Sex::Total],
        Sex::Total => vec![Sex::Female, Sex::Male],
        _ if !has(wanted.sex) && has(Sex::Total) => return Err(ControlError::NoSexes { wanted }),
        one => vec![one],
    };
    let mut columns = Vec::new();
    for sex in sexes {
        let wanted = People { sex, ..wanted };
        let mut reached = Some(wanted.first());
        for (at, column) in (0_u32..).zip(&block.columns) {
            let band = column.people;
            if band.sex != sex || !band.overlaps(&wanted) {
                continue;
            }
            if !wanted.holds(&band) {
                return Err(ControlError::CutBand { wanted, band });
            }
            if reached != Some(band.first()) {
                break;
            }
            reached = band.beyond();
            columns.push(at);
        }
        if reached != wanted.beyond() {
            let missing = People {
                ages: AgeBand::from_ends(reached, wanted.beyond()),
                ..wanted
            };
            return Err(ControlError::NoColumn { wanted, missing });
        }
    }
    columns.sort_unstable();
    Ok(columns)
}
