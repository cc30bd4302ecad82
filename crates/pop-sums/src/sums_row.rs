//! One row of the stream.

use crate::{Reason, Sex, Status};

/// Names of the columns, in the order they are written. New ones are added at the end.
pub const COLUMNS: [&str; 21] = [
    "org_unit",
    "code",
    "name",
    "level",
    "path",
    "raster",
    "source",
    "year",
    "sex",
    "age_from",
    "age_to",
    "population",
    "cells",
    "area_cells",
    "inside_share",
    "status",
    "reasons",
    "method",
    "rows",
    "adjustment",
    "unadjusted",
];

/// How many of [`COLUMNS`] every stream has; the others are written where some row was adjusted.
pub(crate) const UNADJUSTED_COLUMNS: usize = 19;

/// Numbers of the columns in [`COLUMNS`].
pub(crate) mod column {
    pub(crate) const ORG_UNIT: usize = 0;
    pub(crate) const LEVEL: usize = 3;
    pub(crate) const PATH: usize = 4;
    pub(crate) const RASTER: usize = 5;
    pub(crate) const SOURCE: usize = 6;
    pub(crate) const YEAR: usize = 7;
    pub(crate) const SEX: usize = 8;
    pub(crate) const AGE_FROM: usize = 9;
    pub(crate) const AGE_TO: usize = 10;
    pub(crate) const POPULATION: usize = 11;
    pub(crate) const CELLS: usize = 12;
    pub(crate) const AREA_CELLS: usize = 13;
    pub(crate) const INSIDE_SHARE: usize = 14;
    pub(crate) const STATUS: usize = 15;
    pub(crate) const REASONS: usize = 16;
    pub(crate) const METHOD: usize = 17;
    pub(crate) const ROWS: usize = 18;
    pub(crate) const ADJUSTMENT: usize = 19;
    pub(crate) const UNADJUSTED: usize = 20;
}

/// People of one org unit in one raster. The column `rows` is not here: writers
/// and readers derive it from the whole stream.
#[derive(Debug, Clone, PartialEq)]
pub struct SumsRow {
    /// UID, or the chosen id.
    pub org_unit: String,
    /// Code of the unit.
    pub code: Option<String>,
    /// Name of the unit.
    pub name: Option<String>,
    /// Level in the hierarchy, 1 for the root.
    pub level: Option<u32>,
    /// Ids from the root to the unit: `/root/…/self`.
    pub path: Option<String>,
    /// Stem of the raster's file, or the name it was given.
    pub raster: String,
    /// What the raster is, whatever its name: see `pop_worldpop::RasterName::source`. Empty when unknown.
    pub source: String,
    /// Year of the raster.
    pub year: Option<i32>,
    /// Sex of the people counted.
    pub sex: Option<Sex>,
    /// First age in whole years; `None` together with `age_to` for all ages.
    pub age_from: Option<u32>,
    /// First age no longer counted; `None` with `age_from` set for "and over".
    pub age_to: Option<u32>,
    /// People, `None` when unknown.
    pub population: Option<f64>,
    /// Valid cells covered, in cells.
    pub cells: Option<f64>,
    /// The unit's area, in cells.
    pub area_cells: Option<f64>,
    /// Share of that area inside the raster's extent, 0 to 1.
    pub inside_share: Option<f64>,
    /// How far the number can be trusted.
    pub status: Status,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Coverage rule.
    pub method: String,
    /// What was done to the sum, such as `raked=ine2022*1.0412`; several joined by a comma.
    pub adjustment: Option<String>,
    /// People before that.
    pub unadjusted: Option<f64>,
}
