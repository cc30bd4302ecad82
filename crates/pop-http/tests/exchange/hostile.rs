//! Replies that were made to hurt, as answers to a read.

use pop_http::{Client, HttpErrorKind, RetryPolicy};
use serde_json::Value;

use crate::scripted::Scripted;

fn kind(error: &HttpErrorKind) -> &'static str {
    match error {
        HttpErrorKind::Cut(_) => "cut",
        HttpErrorKind::Protocol(_) => "protocol",
        HttpErrorKind::Decompress(_) => "decompress",
        HttpErrorKind::Redirect { .. } => "redirect",
        HttpErrorKind::Status { .. } => "status",
        HttpErrorKind::NotJson { .. } => "not-json",
        HttpErrorKind::BadJson(_) => "bad-json",
        HttpErrorKind::TooLarge { .. } => "too-large",
        _ => "other",
    }
}

/// What the transport makes of each reply; what it reads, others have to judge.
fn expected(name: &str) -> &'static str {
    match name {
        "chunk-cut" | "cut-header" | "length-huge" => "cut",
        "header-flood" | "redirect-307" => "protocol", // the latter leads in a circle
        "cut-json" | "deep-json" => "bad-json",
        "gzip-lie" => "decompress",
        "gzip-bomb" => "too-large",
        "empty-200" | "login-200" | "no-content" => "not-json",
        "login-302" => "redirect",
        name if name.starts_with("redirect-") => "redirect",
        name if name.starts_with("status-") || name.starts_with("retry-after-") => "status",
        _ => "read",
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn each_is_read_or_named_within_bounds() {
    let dir = testdata::dir();
    let mut count = 0;
    for entry in std::fs::read_dir(dir.join("hostile/http")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let server = Scripted::reply(std::fs::read(&path).unwrap());
        let mut options = server.options();
        options.retry = RetryPolicy::never();
        options.limits.bytes = 8 << 20;
        let outcome = Client::new(options).unwrap().get_json::<Value>("/api/x");
        let found = outcome
            .as_ref()
            .map_or_else(|error| kind(&error.kind), |_| "read");
        assert_eq!(found, expected(&name), "{name}: {outcome:?}");
        count += 1;
    }
    assert!(count > 40, "only {count} replies");
}
