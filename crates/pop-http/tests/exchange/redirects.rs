//! Where redirects lead, and where they do not.

use pop_http::{Effect, HttpErrorKind};
use serde_json::Value;

use crate::scripted::{Scripted, Step, json, reply};

fn redirect(status: &str, location: &str) -> Step {
    Step::Reply(reply(status, &format!("Location: {location}\r\n"), ""))
}

fn refused(status: &str, location: &str) -> (pop_http::HttpError, usize) {
    let server = Scripted::start(vec![redirect(status, location)]);
    let error = server.client().get_json::<Value>("/api/x?y=1").unwrap_err();
    let count = server.seen().len();
    (error, count)
}

#[test]
fn a_get_follows_within_the_base_address() {
    let server = Scripted::start(vec![
        redirect("302 Found", "/dhis/api/z"),
        Step::Reply(json("200 OK", "{\"a\":1}")),
    ]);
    let value: Value = server.client().get_json("/api/x").unwrap();
    assert_eq!(value["a"], 1);
    assert!(server.seen()[1].starts_with("GET /dhis/api/z "));
}

#[test]
fn a_circle_ends() {
    let server = Scripted::start(vec![redirect("302 Found", "/dhis/api/x")]);
    let error = server.client().get("/api/x").unwrap_err();
    assert!(error.to_string().contains("circle"), "{error}");
}

#[test]
fn credentials_never_travel_to_another_origin() {
    for location in [
        "https://evil.example/dhis/api/x",
        "http://127.0.0.1:9/dhis/api/x",
        "//evil.example/api",
        "https://127.0.0.1/dhis/api/x",
    ] {
        let (error, requests) = refused("302 Found", location);
        assert!(
            matches!(error.kind, HttpErrorKind::Redirect { .. }),
            "{error}"
        );
        assert_eq!(requests, 1, "{location}");
    }
}

#[test]
fn a_login_page_is_called_one() {
    let (error, _) = refused("302 Found", "/dhis/dhis-web-login/");
    assert!(error.to_string().contains("a login page"), "{error}");
}

#[test]
fn a_forgotten_context_path_is_named() {
    let server = Scripted::start(vec![redirect("307 Temporary Redirect", "/hmis/api/x?y=1")]);
    let error = server.client().get("/api/x?y=1").unwrap_err();
    let HttpErrorKind::Redirect { base, .. } = &error.kind else {
        panic!("{error}");
    };
    assert_eq!(
        base.as_deref(),
        Some(format!("{}/hmis", server.url()).as_str())
    );
    assert!(error.hint().unwrap().contains("/hmis"));
}

#[test]
fn a_post_follows_nothing_and_had_no_effect() {
    for (status, effect) in [
        ("301 Moved Permanently", Effect::None),
        ("302 Found", Effect::None),
        ("303 See Other", Effect::Possible),
        ("307 Temporary Redirect", Effect::None),
        ("308 Permanent Redirect", Effect::None),
    ] {
        let server = Scripted::start(vec![redirect(status, "/dhis/api/z")]);
        let error = server
            .client()
            .post("/api/x", "application/json", b"{}")
            .unwrap_err();
        assert!(
            matches!(error.kind, HttpErrorKind::Redirect { .. }),
            "{error}"
        );
        assert_eq!(error.effect, effect, "{status}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_redirect_without_a_target_is_an_error() {
    let (error, _) = refused("302 Found", "");
    assert!(
        matches!(error.kind, HttpErrorKind::Redirect { .. }),
        "{error}"
    );
}
