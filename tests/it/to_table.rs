//! `to-table` on small streams whose tables are written out by hand.

use crate::support::{Ran, tool};

const HEAD: &str = "org_unit,code,name,level,path,raster,source,year,sex,age_from,age_to,population,status,reasons\n";

/// A country of two provinces; the second has two districts, the first one.
const UNITS: [(&str, &str, &str, &str, &str); 6] = [
    ("r", "CT", "Country", "1", "/r"),
    ("p1", "CT01", "Nord", "2", "/r/p1"),
    ("p2", "CT02", "Sud \"B\"", "2", "/r/p2"),
    ("d1", "007", "N'Dogo, ouest", "3", "/r/p1/d1"),
    ("d2", "1E10", "Est", "3", "/r/p2/d2"),
    ("d3", "0012", "Île", "3", "/r/p2/d3"),
];

/// Rows of units for bands: (sex, from, to, people of d1, d2, d3).
fn sums(year: &str, bands: &[(&str, &str, &str, [f64; 3])], levels: &[&str]) -> String {
    let mut text = HEAD.to_owned();
    for (id, code, name, level, path) in UNITS {
        if !levels.contains(&level) {
            continue;
        }
        for (sex, from, to, people) in bands {
            let value: f64 = UNITS[3..]
                .iter()
                .zip(people)
                .filter(|(unit, _)| unit.4.starts_with(path))
                .map(|(_, people)| people)
                .sum();
            let name = name.replace('"', "\"\"");
            text.push_str(&format!(
                "{id},{code},\"{name}\",{level},{path},r_{sex}_{from}_{year},src,{year},{sex},{from},{to},{value},ok,\n"
            ));
        }
    }
    text
}

fn totals(year: &str, people: [f64; 3]) -> String {
    sums(year, &[("t", "", "", people)], &["3"])
}

fn table(flags: &[&str], input: &str) -> Ran {
    tool("to-table")
        .args(flags.iter().copied())
        .stdin(input)
        .run()
}

#[test]
fn wide_has_a_row_a_unit_and_year() {
    let both = totals("2025", [10.5, 20.25, 0.0])
        + totals("2026", [11.0, 21.0, 0.0])
            .strip_prefix(HEAD)
            .unwrap();
    let none = both.replace("0,ok,\n", ",none,no-geometry\n");
    let ran = table(&["--layout", "wide"], &none).expect(0);
    assert_eq!(
        ran.text(),
        "org_unit,code,name,level,year,t,reasons\n\
         d1,007,\"N'Dogo, ouest\",3,2025,10.5,\n\
         d1,007,\"N'Dogo, ouest\",3,2026,11,\n\
         d2,1E10,Est,3,2025,20.25,\n\
         d2,1E10,Est,3,2026,21,\n\
         d3,0012,Île,3,2025,,no-geometry\n\
         d3,0012,Île,3,2026,,no-geometry\n"
    );
}

#[test]
fn bands_of_two_years_that_begin_at_the_same_age_have_a_column_each() {
    let cut = sums(
        "2025",
        &[
            ("f", "0", "1", [1.0, 2.0, 3.0]),
            ("f", "1", "5", [4.0, 5.0, 6.0]),
        ],
        &["3"],
    );
    let uncut = sums("2026", &[("f", "0", "5", [5.5, 7.5, 9.5])], &["3"]);
    let both = cut + uncut.strip_prefix(HEAD).unwrap();
    let text = table(&["--layout", "wide"], &both).expect(0).text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "org_unit,code,name,level,year,f_00_00,f_01,f_00_04,reasons"
    );
    assert_eq!(lines[1], "d1,007,\"N'Dogo, ouest\",3,2025,1,4,,");
    assert_eq!(lines[2], "d1,007,\"N'Dogo, ouest\",3,2026,,,5.5,");
}

