//! What figures are held against: thresholds, rates from elsewhere, numerators, surveys.

use std::collections::{BTreeMap, HashMap};

use pop_cli::{Console, ToolError};
use pop_compare::Thresholds;
use pop_compare::coverage::{NumeratorRow, SurveyRow};
use pop_compare::rates::ReferenceRate;
use pop_datavalues::Period;
use pop_datavalues::number::number_of;
use pop_datavalues::value_set::read_payload;
use pop_sums::column_names::{DATA_ELEMENT, HeaderProblem, PassedOver, check_header};
use serde::Deserialize;

use crate::Compare;

/// The file of thresholds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ThresholdsFile {
    growth: Option<f64>,
    other_source: Option<f64>,
    rate: Option<f64>,
    survey: Option<f64>,
    coverage: Option<f64>,
    sex_ratio: Option<[f64; 2]>,
    dependency_ratio: Option<[f64; 2]>,
    under_five: Option<[f64; 2]>,
    child_woman_ratio: Option<[f64; 2]>,
}

pub(crate) fn thresholds(args: &Compare, console: &mut Console) -> Result<Thresholds, ToolError> {
    let read = console.optional_input("thresholds", args.thresholds.as_deref(), |bytes| {
        let text = utf8(bytes)?;
        let file: ThresholdsFile = toml::from_str(text).map_err(|e| unfit(e.message()))?;
        file.over(Thresholds::default())
    })?;
    Ok(read.unwrap_or_default())
}

fn unfit(what: &str) -> ToolError {
    ToolError::data(what.to_owned())
        .hint("thresholds are shares, limits are pairs: growth = 0.10, sex_ratio = [0.8, 1.25]")
}

