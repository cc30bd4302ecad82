//! Files over a line that cuts, stalls and lies.

use std::sync::{Arc, Barrier};

use pop_cli::{ExitStatus, sha256_hex};

use crate::fixture::{FetchFixture, TOTALS, raster, total};
use crate::server::Response;

const ONE: &str = "--iso SLE --year 2025";

fn fixture() -> FetchFixture {
    let fixture = FetchFixture::new(&[TOTALS]);
    fixture.serve_totals("R2025A", "SLE", 2015..=2030);
    fixture
}

#[test]
fn a_downloaded_total_is_listed_with_all_members() {
    let fixture = fixture();
    let ran = fixture.run(ONE).succeeds();
    assert_eq!(
        fixture.raster_files(),
        ["sle_pop_2025_CN_100m_R2025A_v1.tif"]
    );
    let entry = &ran.list["files"][0];
    let path = fixture.at("rasters/sle_pop_2025_CN_100m_R2025A_v1.tif");
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
    assert_eq!(fixture.lock()["files"][0]["sha256"], entry["sha256"]);
}

#[test]
fn a_second_run_sends_no_request_and_lists_the_same() {
    let fixture = fixture();
    let first = fixture.run("--iso SLE --years 2024-2026").succeeds();
    let lock = fixture.lock();
    fixture.server.clear_requests();
    let second = fixture.run("--iso SLE --years 2024-2026").succeeds();
    assert!(
        fixture.server.requests().is_empty(),
        "{:?}",
        fixture.server.requests()
    );
    assert_eq!(first.list, second.list);
    assert_eq!(fixture.lock(), lock);
}

#[test]
fn dropped_connections_truncated_bodies_and_busy_servers_are_retried() {
    let whole = raster(2025);
    let busy = Response::Status("429 Too Many Requests", "Retry-After: 0\r\n", "");
    for bad in [
        Response::Hang,
        Response::Cut(whole.clone(), 0),
        Response::Cut(whole.clone(), whole.len() - 1),
        busy,
        Response::Status("503 Service Unavailable", "", "<html>"),
        Response::Status("500 Internal TestServer Error", "", "<html>"),
        // Without a length only the tiles tell.
        Response::WithoutLength(whole[..whole.len() - 9].to_vec()),
    ] {
        let fixture = fixture();
        let url = total("R2025A", "SLE", 2025);
        fixture.serve_file(&url, vec![bad.clone(), Response::Whole(whole.clone())]);
        fixture.run(ONE).succeeds();
        let path = fixture.at("rasters/sle_pop_2025_CN_100m_R2025A_v1.tif");
        assert_eq!(std::fs::read(path).unwrap(), whole, "{bad:?}");
        let asked = fixture.server.requests();
        let asked = asked.iter().filter(|line| line.contains("/GIS/"));
        assert_eq!(asked.count(), 2, "{bad:?}");
    }
}

#[test]
fn lasting_failures_have_their_exit_status_and_place_no_file() {
    let whole = raster(2025);
    let truncated = whole[..whole.len() / 2].to_vec();
    let page = "<html><title>Please log in</title></html>";
    let html = "Content-Type: text/html; charset=utf-8\r\n";
    let cases = [
        (Response::Hang, ExitStatus::Unreachable, 3, "again"),
        (
            Response::Cut(whole.clone(), 100),
            ExitStatus::Unreachable,
            3,
            "whole",
        ),
        (
            Response::Status("429 Too Many Requests", "", ""),
            ExitStatus::Unreachable,
            3,
            "429",
        ),
        (
            Response::Status("404 Not Found", html, page),
            ExitStatus::Refused,
            1,
            "404",
        ),
        (
            Response::Status("403 Forbidden", html, page),
            ExitStatus::Refused,
            1,
            "403",
        ),
        (
            Response::Status("200 OK", html, page),
            ExitStatus::Refused,
            1,
            "HTML page",
        ),
        (
            Response::Status("206 Partial Content", "", "II"),
            ExitStatus::Refused,
            1,
            "206",
        ),
        // Whole by its length, and cut all the same.
        (
            Response::Whole(truncated),
            ExitStatus::Data,
            2,
            "is not a complete raster",
        ),
        (
            Response::Whole(page.into()),
            ExitStatus::Data,
            2,
            "HTML page",
        ),
        (
            Response::Whole(Vec::new()),
            ExitStatus::Data,
            2,
            "is not a complete raster",
        ),
    ];
    for (answer, status, tries, text) in cases {
        let fixture = fixture();
        fixture.serve_file(&total("R2025A", "SLE", 2025), vec![answer.clone()]);
        let ran = fixture.run(ONE).fails(status);
        if text != "again" {
            assert!(ran.message.contains(text), "{answer:?}: {}", ran.message);
        }
        assert!(fixture.raster_files().is_empty(), "{answer:?}");
        assert!(!fixture.at("worldpop.lock").exists());
        let asked = fixture.server.requests();
        let asked = asked.iter().filter(|line| line.contains("/GIS/"));
        assert_eq!(asked.count(), tries, "{answer:?}");
    }
}

#[test]
fn late_responses_are_waited_for_up_to_the_timeout() {
    let fixture = fixture();
    let url = total("R2025A", "SLE", 2025);
    let gate = Arc::new(Barrier::new(2));
    fixture.serve_file(&url, vec![Response::Gated(gate.clone(), raster(2025))]);
    std::thread::scope(|scope| {
        scope.spawn(|| fixture.run(ONE).succeeds());
        // The request waits for its response before the server gives it.
        fixture
            .server
            .wait_for("sle_pop_2025_CN_100m_R2025A_v1.tif");
        gate.wait();
    });
    for silent in [Response::Silence, Response::Stalled(raster(2026), 1000, "")] {
        fixture.serve_file(&total("R2025A", "SLE", 2026), vec![silent]);
        fixture
            .run("--iso SLE --year 2026 --timeout 1 --tries 1")
            .fails(ExitStatus::Unreachable)
            .says("timed out after 1 s");
    }
    assert_eq!(fixture.raster_files().len(), 1);
}

