//! Which requests are retried.

use pop_http::HttpErrorKind;
use serde_json::Value;

use crate::scripted::{Scripted, Step, json, reply};

fn ok() -> Step {
    Step::Reply(json("200 OK", "{\"a\":1}"))
}

fn status(line: &str, headers: &str) -> Step {
    Step::Reply(reply(line, headers, "<html><title>busy</title>"))
}

#[test]
fn a_get_outlives_what_passes() {
    let cut = Step::Reply(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{".to_vec(),
    );
    for trouble in [
        status("429 Too Many Requests", "Retry-After: 0\r\n"),
        status("502 Bad Gateway", ""),
        status("503 Service Unavailable", ""),
        status("504 Gateway Timeout", ""),
        status("500 Internal Server Error", ""),
        Step::Hang,
        cut,
    ] {
        let server = Scripted::start(vec![trouble.clone(), ok()]);
        let value: Value = server.client().get_json("/x").unwrap();
        assert_eq!(value["a"], 1, "{trouble:?}");
        assert_eq!(server.seen().len(), 2);
    }
}

#[test]
fn patience_ends() {
    let server = Scripted::start(vec![status("503 Service Unavailable", "")]);
    let error = server.client().get_json::<Value>("/x").unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert!(error.is_unreachable());
    assert_eq!(server.seen().len(), 3);
    // A fault of the server itself is worth one more try.
    let server = Scripted::start(vec![status("500 Internal Server Error", "")]);
    assert_eq!(server.client().get("/x").unwrap().status(), 500);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn silence_is_borne_twice() {
    let server = Scripted::start(vec![Step::Silence]);
    let mut options = server.options();
    options.timeouts.answer = std::time::Duration::from_millis(20);
    let error = pop_http::Client::new(options)
        .unwrap()
        .get("/x")
        .unwrap_err();
    assert!(
        matches!(error.kind, HttpErrorKind::Timeout { .. }),
        "{error}"
    );
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn what_is_final_is_not_sent_again() {
    for line in [
        "400 Bad",
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "409 Conflict",
        "413 Too Large",
        "415 No",
    ] {
        let server = Scripted::start(vec![status(line, "")]);
        assert!(server.client().get("/x").unwrap().status() >= 400);
        assert_eq!(server.seen().len(), 1, "{line}");
    }
}

#[test]
fn a_post_is_never_sent_again() {
    for trouble in [status("503 Service Unavailable", ""), Step::Hang] {
        let server = Scripted::start(vec![trouble]);
        let _ = server.client().post("/x", "application/json", b"{}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_server_that_asks_for_too_long_a_wait_is_quoted() {
    for (asked, shown) in [
        ("3600", "retry after 3600"),
        (
            "Wed, 21 Oct 2099 07:28:00 GMT",
            "retry after Wed, 21 Oct 2099",
        ),
        ("99999999999999999999", "retry after 99999999999999999999"),
    ] {
        let header = format!("Retry-After: {asked}\r\n");
        let server = Scripted::start(vec![status("429 Too Many Requests", &header)]);
        let error = server.client().get_json::<Value>("/x").unwrap_err();
        assert!(matches!(
            error.kind,
            HttpErrorKind::Status { status: 429, .. }
        ));
        assert!(error.to_string().contains(shown), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_senseless_wait_falls_back_to_our_own() {
    for asked in ["-5", "soon"] {
        let header = format!("Retry-After: {asked}\r\n");
        let server = Scripted::start(vec![status("429 Too Many Requests", &header), ok()]);
        server.client().get_json::<Value>("/x").unwrap();
        assert_eq!(server.seen().len(), 2);
    }
}