impl ThresholdsFile {
    fn over(self, defaults: Thresholds) -> Result<Thresholds, ToolError> {
        let mut thresholds = defaults;
        // Coverage can be above 1; a change of more than 1 was written in per cent.
        for (value, into, most) in [
            (self.growth, &mut thresholds.growth, 1.0),
            (self.other_source, &mut thresholds.other_source, 1.0),
            (self.rate, &mut thresholds.rate, 1.0),
            (self.survey, &mut thresholds.survey, 1.0),
            (self.coverage, &mut thresholds.coverage, 10.0),
        ] {
            match value {
                Some(share) if share > 0.0 && share <= most => *into = share,
                Some(share) => {
                    return Err(unfit(&format!(
                        "threshold {share}, expected a share above 0 and up to {most}"
                    )));
                }
                None => {}
            }
        }
        for (value, into) in [
            (self.sex_ratio, &mut thresholds.sex_ratio),
            (self.dependency_ratio, &mut thresholds.dependency_ratio),
            (self.under_five, &mut thresholds.under_five),
            (self.child_woman_ratio, &mut thresholds.child_woman_ratio),
        ] {
            match value {
                Some([low, high]) if low >= 0.0 && high > low && high.is_finite() => {
                    *into = [low, high];
                }
                Some([low, high]) => {
                    return Err(unfit(&format!(
                        "limits {low} and {high}, expected a lower and a higher number"
                    )));
                }
                None => {}
            }
        }
        Ok(thresholds)
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, ToolError> {
    std::str::from_utf8(bytes)
        .map(|text| text.trim_start_matches('\u{feff}'))
        .map_err(|_| ToolError::data("the text is not UTF-8").hint("save the file as UTF-8"))
}

/// One row of a reference file.
#[derive(Debug, Deserialize)]
struct ReferenceLine {
    rate: String,
    numerator: String,
    denominator: String,
    per: Option<f64>,
    value: f64,
    org_unit: Option<String>,
}

/// One row of a numerator.
#[derive(Debug, Deserialize)]
struct NumeratorLine {
    org_unit: String,
    period: String,
    value: f64,
}

/// One row of a survey.
#[derive(Debug, Deserialize)]
struct SurveyLine {
    org_unit: String,
    value: f64,
}

/// The rows of a CSV file with a header, each with its line.
fn lines<T: serde::de::DeserializeOwned>(
    bytes: &[u8],
    columns: &str,
    passed_over: PassedOver<'_>,
) -> Result<Vec<(u64, T)>, ToolError> {
    let text = utf8(bytes)?;
    let refused = |what: String| ToolError::data(what).hint(format!("expected CSV with {columns}"));
    if text.trim().is_empty() {
        return Err(refused("empty input".to_owned()));
    }
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|e| refused(e.to_string()))?
        .clone();
    if let Some(missing) = columns
        .split(", ")
        .filter(|name| !name.starts_with('['))
        .find(|name| !header.iter().any(|column| column == *name))
    {
        return Err(refused(format!("no column {missing}")));
    }
    let names: Vec<&str> = columns
        .split(", ")
        .map(|name| name.trim_matches(['[', ']']))
        .collect();
    let of_header = |problem: HeaderProblem| ToolError::data(&problem).hint(problem.hint());
    let mut checks = check_header(header.iter(), &names, passed_over).map_err(of_header)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| refused(e.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        checks
            .check_line(|place| record.get(place))
            .map_err(of_header)?;
        let row = record
            .deserialize(Some(&header))
            .map_err(|e| refused(format!("line {line}: {e}")))?;
        rows.push((line, row));
    }
    if rows.is_empty() {
        return Err(refused("no rows".to_owned()));
    }
    Ok(rows)
}

pub(crate) fn references(
    args: &Compare,
    console: &mut Console,
) -> Result<Vec<ReferenceRate>, ToolError> {
    let columns = "rate, numerator, denominator, value, [per], [org_unit]";
    let read = console.optional_input("reference", args.reference.as_deref(), |bytes| {
        let rows: Vec<(u64, ReferenceLine)> = lines(bytes, columns, PassedOver::default())?;
        let rates = rows.into_iter().map(|(line, row)| {
            let per = row.per.unwrap_or(1.0);
            if !(row.value > 0.0 && row.value.is_finite() && per > 0.0 && per.is_finite()) {
                return Err(ToolError::data(format!(
                    "line {line}: rate {} per {per}, expected numbers above 0",
                    row.value
                ))
                .hint("leave out rates that are not known"));
            }
            Ok(ReferenceRate {
                name: row.rate,
                org_unit: row.org_unit.filter(|unit| !unit.is_empty()),
                numerator: row.numerator,
                denominator: row.denominator,
                per,
                value: row.value,
            })
        });
        rates.collect()
    })?;
    Ok(read.unwrap_or_default())
}

pub(crate) fn surveys(args: &Compare, console: &mut Console) -> Result<Vec<SurveyRow>, ToolError> {
    let read = console.optional_input("survey", args.survey.as_deref(), |bytes| {
        let rows: Vec<(u64, SurveyLine)> = lines(bytes, "org_unit, value", PassedOver::default())?;
        let mut first: HashMap<String, u64> = HashMap::new();
        rows.into_iter()
            .map(|(line, row)| {
                if let Some(before) = first.insert(row.org_unit.clone(), line) {
                    return Err(ToolError::data(format!(
                        "line {line}: {} is on line {before} already",
                        row.org_unit
                    ))
                    .hint("keep one of the two lines"));
                }
                if !(row.value > 0.0 && row.value <= 100.0) {
                    return Err(ToolError::data(format!(
                        "line {line}: coverage {}, expected per cent above 0 and up to 100",
                        row.value
                    ))
                    .hint("leave out units without a survey"));
                }
                Ok(SurveyRow {
                    org_unit: row.org_unit,
                    coverage: row.value / 100.0,
                })
            })
            .collect()
    })?;
    Ok(read.unwrap_or_default())
}

/// The numerator, where one is named.
pub(crate) fn numerator(
    args: &Compare,
    console: &mut Console,
) -> Result<Option<Vec<NumeratorRow>>, ToolError> {
    console.optional_input("numerator", args.numerator.as_deref(), |bytes| {
        let first = bytes
            .iter()
            .find(|byte| !byte.is_ascii_whitespace() && !b"\xEF\xBB\xBF".contains(byte));
        if first == Some(&b'{') {
            numerator_of_values(bytes)
        } else {
            numerator_of_rows(bytes)
        }
    })
}

fn numerator_of_rows(bytes: &[u8]) -> Result<Vec<NumeratorRow>, ToolError> {
    // the period says the year
    let passed_over = PassedOver {
        always: &["year"],
        of_one_value: &[DATA_ELEMENT],
    };
    let rows: Vec<(u64, NumeratorLine)> = lines(bytes, "org_unit, period, value", passed_over)?;
    let mut first: HashMap<(String, Period), u64> = HashMap::new();
    rows.into_iter()
        .map(|(line, row)| {
            let row = numerator_row(
                &format!("line {line}"),
                row.org_unit,
                &row.period,
                row.value,
            )?;
            if let Some(before) = first.insert((row.org_unit.clone(), row.period), line) {
                return Err(ToolError::data(format!(
                    "line {line}: {} {} is on line {before} already",
                    row.org_unit, row.period
                ))
                .hint("keep one of the two lines"));
            }
            Ok(row)
        })
        .collect()
}

/// Combos of one data element are added up.
fn numerator_of_values(bytes: &[u8]) -> Result<Vec<NumeratorRow>, ToolError> {
    let set = read_payload(bytes).map_err(|e| {
        let hint = e.hint().unwrap_or("name a data value set as JSON");
        ToolError::data(e).hint(hint)
    })?;
    let rows = set.values.rows();
    let mut elements: Vec<&str> = rows
        .iter()
        .map(|row| set.names.text(row.key.element))
        .collect();
    elements.sort_unstable();
    elements.dedup();
    if elements.len() != 1 {
        return Err(ToolError::data(format!(
            "values of {} data elements, expected one",
            elements.len()
        ))
        .hint("fetch one: fetch-values --data-element ELEMENT"));
    }
    let mut sums: BTreeMap<(String, Period), f64> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let at = format!("value {}", index + 1);
        let unit = set.names.text(row.key.unit);
        let text = set.values.text(row);
        let number = number_of(text).ok_or_else(|| {
            ToolError::data(format!("{at}: {text:?}, expected a number"))
                .hint("name a data element of numbers")
        })?;
        let period = set.names.text(row.key.period);
        let row = numerator_row(&at, unit.to_owned(), period, number)?;
        *sums.entry((row.org_unit, row.period)).or_default() += row.value;
    }
    Ok(sums
        .into_iter()
        .map(|((org_unit, period), value)| NumeratorRow {
            org_unit,
            period,
            value,
        })
        .collect())
}

fn numerator_row(
    at: &str,
    org_unit: String,
    period: &str,
    value: f64,
) -> Result<NumeratorRow, ToolError> {
    let period = period.parse().map_err(|e| {
        ToolError::data(format!("{at}: {e}")).hint("write periods as DHIS2 does: 2025, 202501")
    })?;
    if !(value >= 0.0 && value.is_finite()) {
        return Err(
            ToolError::data(format!("{at}: {value} people, expected a number from 0 up"))
                .hint("leave out what is not known"),
        );
    }
    Ok(NumeratorRow {
        org_unit,
        period,
        value,
    })
}