#[test]
fn ages_from_birth_without_an_end_are_all_ages() {
    let stated = sums("2025", &[("t", "0", "", [10.5, 20.25, 1.0])], &["3"]);
    let left_empty = totals("2025", [10.5, 20.25, 1.0]);
    for layout in ["wide", "chap"] {
        let text = |input: &str| table(&["--layout", layout], input).expect(0).text();
        assert_eq!(text(&stated), text(&left_empty), "{layout}");
    }
    // women and men of all ages are everybody
    let sexes = [
        ("f", "", "", [4.0, 5.0, 6.0]),
        ("m", "0", "", [1.0, 2.0, 3.0]),
    ];
    let ran = table(&["--layout", "chap"], &sums("2025", &sexes, &["3"])).expect(0);
    assert!(ran.text().contains("2025-01,d1,5\n"), "{}", ran.text());
}

#[test]
fn chap_has_consecutive_months() {
    let both = totals("2025", [12.0, 24.0, 36.0])
        + totals("2026", [24.0, 24.0, 36.0])
            .strip_prefix(HEAD)
            .unwrap();
    let ran = table(&["--layout", "chap", "--location", "code"], &both).expect(0);
    let text = ran.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1 + 3 * 24);
    assert_eq!(
        lines[..3],
        [
            "time_period,location,population",
            "2025-01,007,12",
            "2025-02,007,12"
        ]
    );
    assert_eq!(lines[13], "2026-01,007,24");

    let flags = ["--layout", "chap", "--within-year", "linear"];
    let ran = table(&flags, &both).expect(0);
    let text = ran.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1 + 3 * 12);
    assert_eq!(lines[1], "2025-01,d1,12");
    // 1 July is day 181 of 365: 12 + 12 * 181 / 365
    assert_eq!(
        lines[7].rsplit(',').next().unwrap().parse::<f64>().unwrap(),
        12.0 * (1.0 - 181.0 / 365.0) + 24.0 * (181.0 / 365.0)
    );

    table(&flags, &totals("2025", [1.0, 2.0, 3.0]))
        .expect_nothing(3)
        .says("hint: sum the raster of 2026 too");
}

#[test]
fn chap_leaves_out_by_name_what_has_no_value() {
    let text = totals("2025", [1.0, 2.0, 3.0]).replace("3,ok,\n", ",none,no-geometry\n");
    let ran = table(&["--layout", "chap"], &text).expect(0);
    assert_eq!(ran.text().lines().count(), 1 + 2 * 12);
    ran.says("left out 1 unit: d3: no value");
}

#[test]
fn doubts_that_a_layout_has_no_column_for_are_told() {
    let everybody = [("t", "", "", [1.0, 2.0, 3.0])];
    let text = sums("2025", &everybody, &["1", "2", "3"])
        .replace("3,ok,\n", "3,doubtful,partly-outside\n");
    for flags in [
        ["--layout", "chap"].as_slice(),
        &["--layout", "cod-ps", "--place-codes", "id"],
    ] {
        table(&[flags, &["--level", "3"]].concat(), &text)
            .expect(0)
            .says("1 unit with a doubtful value, which this layout cannot say: Île (d3): partly-outside");
    }
    let ran = table(&["--layout", "wide", "--level", "3"], &text).expect(0);
    assert!(!ran.stderr.contains("doubtful"), "{}", ran.stderr);
}

#[test]
fn chap_refuses_two_places_of_one_name() {
    let text = totals("2025", [1.0, 2.0, 3.0]).replace("Île", "Est");
    table(&["--layout", "chap", "--location", "name"], &text)
        .expect_nothing(3)
        .says("the units d2 and d3 are both called \"Est\"");
    table(&["--layout", "chap"], &text).expect(0);
}

const BANDS: [(&str, &str, &str, [f64; 3]); 6] = [
    ("f", "0", "1", [1.4, 0.3, 0.3]),
    ("f", "1", "5", [5.2, 2.2, 2.3]),
    ("f", "5", "", [30.4, 8.4, 9.4]),
    ("m", "0", "1", [1.3, 0.3, 0.2]),
    ("m", "1", "5", [5.4, 2.1, 2.4]),
    ("m", "5", "", [29.3, 8.3, 9.4]),
];

