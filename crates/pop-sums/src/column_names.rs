//! Columns of tables that people make by hand: those that are there twice, and those that say sex, age or year by another name, or another day,
//! unit or data element. Passed over, a column of one sex would make its people everybody. Others (`name`, `note`) may be there.

/// The day that a number is of, where the year is not asked for.
pub const DATE: &str = "date";
/// The unit that a number is in.
pub const UNIT: &str = "unit";
/// What a number counts.
pub const DATA_ELEMENT: &str = "data_element";

/// Other names of the columns that say whom a number counts, and of when and in which unit, lower case, blanks and hyphens as underscores.
const OTHER_NAMES: [(&str, &[&str]); 7] = [
    (
        "sex",
        &["gender", "sexe", "sexo", "genre", "genero", "género"],
    ),
    (
        "age_from",
        &[
            "age",
            "ages",
            "age_min",
            "min_age",
            "agemin",
            "from_age",
            "age_start",
            "start_age",
            "age_lower",
            "age_group",
            "agegroup",
            "age_band",
            "âge",
            "edad",
            "idade",
            "groupe_age",
            "tranche_age",
        ],
    ),
    (
        "age_to",
        &[
            "age_max",
            "max_age",
            "agemax",
            "to_age",
            "age_end",
            "end_age",
            "age_upper",
        ],
    ),
    ("year", &["annee", "année", "ano", "año"]),
    (
        DATE,
        &["day", "period", "periode", "période", "periodo", "fecha"],
    ),
    (
        UNIT,
        &[
            "units",
            "unite",
            "unité",
            "unidad",
            "unidade",
            "scale",
            "multiplier",
        ],
    ),
    (
        DATA_ELEMENT,
        &[
            "dataelement",
            "indicator",
            "category_option_combo",
            "categoryoptioncombo",
            "attribute_option_combo",
            "attributeoptioncombo",
        ],
    ),
];

/// What is wrong with a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderProblem {
    /// A column that is there twice.
    #[error("the header has the column {0:?} twice")]
    Twice(String),
    /// A column that says sex, age or year by another name.
    #[error("the header has the column {found:?}, expected {expected:?}")]
    OtherName {
        /// As it is in the header.
        found: String,
        /// As it is read.
        expected: &'static str,
    },
    /// A column that says what the numbers are of, and is not read.
    #[error("the header has the column {0:?}, which is not read")]
    NotRead(String),
}

impl HeaderProblem {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Twice(_) => "take one of the two columns out",
            Self::OtherName { .. } => {
                "give the column the name expected; if it does not say whom the numbers count, take it out or call it note"
            }
            Self::NotRead(_) => {
                "keep the lines that are meant, with their numbers as the file wants them; then take the column out or call it note"
            }
        }
    }
}

/// The column that a title means, whatever its spelling.
fn meaning(title: &str) -> Option<&'static str> {
    let title = title.trim().to_lowercase().replace([' ', '-'], "_");
    let found = OTHER_NAMES
        .iter()
        .find(|(name, others)| *name == title || others.contains(&title.as_str()));
    found.map(|(name, _)| *name)
}

/// Columns that may be there and are not read, by what they mean.
#[derive(Debug, Clone, Copy, Default)]
pub struct PassedOver<'a> {
    /// Whatever they hold.
    pub always: &'a [&'a str],
    /// With one value throughout.
    pub of_one_value: &'a [&'a str],
}

/// What the cells of a column may hold that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum CellRule {
    /// Anything but numbers and words of scale: in English tables, `unit` is often the name of the org unit.
    NoScale,
    /// The value of the first line, once there is one.
    OneValue(Option<String>),
}

/// Columns that are not read, and may be there or not by their cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CellChecks {
    columns: Vec<(usize, String, CellRule)>,
}

impl CellChecks {
    /// Checks the cells of a line, which `cell` gives by their place in it.
    ///
    /// # Errors
    /// [`HeaderProblem::NotRead`] for a column that says what the numbers are of.
    pub fn check_line<'a>(
        &mut self,
        cell: impl Fn(usize) -> Option<&'a str>,
    ) -> Result<(), HeaderProblem> {
        for (place, title, rule) in &mut self.columns {
            let text = cell(*place).unwrap_or_default().trim();
            let passes = match rule {
                CellRule::NoScale => !is_scale(text),
                CellRule::OneValue(first) => first.get_or_insert_with(|| text.to_owned()) == text,
            };
            if !passes {
                return Err(HeaderProblem::NotRead(title.clone()));
            }
        }
        Ok(())
    }
}

/// Whether a cell is a number, or says thousands or percent.
fn is_scale(cell: &str) -> bool {
    const WORDS: [&str; 20] = [
        "thousand",
        "thousands",
        "million",
        "millions",
        "billion",
        "billions",
        "hundred",
        "hundreds",
        "percent",
        "percentage",
        "pct",
        "rate",
        "milliers",
        "miles",
        "millones",
        "milhares",
        "pourcentage",
        "porcentaje",
        "x1000",
        "1000s",
    ];
    let lower = cell.to_lowercase();
    let has_digits = lower.contains(|c: char| c.is_ascii_digit());
    let is_number = has_digits && !lower.contains(char::is_alphabetic);
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    is_number
        || lower.contains('%')
        || lower.trim_start_matches('-').parse::<f64>().is_ok() && has_digits
        || words.any(|word| WORDS.contains(&word))
}

