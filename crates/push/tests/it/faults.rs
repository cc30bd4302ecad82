//! Each fault at each place: whatever goes wrong, what is stored in the end is right, and what is
//! said on the way is true.

use dhis2_standin::{Fault, FaultRule, Version};
use serde_json::Value;

use crate::test_server::{TOTAL, TestServer, district, expected, totals};

const DISTRICTS: usize = 12;
/// Runs of the same command after which everything must be done.
const MOST_RUNS: usize = 6;

/// Every fault, by a name for messages.
fn faults() -> Vec<(String, Fault)> {
    let summary = |status: &str, counts: [u32; 4]| {
        let [imported, updated, ignored, deleted] = counts;
        format!(
            r#"{{"httpStatus":"OK","httpStatusCode":200,"status":"OK","response":{{"responseType":"ImportSummary","status":"{status}",
            "importCount":{{"imported":{imported},"updated":{updated},"ignored":{ignored},"deleted":{deleted}}},"conflicts":[],"rejectedIndexes":[]}}}}"#
        )
    };
    let answers = [
        ("success with zeros", summary("SUCCESS", [0, 0, 0, 0])),
        ("success with more", summary("SUCCESS", [900, 0, 0, 0])),
        ("success with deletions", summary("SUCCESS", [0, 0, 0, 4])),
        ("all ignored", summary("SUCCESS", [0, 0, 4, 0])),
        ("four imported", summary("SUCCESS", [4, 0, 0, 0])),
        ("four updated", summary("SUCCESS", [0, 4, 0, 0])),
        ("error without counts", r#"{"status":"ERROR","description":"The import process failed: Failed to flush BatchHandler"}"#.into()),
        ("nothing", "{}".into()),
        ("null", "null".into()),
        ("array", "[]".into()),
        ("cut JSON", r#"{"httpStatus":"OK","response":{"status":"SUCC"#.into()),
        ("deep JSON", "[".repeat(50_000)),
    ];
    let mut list = vec![
        ("login redirect".to_owned(), Fault::LoginRedirect),
        ("login page".to_owned(), Fault::LoginPage),
        ("429".to_owned(), Fault::TooMany { seconds: 1 }),
        ("cut answer".to_owned(), Fault::CutAnswer),
        ("lost answer".to_owned(), Fault::LostAnswer),
        ("reset".to_owned(), Fault::Reset),
        ("drip".to_owned(), Fault::Drip { pause: 1 }),
        ("late".to_owned(), Fault::Late { pause: 20 }),
        ("empty".to_owned(), Fault::Empty),
        ("lost write".to_owned(), Fault::LostWrite),
        ("nothing done".to_owned(), Fault::NothingDone),
    ];
    list.extend(
        [401, 403, 404, 405, 413, 415, 500, 502, 503, 504]
            .map(|status| (format!("{status}"), Fault::Refused(status))),
    );
    list.extend(
        [500, 502, 503, 504].map(|status| (format!("{status} after"), Fault::RefusedAfter(status))),
    );
    list.extend([0, 1, 3].map(|rows| (format!("crash after {rows}"), Fault::CrashAfter(rows))));
    list.extend([300, 900].map(|limit| (format!("413 over {limit}"), Fault::TooLarge { limit })));
    for (name, body) in answers {
        list.push((format!("answer: {name}"), Fault::Answer(body.clone())));
        list.push((format!("answer after: {name}"), Fault::AnswerAfter(body)));
    }
    list
}

/// A small generator (SplitMix64), so that a printed seed brings a run back.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Import,
    Read,
}

fn rule(place: Place, fault: Fault, skip: usize, times: usize) -> FaultRule {
    match place {
        Place::Import => FaultRule::import(fault),
        Place::Read => FaultRule::first("GET", "dataValueSets", fault),
    }
    .after(skip)
    .times(times)
}

