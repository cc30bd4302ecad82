//! A server on loopback that answers each path as it is told to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex};

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
    /// So many bytes, and then nothing until the client gives up; with these headers.
    Stalled(Vec<u8>, usize, &'static str),
    /// Waits at the barrier before it responds.
    Gated(Arc<Barrier>, Vec<u8>),
    /// A file with validators and ranges.
    File(ServedFile),
}

/// A file, and how the server deals with ranges of it.
#[derive(Debug, Clone)]
pub(crate) struct ServedFile {
    pub(crate) content: Vec<u8>,
    /// Header lines such as `ETag: "a"`.
    pub(crate) validators: &'static str,
    pub(crate) ranges: Ranges,
    /// The connection drops after so many bytes of every response.
    pub(crate) drop_after: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ranges {
    /// As RFC 9110 has it, with `If-Range`.
    Honoured,
    /// 200 and the whole file.
    Ignored,
    /// 206 with bytes from the beginning of the file, and the Content-Range requested.
    FromTheBeginning,
    /// 206 with a Content-Range of other bytes than requested.
    WrongStart,
    /// 206 with a Content-Range that contradicts itself.
    Contradictory,
    /// 206 without Content-Range.
    Unstated,
    /// 206 with another validator.
    OtherValidator,
    /// 416 always.
    Refused,
    /// 206 with at most 64 KiB more than the overlap.
    Short,
}

/// Answers to one path, in turn; the last one over and over.
type Script = Vec<Response>;

#[derive(Debug, Default)]
struct State {
    scripts: Mutex<BTreeMap<String, Script>>,
    seen: Mutex<Vec<String>>,
    /// Values of `Range` and `If-Range`, empty where the request has none.
    ranges: Mutex<Vec<(String, String)>>,
    arrived: Condvar,
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

    /// `Range` and `If-Range` of the requests that have a `Range`.
    pub(crate) fn ranges(&self) -> Vec<(String, String)> {
        let ranges = self.state.ranges.lock().unwrap();
        let with_range = ranges.iter().filter(|(range, _)| !range.is_empty());
        with_range.cloned().collect()
    }

    /// Waits for a request of this path.
    pub(crate) fn wait_for(&self, path: &str) {
        let seen = self.state.seen.lock().unwrap();
        let is_missing = |seen: &mut Vec<String>| !seen.iter().any(|line| line.ends_with(path));
        drop(self.state.arrived.wait_while(seen, is_missing).unwrap());
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
    let range = header(&head, "range");
    let if_range = header(&head, "if-range");
    let Some((request, path)) = head.lines().next().and_then(|line| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    }) else {
        return;
    };
    let entry = (range.clone(), if_range.clone());
    state.ranges.lock().unwrap().push(entry);
    state.seen.lock().unwrap().push(format!("{request} {path}"));
    state.arrived.notify_all();
    let now = state.now.fetch_add(1, Ordering::SeqCst) + 1;
    state.most.fetch_max(now, Ordering::SeqCst);
    let answer = next(state, &path);
    let bytes = bytes(&request, (&range, &if_range), answer, connection);
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

fn header(head: &str, name: &str) -> String {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}

impl ServedFile {
    /// Status, headers and body.
    fn respond(&self, (range, if_range): (&str, &str)) -> (&'static str, String, Vec<u8>) {
        let total = self.content.len();
        let validators = self.validators;
        let whole = || {
            let headers =
                format!("Content-Length: {total}\r\nAccept-Ranges: bytes\r\n{validators}");
            ("200 OK", headers, self.cut(&self.content))
        };
        let offset = range
            .strip_prefix("bytes=")
            .and_then(|rest| rest.strip_suffix('-'));
        let Some(offset) = offset.and_then(|offset| offset.parse::<usize>().ok()) else {
            return whole();
        };
        let is_same = if_range.is_empty() || validators.contains(&format!(": {if_range}\r"));
        if self.ranges == Ranges::Ignored || !is_same {
            return whole();
        }
        if self.ranges == Ranges::Refused || offset >= total {
            let headers = format!("Content-Range: bytes */{total}\r\nContent-Length: 0\r\n");
            return ("416 Range Not Satisfiable", headers, Vec::new());
        }
        let mut body = match self.ranges {
            Ranges::FromTheBeginning => self.content[..total - offset].to_vec(),
            _ => self.content[offset..].to_vec(),
        };
        if self.ranges == Ranges::Short {
            body.truncate(1 << 17);
        }
        let last = offset + body.len() - 1;
        let content_range = match self.ranges {
            Ranges::WrongStart => format!("Content-Range: bytes {}-{last}/{total}\r\n", offset + 1),
            Ranges::Contradictory => format!("Content-Range: bytes {offset}-{total}/{total}\r\n"),
            Ranges::Unstated => String::new(),
            _ => format!("Content-Range: bytes {offset}-{last}/{total}\r\n"),
        };
        let validators = match self.ranges {
            Ranges::OtherValidator => "ETag: \"other\"\r\n",
            _ => validators,
        };
        let headers = format!(
            "Content-Length: {}\r\n{content_range}{validators}",
            body.len()
        );
        ("206 Partial Content", headers, self.cut(&body))
    }

    fn cut(&self, body: &[u8]) -> Vec<u8> {
        let end = self.drop_after.unwrap_or(body.len()).min(body.len());
        body[..end].to_vec()
    }
}

fn bytes(
    request: &str,
    range: (&str, &str),
    answer: Response,
    mut connection: &TcpStream,
) -> Option<Vec<u8>> {
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
        Response::Stalled(content, at, headers) => {
            let headers = format!("{headers}Content-Length: {}\r\n", content.len());
            let _ = connection.write_all(head("200 OK", &headers).as_bytes());
            let _ = connection.write_all(&content[..at]);
            let _ = connection.read(&mut [0; 1]);
            return None;
        }
        Response::Silence => {
            let _ = connection.read(&mut [0; 1]);
            return None;
        }
        Response::Gated(barrier, content) => {
            barrier.wait();
            (whole(&content), content)
        }
        Response::File(file) => {
            let (status, headers, body) = file.respond(range);
            (head(status, &headers), body)
        }
    };
    let mut bytes = head.into_bytes();
    if request != "HEAD" {
        bytes.extend(body);
    }
    Some(bytes)
}
