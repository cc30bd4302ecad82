//! What the tool writes instead of values, or beside them: a first mapping, explanations, checks, other forms.

use super::country::{folder, metadata};
use super::{Folder, Values};
use crate::support::tool;

const RUN: &str = "sums.csv --mapping map.toml --metadata metadata.json --level 4";

#[test]
fn a_first_mapping_works_as_it_is() {
    let folder = folder();
    let ran = folder
        .run("sums.csv --init --metadata metadata.json -o first.toml")
        .run();
    ran.expect_nothing(0).says("4 values proposed, 0 in doubt");
    let text = folder.read("first.toml");
    assert!(text.contains("\nbands = 20\n"), "{text}");
    assert!(
        text.contains("# The sums at hand hold the levels 1, 2, 3, 4"),
        "{text}"
    );
    let args = "sums.csv --metadata metadata.json --level 4";
    let first = folder.values(&format!("{args} --mapping first.toml"));
    assert_eq!(first, folder.values(RUN));
    // Without sums the bands of the product are taken; the sums may come through a pipe.
    let without = folder
        .run("--init --metadata metadata.json")
        .run()
        .expect(0)
        .text();
    assert_eq!(without.matches("\n[[value]]").count(), 4);
    let piped = folder
        .run("- --init --metadata metadata.json")
        .stdin(folder.read("sums.csv"));
    assert_eq!(piped.run().expect(0).text(), text);
}

#[test]
fn a_first_mapping_leaves_what_is_in_doubt_to_a_person() {
    let doubtful = metadata()
        .replace("\"WP_F_15_49\"", "\"WP_F_15-19\"")
        .replace("\"P5Y--P10Y\"", "\"P5D--P9D\"");
    let folder = Folder::new(&[("metadata.json", &doubtful)]);
    let ran = folder
        .run("--init --metadata metadata.json")
        .run()
        .expect(0);
    let ran = ran.says("2 values proposed, 2 in doubt");
    for line in [
        "# in doubt: code \"WP_F_15-19\" reads f 15-18 years or 15-19 years, label \"WorldPop - Population female 15-49 years\" reads f 15-49 years",
        "code \"P5D--P9D\" reads 5-8 days or 5-9 days, label \"5-9 years\" reads 5-9 years",
    ] {
        assert!(ran.text().contains(line), "{}", ran.text());
    }
    let nothing = doubtful.replace("WorldPop - Population", "Something");
    std::fs::write(folder.0.path().join("metadata.json"), nothing).unwrap();
    let ran = folder
        .run("--init --metadata metadata.json")
        .run()
        .expect(0);
    ran.says("nothing could be proposed");
}

