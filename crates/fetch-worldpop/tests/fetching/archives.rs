//! Bands out of archives, when there are no files of their own.

use std::io::Write;

use pop_cli::ExitStatus;

use crate::server::Answer;
use crate::site::{ARCHIVES, BANDS, Site, band, raster};

const URL: &str = "https://data.worldpop.org/GIS/AgeSex_structures/Global_2015_2030/R2025A/2025/SLE/v1/100m/sle_agesex_structures_2025_CN_100m_R2025A_v1.zip";

/// An archive of Zip64 entries.
fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, content) in files {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).unwrap();
        let packed = encoder.finish().unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(content);
        out.extend(b"PK\x03\x04\x2d\x00\x00\x00\x08\x00\x00\x00\x00\x00");
        out.extend(crc.sum().to_le_bytes());
        out.extend([0xff; 8]);
        out.extend((name.len() as u16).to_le_bytes());
        out.extend(20_u16.to_le_bytes());
        out.extend(name.as_bytes());
        out.extend([1, 0, 16, 0]);
        out.extend((content.len() as u64).to_le_bytes());
        out.extend((packed.len() as u64).to_le_bytes());
        out.extend(packed);
    }
    out.extend(b"PK\x01\x02");
    out
}

/// All 62 files of a year, t and T among them, in a folder.
fn whole() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (seed, sex) in [(100, "f"), (200, "m"), (300, "t")] {
        for (index, band) in pop_worldpop::AgeBandScheme::Open90
            .bands()
            .iter()
            .enumerate()
        {
            let name = format!("SLE/sle_{sex}_{:02}_2025_CN_100m_R2025A_v1.tif", band.from);
            files.push((name, raster(seed + index as u32)));
        }
    }
    for sex in ["F", "M"] {
        files.push((
            format!("SLE/sle_T_{sex}_2025_CN_100m_R2025A_v1.tif"),
            raster(9),
        ));
    }
    files.push(("SLE/readme.txt".to_owned(), b"people".to_vec()));
    files
}

fn site(answers: Vec<Answer>) -> Site {
    let site = Site::new(&[ARCHIVES]);
    site.records(ARCHIVES, "SLE", &[(2025, vec![URL.to_owned()])]);
    site.file(URL, answers);
    site
}

#[test]
fn only_what_is_asked_for_is_taken_out() {
    let site = site(vec![Answer::Whole(archive(&whole()))]);
    let ran = site.run("--iso SLE --year 2025 --sex f --age 15-24").done();
    let expected = [
        "sle_f_15_2025_CN_100m_R2025A_v1.tif",
        "sle_f_20_2025_CN_100m_R2025A_v1.tif",
    ];
    assert_eq!(ran.files(), expected);
    assert_eq!(site.rasters(), expected);
    let entry = &ran.list["files"][0];
    assert_eq!(entry["url"], URL);
    assert_eq!(entry["member"], "SLE/sle_f_15_2025_CN_100m_R2025A_v1.tif");
    assert_eq!(
        (&entry["age_from"], &entry["age_to"]),
        (&15.into(), &20.into())
    );
    // All bands: those that are there stay, and t never comes along.
    let ran = site.run("--iso SLE --year 2025 --bands").done();
    assert_eq!(ran.files().len(), 40);
    assert_eq!(site.rasters().len(), 40);
    assert!(
        site.rasters()
            .iter()
            .all(|file| !file.contains("_t_") && !file.contains("_T_"))
    );
    site.server.forget();
    site.run("--iso SLE --year 2025 --bands").done();
    assert!(site.server.seen().is_empty());
}

#[test]
fn a_cut_archive_is_begun_again_and_keeps_what_it_gave() {
    let bytes = archive(&whole());
    let half = bytes.len() / 2;
    let site = site(vec![Answer::Cut(bytes.clone(), half), Answer::Whole(bytes)]);
    site.run("--iso SLE --year 2025 --bands").done();
    assert_eq!(site.rasters().len(), 40);
}

