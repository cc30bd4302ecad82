//! Odd and hostile replies, given as the answer of the import call.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dhis2_standin::Version;
use serde_json::Value;

use super::{Country, expected, last_line, values};
use crate::support::tool;

/// What a relay does with the import before it gives the hostile reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Import {
    Applied,
    Swallowed,
}

/// Stands before a server and answers every import in its place.
struct Relay {
    port: u16,
    stop: Arc<AtomicBool>,
}

impl Relay {
    fn start(server: u16, reply: Vec<u8>, import: Import) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), reply) = (stream, reply.clone()) else {
                    continue;
                };
                std::thread::spawn(move || drop(relay(stream, server, &reply, import)));
            }
        });
        Self { port, stop }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn relay(mut client: TcpStream, server: u16, reply: &[u8], import: Import) -> std::io::Result<()> {
    let request = read_request(&mut client)?;
    let text = String::from_utf8_lossy(&request);
    let is_import =
        text.starts_with("POST ") && !text.lines().next().unwrap_or("").contains("dryRun");
    let mut answer = Vec::new();
    if !is_import || import == Import::Applied {
        let mut upstream = TcpStream::connect(("127.0.0.1", server))?;
        upstream.write_all(&closing(&request))?;
        upstream.read_to_end(&mut answer)?;
    }
    if is_import {
        answer = reply.to_vec();
    }
    // A client that has seen enough hangs up: no fault of the test.
    let _ = client.write_all(&answer);
    client.shutdown(Shutdown::Write)
}

fn read_request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut request, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        let head = request.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .map_or(0, |value| value.trim().parse().unwrap());
            if request.len() >= head + 4 + length {
                return Ok(request);
            }
        }
        match client.read(&mut buffer)? {
            0 => return Ok(request),
            count => request.extend_from_slice(&buffer[..count]),
        }
    }
}

/// The request with `Connection: close`, so that the answer ends.
fn closing(request: &[u8]) -> Vec<u8> {
    let line = request
        .windows(2)
        .position(|window| window == b"\r\n")
        .unwrap()
        + 2;
    [&request[..line], b"Connection: close\r\n", &request[line..]].concat()
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn hostile_replies_to_the_import_are_never_taken_for_success() {
    let data = testdata::dir();
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(data.join("hostile/manifest.json")).unwrap())
            .unwrap();
    let cases: Vec<&Value> = manifest
        .as_array()
        .or_else(|| manifest["cases"].as_array())
        .unwrap()
        .iter()
        .filter(|case| case["group"] == "http-replies")
        .collect();
    assert_eq!(cases.len(), 44);
    std::thread::scope(|scope| {
        for share in cases.chunks(cases.len().div_ceil(4)) {
            let data = &data;
            scope.spawn(move || {
                share
                    .iter()
                    .for_each(|case| answer_imports_with(data, case))
            });
        }
    });
}

/// Gives a hostile reply to every import, in both dialects, with and without the import done.
fn answer_imports_with(data: &Path, case: &Value) {
    let id = case["id"].as_str().unwrap();
    let reply = std::fs::read(
        data.join("hostile")
            .join(case["files"][0].as_str().unwrap()),
    )
    .unwrap();
    for version in [Version::V42, Version::V43] {
        for import in [Import::Swallowed, Import::Applied] {
            let country = Country::new(version, Vec::new());
            let mut two = values(100);
            two["dataValues"].as_array_mut().unwrap().truncate(2);
            std::fs::write(country.path("values.json"), two.to_string()).unwrap();
            let relay = Relay::start(country.server.port(), reply.clone(), import);
            let ran = tool("push")
                .folder(country.folder.path())
                .env("DHIS2_URL", format!("http://127.0.0.1:{}", relay.port))
                .env("DHIS2_CREDENTIALS_FILE", "credentials")
                .args(["--patience", "0", "--timeout", "5"])
                .args(["--commit", "--receipt", "r.json", "values.json"])
                .run();
            let (status, stored) = (ran.status, country.stored());
            let label = format!(
                "{id}, {version}, {import:?}: status {status}, stored {stored:?}: {}",
                ran.stderr
            );
            assert!(ran.stdout.is_empty(), "{label}");
            let outcome = country.receipt()["outcome"].to_string();
            let said = last_line(&ran.stderr).to_owned();
            assert!(said.contains(outcome.trim_matches('"')), "{label}");
            if import == Import::Swallowed {
                assert!([5, 6, 7].contains(&status), "{label}");
                continue;
            }
            assert_eq!(stored[..2], expected()[..2], "{label}");
            // What was read back is there: only a server that did something unasked, or says
            // that it refused, leaves a doubt.
            assert!([0, 5, 7].contains(&status), "{label}");
            if case["expect"]["class"] == "text" && !id.starts_with("version") {
                assert_eq!(status, 0, "{label}");
            }
            if ["ok-deleted", "ok-more"].contains(&id) {
                assert_eq!(status, 7, "{label}");
            }
        }
    }
}
