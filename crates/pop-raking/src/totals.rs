//! Official totals: the lines of a CSV file.

use std::fmt;

use pop_sums::column_names::{CellChecks, HeaderProblem, PassedOver, check_header};
use pop_sums::limits::parse_year;
use pop_sums::{AgeBand, Sex, check_last_line};

/// Names of the columns; `code`-like others are passed over.
const COLUMNS: [&str; 7] = [
    "org_unit",
    "year",
    "sex",
    "age_from",
    "age_to",
    "population",
    "source",
];

/// An official total: what some units, sexes and ages must add up to in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// Line in the file, from 1.
    pub line: u64,
    /// UID of a unit on some path, or a code.
    pub org_unit: String,
    /// Year; `None` where the sums have one year only.
    pub year: Option<i32>,
    /// Whom it counts.
    pub sex: Sex,
    /// First age in whole years; `None` for all ages.
    pub age_from: Option<u32>,
    /// First age no longer counted; `None` for "and over" and for all ages.
    pub age_to: Option<u32>,
    /// People.
    pub population: f64,
    /// Who says so: a slug.
    pub source: String,
}

/// Sex and ages as they are named in messages: `f <1`, `f 15-49`, `t all ages`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct People {
    /// Their sex.
    pub sex: Sex,
    /// Their ages; `None` for all.
    pub ages: Option<AgeBand>,
}

impl fmt::Display for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ages {
            None => write!(f, "{} all ages", self.sex),
            Some(ages) => write!(f, "{} {ages}", self.sex),
        }
    }
}

impl Total {
    /// Whom it counts.
    #[must_use]
    pub const fn people(&self) -> People {
        People {
            sex: self.sex,
            ages: AgeBand::from_ends(self.age_from, self.age_to),
        }
    }
}

/// Why a file of totals is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TotalsError {
    /// No line.
    #[error("no totals, expected a header and at least one line")]
    Empty,
    /// A column that must be there.
    #[error("no column {name:?}, found {found}")]
    MissingColumn {
        /// Its name.
        name: &'static str,
        /// The header.
        found: String,
    },
    /// A line that cannot be read.
    #[error("line {line}: {what}")]
    Line {
        /// From 1.
        line: u64,
        /// What is wrong.
        what: String,
        /// What the user can do about it.
        hint: &'static str,
    },
    /// The file as a whole cannot be read.
    #[error("{what}")]
    Text {
        /// What is wrong.
        what: String,
        /// What the user can do about it.
        hint: &'static str,
    },
}

impl TotalsError {
    /// What the user can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::MissingColumn { .. } => {
                "the columns are org_unit,year,sex,age_from,age_to,population,source"
            }
            Self::Line { hint, .. } | Self::Text { hint, .. } => hint,
        }
    }
}

/// Reads a file of totals. Empty sex is both, empty ages are all. Columns are found by name; `sex`, `age_from`,
/// `age_to` and `year` may be missing.
///
/// # Errors
/// [`TotalsError`] with the line at fault.
pub fn read_totals(bytes: &[u8]) -> Result<Vec<Total>, TotalsError> {
    let text = decode(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let broken = |error: &csv::Error| TotalsError::Line {
        line: error.position().map_or(0, csv::Position::line),
        what: match error.kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => format!("{len} columns, expected {expected_len} as in the header"),
            _ => error.to_string(),
        },
        hint: "put names with commas between double quotes, and no separators into numbers",
    };
    let header = reader.headers().map_err(|e| broken(&e))?.clone();
    let (columns, mut checks) = columns(&header)?;
    check_last_line(text).map_err(|error| TotalsError::Text {
        what: error.to_string(),
        hint: error.hint(),
    })?;
    let mut totals = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| broken(&e))?;
        let line = record.position().map_or(0, csv::Position::line);
        checks
            .check_line(|place| record.get(place))
            .map_err(|problem| of_header(&problem))?;
        let field = |at: usize| {
            columns[at]
                .and_then(|column| record.get(column))
                .unwrap_or_default()
        };
        totals.push(total(line, field)?);
    }
    if totals.is_empty() {
        return Err(TotalsError::Empty);
    }
    Ok(totals)
}

fn decode(bytes: &[u8]) -> Result<&str, TotalsError> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(TotalsError::Text {
            what: "the text is UTF-16, expected UTF-8".to_owned(),
            hint: "save the file again as \"CSV UTF-8\"",
        });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|_| TotalsError::Text {
        what: "the text is not UTF-8".to_owned(),
        hint: "save the file again as \"CSV UTF-8\"",
    })
}