/// A CSV text as rows of cells.
fn rows(text: &str) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes())
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// The published rules: whole numbers, all present, equal to the sums of the level below.
#[test]
fn cod_ps_adds_up_through_the_levels() {
    let input = sums("2025", &BANDS, &["1", "2", "3"]);
    let of = |level: &str| {
        rows(
            &table(&["--layout", "cod-ps", "--level", level], &input)
                .expect(0)
                .text(),
        )
    };
    let (country, provinces, districts) = (of("1"), of("2"), of("3"));
    assert_eq!(
        districts[0].join(","),
        "ADM0_PCODE,ADM0_NAME,ADM1_PCODE,ADM1_NAME,ADM2_PCODE,ADM2_NAME,YEAR,\
         F_TL,M_TL,T_TL,F_00_04,M_00_04,T_00_04,F_5PLUS,M_5PLUS,T_5PLUS"
    );
    assert_eq!(
        districts[1][..7],
        [
            "CT",
            "Country",
            "CT01",
            "Nord",
            "007",
            "N'Dogo, ouest",
            "2025"
        ]
    );
    let figures = |row: &[String], skip: usize| -> Vec<i64> {
        row[skip..]
            .iter()
            .map(|cell| cell.parse().unwrap())
            .collect()
    };
    let sum = |rows: Vec<Vec<i64>>| -> Vec<i64> {
        (0..rows[0].len())
            .map(|i| rows.iter().map(|row| row[i]).sum())
            .collect()
    };
    for province in &provinces[1..] {
        let below: Vec<Vec<i64>> = districts[1..]
            .iter()
            .filter(|row| row[2] == province[2])
            .map(|row| figures(row, 7))
            .collect();
        assert_eq!(sum(below), figures(province, 5), "{province:?}");
    }
    let all: Vec<Vec<i64>> = provinces[1..].iter().map(|row| figures(row, 5)).collect();
    assert_eq!(sum(all), figures(&country[1], 3));
    for row in &districts[1..] {
        let figures = figures(row, 7);
        assert_eq!(figures[0] + figures[1], figures[2]);
        assert_eq!(figures[3] + figures[6], figures[0]);
        assert_eq!(figures[4] + figures[7], figures[1]);
    }
    // 118.9 people: rounded once, at the top
    assert_eq!(figures(&country[1], 3)[2], 119);
}

#[test]
fn cod_ps_refuses_what_the_published_rules_forbid() {
    let whole = sums("2025", &BANDS, &["1", "2", "3"]);
    let cod_ps = |input: &str| table(&["--layout", "cod-ps"], input).expect_nothing(3);
    cod_ps(&whole.replace("29.3,ok,\n", ",none,no-geometry\n"))
        .says("1 unit without a value: N'Dogo, ouest (no-geometry)");
    cod_ps(&whole.replace(",CT02,", ",CT01,"))
        .says("its code \"CT01\" is the code of another unit, too");
    cod_ps(&whole.replace(",CT02,", ",,")).says("Sud \"B\" (p2): has no code");
    cod_ps(&sums("2025", &BANDS, &["3"])).says("the ancestor r, which is not in the sums");
    cod_ps(&sums("2025", &BANDS[..5], &["1", "2", "3"]))
        .says("neither the whole population nor all its bands");
    let above = whole.lines().filter(|line| !line.starts_with("d1,"));
    let above: String = above.map(|line| format!("{line}\n")).collect();
    table(&["--layout", "cod-ps", "--level", "3"], &above)
        .expect_nothing(3)
        .says("unit p1 has no unit of level 3 below it");
}

const VALUES: &str = r#"{"dataSet":"dsPopYear01","dataValues":[
{"dataElement":"dePopTot001","period":"2025","orgUnit":"AVMFMnI3EPs","value":"4310","comment":"c"},
{"dataElement":"dePopTot001","period":"2025","orgUnit":"E0MLRrzPv90","value":"6122"}]}"#;

