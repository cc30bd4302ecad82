//! Tables and summaries in the language of the user; streams for machines in none.

use std::path::Path;

use crate::sample::Sample;
use crate::support::{Ran, Run, root, tool};
use crate::tables::assert_fits;

/// A call of a tool that can be made again.
struct Call {
    tool: &'static str,
    args: Vec<String>,
    stdin: Vec<u8>,
}

impl Call {
    fn new(tool: &'static str, args: &[&str], stdin: &[u8]) -> Self {
        Self {
            tool,
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            stdin: stdin.to_owned(),
        }
    }

    fn ready(&self, sample: &Sample) -> Run {
        let run = sample.with_server(tool(self.tool)).folder(sample.path());
        run.args(self.args.clone())
            .stdin(self.stdin.clone())
            .env("COLUMNS", "80")
    }

    /// With the locale of a user in France, in the variable that most systems set.
    fn in_french(&self, sample: &Sample) -> Ran {
        self.ready(sample).env("LANG", "fr_FR.UTF-8").run()
    }
}

/// The sample country's sums, two years of them, and what else the tools read.
fn prepared() -> Sample {
    let sample = Sample::ready();
    let units = sample.org_units();
    let sums = sample.sums(&units);
    let values = sample.value_set(&sums);
    let later = String::from_utf8(sums.clone()).unwrap();
    let later = later
        .replace(",2025,", ",2026,")
        .replace("_2025_", "_2026_");
    let grown = grown(&later);
    let first = String::from_utf8(units.clone()).unwrap();
    let first = first.replacen("Amberin", "Amberin-Sud", 1);
    let totals =
        "org_unit,year,sex,age_from,age_to,population,source\nsRE4DiyLDfD,2025,,,,4000,INS\n";
    for (name, bytes) in [
        ("units.geojson", units.as_slice()),
        ("earlier.geojson", first.as_bytes()),
        ("sums.csv", &sums),
        ("same.csv", &sums),
        ("later.csv", later.as_bytes()),
        ("grown.csv", grown.as_bytes()),
        ("values.json", &values),
        ("totals.csv", totals.as_bytes()),
    ] {
        std::fs::write(sample.path().join(name), bytes).unwrap();
    }
    let facilities = sample.file("facilities.geojson");
    sample
        .with_server(tool("fetch-orgunits"))
        .args(["--level", "3,4", "-o", &facilities])
        .run()
        .expect_nothing(0);
    let within = sample.file("within.geojson");
    tool("catchments")
        .args(["--within-level", "3", "--max-distance", "2km", &facilities])
        .args(["-o", &within])
        .run()
        .expect_nothing(0);
    let served = sample.file("within.csv");
    tool("zonal-sum")
        .args(["-r", sample.raster(), &within, "-o", &served])
        .run()
        .expect_nothing(0);
    let instance = sample.file("instance.json");
    sample
        .with_server(tool("fetch-metadata"))
        .args(["--all", "--level", "2", "-o", &instance])
        .run()
        .expect_nothing(0);
    let metadata = sample.file("metadata-now.json");
    sample
        .with_server(tool("fetch-metadata"))
        .args(["--data-set", "dsPopYear01", "-o", &metadata])
        .run()
        .expect_nothing(0);
    sample
}

