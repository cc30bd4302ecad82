//! Why sides cannot be compared.

use pop_datavalues::Period;
use pop_datavalues::conversion::ConversionError;
use pop_datavalues::reference_period::ReferencePeriodError;
use pop_datavalues::resolved_mapping::ResolveError;

/// Why a side cannot be read, or two sides cannot be compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CompareError {
    /// No figure.
    #[error("no figures to compare")]
    Empty,
    /// A key that is there twice.
    #[error("{0} is there twice")]
    Twice(String),
    /// A unit without a code.
    #[error("unit {0} has no code")]
    NoCode(String),
    /// Two units with one code.
    #[error("units {first} and {second} have the code {code:?}")]
    CodeTwice {
        /// The code.
        code: String,
        /// Id of a unit with it.
        first: String,
        /// Id of another.
        second: String,
    },
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
    /// Sums on one side, data values on the other, and nothing that says what goes where.
    #[error("sums on one side and data values on the other")]
    OtherKind,
    /// Units are ids on one side and codes on the other.
    #[error("org units are named by id on one side and by {0} on the other")]
    OtherIds(String),
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
    /// Age bands of which none is on both sides.
    #[error("the age bands of the two sides have none in common: {old} and {new}")]
    OtherBands {
        /// Bands of the old side.
        old: String,
        /// Bands of the new side.
        new: String,
    },
    /// Units without a level beside others that have one.
    #[error("without a level, though others have one: {}", few(.0))]
    NoLevel(Vec<String>),
    /// Pieces of a crosswalk that are not of the raster of the units.
    #[error("the pieces are of {pieces}, the {side} side of {units}")]
    OtherPieces {
        /// `old` or `new`.
        side: &'static str,
        /// Years, or sources, of the pieces.
        pieces: String,
        /// Those of the side.
        units: String,
    },
    /// Several levels in the sums that a mapping is applied to.
    #[error("the sums hold the levels {0}")]
    SeveralLevels(String),
    /// A mapping whose names lead nowhere.
    #[error(transparent)]
    Mapping(#[from] ResolveError),
    /// Years that do not make the periods of the data set.
    #[error(transparent)]
    Periods(#[from] ReferencePeriodError),
    /// Sums of which the mapping makes no values.
    #[error(transparent)]
    Conversion(#[from] ConversionError),
    /// A period type that is not one.
    #[error("data set {set:?}: {what}")]
    PeriodType {
        /// Name of the data set.
        set: String,
        /// What is wrong.
        what: String,
    },
    /// Rows of a numerator, a reference or a survey that cannot be used.
    #[error("{0}")]
    Rows(String),
    /// Periods of a numerator that have a day in common.
    #[error(
        "{unit}: the periods {before} and {after} of the numerator overlap, expected each day in one"
    )]
    Overlap {
        /// Id of the unit.
        unit: String,
        /// The one that starts first.
        before: Period,
        /// The other.
        after: Period,
    },
    /// A numerator of other years than the figures.
    #[error("the numerator is of {found}, the figures compared are of {expected}")]
    OtherNumeratorYears {
        /// Years of the numerator.
        found: String,
        /// Years that are compared.
        expected: String,
    },
    /// Several groups of people, of which one is to be chosen.
    #[error("the figures count several groups: {0}")]
    SeveralGroups(String),
    /// A group that is not there.
    #[error("no figures of {wanted}, there are: {known}")]
    UnknownGroup {
        /// What was asked for.
        wanted: String,
        /// What there is.
        known: String,
    },
}

/// The first five of some units.
fn few(units: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<&str> = units.iter().take(SHOWN).map(String::as_str).collect();
    match units.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

impl CompareError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Empty => "look at the tool that wrote the file",
            Self::Twice(_) => "compare one raster of each sex and age range, and one file a side",
            Self::NoCode(_) => "match units by id: leave --by code out",
            Self::CodeTwice { .. } => "match units by id, or give each unit a code of its own",
            Self::MixedSources(_) => "compare one product and release at a time",
            Self::NotANumber { .. } => "compare data elements of numbers",
            Self::OtherKind => "name what goes where: --mapping FILE, as to-datavalueset takes it",
            Self::OtherIds(_) => "match units by code: --by code, with --org-units FILE for the ids",
            Self::OtherLevels { .. } | Self::SeveralLevels(_) => {
                "name the level to compare: --level N"
            }
            Self::NoLevel(_) => {
                "give every unit its level (fetch-orgunits writes it), or none of them"
            }
            Self::OtherPieces { .. } => {
                "sum units and pieces over one raster, of the files that were cut"
            }
            Self::OtherNumeratorYears { .. } => {
                "name a numerator with periods of the years that are compared"
            }
            Self::OtherYears { .. } => "compare files with a year in common, or with one year each",
            Self::OtherBands { .. } => "sum the same bands on both sides",
            Self::Mapping(_) => {
                "codes and names are looked up in a metadata document: --metadata FILE (see fetch-metadata)"
            }
            Self::Periods(error) => return error.hint(),
            Self::Conversion(error) => return error.hints().join("; "),
            Self::PeriodType { .. } => "fetch the metadata again: fetch-metadata --data-set SET",
            Self::Rows(_) => "see the page on comparing: columns and forms of the side inputs",
            Self::Overlap { .. } => "leave out one of the two, such as the year or its months",
            Self::SeveralGroups(_) => "name one: --denominator GROUP",
            Self::UnknownGroup { .. } => "name one of these groups",
        }
        .to_owned()
    }
}