#[test]
fn the_import_app_gets_its_own_csv() {
    let ran = table(&["--layout", "import-app"], VALUES).expect(0);
    let rows = rows(&ran.text());
    assert_eq!(rows[0][..3], ["dataElement", "period", "orgUnit"]);
    assert_eq!(rows[1][..3], ["dePopTot001", "2025", "AVMFMnI3EPs"]);
    assert_eq!(rows.len(), 3);
    let sums = totals("2025", [1.0, 2.0, 3.0]);
    table(&["--layout", "import-app"], &sums)
        .expect_nothing(3)
        .says("found sums, this layout takes a data value set");
}

#[test]
fn values_are_a_column_an_element() {
    let ran = table(&[], VALUES).expect(0);
    assert_eq!(
        ran.text(),
        "org_unit,code,name,period,dePopTot001\nAVMFMnI3EPs,,,2025,4310\nE0MLRrzPv90,,,2025,6122\n"
    );
}

#[test]
fn unusable_input_is_named() {
    table(&[], "").expect_nothing(3).says("stdin");
    let levels = sums("2025", &BANDS, &["2", "3"]);
    table(&[], &levels)
        .expect_nothing(3)
        .says("the sums hold the levels 2, 3")
        .says("hint: choose one with --level");
    let mixed = totals("2025", [1.0, 2.0, 3.0])
        + &totals("2026", [1.0, 2.0, 3.0])
            .strip_prefix(HEAD)
            .unwrap()
            .replace(",src,", ",other,");
    table(&[], &mixed)
        .expect_nothing(3)
        .says("the sums hold several sources: other, src");
    table(&["--level", "9"], &levels)
        .expect_nothing(3)
        .says("no rows of level 9");
}

/// Ids and codes are text in the workbook, and the same input gives the same bytes.
#[test]
fn a_workbook_keeps_codes_as_text() {
    let input = totals("2025", [10.5, 20.25, 0.0]);
    let flags = ["--format", "xlsx"];
    let (first, again) = (
        table(&flags, &input).expect(0),
        table(&flags, &input).expect(0),
    );
    assert_eq!(first.stdout, again.stdout);
    assert!(first.stdout.starts_with(b"PK"));
}

#[test]
fn units_that_would_be_left_out_or_counted_twice_are_refused() {
    let input = totals("2025", [10.0, 20.0, 5.0]);
    let by_path = input.replace("\"Est\",3,", "\"Est\",,");
    assert_ne!(input, by_path);
    let wide = |input: &str| table(&["--layout", "wide"], input).expect(0).text();
    assert_eq!(wide(&by_path), wide(&input));
    let no_level = by_path.replace("\"Est\",,/r/p2/d2", "\"Est\",,");
    assert_ne!(by_path, no_level);
    for layout in ["wide", "chap", "cod-ps"] {
        let ran = table(&["--layout", layout], &no_level).expect_nothing(3);
        assert!(
            ran.stderr.contains("1 unit without a level"),
            "{}",
            ran.stderr
        );
    }
    let both =
        sums("2025", &[("t", "", "", [10.0, 20.0, 5.0])], &["2", "3"]).replace(",2,/", ",3,/");
    let ran = table(&["--layout", "wide"], &both).expect_nothing(3);
    assert!(ran.stderr.contains("lies below"), "{}", ran.stderr);
}

#[test]
fn cod_ps_tells_of_a_level_that_lacks_a_unit() {
    let whole = sums(
        "2025",
        &[("t", "", "", [10.0, 20.0, 5.0])],
        &["1", "2", "3"],
    );
    let args = ["--layout", "cod-ps", "--level", "2"];
    let ran = table(&args, &whole).expect(0);
    assert!(!ran.stderr.contains("another sum"), "{}", ran.stderr);
    let lacks: String = whole
        .split_inclusive('\n')
        .filter(|row| !row.starts_with("d2,"))
        .collect();
    let ran = table(&args, &lacks).expect(0);
    assert!(
        ran.stderr
            .contains("25 people of its own, 5 in the units below it"),
        "{}",
        ran.stderr
    );
}
