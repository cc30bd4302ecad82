//! What a lock pins, and what may change it.

use pop_cli::{ExitStatus, sha256_hex};

use crate::server::Answer;
use crate::site::{Site, TOTALS, names, raster, total};

const NEWER: &str = "/pop/G2_CN_POP_R26A_100m";
const FILE: &str = "sle_pop_2025_CN_100m_R2025A_v1.tif";

fn fetched() -> Site {
    let site = Site::new(&[TOTALS]);
    site.totals("R2025A", "SLE", 2015..=2030);
    site.run("--iso SLE --years 2024-2025").done();
    site
}

fn releases(site: &Site) -> Vec<String> {
    let lock = site.lock();
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
fn a_file_that_changed_is_refused_with_both_hashes() {
    let site = fetched();
    let lock = site.lock();
    std::fs::remove_file(site.at("rasters").join(FILE)).unwrap();
    site.file(
        &total("R2025A", "SLE", 2025),
        vec![Answer::Whole(raster(7))],
    );
    let ran = site.run("--iso SLE --year 2025").fails(ExitStatus::Data);
    assert!(
        ran.said.contains(&sha256_hex(&raster(2025))),
        "{}",
        ran.said
    );
    assert!(ran.said.contains(&sha256_hex(&raster(7))), "{}", ran.said);
    let ran = ran.says("--accept-changed");
    assert!(!ran.said.contains("is not whole"));
    assert!(!site.rasters().contains(&FILE.to_owned()));
    assert_eq!(site.lock(), lock);
}

#[test]
fn an_accepted_change_leaves_old_and_new_on_record() {
    let site = fetched();
    site.file(
        &total("R2025A", "SLE", 2025),
        vec![Answer::Whole(raster(7))],
    );
    // What lies in the folder is as the lock says: nobody is asked.
    site.run("--iso SLE --year 2025").done();
    site.run(&format!(
        "--iso SLE --year 2025 --accept-changed @rasters/{FILE}"
    ))
    .done();
    assert_eq!(
        std::fs::read(site.at("rasters").join(FILE)).unwrap(),
        raster(7)
    );
    let pin = site.lock()["files"][1].clone();
    assert_eq!(pin["sha256"], sha256_hex(&raster(7)).as_str());
    assert_eq!(
        pin["before"][0]["sha256"],
        sha256_hex(&raster(2025)).as_str()
    );
    assert_eq!(pin["before"].as_array().unwrap().len(), 1);
    // The others keep what they were, and an unknown file is no file.
    site.file(
        &total("R2025A", "SLE", 2024),
        vec![Answer::Whole(raster(8))],
    );
    std::fs::remove_file(site.at("rasters/sle_pop_2024_CN_100m_R2025A_v1.tif")).unwrap();
    site.run(&format!("--iso SLE --year 2024 --accept-changed {FILE}"))
        .fails(ExitStatus::Data);
    site.run("--iso SLE --year 2024 --accept-changed other.tif")
        .fails(ExitStatus::Usage)
        .says("other.tif");
}

#[test]
fn a_damaged_file_of_the_folder_is_fetched_again() {
    let site = fetched();
    let path = site.at("rasters").join(FILE);
    std::fs::write(&path, &raster(2025)[..1000]).unwrap();
    site.run("--iso SLE --year 2025").done();
    assert_eq!(std::fs::read(path).unwrap(), raster(2025));
}

#[test]
fn new_files_come_from_the_locks_release() {
    let site = fetched();
    site.lists(&[TOTALS, NEWER]);
    site.totals("R2026A", "SLE", 2015..=2030);
    let ran = site.run("--iso SLE --years 2023-2025").done();
    assert!(ran.files().iter().all(|file| file.contains("R2025A")));
    assert_eq!(releases(&site), ["R2025A"; 3]);
    site.run("--iso SLE --year 2022 --release R2026A")
        .fails(ExitStatus::Usage)
        .says("the lock is of R2025A");
    // Without a lock the newest it is.
    let ran = site.run("--iso SLE --year 2025 --lock @other.lock").done();
    assert_eq!(ran.files(), ["sle_pop_2025_CN_100m_R2026A_v1.tif"]);
}

#[test]
fn an_upgrade_replaces_all_years_or_none() {
    let site = fetched();
    site.lists(&[TOTALS, NEWER]);
    site.totals("R2026A", "SLE", 2025..=2030);
    // 2024 does not exist in the newer release: nothing changes.
    site.run("--upgrade-release")
        .fails(ExitStatus::Usage)
        .says("2024");
    assert_eq!(releases(&site), ["R2025A"; 2]);
    // It exists, but cannot be had: the same, and what came is not asked for again.
    site.totals("R2026A", "SLE", 2015..=2030);
    let gone = Answer::Status("404 Not Found", "", "");
    site.file(&total("R2026A", "SLE", 2024), vec![gone]);
    site.run("--upgrade-release").fails(ExitStatus::Refused);
    assert_eq!(releases(&site), ["R2025A"; 2]);
    site.totals("R2026A", "SLE", 2015..=2030);
    site.server.forget();
    let ran = site.run("--upgrade-release").done();
    let seen = site.server.seen();
    assert_eq!(
        seen.iter().filter(|line| line.contains("/GIS/")).count(),
        1,
        "{seen:?}"
    );
    assert_eq!(ran.files().len(), 2);
    assert_eq!(releases(&site), ["R2026A"; 2]);
    let left = names(site.folder.path());
    assert_eq!(left, ["list.json", "rasters", "worldpop.lock"]);
    site.run("--upgrade-release --release global1")
        .fails(ExitStatus::Usage)
        .says("does not replace R2026A");
    // Once more changes nothing.
    site.run("--upgrade-release").done();
    assert_eq!(releases(&site), ["R2026A"; 2]);
}

#[test]
fn without_a_selection_everything_pinned_is_fetched() {
    let site = fetched();
    std::fs::remove_dir_all(site.at("rasters")).unwrap();
    site.server.forget();
    let ran = site.run("").done();
    assert_eq!(ran.files().len(), 2);
    assert!(site.server.seen().iter().all(|line| line.contains("/GIS/")));
    site.run("--lock @none.lock")
        .fails(ExitStatus::Usage)
        .says("nothing is asked for");
}

#[test]
fn a_lock_that_cannot_be_written_is_said_before_anything_comes() {
    let site = fetched();
    site.server.forget();
    site.run("--iso SLE --year 2026 --lock @none/worldpop.lock")
        .fails(ExitStatus::Io)
        .says("no such folder");
    assert!(site.server.seen().is_empty());
}

#[test]
fn a_lock_that_is_none_is_left_alone() {
    let site = fetched();
    std::fs::write(site.at("worldpop.lock"), "<<<<<<< ours").unwrap();
    site.run("--iso SLE --year 2025")
        .fails(ExitStatus::Data)
        .says("no lock file");
    assert_eq!(
        std::fs::read(site.at("worldpop.lock")).unwrap(),
        b"<<<<<<< ours"
    );
}

#[test]
fn two_runs_at_once_share_a_lock() {
    let site = Site::new(&[TOTALS]);
    site.totals("R2025A", "SLE", 2015..=2030);
    std::thread::scope(|scope| {
        for years in ["2015-2020", "2021-2025", "2026-2030"] {
            let site = &site;
            scope.spawn(move || site.run(&format!("--iso SLE --years {years} -o @{years}.json")));
        }
    });
    assert_eq!(site.lock()["files"].as_array().unwrap().len(), 16);
    assert_eq!(site.rasters().len(), 16);
}

#[test]
fn a_file_named_by_its_path_is_upgraded_by_its_new_path() {
    let site = Site::new(&[TOTALS, NEWER]);
    let path = |release: &str| format!("GIS/USA_States/AL/al_pop_2025_CN_100m_{release}_v1.tif");
    for release in ["R2025A", "R2026A"] {
        let url = format!("https://data.worldpop.org/{}", path(release));
        site.file(&url, vec![Answer::Whole(raster(1))]);
    }
    site.records(NEWER, "USA", &[]);
    site.run(&format!("--path {}", path("R2025A"))).done();
    site.run(&format!("--path {}", path("R2026A")))
        .fails(ExitStatus::Usage)
        .says("is of R2026A, and the lock of R2025A");
    site.run("--upgrade-release")
        .fails(ExitStatus::Usage)
        .says("--path");
    site.run(&format!("--upgrade-release --path {}", path("R2026A")))
        .done();
    assert_eq!(releases(&site), ["R2026A"]);
    site.run("--release R2025A")
        .fails(ExitStatus::Usage)
        .says("without --iso");
}
