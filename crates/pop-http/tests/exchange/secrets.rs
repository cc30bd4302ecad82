//! A secret goes into its header and nowhere else.

use pop_http::{Client, Credentials, Secret};
use serde_json::Value;

use crate::scripted::{Scripted, Step, json, reply};

const MARKER: &str = "marker5ecret";

#[test]
fn no_message_and_no_debug_shows_it() {
    // A server that repeats what it was sent is answered for by the server; ours may not.
    for reply in [
        json("401 Unauthorized", r#"{"message":"Unauthorized"}"#),
        json("200 OK", "{"),
        reply("302 Found", "Location: https://elsewhere.example/\r\n", ""),
        b"garbage".to_vec(),
    ] {
        let server = Scripted::start(vec![Step::Reply(reply)]);
        for credentials in [
            Credentials::basic("someone", MARKER),
            Credentials::Token {
                scheme: "ApiToken",
                token: Secret::new(MARKER.to_owned()),
            },
        ] {
            let mut options = server.options();
            options.credentials = credentials;
            let shown = format!("{options:?}");
            let client = Client::new(options).unwrap();
            let error = client.get_json::<Value>("/api/x").unwrap_err();
            let shown = format!("{shown} {client:?} {error} {error:?} {:?}", error.hint());
            assert!(!shown.contains(MARKER), "{shown}");
            // Base 64 of it, at any offset.
            assert!(!shown.contains("WFya2VyNWVjcmV0"), "{shown}");
        }
    }
}
