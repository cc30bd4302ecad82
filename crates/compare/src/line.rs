//! One line of the output.

use std::collections::BTreeMap;

use pop_compare::coverage::CoverageRow;
use pop_compare::indicators::IndicatorRow;
use pop_compare::{Comparison, Dimensions, Flag, Group, GroupSum, Row, Unit};
use serde::Serialize;

/// What a comparison leads to.
pub(crate) struct Findings {
    pub(crate) comparison: Comparison,
    /// Ratios of age bands, and implied rates.
    pub(crate) indicators: Vec<IndicatorRow>,
    pub(crate) coverage: Vec<CoverageRow>,
}

impl Findings {
    /// Whether a rule flags anything; notes are no flags.
    pub(crate) fn is_flagged(&self) -> bool {
        self.flags().any(|(_, flag)| !flag.rule.is_note())
    }

    /// Every flag with the level of its unit.
    pub(crate) fn flags(&self) -> impl Iterator<Item = (Option<u32>, &Flag)> {
        let level = |unit: u32| self.comparison.units[unit as usize].level;
        let rows = self.comparison.rows.iter();
        let rows =
            rows.flat_map(move |row| row.flag.iter().map(move |flag| (level(row.unit), flag)));
        let groups = self.comparison.groups.iter().flat_map(|group| {
            let level = match group.group {
                Group::Level(level) => Some(level),
                Group::Parent(_) => None,
            };
            group.flags.iter().map(move |flag| (level, flag))
        });
        let indicators = self.indicators.iter();
        let indicators = indicators
            .flat_map(move |row| row.flags.iter().map(move |flag| (level(row.unit), flag)));
        let coverage = self.coverage.iter().flat_map(move |row| {
            let level = row.unit.and_then(level);
            row.flags.iter().map(move |flag| (level, flag))
        });
        rows.chain(groups).chain(indicators).chain(coverage)
    }

    /// Flags by level and rule.
    pub(crate) fn flags_by_level(&self) -> BTreeMap<String, BTreeMap<&'static str, usize>> {
        let mut counts: BTreeMap<String, BTreeMap<&'static str, usize>> = BTreeMap::new();
        for (level, flag) in self.flags() {
            let level = level.map_or("none".to_owned(), |level| level.to_string());
            *counts
                .entry(level)
                .or_default()
                .entry(flag.rule.word())
                .or_default() += 1;
        }
        counts
    }
}

/// One line: a figure, a sum over a level or below a parent, an indicator, a coverage.
#[derive(Clone, Default, Serialize)]
pub(crate) struct Line<'a> {
    pub(crate) measure: &'static str,
    pub(crate) org_unit: &'a str,
    pub(crate) code: &'a str,
    pub(crate) name: &'a str,
    pub(crate) level: Option<u32>,
    pub(crate) year: Option<i32>,
    pub(crate) sex: Option<char>,
    pub(crate) age_from: Option<u32>,
    pub(crate) age_to: Option<u32>,
    pub(crate) data_element: &'a str,
    pub(crate) period: &'a str,
    pub(crate) category_option_combo: &'a str,
    pub(crate) attribute_option_combo: &'a str,
    pub(crate) old: Option<f64>,
    pub(crate) new: Option<f64>,
    pub(crate) difference: Option<f64>,
    pub(crate) percent: Option<f64>,
    pub(crate) class: &'static str,
    pub(crate) grid_difference: Option<f64>,
    pub(crate) adjustment_difference: Option<f64>,
    pub(crate) flags: String,
    pub(crate) annual_percent: Option<f64>,
    pub(crate) indicator: &'a str,
    pub(crate) numerator: Option<f64>,
    pub(crate) missing_months: Option<u32>,
}

/// A flag in the JSON.
#[derive(Serialize)]
struct RuleMet {
    rule: &'static str,
    found: f64,
    base: &'static str,
    threshold: f64,
    note: bool,
}

/// A line in the JSON: its flags as text and as members.
#[derive(Serialize)]
pub(crate) struct JsonLine<'a> {
    #[serde(flatten)]
    line: Line<'a>,
    rules: Vec<RuleMet>,
}

fn rules<'f>(flags: impl IntoIterator<Item = &'f Flag>) -> Vec<RuleMet> {
    flags
        .into_iter()
        .map(|flag| RuleMet {
            rule: flag.rule.word(),
            found: flag.found,
            base: flag.base,
            threshold: flag.threshold,
            note: flag.rule.is_note(),
        })
        .collect()
}

fn texts<'f>(flags: impl IntoIterator<Item = &'f Flag>) -> String {
    let mut text = String::new();
    for flag in flags {
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(&flag.to_string());
    }
    text
}

fn percent(share: Option<f64>) -> Option<f64> {
    share.map(|share| 100.0 * share)
}

fn difference(old: Option<f64>, new: Option<f64>) -> Option<f64> {
    Some(new? - old?)
}

fn relative(old: Option<f64>, new: Option<f64>) -> Option<f64> {
    let old = old.filter(|&old| old > 0.0)?;
    Some(100.0 * (new? - old) / old)
}

