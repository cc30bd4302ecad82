//! Files over a line that cuts, stalls and lies.

use std::time::Duration;

use pop_cli::{ExitStatus, sha256_hex};

use crate::server::Answer;
use crate::site::{Site, TOTALS, raster, total};

const ONE: &str = "--iso SLE --year 2025";

fn site() -> Site {
    let site = Site::new(&[TOTALS]);
    site.totals("R2025A", "SLE", 2015..=2030);
    site
}

#[test]
fn one_total_comes_with_everything_known_of_it() {
    let site = site();
    let ran = site.run(ONE).done();
    assert_eq!(site.rasters(), ["sle_pop_2025_CN_100m_R2025A_v1.tif"]);
    let entry = &ran.list["files"][0];
    let path = site.at("rasters/sle_pop_2025_CN_100m_R2025A_v1.tif");
    assert_eq!(entry["path"], path.to_str().unwrap());
    assert_eq!(std::fs::read(path).unwrap(), raster(2025));
    assert_eq!(entry["sha256"], sha256_hex(&raster(2025)).as_str());
    assert_eq!(entry["bytes"], raster(2025).len());
    assert_eq!(
        entry["url"],
        total("R2025A", "SLE", 2025).replace("Population//", "Population/")
    );
    assert_eq!(
        (&entry["area"], &entry["year"]),
        (&"SLE".into(), &2025.into())
    );
    assert_eq!(
        (&entry["sex"], &entry["age_from"]),
        (&"t".into(), &().into())
    );
    assert_eq!(entry["source"], "worldpop-global2;R2025A;CN;100m;v1");
    assert_eq!(entry["doi"], "10.5258/SOTON/WP00839");
    assert_eq!(entry["licence"], "CC BY 4.0");
    assert_eq!(
        entry["citation"],
        "Bondarenko M. 2025 Estimates of 2025 R2025A version v1."
    );
    assert_eq!(site.lock()["files"][0]["sha256"], entry["sha256"]);
}

#[test]
fn a_second_run_asks_nobody_and_says_the_same() {
    let site = site();
    let first = site.run("--iso SLE --years 2024-2026").done();
    let lock = site.lock();
    site.server.forget();
    let second = site.run("--iso SLE --years 2024-2026").done();
    assert!(site.server.seen().is_empty(), "{:?}", site.server.seen());
    assert_eq!(first.list, second.list);
    assert_eq!(site.lock(), lock);
}

#[test]
fn dropped_connections_cut_bodies_and_busy_servers_are_tried_again() {
    let whole = raster(2025);
    let busy = Answer::Status("429 Too Many Requests", "Retry-After: 0\r\n", "");
    for bad in [
        Answer::Hang,
        Answer::Cut(whole.clone(), 0),
        Answer::Cut(whole.clone(), whole.len() - 1),
        busy,
        Answer::Status("503 Service Unavailable", "", "<html>"),
        Answer::Status("500 Internal Server Error", "", "<html>"),
        // Without a length only the tiles tell.
        Answer::WithoutLength(whole[..whole.len() - 9].to_vec()),
    ] {
        let site = site();
        let url = total("R2025A", "SLE", 2025);
        site.file(&url, vec![bad.clone(), Answer::Whole(whole.clone())]);
        site.run(ONE).done();
        let path = site.at("rasters/sle_pop_2025_CN_100m_R2025A_v1.tif");
        assert_eq!(std::fs::read(path).unwrap(), whole, "{bad:?}");
        let asked = site.server.seen();
        let asked = asked.iter().filter(|line| line.contains("/GIS/"));
        assert_eq!(asked.count(), 2, "{bad:?}");
    }
}

#[test]
fn what_stays_broken_has_its_status_and_leaves_nothing() {
    let whole = raster(2025);
    let truncated = whole[..whole.len() / 2].to_vec();
    let page = "<html><title>Please log in</title></html>";
    let html = "Content-Type: text/html; charset=utf-8\r\n";
    let cases = [
        (Answer::Hang, ExitStatus::Unreachable, 3, "again"),
        (
            Answer::Cut(whole.clone(), 100),
            ExitStatus::Unreachable,
            3,
            "whole",
        ),
        (
            Answer::Status("429 Too Many Requests", "", ""),
            ExitStatus::Unreachable,
            3,
            "429",
        ),
        (
            Answer::Status("404 Not Found", html, page),
            ExitStatus::Refused,
            1,
            "404",
        ),
        (
            Answer::Status("403 Forbidden", html, page),
            ExitStatus::Refused,
            1,
            "403",
        ),
        (
            Answer::Status("200 OK", html, page),
            ExitStatus::Refused,
            1,
            "HTML page",
        ),
        (
            Answer::Status("206 Partial Content", "", "II"),
            ExitStatus::Refused,
            1,
            "206",
        ),
        // Whole by its length, and cut all the same.
        (
            Answer::Whole(truncated),
            ExitStatus::Data,
            2,
            "is not whole",
        ),
        (
            Answer::Whole(page.into()),
            ExitStatus::Data,
            2,
            "HTML or XML",
        ),
        (
            Answer::Whole(Vec::new()),
            ExitStatus::Data,
            2,
            "is not whole",
        ),
    ];
    for (answer, status, tries, text) in cases {
        let site = site();
        site.file(&total("R2025A", "SLE", 2025), vec![answer.clone()]);
        let ran = site.run(ONE).fails(status);
        if text != "again" {
            assert!(ran.said.contains(text), "{answer:?}: {}", ran.said);
        }
        assert!(site.rasters().is_empty(), "{answer:?}");
        assert!(!site.at("worldpop.lock").exists());
        let asked = site.server.seen();
        let asked = asked.iter().filter(|line| line.contains("/GIS/"));
        assert_eq!(asked.count(), tries, "{answer:?}");
    }
}