#[test]
fn every_line_is_explained_with_its_formula() {
    let mapping = "split = \"uniform\"
[[value]]
data_element = \"WP_POP_TOTAL\"
[[value]]
data_element = \"WP_POP_AGESEX\"
by = \"options\"
[[value]]
data_element = \"dePopUnder5\"
ages = \"12-23 months\"
[[value]]
data_element = \"dePopWomen1\"
rate = { value = 0.041, source = \"census\", year = 2013, level = \"national\" }
";
    let folder = folder();
    std::fs::write(folder.0.path().join("map.toml"), mapping).unwrap();
    let text = folder
        .run(&format!("{RUN} --explain"))
        .run()
        .expect(0)
        .text();
    let line = |part: &str| {
        text.lines()
            .find(|line| line.contains(part))
            .unwrap_or_else(|| panic!("{part}: {text}"))
    };
    // An element's line, and its rows with what is wrapped in them.
    let element = |part: &str| {
        let mut lines = text.lines().skip_while(|line| !line.contains(part));
        let heading = lines.next().unwrap_or_else(|| panic!("{part}: {text}"));
        let mut of_element = vec![heading];
        for line in lines {
            let in_rows = of_element.last().is_some_and(|l| l.starts_with(' '));
            if in_rows && !line.starts_with(' ') {
                break;
            }
            of_element.push(line);
        }
        let words = of_element.iter().flat_map(|line| line.split_whitespace());
        words.collect::<Vec<_>>().join(" ")
    };
    let total = element("(WP_POP_TOTAL, dePopTot001)");
    assert!(
        total.contains("f00..f90 + m00..m90")
            && total.contains("exact")
            && total.contains("dsPopYear01"),
        "{total}"
    );
    let cell = line("(cocM0000004)");
    assert!(
        cell.contains("men, 15-19 years") && cell.contains(" m15 ") && cell.contains("exact"),
        "{cell}"
    );
    let part = element("dePopUnder5)");
    assert!(
        part.contains("1/4 f01 + 1/4 m01") && part.contains("split, uniform"),
        "{part}"
    );
    let rate = element("dePopWomen1)");
    assert!(
        rate.contains("rate 0.041 (census, 2013, national)"),
        "{rate}"
    );
    assert_eq!(text.matches("(coc").count(), 40);
}

#[test]
fn a_check_says_what_a_server_would_and_writes_nothing_then() {
    let folder = folder();
    folder
        .run(&format!("{RUN} --check -o values.json"))
        .run()
        .expect_nothing(0);
    assert_eq!(Values::read(&folder.read("values.json")).0.len(), 60 * 43);
    let unassigned = metadata().replacen("\"ouUnit00007\"", "\"ouUnit99999\"", 1);
    std::fs::write(folder.0.path().join("metadata.json"), unassigned).unwrap();
    let ran = folder
        .run(&format!("{RUN} --check -o other.json"))
        .run()
        .expect_nothing(1);
    ran.says("ouUnit00007")
        .says("is not assigned to data set")
        .says("E8022")
        .says("nothing written");
    assert!(!folder.has("other.json"));
    // Without the question the values are written, and the answer is on stderr all the same.
    let ran = folder
        .run(&format!("{RUN} -o other.json"))
        .run()
        .expect_nothing(0);
    ran.says("is not assigned to data set");
    assert!(folder.has("other.json"));
    folder
        .run("sums.csv --data-element dePopTot001 --check")
        .run()
        .expect_nothing(2);
}

const SMALL: &str = "org_unit,year,population\nouDist00001,2025,10.4\nouDist00002,2025,20.6\n";
const TOTAL: &str = "--data-element dePopTot001 --data-set dsPopYear01";

#[test]
fn csv_has_six_columns_and_no_quotes() {
    let folder = Folder::new(&[("sums.csv", SMALL)]);
    let text = folder
        .run(&format!("sums.csv {TOTAL} --format csv"))
        .run()
        .expect(0)
        .text();
    assert_eq!(
        text,
        "dataElement,period,orgUnit,categoryOptionCombo,attributeOptionCombo,value\n\
         dePopTot001,2025,ouDist00001,,,10\ndePopTot001,2025,ouDist00002,,,21\n"
    );
    let table = folder
        .run(&format!("sums.csv {TOTAL} --format table"))
        .run()
        .expect(0)
        .text();
    assert!(table.contains("ouDist00002"), "{table}");
}

#[test]
fn several_data_sets_go_into_a_folder() {
    let mapping = "[[value]]\ndata_element = \"dePopTot001\"\ndata_set = \"dsPopYear01\"\n[[value]]\ndata_element = \"dePopTot002\"\ndata_set = \"dsOther0001\"\n";
    let folder = Folder::new(&[("sums.csv", SMALL), ("map.toml", mapping)]);
    std::fs::create_dir(folder.0.path().join("out")).unwrap();
    let ran = folder
        .run("sums.csv --mapping map.toml")
        .run()
        .expect_nothing(2);
    ran.says("several data sets (dsOther0001, dsPopYear01)")
        .says("--data-set");
    folder
        .run("sums.csv --mapping map.toml -o out")
        .run()
        .expect_nothing(0);
    for (file, element) in [
        ("out/dsPopYear01.json", "dePopTot001"),
        ("out/dsOther0001.json", "dePopTot002"),
    ] {
        let values = Values::read(&folder.read(file));
        assert_eq!(values.at(element, "", "2025", "ouDist00002"), 21, "{file}");
        assert_eq!(values.0.len(), 2);
    }
    folder
        .run("sums.csv --mapping map.toml -o out --format csv")
        .run()
        .expect_nothing(0);
    assert!(
        folder
            .read("out/dsOther0001.csv")
            .starts_with("dataElement,")
    );
    let one = folder.values("sums.csv --mapping map.toml --data-set dsOther0001");
    assert_eq!(one.0.len(), 2);
    folder
        .run("sums.csv --mapping map.toml --explain -o out")
        .run()
        .expect_nothing(4)
        .says("is a folder");
}

#[test]
fn a_bad_place_is_told_before_anything_is_read() {
    let folder = Folder::new(&[]);
    for place in [
        "-o none/values.json",
        "--report none/report.json",
        "--init -o none/map.toml",
    ] {
        let element = if place.starts_with("--init") {
            ""
        } else {
            TOTAL
        };
        let ran = folder.run(&format!("missing.csv {element} {place}")).run();
        ran.expect_nothing(4).says("no such folder");
    }
}

#[test]
fn json_sums_give_the_same_bytes_as_csv() {
    let folder = folder();
    let csv = folder.read("sums.csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<serde_json::Value> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let fields = header.iter().zip(&record).map(|(key, field)| {
                let value = field
                    .parse::<f64>()
                    .map_or_else(|_| field.into(), Into::into);
                (key.to_owned(), value)
            });
            fields.collect::<serde_json::Map<_, _>>().into()
        })
        .collect();
    let json =
        serde_json::json!({ "format": "headcount-sums", "version": 1, "rows": rows }).to_string();
    let piped = tool("to-datavalueset")
        .folder(folder.0.path())
        .args(RUN.split(' ').skip(1))
        .stdin(json);
    assert!(piped.run().expect(0).text() == folder.run(RUN).run().expect(0).text());
}

