//! Growth by which people of the last year at hand are carried forward: one for all units, or one a unit.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use pop_sums::column_names::{HeaderProblem, PassedOver, check_header};
use pop_sums::{SumsTable, Unit, UnterminatedLine, check_last_line};

/// The largest growth or decline in a year that is taken for one: beyond it a share was written as a percentage.
const LARGEST: f64 = 0.25;
/// The columns of a file of growth; `source` may be missing where one is given for all.
const COLUMNS: [&str; 3] = ["org_unit", "growth", "source"];

/// The growth of a population in one year.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// As a share of the people of the year before.
    pub rate: f64,
    /// Who says so.
    pub source: String,
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = format!("{:.4}", 100.0 * self.rate);
        let percent = percent.trim_end_matches('0').trim_end_matches('.');
        write!(f, "{percent} % a year ({})", self.source)
    }
}

/// The growth of every unit.
#[derive(Debug, Clone, PartialEq)]
pub enum Projection {
    /// The same for all.
    Everywhere(Growth),
    /// By id; a unit without one takes that of the nearest unit above it.
    ByUnit(BTreeMap<String, Growth>),
}

/// Why a growth cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// Not a growth.
    #[error("{0:?} is not a valid growth in a year, expected a share such as 0.025 or 2.5%")]
    NotAGrowth(String),
    /// A growth no population has.
    #[error("a growth of {0} is more than 25 % a year, expected a share such as 0.025 or 2.5%")]
    TooLarge(String),
    /// A column is missing.
    #[error("no column {name}, found {found}")]
    MissingColumn {
        /// The column.
        name: &'static str,
        /// The header.
        found: String,
    },
    /// A column twice, or one that growth is not by.
    #[error("{0}")]
    Header(String),
    /// The last line may have been cut.
    #[error(transparent)]
    Unterminated(#[from] UnterminatedLine),
    /// A line that cannot be used.
    #[error("line {line}: {what}")]
    Line {
        /// From 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// Not text in UTF-8.
    #[error("the text is not UTF-8")]
    Encoding,
    /// No line below the header.
    #[error("no growth in the file")]
    Empty,
}

impl ProjectionError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotAGrowth(_) | Self::TooLarge(_) => {
                "the growth in one year, with a point: growth=0.025 or growth=2.5%"
            }
            Self::Encoding => "save the file again as \"CSV UTF-8\"",
            Self::Unterminated(line) => line.hint(),
            Self::MissingColumn { .. } | Self::Header(_) | Self::Line { .. } | Self::Empty => {
                "the columns are org_unit,growth,source, with commas between them, and others such as note; growth is a share such as 0.025, or 2.5%"
            }
        }
    }
}

/// A growth in a year, as a share: `0.025`, or `2.5%`.
///
/// # Errors
/// Text that is not a number, and more than 25 % a year.
pub fn growth_rate(text: &str) -> Result<f64, ProjectionError> {
    let wrong = || ProjectionError::NotAGrowth(text.to_owned());
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
    let rate = match text.trim().strip_suffix('%') {
        // To twelve decimals, so that 2.9% is 0.029 and not the double below it.
        Some(percent) => (number(percent)? * 1e10).round() / 1e12,
        None => number(text)?,
    };
    if !rate.is_finite() {
        Err(wrong())
    } else if rate.abs() > LARGEST {
        Err(ProjectionError::TooLarge(text.trim().to_owned()))
    } else {
        Ok(rate)
    }
}

