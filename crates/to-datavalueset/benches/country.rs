//! A country of 25,000 units and 40 bands, a million rows: `cargo bench -p to-datavalueset`.
//!
//! The tool is measured beside a bare copy of the same rows, CSV read and JSON
//! written: CPU seconds (the least of three runs) and the most memory held. Each
//! run is a process of its own; both figures are what Linux says of it.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark prints, and ends at the first surprise"
)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::Command;

use clap::Parser as _;
use pop_cli::{Console, ExitStatus, Tool as _};
use pop_sums::{CsvWriter, Sex, Status, SumsRow};
use pop_worldpop::AgeBandScheme;
use to_datavalueset::ToDataValueSet;

/// Provinces, districts in each, units in each of those.
const COUNTRY: [usize; 3] = [20, 25, 50];
const RUNS: usize = 3;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["copy", from, to] => copy(Path::new(from), Path::new(to)),
        ["convert", rest @ ..] => convert(rest),
        // `cargo test --benches` has nothing to measure.
        args if !args.contains(&"--bench") => return,
        _ => return compare(),
    }
    println!("{} {}", cpu_seconds(), most_memory());
}

fn compare() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (sums, mapping, values) = (path("sums.csv"), path("map.toml"), path("values.json"));
    let metadata = path("metadata.json");
    write_sums(&sums);
    fs::write(&mapping, mapping_file()).unwrap();
    fs::write(&metadata, metadata_document()).unwrap();
    let copied = least(&["copy", &sums, &path("copy.json")]);
    let convert = ["convert", &sums, "--mapping", &mapping, "-q", "-o", &values];
    let converted = least(&convert);
    let checked = least(&[&convert[..], &["--metadata", &metadata, "--check"]].concat());
    let size = |name: &str| fs::metadata(name).unwrap().len() >> 20;
    println!(
        "{} units, {} rows, {} MiB in, {} MiB out",
        units(),
        40 * units(),
        size(&sums),
        size(&values)
    );
    println!("{:22} {:>6} {:>8} {:>6}", "", "CPU s", "peak MiB", "times");
    for (what, (seconds, memory)) in [
        ("bare copy", copied),
        ("to-datavalueset", converted),
        ("... --check", checked),
    ] {
        let times = seconds / copied.0;
        println!("{what:22} {seconds:6.2} {memory:8} {times:6.2}");
    }
}

/// The least CPU time and the most memory of several runs of this program.
fn least(args: &[&str]) -> (f64, u64) {
    let runs = (0..RUNS).map(|_| {
        let ran = Command::new(std::env::current_exe().unwrap())
            .args(args)
            .output()
            .unwrap();
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        let text = String::from_utf8(ran.stdout).unwrap();
        let (seconds, memory) = text.trim().split_once(' ').unwrap();
        (
            seconds.parse::<f64>().unwrap(),
            memory.parse::<u64>().unwrap(),
        )
    });
    runs.fold((f64::INFINITY, 0), |least, run| {
        (least.0.min(run.0), least.1.max(run.1))
    })
}

/// User and system time of this process.
fn cpu_seconds() -> f64 {
    const TICKS: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat[stat.rfind(')').unwrap()..].split(' ').collect();
    (fields[12].parse::<f64>().unwrap() + fields[13].parse::<f64>().unwrap()) / TICKS
}

/// The most memory this process has held, in MiB.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10
}

/// Rows read as texts and written as JSON objects, nothing more.
fn copy(from: &Path, to: &Path) {
    let mut reader = csv::Reader::from_reader(BufReader::new(File::open(from).unwrap()));
    let header = reader.headers().unwrap().clone();
    let mut writer = BufWriter::new(File::create(to).unwrap());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).unwrap() {
        for (index, (title, field)) in header.iter().zip(&record).enumerate() {
            writer
                .write_all(if index == 0 { b"{" } else { b"," })
                .unwrap();
            serde_json::to_writer(&mut writer, title).unwrap();
            writer.write_all(b":").unwrap();
            serde_json::to_writer(&mut writer, field).unwrap();
        }
        writer.write_all(b"}\n").unwrap();
    }
    writer.flush().unwrap();
}

fn convert(args: &[&str]) {
    let tool = ToDataValueSet::parse_from(["to-datavalueset"].iter().chain(args));
    let mut console = Console::new("to-datavalueset", tool.common()).unwrap();
    let status = tool
        .run(&mut console)
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(status, ExitStatus::Done);
}

fn units() -> usize {
    COUNTRY.iter().product()
}

