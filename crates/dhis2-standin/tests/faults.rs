//! What goes wrong on demand.

#![allow(clippy::unwrap_used, reason = "all of this crate is a test")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use dhis2_standin::{Control, Fault, FaultRule, Standin, StandinOptions, Version};
use serde_json::{Value, json};

/// A country of two districts, one yearly data set, one data element.
fn bundle() -> Value {
    json!({
        "organisationUnits": [
            {"id": "ouCountry01", "name": "C", "shortName": "C", "openingDate": "2000-01-01"},
            {"id": "ouDistrict1", "name": "A", "shortName": "A", "openingDate": "2000-01-01", "parent": {"id": "ouCountry01"}},
            {"id": "ouDistrict2", "name": "B", "shortName": "B", "openingDate": "2000-01-01", "parent": {"id": "ouCountry01"}}
        ],
        "dataElements": [{"id": "dePeople001", "name": "People", "shortName": "People", "domainType": "AGGREGATE",
            "valueType": "INTEGER_ZERO_OR_POSITIVE", "aggregationType": "AVERAGE_SUM_ORG_UNIT", "zeroIsSignificant": true}],
        "dataSets": [{"id": "dsPeople001", "name": "People", "shortName": "People", "periodType": "Yearly",
            "openFuturePeriods": 5, "dataSetElements": [{"dataElement": {"id": "dePeople001"}}],
            "organisationUnits": [{"id": "ouDistrict1"}, {"id": "ouDistrict2"}]}]
    })
}

fn server(version: Version, fault: Option<FaultRule>) -> Standin {
    let mut options = StandinOptions::new(version);
    options.bundles = vec![bundle()];
    options.faults = fault.into_iter().collect();
    Standin::start(options).unwrap()
}

fn values() -> String {
    json!({"dataSet": "dsPeople001", "dataValues": [
        {"dataElement": "dePeople001", "period": "2025", "orgUnit": "ouDistrict1", "value": "11"},
        {"dataElement": "dePeople001", "period": "2025", "orgUnit": "ouDistrict2", "value": "22"}]})
    .to_string()
}

/// Status line and all that follows it; empty where the connection was closed without an answer.
fn send(server: &Standin, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic YWRtaW46ZGlzdHJpY3Q=\r\n\
         Content-Type: application/json\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
    String::from_utf8_lossy(&answer).into_owned()
}

fn import(server: &Standin) -> String {
    send(server, "POST", "/api/dataValueSets", &values())
}

#[test]
fn an_answer_can_be_lost_before_or_after_the_work_is_done() {
    let cases = [
        (Fault::Refused(502), "HTTP/1.1 502", 0),
        (Fault::RefusedAfter(504), "HTTP/1.1 504", 2),
        (Fault::LoginRedirect, "HTTP/1.1 302", 0),
        (Fault::LoginPage, "HTTP/1.1 200", 0),
        (Fault::TooMany { seconds: 3 }, "HTTP/1.1 429", 0),
        (Fault::TooLarge { limit: 10 }, "HTTP/1.1 413", 0),
        (Fault::TooLarge { limit: 10_000 }, "HTTP/1.1 200", 2),
        (Fault::LostAnswer, "", 2),
        (Fault::Reset, "", 0),
        (Fault::CutAnswer, "HTTP/1.1 200", 2),
        (Fault::Drip { pause: 0 }, "HTTP/1.1 200", 2),
        (Fault::Empty, "HTTP/1.1 200", 0),
        (Fault::Answer("{}".to_owned()), "HTTP/1.1 200", 0),
        (Fault::AnswerAfter("{}".to_owned()), "HTTP/1.1 200", 2),
    ];
    for version in [Version::V42, Version::V43] {
        for (fault, start, stored) in &cases {
            let server = server(version, Some(FaultRule::import(fault.clone())));
            let answer = import(&server);
            assert!(answer.starts_with(start), "{version} {fault:?}: {answer}");
            assert_eq!(server.values().len(), *stored, "{version} {fault:?}");
            // The fault befell the first import only.
            assert!(import(&server).contains("SUCCESS"), "{version} {fault:?}");
            assert_eq!(server.values().len(), 2);
        }
    }
}

