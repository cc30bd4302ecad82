//! Downloads that are interrupted, and continued.

use pop_cli::{ExitStatus, sha256_hex};

use crate::fixture::{FetchFixture, TOTALS, large_raster, total};
use crate::server::{Ranges, Response, ServedFile};

const ONE: &str = "--iso SLE --year 2025";
const FILE: &str = "sle_pop_2025_CN_100m_R2025A_v1.tif";
const A: &str = "ETag: \"a\"\r\n";
const B: &str = "ETag: \"b\"\r\n";
const DATED: &str = "ETag: W/\"a\"\r\nLast-Modified: Mon, 04 Aug 2025 10:00:00 GMT\r\n";
/// The connection drops after so many bytes.
const DROP: usize = 300_000;

fn fixture() -> FetchFixture {
    let fixture = FetchFixture::new(&[TOTALS]);
    fixture.serve_totals("R2025A", "SLE", 2025..=2025);
    fixture
}

fn served(seed: u32, validators: &'static str, ranges: Ranges, drop: Option<usize>) -> Response {
    Response::File(ServedFile {
        content: large_raster(seed),
        validators,
        ranges,
        drop_after: drop,
    })
}

fn serve(fixture: &FetchFixture, script: Vec<Response>) {
    fixture.serve_file(&total("R2025A", "SLE", 2025), script);
}

fn content(fixture: &FetchFixture) -> Vec<u8> {
    std::fs::read(fixture.at("rasters").join(FILE)).unwrap()
}

/// A first run that kept `DROP` bytes.
fn interrupted(validators: &'static str) -> FetchFixture {
    let fixture = fixture();
    serve(
        &fixture,
        vec![served(1, validators, Ranges::Honoured, Some(DROP))],
    );
    fixture
        .run(&format!("{ONE} --tries 1"))
        .fails(ExitStatus::Unreachable)
        .says("300,000 bytes of sle_pop_2025_CN_100m_R2025A_v1.tif are kept")
        .says("--mirror DIR --offline");
    assert_eq!(fixture.raster_files().len(), 1);
    assert!(fixture.raster_files()[0].ends_with(".part"));
    fixture.server.clear_requests();
    fixture
}

#[test]
fn a_line_that_drops_every_few_hundred_kilobytes_is_enough() {
    for validators in [A, DATED] {
        let fixture = fixture();
        serve(
            &fixture,
            vec![served(1, validators, Ranges::Honoured, Some(DROP))],
        );
        fixture.run(&format!("{ONE} --tries 2")).succeeds();
        assert_eq!(content(&fixture), large_raster(1));
        assert_eq!(fixture.raster_files(), [FILE]);
        let ranges = fixture.server.ranges();
        assert_eq!(ranges.len(), 4, "{ranges:?}");
        // The last 64 KiB are requested again, and compared.
        assert_eq!(ranges[0].0, format!("bytes={}-", DROP - 65_536));
        let validator = validators.trim_end().rsplit_once(": ").unwrap().1;
        assert!(ranges.iter().all(|(_, if_range)| if_range == validator));
    }
}

#[test]
fn a_later_run_continues() {
    for validators in [A, DATED] {
        let fixture = interrupted(validators);
        serve(
            &fixture,
            vec![served(1, validators, Ranges::Honoured, None)],
        );
        fixture.run(ONE).succeeds();
        assert_eq!(content(&fixture), large_raster(1));
        assert_eq!(fixture.raster_files(), [FILE]);
        assert_eq!(fixture.server.ranges().len(), 1);
    }
}

#[test]
fn a_pinned_file_is_continued_and_verified_by_its_hash() {
    let fixture = fixture();
    serve(&fixture, vec![served(1, "", Ranges::Honoured, None)]);
    fixture.run(ONE).succeeds();
    std::fs::remove_file(fixture.at("rasters").join(FILE)).unwrap();
    serve(&fixture, vec![served(1, "", Ranges::Honoured, Some(DROP))]);
    fixture.run(&format!("{ONE} --tries 2")).succeeds();
    assert_eq!(content(&fixture), large_raster(1));
    assert_eq!(fixture.server.ranges().len(), 4);
    // A part with a wrong byte that the comparison does not see.
    std::fs::remove_file(fixture.at("rasters").join(FILE)).unwrap();
    let sha256 = sha256_hex(&large_raster(1));
    let part = format!("rasters/.{FILE}.sha256-{}.part", &sha256[..16]);
    let mut bytes = large_raster(1)[..DROP].to_vec();
    bytes[DROP / 2] ^= 1;
    std::fs::write(fixture.at(&part), &bytes).unwrap();
    serve(&fixture, vec![served(1, "", Ranges::Honoured, None)]);
    fixture.run(ONE).succeeds();
    assert_eq!(content(&fixture), large_raster(1));
    // A complete part needs no request.
    std::fs::rename(fixture.at("rasters").join(FILE), fixture.at(&part)).unwrap();
    fixture.server.clear_requests();
    fixture.run(ONE).succeeds();
    assert!(fixture.server.requests().is_empty());
    assert_eq!(fixture.raster_files(), [FILE]);
}

