//! `fetch-worldpop` as a process, from the catalogue to the sums.

use serde_json::{Value, json};

use crate::formats::assert_described;
use crate::schemas::assert_valid;
use crate::support::{Run, root, tool};
use crate::tables::{assert_fits, in_80_columns};

#[path = "../../crates/fetch-worldpop/tests/fetching/server.rs"]
#[allow(dead_code, reason = "the tool's own tests need more of it")]
mod server;

use server::{Ranges, Response, ServedFile, TestServer};

const FILE: &str = "GIS/Population/Global_2015_2030/R2025A/2025/XSC/v1/100m/constrained/xsc_pop_2025_CN_100m_R2025A_v1.tif";

/// A server with one country, whose raster is the sample's.
pub(crate) struct FetchFixture {
    server: TestServer,
    folder: tempfile::TempDir,
    raster: Vec<u8>,
    units: Vec<u8>,
}

impl FetchFixture {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in sample_country::files().unwrap() {
            std::fs::write(folder.path().join(&file.name), &file.bytes).unwrap();
        }
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        let fixture = Self {
            server: TestServer::start(),
            raster: read("xsc_pop_2025_CN_100m_R2025A_v1.tif"),
            units: read("orgunits.geojson"),
            folder,
        };
        fixture.list_products(&["G2_CN_POP_R25A_100m"]);
        let record = json!({"data": [{"id": "1", "iso3": "XSC", "popyear": "2025",
            "citation": "Somebody 2025.", "doi": "10.5258/SOTON/WP00839",
            "files": [format!("https://data.worldpop.org/{FILE}")],
            "license": "https://hub.worldpop.org/data/licence.txt"}]});
        fixture.serve_document("/rest/data/pop/G2_CN_POP_R25A_100m?iso3=XSC", &record);
        fixture.serve_raster(Response::Whole(fixture.raster.clone()));
        fixture
    }

    fn list_products(&self, products: &[&str]) {
        let rows: Vec<Value> = products
            .iter()
            .map(|alias| json!({"alias": alias, "name": "x"}))
            .collect();
        self.serve_document("/rest/data/pop", &json!({"data": rows}));
        self.serve_document("/rest/data/age_structures", &json!({"data": []}));
    }

    fn serve_document(&self, path: &str, document: &Value) {
        let bytes = serde_json::to_vec(document).unwrap();
        self.server.serve(path, vec![Response::Whole(bytes)]);
    }

    fn serve_raster(&self, answer: Response) {
        self.server.serve(&format!("/{FILE}"), vec![answer]);
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.flags(tool("fetch-worldpop")).args(arguments)
    }

    /// The flags that name its servers, in its folder.
    pub(crate) fn flags(&self, run: Run) -> Run {
        let url = self.server.url();
        run.folder(self.folder.path())
            .args([
                "--catalogue-url",
                &format!("{url}/rest/data"),
                "--data-url",
                &url,
            ])
            .args(["--tries", "2", "--pause", "0"])
    }
}

pub(crate) const ONE: [&str; 4] = ["--iso", "XSC", "--year", "2025"];

#[test]
fn the_list_is_read_by_zonal_sum() {
    let fixture = FetchFixture::new();
    let fetched = fixture.run(&ONE).run().expect(0);
    std::fs::write(fixture.folder.path().join("units.geojson"), &fixture.units).unwrap();
    let sums = tool("zonal-sum")
        .folder(fixture.folder.path())
        .args(["--raster-list", "-", "units.geojson"])
        .stdin(fetched.stdout.clone())
        .run()
        .expect(0)
        .text();
    assert!(
        sums.contains("xsc_pop_2025_CN_100m_R2025A_v1,worldpop-global2;R2025A;CN;100m;v1,2025,t")
    );
    let paths = fixture
        .run(&ONE)
        .args(["--format", "paths"])
        .run()
        .expect(0);
    let again = tool("zonal-sum")
        .folder(fixture.folder.path())
        .args(["--raster-list", "-", "units.geojson"])
        .stdin(paths.stdout)
        .run()
        .expect(0)
        .text();
    assert_eq!(sums, again);
}

