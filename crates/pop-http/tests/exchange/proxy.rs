//! Through the proxy that the environment names, or past it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Mutex, OnceLock};

use pop_http::{BaseUrl, Client, ClientError, Effect, HttpErrorKind, PlainHttp, RetryPolicy};

use crate::scripted::{Scripted, json};

/// What the proxy was asked to do.
static ASKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A proxy that tunnels only what it is allowed to, to a server that answers `{}` itself.
fn proxy() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!(
            "http://user:marker5ecret@{}",
            listener.local_addr().unwrap()
        );
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let head = read_head(&stream);
                let is_allowed = head.starts_with("CONNECT allowed.example:80 ");
                ASKED.lock().unwrap().push(head);
                if is_allowed {
                    stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
                    read_head(&stream);
                    stream.write_all(&json("200 OK", "{}")).unwrap();
                } else {
                    stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").unwrap();
                }
            }
        });
        url
    })
}

fn read_head(stream: &std::net::TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while reader.read_line(&mut head).is_ok_and(|count| count > 2) {}
    head
}

fn client(host: &str, environment: fn(&str) -> Option<String>) -> Result<Client, ClientError> {
    let mut options = Scripted::reply("").options();
    options.base_url = BaseUrl::parse(&format!("http://{host}/dhis")).unwrap();
    options.plain_http = PlainHttp::Anywhere;
    options.retry = RetryPolicy::never();
    options.environment = environment;
    Client::new(options)
}

fn all_proxy(name: &str) -> Option<String> {
    (name == "all_proxy").then(|| proxy().to_owned())
}

#[test]
fn a_server_behind_the_proxy_is_reached() {
    let client = client("allowed.example", all_proxy).unwrap();
    assert_eq!(client.get("/api/x").unwrap().status(), 200);
    let asked = ASKED.lock().unwrap().join("\n");
    assert!(asked.contains("CONNECT allowed.example:80"), "{asked}");
    // Our own credentials are for the server: the proxy sees its own.
    assert!(
        asked
            .to_ascii_lowercase()
            .contains("proxy-authorization: basic"),
        "{asked}"
    );
    assert!(
        !asked.to_ascii_lowercase().contains("\nauthorization:"),
        "{asked}"
    );
}

#[test]
fn a_proxy_that_refuses_is_named_without_its_password() {
    let client = client("forbidden.example", all_proxy).unwrap();
    let error = client
        .post("/api/x", "application/json", b"{}")
        .unwrap_err();
    assert!(matches!(error.kind, HttpErrorKind::Proxy(_)), "{error:?}");
    assert_eq!(error.effect, Effect::None);
    let shown = format!("{error} {error:?} {client:?}");
    assert!(!shown.contains("marker5ecret"), "{shown}");
}

#[test]
fn loopback_is_reached_directly() {
    let server = Scripted::reply(json("200 OK", "{}"));
    let mut options = server.options();
    options.environment = |_| Some("http://127.0.0.1:1".to_owned());
    assert_eq!(
        Client::new(options).unwrap().get("/x").unwrap().status(),
        200
    );
}

#[test]
fn a_proxy_that_is_no_address_is_an_error() {
    let refused = client("allowed.example", |_| Some("socks5://p:1".to_owned()));
    assert!(matches!(refused, Err(ClientError::Proxy(_))));
}