fn of_header(problem: &HeaderProblem) -> TotalsError {
    TotalsError::Text {
        what: problem.to_string(),
        hint: problem.hint(),
    }
}

type ColumnPlaces = [Option<usize>; COLUMNS.len()];

fn columns(header: &csv::StringRecord) -> Result<(ColumnPlaces, CellChecks), TotalsError> {
    let found = header.iter().collect::<Vec<_>>().join(",");
    if header.len() == 1 && found.contains(';') {
        return Err(TotalsError::Text {
            what: "the columns are separated by semicolons, expected commas".to_owned(),
            hint: "save the file as \"CSV UTF-8\", with commas between the columns and points in the numbers",
        });
    }
    let checks = check_header(header.iter(), &COLUMNS, PassedOver::default())
        .map_err(|problem| of_header(&problem))?;
    let mut columns = [None; COLUMNS.len()];
    for (column, name) in columns.iter_mut().zip(COLUMNS) {
        *column = header
            .iter()
            .position(|title| title.eq_ignore_ascii_case(name));
        if column.is_none() && matches!(name, "org_unit" | "population" | "source") {
            return Err(TotalsError::MissingColumn { name, found });
        }
    }
    Ok((columns, checks))
}

fn total<'a>(line: u64, field: impl Fn(usize) -> &'a str) -> Result<Total, TotalsError> {
    let fault = |what: String, hint: &'static str| TotalsError::Line { line, what, hint };
    let integer = |at: usize| -> Result<Option<u32>, TotalsError> {
        let text = field(at);
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| {
            let what = format!("{} is {text:?}, expected a whole number", COLUMNS[at]);
            fault(what, "leave it empty for all")
        })
    };
    let org_unit = field(0).to_owned();
    if org_unit.is_empty() {
        return Err(fault(
            "org_unit is empty".to_owned(),
            "name the unit by its UID or code",
        ));
    }
    let sex = match field(2) {
        "" => Sex::Total,
        text => text.parse().map_err(|_| {
            let what = format!("sex is {text:?}, expected f, m, t or nothing");
            fault(what, "leave it empty for both")
        })?,
    };
    let (age_from, age_to) = (integer(3)?, integer(4)?);
    match (age_from, age_to) {
        (None, Some(to)) => {
            let what = format!("age_to is {to} and age_from is empty");
            return Err(fault(
                what,
                "write 0 for the first age, or leave both empty for all ages",
            ));
        }
        (Some(from), Some(to)) if from >= to => {
            let what = format!("age_from {from} is not below age_to {to}");
            return Err(fault(what, "age_to is the first age no longer counted"));
        }
        _ => {}
    }
    let ages = AgeBand::from_ends(age_from, age_to);
    Ok(Total {
        line,
        org_unit,
        year: year(field(1), fault)?,
        sex,
        age_from: ages.map(|ages| ages.from),
        age_to,
        population: population(field(5), fault)?,
        source: source(field(6), fault)?,
    })
}

