//! A copied folder, and no network.

use pop_cli::ExitStatus;

use crate::site::{Site, TOTALS, raster};

const OFF: &str = "--offline --catalogue-url http://127.0.0.1:1 --data-url http://127.0.0.1:1";

/// A site whose rasters, and its lock, were copied to a stick.
fn copied() -> Site {
    let site = Site::new(&[TOTALS]);
    site.totals("R2025A", "SLE", 2015..=2030);
    site.run("--iso SLE --years 2024-2025").done();
    std::fs::create_dir_all(site.at("usb/some/where")).unwrap();
    for file in site.rasters() {
        let from = site.at("rasters").join(&file);
        std::fs::rename(from, site.at("usb/some/where").join(&file)).unwrap();
    }
    site.server.forget();
    site
}

#[test]
fn a_lock_and_a_copied_folder_are_enough() {
    let site = copied();
    let lock = site.lock();
    let ran = site
        .run(&format!("--iso SLE --year 2025 --mirror @usb {OFF}"))
        .done();
    assert_eq!(ran.files(), ["sle_pop_2025_CN_100m_R2025A_v1.tif"]);
    assert_eq!(site.rasters().len(), 1);
    let ran = site.run(&format!("--mirror @usb {OFF}")).done();
    assert_eq!(ran.files().len(), 2);
    assert_eq!(site.lock(), lock);
    // Once copied, the stick may go.
    site.run(OFF).done();
    assert!(site.server.seen().is_empty());
}

#[test]
fn the_lock_may_lie_on_the_stick() {
    let site = copied();
    let lock = site.lock();
    std::fs::rename(site.at("worldpop.lock"), site.at("usb/worldpop.lock")).unwrap();
    site.run(&format!("--mirror @usb {OFF}")).done();
    assert_eq!(site.lock(), lock);
}

#[test]
fn without_any_lock_files_are_known_by_their_names() {
    let site = copied();
    std::fs::remove_file(site.at("worldpop.lock")).unwrap();
    let ran = site
        .run(&format!("--iso SLE --year 2025 --mirror @usb {OFF}"))
        .done();
    let entry = &ran.list["files"][0];
    assert!(entry["url"].is_null());
    assert_eq!(entry["doi"], "10.5258/SOTON/WP00839");
    assert!(entry["citation"].as_str().unwrap().starts_with("WorldPop"));
    // What it was is pinned from now on.
    let path = site.at("rasters/sle_pop_2025_CN_100m_R2025A_v1.tif");
    std::fs::write(&path, raster(3)).unwrap();
    site.run(OFF).fails(ExitStatus::Data).says("has changed");
    // The lock knows no address: the network is of no use.
    site.run("")
        .fails(ExitStatus::Usage)
        .says("does not know where it is from");
    site.run(&format!("--iso SLE --year 2026 --mirror @usb {OFF}"))
        .fails(ExitStatus::Io)
        .says("SLE 2026");
}

#[test]
fn a_file_of_the_stick_has_to_be_the_one_that_is_meant() {
    let site = copied();
    let path = site.at("usb/some/where/sle_pop_2025_CN_100m_R2025A_v1.tif");
    std::fs::write(&path, raster(3)).unwrap();
    site.run(&format!("--mirror @usb {OFF}"))
        .fails(ExitStatus::Data)
        .says("has changed");
    let whole = raster(2025);
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    site.run(&format!("--mirror @usb {OFF}"))
        .fails(ExitStatus::Data)
        .says("is not whole");
    assert!(
        !site
            .rasters()
            .contains(&"sle_pop_2025_CN_100m_R2025A_v1.tif".to_owned())
    );
    // With a network it is fetched instead.
    site.run("--mirror @usb").done();
    assert_eq!(site.rasters().len(), 2);
    let asked = site.server.seen();
    assert_eq!(asked.len(), 1, "{asked:?}");
}

#[test]
fn what_is_nowhere_is_said() {
    let site = copied();
    site.run(OFF).fails(ExitStatus::Io).says("--mirror");
    site.run(&format!("--iso SLE --year 2025 --lock @none {OFF}"))
        .fails(ExitStatus::Usage)
        .says("no lock file");
    site.run(&format!("--mirror @nowhere {OFF}"))
        .fails(ExitStatus::Io);
    site.run(&format!("--upgrade-release --mirror @usb {OFF}"))
        .fails(ExitStatus::Usage);
}
