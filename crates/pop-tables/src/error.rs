//! Why figures do not make a table.

use pop_datavalues::bands::BandError;
use pop_datavalues::reference_period::ReferencePeriodError;
use pop_datavalues::rounding::RoundingError;

/// Why figures do not make a table.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TableError {
    /// Nothing to write.
    #[error("no figures: the input has no rows{}", at_level(*.0))]
    Empty(Option<u32>),
    /// Units of several levels: a sum over the table would count people twice.
    #[error("the sums hold the levels {0}: a sum over the table would count people twice")]
    Levels(String),
    /// Units without a level, where others have one.
    #[error("{} without a level, though others have one: {}", units(.0), first(.0))]
    NoLevel(Vec<String>),
    /// A unit and one below it, side by side.
    #[error("org unit {below} lies below {above}: a sum over the table would count people twice")]
    Nested {
        /// The unit above.
        above: String,
        /// The unit below.
        below: String,
    },
    /// Rasters of several products or releases.
    #[error("the sums hold several sources: {0}")]
    Sources(String),
    /// A year is not stated.
    #[error("the sums do not say which year they are about")]
    NoYear,
    /// Several years, where the layout has one.
    #[error("the sums hold the years {0}, and this layout has no column for the year")]
    Years(String),
    /// Rasters that count the same people.
    #[error(transparent)]
    Bands(#[from] BandError),
    /// Neither everybody nor all bands.
    #[error("the sums have neither the whole population nor all its bands")]
    NoTotal,
    /// Units without a value, where every value must be there.
    #[error("{} without a value: {}", units(.0), first(.0))]
    NoValue(Vec<String>),
    /// An ancestor of which the stream says nothing.
    #[error("unit {unit} has the ancestor {ancestor}, which is not in the sums")]
    UnknownAncestor {
        /// Id of the unit.
        unit: String,
        /// Id of the ancestor.
        ancestor: String,
    },
    /// A unit without a path or level.
    #[error("unit {0} has no path: the units above it are unknown")]
    NoPath(String),
    /// A unit above the level that is written, with none below it: its people would be in no row.
    #[error("unit {unit} has no unit of level {level} below it: its people would be in no row")]
    EndsAbove {
        /// Id of the unit.
        unit: String,
        /// The level that is written.
        level: u32,
    },
    /// The place code of a unit is missing or there twice.
    #[error("unit {unit}: {problem}")]
    PlaceCode {
        /// Name and id of the unit.
        unit: String,
        /// What is wrong with its code.
        problem: String,
    },
    /// Two units that the table would call the same.
    #[error(
        "the units {first} and {second} are both called {label:?}: their rows could not be told apart"
    )]
    SameLabel {
        /// The label.
        label: String,
        /// Id of one unit.
        first: String,
        /// Id of the other.
        second: String,
    },
    /// A value that is not a number.
    #[error("the value of {key} is {value:?}, which is not a number")]
    NotANumber {
        /// Element, period and unit.
        key: String,
        /// The value.
        value: String,
    },
    /// Several elements or option combos, where the layout has one figure a unit and period.
    #[error("the data value set fills {0}, and this layout has one figure a unit and period")]
    Elements(String),
    /// A period that is not a year.
    #[error("{0:?} is not a year: this layout makes months of years")]
    Period(String),
    /// Years do not make months.
    #[error(transparent)]
    Reference(#[from] ReferencePeriodError),
    /// Values that cannot be rounded.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
}

fn units(list: &[String]) -> String {
    let noun = if list.len() == 1 { "unit" } else { "units" };
    format!("{} {noun}", list.len())
}

/// The first five of a list.
fn first(list: &[String]) -> String {
    let shown = list.len().min(5);
    let more = if shown < list.len() { ", …" } else { "" };
    format!("{}{more}", list[..shown].join(", "))
}

fn at_level(level: Option<u32>) -> String {
    level.map_or(String::new(), |level| format!(" of level {level}"))
}

impl TableError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Empty(None) => "look whether the command before the pipe has failed",
            Self::Empty(Some(_)) => "give a --level that the sums hold",
            Self::NoLevel(_) => {
                "give every unit its level (fetch-orgunits writes it), or none of them"
            }
            Self::Nested { .. } => {
                "keep the rows of one level, or give the units their levels and choose one with --level"
            }
            Self::Levels(_) => "choose one with --level",
            Self::Sources(_) => "make a table of each source",
            Self::NoYear => "sum again with zonal-sum --label RASTER:year=2025",
            Self::Years(_) => "keep the rows of one year, or take --layout wide",
            Self::NoTotal => "sum the raster of the whole population, or all its bands",
            Self::NoValue(_) => {
                "give the units a polygon, choose a higher --level, or take --layout wide, which leaves the cell empty"
            }
            Self::UnknownAncestor { .. } => {
                "sum the levels above too: fetch-orgunits --level 1,2,3 | zonal-sum -r RASTER"
            }
            Self::EndsAbove { .. } => "choose a higher --level, or sum the units below it too",
            Self::NoPath(_) => "take the org units from fetch-orgunits, which writes the path",
            Self::PlaceCode { .. } => {
                "give the unit its P-code as code (Maintenance app, Organisation units), or take the UIDs with --place-codes id"
            }
            Self::SameLabel { .. } => "name the places by id or code: --location id",
            Self::NotANumber { .. } => "leave text values out of the data value set",
            Self::Elements(_) => "name one with --data-element",
            Self::Period(_) => "give values of years (2025)",
            Self::Bands(error) => return error.hint().to_owned(),
            Self::Reference(error) => return error.hint(),
            Self::Rounding(error) => return error.hint().to_owned(),
        }
        .to_owned()
    }
}
