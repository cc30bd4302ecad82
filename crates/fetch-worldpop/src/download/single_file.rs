//! Downloads one file, and continues where an earlier try or run was interrupted.
//!
//! A part is continued with `Range` and `If-Range` (RFC 9110, section 14). The last bytes of the part
//! are requested again and compared, since servers and proxies have been seen to announce ranges
//! that they do not send. The whole is verified in any case: every tile inside the file, and the
//! pinned SHA-256.

use std::io::{self, Read};

use pop_cli::ToolError;
use pop_http::{Method, Response};
use pop_worldpop::RasterName;

use super::body::{BUFFER, CountedBody, read_error};
use super::content_range::ContentRange;
use super::{Download, DownloadTask, MAX_FILE, TOO_LARGE};
use crate::address::file_name;
use crate::local_files::{PartFile, PartKey, check_complete};
use crate::lock::Pin;
use crate::server::AttemptError;

/// Bytes at the end of a part that are requested again.
const OVERLAP: u64 = 1 << 16;
/// A try that keeps at least so many new bytes is not counted.
const MIN_PROGRESS: u64 = 1 << 16;

pub(super) struct SingleFile<'a> {
    download: &'a Download<'a>,
    task: &'a DownloadTask,
    name: RasterName,
    /// What the lock file pins, unless a change is accepted.
    expected: Option<&'a Pin>,
    part: Option<PartFile>,
    key: Option<PartKey>,
    /// Whether the part has bytes of an earlier response.
    is_continued: bool,
    /// The longest the part has been.
    longest: u64,
}

/// What a response is good for.
enum Continuation {
    /// The body follows these bytes of the part.
    At(u64),
    /// The part has all bytes.
    Complete,
}

impl<'a> SingleFile<'a> {
    /// # Errors
    /// Data: the address does not end in the name of a raster.
    pub(super) fn new(
        download: &'a Download<'a>,
        task: &'a DownloadTask,
    ) -> Result<Self, ToolError> {
        let name = file_name(task.address.file()).ok_or_else(|| {
            ToolError::data("not the name of a raster")
                .in_file(&task.address.url)
                .hint("give the path of a .tif as on the data server")
        })?;
        let pin = pin_of(task);
        let expected = pin.filter(|pin| !download.folder.accepts_change(pin));
        Ok(Self {
            download,
            task,
            name,
            expected,
            part: None,
            key: expected.map(|pin| PartKey::Sha256(pin.sha256.clone())),
            is_continued: false,
            longest: 0,
        })
    }

    /// Bytes that a later run can continue.
    pub(super) fn kept_bytes(&self) -> u64 {
        match &self.part {
            Some(part) if part.is_kept() => part.length(),
            _ => 0,
        }
    }

    /// One try; continues what earlier tries kept.
    pub(super) fn attempt(&mut self) -> Result<(RasterName, Pin), AttemptError> {
        // RFC 9110 allows a server to send less than was requested.
        loop {
            if let Some(placed) = self.request()? {
                return Ok(placed);
            }
        }
    }

    /// One request; `None` where the server sent a part of the range.
    fn request(&mut self) -> Result<Option<(RasterName, Pin)>, AttemptError> {
        let kept = self.open_part()?;
        if self.expected.is_some_and(|pin| pin.bytes == kept) && kept > 0 {
            return self.verify().map(Some);
        }
        let offset = kept.saturating_sub(OVERLAP);
        let response = self.send(kept, offset)?;
        self.download.check_response(&response, self.task)?;
        let total = match self.continuation(&response, kept, offset)? {
            Continuation::Complete => return self.verify().map(Some),
            Continuation::At(start) => self.receive(response, start, kept)?,
        };
        let length = self.part_length();
        match total {
            Some(total) if total > length && length >= kept + MIN_PROGRESS => Ok(None),
            Some(total) if total > length => {
                Err(self.damaged(format!("{length} bytes received, {total} announced")))
            }
            _ => self.verify().map(Some),
        }
    }

