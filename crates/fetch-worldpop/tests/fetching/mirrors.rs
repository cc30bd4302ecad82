//! A copied folder, and no network.

use pop_cli::ExitStatus;

use crate::fixture::{FetchFixture, TOTALS, raster};

const OFF: &str = "--offline --catalogue-url http://127.0.0.1:1 --data-url http://127.0.0.1:1";

/// A fixture whose rasters, and its lock, were copied to a stick.
fn copied() -> FetchFixture {
    let fixture = FetchFixture::new(&[TOTALS]);
    fixture.serve_totals("R2025A", "SLE", 2015..=2030);
    fixture.run("--iso SLE --years 2024-2025").succeeds();
    std::fs::create_dir_all(fixture.at("usb/some/where")).unwrap();
    for file in fixture.raster_files() {
        let from = fixture.at("rasters").join(&file);
        std::fs::rename(from, fixture.at("usb/some/where").join(&file)).unwrap();
    }
    fixture.server.clear_requests();
    fixture
}

#[test]
fn a_lock_file_and_a_mirror_are_enough() {
    let fixture = copied();
    let lock = fixture.lock();
    let ran = fixture
        .run(&format!("--iso SLE --year 2025 --mirror @usb {OFF}"))
        .succeeds();
    assert_eq!(ran.files(), ["sle_pop_2025_CN_100m_R2025A_v1.tif"]);
    assert_eq!(fixture.raster_files().len(), 1);
    let ran = fixture.run(&format!("--mirror @usb {OFF}")).succeeds();
    assert_eq!(ran.files().len(), 2);
    assert_eq!(fixture.lock(), lock);
    // Once copied, the stick may go.
    fixture.run(OFF).succeeds();
    assert!(fixture.server.requests().is_empty());
}

#[test]
fn the_lock_file_of_the_mirror_is_used() {
    let fixture = copied();
    let lock = fixture.lock();
    std::fs::rename(fixture.at("worldpop.lock"), fixture.at("usb/worldpop.lock")).unwrap();
    fixture.run(&format!("--mirror @usb {OFF}")).succeeds();
    assert_eq!(fixture.lock(), lock);
}

#[test]
fn without_a_lock_file_mirror_files_are_matched_by_name() {
    let fixture = copied();
    std::fs::remove_file(fixture.at("worldpop.lock")).unwrap();
    let ran = fixture
        .run(&format!("--iso SLE --year 2025 --mirror @usb {OFF}"))
        .succeeds();
    let entry = &ran.list["files"][0];
    assert!(entry["url"].is_null());
    assert_eq!(entry["doi"], "10.5258/SOTON/WP00839");
    assert!(entry["citation"].as_str().unwrap().starts_with("WorldPop"));
    // What it was is pinned from now on.
    let path = fixture.at("rasters/sle_pop_2025_CN_100m_R2025A_v1.tif");
    std::fs::write(&path, raster(3)).unwrap();
    fixture.run(OFF).fails(ExitStatus::Data).says("has changed");
    // The lock knows no address: the network is of no use.
    fixture
        .run("")
        .fails(ExitStatus::Usage)
        .says("has no address for it");
    fixture
        .run(&format!("--iso SLE --year 2026 --mirror @usb {OFF}"))
        .fails(ExitStatus::Io)
        .says("SLE 2026");
}

#[test]
fn a_mirror_file_must_match_the_lock_file() {
    let fixture = copied();
    let path = fixture.at("usb/some/where/sle_pop_2025_CN_100m_R2025A_v1.tif");
    std::fs::write(&path, raster(3)).unwrap();
    fixture
        .run(&format!("--mirror @usb {OFF}"))
        .fails(ExitStatus::Data)
        .says("has changed");
    let whole = raster(2025);
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    fixture
        .run(&format!("--mirror @usb {OFF}"))
        .fails(ExitStatus::Data)
        .says("is not a complete raster");
    assert!(
        !fixture
            .raster_files()
            .contains(&"sle_pop_2025_CN_100m_R2025A_v1.tif".to_owned())
    );
    // With a network it is fetched instead.
    fixture.run("--mirror @usb").succeeds();
    assert_eq!(fixture.raster_files().len(), 2);
    let asked = fixture.server.requests();
    assert_eq!(asked.len(), 1, "{asked:?}");
}

#[test]
fn missing_local_files_are_reported() {
    let fixture = copied();
    fixture.run(OFF).fails(ExitStatus::Io).says("--mirror");
    fixture
        .run(&format!("--iso SLE --year 2025 --lock @none {OFF}"))
        .fails(ExitStatus::Usage)
        .says("no lock file");
    fixture
        .run(&format!("--mirror @nowhere {OFF}"))
        .fails(ExitStatus::Io);
    fixture
        .run(&format!("--upgrade-release --mirror @usb {OFF}"))
        .fails(ExitStatus::Usage);
}