#[test]
fn a_late_answer_is_waited_for_and_silence_is_not() {
    let site = site();
    let url = total("R2025A", "SLE", 2025);
    let late = Answer::Late(Duration::from_millis(300), raster(2025));
    site.file(&url, vec![late]);
    site.run(ONE).done();
    for silent in [Answer::Silence, Answer::Stalled(raster(2026), 1000)] {
        site.file(&total("R2025A", "SLE", 2026), vec![silent]);
        site.run("--iso SLE --year 2026 --timeout 1 --tries 1")
            .fails(ExitStatus::Unreachable)
            .says("timed out after 1 s");
    }
    assert_eq!(site.rasters().len(), 1);
}

#[test]
fn a_run_that_was_stopped_goes_on_where_it_was() {
    let site = site();
    site.file(&total("R2025A", "SLE", 2027), vec![Answer::Hang]);
    site.run("--iso SLE --years 2024-2027 --jobs 1")
        .fails(ExitStatus::Unreachable);
    assert_eq!(site.rasters().len(), 3);
    assert_eq!(site.lock()["files"].as_array().unwrap().len(), 3);
    site.totals("R2025A", "SLE", 2015..=2030);
    site.server.forget();
    site.run("--iso SLE --years 2024-2027").done();
    let seen = site.server.seen();
    let files: Vec<&String> = seen.iter().filter(|line| line.contains("/GIS/")).collect();
    assert_eq!(files.len(), 1);
    assert!(files[0].contains("sle_pop_2027"));
}

#[test]
fn one_file_that_cannot_be_had_does_not_keep_the_others_away() {
    let site = site();
    let gone = Answer::Status("404 Not Found", "", "");
    site.file(&total("R2025A", "SLE", 2015), vec![gone]);
    site.run("--iso SLE --years 2015-2018 --jobs 1")
        .fails(ExitStatus::Refused)
        .says("sle_pop_2015");
    assert_eq!(site.rasters().len(), 3);
}

#[test]
fn four_at_a_time_and_no_more() {
    let site = site();
    for year in 2015..=2030 {
        let late = Answer::Late(Duration::from_millis(100), raster(year as u32));
        site.file(&total("R2025A", "SLE", year), vec![late]);
    }
    let ran = site.run("--iso SLE --years 2015-2030").done();
    let most = site.server.most_at_once();
    assert!((2..=4).contains(&most), "{most}");
    let years: Vec<i64> = ran.list["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["year"].as_i64().unwrap())
        .collect();
    assert_eq!(years, (2015..=2030).collect::<Vec<i64>>());
}

#[test]
fn a_dry_run_downloads_nothing_and_knows_the_sizes() {
    let site = site();
    site.run(ONE).done();
    site.server.forget();
    let ran = site.run("--iso SLE --years 2025-2026 --dry-run").done();
    let files = ran.list["files"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    for file in files {
        assert_eq!(file["bytes"], raster(1).len());
    }
    assert_eq!(site.rasters().len(), 1);
    let heads = site.server.seen();
    assert!(
        heads.iter().all(|line| !line.starts_with("GET /GIS")),
        "{heads:?}"
    );
    assert_eq!(
        heads.iter().filter(|line| line.starts_with("HEAD")).count(),
        1
    );
    assert_eq!(site.lock()["files"].as_array().unwrap().len(), 1);
}

#[test]
fn a_copy_of_the_server_that_knows_no_head_leaves_sizes_open() {
    let site = site();
    let no = Answer::Status("501 Not Implemented", "", "");
    site.file(&total("R2025A", "SLE", 2025), vec![no]);
    let ran = site.run("--iso SLE --year 2025 --dry-run").done();
    assert!(ran.list["files"][0].get("bytes").is_none());
}

#[test]
fn a_server_that_is_not_there_is_out_of_reach() {
    let site = site();
    site.run("--iso SLE --year 2025 --catalogue-url http://127.0.0.1:1/rest/data --tries 1")
        .fails(ExitStatus::Unreachable);
    site.run("--iso SLE --year 2025 --data-url http://127.0.0.1:1 --tries 1")
        .fails(ExitStatus::Unreachable);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn real_rasters_are_whole_and_a_real_interrupted_download_is_not() {
    let dir = testdata::dir();
    let dir = dir.join("worldpop");
    let site = Site::new(&[TOTALS]);
    let mut taken = 0;
    for file in crate::site::names(&dir) {
        let Some(name) = pop_worldpop::RasterName::parse(&file)
            .ok()
            .filter(|_| file.ends_with(".tif"))
        else {
            continue;
        };
        let bytes = std::fs::read(dir.join(&file)).unwrap();
        let url = format!("https://data.worldpop.org/GIS/{file}");
        site.file(&url, vec![Answer::Whole(bytes.clone())]);
        let ran = site.run(&format!("--path {url}")).done();
        let entry = &ran.list["files"][0];
        assert_eq!(entry["sha256"], sha256_hex(&bytes).as_str());
        assert_eq!(entry["source"], name.source().as_str());
        taken += 1;
    }
    assert!(taken >= 12, "{taken}");
    let file = "global_pop_2020_CN_1km_R2025A_UA_v1.tif";
    let bytes = std::fs::read(dir.join("truncated").join(file)).unwrap();
    let url = format!("https://data.worldpop.org/GIS/{file}");
    site.file(&url, vec![Answer::Whole(bytes)]);
    site.run(&format!("--path {url}"))
        .fails(ExitStatus::Data)
        .says("is not whole: tile")
        .says("beyond the end of the file");
    assert_eq!(site.rasters().len(), taken);
}