    /// Opens what is kept of the file; the number of bytes.
    fn open_part(&mut self) -> Result<u64, AttemptError> {
        if let Some(part) = &self.part {
            self.is_continued |= part.length() > 0;
            return Ok(part.length());
        }
        let target = self.target();
        let found = match &self.key {
            Some(key) => Some((
                PartFile::open(&target, Some(key)).map_err(|error| self.io(&error))?,
                key.clone(),
            )),
            None => PartFile::find(&target).map_err(|error| self.io(&error))?,
        };
        let Some((part, key)) = found else {
            return Ok(0);
        };
        let length = part.length();
        self.key = Some(key);
        self.part = Some(part);
        self.is_continued = length > 0;
        self.longest = length;
        if self.expected.is_some_and(|pin| length > pin.bytes) {
            self.restart()?;
        }
        Ok(self.part_length())
    }

    fn send(&self, kept: u64, offset: u64) -> Result<Response, AttemptError> {
        let path = &self.task.address.path;
        let server = self.download.server;
        // Without a key nothing says that the file on the server is still the same.
        match &self.key {
            Some(key) if kept > 0 => server.send_range(path, offset, key.validator()),
            _ => server.send(Method::Get, path, "*/*"),
        }
    }

    /// Reads status and headers; restarts the part where the server does not continue it.
    fn continuation(
        &mut self,
        response: &Response,
        kept: u64,
        offset: u64,
    ) -> Result<Continuation, AttemptError> {
        let key = PartKey::of_headers(response.header("etag"), response.header("last-modified"));
        match response.status() {
            206 => {
                let found = response.header("content-range").map(ToOwned::to_owned);
                let range = found.as_deref().and_then(ContentRange::parse);
                let is_same = self.expected.is_some() || key.is_none() || key == self.key;
                let Some(range) = range.filter(|range| range.first == offset && is_same) else {
                    self.restart()?;
                    let found = found.as_deref().unwrap_or("missing");
                    return Err(self.damaged(format!(
                        "Content-Range is {found}, expected byte {offset} of the same file"
                    )));
                };
                if range.total > MAX_FILE {
                    return Err(AttemptError::Permanent(
                        ToolError::data(format!("larger than {MAX_FILE} bytes"))
                            .in_file(&self.task.address.url)
                            .hint(TOO_LARGE),
                    ));
                }
                Ok(Continuation::At(offset))
            }
            416 => {
                let total = response
                    .header("content-range")
                    .and_then(|value| value.trim().strip_prefix("bytes */")?.parse::<u64>().ok());
                if total == Some(kept) {
                    return Ok(Continuation::Complete);
                }
                self.restart()?;
                Err(self.damaged(format!(
                    "the server has no bytes from {offset} on: it has another file by now"
                )))
            }
            _ => {
                self.begin(key)?;
                Ok(Continuation::At(0))
            }
        }
    }

    /// An empty part for a response with the whole file.
    fn begin(&mut self, key: Option<PartKey>) -> Result<(), AttemptError> {
        self.is_continued = false;
        if self.expected.is_some() || (self.part.is_some() && key == self.key) {
            return self.restart();
        }
        // The file on the server is not the one that was kept.
        if self.part.is_some() {
            self.restart()?;
        }
        self.part = None;
        let part = PartFile::open(&self.target(), key.as_ref()).map_err(|error| self.io(&error))?;
        self.part = Some(part);
        self.key = key;
        self.restart()
    }