#[test]
fn an_interrupted_run_is_resumed_at_the_next_file() {
    let fixture = fixture();
    fixture.serve_file(&total("R2025A", "SLE", 2027), vec![Response::Hang]);
    fixture
        .run("--iso SLE --years 2024-2027 --jobs 1")
        .fails(ExitStatus::Unreachable);
    assert_eq!(fixture.raster_files().len(), 3);
    assert_eq!(fixture.lock()["files"].as_array().unwrap().len(), 3);
    fixture.serve_totals("R2025A", "SLE", 2015..=2030);
    fixture.server.clear_requests();
    fixture.run("--iso SLE --years 2024-2027").succeeds();
    let seen = fixture.server.requests();
    let files: Vec<&String> = seen.iter().filter(|line| line.contains("/GIS/")).collect();
    assert_eq!(files.len(), 1);
    assert!(files[0].contains("sle_pop_2027"));
}

#[test]
fn other_files_are_downloaded_after_one_fails() {
    let fixture = fixture();
    let gone = Response::Status("404 Not Found", "", "");
    fixture.serve_file(&total("R2025A", "SLE", 2015), vec![gone]);
    fixture
        .run("--iso SLE --years 2015-2018 --jobs 1")
        .fails(ExitStatus::Refused)
        .says("sle_pop_2015");
    assert_eq!(fixture.raster_files().len(), 3);
}

#[test]
fn four_files_are_downloaded_at_a_time() {
    let fixture = fixture();
    // Nothing is sent before four requests are there.
    let gate = Arc::new(Barrier::new(4));
    for year in 2015..=2030 {
        let late = Response::Gated(gate.clone(), raster(year as u32));
        fixture.serve_file(&total("R2025A", "SLE", year), vec![late]);
    }
    let ran = fixture.run("--iso SLE --years 2015-2030").succeeds();
    let most = fixture.server.max_concurrent();
    assert_eq!(most, 4);
    let years: Vec<i64> = ran.list["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["year"].as_i64().unwrap())
        .collect();
    assert_eq!(years, (2015..=2030).collect::<Vec<i64>>());
}

#[test]
fn a_dry_run_lists_sizes_and_downloads_nothing() {
    let fixture = fixture();
    fixture.run(ONE).succeeds();
    fixture.server.clear_requests();
    let ran = fixture
        .run("--iso SLE --years 2025-2026 --dry-run")
        .succeeds();
    let files = ran.list["files"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    for file in files {
        assert_eq!(file["bytes"], raster(1).len());
    }
    assert_eq!(fixture.raster_files().len(), 1);
    let heads = fixture.server.requests();
    assert!(
        heads.iter().all(|line| !line.starts_with("GET /GIS")),
        "{heads:?}"
    );
    assert_eq!(
        heads.iter().filter(|line| line.starts_with("HEAD")).count(),
        1
    );
    assert_eq!(fixture.lock()["files"].as_array().unwrap().len(), 1);
}

#[test]
fn sizes_are_unknown_without_head() {
    let fixture = fixture();
    let no = Response::Status("501 Not Implemented", "", "");
    fixture.serve_file(&total("R2025A", "SLE", 2025), vec![no]);
    let ran = fixture.run("--iso SLE --year 2025 --dry-run").succeeds();
    assert!(ran.list["files"][0].get("bytes").is_none());
}

#[test]
fn an_absent_server_is_unreachable() {
    let fixture = fixture();
    fixture
        .run("--iso SLE --year 2025 --catalogue-url http://127.0.0.1:1/rest/data --tries 1")
        .fails(ExitStatus::Unreachable);
    fixture
        .run("--iso SLE --year 2025 --data-url http://127.0.0.1:1 --tries 1")
        .fails(ExitStatus::Unreachable);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn real_rasters_are_whole_and_a_real_interrupted_download_is_not() {
    let dir = testdata::dir();
    let dir = dir.join("worldpop");
    let fixture = FetchFixture::new(&[TOTALS]);
    let mut taken = 0;
    for file in crate::fixture::names(&dir) {
        let Some(name) = pop_worldpop::RasterName::parse(&file)
            .ok()
            .filter(|_| file.ends_with(".tif"))
        else {
            continue;
        };
        let bytes = std::fs::read(dir.join(&file)).unwrap();
        let url = format!("https://data.worldpop.org/GIS/{file}");
        fixture.serve_file(&url, vec![Response::Whole(bytes.clone())]);
        let ran = fixture.run(&format!("--path {url}")).succeeds();
        let entry = &ran.list["files"][0];
        assert_eq!(entry["sha256"], sha256_hex(&bytes).as_str());
        assert_eq!(entry["source"], name.source().as_str());
        taken += 1;
    }
    assert!(taken >= 12, "{taken}");
    let file = "global_pop_2020_CN_1km_R2025A_UA_v1.tif";
    let bytes = std::fs::read(dir.join("truncated").join(file)).unwrap();
    let url = format!("https://data.worldpop.org/GIS/{file}");
    fixture.serve_file(&url, vec![Response::Whole(bytes)]);
    fixture
        .run(&format!("--path {url}"))
        .fails(ExitStatus::Data)
        .says("is not a complete raster: tile")
        .says("beyond the end of the file");
    assert_eq!(fixture.raster_files().len(), taken);
}
