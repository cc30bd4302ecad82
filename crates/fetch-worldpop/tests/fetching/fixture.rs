//! A catalogue and its files, made in the shape of the real ones, and runs of the tool against them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::Parser;
use fetch_worldpop::FetchWorldpop;
use pop_cli::{Console, ExitStatus, Tool, ToolError};
use serde_json::{Value, json};

use crate::server::{Response, TestServer};

/// The server, and a folder in which the tool works.
pub(crate) struct FetchFixture {
    pub(crate) server: TestServer,
    pub(crate) folder: tempfile::TempDir,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct RunResult {
    pub(crate) status: ExitStatus,
    /// Message and hints.
    pub(crate) message: String,
    /// The list; null where there is none.
    pub(crate) list: Value,
}

/// Totals of 2015 to 2030, the way their records are written.
pub(crate) const TOTALS: &str = "/pop/G2_CN_POP_R25A_100m";
pub(crate) const BANDS: &str = "/age_structures/G2_CN_Age_R25A_100m";
pub(crate) const ARCHIVES: &str = "/age_structures/G2_CN_Age_R25A_3a_z";

impl FetchFixture {
    /// A catalogue that lists these products, by project and alias.
    pub(crate) fn new(products: &[&str]) -> Self {
        let fixture = Self {
            server: TestServer::start(),
            folder: tempfile::tempdir().unwrap(),
        };
        fixture.list_products(products);
        fixture
    }

    pub(crate) fn list_products(&self, products: &[&str]) {
        for project in ["pop", "age_structures"] {
            let rows: Vec<Value> = products
                .iter()
                .filter_map(|product| product.strip_prefix(&format!("/{project}/")))
                .map(|alias| json!({"alias": alias, "name": "Individual countries"}))
                .collect();
            self.serve_catalogue(&format!("/{project}"), &json!({"data": rows}));
        }
    }

    pub(crate) fn serve_catalogue(&self, path: &str, document: &Value) {
        let bytes = serde_json::to_vec(document).unwrap();
        let path = format!("/rest/data{path}");
        self.server.serve(&path, vec![Response::Whole(bytes)]);
    }

    /// Records of a country, one for each list of addresses.
    pub(crate) fn serve_records(&self, product: &str, iso3: &str, files: &[(i32, Vec<String>)]) {
        let records: Vec<Value> = files
            .iter()
            .enumerate()
            .map(|(index, (year, files))| record(index, iso3, *year, files))
            .collect();
        self.serve_catalogue(&format!("{product}?iso3={iso3}"), &json!({"data": records}));
    }

    /// A country's totals, with their files on the server.
    pub(crate) fn serve_totals(
        &self,
        release: &str,
        iso3: &str,
        years: std::ops::RangeInclusive<i32>,
    ) {
        let code = format!("R{}{}", &release[3..5], &release[5..]);
        let product = format!("/pop/G2_CN_POP_{code}_100m");
        let files: Vec<(i32, Vec<String>)> = years
            .map(|year| (year, vec![total(release, iso3, year)]))
            .collect();
        for (year, urls) in &files {
            self.serve_file(&urls[0], vec![Response::Whole(raster(*year as u32))]);
        }
        self.serve_records(&product, iso3, &files);
    }

    /// What the server does with a file.
    pub(crate) fn serve_file(&self, url: &str, script: Vec<Response>) {
        let path = url.strip_prefix("https://data.worldpop.org").unwrap();
        let path = path.replace("//", "/");
        self.server.serve(&path, script);
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Files in the folder of rasters.
    pub(crate) fn raster_files(&self) -> Vec<String> {
        names(&self.at("rasters"))
    }

    pub(crate) fn lock(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.at("worldpop.lock")).unwrap()).unwrap()
    }

    /// A run with little patience.
    pub(crate) fn run(&self, words: &str) -> RunResult {
        let url = self.server.url();
        let mut arguments = vec!["fetch-worldpop".to_owned(), "--quiet".to_owned()];
        let defaults = [
            ("--catalogue-url", format!("{url}/rest/data")),
            ("--data-url", url),
            ("--folder", self.path("rasters")),
            ("--lock", self.path("worldpop.lock")),
            ("-o", self.path("list.json")),
            ("--tries", "3".to_owned()),
            ("--pause", "0.01".to_owned()),
        ];
        for (flag, value) in defaults {
            if !words.split_whitespace().any(|word| word == flag) {
                arguments.extend([flag.to_owned(), value]);
            }
        }
        arguments.extend(words.split_whitespace().map(|word| {
            // A word of a folder of the fixture.
            match word.strip_prefix("@") {
                Some(name) => self.path(name),
                None => word.to_owned(),
            }
        }));
        let tool = FetchWorldpop::try_parse_from(arguments).unwrap();
        let _ = std::fs::remove_file(&tool.common().output);
        let result = Console::new("fetch-worldpop", tool.common())
            .and_then(|mut console| tool.run(&mut console));
        let list = std::fs::read(&tool.common().output).unwrap_or_default();
        let (status, message) = match result {
            Ok(status) => (status, String::new()),
            Err(error) => (error.status(), message(&error)),
        };
        assert_eq!(status == ExitStatus::Done, !list.is_empty(), "{message}");
        RunResult {
            status,
            message,
            list: serde_json::from_slice(&list).unwrap_or(Value::Null),
        }
    }

    fn path(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }
}

