//! Tables and summaries in the language of the user; streams for machines in none.

use std::path::Path;

use crate::sample::Sample;
use crate::support::{Ran, Run, root, tool};
use crate::tables::assert_fits;

/// A call of a tool that can be made again.
struct Call {
    tool: &'static str,
    args: Vec<String>,
}

impl Call {
    /// `RASTER` and `MAPPING` in the line are the sample's.
    fn of_line(line: &'static str, sample: &Sample) -> Self {
        let mut words = line.split_whitespace();
        let tool = words.next().unwrap();
        let mut args = Vec::new();
        for word in words {
            match word {
                "RASTER" => args.push(sample.raster().to_owned()),
                "MAPPING" => args.extend(sample.mapping().into_iter().map(str::to_owned)),
                word => args.push(word.to_owned()),
            }
        }
        Self { tool, args }
    }

    fn ready(&self, sample: &Sample) -> Run {
        let run = sample.with_server(tool(self.tool)).folder(sample.path());
        run.args(self.args.clone()).env("COLUMNS", "80")
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
const TABLES: &[(&str, &[&str])] = &[
    (
        "zonal-sum -r RASTER units.geojson --format table",
        &[
            "personnes",
            "bilan",
            "dans les unités",
            "total de la grille",
            "niveau 2",
        ],
    ),
    (
        "clip-raster --info -r RASTER",
        &[
            "selon le fichier",
            "cellules valides",
            "somme",
            "degrés",
            "personnes par cellule",
        ],
    ),
    (
        "to-datavalueset MAPPING sums.csv --metadata metadata-now.json --format table",
        &["élément de données", "période", "valeur"],
    ),
    (
        "to-datavalueset MAPPING sums.csv --metadata metadata-now.json --explain",
        &["formule", "méthode", "ensemble de données"],
    ),
    (NOTHING_DIFFERS, &["aucun chiffre ne diffère"]),
    (
        "compare later.csv grown.csv --format table",
        &["personnes", "ancien", "nouveau", "différence"],
    ),
    (
        "rake --totals totals.csv sums.csv --check --report-format table",
        &["cible", "avant", "facteur", " tour", "tous les âges"],
    ),
    (
        "population-metadata instance.json --targets immunisation --level 2 --explain",
        &["ajouter", "élément de", "remarque"],
    ),
    (
        "fetch-orgunits --level 2 --compare earlier.geojson -o now.geojson",
        &["variation", "renommée", "auparavant"],
    ),
    (
        "catchments --within-level 3 --max-distance 2km --sums 2km=within.csv facilities.geojson \
         -o again.geojson --report - --report-format table",
        &["formation sanitaire", "à moins", "desservies", "toutes"],
    ),
    (
        "fetch-orgunits",
        &["niveau", "unités", "sans géométrie", "fermées"],
    ),
    (
        "fetch-metadata",
        &["ensemble de données", "type de période"],
    ),
    (
        "push values.json --plan-table plan.txt -o plan.json",
        &["plan : ", "unité", "nouveau", "total de ", "signature :"],
    ),
];

/// It prints a line, and no table.
const NOTHING_DIFFERS: &str = "compare sums.csv same.csv --format table";

#[test]
fn tables_are_in_the_language_of_the_user() {
    let sample = prepared();
    for &(line, expected) in TABLES {
        let call = Call::of_line(line, &sample);
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
        if line != NOTHING_DIFFERS {
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
    let call = Call::of_line(TABLES[0].0, &sample);
    let text = call.in_french(&sample).expect(0).text();
    assert!(text.contains("3\u{202f}714,1"), "{text}");
}

/// The streams that machines read.
const STREAMS: &[&str] = &[
    "fetch-orgunits --level 2",
    "fetch-metadata --data-set dsPopYear01",
    "fetch-values --data-set dsPopYear01 --period 2025",
    "zonal-sum -r RASTER units.geojson",
    "zonal-sum -r RASTER units.geojson --format json",
    "zonal-sum -r RASTER units.geojson --format wide",
    "zonal-sum -r RASTER units.geojson --format geojson",
    "zonal-sum -r RASTER units.geojson -o sums-again.csv --balance -",
    "zonal-sum -r none.tif units.geojson",
    "clip-raster -r RASTER units.geojson",
    "catchments --within-level 3 --max-distance 2km facilities.geojson",
    "to-datavalueset MAPPING sums.csv",
    "to-datavalueset MAPPING sums.csv --format csv",
    "to-datavalueset MAPPING sums.csv --report /dev/stdout -o values-again.json",
    "to-datavalueset --init sums.csv --metadata metadata-now.json",
    "to-table sums.csv",
    "to-table values.json --layout import-app",
    "compare later.csv grown.csv",
    "compare later.csv grown.csv --format json",
    "rake --totals totals.csv sums.csv --allow factor",
    "rake --totals totals.csv sums.csv --check --report-format csv",
    "rake --totals totals.csv sums.csv --check --report-format json",
    "cross-orgunits units.geojson earlier.geojson",
    "population-metadata instance.json --targets immunisation --level 2",
    "push values.json -o plan-again.json --plan-table plan.csv",
];

/// Bytes and exit status are the same under both languages.
#[test]
fn streams_and_statuses_are_the_same_in_every_language() {
    let sample = prepared();
    for line in STREAMS {
        let call = Call::of_line(line, &sample);
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
    let call = Call::of_line(TABLES[0].0, &sample);
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
    let mut call = Call::of_line(TABLES[0].0, &sample);
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