/// Sums as `zonal-sum` writes them: for each band all units.
fn write_sums(path: &str) {
    let writer = BufWriter::new(File::create(path).unwrap());
    let mut csv = CsvWriter::new(writer, 40 * units()).unwrap();
    let mut state = 1_u64;
    for sex in [Sex::Female, Sex::Male] {
        for band in AgeBandScheme::Open90.bands() {
            let raster = format!("abc_{sex}_{:02}_2025_CN_100m_R2025A_v1", band.from);
            for unit in 0..units() {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let people = f64::from((state >> 33) as u32) / f64::from(u32::MAX >> 1) * 300.0;
                let mut row = unit_row(unit);
                row.raster.clone_from(&raster);
                row.sex = Some(sex);
                row.age_from = Some(band.from);
                row.age_to = band.to;
                row.population = Some(people);
                csv.write(&row).unwrap();
            }
        }
    }
    csv.finish().unwrap().flush().unwrap();
}

fn unit_row(unit: usize) -> SumsRow {
    let district = unit / COUNTRY[2];
    let province = district / COUNTRY[1];
    SumsRow {
        org_unit: format!("ouUnit{unit:05}"),
        code: Some(format!("HF-{unit:05}")),
        name: Some(format!("Health centre {unit}")),
        level: Some(4),
        path: Some(format!(
            "/ouCountry01/ouProvin{province:03}/ouDistri{district:03}/ouUnit{unit:05}"
        )),
        raster: String::new(),
        source: "worldpop-global2;R2025A;CN;100m;v1".to_owned(),
        year: Some(2025),
        sex: None,
        age_from: None,
        age_to: None,
        population: None,
        cells: Some(1234.5678),
        area_cells: Some(1300.25),
        inside_share: Some(1.0),
        status: Status::Ok,
        reasons: Vec::new(),
        method: "fraction".to_owned(),
        adjustment: None,
        unadjusted: None,
    }
}

/// The instance that the mapping is for: one data set, assigned to all units.
fn metadata_document() -> String {
    let combos = AgeBandScheme::Open90.bands().into_iter().flat_map(|band| {
        [Sex::Female, Sex::Male].map(|sex| {
            format!(
                r#"{{"id":"coc{sex}{:07}","name":"{sex}","categoryOptions":["{sex}","{}"]}}"#,
                band.from, band.from
            )
        })
    });
    let ids = (0..units()).map(|unit| format!("\"ouUnit{unit:05}\""));
    let org_units = (0..units()).map(|unit| {
        let row = unit_row(unit);
        format!(
            r#"{{"id":"{}","path":"{}"}}"#,
            row.org_unit,
            row.path.unwrap()
        )
    });
    format!(
        r#"{{"format":"headcount-metadata","version":1,"dhis2Version":"2.43.1","dialect":"B","calendar":"iso8601",
        "dataSets":[{{"id":"dsPopYear01","name":"Population","periodType":"Yearly","openFuturePeriods":5,"categoryCombo":"ccDefault01",
          "access":{{"read":true,"write":true}},"dataSetElements":[{{"dataElement":"dePopAgeSex"}}],"organisationUnits":[{}]}}],
        "dataElements":[{{"id":"dePopAgeSex","name":"Population by age and sex","valueType":"INTEGER_ZERO_OR_POSITIVE",
          "aggregationType":"AVERAGE_SUM_ORG_UNIT","zeroIsSignificant":true,"categoryCombo":"ccSexAge001"}}],
        "categoryCombos":[{{"id":"ccDefault01","name":"default","isDefault":true}},
          {{"id":"ccSexAge001","name":"Sex and age","categoryOptionCombos":[{}]}}],
        "orgUnits":[{}],"user":{{"authorities":["ALL"],"organisationUnits":[{{"id":"ouCountry01","path":"/ouCountry01"}}]}},
        "server":{{"serverDate":"2026-03-01T10:00:00.000"}}}}"#,
        ids.collect::<Vec<_>>().join(","),
        combos.collect::<Vec<_>>().join(","),
        org_units.collect::<Vec<_>>().join(",")
    )
}

/// Every band into an option combo of one data element.
fn mapping_file() -> String {
    let mut text = "version = 1\ndata_set = \"dsPopYear01\"\n".to_owned();
    for sex in [Sex::Female, Sex::Male] {
        let word = if sex == Sex::Female { "female" } else { "male" };
        for band in AgeBandScheme::Open90.bands() {
            let ages = match band.to {
                Some(to) => format!("{}-{} years", band.from, to - 1),
                None => format!("{}+ years", band.from),
            };
            write!(
                text,
                "[[value]]\ndata_element = \"dePopAgeSex\"\ncategory_option_combo = \"coc{sex}{:07}\"\nsex = \"{word}\"\nages = \"{ages}\"\n",
                band.from
            )
            .unwrap();
        }
    }
    text
}