impl RunResult {
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.status, ExitStatus::Done, "{}", self.message);
        self
    }

    pub(crate) fn fails(self, status: ExitStatus) -> Self {
        assert_eq!(self.status, status, "{}", self.message);
        self
    }

    pub(crate) fn says(self, text: &str) -> Self {
        assert!(
            self.message.contains(text),
            "{text:?} not in: {}",
            self.message
        );
        self
    }

    /// File names of the list.
    pub(crate) fn files(&self) -> Vec<&str> {
        let files = self.list["files"].as_array().unwrap();
        files
            .iter()
            .map(|file| file["file"].as_str().unwrap())
            .collect()
    }
}

fn message(error: &ToolError) -> String {
    let mut text = error.to_string();
    for hint in error.hints() {
        text.push_str("\nhint: ");
        text.push_str(hint);
    }
    text
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A record as the catalogue writes them: numbers are texts.
fn record(index: usize, iso3: &str, year: i32, files: &[String]) -> Value {
    json!({
        "id": (70_000 + index).to_string(),
        "title": "Some Country - Spatial Distribution of Population",
        "desc": "Estimates of <b>total</b> number of people, {iso}_{gender}.tif",
        "doi": "10.5258/SOTON/WP00839",
        "date": "2025-06-01",
        "popyear": year.to_string(),
        "citation": format!("Bondarenko M. 2025 Estimates of {year} R2025A version v1."),
        "data_file": "GIS/wrong.tif",
        "archive": "N",
        "public": "Y",
        "data_format": "Geotiff",
        "continent": "Africa",
        "country": "Some Country ",
        "iso3": iso3,
        "files": files,
        "license": "https://hub.worldpop.org/data/licence.txt",
    })
}

/// Where the totals of a year are; in the catalogue's own words, with a doubled slash.
pub(crate) fn total(release: &str, iso3: &str, year: i32) -> String {
    let code = iso3.to_lowercase();
    format!(
        "https://data.worldpop.org/GIS/Population//Global_2015_2030/{release}/{year}/{iso3}/v1/100m/constrained/{}",
        format_args!("{code}_pop_{year}_CN_100m_{release}_v1.tif")
    )
}

/// Where a band is.
pub(crate) fn band(iso3: &str, layer: &str, year: i32) -> String {
    let code = iso3.to_lowercase();
    format!(
        "https://data.worldpop.org/GIS/AgeSex_structures/Global_2015_2030/R2025A/{year}/{iso3}/v1/100m/constrained/{code}_{layer}_{year}_CN_100m_R2025A_v1.tif"
    )
}

/// A small raster of several tiles; another one for each seed.
pub(crate) fn raster(seed: u32) -> Vec<u8> {
    static PLAIN: OnceLock<Vec<u8>> = OnceLock::new();
    let mut bytes = PLAIN.get_or_init(|| plain(64)).clone();
    // Cells lie at the end: change one of them.
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&(seed as f32).to_le_bytes());
    bytes
}

/// One of 1 MiB.
pub(crate) fn large_raster(seed: u32) -> Vec<u8> {
    let mut bytes = plain(512);
    // The header stays; every part of the rest differs between seeds.
    let start = bytes.len() - 512 * 512 * 4;
    for cell in bytes[start..].chunks_exact_mut(4) {
        let people = f32::from_le_bytes([cell[0], cell[1], cell[2], cell[3]]) + seed as f32;
        cell.copy_from_slice(&people.to_le_bytes());
    }
    bytes
}

/// A square GeoTIFF in four strips, not compressed (TIFF 6.0; GeoTIFF 1.1).
fn plain(cells: u32) -> Vec<u8> {
    const STRIPS: u32 = 4;
    let strip_bytes = cells * cells * 4 / STRIPS;
    let mut out = b"II\x2a\x00\x08\x00\x00\x00".to_vec();
    let tags = 15_u32;
    let heap = 8 + 2 + tags * 12 + 4;
    let doubles =
        |values: &[f64]| -> Vec<u8> { values.iter().flat_map(|v| v.to_le_bytes()).collect() };
    let scale = doubles(&[1.0 / 1200.0, 1.0 / 1200.0, 0.0]);
    let tie = doubles(&[0.0, 0.0, 0.0, -13.0, 9.0, 0.0]);
    let keys: Vec<u8> = [
        1_u16, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326,
    ]
    .iter()
    .flat_map(|v| v.to_le_bytes())
    .collect();
    let nodata = b"-99999\0".to_vec();
    let mut at = heap;
    let mut place = |bytes: usize| {
        let here = at;
        at += bytes as u32;
        here
    };
    let offsets = place(16);
    let counts = place(16);
    let (scale_at, tie_at, keys_at) = (place(24), place(48), place(32));
    let nodata_at = place(8);
    let data = at;
    out.extend((tags as u16).to_le_bytes());
    for (tag, kind, count, value) in [
        (256_u16, 4_u16, 1_u32, cells),
        (257, 4, 1, cells),
        (258, 3, 1, 32),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, STRIPS, offsets),
        (277, 3, 1, 1),
        (278, 4, 1, cells / STRIPS),
        (279, 4, STRIPS, counts),
        (284, 3, 1, 1),
        (339, 3, 1, 3),
        (33550, 12, 3, scale_at),
        (33922, 12, 6, tie_at),
        (34735, 3, 16, keys_at),
        (42113, 2, 7, nodata_at),
    ] {
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    out.extend([0; 4]);
    for strip in 0..STRIPS {
        out.extend((data + strip * strip_bytes).to_le_bytes());
    }
    for _ in 0..STRIPS {
        out.extend(strip_bytes.to_le_bytes());
    }
    out.extend(scale);
    out.extend(tie);
    out.extend(keys);
    out.extend(nodata);
    out.push(0);
    for cell in 0..cells * cells {
        out.extend((cell as f32 / 7.0).to_le_bytes());
    }
    out
}