impl<'a> Line<'a> {
    pub(crate) fn of_dimensions(measure: &'static str, dimensions: &'a Dimensions) -> Self {
        Self {
            measure,
            year: dimensions.year,
            sex: dimensions.sex.map(pop_sums::Sex::letter),
            age_from: dimensions.age_from,
            age_to: dimensions.age_to,
            data_element: &dimensions.data_element,
            period: &dimensions.period,
            category_option_combo: &dimensions.category_option_combo,
            attribute_option_combo: &dimensions.attribute_option_combo,
            ..Self::default()
        }
    }

    pub(crate) fn of_unit(
        measure: &'static str,
        unit: &'a Unit,
        dimensions: &'a Dimensions,
    ) -> Self {
        Self {
            org_unit: &unit.key,
            code: unit.code.as_deref().unwrap_or_default(),
            name: unit.name.as_deref().unwrap_or_default(),
            level: unit.level,
            ..Self::of_dimensions(measure, dimensions)
        }
    }

    pub(crate) fn of_row(comparison: &'a Comparison, row: &'a Row) -> Self {
        Self {
            old: row.old,
            new: row.new,
            difference: row.difference(),
            percent: percent(row.share()),
            class: row.class.word(),
            grid_difference: row.grid_difference,
            adjustment_difference: row.adjustment_difference(),
            flags: texts(&row.flag),
            annual_percent: percent(comparison.annual_share(row.old, row.new)),
            ..Self::of_unit("figure", comparison.unit(row), comparison.dimensions(row))
        }
    }

    pub(crate) fn of_group(comparison: &'a Comparison, group: &'a GroupSum) -> Self {
        let dimensions = &comparison.dimensions[group.dimensions as usize];
        let share = group.share();
        let line = Self {
            old: group.old,
            new: group.new,
            difference: difference(group.old, group.new),
            percent: percent(share),
            class: if group.has_same_units {
                ""
            } else {
                "other-units"
            },
            flags: texts(&group.flags),
            annual_percent: percent(
                share.and_then(|_| comparison.annual_share(group.old, group.new)),
            ),
            ..Self::of_dimensions("level", dimensions)
        };
        match &group.group {
            Group::Level(level) => Self {
                level: Some(*level),
                ..line
            },
            Group::Parent(parent) => {
                let units = &comparison.units;
                let known = units.binary_search_by(|unit| unit.key.cmp(parent));
                let known = known.ok().map(|at| &units[at]);
                Self {
                    measure: "parent",
                    org_unit: parent,
                    name: known
                        .and_then(|unit| unit.name.as_deref())
                        .unwrap_or_default(),
                    ..line
                }
            }
        }
    }

    pub(crate) fn of_indicator(comparison: &'a Comparison, row: &'a IndicatorRow) -> Self {
        let unit = &comparison.units[row.unit as usize];
        Self {
            old: row.old,
            new: row.new,
            difference: difference(row.old, row.new),
            percent: relative(row.old, row.new),
            flags: texts(&row.flags),
            indicator: &row.name,
            ..Self::of_unit("indicator", unit, &row.dimensions)
        }
    }

    pub(crate) fn of_coverage(comparison: &'a Comparison, row: &'a CoverageRow) -> Self {
        let (old, new) = (percent(row.old), percent(row.new));
        let line = match row.unit {
            Some(unit) => Self::of_unit(
                "coverage",
                &comparison.units[unit as usize],
                &row.dimensions,
            ),
            None => Self {
                org_unit: &row.org_unit,
                ..Self::of_dimensions("coverage", &row.dimensions)
            },
        };
        Self {
            old,
            new,
            difference: difference(old, new),
            percent: relative(old, new),
            class: row.class.word(),
            flags: texts(&row.flags),
            numerator: row.numerator,
            missing_months: row.numerator.map(|_| row.missing_months),
            ..line
        }
    }

    /// Whom the line counts, for people.
    pub(crate) fn who(&self) -> String {
        let dimensions = Dimensions {
            year: self.year,
            sex: None,
            age_from: self.age_from,
            age_to: self.age_to,
            data_element: self.data_element.into(),
            period: self.period.into(),
            category_option_combo: self.category_option_combo.into(),
            attribute_option_combo: self.attribute_option_combo.into(),
        };
        let sex = self.sex.map(String::from).into_iter();
        let words: Vec<String> = sex
            .chain([dimensions.to_string()])
            .filter(|word| !word.is_empty())
            .collect();
        words.join(" ")
    }

    /// The unit's name, else its key.
    pub(crate) fn unit(&self) -> &'a str {
        if self.name.is_empty() {
            self.org_unit
        } else {
            self.name
        }
    }
}

impl<'a> JsonLine<'a> {
    pub(crate) fn of_row(comparison: &'a Comparison, row: &'a Row) -> Self {
        Self {
            line: Line::of_row(comparison, row),
            rules: rules(&row.flag),
        }
    }

    pub(crate) fn of_group(comparison: &'a Comparison, group: &'a GroupSum) -> Self {
        Self {
            line: Line::of_group(comparison, group),
            rules: rules(&group.flags),
        }
    }

    pub(crate) fn of_indicator(comparison: &'a Comparison, row: &'a IndicatorRow) -> Self {
        Self {
            line: Line::of_indicator(comparison, row),
            rules: rules(&row.flags),
        }
    }

    pub(crate) fn of_coverage(comparison: &'a Comparison, row: &'a CoverageRow) -> Self {
        Self {
            line: Line::of_coverage(comparison, row),
            rules: rules(&row.flags),
        }
    }
}
