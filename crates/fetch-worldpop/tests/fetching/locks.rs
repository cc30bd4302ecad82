//! What a lock pins, and what may change it.

use pop_cli::{ExitStatus, sha256_hex};

use crate::fixture::{FetchFixture, TOTALS, names, raster, total};
use crate::server::Response;

const NEWER: &str = "/pop/G2_CN_POP_R26A_100m";
const FILE: &str = "sle_pop_2025_CN_100m_R2025A_v1.tif";

fn fetched() -> FetchFixture {
    let fixture = FetchFixture::new(&[TOTALS]);
    fixture.serve_totals("R2025A", "SLE", 2015..=2030);
    fixture.run("--iso SLE --years 2024-2025").succeeds();
    fixture
}

fn releases(fixture: &FetchFixture) -> Vec<String> {
    let lock = fixture.lock();
    let files = lock["files"].as_array().unwrap().clone();
    files
        .iter()
        .map(|pin| {
            let file = pin["file"].as_str().unwrap();
            file.split('_').nth(5).unwrap().to_owned()
        })
        .collect()
}

#[test]
fn a_changed_file_is_refused_with_both_hashes() {
    let fixture = fetched();
    let lock = fixture.lock();
    std::fs::remove_file(fixture.at("rasters").join(FILE)).unwrap();
    fixture.serve_file(
        &total("R2025A", "SLE", 2025),
        vec![Response::Whole(raster(7))],
    );
    let ran = fixture.run("--iso SLE --year 2025").fails(ExitStatus::Data);
    assert!(
        ran.message.contains(&sha256_hex(&raster(2025))),
        "{}",
        ran.message
    );
    assert!(
        ran.message.contains(&sha256_hex(&raster(7))),
        "{}",
        ran.message
    );
    let ran = ran.says("--accept-changed");
    assert!(!ran.message.contains("is not a complete raster"));
    assert!(!fixture.raster_files().contains(&FILE.to_owned()));
    assert_eq!(fixture.lock(), lock);
}

#[test]
fn an_accepted_change_is_recorded_with_both_hashes() {
    let fixture = fetched();
    fixture.serve_file(
        &total("R2025A", "SLE", 2025),
        vec![Response::Whole(raster(7))],
    );
    // What lies in the folder is as the lock says: nobody is asked.
    fixture.run("--iso SLE --year 2025").succeeds();
    fixture
        .run(&format!(
            "--iso SLE --year 2025 --accept-changed @rasters/{FILE}"
        ))
        .succeeds();
    assert_eq!(
        std::fs::read(fixture.at("rasters").join(FILE)).unwrap(),
        raster(7)
    );
    let pin = fixture.lock()["files"][1].clone();
    assert_eq!(pin["sha256"], sha256_hex(&raster(7)).as_str());
    assert_eq!(
        pin["before"][0]["sha256"],
        sha256_hex(&raster(2025)).as_str()
    );
    assert_eq!(pin["before"].as_array().unwrap().len(), 1);
    // The others keep what they were, and an unknown file is no file.
    fixture.serve_file(
        &total("R2025A", "SLE", 2024),
        vec![Response::Whole(raster(8))],
    );
    std::fs::remove_file(fixture.at("rasters/sle_pop_2024_CN_100m_R2025A_v1.tif")).unwrap();
    fixture
        .run(&format!("--iso SLE --year 2024 --accept-changed {FILE}"))
        .fails(ExitStatus::Data);
    fixture
        .run("--iso SLE --year 2024 --accept-changed other.tif")
        .fails(ExitStatus::Usage)
        .says("other.tif");
}

#[test]
fn a_damaged_local_file_is_downloaded_again() {
    let fixture = fetched();
    let path = fixture.at("rasters").join(FILE);
    std::fs::write(&path, &raster(2025)[..1000]).unwrap();
    fixture.run("--iso SLE --year 2025").succeeds();
    assert_eq!(std::fs::read(path).unwrap(), raster(2025));
}

#[test]
fn new_files_come_from_the_release_of_the_lock_file() {
    let fixture = fetched();
    fixture.list_products(&[TOTALS, NEWER]);
    fixture.serve_totals("R2026A", "SLE", 2015..=2030);
    let ran = fixture.run("--iso SLE --years 2023-2025").succeeds();
    assert!(ran.files().iter().all(|file| file.contains("R2025A")));
    assert_eq!(releases(&fixture), ["R2025A"; 3]);
    fixture
        .run("--iso SLE --year 2022 --release R2026A")
        .fails(ExitStatus::Usage)
        .says("the lock file pins R2025A");
    // Without a lock the newest it is.
    let ran = fixture
        .run("--iso SLE --year 2025 --lock @other.lock")
        .succeeds();
    assert_eq!(ran.files(), ["sle_pop_2025_CN_100m_R2026A_v1.tif"]);
}

