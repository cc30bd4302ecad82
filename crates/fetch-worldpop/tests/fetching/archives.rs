//! Bands out of archives, when there are no files of their own.

use std::io::Write;

use pop_cli::ExitStatus;

use crate::fixture::{ARCHIVES, BANDS, FetchFixture, band, raster};
use crate::server::Response;

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

fn fixture(answers: Vec<Response>) -> FetchFixture {
    let fixture = FetchFixture::new(&[ARCHIVES]);
    fixture.serve_records(ARCHIVES, "SLE", &[(2025, vec![URL.to_owned()])]);
    fixture.serve_file(URL, answers);
    fixture
}

#[test]
fn only_requested_members_are_extracted() {
    let fixture = fixture(vec![Response::Whole(archive(&whole()))]);
    let ran = fixture
        .run("--iso SLE --year 2025 --sex f --age 15-24")
        .succeeds();
    let expected = [
        "sle_f_15_2025_CN_100m_R2025A_v1.tif",
        "sle_f_20_2025_CN_100m_R2025A_v1.tif",
    ];
    assert_eq!(ran.files(), expected);
    assert_eq!(fixture.raster_files(), expected);
    let entry = &ran.list["files"][0];
    assert_eq!(entry["url"], URL);
    assert_eq!(entry["member"], "SLE/sle_f_15_2025_CN_100m_R2025A_v1.tif");
    assert_eq!(
        (&entry["age_from"], &entry["age_to"]),
        (&15.into(), &20.into())
    );
    // All bands: those that are there stay, and t never comes along.
    let ran = fixture.run("--iso SLE --year 2025 --bands").succeeds();
    assert_eq!(ran.files().len(), 40);
    assert_eq!(fixture.raster_files().len(), 40);
    assert!(
        fixture
            .raster_files()
            .iter()
            .all(|file| !file.contains("_t_") && !file.contains("_T_"))
    );
    fixture.server.clear_requests();
    fixture.run("--iso SLE --year 2025 --bands").succeeds();
    assert!(fixture.server.requests().is_empty());
}

#[test]
fn a_truncated_archive_is_retried_and_placed_members_stay() {
    let bytes = archive(&whole());
    let half = bytes.len() / 2;
    let fixture = fixture(vec![
        Response::Cut(bytes.clone(), half),
        Response::Whole(bytes),
    ]);
    fixture.run("--iso SLE --year 2025 --bands").succeeds();
    assert_eq!(fixture.raster_files().len(), 40);
}

#[test]
fn a_damaged_archive_places_only_complete_files() {
    let bytes = archive(&whole());
    let mut wrong = bytes.clone();
    wrong[bytes.len() / 2] ^= 1;
    for (answer, status) in [
        (
            Response::Cut(bytes.clone(), bytes.len() / 3),
            ExitStatus::Unreachable,
        ),
        (
            Response::Whole(bytes[..bytes.len() / 3].to_vec()),
            ExitStatus::Data,
        ),
        (Response::Whole(wrong), ExitStatus::Data),
        (Response::Whole(b"<html>".to_vec()), ExitStatus::Data),
        (Response::Whole(archive(&whole()[..30])), ExitStatus::Data),
    ] {
        let fixture = fixture(vec![answer]);
        fixture
            .run("--iso SLE --year 2025 --bands")
            .fails(status)
            .says("sle_agesex_structures_2025");
        for file in fixture.raster_files() {
            assert!(file.ends_with(".tif") && !file.starts_with('.'), "{file}");
            let bytes = std::fs::read(fixture.at("rasters").join(&file)).unwrap();
            assert_eq!(bytes.len(), raster(1).len());
        }
        if let Ok(lock) = std::fs::read_to_string(fixture.at("worldpop.lock")) {
            let pins = lock.matches("\"file\"").count();
            assert_eq!(pins, fixture.raster_files().len());
        }
    }
}

#[test]
fn hostile_member_names_stay_inside_the_folder() {
    let evil = vec![
        (
            "../../sle_f_15_2025_CN_100m_R2025A_v1.tif".to_owned(),
            raster(1),
        ),
        ("/sle_m_15_2025_CN_100m_R2025A_v1.tif".to_owned(), raster(2)),
    ];
    let fixture = fixture(vec![Response::Whole(archive(&evil))]);
    fixture.run("--iso SLE --year 2025 --age 15").succeeds();
    assert_eq!(fixture.raster_files().len(), 2);
    assert_eq!(
        crate::fixture::names(fixture.folder.path()),
        ["list.json", "rasters", "worldpop.lock"]
    );
}

#[test]
fn single_files_are_preferred_to_archives() {
    let fixture = fixture(vec![Response::Hang]);
    fixture.list_products(&[ARCHIVES, BANDS]);
    let urls: Vec<String> = ["f_15", "m_15", "t_15", "T_F", "T_M"]
        .iter()
        .map(|layer| band("SLE", layer, 2025))
        .chain([format!("{}.aux.xml", band("SLE", "f_15", 2025))])
        .collect();
    for url in &urls {
        fixture.serve_file(url, vec![Response::Whole(raster(5))]);
    }
    fixture.serve_records(BANDS, "SLE", &[(2025, urls)]);
    let ran = fixture.run("--iso SLE --year 2025 --age 15").succeeds();
    assert_eq!(
        ran.files(),
        [
            "sle_f_15_2025_CN_100m_R2025A_v1.tif",
            "sle_m_15_2025_CN_100m_R2025A_v1.tif"
        ]
    );
    let ran = fixture
        .run("--iso SLE --year 2025 --age 15 --sex t")
        .succeeds();
    assert_eq!(ran.files(), ["sle_t_15_2025_CN_100m_R2025A_v1.tif"]);
    let ran = fixture.run("--iso SLE --year 2025 --sex f,m").succeeds();
    assert_eq!(ran.files()[0], "sle_T_F_2025_CN_100m_R2025A_v1.tif");
    fixture
        .run("--iso SLE --year 2025 --age 15 --sex t,m")
        .fails(ExitStatus::Usage)
        .says("twice");
    // The lock holds t and all ages beside f and m by now: one list of all would count everybody
    // twice.
    std::fs::remove_dir_all(fixture.at("rasters")).unwrap();
    let ran = fixture.run("").succeeds();
    assert_eq!(fixture.raster_files().len(), 5);
    assert_eq!(
        ran.files(),
        [
            "sle_f_15_2025_CN_100m_R2025A_v1.tif",
            "sle_m_15_2025_CN_100m_R2025A_v1.tif"
        ]
    );
    let both = format!("--path {}", band("SLE", "t_15", 2025));
    fixture
        .run(&format!("--iso SLE --year 2025 --age 15 {both}"))
        .fails(ExitStatus::Usage)
        .says("twice");
}
