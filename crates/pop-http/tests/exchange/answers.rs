//! What a request looks like, and what becomes of its answer.

use std::io::Write as _;
use std::time::Duration;

use pop_http::{BodyLimits, Client, Effect, HttpErrorKind, Method, PlainHttp, Request};
use serde_json::Value;

use crate::scripted::{Scripted, Step, json, reply};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_get_says_who_we_are_and_asks_for_json() {
    let server = Scripted::reply(json("200 OK", r#"{"a":1}"#));
    let value: Value = server.client().get_json("/api/x?y=1").unwrap();
    assert_eq!(value["a"], 1);
    let seen = server.seen().remove(0).to_ascii_lowercase();
    for line in [
        "get /dhis/api/x?y=1 http/1.1",
        "accept: application/json",
        "x-requested-with: xmlhttprequest",
        &format!("user-agent: {}", pop_http::USER_AGENT),
        "authorization: basic ywrtaw46zglzdhjpy3q=",
        "accept-encoding: gzip",
    ] {
        assert!(seen.contains(line), "{line} not in {seen}");
    }
    assert!(!seen.contains("cookie:"));
}

#[test]
fn a_post_is_sent_once_with_its_length() {
    let server = Scripted::reply(json("409 Conflict", r#"{"message":"no"}"#));
    let response = server
        .client()
        .post("/api/v", "application/json", b"{\"x\":2}")
        .unwrap();
    assert_eq!(response.status(), 409);
    assert_eq!(response.json::<Value>().unwrap()["message"], "no");
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].starts_with("POST /dhis/api/v HTTP/1.1"));
    assert!(seen[0].to_ascii_lowercase().contains("content-length: 7"));
    assert!(seen[0].ends_with("{\"x\":2}"));
}

#[test]
fn a_file_is_asked_for_as_it_is_stored() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 289035870\r\nConnection: close\r\n\r\n";
    let server = Scripted::start(vec![
        Step::Reply(head.into()),
        Step::Reply(reply("200 OK", "Content-Type: image/tiff\r\n", "II")),
    ]);
    let client = server.client();
    let asked = Request::new(Method::Head, "/a.tif")
        .accept("*/*")
        .as_stored();
    let answer = client.send(&asked).unwrap();
    assert_eq!(answer.content_length(), Some(289_035_870));
    assert_eq!(answer.bytes().unwrap(), b"");
    let asked = Request::new(Method::Get, "/a.tif")
        .accept("*/*")
        .as_stored();
    let answer = client.send(&asked).unwrap();
    assert_eq!(answer.content_length(), Some(2));
    assert!(!answer.is_html());
    let seen = server.seen();
    assert!(seen[0].starts_with("HEAD /dhis/a.tif HTTP/1.1"));
    for request in seen {
        let request = request.to_ascii_lowercase();
        assert!(request.contains("accept-encoding: identity"), "{request}");
        assert!(!request.contains("range:"), "{request}");
    }
}

#[test]
fn a_post_without_a_body_and_a_delete_work() {
    let server = Scripted::reply(json("200 OK", "{}"));
    let client = server.client();
    for method in [Method::Post, Method::Delete] {
        let response = client.send(&Request::new(method, "/api/m")).unwrap();
        assert_eq!(response.status(), 200);
    }
}

#[test]
fn a_session_is_kept_for_the_run() {
    let server = Scripted::reply(reply(
        "200 OK",
        "Content-Type: application/json\r\nSet-Cookie: JSESSIONID=abc; Path=/dhis; HttpOnly\r\n",
        "{}",
    ));
    let client = server.client();
    client.get("/api/a").unwrap();
    client.get("/api/b").unwrap();
    let seen = server.seen();
    assert!(!seen[0].to_ascii_lowercase().contains("cookie"));
    assert!(
        seen[1]
            .to_ascii_lowercase()
            .contains("cookie: jsessionid=abc")
    );
}

#[test]
fn the_limit_counts_what_comes_out_of_the_compression() {
    let bomb = gzip(&vec![b' '; 8 << 20]);
    assert!(bomb.len() < 100_000);
    let server = Scripted::reply(reply(
        "200 OK",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
        bomb,
    ));
    let mut options = server.options();
    options.limits.bytes = 1 << 20;
    let error = Client::new(options)
        .unwrap()
        .get_json_bytes("/api/x")
        .unwrap_err();
    assert!(
        matches!(error.kind, HttpErrorKind::TooLarge { limit: 0x10_0000 }),
        "{error}"
    );
}

#[test]
fn compressed_json_and_a_bom_are_read() {
    let server = Scripted::reply(reply(
        "200 OK",
        "Content-Type: application/vnd.x+json\r\nContent-Encoding: gzip\r\n",
        gzip("\u{feff}{\"a\":[1]}".as_bytes()),
    ));
    let value: Value = server.client().get_json("/x").unwrap();
    assert_eq!(value["a"][0], 1);
}

#[test]
fn what_is_no_json_is_named() {
    let cases = [
        (
            reply("200 OK", "Content-Type: text/html\r\n", "<html>"),
            "an HTML page",
        ),
        (reply("200 OK", "", "{}"), "without a content type"),
        (json("200 OK", " \n"), "an empty body"),
        (reply("204 No Content", "", ""), "status 204"),
    ];
    for (bytes, expected) in cases {
        let error = Scripted::reply(bytes)
            .client()
            .get_json::<Value>("/x")
            .unwrap_err();
        assert!(
            matches!(error.kind, HttpErrorKind::NotJson { .. }),
            "{error}"
        );
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn an_error_repeats_what_the_server_says() {
    let server = Scripted::reply(json("403 Forbidden", r#"{"message":"Access is denied"}"#));
    let error = server.client().get_json::<Value>("/api/x").unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /api/x: the server answers 403: Access is denied"
    );
    let server = Scripted::reply(reply(
        "404 Not Found",
        "Content-Type: text/html\r\n",
        "<html><title>HTTP Status 404 – Not Found</title>",
    ));
    let error = server.client().get_json::<Value>("/api/x").unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("404: HTTP Status 404 – Not Found"),
        "{error}"
    );
}

#[test]
fn deep_json_is_an_error_and_no_overflow() {
    let server = Scripted::reply(json("200 OK", &"[".repeat(200_000)));
    let error = server.client().get_json::<Value>("/x").unwrap_err();
    assert!(matches!(error.kind, HttpErrorKind::BadJson(_)), "{error}");
}

#[test]
fn a_path_cannot_leave_the_server() {
    let server = Scripted::reply(json("200 OK", "{}"));
    let client = server.client();
    for path in [
        "@evil.example/x",
        "//evil.example/x",
        "api",
        "",
        "/a b",
        "/a#b",
        "/\u{e9}",
        "/a\r\nX: y",
        "/\\e",
    ] {
        let error = client.get(path).unwrap_err();
        assert!(
            matches!(error.kind, HttpErrorKind::BadPath(_)),
            "{path}: {error}"
        );
    }
    let long = format!("/api?q={}", "x".repeat(8000));
    let error = client.get(long).unwrap_err();
    assert!(matches!(error.kind, HttpErrorKind::LongRequestLine { .. }));
    assert!(server.seen().is_empty());
}

#[test]
fn plain_http_leaves_this_machine_only_by_consent() {
    let server = Scripted::reply(json("200 OK", "{}"));
    let mut options = server.options();
    options.base_url = pop_http::BaseUrl::parse("http://192.0.2.1/dhis").unwrap();
    assert!(Client::new(options.clone()).is_err());
    options.plain_http = PlainHttp::Anywhere;
    assert!(Client::new(options).is_ok());
}

#[test]
fn whether_a_failed_post_can_have_had_an_effect() {
    let body = vec![b'x'; 1 << 20];
    let post = |server: &Scripted| {
        server
            .client()
            .post("/api/v", "application/json", &body)
            .unwrap_err()
    };
    // Nobody listens.
    let gone = {
        let mut options = Scripted::reply("").options();
        options.base_url = pop_http::BaseUrl::parse("http://127.0.0.1:1").unwrap();
        Client::new(options).unwrap()
    };
    let error = gone.post("/api/v", "application/json", &body).unwrap_err();
    assert_eq!(error.effect, Effect::None);
    assert!(error.is_unreachable());
    // The server took the request and never answered.
    let error = post(&Scripted::start(vec![Step::Hang]));
    assert_eq!(error.effect, Effect::Possible);
    assert!(matches!(error.kind, HttpErrorKind::Cut(_)), "{error}");
    // A part of the answer came.
    let cut = Step::Reply(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
            .to_vec(),
    );
    let response = Scripted::start(vec![cut])
        .client()
        .post("/api/v", "application/json", &body)
        .unwrap();
    let error = response.json_bytes().unwrap_err();
    assert_eq!(error.effect, Effect::Possible);
    assert!(matches!(error.kind, HttpErrorKind::Cut(_)), "{error}");
    // The server slammed the door with the body on its way.
    let error = post(&Scripted::start(vec![Step::Slam]));
    assert_eq!(error.effect, Effect::Possible, "{error}");
}

#[test]
fn a_get_never_has_an_effect() {
    let server = Scripted::start(vec![Step::Hang]);
    assert_eq!(server.client().get("/x").unwrap_err().effect, Effect::None);
}

#[test]
fn silence_ends_after_the_time_allowed() {
    let server = Scripted::start(vec![Step::Silence]);
    let request = Request::new(Method::Post, "/api/v")
        .body("application/json", b"{}")
        .answer_within(Duration::from_millis(100));
    let error = server.client().send(&request).unwrap_err();
    assert!(
        matches!(error.kind, HttpErrorKind::Timeout { .. }),
        "{error}"
    );
    assert_eq!(error.effect, Effect::Possible);
}

#[test]
fn a_body_that_stalls_ends_after_the_time_allowed() {
    let start = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{";
    let server = Scripted::start(vec![Step::Stall(start.to_vec())]);
    let mut options = server.options();
    options.timeouts.answer = Duration::from_millis(100);
    options.retry = pop_http::RetryPolicy::never();
    let error = Client::new(options)
        .unwrap()
        .get_json_bytes("/x")
        .unwrap_err();
    assert!(
        matches!(error.kind, HttpErrorKind::Timeout { .. }),
        "{error}"
    );
}

#[test]
fn a_body_below_the_floor_ends() {
    // A window of no length makes every piece a window of its own.
    let server = Scripted::reply(json("200 OK", "{\"a\":1}"));
    let mut options = server.options();
    options.retry = pop_http::RetryPolicy::never();
    options.limits = BodyLimits {
        floor_bytes: 1000,
        floor_window: Duration::ZERO,
        ..BodyLimits::default()
    };
    let error = Client::new(options)
        .unwrap()
        .get_json_bytes("/x")
        .unwrap_err();
    assert!(
        matches!(error.kind, HttpErrorKind::TooSlow { .. }),
        "{error}"
    );
}
