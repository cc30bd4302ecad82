//! The rules of the DHIS2 guidance on denominators, each flag with its base and threshold.
//!
//! Thresholds are inclusive and judged on unrounded numbers: 100 to 110 is flagged, 1000 to 1099 is not. Changes are
//! measured against the old value; the guide's own indicator recipe divides growth by the second year instead.

use std::fmt;

use pop_datavalues::plausibility::growth_in_a_year;
use pop_sums::change::{reaches, relative_change};

/// From where on a change is flagged, as shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Growth between two years of one source.
    pub growth: f64,
    /// Difference between sources, or to a stored value.
    pub other_source: f64,
    /// Difference of an implied rate from the reference.
    pub rate: f64,
    /// Difference of routine coverage from that of a survey.
    pub survey: f64,
    /// Coverage above which it is flagged; this one is not included.
    pub coverage: f64,
    /// Men per woman: limits of this tool, not of the guidance.
    pub sex_ratio: [f64; 2],
    /// People under 15 and from 65 on, per person between: limits of this tool.
    pub dependency_ratio: [f64; 2],
    /// Share of people under five: limits of this tool.
    pub under_five: [f64; 2],
    /// Children under five per woman of 15 to 49: limits of this tool.
    pub child_woman_ratio: [f64; 2],
}

impl Default for Thresholds {
    fn default() -> Self {
        let limits = pop_datavalues::mapping::Limits::default();
        Self {
            growth: limits.growth,
            other_source: 0.10,
            rate: 0.20,
            survey: 0.10,
            coverage: 1.0,
            sex_ratio: limits.sex_ratio,
            dependency_ratio: [0.3, 1.3],
            under_five: limits.under_five,
            child_woman_ratio: [0.1, 1.0],
        }
    }
}

/// A rule.
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
    /// A rate of two figures differs from one from elsewhere.
    ImpliedRate,
    /// Routine coverage differs from that of a survey.
    Survey,
    /// More people reached than there are.
    Coverage,
    /// A ratio of age bands beyond limits of this tool.
    Limit,
}

/// A rule that was met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flag {
    /// The rule.
    pub rule: Rule,
    /// What was found: a share of the base; people for [`Rule::ParentSum`]; the ratio for [`Rule::Limit`].
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
            Self::ImpliedRate => "implied-rate",
            Self::Survey => "survey",
            Self::Coverage => "coverage",
            Self::Limit => "limit",
        }
    }

    /// Whether it is only noted: the guidance asks to look, or the limit is not the guidance's.
    #[must_use]
    pub const fn is_note(self) -> bool {
        matches!(self, Self::Decline | Self::Limit)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.rule.word();
        match self.rule {
            Rule::ParentSum => write!(f, "{word} {:+} people, base {}", self.found, self.base),
            Rule::Limit => write!(
                f,
                "{word} {:.4}, {} {} (of this tool, not of the guidance)",
                self.found, self.base, self.threshold
            ),
            Rule::Coverage => write!(
                f,
                "{word} {:.4} % of {}, threshold {} %",
                100.0 * self.found,
                self.base,
                100.0 * self.threshold
            ),
            _ => write!(
                f,
                "{word} {:+.4} % of {}, threshold {} %",
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
            growth_flag(found, years, thresholds.growth)
        }
        ChangeKind::Source => differs(old, new, Rule::OtherSource, "old", thresholds.other_source),
    }
}

fn growth_flag(found: f64, years: u32, threshold: f64) -> Option<Flag> {
    let base = if years == 1 {
        "year 1"
    } else {
        "year 1, a year"
    };
    let (rule, threshold) = if found < 0.0 {
        (Rule::Decline, 0.0)
    } else if reaches(found, threshold) {
        (Rule::Growth, threshold)
    } else {
        return None;
    };
    Some(Flag {
        rule,
        found,
        base,
        threshold,
    })
}

/// The flag of a value that differs from another by the threshold and more, either way.
pub(crate) fn differs(
    from: f64,
    to: f64,
    rule: Rule,
    base: &'static str,
    threshold: f64,
) -> Option<Flag> {
    let found = relative_change(from, to)?;
    reaches(found.abs(), threshold).then_some(Flag {
        rule,
        found,
        base,
        threshold,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_included_and_the_base_is_the_first_year() {
        let thresholds = Thresholds::default();
        let rule =
            |old, new| judge(old, new, ChangeKind::Years(1), &thresholds).map(|flag| flag.rule);
        assert_eq!(rule(100.0, 110.0), Some(Rule::Growth));
        assert_eq!(rule(30.0, 33.0), Some(Rule::Growth));
        assert_eq!(rule(0.1, 0.11), Some(Rule::Growth));
        assert_eq!(rule(1000.0, 1099.0), None);
        assert_eq!(rule(110.0, 100.0), Some(Rule::Decline));
        assert_eq!(rule(0.0, 5.0), None);
        // 21 % over two years are 10 % a year.
        let flag = judge(100.0, 121.0, ChangeKind::Years(2), &thresholds).unwrap();
        assert!((flag.found - 0.10).abs() < 1e-12);
    }

    #[test]
    fn another_source_is_flagged_either_way() {
        let thresholds = Thresholds::default();
        let is_flagged = |old, new| judge(old, new, ChangeKind::Source, &thresholds).is_some();
        assert!(is_flagged(100.0, 110.0) && is_flagged(100.0, 90.0) && is_flagged(1000.0, 900.0));
        assert!(!is_flagged(1000.0, 1099.0) && !is_flagged(110.0, 100.0));
    }
}
