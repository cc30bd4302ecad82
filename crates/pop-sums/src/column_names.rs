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

/// Checks a header against the names of the columns that are read, matched without regard to case. Columns of what `ignored` means may be
/// there and are not read.
///
/// # Errors
/// [`HeaderProblem`] for a column read that is there twice, and for one that means a column that is not read under its own name.
pub fn check_header<'a>(
    titles: impl Iterator<Item = &'a str> + Clone,
    names: &[&str],
    ignored: &[&str],
) -> Result<(), HeaderProblem> {
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
    let mut others = titles.clone().filter(|title| !is_read(title));
    let other = others.find_map(|title| {
        let expected = meaning(title).filter(|expected| !ignored.contains(expected))?;
        let found = title.trim().to_owned();
        let is_there = |name: &str| is_read(name) && count(name) > 0;
        // a date beside the year or the period is that of something else
        let is_dated = expected == DATE && (is_there("year") || is_there("period"));
        if is_there(expected) || is_dated {
            None
        } else if is_read(expected) {
            Some(HeaderProblem::OtherName { found, expected })
        } else {
            Some(HeaderProblem::NotRead(found))
        }
    });
    other.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, names: &[&str]) -> Result<(), String> {
        check_header(header.split(','), names, &[]).map_err(|problem| problem.to_string())
    }

    #[test]
    fn what_is_ignored_does_not_hide_what_is_not() {
        let growth = |header: &str| {
            let titles = header.split(',');
            check_header(titles, &["org_unit", "growth", "source"], &["year"])
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
        for header in ["org_unit,year,date,population", "org_unit,name,population"] {
            assert_eq!(check(header, &totals), Ok(()), "{header}");
        }
        for header in [
            "org_unit,date,population",
            "org_unit,year,Unit,population",
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