/// The same sums with a fifth more people.
fn grown(sums: &str) -> String {
    let mut reader = csv::Reader::from_reader(sums.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = reader.headers().unwrap().clone();
    let people = head.iter().position(|name| name == "population").unwrap();
    writer.write_record(&head).unwrap();
    for record in reader.records().map(Result::unwrap) {
        let cells = record.iter().enumerate();
        let cells = cells.map(|(place, cell)| match cell.parse::<f64>() {
            Ok(number) if place == people => (number * 1.2).to_string(),
            _ => cell.to_owned(),
        });
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// A stream without the time that a server told.
fn timeless(stream: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(stream);
    match text.split_once("\"serverDate\"") {
        Some((before, rest)) => {
            let after = rest.split_once(',').map_or("", |(_, after)| after);
            [before, after].concat().into_bytes()
        }
        None => stream.to_owned(),
    }
}

/// Every tool that prints a table: what it is called with, and headings or lines of its French table.
fn tables(sample: &Sample) -> Vec<(Call, &'static [&'static str])> {
    let mut explain = sample.mapping();
    explain.extend(["sums.csv", "--metadata", "metadata-now.json", "--explain"]);
    let mut values = sample.mapping();
    values.extend([
        "sums.csv",
        "--metadata",
        "metadata-now.json",
        "--format",
        "table",
    ]);
    vec![
        (
            Call::new(
                "zonal-sum",
                &["-r", sample.raster(), "units.geojson", "--format", "table"],
                b"",
            ),
            &[
                "personnes",
                "bilan",
                "dans les unités",
                "total du raster",
                "niveau 2",
            ],
        ),
        (
            Call::new("clip-raster", &["--info", "-r", sample.raster()], b""),
            &[
                "selon le fichier",
                "cellules valides",
                "somme",
                "degrés",
                "personnes par cellule",
            ],
        ),
        (
            Call::new("to-datavalueset", &values, b""),
            &["élément de données", "période", "valeur"],
        ),
        (
            Call::new("to-datavalueset", &explain, b""),
            &["formule", "méthode", "ensemble de données"],
        ),
        (
            Call::new(
                "compare",
                &["sums.csv", "same.csv", "--format", "table"],
                b"",
            ),
            &["aucun chiffre ne diffère"],
        ),
        (
            Call::new(
                "compare",
                &["later.csv", "grown.csv", "--format", "table"],
                b"",
            ),
            &["personnes", "ancien", "nouveau", "différence"],
        ),
        (
            Call::new(
                "rake",
                &[
                    "--totals",
                    "totals.csv",
                    "sums.csv",
                    "--check",
                    "--report-format",
                    "table",
                ],
                b"",
            ),
            &["cible", "avant", "facteur", " tour", "tous les âges"],
        ),
        (
            Call::new(
                "population-metadata",
                &[
                    "instance.json",
                    "--targets",
                    "immunisation",
                    "--level",
                    "2",
                    "--explain",
                ],
                b"",
            ),
            &["ajouter", "élément de", "remarque"],
        ),
        (
            Call::new(
                "fetch-orgunits",
                &[
                    "--level",
                    "2",
                    "--compare",
                    "earlier.geojson",
                    "-o",
                    "now.geojson",
                ],
                b"",
            ),
            &["variation", "renommée", "auparavant"],
        ),
        (
            Call::new(
                "catchments",
                &[
                    "--within-level",
                    "3",
                    "--max-distance",
                    "2km",
                    "--sums",
                    "2km=within.csv",
                    "facilities.geojson",
                    "-o",
                    "again.geojson",
                    "--report",
                    "-",
                    "--report-format",
                    "table",
                ],
                b"",
            ),
            &["formation sanitaire", "à moins", "desservies", "toutes"],
        ),
        (
            Call::new("fetch-orgunits", &[], b""),
            &["niveau", "unités", "sans géométrie", "fermées"],
        ),
        (
            Call::new("fetch-metadata", &[], b""),
            &["ensemble de données", "type de période"],
        ),
        (
            Call::new(
                "push",
                &["values.json", "--plan-table", "plan.txt", "-o", "plan.json"],
                b"",
            ),
            &["plan : ", "unité", "nouveau", "total de ", "signature :"],
        ),
    ]
}

#[test]
fn tables_are_in_the_language_of_the_user() {
    let sample = prepared();
    for (call, expected) in tables(&sample) {
        let mut ran = call.in_french(&sample);
        if call.tool == "push" {
            ran.stdout = std::fs::read(sample.path().join("plan.txt")).unwrap();
        }
        let text = format!("{}{}", ran.text(), ran.stderr);
        for words in expected {
            assert!(
                text.contains(words),
                "{}: no {words:?} in\n{text}",
                ran.line
            );
        }
        if expected != ["aucun chiffre ne diffère"] {
            assert_fits(call.tool, &ran);
        }
        // The flag counts for more than the locale.
        let english = call
            .ready(&sample)
            .env("LANG", "fr_FR.UTF-8")
            .args(["--lang", "en"])
            .run();
        assert_eq!(english.status, ran.status);
        assert!(!english.stderr.contains('é'), "{}", english.stderr);
    }
}

#[test]
fn numbers_of_french_tables_are_grouped_as_in_french() {
    let sample = prepared();
    let (call, _) = tables(&sample).remove(0);
    let text = call.in_french(&sample).expect(0).text();
    assert!(text.contains("3\u{202f}714,1"), "{text}");
}

/// The streams that machines read, and the exit status of each, under both languages.
#[test]
fn streams_and_statuses_are_the_same_in_every_language() {
    let sample = prepared();
    let raster = sample.raster().to_owned();
    let mut json = sample.mapping();
    json.extend(["sums.csv"]);
    let csv = [json.as_slice(), &["--format", "csv"]].concat();
    let report = [
        json.as_slice(),
        &["--report", "/dev/stdout", "-o", "values-again.json"],
    ]
    .concat();
    let stream = ["population-metadata", "instance.json"];
    let calls = [
        ("fetch-orgunits", vec!["--level", "2"]),
        ("fetch-metadata", vec!["--data-set", "dsPopYear01"]),
        (
            "fetch-values",
            vec!["--data-set", "dsPopYear01", "--period", "2025"],
        ),
        ("zonal-sum", vec!["-r", &raster, "units.geojson"]),
        (
            "zonal-sum",
            vec!["-r", &raster, "units.geojson", "--format", "json"],
        ),
        (
            "zonal-sum",
            vec!["-r", &raster, "units.geojson", "--format", "wide"],
        ),
        (
            "zonal-sum",
            vec!["-r", &raster, "units.geojson", "--format", "geojson"],
        ),
        (
            "zonal-sum",
            vec![
                "-r",
                &raster,
                "units.geojson",
                "-o",
                "sums-again.csv",
                "--balance",
                "-",
            ],
        ),
        ("clip-raster", vec!["-r", &raster, "units.geojson"]),
        (
            "catchments",
            vec![
                "--within-level",
                "3",
                "--max-distance",
                "2km",
                "facilities.geojson",
            ],
        ),
        ("to-datavalueset", json.clone()),
        ("to-datavalueset", csv),
        ("to-datavalueset", report),
        (
            "to-datavalueset",
            vec!["--init", "sums.csv", "--metadata", "metadata-now.json"],
        ),
        ("to-table", vec!["sums.csv"]),
        ("to-table", vec!["values.json", "--layout", "import-app"]),
        ("compare", vec!["later.csv", "grown.csv"]),
        (
            "compare",
            vec!["later.csv", "grown.csv", "--format", "json"],
        ),
        (
            "rake",
            vec!["--totals", "totals.csv", "sums.csv", "--allow", "factor"],
        ),
        (
            "rake",
            vec![
                "--totals",
                "totals.csv",
                "sums.csv",
                "--check",
                "--report-format",
                "csv",
            ],
        ),
        (
            "rake",
            vec![
                "--totals",
                "totals.csv",
                "sums.csv",
                "--check",
                "--report-format",
                "json",
            ],
        ),
        ("cross-orgunits", vec!["units.geojson", "earlier.geojson"]),
        (
            stream[0],
            vec![stream[1], "--targets", "immunisation", "--level", "2"],
        ),
        (
            "push",
            vec![
                "values.json",
                "-o",
                "plan-again.json",
                "--plan-table",
                "plan.csv",
            ],
        ),
        ("zonal-sum", vec!["-r", "none.tif", "units.geojson"]),
    ];
    for (tool, args) in calls {
        let call = Call::new(tool, &args, b"");
        let english = call.ready(&sample).run();
        let table = |name: &str| std::fs::read(sample.path().join(name)).ok();
        let before = table("plan.csv");
        let french = call.in_french(&sample);
        assert_eq!(
            english.status, french.status,
            "{}\n{}",
            french.line, french.stderr
        );
        assert!(
            timeless(&english.stdout) == timeless(&french.stdout),
            "{}: other bytes",
            french.line
        );
        assert_eq!(before, table("plan.csv"), "{}", french.line);
    }
}

#[test]
fn an_unknown_language_is_refused_by_flag_and_english_by_locale() {
    for name in crate::support::tools() {
        let ran = tool(&name).args(["--lang", "xx"]).run();
        if ran.stderr.contains("unexpected argument") {
            // Programs for trying out have no tables and no summary.
            assert!(
                ["dhis2-standin", "sample-country"].contains(&name.as_str()),
                "{name}"
            );
            continue;
        }
        ran.expect_nothing(2).says("expected one of: en, fr");
    }
    let sample = prepared();
    let (call, _) = tables(&sample).remove(0);
    let german = call
        .ready(&sample)
        .env("LC_ALL", "de_DE.UTF-8")
        .run()
        .expect(0);
    assert!(german.text().contains("total of the raster"));
}

/// A third language is a file: what it lacks is English.
#[test]
fn another_language_is_a_file_and_no_code() {
    let sample = prepared();
    let own = "number-group = .\nnumber-decimal = ,\nnumber-minus = -\ncolumn-people = pessoas\nbalance-line-total = total do raster\n";
    std::fs::write(sample.path().join("pt.ftl"), own).unwrap();
    let (mut call, _) = tables(&sample).remove(0);
    call.args.extend(["--lang".to_owned(), "pt.ftl".to_owned()]);
    let text = call.in_french(&sample).expect(0).text();
    for words in ["pessoas", "total do raster", "3.714,1", "in units"] {
        assert!(text.contains(words), "no {words:?} in\n{text}");
    }
    std::fs::write(sample.path().join("pt.ftl"), "column-people = { $people\n").unwrap();
    call.in_french(&sample)
        .expect_nothing(3)
        .says("zonal-sum: pt.ftl: line ");
    std::fs::remove_file(sample.path().join("pt.ftl")).unwrap();
    call.in_french(&sample).expect_nothing(4).says("pt.ftl");
}

/// A file of messages that a translator sends is checked like the ones that are there.
#[test]
fn both_languages_are_complete() {
    let keys = |code: &str| -> Vec<String> {
        let file = root().join(format!("crates/pop-messages/messages/{code}.ftl"));
        let text = std::fs::read_to_string(Path::new(&file)).unwrap();
        let is_key = |line: &&str| line.starts_with(|sign: char| sign.is_ascii_lowercase());
        let lines = text.lines().filter(is_key);
        lines
            .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
            .collect()
    };
    assert_eq!(keys("en"), keys("fr"));
}
