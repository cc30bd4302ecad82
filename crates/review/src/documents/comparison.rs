//! The comparison of `compare --format json`.

use std::collections::BTreeMap;

use pop_sums::AgeBand;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct ComparisonFile {
    pub(crate) old: Side,
    pub(crate) new: Side,
    #[serde(default)]
    pub(crate) notes: Vec<String>,
    pub(crate) classes: BTreeMap<String, usize>,
    pub(crate) figures: Vec<Line>,
    pub(crate) sums: Vec<Line>,
}

/// What one side holds.
#[derive(Debug, Deserialize)]
pub(crate) struct Side {
    #[serde(default)]
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) years: Vec<String>,
}

/// A figure or a sum: see docs/formats.md, "Comparison".
#[derive(Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) measure: String,
    pub(crate) org_unit: String,
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) level: Option<u32>,
    pub(crate) year: Option<i32>,
    pub(crate) sex: Option<String>,
    pub(crate) age_from: Option<u32>,
    pub(crate) age_to: Option<u32>,
    #[serde(default)]
    pub(crate) data_element: String,
    #[serde(default)]
    pub(crate) period: String,
    #[serde(default)]
    pub(crate) category_option_combo: String,
    pub(crate) old: Option<f64>,
    pub(crate) new: Option<f64>,
    pub(crate) difference: Option<f64>,
    pub(crate) percent: Option<f64>,
    #[serde(default)]
    pub(crate) flags: String,
}

/// What a line counts, apart from the unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Counted {
    /// Both sexes and all ages come first.
    is_part: bool,
    pub(crate) year: Option<i32>,
    pub(crate) sex: String,
    /// `None` for all ages.
    pub(crate) ages: Option<AgeBand>,
    pub(crate) data_element: String,
    pub(crate) period: String,
    pub(crate) combo: String,
}

impl ComparisonFile {
    /// Whether units of several levels are compared: the figures of one level are sums of another.
    pub(crate) fn has_several_levels(&self) -> bool {
        let mut levels = self.figures.iter().map(|figure| figure.level);
        let first = levels.next();
        levels.any(|level| Some(level) != first)
    }
}

impl Line {
    pub(crate) fn counted(&self) -> Counted {
        let sex = self
            .sex
            .clone()
            .filter(|sex| sex != "t")
            .unwrap_or_default();
        let ages = AgeBand::from_ends(self.age_from, self.age_to);
        Counted {
            is_part: !sex.is_empty() || ages.is_some(),
            year: self.year,
            sex,
            ages,
            data_element: self.data_element.clone(),
            period: self.period.clone(),
            combo: self.category_option_combo.clone(),
        }
    }
}
