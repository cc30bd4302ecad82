//! Data value sets as CSV.

use crate::version::Version;

use super::body::{BodyError, ImportRow, ValueSet};

/// Reads CSV as the older engine does: columns by position.
pub(crate) fn read_by_position(body: &[u8], header: Header) -> ValueSet {
    let text = String::from_utf8_lossy(body);
    let mut records = records(&text).into_iter();
    if header == Header::First {
        records.next();
    }
    let rows = records
        .filter(|record| record.len() > 1 || !record[0].is_empty())
        .map(|record| {
            let column = |at: usize| record.get(at).filter(|text| !text.is_empty()).cloned();
            ImportRow {
                element: column(0),
                period: column(1),
                unit: column(2),
                combo: column(3),
                attribute_combo: column(4),
                options: None,
                value: column(5),
                stored_by: column(6),
                comment: column(8),
                follow_up: column(9).and_then(|word| word.parse().ok()),
                deleted: column(10).and_then(|word| word.parse().ok()),
            }
        })
        .collect();
    ValueSet {
        rows,
        ..ValueSet::default()
    }
}

/// Whether the first record is a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header {
    First,
    None,
}

/// Full CSV: quotes, doubled quotes, line ends of any kind.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let (mut quoted, mut any) = (false, false);
    while let Some(letter) = letters.next() {
        any = true;
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
                any = false;
            }
            _ => field.push(letter),
        }
    }
    if any {
        record.push(field);
        records.push(record);
    }
    records
}

/// Reads CSV as the newer engine does: columns by name, lines that end with LF.
pub(crate) fn read_by_name(
    body: &[u8],
    header: Header,
    _version: Version,
) -> Result<ValueSet, BodyError> {
    if header == Header::None {
        return Err(BodyError::Inside(
            "CSV without header row is no longer supported.".to_owned(),
        ));
    }
    let text = String::from_utf8_lossy(body);
    let mut lines = text.split('\n');
    let header: Vec<String> = split(lines.next().unwrap_or_default());
    // A carriage return in the header makes each line look like the start of the next.
    let windows = header.last().is_some_and(|last| last.ends_with('\r'));
    let named = header.iter().any(|name| name == "categoryOptionCombo");
    let mut rows = Vec::new();
    for line in lines {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let fields = split(line);
        let mut row = ImportRow::default();
        let mut options = Vec::new();
        for (name, field) in header.iter().zip(fields) {
            let field = Some(field).filter(|field| !field.is_empty() && field != "null");
            let name = name.trim_end_matches('\r');
            match name.to_ascii_lowercase().as_str() {
                "dataelement" => row.element = field,
                "period" => row.period = field,
                "orgunit" => row.unit = field,
                "categoryoptioncombo" => row.combo = field,
                "attributeoptioncombo" => row.attribute_combo = field,
                "value" => row.value = field,
                "comment" => row.comment = field,
                "followup" => row.follow_up = field.map(|word| word == "true"),
                "deleted" => row.deleted = field.map(|word| word == "true"),
                "storedby" | "timestamp" => {}
                _ if named => {}
                _ => options.extend(field.map(|field| (name.to_owned(), field))),
            }
        }
        row.options = (!options.is_empty()).then_some(options);
        rows.push(row);
        if windows {
            break;
        }
    }
    Ok(ValueSet {
        rows,
        ..ValueSet::default()
    })
}

/// FieldFilter of a line: quotes hold commas, and what follows a doubled quote is lost.
fn split(line: &str) -> Vec<String> {
    let (mut fields, mut field) = (Vec::new(), String::new());
    let (mut quoted, mut lost) = (false, false);
    for letter in line.chars() {
        match letter {
            '"' => {
                lost |= !quoted && !field.is_empty();
                quoted = !quoted;
            }
            ',' if !quoted => {
                fields.push(std::mem::take(&mut field));
                lost = false;
            }
            _ if !lost => field.push(letter),
            _ => {}
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_engine_reads_full_csv_by_position() {
        let body = b"h\r\nde,2025,ou,,,\"1,5\",me,,\"a \"\"b\"\"\"\r\nde,2025,ou,,,2";
        let set = read_by_position(body, Header::First);
        assert_eq!(set.rows.len(), 2);
        assert_eq!(set.rows[0].value.as_deref(), Some("1,5"));
        assert_eq!(set.rows[0].comment.as_deref(), Some("a \"b\""));
        assert_eq!(set.rows[1].value.as_deref(), Some("2"));
    }

    #[test]
    fn the_newer_engine_stops_after_one_row_with_windows_line_ends() {
        let read = |text: &str| {
            read_by_name(text.as_bytes(), Header::First, Version::V43)
                .unwrap()
                .rows
        };
        assert_eq!(
            read("dataElement,period,orgUnit,value\nde,2025,ou,1\nde,2024,ou,2").len(),
            2
        );
        assert_eq!(
            read("dataElement,period,orgUnit,value\r\nde,2025,ou,1\r\nde,2024,ou,2\r\n").len(),
            1
        );
        assert_eq!(
            read("dataElement,period,orgUnit,value\nde,2025,ou,1\n\nde,2024,ou,2\n").len(),
            1
        );
    }
}
