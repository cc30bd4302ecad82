//! A large country in bounded memory.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};

use crate::running::Run;

/// Serves a country that exists only as a formula: a root and `units` facilities below it, each
/// with a polygon of `bytes` bytes.
fn country(units: usize, bytes: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            std::thread::spawn(move || while answer(&stream, units, bytes).is_some() {});
        }
    });
    url
}

fn answer(mut stream: &TcpStream, units: usize, bytes: usize) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader
        .read_line(&mut request)
        .ok()
        .filter(|count| *count > 0)?;
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        line.clear();
    }
    let id = |number: usize| format!("ouMany{number:05}");
    let path = |number: usize| {
        if number == 0 {
            "/ouMany00000".to_owned()
        } else {
            format!("/ouMany00000/{}", id(number))
        }
    };
    let mut body = String::new();
    if request.contains("/api/system/info") {
        body.push_str(r#"{"version":"2.42.5.2"}"#);
    } else if request.contains("pageSize=1") {
        let _ = write!(
            body,
            r#"{{"pager":{{"total":{units}}},"organisationUnits":[]}}"#
        );
    } else {
        let asked: Vec<usize> = match request.split_once("id:in:%5B") {
            Some((_, rest)) => rest
                .split("%5D")
                .next()?
                .split(',')
                .map(|id| id.trim_start_matches("ouMany").parse().unwrap())
                .collect(),
            None => (0..units).collect(),
        };
        let with_geometry = request.contains("geometry");
        body.push_str("{\"organisationUnits\":[");
        for (place, number) in asked.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            let _ = write!(
                body,
                r#"{comma}{{"id":"{}","path":"{}""#,
                id(*number),
                path(*number)
            );
            if with_geometry {
                body.push_str(r#","geometry":{"type":"Polygon","coordinates":[[["#);
                let end = body.len() + bytes;
                while body.len() < end {
                    body.push_str("[10.123456789,1.987654321],");
                }
                body.push_str("[10,1]]]]}");
            }
            body.push('}');
        }
        body.push_str("]}");
    }
    let body = body.replace("[[[[", "[[[");
    let body = body.replace("]]]]}", "]]]}");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()
}

/// The most memory this process ever had, in MiB.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

#[test]
fn memory_does_not_grow_with_the_country() {
    let (units, bytes) = if testdata::long() {
        (50_000, 10_000)
    } else {
        (4_000, 10_000)
    };
    let run = Run::against(&country(units, bytes));
    let before = peak();
    run.tool(&["--all"]).unwrap();
    let size = std::fs::metadata(run.path("out.geojson")).unwrap().len();
    assert!(size > (units * bytes) as u64, "{size} bytes");
    if let (Some(before), Some(after)) = (before, peak()) {
        // The server's part of it included; other tests of this process run beside it.
        assert!(after < before + 150, "{before} MiB, then {after} MiB");
    }
}