fn year(
    text: &str,
    fault: impl Fn(String, &'static str) -> TotalsError,
) -> Result<Option<i32>, TotalsError> {
    if text.is_empty() {
        return Ok(None);
    }
    parse_year(text)
        .map(Some)
        .map_err(|what| fault(what, "write the year of the sums, such as 2025"))
}

fn population(
    text: &str,
    fault: impl Fn(String, &'static str) -> TotalsError,
) -> Result<f64, TotalsError> {
    const HINT: &str = "write people as plain digits, with a point before decimals";
    let looks_like_a_number = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    let value: Option<f64> = text.parse().ok().filter(|_| looks_like_a_number);
    match value {
        Some(value) if value < 0.0 => Err(fault(format!("population is {text}: negative"), HINT)),
        Some(value) if value > pop_sums::limits::MAX_PEOPLE => {
            let what = format!("population is {text}: more people than there can be");
            Err(fault(what, HINT))
        }
        Some(value) if value.is_finite() => Ok(value + 0.0),
        _ => Err(fault(
            format!("population is {text:?}, expected a number"),
            HINT,
        )),
    }
}

/// A slug: it becomes part of the comments of values, where blanks and the signs `*`, `+`, `,` and `=` part words.
fn source(
    text: &str,
    fault: impl Fn(String, &'static str) -> TotalsError,
) -> Result<String, TotalsError> {
    if text.is_empty() {
        return Err(fault(
            "source is empty".to_owned(),
            "say in one word whose total it is, such as ine2022",
        ));
    }
    let is_slug = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if is_slug && text.len() <= 64 {
        return Ok(text.to_owned());
    }
    Err(fault(
        format!("source is {text:?}, expected one word"),
        "letters, digits, '-', '_' and '.', at most 64, such as ine2022",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "org_unit,year,sex,age_from,age_to,population,source\n";

    fn read(lines: &str) -> Result<Vec<Total>, TotalsError> {
        read_totals(format!("{HEADER}{lines}").as_bytes())
    }

    #[test]
    fn empty_sex_and_ages_are_all() {
        let totals =
            read("N,2025,,,,56196,nso2022\nN,2025,f,15,50,12.5,nso2022\nN,2025,t,0,,1,x\n")
                .unwrap();
        assert_eq!(totals[0].people().to_string(), "t all ages");
        assert_eq!(totals[1].people().to_string(), "f 15-49");
        assert_eq!(totals[2].people(), totals[0].people());
        assert_eq!((totals[1].line, totals[1].population), (3, 12.5));
    }

    #[test]
    fn a_line_at_fault_is_named() {
        for (line, what) in [
            (",2025,,,,1,x", "org_unit is empty"),
            ("N,25,,,,1,x", "year is \"25\", expected 1800 to 2200"),
            (
                "N,2025,w,,,1,x",
                "sex is \"w\", expected f, m, t or nothing",
            ),
            (
                "N,2025,,x,,1,x",
                "age_from is \"x\", expected a whole number",
            ),
            ("N,2025,,,5,1,x", "age_to is 5 and age_from is empty"),
            ("N,2025,,5,5,1,x", "age_from 5 is not below age_to 5"),
            ("N,2025,,,,-1,x", "population is -1: negative"),
            (
                "N,2025,,,,NaN,x",
                "population is \"NaN\", expected a number",
            ),
            (
                "N,2025,,,,inf,x",
                "population is \"inf\", expected a number",
            ),
            (
                "N,2025,,,,1e999,x",
                "population is 1e999: more people than there can be",
            ),
            ("N,2025,,,,,x", "population is \"\", expected a number"),
            ("N,2025,,,,1,", "source is empty"),
            (
                "N,2025,,,,1,the office",
                "source is \"the office\", expected one word",
            ),
            (
                "N,2025,,,,1,234,x",
                "8 columns, expected 7 as in the header",
            ),
        ] {
            let error = read(&format!("N,2025,,,,1,x\n{line}\n")).unwrap_err();
            assert_eq!(error.to_string(), format!("line 3: {what}"));
            assert!(!error.hint().is_empty());
        }
    }

    #[test]
    fn files_of_another_form_are_refused() {
        assert_eq!(read(""), Err(TotalsError::Empty));
        let error = read_totals(b"org_unit;population\nN;1\n").unwrap_err();
        assert!(error.to_string().contains("semicolons"), "{error}");
        let error = read_totals(b"org_unit,population\nN,1\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "no column \"source\", found org_unit,population"
        );
        for (file, what) in [
            (
                "org_unit,sexe,population,source\nN,f,1,x\n",
                "column \"sexe\", expected \"sex\"",
            ),
            (
                "org_unit,age_min,age_max,population,source\nN,0,5,1,x\n",
                "column \"age_min\", expected \"age_from\"",
            ),
            (
                "org_unit,population,population,source\nN,1,2,x\n",
                "column \"population\" twice",
            ),
            (
                "org_unit,date,population,source\nN,2015-08-01,1,x\n",
                "column \"date\", which is not read",
            ),
            (
                "org_unit,population,unit,source\nN,3.3,thousands,x\n",
                "column \"unit\", which is not read",
            ),
            ("org_unit,source,population\nN,x,1", "line 2, the last one"),
        ] {
            let error = read_totals(file.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(what), "{file}: {error}");
        }
        let harmless = b"org_unit,name,note,population,source\nN,North,f,1,x\n";
        assert!(read_totals(harmless).is_ok());
        let units = b"org_unit,unit,population,source\nN,North,1,x\nS,South,2,x\n";
        assert!(read_totals(units).is_ok());
        assert!(read_totals(b"\xff\xfeo\0").is_err());
        assert!(read_totals(b"\xef\xbb\xbforg_unit,population,source\nN,1,x\n").is_ok());
    }
}
