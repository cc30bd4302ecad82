//! The CSV form.
//!
//! Made by hand, as the `csv` crate would serialise [`Line`]: a million figures share the texts of their units and groups, which are
//! made once, and lines become text on all threads.

use std::io::Write;

use pop_cli::{Output, ResultExt, ToolError};
use pop_compare::Row;
use rayon::prelude::*;

use crate::line::{Findings, Line};

const HEADER: &str = "measure,org_unit,code,name,level,year,sex,age_from,age_to,data_element,period,\
    category_option_combo,attribute_option_combo,old,new,difference,percent,class,grid_difference,\
    adjustment_difference,flags,annual_percent,indicator,numerator,missing_months\n";

/// So many lines become text at once on a thread.
const PIECE_LINES: usize = 1 << 13;

pub(super) fn write(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    let comparison = &findings.comparison;
    output.write_all(HEADER.as_bytes()).or_io()?;
    let no_dimensions = pop_compare::Dimensions::default();
    let units: Vec<Vec<u8>> = made(&comparison.units, |unit, text| {
        push_unit(&Line::of_unit("figure", unit, &no_dimensions), text);
    });
    let dimensions: Vec<Vec<u8>> = made(&comparison.dimensions, |dimensions, text| {
        push_dimensions(&Line::of_dimensions("figure", dimensions), text);
    });
    write_lines(&comparison.rows, output, |row: &Row, text| {
        text.extend_from_slice(&units[row.unit as usize]);
        text.extend_from_slice(&dimensions[row.dimensions as usize]);
        push_figures(&Line::of_row(comparison, row), text);
    })?;
    write_lines(&comparison.groups, output, |group, text| {
        push_line(&Line::of_group(comparison, group), text);
    })?;
    write_lines(&findings.indicators, output, |row, text| {
        push_line(&Line::of_indicator(comparison, row), text);
    })?;
    write_lines(&findings.coverage, output, |row, text| {
        push_line(&Line::of_coverage(comparison, row), text);
    })
}

fn made<T>(items: &[T], push: impl Fn(&T, &mut Vec<u8>)) -> Vec<Vec<u8>> {
    let made = items.iter().map(|item| {
        let mut text = Vec::new();
        push(item, &mut text);
        text
    });
    made.collect()
}

fn write_lines<T: Sync>(
    items: &[T],
    output: &mut Output,
    push: impl Fn(&T, &mut Vec<u8>) + Sync,
) -> Result<(), ToolError> {
    for piece in items.chunks(PIECE_LINES * rayon::current_num_threads().max(1)) {
        let texts: Vec<Vec<u8>> = piece
            .par_chunks(PIECE_LINES)
            .map(|items| {
                let mut text = Vec::with_capacity(256 * items.len());
                items.iter().for_each(|item| push(item, &mut text));
                text
            })
            .collect();
        for text in texts {
            output.write_all(&text).or_io()?;
        }
    }
    Ok(())
}

fn push_line(line: &Line<'_>, text: &mut Vec<u8>) {
    push_unit(line, text);
    push_dimensions(line, text);
    push_figures(line, text);
}

fn push_unit(line: &Line<'_>, text: &mut Vec<u8>) {
    for field in [line.measure, line.org_unit, line.code, line.name] {
        push_text(field, text);
    }
    push_integer(line.level, text);
}

fn push_dimensions(line: &Line<'_>, text: &mut Vec<u8>) {
    push_integer(line.year, text);
    if let Some(sex) = line.sex {
        text.extend_from_slice(sex.encode_utf8(&mut [0; 4]).as_bytes());
    }
    text.push(b',');
    push_integer(line.age_from, text);
    push_integer(line.age_to, text);
    for field in [
        line.data_element,
        line.period,
        line.category_option_combo,
        line.attribute_option_combo,
    ] {
        push_text(field, text);
    }
}

fn push_figures(line: &Line<'_>, text: &mut Vec<u8>) {
    for value in [line.old, line.new, line.difference, line.percent] {
        push_number(value, text);
    }
    push_text(line.class, text);
    push_number(line.grid_difference, text);
    push_number(line.adjustment_difference, text);
    push_text(&line.flags, text);
    push_number(line.annual_percent, text);
    push_text(line.indicator, text);
    push_number(line.numerator, text);
    push_integer(line.missing_months, text);
    text.pop();
    text.push(b'\n');
}

/// A field and the comma behind it.
fn push_text(field: &str, text: &mut Vec<u8>) {
    if field.contains(['"', ',', '\n', '\r']) {
        text.push(b'"');
        text.extend_from_slice(field.replace('"', "\"\"").as_bytes());
        text.push(b'"');
    } else {
        text.extend_from_slice(field.as_bytes());
    }
    text.push(b',');
}

fn push_integer(value: Option<impl ToString>, text: &mut Vec<u8>) {
    if let Some(value) = value {
        text.extend_from_slice(value.to_string().as_bytes());
    }
    text.push(b',');
}

fn push_number(value: Option<f64>, text: &mut Vec<u8>) {
    if let Some(value) = value {
        text.extend_from_slice(ryu::Buffer::new().format(value).as_bytes());
    }
    text.push(b',');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_the_csv_crate_makes_of_it() {
        let full = Line {
            measure: "figure",
            org_unit: "O6uvpzGd5pu",
            code: "a \"b\"",
            name: "Bo, East\r\n",
            level: Some(2),
            year: Some(-5),
            sex: Some('f'),
            age_from: Some(0),
            age_to: Some(5),
            data_element: "#x",
            period: "2025",
            category_option_combo: " a ",
            attribute_option_combo: "é",
            old: Some(1.0),
            new: Some(-0.1),
            difference: Some(1e21),
            percent: Some(1e-9),
            class: "changed",
            grid_difference: Some(0.0),
            adjustment_difference: Some(123_456.789),
            flags: "growth +10 % of year 1, threshold 10 %".to_owned(),
            annual_percent: Some(f64::MIN_POSITIVE),
            indicator: "birth rate",
            numerator: Some(9_007_199_254_740_993.0),
            missing_months: Some(12),
        };
        let nothing = pop_compare::Dimensions::default();
        let empty = Line::of_dimensions("level", &nothing);
        for line in [&full, &empty] {
            let mut writer = csv::WriterBuilder::new()
                .terminator(csv::Terminator::Any(b'\n'))
                .from_writer(Vec::new());
            writer.serialize(line).unwrap();
            let expected = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let mut text = HEADER.as_bytes().to_vec();
            push_line(line, &mut text);
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        }
    }
}