#[test]
fn a_success_can_have_stored_nothing() {
    let lost = server(Version::V43, Some(FaultRule::import(Fault::LostWrite)));
    let answer = import(&lost);
    assert!(
        answer.contains("\"SUCCESS\"") && answer.contains("\"ignored\":2"),
        "{answer}"
    );
    assert_eq!(lost.values().len(), 0);
    let nothing = server(Version::V43, Some(FaultRule::import(Fault::NothingDone)));
    let answer = import(&nothing);
    assert!(
        answer.contains("\"SUCCESS\"") && answer.contains("\"ignored\":0"),
        "{answer}"
    );
    assert_eq!(nothing.values().len(), 0);
}

#[test]
fn a_crash_leaves_part_of_the_values_or_none() {
    for (version, left) in [(Version::V42, 1), (Version::V43, 0)] {
        let server = server(version, Some(FaultRule::import(Fault::CrashAfter(1))));
        assert_eq!(import(&server), "");
        assert!(server.is_dead());
        assert_eq!(import(&server), "", "a dead server answers nothing");
        assert_eq!(server.values().len(), left);
        server.revive();
        assert!(import(&server).contains("SUCCESS"));
        assert_eq!(server.values().len(), 2);
    }
}

#[test]
fn a_dry_run_is_no_import_and_requests_are_on_record() {
    let server = server(Version::V43, Some(FaultRule::import(Fault::Reset)));
    let dry = send(&server, "POST", "/api/dataValueSets?dryRun=true", &values());
    assert!(dry.contains("\"updated\":2"), "{dry}");
    assert_eq!(server.values().len(), 0);
    let log = server.requests();
    assert_eq!(
        (log.len(), log[0].query.as_str(), log[0].status),
        (1, "dryRun=true", 200)
    );
    assert_eq!(server.most_imports_at_once(), 1);
}

#[test]
fn values_of_others_stand_beside_ours() {
    let server = server(Version::V43, None);
    server.put_value(
        "2025",
        "dePeople001",
        "ouDistrict1",
        None,
        "7",
        Some("census"),
    );
    let read = "/api/dataValueSets.json?dataElement=dePeople001&period=2025&orgUnit=ouDistrict1&orgUnit=ouDistrict2";
    assert!(send(&server, "GET", read, "").contains("\"value\":\"7\""));
    import(&server);
    assert_eq!(
        server
            .value("2025", "dePeople001", "ouDistrict1")
            .as_deref(),
        Some("11")
    );
}

#[test]
fn an_import_to_be_done_later_waits_for_the_scheduler() {
    let server = server(Version::V43, None);
    let answer = send(&server, "POST", "/api/dataValueSets?async=true", &values());
    let id = answer.split("\"id\":\"").nth(1).unwrap()[..11].to_owned();
    let poll = format!("/api/system/tasks/DATAVALUE_IMPORT/{id}");
    assert!(send(&server, "GET", &poll, "").ends_with("[]\r\n0\r\n\r\n"));
    assert_eq!(server.values().len(), 0);
    server.advance(Duration::from_secs(20));
    assert!(send(&server, "GET", &poll, "").contains("Import complete with status SUCCESS"));
    assert_eq!(server.values().len(), 2);
}

#[test]
fn a_server_below_a_path_answers_there_only() {
    let mut options = StandinOptions::new(Version::V42);
    options.context_path = "/dhis".to_owned();
    let server = Standin::start(options).unwrap();
    assert!(server.url().ends_with("/dhis"));
    assert!(send(&server, "GET", "/dhis/api/system/ping", "").ends_with("pong"));
    assert!(send(&server, "GET", "/api/system/ping", "").starts_with("HTTP/1.1 404"));
}

