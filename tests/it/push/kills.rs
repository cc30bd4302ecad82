//! `push` killed at every event of its journal, and at random moments.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use dhis2_standin::{Fault, FaultRule, Version};

use super::{Country, disturbed, resume};
use crate::support::binary;

/// A limit on file sizes ends the process within the write that passes it: so every place in the journal is reached.
#[test]
#[cfg(target_os = "linux")]
fn killed_at_every_journal_event_it_goes_on() {
    if Command::new("prlimit")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        eprintln!("skipped: no prlimit");
        return;
    }
    let whole = Country::new(Version::V42, Vec::new());
    // An answer that never comes leaves the whole journal behind.
    whole
        .server
        .add_fault(FaultRule::import(Fault::Refused(403)).after(5));
    whole.commit().run().expect(7);
    let journal = std::fs::read(whole.path("r.json.journal")).unwrap();
    let ends: Vec<usize> = journal
        .iter()
        .enumerate()
        .filter(|&(_, &byte)| byte == b'\n')
        .map(|(place, _)| place + 1)
        .collect();
    assert!(ends.len() > 12 + 3 * 5, "{}", ends.len());
    let mut unharmed = 0;
    for (number, &end) in ends.iter().enumerate() {
        let version = if number % 2 == 0 {
            Version::V42
        } else {
            Version::V43
        };
        // At the end of the event's line, or in the middle of the next.
        let limit = if number % 3 == 0 { end + 7 } else { end };
        let country = Country::new(version, Vec::new());
        // A run may have less to write than the one measured.
        unharmed += usize::from(limited(&country, limit) == Some(0));
        resume(
            &country,
            &format!("killed at event {number} ({limit} bytes), {version}"),
        );
    }
    assert!(
        unharmed <= 4,
        "{unharmed} of {} runs were not killed",
        ends.len()
    );
}

#[cfg(target_os = "linux")]
fn limited(country: &Country, bytes: usize) -> Option<i32> {
    let mut command = Command::new("prlimit");
    command.arg(format!("--fsize={bytes}")).arg(binary("push"));
    disturbed(&mut command, country).wait().unwrap().code()
}

/// A small generator (SplitMix64), so that a printed seed brings a run back.
fn roll(seed: u64, sides: u64) -> u64 {
    let mut mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 31)) % sides
}

#[test]
fn killed_at_random_moments_it_goes_on() {
    let moments: u64 = if testdata::long() { 1000 } else { 200 };
    let started = Instant::now();
    let country = Country::new(Version::V43, Vec::new());
    country.commit().run().expect(0);
    let usual = started.elapsed().max(Duration::from_millis(20));
    std::thread::scope(|scope| {
        for share in 0..4 {
            scope.spawn(move || {
                for seed in (share..moments).step_by(4) {
                    let version = if seed % 2 == 0 {
                        Version::V42
                    } else {
                        Version::V43
                    };
                    let country = Country::new(version, Vec::new());
                    let mut child = disturbed(&mut Command::new(binary("push")), &country);
                    let moment = usual.mul_f64(roll(seed, 1000) as f64 / 1000.0);
                    std::thread::sleep(moment);
                    child.kill().unwrap();
                    child.wait().unwrap();
                    resume(
                        &country,
                        &format!("seed {seed}: killed after {moment:?}, {version}"),
                    );
                }
            });
        }
    });
}