#[test]
fn what_stays_broken_leaves_only_whole_files() {
    let bytes = archive(&whole());
    let mut wrong = bytes.clone();
    wrong[bytes.len() / 2] ^= 1;
    for (answer, status) in [
        (
            Answer::Cut(bytes.clone(), bytes.len() / 3),
            ExitStatus::Unreachable,
        ),
        (
            Answer::Whole(bytes[..bytes.len() / 3].to_vec()),
            ExitStatus::Data,
        ),
        (Answer::Whole(wrong), ExitStatus::Data),
        (Answer::Whole(b"<html>".to_vec()), ExitStatus::Data),
        (Answer::Whole(archive(&whole()[..30])), ExitStatus::Data),
    ] {
        let site = site(vec![answer]);
        site.run("--iso SLE --year 2025 --bands")
            .fails(status)
            .says("sle_agesex_structures_2025");
        for file in site.rasters() {
            assert!(file.ends_with(".tif") && !file.starts_with('.'), "{file}");
            let bytes = std::fs::read(site.at("rasters").join(&file)).unwrap();
            assert_eq!(bytes.len(), raster(1).len());
        }
        if let Ok(lock) = std::fs::read_to_string(site.at("worldpop.lock")) {
            let pins = lock.matches("\"file\"").count();
            assert_eq!(pins, site.rasters().len());
        }
    }
}

#[test]
fn hostile_names_stay_inside_the_folder() {
    let evil = vec![
        (
            "../../sle_f_15_2025_CN_100m_R2025A_v1.tif".to_owned(),
            raster(1),
        ),
        ("/sle_m_15_2025_CN_100m_R2025A_v1.tif".to_owned(), raster(2)),
    ];
    let site = site(vec![Answer::Whole(archive(&evil))]);
    site.run("--iso SLE --year 2025 --age 15").done();
    assert_eq!(site.rasters().len(), 2);
    assert_eq!(
        crate::site::names(site.folder.path()),
        ["list.json", "rasters", "worldpop.lock"]
    );
}

#[test]
fn files_of_their_own_come_first() {
    let site = site(vec![Answer::Hang]);
    site.lists(&[ARCHIVES, BANDS]);
    let urls: Vec<String> = ["f_15", "m_15", "t_15", "T_F", "T_M"]
        .iter()
        .map(|layer| band("SLE", layer, 2025))
        .chain([format!("{}.aux.xml", band("SLE", "f_15", 2025))])
        .collect();
    for url in &urls {
        site.file(url, vec![Answer::Whole(raster(5))]);
    }
    site.records(BANDS, "SLE", &[(2025, urls)]);
    let ran = site.run("--iso SLE --year 2025 --age 15").done();
    assert_eq!(
        ran.files(),
        [
            "sle_f_15_2025_CN_100m_R2025A_v1.tif",
            "sle_m_15_2025_CN_100m_R2025A_v1.tif"
        ]
    );
    let ran = site.run("--iso SLE --year 2025 --age 15 --sex t").done();
    assert_eq!(ran.files(), ["sle_t_15_2025_CN_100m_R2025A_v1.tif"]);
    let ran = site.run("--iso SLE --year 2025 --sex f,m").done();
    assert_eq!(ran.files()[0], "sle_T_F_2025_CN_100m_R2025A_v1.tif");
    site.run("--iso SLE --year 2025 --age 15 --sex t,m")
        .fails(ExitStatus::Usage)
        .says("twice");
    // The lock holds t and all ages beside f and m by now: one list of all would count everybody
    // twice.
    std::fs::remove_dir_all(site.at("rasters")).unwrap();
    let ran = site.run("").done();
    assert_eq!(site.rasters().len(), 5);
    assert_eq!(
        ran.files(),
        [
            "sle_f_15_2025_CN_100m_R2025A_v1.tif",
            "sle_m_15_2025_CN_100m_R2025A_v1.tif"
        ]
    );
    let both = format!("--path {}", band("SLE", "t_15", 2025));
    site.run(&format!("--iso SLE --year 2025 --age 15 {both}"))
        .fails(ExitStatus::Usage)
        .says("twice");
}