    /// Appends a body that begins at byte `start` of the file; its total length, where announced.
    fn receive(
        &mut self,
        response: Response,
        start: u64,
        kept: u64,
    ) -> Result<Option<u64>, AttemptError> {
        let download = self.download;
        let url = &self.task.address.url;
        let total = match response
            .header("content-range")
            .and_then(ContentRange::parse)
        {
            Some(range) if response.status() == 206 => Some(range.total),
            _ => response.content_length(),
        };
        download.progress.started(start, total);
        let overlap = if response.status() == 206 {
            let part = self.part.as_mut().ok_or_else(no_part)?;
            part.tail(start).map_err(|error| self.io(&error))?
        } else {
            Vec::new()
        };
        let mut body = CountedBody::new(response, download.progress, download.stop);
        let mut again = vec![0; overlap.len()];
        if let Err(error) = body.read_exact(&mut again) {
            return Err(self.interrupted(read_error(error, url), kept));
        }
        if again != overlap {
            self.restart()?;
            return Err(self.damaged(
                "the server continues with other bytes than those that were kept".to_owned(),
            ));
        }
        let mut buffer = vec![0; BUFFER];
        loop {
            let count = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) => return Err(self.interrupted(read_error(error, url), kept)),
            };
            let part = self.part.as_mut().ok_or_else(no_part)?;
            if part.length() + count as u64 > MAX_FILE {
                return Err(AttemptError::Permanent(
                    ToolError::data(format!("larger than {MAX_FILE} bytes"))
                        .in_file(url)
                        .hint(TOO_LARGE),
                ));
            }
            let appended = part.append(&buffer[..count]);
            appended.map_err(|error| self.io(&error))?;
        }
        body.check_length(url)?;
        Ok(total)
    }

    /// A try that failed within the body: not counted where the part has grown.
    fn interrupted(&mut self, error: AttemptError, kept: u64) -> AttemptError {
        let length = self.part_length();
        let has_grown = self.kept_bytes() > 0 && length >= self.longest.max(kept) + MIN_PROGRESS;
        self.longest = self.longest.max(length);
        match error {
            AttemptError::Http(error) if has_grown => AttemptError::Resumable(error),
            other => other,
        }
    }

    /// Checks the complete file, and places it.
    fn verify(&mut self) -> Result<(RasterName, Pin), AttemptError> {
        let part = self.part.as_ref().ok_or_else(no_part)?;
        let file = self.task.address.file();
        let written = part.reopen().map_err(|error| self.io(&error))?;
        if let Err(error) = check_complete(written, file) {
            self.restart()?;
            return Err(AttemptError::Damaged(error.in_file(&self.task.address.url)));
        }
        let found = part.fingerprint().map_err(|error| self.io(&error))?;
        let placement = self.task.placement(file, None, pin_of(self.task));
        let pin = match self.download.folder.pin(found, &placement) {
            Ok(pin) => pin,
            Err(error) => {
                let was_continued = self.is_continued;
                self.restart()?;
                // Bytes of two contents may have been put together: once more, from the beginning.
                return Err(if was_continued {
                    AttemptError::Damaged(error)
                } else {
                    AttemptError::Permanent(error)
                });
            }
        };
        let part = self.part.take().ok_or_else(no_part)?;
        part.place().map_err(|error| self.io(&error))?;
        Ok((self.name.clone(), pin))
    }

    fn restart(&mut self) -> Result<(), AttemptError> {
        self.is_continued = false;
        match &mut self.part {
            Some(part) => part.restart().map_err(|error| self.io(&error)),
            None => Ok(()),
        }
    }

    fn part_length(&self) -> u64 {
        self.part.as_ref().map_or(0, PartFile::length)
    }

    fn target(&self) -> std::path::PathBuf {
        self.download.folder.path_of(self.task.address.file())
    }

    fn damaged(&self, message: String) -> AttemptError {
        AttemptError::Damaged(
            ToolError::data(message)
                .in_file(&self.task.address.url)
                .hint("a proxy on the way may damage downloads: try again, or use another network"),
        )
    }

    fn io(&self, error: &io::Error) -> AttemptError {
        AttemptError::Permanent(ToolError::io(error).in_file(self.target().display()))
    }
}

fn pin_of(task: &DownloadTask) -> Option<&Pin> {
    task.requests
        .first()
        .and_then(|request| request.pin.as_ref())
}

fn no_part() -> AttemptError {
    AttemptError::Permanent(ToolError::internal("a download without a file"))
}