#[test]
fn provenance_and_list_have_the_same_hashes() {
    let fixture = FetchFixture::new();
    fixture
        .run(&ONE)
        .args(["-o", "list.json", "--provenance", "fetch.json"])
        .run()
        .expect(0);
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(fixture.folder.path().join(name)).unwrap()).unwrap()
    };
    let (list, record) = (read("list.json"), read("fetch.json"));
    let raster = &record["outputs"][0];
    assert_eq!(raster["role"], "raster");
    assert_eq!(raster["sha256"], list["files"][0]["sha256"]);
    assert_eq!(raster["name"], list["files"][0]["path"]);
    assert_eq!(record["outputs"][1]["role"], "output");
    assert_eq!(record["inputs"][0]["role"], "catalogue");
}

#[test]
fn tables_of_products_and_files_fit_80_columns() {
    let fixture = FetchFixture::new();
    let table = |args: &[&str]| {
        let run = fixture.run(args).args(["--format", "table"]);
        assert_fits("fetch-worldpop", &in_80_columns(run).expect(0));
    };
    table(&["--list"]);
    table(&ONE);
}

#[test]
fn members_of_list_and_lock_file_are_documented() {
    let fixture = FetchFixture::new();
    let list = fixture.run(&ONE).run().expect(0).stdout;
    let products = fixture.run(&["--list"]).run().expect(0).stdout;
    assert_valid("rasters", &list);
    assert_valid("products", &products);
    // Files in archives: crates/fetch-worldpop/tests/fetching.
    assert_described("Rasters", &[&list, &products], &[], &["member"]);
    let lock = std::fs::read(fixture.folder.path().join("worldpop.lock")).unwrap();
    assert_valid("lock", &lock);
    assert_described("Lock file", &[&lock], &[], &["member", "before"]);
}