#[test]
fn a_changed_file_is_not_put_together_with_the_old_one() {
    let fixture = interrupted(A);
    serve(&fixture, vec![served(2, B, Ranges::Honoured, Some(DROP))]);
    fixture.run(&format!("{ONE} --tries 2")).succeeds();
    assert_eq!(content(&fixture), large_raster(2));
    assert_eq!(fixture.raster_files(), [FILE]);
    // The same where the file changes between two tries.
    let fixture = self::fixture();
    let script = vec![
        served(1, A, Ranges::Honoured, Some(DROP)),
        served(2, B, Ranges::Honoured, None),
    ];
    serve(&fixture, script);
    fixture.run(ONE).succeeds();
    assert_eq!(content(&fixture), large_raster(2));
    // A server that ignores If-Range and sends no validator: the bytes differ.
    let fixture = interrupted(A);
    serve(&fixture, vec![served(2, "", Ranges::Honoured, None)]);
    fixture.run(ONE).succeeds();
    assert_eq!(content(&fixture), large_raster(2));
}

#[test]
fn a_server_that_ignores_ranges_sends_all_of_it() {
    let fixture = interrupted(A);
    serve(&fixture, vec![served(1, A, Ranges::Ignored, None)]);
    fixture.run(ONE).succeeds();
    assert_eq!(content(&fixture), large_raster(1));
    // It never gets further than the drop: the tries end.
    let fixture = interrupted(A);
    serve(&fixture, vec![served(1, A, Ranges::Ignored, Some(DROP))]);
    fixture.run(ONE).fails(ExitStatus::Unreachable);
    let requests = fixture.server.requests();
    let files = requests.iter().filter(|line| line.contains("/GIS/"));
    assert_eq!(files.count(), 3);
}

#[test]
fn ranges_that_lie_are_not_used() {
    for lie in [
        Ranges::FromTheBeginning,
        Ranges::WrongStart,
        Ranges::Contradictory,
        Ranges::Unstated,
        Ranges::OtherValidator,
        Ranges::Refused,
    ] {
        let fixture = interrupted(A);
        serve(&fixture, vec![served(1, A, lie, None)]);
        fixture.run(ONE).succeeds();
        assert_eq!(content(&fixture), large_raster(1), "{lie:?}");
        assert_eq!(fixture.raster_files(), [FILE], "{lie:?}");
        assert_eq!(fixture.server.ranges().len(), 1, "{lie:?}");
    }
}

#[test]
fn a_server_may_send_less_than_was_requested() {
    let fixture = interrupted(A);
    serve(&fixture, vec![served(1, A, Ranges::Short, None)]);
    fixture.run(&format!("{ONE} --tries 1")).succeeds();
    assert_eq!(content(&fixture), large_raster(1));
}

#[test]
fn a_complete_part_is_recognised_by_416() {
    let fixture = interrupted(A);
    let part = fixture.raster_files().remove(0);
    std::fs::write(fixture.at("rasters").join(part), large_raster(1)).unwrap();
    serve(&fixture, vec![served(1, A, Ranges::Refused, None)]);
    fixture.run(&format!("{ONE} --tries 1")).succeeds();
    assert_eq!(content(&fixture), large_raster(1));
}

#[test]
fn a_response_of_another_kind_is_named_and_keeps_the_part() {
    let html = "Content-Type: text/html\r\n";
    let fixture = interrupted(A);
    let login = Response::Status("200 OK", html, "<html><title>Please log in</title></html>");
    serve(&fixture, vec![login]);
    fixture
        .run(ONE)
        .fails(ExitStatus::Refused)
        .says("HTML page")
        .says("network login");
    assert_eq!(fixture.raster_files().len(), 1);
    for (content, name) in [
        (
            &b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"[..],
            "LFS",
        ),
        (b"PK\x03\x04\x14\x00", "zip"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b"\x1f\x8b\x08\x00", "gzip"),
    ] {
        let fixture = self::fixture();
        serve(&fixture, vec![Response::Whole(content.to_vec())]);
        let result = fixture.run(ONE).fails(ExitStatus::Data).says(name);
        assert!(result.message.contains("hint: "), "{}", result.message);
        assert!(fixture.raster_files().is_empty());
    }
}