/// One run to its end under a fault, with the same command again as often as it takes.
fn survive(version: Version, what: &str, fault: &Fault, place: Place, seed: u64) {
    let mut dice = Dice(seed);
    let (skip, times) = (dice.roll(5), 1 + dice.roll(3));
    let case = format!("seed {seed}, {version}, {what} at {place:?} after {skip}, {times} times");
    let server = TestServer::with_faults(
        version,
        DISTRICTS,
        vec![rule(place, fault.clone(), skip, times)],
    );
    let metadata = server.metadata();
    server.write("metadata.json", &metadata);
    server.write("values.json", &totals(DISTRICTS, 100));
    let command = [
        "--metadata",
        "@metadata.json",
        "--part-size",
        "4",
        "--commit",
        "--receipt",
        "@r.json",
        "@values.json",
    ];
    let mut correction: Option<(usize, String)> = None;
    for run in 1..=MOST_RUNS {
        let status = server.push(&command);
        if server.standin.is_dead() {
            server.standin.revive();
        }
        let stored = server.stored(DISTRICTS);
        let mut due = expected(DISTRICTS, 100);
        if let Some((index, value)) = &correction {
            due[*index] = Some(value.clone());
            assert_eq!(
                stored[*index].as_ref(),
                Some(value),
                "{case}: a correction was overwritten in run {run}"
            );
        }
        match status {
            0 => {
                assert_eq!(stored, due, "{case}: complete, and not all is there");
                assert_eq!(server.read("r.json")["outcome"], "written", "{case}");
                assert_eq!(server.standin.most_imports_at_once(), 1, "{case}");
                return;
            }
            5 | 6 => {
                let own: Vec<&Option<String>> = stored
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| correction.as_ref().is_none_or(|(c, _)| c != i))
                    .map(|(_, v)| v)
                    .collect();
                assert!(
                    own.iter().all(|value| value.is_none()),
                    "{case}: \"nothing written\" in run {run}, and stored {stored:?}"
                );
            }
            7 => {
                if correction.is_some() && stored == due {
                    // The correction stands, so the push can never be whole; all else is there.
                    assert_eq!(server.read("r.json")["counts"]["others"], 1, "{case}");
                    return;
                }
            }
            other => panic!("{case}: status {other} in run {run}"),
        }
        if run == 1 && seed % 3 == 2 {
            let index = dice.roll(DISTRICTS);
            server
                .standin
                .put_value("2025", TOTAL, &district(index + 1), None, "7777", None);
            correction = Some((index, "7777".to_owned()));
        }
    }
    panic!("{case}: not done after {MOST_RUNS} runs");
}

#[test]
fn faults_lose_nothing_and_overwrite_nobody() {
    let seeds = if testdata::long() { 20 } else { 1 };
    let cases: Vec<(String, Fault)> = faults();
    assert!(cases.len() * 2 >= 60, "{}", cases.len());
    let mut jobs = Vec::new();
    for (number, (what, fault)) in cases.iter().enumerate() {
        for version in [Version::V42, Version::V43] {
            for place in [Place::Import, Place::Read] {
                for seed in 0..seeds {
                    let seed = seed + number as u64 + u64::from(version == Version::V43);
                    jobs.push((version, what.clone(), fault.clone(), place, seed));
                }
            }
        }
    }
    std::thread::scope(|scope| {
        for share in jobs.chunks(jobs.len().div_ceil(4)) {
            scope.spawn(move || {
                for (version, what, fault, place, seed) in share {
                    survive(*version, what, fault, *place, *seed);
                }
            });
        }
    });
}

#[test]
fn a_401_is_never_tried_again() {
    let server = TestServer::with_faults(
        Version::V42,
        4,
        vec![FaultRule::import(Fault::Refused(401)).times(9)],
    );
    assert_eq!(server.commit(&totals(4, 1)), 5);
    let imports = server
        .standin
        .requests()
        .iter()
        .filter(|request| request.method == "POST" && !request.query.contains("dryRun"))
        .count();
    assert_eq!(imports, 1);
}

#[test]
fn a_413_halves_the_part() {
    for version in [Version::V42, Version::V43] {
        let server = TestServer::with_faults(
            version,
            12,
            vec![
                FaultRule::first("POST", "dataValueSets", Fault::TooLarge { limit: 1200 })
                    .times(1000),
            ],
        );
        assert_eq!(server.commit(&totals(12, 1)), 0, "{version}");
        assert_eq!(server.stored(12), expected(12, 1));
    }
}

#[test]
fn a_lost_write_is_said_and_written_again() {
    let server =
        TestServer::with_faults(Version::V43, 4, vec![FaultRule::import(Fault::LostWrite)]);
    assert_eq!(server.commit(&totals(4, 1)), 0);
    let receipt = server.read("r.json");
    let claims: Vec<&Value> = receipt["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|request| &request["claim"])
        .collect();
    assert!(
        claims[0].as_str().unwrap().starts_with("not sound"),
        "{claims:?}"
    );
    assert_eq!(claims.len(), 2);
}

#[test]
fn what_is_lost_again_and_again_is_never_called_written() {
    for fault in [Fault::LostWrite, Fault::NothingDone] {
        let server =
            TestServer::with_faults(Version::V43, 4, vec![FaultRule::import(fault).times(100)]);
        assert_eq!(server.commit(&totals(4, 1)), 7);
        assert_eq!(server.read("r.json")["counts"]["lost"], 4);
        assert_eq!(server.stored(4), vec![None; 4]);
    }
}

#[test]
fn a_server_that_has_no_time_is_asked_again_and_then_left_alone() {
    let busy = |times: usize| FaultRule::import(Fault::TooMany { seconds: 0 }).times(times);
    let command = [
        "--patience",
        "1",
        "--commit",
        "--receipt",
        "@r.json",
        "@values.json",
    ];
    let server = TestServer::with_faults(Version::V42, 4, vec![busy(3)]);
    server.write("values.json", &totals(4, 1));
    assert_eq!(server.push(&command), 0);
    let server = TestServer::with_faults(Version::V42, 4, vec![busy(1000)]);
    server.write("values.json", &totals(4, 1));
    assert_eq!(server.push(&command), 6, "nothing was written");
    assert_eq!(server.read("r.json")["counts"]["open"], 4);
    assert_eq!(server.stored(4), vec![None; 4]);
}
