//! A country of a million rows raked to one level of totals, and to unit and band margins, beside a bare `csv` read and
//! write of the same rows. `cargo bench -p rake`; `HEADCOUNT_BENCH_UNITS` sets another size.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures, prints and fails by panicking"
)]

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use clap::Parser as _;
use pop_cli::{Console, Tool as _};
use rake::Rake;

const BANDS: [u32; 20] = [
    0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90,
];

/// Each is measured so often; the least counts.
const ROUNDS: usize = 5;

/// Uniform numbers from 0 to 1, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Writes sums and both files of totals; gives the number of rows.
fn generate(folder: &Path, units: usize) -> usize {
    let mut numbers = Numbers(1);
    let rows = units * BANDS.len() * 2;
    let mut sums = BufWriter::new(File::create(folder.join("sums.csv")).unwrap());
    let head = "org_unit,code,name,level,path,raster,source,year,sex,age_from,age_to,population,cells,area_cells,inside_share,status,reasons,method,rows";
    writeln!(sums, "{head}").unwrap();
    let (mut of_units, mut of_bands) = (Vec::new(), vec![0.0; BANDS.len() * 2]);
    for unit in 0..units {
        let district = unit / 50;
        let mut total = 0.0;
        for (at, sex) in [(0, 'f'), (BANDS.len(), 'm')] {
            for (index, from) in BANDS.iter().enumerate() {
                let people = 1.0 + 80.0 * numbers.next();
                let to = BANDS
                    .get(index + 1)
                    .map(ToString::to_string)
                    .unwrap_or_default();
                writeln!(
                    sums,
                    "ouUnit{unit:05},HF-{unit:05},Health centre {unit},4,/ouCountry01/ouProvin{:03}/ouDistri{district:03}/ouUnit{unit:05},xsc_{sex}_{from:02}_2025,worldpop-global2;R2025A;CN;100m;v1,2025,{sex},{from},{to},{people},1234.5678,1300.25,1,ok,,exact,{rows}",
                    district / 20
                )
                .unwrap();
                total += people;
                of_bands[at + index] += people;
            }
        }
        of_units.push(total);
    }
    sums.into_inner().unwrap().sync_all().unwrap();
    let targets: Vec<f64> = of_units
        .iter()
        .map(|total| (total * (0.9 + 0.2 * numbers.next())).round())
        .collect();
    let mut text = "org_unit,year,sex,age_from,age_to,population,source\n".to_owned();
    for (unit, target) in targets.iter().enumerate() {
        text.push_str(&format!("ouUnit{unit:05},2025,,,,{target},census\n"));
    }
    std::fs::write(folder.join("level.csv"), &text).unwrap();
    // Band totals that add up to those of the units.
    let (all, before): (f64, f64) = (targets.iter().sum(), of_bands.iter().sum());
    let mut left = all;
    for (at, band) in of_bands.iter().enumerate() {
        let target = (band * all / before * (0.97 + 0.06 * numbers.next())).round();
        let target = if at + 1 == of_bands.len() {
            left
        } else {
            target
        };
        left -= target;
        let (sex, index) = if at < BANDS.len() {
            ('f', at)
        } else {
            ('m', at - BANDS.len())
        };
        let to = BANDS
            .get(index + 1)
            .map(ToString::to_string)
            .unwrap_or_default();
        text.push_str(&format!(
            "ouCountry01,2025,{sex},{},{to},{target},census\n",
            BANDS[index]
        ));
    }
    std::fs::write(folder.join("margins.csv"), text).unwrap();
    rows
}

/// What a run takes, in seconds.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    /// User and system time of all threads, where the system tells.
    cpu: f64,
}

impl Cost {
    fn of(run: impl FnOnce()) -> Self {
        let (start, before) = (Instant::now(), cpu_seconds());
        run();
        Self {
            wall: start.elapsed().as_secs_f64(),
            cpu: cpu_seconds() - before,
        }
    }

    /// The smaller of each, against noise.
    fn min(self, other: Self) -> Self {
        Self {
            wall: self.wall.min(other.wall),
            cpu: self.cpu.min(other.cpu),
        }
    }
}

/// CPU time of this process so far (proc(5), stat: fields 14 and 15, in hundredths of a second).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// Reads every record and writes it again.
fn bare(folder: &Path) {
    let mut reader =
        csv::Reader::from_reader(BufReader::new(File::open(folder.join("sums.csv")).unwrap()));
    let mut writer = csv::Writer::from_writer(BufWriter::new(
        File::create(folder.join("bare.csv")).unwrap(),
    ));
    writer.write_record(reader.headers().unwrap()).unwrap();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).unwrap() {
        writer.write_record(&record).unwrap();
    }
    writer.flush().unwrap();
}

fn rake(folder: &Path, totals: &str) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let words = [
        "rake",
        "-q",
        "--allow",
        "factor",
        "--totals",
        &path(totals),
        &path("sums.csv"),
        "-o",
        &path("raked.csv"),
    ]
    .map(str::to_owned);
    let tool = Rake::parse_from(words);
    let mut console = Console::new(Rake::NAME, tool.common()).unwrap();
    tool.run(&mut console).unwrap();
}

/// The most memory that this process had, in MiB, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

fn main() {
    let units = std::env::var("HEADCOUNT_BENCH_UNITS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(25_000);
    let folder = tempfile::tempdir().unwrap();
    let rows = generate(folder.path(), units);
    const CASES: [(&str, &str, f64); 2] = [
        ("one level", "level.csv", 2.5),
        ("unit and band margins", "margins.csv", 3.5),
    ];
    // In turns, so that what else the machine does falls on all of them.
    let round = || {
        let bare = Cost::of(|| bare(folder.path()));
        (
            bare,
            CASES.map(|(_, totals, _)| Cost::of(|| rake(folder.path(), totals))),
        )
    };
    let (mut least, mut raked) = round();
    for _ in 1..ROUNDS {
        let (again, others) = round();
        least = least.min(again);
        for (cost, other) in raked.iter_mut().zip(others) {
            *cost = cost.min(other);
        }
    }
    println!(
        "{rows} rows; bare csv read and write: {:.2} s, CPU {:.2} s",
        least.wall, least.cpu
    );
    for ((name, _, most), cost) in CASES.iter().zip(raked) {
        println!(
            "{name}: {:.2} s, CPU {:.2} s; {:.2} times the bare read and write (at most {most}), CPU {:.2} times",
            cost.wall,
            cost.cpu,
            cost.wall / least.wall,
            cost.cpu / least.cpu
        );
    }
    if let Some(mebibytes) = peak() {
        println!("peak memory: {mebibytes} MiB (less than 512)");
    }
}