#[test]
fn an_import_goes_on_after_its_client_is_gone() {
    for version in [Version::V42, Version::V43] {
        let server = server(version, Some(FaultRule::import(Fault::Slow { pause: 200 })));
        let body = values();
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        write!(
            stream,
            "POST /api/dataValueSets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic YWRtaW46ZGlzdHJpY3Q=\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        drop(stream);
        assert!(server.values().is_empty(), "the work has not begun");
        let patience = Instant::now() + Duration::from_secs(20);
        while server.values().len() < 2 {
            assert!(Instant::now() < patience, "{version}: nothing was stored");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn the_superuser_can_have_another_password() {
    let mut options = StandinOptions::new(Version::V42);
    options.admin_password = "Another-1".to_owned();
    let server = Standin::start(options).unwrap();
    assert!(send(&server, "GET", "/api/me", "").starts_with("HTTP/1.1 401"));
}

#[test]
fn the_state_is_told_and_changed_over_http_where_that_is_open() {
    let closed = server(Version::V43, None);
    assert!(send(&closed, "GET", "/standin/state", "").starts_with("HTTP/1.1 404"));
    let mut options = StandinOptions::new(Version::V43);
    options.bundles = vec![bundle()];
    options.control = Control::Open;
    options.context_path = "/dhis".to_owned();
    let server = Standin::start(options).unwrap();
    let send = |method: &str, path: &str, body: &str| send(&server, method, path, body);
    let rule = "crash=1 on import\nrefused=503 on GET me times 2";
    assert!(send("POST", "/dhis/standin/faults", rule).contains("done"));
    assert!(send("POST", "/dhis/standin/faults", "boom").starts_with("HTTP/1.1 400"));
    assert!(send("GET", "/dhis/api/me", "").starts_with("HTTP/1.1 503"));
    assert_eq!(send("POST", "/dhis/api/dataValueSets", &values()), "");
    assert!(send("GET", "/dhis/standin/state", "").contains("\"dead\":true"));
    send("POST", "/dhis/standin/revive", "");
    send("DELETE", "/dhis/standin/faults", "");
    assert!(send("GET", "/dhis/api/me", "").starts_with("HTTP/1.1 200"));
    let value = r#"{"period":"2025","dataElement":"dePeople001","orgUnit":"ouDistrict1","value":"7","comment":"census"}"#;
    assert!(send("POST", "/dhis/standin/values", value).contains("done"));
    assert!(send("POST", "/dhis/standin/values", "{}").starts_with("HTTP/1.1 400"));
    let told = send("GET", "/dhis/standin/values", "");
    assert!(
        told.contains("\"value\":\"7\"") && told.contains("\"comment\":\"census\""),
        "{told}"
    );
    let requests = send("GET", "/dhis/standin/requests", "");
    assert!(
        requests.contains("/dhis/api/me") && !requests.contains("standin"),
        "{requests}"
    );
    assert!(
        !requests.contains("YWRtaW46ZGlzdHJpY3Q"),
        "credentials are told"
    );
    send("POST", "/dhis/standin/advance", "86400");
    assert!(send("GET", "/dhis/standin/state", "").contains("\"now\":\"2026-11-23"));
    let more = r#"{"dataElements":[{"id":"deMore00001","name":"More","shortName":"More","domainType":"AGGREGATE","valueType":"NUMBER","aggregationType":"SUM"}]}"#;
    assert!(send("POST", "/dhis/standin/metadata", more).contains("done"));
    assert!(
        send(
            "GET",
            "/dhis/api/dataElements/deMore00001.json?fields=id",
            ""
        )
        .contains("deMore00001")
    );
}

/// As 2.42.5.2 and 2.43.1 do: a deleted row is made where there was none, whatever its value, and
/// a dry run that skips the look at what is stored counts all as new.
#[test]
fn deletions_and_blind_dry_runs_are_counted_as_the_servers_count_them() {
    let gone = values().replace("\"value\":\"22\"", "\"value\":\"22\",\"deleted\":true");
    for (version, counted) in [
        (Version::V42, "\"imported\":2"),
        (Version::V43, "\"updated\":2"),
    ] {
        let server = server(version, None);
        let answer = send(&server, "POST", "/api/dataValueSets", &gone);
        assert!(answer.contains(counted), "{version}: {answer}");
        assert_eq!(server.values().len(), 1, "{version}");
    }
    let server = server(Version::V42, None);
    import(&server);
    let blind = "/api/dataValueSets?skipExistingCheck=true";
    let dry = send(&server, "POST", &format!("{blind}&dryRun=true"), &values());
    assert!(dry.contains("\"imported\":2"), "{dry}");
    assert!(send(&server, "POST", blind, &values()).contains("Failed to flush BatchHandler"));
}
