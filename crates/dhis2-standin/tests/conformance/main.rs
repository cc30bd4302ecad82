//! Exchanges with DHIS2, played to stand-ins.
//!
//! [`exchanges`] are written by hand and part of this repository. The rest are recordings of
//! real servers, which are test data.
//!
//! A stand-in of each recorded version starts empty and is sent the recorded requests in their
//! order. Status, the headers that matter and the body must be the recorded ones: moments and
//! identifiers made by the server are masked, lists without an order are compared as sets.
//! `deviations.txt` names the exchanges that differ, each with its reason; it may only shrink,
//! so one that no longer differs fails the test, too.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "all of this crate is a test"
)]

mod client;
mod compare;
mod deviations;
mod exchanges;
mod json_difference;
mod recording;
mod replay;

use dhis2_standin::Version;

use deviations::Deviations;
use recording::Recording;
use replay::Replay;

/// Plays a version's recordings to a server of the same or another version.
fn conforms(recorded: &str, version: Version) {
    let data = testdata::dir();
    let recordings = Recording::all(&data.join("dhis2-recordings"), recorded);
    assert!(!recordings.is_empty(), "no recordings of {recorded}");
    let mut replay = Replay::start(version, &data.join("dhis2-recordings/setup"));
    let mut deviations = Deviations::of(version.text());
    let (mut passed, mut surprises) = (0, Vec::new());
    for (at, recording) in recordings.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", |at| recordings[at].group());
        if recording.group() != before {
            let rest = &recordings[at..];
            let own = rest
                .iter()
                .take_while(|other| other.group() == recording.group())
                .count();
            seed(&mut replay, recorded, recording.group(), &rest[..own]);
        }
        let difference = replay.play(recording);
        match (difference, deviations.take(&recording.name)) {
            (None, None) => passed += 1,
            (Some(_), Some(_)) => {}
            (Some(difference), None) => surprises.push(format!("{}: {difference}", recording.name)),
            (None, Some(reason)) => {
                surprises.push(format!(
                    "{}: listed ({reason}), but does not differ",
                    recording.name
                ));
            }
        }
    }
    surprises.extend(
        deviations
            .rest()
            .map(|name| format!("{name}: listed, but not recorded")),
    );
    println!(
        "{}: {passed} of {} exchanges as recorded",
        version.text(),
        recordings.len()
    );
    assert!(
        surprises.is_empty(),
        "{} surprises:\n{}",
        surprises.len(),
        surprises.join("\n")
    );
}

/// Brings the server to the state in which a group was recorded.
fn seed(replay: &mut Replay, recorded: &str, group: &str, own: &[Recording]) {
    match (group, recorded) {
        // A trial run of the value tests was stored before.
        ("04", "2.42.5.2") => replay.store("2024", "89"),
        ("04", "2.43.1") => replay.prepare(own),
        // Recorded twice: the files are the second run.
        ("11", "2.42.5.2" | "2.43.1") => replay.prepare(own),
        ("15", "2.42.5.2" | "2.43.1") => replay.load_bulk(),
        _ => {}
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn release_2_38() {
    conforms("2.38.7", Version::V38);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn release_2_40() {
    conforms("2.40.12", Version::V40);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn release_2_41() {
    conforms("2.41.9.1", Version::V41);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn release_2_42() {
    conforms("2.42.5.2", Version::V42);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn release_2_43() {
    conforms("2.43.1", Version::V43);
}

/// 2.44 was not recorded: it is 2.43.1 with the changes that the list of deviations names.
#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn release_2_44() {
    conforms("2.43.1", Version::V44);
}
