//! The rules of the DHIS2 guidance on denominators, each flag with its base and threshold.
//!
//! Thresholds are inclusive and judged on unrounded numbers: 100 to 110 is flagged, 1000 to 1099 is not. Changes are
//! measured against the old value; the guide's own indicator recipe divides growth by the second year instead.

use std::fmt;

use pop_datavalues::plausibility::{growth_in_a_year, reaches, relative_change};

use crate::growth;

/// From where on a change is flagged, as shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Growth between two years of one source.
    pub growth: f64,
    /// Difference between sources, or to a stored value.
    pub other_source: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            growth: growth::THRESHOLD,
            other_source: 0.10,
        }
    }
}

/// A rule of the guidance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Growth of the threshold and more over one year.
    Growth,
    /// Fewer people than a year before.
    Decline,
    /// Another source, or the value to be replaced, differs by the threshold and more.
    OtherSource,
    /// A unit is not the sum of those below it.
    ParentSum,
}

/// A rule that was met.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// The rule.
    pub rule: Rule,
    /// What was found, as a share of the base; people for [`Rule::ParentSum`].
    pub found: f64,
    /// What it is a share of.
    pub base: &'static str,
    /// From where on it is flagged.
    pub threshold: f64,
}

impl Rule {
    /// The word in the output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Growth => "growth",
            Self::Decline => "decline",
            Self::OtherSource => "other-source",
            Self::ParentSum => "parent-sum",
        }
    }

    /// Whether it is only noted: the guidance asks to look, not to stop.
    #[must_use]
    pub const fn is_note(self) -> bool {
        matches!(self, Self::Decline)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rule {
            Rule::ParentSum => write!(
                f,
                "{} {:+} people, base {}",
                self.rule.word(),
                self.found,
                self.base
            ),
            _ => write!(
                f,
                "{} {:+.4} % of {}, threshold {} %",
                self.rule.word(),
                100.0 * self.found,
                self.base,
                100.0 * self.threshold
            ),
        }
    }
}

/// What kind of change a pair of figures is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// Over so many years of one source.
    Years(u32),
    /// Of one year: another source, or a value to be replaced.
    Source,
    /// Over years of different sources, which the guidance does not compare.
    NotJudged,
}

/// The flag of a change, where there is one.
pub(crate) fn judge(old: f64, new: f64, kind: ChangeKind, thresholds: &Thresholds) -> Option<Flag> {
    match kind {
        ChangeKind::NotJudged => None,
        ChangeKind::Years(years) => {
            let found = growth_in_a_year(old, new, i32::try_from(years).ok()?)?;
            let rule = match growth::judge(found, thresholds.growth)? {
                growth::GrowthFlag::High => Rule::Growth,
                growth::GrowthFlag::Negative => Rule::Decline,
            };
            Some(Flag {
                rule,
                found,
                base: if years == 1 {
                    "year 1"
                } else {
                    "year 1, a year"
                },
                threshold: if rule == Rule::Growth {
                    thresholds.growth
                } else {
                    0.0
                },
            })
        }
        ChangeKind::Source => {
            let found = relative_change(old, new)?;
            reaches(found.abs(), thresholds.other_source).then_some(Flag {
                rule: Rule::OtherSource,
                found,
                base: "old",
                threshold: thresholds.other_source,
            })
        }
    }
}