#[test]
fn a_newer_release_is_announced_and_not_used() {
    let fixture = FetchFixture::new();
    fixture.run(&ONE).run().expect(0);
    fixture.list_products(&["G2_CN_POP_R25A_100m", "G2_CN_POP_R26B_100m"]);
    let newer = FILE
        .replace("2025/XSC", "2026/XSC")
        .replace("pop_2025", "pop_2026");
    let record = json!({"data": [{"id": "2", "iso3": "XSC", "popyear": "2026", "files": [newer]}]});
    fixture.serve_document("/rest/data/pop/G2_CN_POP_R25A_100m?iso3=XSC", &record);
    fixture.server.serve(
        &format!("/{newer}"),
        vec![Response::Whole(fixture.raster.clone())],
    );
    let ran = fixture
        .run(&["--iso", "XSC", "--year", "2026"])
        .run()
        .expect(0);
    assert!(
        ran.stderr.contains("release R2026B exists"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("--upgrade-release"), "{}", ran.stderr);
    assert!(ran.text().contains("xsc_pop_2026_CN_100m_R2025A_v1.tif"));
}

#[test]
fn each_failure_has_its_exit_status_and_empty_stdout() {
    let fixture = FetchFixture::new();
    fixture
        .run(&["--iso", "XSC"])
        .run()
        .expect_nothing(2)
        .says("no year");
    fixture
        .run(&["--iso", "SL", "--year", "2025"])
        .run()
        .expect_nothing(2);
    fixture
        .run(&["--iso", "XSC", "--year", "2016"])
        .run()
        .expect_nothing(2);
    let half = fixture.raster[..fixture.raster.len() / 2].to_vec();
    fixture.serve_raster(Response::Whole(half));
    fixture
        .run(&ONE)
        .run()
        .expect_nothing(3)
        .says("is not a complete raster");
    fixture
        .run(&ONE)
        .args(["-o", "none/list.json"])
        .run()
        .expect_nothing(4)
        .says("no such folder");
    fixture
        .run(&ONE)
        .args(["--offline"])
        .run()
        .expect_nothing(2);
    fixture.serve_raster(Response::Status("404 Not Found", "", ""));
    fixture.run(&ONE).run().expect_nothing(5).says("404");
    fixture.serve_raster(Response::Hang);
    fixture.run(&ONE).run().expect_nothing(6);
    assert!(!fixture.folder.path().join("worldpop.lock").exists());
    fixture.serve_raster(Response::Whole(fixture.raster.clone()));
    let folder = fixture.folder.path().join("rasters");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    fixture.run(&ONE).run().expect_nothing(4);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_keeps_its_part_and_the_next_continues() {
    for (signal, status) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        stop_by(signal, status);
    }
}

#[cfg(unix)]
fn stop_by(signal: &str, status: i32) {
    use std::io::Read;
    let fixture = FetchFixture::new();
    let etag = "ETag: \"a\"\r\n";
    fixture.serve_raster(Response::Stalled(fixture.raster.clone(), 1000, etag));
    let mut child = fixture.run(&ONE).start();
    let rasters = fixture.folder.path().join("rasters");
    let kept = || -> Vec<u64> {
        let entries = std::fs::read_dir(&rasters).into_iter().flatten();
        entries
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .collect()
    };
    while kept() != [1000] {
        std::thread::yield_now();
    }
    let stopped = std::process::Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(stopped.success());
    assert_eq!(child.wait().unwrap().code(), Some(status));
    let mut messages = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut messages).unwrap();
    assert!(
        messages.ends_with("fetch-worldpop: interrupted\n"),
        "{messages}"
    );
    let mut out = String::new();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_to_string(&mut out).unwrap();
    assert_eq!(out, "");
    assert_eq!(kept(), [1000]);
    fixture.serve_raster(Response::File(ServedFile {
        content: fixture.raster.clone(),
        validators: etag,
        ranges: Ranges::Honoured,
        drop_after: None,
    }));
    fixture.run(&ONE).run().expect(0);
    assert_eq!(fixture.server.ranges().len(), 1);
    assert_eq!(kept(), [fixture.raster.len() as u64]);
}

#[test]
fn the_makefile_fetches_what_is_not_named() {
    let make = |arguments: &[&str]| {
        let ran = std::process::Command::new("make")
            .current_dir(root())
            .env_remove("MAKEFLAGS")
            .env_remove("MAKELEVEL")
            .args(["-n", "COUNTRY=SLE", "YEAR=2025", "RUNS=build/none"])
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(ran.stdout).unwrap()
    };
    let fetched = make(&["raster"]);
    assert!(
        fetched.contains("fetch-worldpop --iso SLE --year 2025 --release R2025A"),
        "{fetched}"
    );
    let named = make(&["raster", "RASTER=Makefile"]);
    assert!(!named.contains("fetch-worldpop"), "{named}");
    assert!(named.contains("clip-raster"), "{named}");
}

#[test]
fn the_makefile_says_what_is_missing_and_makes_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    let refused = |arguments: &[&str]| {
        let ran = std::process::Command::new("make")
            .current_dir(root())
            .env_remove("MAKEFLAGS")
            .env_remove("MAKELEVEL")
            .arg(format!("RUNS={}", runs.display()))
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(ran.status.code(), Some(2));
        assert!(!runs.exists());
        String::from_utf8(ran.stderr).unwrap()
    };
    let no_year = refused(&["COUNTRY=SLE", "sums"]);
    assert!(
        no_year.contains("make COUNTRY=SLE YEAR=2025 sums"),
        "{no_year}"
    );
    let unknown = refused(&["COUNTRY=SLX", "YEAR=2025", "plan"]);
    assert!(
        unknown.contains("known countries: CAF RWA SLE TCD XSC"),
        "{unknown}"
    );
    let none = refused(&["YEAR=2025", "plan"]);
    assert!(none.contains("name the country"), "{none}");
}
