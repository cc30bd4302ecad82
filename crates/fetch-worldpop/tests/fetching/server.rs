//! A server on loopback that answers each path as it is told to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Response {
    /// The whole content, with its length; ranges are announced, and ignored.
    Whole(Vec<u8>),
    /// The whole content, ended by the end of the connection.
    WithoutLength(Vec<u8>),
    /// The length of the whole content, and so many bytes of it.
    Cut(Vec<u8>, usize),
    /// Another status, with these headers and body.
    Status(&'static str, &'static str, &'static str),
    /// Closes without a word.
    Hang,
    /// Says nothing until the client gives up.
    Silence,
    /// So many bytes, and then nothing until the client gives up.
    Stalled(Vec<u8>, usize),
    /// Answers after a while.
    Late(Duration, Vec<u8>),
}

/// Answers to one path, in turn; the last one over and over.
type Script = Vec<Response>;

#[derive(Debug, Default)]
struct State {
    scripts: Mutex<BTreeMap<String, Script>>,
    seen: Mutex<Vec<String>>,
    now: AtomicUsize,
    most: AtomicUsize,
}

/// Stops with the test.
#[derive(Debug)]
pub(crate) struct TestServer {
    address: SocketAddr,
    state: Arc<State>,
}

impl TestServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(&connection, &state));
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on `path` (with its query) is answered so.
    pub(crate) fn serve(&self, path: &str, script: Script) {
        let mut scripts = self.state.scripts.lock().unwrap();
        scripts.insert(path.to_owned(), script);
    }

    /// Requests so far, as `GET /path`.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.seen.lock().unwrap().clone()
    }

    /// Forgets the requests so far.
    pub(crate) fn clear_requests(&self) {
        self.state.seen.lock().unwrap().clear();
    }

    /// How many requests for files were worked on at the same time, at most.
    pub(crate) fn max_concurrent(&self) -> usize {
        self.state.most.load(Ordering::SeqCst)
    }
}

fn serve(mut connection: &TcpStream, state: &State) {
    let mut reader = BufReader::new(connection);
    let mut head = String::new();
    while reader.read_line(&mut head).is_ok_and(|count| count > 2) {}
    assert!(!head.to_ascii_lowercase().contains("\r\nrange:"), "{head}");
    let Some((request, path)) = head.lines().next().and_then(|line| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    }) else {
        return;
    };
    state.seen.lock().unwrap().push(format!("{request} {path}"));
    let now = state.now.fetch_add(1, Ordering::SeqCst) + 1;
    state.most.fetch_max(now, Ordering::SeqCst);
    let answer = next(state, &path);
    let bytes = bytes(&request, answer, connection);
    // Before the client hears of the end, and asks for the next.
    state.now.fetch_sub(1, Ordering::SeqCst);
    if let Some(bytes) = bytes {
        let _ = connection.write_all(&bytes);
        let _ = connection.shutdown(Shutdown::Write);
        // Let the client read before the connection goes.
        let _ = connection.read(&mut [0; 1]);
    }
}

fn next(state: &State, path: &str) -> Response {
    let mut scripts = state.scripts.lock().unwrap();
    match scripts.get_mut(path) {
        Some(script) if script.len() > 1 => script.remove(0),
        Some(script) => script[0].clone(),
        None => Response::Status(
            "404 Not Found",
            "Content-Type: text/html\r\n",
            "<html><title>404 Not Found</title></html>",
        ),
    }
}

fn bytes(request: &str, answer: Response, mut connection: &TcpStream) -> Option<Vec<u8>> {
    let head = |status: &str, headers: &str| {
        format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n")
    };
    let whole = |content: &[u8]| {
        let headers = format!(
            "Content-Length: {}\r\nAccept-Ranges: bytes\r\n",
            content.len()
        );
        head("200 OK", &headers)
    };
    let (head, body) = match answer {
        Response::Whole(content) => (whole(&content), content),
        Response::WithoutLength(content) => (head("200 OK", ""), content),
        Response::Cut(content, at) => (whole(&content), content[..at].to_vec()),
        Response::Status(status, headers, body) => {
            let headers = format!("{headers}Content-Length: {}\r\n", body.len());
            (head(status, &headers), body.into())
        }
        Response::Hang => return None,
        Response::Stalled(content, at) => {
            let _ = connection.write_all(whole(&content).as_bytes());
            let _ = connection.write_all(&content[..at]);
            let _ = connection.read(&mut [0; 1]);
            return None;
        }
        Response::Silence => {
            let _ = connection.read(&mut [0; 1]);
            return None;
        }
        Response::Late(pause, content) => {
            std::thread::sleep(pause);
            (whole(&content), content)
        }
    };
    let mut bytes = head.into_bytes();
    if request != "HEAD" {
        bytes.extend(body);
    }
    Some(bytes)
}
