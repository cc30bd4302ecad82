//! One figure, and what a pair of figures is.

use std::fmt;

use pop_sums::Sex;

/// What a figure is about, never where it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Key {
    /// UID of the unit, or its code.
    pub org_unit: String,
    /// Year of sums.
    pub year: Option<i32>,
    /// Sex of sums.
    pub sex: Option<Sex>,
    /// First age of sums; `None` for all ages.
    pub age_from: Option<u32>,
    /// First age no longer counted.
    pub age_to: Option<u32>,
    /// Data element of data values.
    pub data_element: String,
    /// Period of data values.
    pub period: String,
    /// Category option combo of data values; empty for the default one.
    pub category_option_combo: String,
    /// Attribute option combo of data values; empty for the default one.
    pub attribute_option_combo: String,
}

/// One figure of a side.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What it is about.
    pub key: Key,
    /// Code of the unit.
    pub code: Option<String>,
    /// Name of the unit.
    pub name: Option<String>,
    /// Level of the unit.
    pub level: Option<u32>,
    /// Id of the unit above.
    pub parent: Option<String>,
    /// Ids from the root to the unit.
    pub path: Option<String>,
    /// People; `None` when unknown.
    pub value: Option<f64>,
    /// People before raking.
    pub unadjusted: Option<f64>,
}

/// How two figures of one key differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Equal, or without a value on both sides.
    Same,
    /// By at most 1.
    Rounding,
    /// By more than 1.
    Changed,
    /// From 0 to people: there is no percentage.
    FromZero,
    /// From people to 0.
    ToZero,
    /// From no value to one.
    Gained,
    /// From a value to none.
    Lost,
    /// The key is on the old side only.
    OnlyOld,
    /// The key is on the new side only.
    OnlyNew,
}

impl Class {
    /// All classes, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::Same,
        Self::Rounding,
        Self::Changed,
        Self::FromZero,
        Self::ToZero,
        Self::Gained,
        Self::Lost,
        Self::OnlyOld,
        Self::OnlyNew,
    ];

    /// The word in the output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Rounding => "rounding",
            Self::Changed => "changed",
            Self::FromZero => "from-zero",
            Self::ToZero => "to-zero",
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::OnlyOld => "only-old",
            Self::OnlyNew => "only-new",
        }
    }

    /// The class of two figures; the outer option is whether the key is there.
    pub(crate) fn of(old: Option<Option<f64>>, new: Option<Option<f64>>) -> Self {
        match (old, new) {
            (Some(old), Some(new)) => match (old, new) {
                (None, None) => Self::Same,
                (None, Some(_)) => Self::Gained,
                (Some(_), None) => Self::Lost,
                (Some(old), Some(new)) if old == new => Self::Same,
                (Some(0.0), Some(_)) => Self::FromZero,
                (Some(_), Some(0.0)) => Self::ToZero,
                (Some(old), Some(new)) if (new - old).abs() <= 1.0 => Self::Rounding,
                _ => Self::Changed,
            },
            (_, None) => Self::OnlyOld,
            (None, _) => Self::OnlyNew,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
