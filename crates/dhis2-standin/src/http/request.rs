//! One request as it came off the wire.

use std::io::{self, BufRead, Read};

/// Longest request line and header line taken, as of the Tomcat that DHIS2 embeds.
const LINE_LIMIT: usize = 8 * 1024;
/// Most header lines taken.
const HEADER_LIMIT: usize = 100;
/// Largest body taken.
const BODY_LIMIT: usize = 1 << 30;

/// A request: its path and query still percent-encoded, its body whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Why no request could be read.
#[derive(Debug)]
pub(crate) enum ReadFailure {
    /// The peer closed the connection between two requests.
    Closed,
    /// The request line is longer than the server takes.
    LineTooLong,
    /// Anything else: the connection is of no more use.
    WriteFailure,
}

impl From<io::Error> for ReadFailure {
    fn from(_: io::Error) -> Self {
        Self::WriteFailure
    }
}

impl Request {
    /// The first header of that name, whatever its case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// All query parameters, decoded, in their order.
    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        self.query
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (key, value) = part.split_once('=').unwrap_or((part, ""));
                (decode(key, Plus::Blank), decode(value, Plus::Blank))
            })
            .collect()
    }

    /// Reads the next request; `go_on` is called where the client waits for `100 Continue`.
    pub(crate) fn read(
        stream: &mut impl BufRead,
        mut go_on: impl FnMut() -> io::Result<()>,
    ) -> Result<Self, ReadFailure> {
        let line = loop {
            match read_line(stream)? {
                None => return Err(ReadFailure::Closed),
                Some(line) if line.is_empty() => {}
                Some(line) => break line,
            }
        };
        let mut words = line.split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(ReadFailure::WriteFailure);
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            ..Self::default()
        };
        while let Some(line) = read_line(stream)?.filter(|line| !line.is_empty()) {
            if request.headers.len() == HEADER_LIMIT {
                return Err(ReadFailure::WriteFailure);
            }
            if let Some((key, value)) = line.split_once(':') {
                request
                    .headers
                    .push((key.trim().to_owned(), value.trim().to_owned()));
            }
        }
        if request
            .header("expect")
            .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
        {
            go_on()?;
        }
        request.body = request.read_body(stream)?;
        Ok(request)
    }

    fn read_body(&self, stream: &mut impl BufRead) -> Result<Vec<u8>, ReadFailure> {
        if self
            .header("transfer-encoding")
            .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"))
        {
            return read_chunks(stream);
        }
        let Some(length) = self.header("content-length") else {
            return Ok(Vec::new());
        };
        let length: usize = length.parse().map_err(|_| ReadFailure::WriteFailure)?;
        read_exactly(stream, length)
    }
}

fn read_chunks(stream: &mut impl BufRead) -> Result<Vec<u8>, ReadFailure> {
    let mut body = Vec::new();
    loop {
        let line = read_line(stream)?.ok_or(ReadFailure::WriteFailure)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| ReadFailure::WriteFailure)?;
        if body.len() + size > BODY_LIMIT {
            return Err(ReadFailure::WriteFailure);
        }
        if size == 0 {
            while read_line(stream)?.is_some_and(|line| !line.is_empty()) {}
            return Ok(body);
        }
        body.append(&mut read_exactly(stream, size)?);
        read_line(stream)?;
    }
}

fn read_exactly(stream: &mut impl BufRead, length: usize) -> Result<Vec<u8>, ReadFailure> {
    if length > BODY_LIMIT {
        return Err(ReadFailure::WriteFailure);
    }
    let mut body = Vec::new();
    stream.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        Err(ReadFailure::WriteFailure)
    } else {
        Ok(body)
    }
}

/// A line without its end; `None` at the end of the stream.
fn read_line(stream: &mut impl BufRead) -> Result<Option<String>, ReadFailure> {
    let mut line = Vec::new();
    stream
        .take(LINE_LIMIT as u64 + 1)
        .read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.len() > LINE_LIMIT {
        return Err(ReadFailure::LineTooLong);
    }
    while line
        .last()
        .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
    {
        line.pop();
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

/// What a `+` stands for: a blank in a query, itself in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plus {
    /// `+` is a blank.
    Blank,
    /// `+` is a plus sign.
    Itself,
}

/// Percent-decoded text; what does not decode stays as it is.
pub(crate) fn decode(text: &str, plus: Plus) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match hex {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                let blank = bytes[at] == b'+' && plus == Plus::Blank;
                out.push(if blank { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Request, ReadFailure> {
        Request::read(&mut text.as_bytes(), || Ok(()))
    }

    #[test]
    fn a_body_comes_by_length_or_in_chunks() {
        let plain =
            read("POST /a?b=%5B1%5D&c=x+y HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcd").unwrap();
        assert_eq!(plain.body, b"abc");
        assert_eq!(
            plain.parameters(),
            [
                ("b".to_owned(), "[1]".to_owned()),
                ("c".to_owned(), "x y".to_owned())
            ]
        );
        let chunked = read(
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
        );
        assert_eq!(chunked.unwrap().body, b"abc");
    }

    #[test]
    fn what_cannot_be_a_request_is_told_apart() {
        assert!(matches!(read(""), Err(ReadFailure::Closed)));
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(9000));
        assert!(matches!(read(&long), Err(ReadFailure::LineTooLong)));
        assert!(matches!(
            read("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab"),
            Err(ReadFailure::WriteFailure)
        ));
    }
}
