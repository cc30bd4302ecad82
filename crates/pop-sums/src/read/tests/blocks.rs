//! Streams of several blocks, which are read at once.

use super::*;

const UNITS: usize = 700;
const LAYERS: usize = 12;

/// Rows by unit, or by layer, with more bytes than are read at once.
fn rows(by_layer: bool) -> Vec<SumsRow> {
    let make = |at: usize| {
        let (unit, layer) = if by_layer {
            (at % UNITS, at / UNITS)
        } else {
            (at / LAYERS, at % LAYERS)
        };
        let people = (unit * 31 + layer * 7) as f64 / 8.0;
        let mut row = row(
            &format!("ouUnit{unit:05}"),
            &format!("pop_{layer}"),
            Some(people),
        );
        row.name = Some(format!("Health post \"{unit}\", east"));
        if unit.is_multiple_of(3) {
            row.name = Some(format!("Health centre {unit}\r\nof two lines"));
        }
        row.path = Some(format!(
            "/ouCountry01/ouDist{:05}/ouUnit{unit:05}",
            unit / 40
        ));
        row.level = Some(3);
        if at.is_multiple_of(501) {
            row.status = Status::Doubtful;
            row.reasons = vec![Reason::PartlyOutside];
        }
        if unit.is_multiple_of(5) {
            row.adjustment = Some(format!("raked=census*1.{unit:04}"));
            row.unadjusted = Some(people / 2.0);
        }
        row
    };
    (0..UNITS * LAYERS).map(make).collect()
}

/// Lines without quotes, of more than one block.
fn plain_lines() -> Vec<String> {
    let mut lines = vec!["org_unit,level,path,raster,population,rows".to_owned()];
    for row in 0..20_000 {
        let (unit, layer) = (row / 10, row % 10);
        lines.push(format!(
            "ouUnit{unit:05},2,/ouCountry01/ouUnit{unit:05},pop_{layer},{row}.5,20000"
        ));
    }
    lines
}

fn read_lines(lines: &[String], end: &str) -> Result<SumsTable, SumsError> {
    read_text(&(lines.join(end) + end))
}

#[test]
fn blocks_are_joined_in_the_order_of_their_rows() {
    for by_layer in [false, true] {
        let rows = rows(by_layer);
        let text = csv(&rows);
        assert!(text.len() > 1 << 20, "one block");
        let table = read(&text, &ReadOptions::default()).unwrap();
        assert!(table.rows().eq(rows));
    }
    let table = read_lines(&plain_lines(), "\n").unwrap();
    assert_eq!(read_lines(&plain_lines(), "\r\n").as_ref(), Ok(&table));
    assert_eq!(read_lines(&plain_lines(), "\r").unwrap().sums.len(), 20_000);
    assert_eq!(table.sums[19_999].population(), Some(19_999.5));
    assert_eq!(table.unit(&table.sums[19_999]).id.as_ref(), "ouUnit01999");
}

#[test]
fn a_fault_in_a_later_block_is_named_with_its_line() {
    let found = |line: usize, from: &str, to: &str| {
        let mut lines = plain_lines();
        assert!(lines[line - 1].contains(from), "{}", lines[line - 1]);
        lines[line - 1] = lines[line - 1].replacen(from, to, 1);
        // A later fault is not the one to be named.
        lines[19_990].push_str(",x");
        read_lines(&lines, "\n").unwrap_err().to_string()
    };
    for (line, from, to, problem) in [
        (
            15_000,
            ".5",
            ".5x",
            "line 15000: population: \"14998.5x\" is not a number",
        ),
        (
            15_005,
            ",2,",
            ",3,",
            "line 15005: unit \"ouUnit01500\" has level 3, but 2 in an earlier row",
        ),
        (
            15_001,
            ",20000",
            ",20001",
            "line 15001: rows is \"20001\", but \"20000\" in line 2",
        ),
        (
            15_002,
            "ouUnit01500,2",
            "ouUnit00003,2",
            "line 15002: unit \"ouUnit00003\" has path",
        ),
        (
            15_003,
            ",2,",
            ",",
            "line 15003: 5 columns, expected 6 as in the header",
        ),
    ] {
        let found = found(line, from, to);
        assert!(found.starts_with(problem), "{found}");
    }
    let mut bytes = (plain_lines().join("\n") + "\n").into_bytes();
    let at = bytes.len() - 200_000;
    let line = 1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count();
    bytes[at] = 0xE9;
    let error = read(&bytes, &ReadOptions::default()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("not UTF-8 in line {line} ")),
        "{error}"
    );
}