#[test]
fn an_upgrade_replaces_all_years_or_none() {
    let fixture = fetched();
    fixture.list_products(&[TOTALS, NEWER]);
    fixture.serve_totals("R2026A", "SLE", 2025..=2030);
    // 2024 does not exist in the newer release: nothing changes.
    fixture
        .run("--upgrade-release")
        .fails(ExitStatus::Usage)
        .says("2024");
    assert_eq!(releases(&fixture), ["R2025A"; 2]);
    // It exists, but cannot be had: the same, and what came is not asked for again.
    fixture.serve_totals("R2026A", "SLE", 2015..=2030);
    let gone = Response::Status("404 Not Found", "", "");
    fixture.serve_file(&total("R2026A", "SLE", 2024), vec![gone]);
    fixture.run("--upgrade-release").fails(ExitStatus::Refused);
    assert_eq!(releases(&fixture), ["R2025A"; 2]);
    fixture.serve_totals("R2026A", "SLE", 2015..=2030);
    fixture.server.clear_requests();
    let ran = fixture.run("--upgrade-release").succeeds();
    let seen = fixture.server.requests();
    assert_eq!(
        seen.iter().filter(|line| line.contains("/GIS/")).count(),
        1,
        "{seen:?}"
    );
    assert_eq!(ran.files().len(), 2);
    assert_eq!(releases(&fixture), ["R2026A"; 2]);
    let left = names(fixture.folder.path());
    assert_eq!(left, ["list.json", "rasters", "worldpop.lock"]);
    fixture
        .run("--upgrade-release --release global1")
        .fails(ExitStatus::Usage)
        .says("does not replace R2026A");
    // Once more changes nothing.
    fixture.run("--upgrade-release").succeeds();
    assert_eq!(releases(&fixture), ["R2026A"; 2]);
}

#[test]
fn without_a_selection_all_pinned_files_are_fetched() {
    let fixture = fetched();
    std::fs::remove_dir_all(fixture.at("rasters")).unwrap();
    fixture.server.clear_requests();
    let ran = fixture.run("").succeeds();
    assert_eq!(ran.files().len(), 2);
    assert!(
        fixture
            .server
            .requests()
            .iter()
            .all(|line| line.contains("/GIS/"))
    );
    fixture
        .run("--lock @none.lock")
        .fails(ExitStatus::Usage)
        .says("nothing is requested");
}

#[test]
fn an_unwritable_lock_file_is_reported_before_any_download() {
    let fixture = fetched();
    fixture.server.clear_requests();
    fixture
        .run("--iso SLE --year 2026 --lock @none/worldpop.lock")
        .fails(ExitStatus::Io)
        .says("no such folder");
    assert!(fixture.server.requests().is_empty());
}

#[test]
fn an_invalid_lock_file_is_refused_and_kept() {
    let fixture = fetched();
    std::fs::write(fixture.at("worldpop.lock"), "<<<<<<< ours").unwrap();
    fixture
        .run("--iso SLE --year 2025")
        .fails(ExitStatus::Data)
        .says("not a lock file");
    assert_eq!(
        std::fs::read(fixture.at("worldpop.lock")).unwrap(),
        b"<<<<<<< ours"
    );
}

#[test]
fn concurrent_runs_share_a_lock_file() {
    let fixture = FetchFixture::new(&[TOTALS]);
    fixture.serve_totals("R2025A", "SLE", 2015..=2030);
    std::thread::scope(|scope| {
        for years in ["2015-2020", "2021-2025", "2026-2030"] {
            let fixture = &fixture;
            scope
                .spawn(move || fixture.run(&format!("--iso SLE --years {years} -o @{years}.json")));
        }
    });
    assert_eq!(fixture.lock()["files"].as_array().unwrap().len(), 16);
    assert_eq!(fixture.raster_files().len(), 16);
}

#[test]
fn a_file_given_by_path_is_upgraded_by_its_new_path() {
    let fixture = FetchFixture::new(&[TOTALS, NEWER]);
    let path = |release: &str| format!("GIS/USA_States/AL/al_pop_2025_CN_100m_{release}_v1.tif");
    for release in ["R2025A", "R2026A"] {
        let url = format!("https://data.worldpop.org/{}", path(release));
        fixture.serve_file(&url, vec![Response::Whole(raster(1))]);
    }
    fixture.serve_records(NEWER, "USA", &[]);
    fixture
        .run(&format!("--path {}", path("R2025A")))
        .succeeds();
    fixture
        .run(&format!("--path {}", path("R2026A")))
        .fails(ExitStatus::Usage)
        .says("is of R2026A, the lock file pins R2025A");
    fixture
        .run("--upgrade-release")
        .fails(ExitStatus::Usage)
        .says("--path");
    fixture
        .run(&format!("--upgrade-release --path {}", path("R2026A")))
        .succeeds();
    assert_eq!(releases(&fixture), ["R2026A"]);
    fixture
        .run("--release R2025A")
        .fails(ExitStatus::Usage)
        .says("without --iso");
}
