//! One connection: requests and answers in turn until either side closes it.

use std::io::{self, BufReader, BufWriter, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::Handler;
use super::request::{ReadFailure, Request};
use super::response::Content;

/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(60);

/// Serves a connection until it ends.
pub(super) fn serve(stream: TcpStream, handler: &dyn Handler) -> io::Result<()> {
    stream.set_read_timeout(Some(IDLE))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = BufWriter::new(stream.try_clone()?);
    let mut early = stream.try_clone()?;
    loop {
        let request = match Request::read(&mut reader, || {
            early.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
        }) {
            Ok(request) => request,
            Err(ReadFailure::LineTooLong) => {
                handler.line_too_long().write(&mut writer, Content::Sent)?;
                return stream.shutdown(std::net::Shutdown::Both);
            }
            Err(ReadFailure::Closed | ReadFailure::WriteFailure) => return Ok(()),
        };
        let last = request
            .header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let content = if request.method == "HEAD" {
            Content::Withheld
        } else {
            Content::Sent
        };
        let written = handler.answer(&request).write(&mut writer, content);
        if written.is_err() || last {
            writer.flush().ok();
            return stream.shutdown(std::net::Shutdown::Both);
        }
    }
}