/// Checks a header against the names of the columns that are read, matched without regard to case, and gives the checks of the cells of
/// others.
///
/// # Errors
/// [`HeaderProblem`] for a column read that is there twice, and for one that means a column that is not read under its own name.
pub fn check_header<'a>(
    titles: impl Iterator<Item = &'a str> + Clone,
    names: &[&str],
    passed_over: PassedOver<'_>,
) -> Result<CellChecks, HeaderProblem> {
    let count = |name: &str| {
        let hits = titles
            .clone()
            .filter(|title| title.trim().eq_ignore_ascii_case(name));
        hits.count()
    };
    if let Some(twice) = names.iter().find(|name| count(name) > 1) {
        return Err(HeaderProblem::Twice((*twice).to_owned()));
    }
    let is_read = |title: &str| {
        names
            .iter()
            .any(|name| title.trim().eq_ignore_ascii_case(name))
    };
    let is_there = |name: &str| is_read(name) && count(name) > 0;
    let mut checks = CellChecks::default();
    for (place, title) in titles.clone().enumerate() {
        let other = meaning(title).filter(|expected| !passed_over.always.contains(expected));
        let Some(expected) = other.filter(|_| !is_read(title)) else {
            continue;
        };
        let found = title.trim().to_owned();
        // a date beside the year or the period is that of something else
        let is_dated = expected == DATE && (is_there("year") || is_there("period"));
        if is_there(expected) || is_dated {
            continue;
        } else if is_read(expected) {
            return Err(HeaderProblem::OtherName { found, expected });
        } else if expected == UNIT {
            checks.columns.push((place, found, CellRule::NoScale));
        } else if passed_over.of_one_value.contains(&expected) {
            let rule = CellRule::OneValue(None);
            checks.columns.push((place, found, rule));
        } else {
            return Err(HeaderProblem::NotRead(found));
        }
    }
    Ok(checks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, names: &[&str]) -> Result<(), String> {
        let checks = check_header(header.split(','), names, PassedOver::default());
        checks.map(drop).map_err(|problem| problem.to_string())
    }

    /// Whether a table with one other column of these cells passes.
    fn check_cells(title: &str, cells: &[&str]) -> bool {
        let numerator = PassedOver {
            always: &["year"],
            of_one_value: &[DATA_ELEMENT],
        };
        let titles = ["org_unit", title, "value"];
        let mut checks =
            check_header(titles.into_iter(), &["org_unit", "value"], numerator).unwrap();
        cells
            .iter()
            .all(|cell| checks.check_line(|at| (at == 1).then_some(*cell)).is_ok())
    }

    #[test]
    fn a_column_unit_passes_unless_its_cells_are_of_scale() {
        for cells in [
            &["Bo District", "Kenema"][..],
            &["people", "people"],
            &["District 5", ""],
        ] {
            assert!(check_cells("unit", cells), "{cells:?}");
        }
        for cell in [
            "thousands",
            "in Thousand",
            "1000",
            "1,000",
            "%",
            "per cent %",
            "Percent",
            "'000",
            "1e3",
            "milliers",
        ] {
            for title in ["unit", "scale", "Units"] {
                assert!(!check_cells(title, &["", cell]), "{cell}");
            }
        }
    }

    #[test]
    fn a_data_element_of_one_value_throughout_passes_where_it_may() {
        for title in ["dataElement", "categoryOptionCombo", "indicator"] {
            assert!(check_cells(title, &["penta3", "penta3 "]), "{title}");
            assert!(!check_cells(title, &["penta3", "bcg"]), "{title}");
            assert!(!check_cells(title, &["", "bcg"]), "{title}");
        }
    }

    #[test]
    fn what_is_ignored_does_not_hide_what_is_not() {
        let growth = |header: &str| {
            let titles = header.split(',');
            let years = PassedOver {
                always: &["year"],
                ..PassedOver::default()
            };
            check_header(titles, &["org_unit", "growth", "source"], years).map(drop)
        };
        assert_eq!(growth("org_unit,growth,source,year"), Ok(()));
        for header in [
            "org_unit,growth,source,sex",
            "org_unit,growth,source,age_from,age_to",
            "org_unit,annee,gender,growth,source",
        ] {
            assert!(growth(header).is_err(), "{header}");
        }
    }

    #[test]
    fn columns_that_say_whom_by_another_name_are_found_and_others_may_be_there() {
        let names = ["org_unit", "sex", "age_from", "age_to", "population"];
        for header in [
            "org_unit,name,note,Population,source,code",
            "org_unit,sex,gender,population",
        ] {
            assert_eq!(check(header, &names), Ok(()), "{header}");
        }
        for (header, what) in [
            ("org_unit,sexe,population", "\"sexe\", expected \"sex\""),
            ("org_unit,Gender,population", "\"Gender\", expected \"sex\""),
            (
                "org_unit,Age From,population",
                "\"Age From\", expected \"age_from\"",
            ),
            (
                "org_unit,age_max,population",
                "\"age_max\", expected \"age_to\"",
            ),
            ("org_unit,population,population", "\"population\" twice"),
        ] {
            let problem = check(header, &names).unwrap_err();
            assert!(problem.contains(what), "{header}: {problem}");
        }
    }

    #[test]
    fn what_the_numbers_are_of_is_not_passed_over() {
        let totals = ["org_unit", "year", "sex", "population", "source"];
        for header in [
            "org_unit,year,date,population",
            "org_unit,name,population",
            "org_unit,unit,population",
        ] {
            assert_eq!(check(header, &totals), Ok(()), "{header}");
        }
        for header in [
            "org_unit,date,population",
            "org_unit,indicator,population",
            "org_unit,age,population",
        ] {
            let problem = check(header, &totals).unwrap_err();
            assert!(
                problem.contains(", which is not read"),
                "{header}: {problem}"
            );
        }
        let numerator = ["org_unit", "period", "value"];
        assert_eq!(check("org_unit,period,date,value", &numerator), Ok(()));
        assert!(check("org_unit,period,sex,value", &numerator).is_err());
        assert!(check("org_unit,period,dataElement,value", &numerator).is_err());
    }
}