impl Projection {
    /// Reads a file of growth by unit: CSV with the columns `org_unit`, `growth`, `source`, found by name.
    /// `source` stands in where the file has none.
    ///
    /// # Errors
    /// [`ProjectionError`], with the line.
    pub fn read(bytes: &[u8], source: Option<&str>) -> Result<Self, ProjectionError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| ProjectionError::Encoding)?;
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let broken = |error: &csv::Error| ProjectionError::Line {
            line: error.position().map_or(1, csv::Position::line),
            what: error.to_string(),
        };
        let header = reader.headers().map_err(|e| broken(&e))?.clone();
        let column = |name: &str| header.iter().position(|h| h.eq_ignore_ascii_case(name));
        let needed = |name: &'static str| {
            column(name).ok_or_else(|| ProjectionError::MissingColumn {
                name,
                found: header.iter().collect::<Vec<_>>().join(","),
            })
        };
        let [unit, growth, sources] = COLUMNS;
        let (unit, growth) = (needed(unit)?, needed(growth)?);
        let of_header = |problem: HeaderProblem| {
            ProjectionError::Header(match problem {
                HeaderProblem::NotRead(found) => format!(
                    "the header has the column {found:?}, and growth is one share of everybody for all years"
                ),
                _ => problem.to_string(),
            })
        };
        let mut checks =
            check_header(header.iter(), &COLUMNS, PassedOver::default()).map_err(of_header)?;
        let sources = match source {
            Some(_) => column(sources),
            None => Some(needed(sources)?),
        };
        check_last_line(text)?;
        let mut by_unit = BTreeMap::new();
        for record in reader.records() {
            let record = record.map_err(|e| broken(&e))?;
            let line = record.position().map_or(0, csv::Position::line);
            checks
                .check_line(|place| record.get(place))
                .map_err(of_header)?;
            let fault = |what: String| ProjectionError::Line { line, what };
            let id = record.get(unit).unwrap_or_default();
            let rate = growth_rate(record.get(growth).unwrap_or_default())
                .map_err(|e| fault(e.to_string()))?;
            let stated = sources.and_then(|column| record.get(column));
            let stated = stated.filter(|text| !text.is_empty()).or(source);
            let Some(stated) = stated else {
                return Err(fault(format!("{id} has no source")));
            };
            if id.is_empty() {
                return Err(fault("no org unit".to_owned()));
            }
            let growth = Growth {
                rate,
                source: stated.to_owned(),
            };
            if by_unit.insert(id.to_owned(), growth).is_some() {
                return Err(fault(format!("{id} is listed twice")));
            }
        }
        if by_unit.is_empty() {
            return Err(ProjectionError::Empty);
        }
        Ok(Self::ByUnit(by_unit))
    }

    /// The ids of a file that are not those of a unit of the sums, or of one above: `is_known` says which others may be there.
    pub fn unmet<'a>(&'a self, table: &SumsTable, is_known: impl Fn(&str) -> bool) -> Vec<&'a str> {
        let Self::ByUnit(by_unit) = self else {
            return Vec::new();
        };
        let mut ids: HashSet<&str> = HashSet::new();
        for unit in &table.units {
            ids.insert(&unit.id);
            ids.extend(unit.path_ids());
        }
        let unmet = by_unit.keys().map(String::as_str);
        unmet
            .filter(|id| !ids.contains(id) && !is_known(id))
            .collect()
    }

    /// The growth of a unit: its own, else that of the nearest unit above it.
    #[must_use]
    pub fn of(&self, unit: &Unit) -> Option<&Growth> {
        match self {
            Self::Everywhere(growth) => Some(growth),
            Self::ByUnit(by_unit) => by_unit
                .get(&*unit.id)
                .or_else(|| unit.path_ids().rev().find_map(|id| by_unit.get(id))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, path: &str) -> Unit {
        Unit {
            id: id.into(),
            code: None,
            name: None,
            level: None,
            path: Some(path.to_owned()),
        }
    }

    #[test]
    fn a_growth_is_a_share_or_a_percentage() {
        assert_eq!(growth_rate("0.025"), Ok(0.025));
        assert_eq!(growth_rate("2.9%"), Ok(0.029));
        assert_eq!(growth_rate("-0.5 %"), Ok(-0.005));
        assert_eq!(growth_rate("0"), Ok(0.0));
        for text in ["", "2,5%", "x", "NaN", "%"] {
            assert!(
                matches!(growth_rate(text), Err(ProjectionError::NotAGrowth(_))),
                "{text}"
            );
        }
        assert!(matches!(
            growth_rate("2.5"),
            Err(ProjectionError::TooLarge(_))
        ));
    }

    #[test]
    fn a_unit_takes_the_growth_of_the_nearest_unit_above() {
        let file = b"growth,org_unit,source\n2%,region,INS\n0.03,district,INS\n";
        let projection = Projection::read(file, None).unwrap();
        let rate = |unit: &Unit| projection.of(unit).map(|growth| growth.rate);
        assert_eq!(
            rate(&unit("ward", "/land/region/district/ward")),
            Some(0.03)
        );
        assert_eq!(rate(&unit("other", "/land/region/other")), Some(0.02));
        assert_eq!(rate(&unit("far", "/land/far")), None);
    }

    #[test]
    fn a_file_needs_sources_and_one_growth_a_unit() {
        let read = |text: &str, source| Projection::read(text.as_bytes(), source);
        assert!(read("org_unit,growth\na,0.02\n", Some("INS")).is_ok());
        assert!(read("org_unit,growth,name,note\na,0.02,A,2022\n", Some("INS")).is_ok());
        for (text, what) in [
            ("org_unit,growth\na,0.02\n", "no column source"),
            (
                "org_unit,growth,source\na,0.02,\n",
                "line 2: a has no source",
            ),
            ("unit,growth,source\na,0.02,x\n", "no column org_unit"),
            ("org_unit;growth;source\na;0,02;x\n", "no column org_unit"),
            (
                "org_unit,growth,source\na,0.02,x\na,0.02,x\n",
                "line 3: a is listed twice",
            ),
            ("org_unit,growth,source\na,2.5,x\n", "more than 25 %"),
            ("org_unit,growth,source\n,0.02,x\n", "no org unit"),
            ("org_unit,growth,source\n", "no growth in the file"),
            ("", "no column org_unit"),
            (
                "org_unit,growth,growth,source\na,0.02,0.03,x\n",
                "the column \"growth\" twice",
            ),
            (
                "org_unit,growth,source,gender\na,0.02,x,f\n",
                "the column \"gender\", and growth is one share of everybody",
            ),
            (
                "org_unit,year,growth,source\na,2011,0.02,x\n",
                "the column \"year\", and growth is one share of everybody for all years",
            ),
            (
                "org_unit,growth,unit,source\na,0.21,percent,x\n",
                "the column \"unit\"",
            ),
            ("org_unit,source,growth\na,x,0.0", "line 2, the last one"),
        ] {
            let error = read(text, None).unwrap_err().to_string();
            assert!(error.contains(what), "{text}: {error}");
        }
        assert_eq!(
            Projection::read(b"\xff\xfeo\0", None),
            Err(ProjectionError::Encoding)
        );
    }
}