#[test]
fn spreadsheets_are_read_or_named() {
    let folder = Folder::new(&[]);
    let run = |bytes: Vec<u8>| {
        let args = format!("{TOTAL} --period 2025 --columns org_unit=id,population=sum");
        folder.run(&args).stdin(bytes).run()
    };
    let marked = "\u{feff}id,sum\r\nouDist00001,12.5\r\n";
    assert_eq!(
        Values::of(&run(marked.into()).expect(0)).by_period(),
        [("2025", "ouDist00001", 13)]
    );
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain("id,sum\r\n".bytes().flat_map(|b| [b, 0]))
        .collect();
    for (bytes, message) in [
        (utf16, "the text is UTF-16, expected UTF-8"),
        (
            b"id;sum\r\nouDist00001;12,5\r\n".to_vec(),
            "separated by semicolons, expected commas",
        ),
        (
            b"id,sum\r\nouDist00001,\"12,5\"\r\n".to_vec(),
            "has a comma, expected a point before decimals",
        ),
        (
            b"unit;people\r\nouDist00001;12\r\n".to_vec(),
            "separated by semicolons",
        ),
        (b"PK\x03\x04....".to_vec(), "a workbook"),
    ] {
        let ran = run(bytes).expect_nothing(3).says(message);
        assert!(
            message.contains("a comma") || ran.stderr.contains("hint: save the file"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn hostile_tables_end_as_their_manifest_says() {
    let data = testdata::dir();
    let text = std::fs::read(data.join("hostile/manifest.json")).unwrap();
    let manifest: Vec<serde_json::Value> = serde_json::from_slice(&text).unwrap();
    let cases: Vec<_> = manifest
        .iter()
        .filter(|case| case["group"] == "csv-sums")
        .collect();
    assert_eq!(cases.len(), 25);
    for case in cases {
        let file = data
            .join("hostile")
            .join(case["files"][0].as_str().unwrap());
        let run = tool("to-datavalueset").arg(file).args(TOTAL.split(' '));
        let ran = run
            .args([
                "--period",
                "2025",
                "--columns",
                "org_unit=id,population=sum",
            ])
            .run();
        let id = case["id"].as_str().unwrap();
        // A last line without end is asked for: its number may have been cut.
        // A unit without a number is never left out in silence.
        let is_blank = id == "csv-val-blank";
        if case["expect"]["class"] == "error" || id == "csv-cut" || is_blank {
            let ran = ran.expect_nothing(3);
            assert!(ran.stderr.contains(id), "{id}: {}", ran.stderr);
            continue;
        }
        let ran = ran.expect(0);
        let values = Values::of(&ran);
        let sum: i64 = values.0.values().sum();
        match id {
            "csv-total" => assert_eq!(sum, 100),
            "csv-val-exp" => assert!(values.0.values().any(|value| *value == 1500)),
            "csv-plain" => assert_eq!(values.0.len(), 2),
            _ => assert!(!values.0.is_empty(), "{id}"),
        }
    }
}
