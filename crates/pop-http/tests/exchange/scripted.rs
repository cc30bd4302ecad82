//! A server on loopback that answers each request with the next step of a script.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pop_http::{BaseUrl, Client, ClientOptions, Credentials, RetryPolicy, Timeouts};

/// What the server does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Sends these bytes and closes.
    Reply(Vec<u8>),
    /// Closes without a word.
    Hang,
    /// Says nothing until the client gives up.
    Silence,
    /// Sends the first bytes, then nothing until the client gives up.
    Stall(Vec<u8>),
    /// Closes before it has read the request's body.
    Slam,
}

/// Stops when it is dropped.
pub(crate) struct Scripted {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Answers with the steps in turn, with the last one over and over.
    pub(crate) fn start(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut steps = steps.into_iter().peekable();
            for connection in listener.incoming() {
                let Ok(connection) = connection else { return };
                let step = if steps.len() > 1 {
                    steps.next().unwrap()
                } else {
                    steps.peek().unwrap().clone()
                };
                serve(&connection, &step, &log);
            }
        });
        Self { address, seen }
    }

    /// A script of one reply.
    pub(crate) fn reply(reply: impl Into<Vec<u8>>) -> Self {
        Self::start(vec![Step::Reply(reply.into())])
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far: head and body as they came.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn options(&self) -> ClientOptions {
        let base = BaseUrl::parse(&format!("{}/dhis", self.url())).unwrap();
        ClientOptions {
            headers: &[("x-requested-with", "XMLHttpRequest")],
            timeouts: Timeouts {
                connect: Duration::from_secs(5),
                answer: Duration::from_secs(5),
            },
            retry: RetryPolicy {
                tries: 3,
                tries_of_500: 2,
                first_pause: Duration::from_millis(1),
                longest_pause: Duration::from_millis(5),
            },
            ..ClientOptions::new(base, Credentials::basic("admin", "district"))
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.options()).unwrap()
    }
}

fn serve(mut connection: &TcpStream, step: &Step, log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(connection);
    let mut head = String::new();
    while reader.read_line(&mut head).is_ok_and(|count| count > 2) {}
    if matches!(step, Step::Slam) {
        log.lock().unwrap().push(head);
        return;
    }
    let length = head
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        })
        .unwrap_or(0);
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    log.lock()
        .unwrap()
        .push(head + &String::from_utf8_lossy(&body));
    match step {
        Step::Reply(bytes) => {
            let _ = connection.write_all(bytes);
            let _ = connection.shutdown(Shutdown::Write);
        }
        Step::Stall(bytes) => {
            let _ = connection.write_all(bytes);
            wait_until_the_client_goes(connection);
        }
        Step::Silence => wait_until_the_client_goes(connection),
        Step::Hang | Step::Slam => {}
    }
}

fn wait_until_the_client_goes(mut connection: &TcpStream) {
    let _ = connection.read(&mut [0; 1]);
}

/// A reply with a length.
pub(crate) fn reply(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A JSON reply.
pub(crate) fn json(status: &str, body: &str) -> Vec<u8> {
    reply(
        status,
        "Content-Type: application/json;charset=UTF-8\r\n",
        body,
    )
}
