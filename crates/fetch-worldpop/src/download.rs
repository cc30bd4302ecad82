//! Downloads: one file whole, or members of an archive.

mod parallel;
mod progress;
mod sizes;
mod task;

pub(crate) use parallel::download_all;
use progress::ProgressSink;
pub(crate) use sizes::sizes;
pub(crate) use task::DownloadTask;

use std::io::{BufReader, Read};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use pop_cli::{AtomicFile, ExitStatus, ToolError};
use pop_http::{BodyReader, HttpError, Method, Response};
use pop_worldpop::RasterName;
use pop_zip::{Archive, ZipError};

use crate::address::file_name;
use crate::local_files::{RasterFolder, check_complete};
use crate::lock::Pin;
use crate::server::{AttemptError, Server, html_instead};

/// The largest file that is downloaded.
pub(crate) const MAX_FILE: u64 = 64 << 30;
const TOO_LARGE: &str = "no WorldPop raster is that large: check the address";
/// Size of the read buffer.
const BUFFER: usize = 1 << 18;

/// Downloads to a folder from a server.
pub(crate) struct Download<'a> {
    pub(crate) server: &'a Server,
    pub(crate) folder: &'a RasterFolder,
    pub(crate) progress: &'a dyn ProgressSink,
    pub(crate) stop: &'a AtomicBool,
}

impl Download<'_> {
    /// Downloads the files of a task. `on_retry` gets a message before each retry, `on_placed` each
    /// file that is in the folder.
    ///
    /// # Errors
    /// Those of the server after the last try. Data: not the requested file.
    pub(crate) fn run(
        &self,
        task: &DownloadTask,
        on_retry: impl Fn(&str),
        on_placed: impl Fn(RasterName, Pin),
    ) -> Result<(), ToolError> {
        // Members that are placed stay placed when a later try fails.
        let open: Mutex<Vec<usize>> = Mutex::new((0..task.requests.len()).collect());
        self.server.with_retries(
            &task.address.path,
            || {
                let body = self.open(task)?;
                if task.is_archive {
                    self.members(task, body, &open, &on_placed)
                } else {
                    let (name, pin) = self.file(task, body)?;
                    on_placed(name, pin);
                    Ok(())
                }
            },
            on_retry,
            self.stop,
        )
    }

    fn open(&self, task: &DownloadTask) -> Result<CountedBody<'_>, AttemptError> {
        let response = self.server.send(Method::Get, &task.address.path, "*/*")?;
        if response.is_html() {
            return Err(html_instead(self.server.base(), response.request()));
        }
        let length = response.content_length();
        if length.is_some_and(|length| length > MAX_FILE) {
            return Err(AttemptError::Permanent(
                ToolError::data(format!("larger than {MAX_FILE} bytes"))
                    .in_file(&task.address.url)
                    .hint(TOO_LARGE),
            ));
        }
        self.progress.started(length);
        Ok(self.counted(response, length))
    }

    fn counted(&self, response: Response, length: Option<u64>) -> CountedBody<'_> {
        CountedBody {
            body: response.into_reader(),
            length,
            received: 0,
            progress: self.progress,
            stop: self.stop,
        }
    }

    fn file(
        &self,
        task: &DownloadTask,
        mut body: CountedBody<'_>,
    ) -> Result<(RasterName, Pin), AttemptError> {
        let file = task.address.file().to_owned();
        let name = file_name(&file).ok_or_else(|| {
            AttemptError::Permanent(
                ToolError::data("not the name of a raster").in_file(&task.address.url),
            )
        })?;
        let mut part = self
            .folder
            .create_file(&file)
            .map_err(AttemptError::Permanent)?;
        let mut buffer = vec![0; BUFFER];
        loop {
            let count = body
                .read(&mut buffer)
                .map_err(|error| read_error(error, &task.address.url))?;
            if count == 0 {
                break;
            }
            self.folder
                .write(&mut part, &buffer[..count], &file)
                .map_err(AttemptError::Permanent)?;
        }
        body.check_length(&task.address.url)?;
        self.check(&mut part, &file)?;
        let pin = task
            .requests
            .first()
            .and_then(|request| request.pin.as_ref());
        let pin = self
            .folder
            .place(part, &task.placement(&file, None, pin))
            .map_err(AttemptError::Permanent)?;
        Ok((name, pin))
    }

    fn check(&self, part: &mut AtomicFile, file: &str) -> Result<(), AttemptError> {
        let written = part.reopen().map_err(|error| {
            AttemptError::Permanent(
                ToolError::io(error).in_file(self.folder.path_of(file).display()),
            )
        })?;
        check_complete(written, file).map_err(AttemptError::Damaged)
    }

    /// Extracts the requested members of an archive while it is read, up to the last of them.
    fn members(
        &self,
        task: &DownloadTask,
        body: CountedBody<'_>,
        open: &Mutex<Vec<usize>>,
        on_placed: &impl Fn(RasterName, Pin),
    ) -> Result<(), AttemptError> {
        let mut open = open
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut archive = Archive::new(BufReader::with_capacity(BUFFER, body));
        while !open.is_empty() {
            let Some(mut entry) = archive
                .next_entry()
                .map_err(|error| zip_error(error, &task.address.url))?
            else {
                let lacking = open.len();
                return Err(AttemptError::Permanent(
                    ToolError::data(format!(
                        "{lacking} of {} requested files are not in this archive",
                        task.requests.len()
                    ))
                    .in_file(&task.address.url)
                    .hint("name the files themselves with --path"),
                ));
            };
            let member = entry.name().to_owned();
            let file = member.rsplit(['/', '\\']).next().unwrap_or_default();
            let Some(name) = file_name(file) else {
                continue;
            };
            let found = open.iter().position(|&at| task.requests[at].matches(&name));
            let Some(found) = found else { continue };
            let request = &task.requests[open[found]];
            let mut part = self
                .folder
                .create_file(file)
                .map_err(AttemptError::Permanent)?;
            let mut buffer = vec![0; BUFFER];
            let mut unpacked = 0_u64;
            loop {
                let count = entry
                    .read(&mut buffer)
                    .map_err(|error| read_error(error, &task.address.url))?;
                if count == 0 {
                    break;
                }
                unpacked += count as u64;
                if unpacked > MAX_FILE {
                    return Err(AttemptError::Permanent(
                        ToolError::data(format!("{member}: larger than {MAX_FILE} bytes"))
                            .in_file(&task.address.url)
                            .hint(TOO_LARGE),
                    ));
                }
                self.folder
                    .write(&mut part, &buffer[..count], file)
                    .map_err(AttemptError::Permanent)?;
            }
            self.check(&mut part, file)?;
            let placement = task.placement(file, Some(&member), request.pin.as_ref());
            let pin = self
                .folder
                .place(part, &placement)
                .map_err(AttemptError::Permanent)?;
            on_placed(name, pin);
            open.swap_remove(found);
        }
        Ok(())
    }
}

/// A response body that counts its bytes.
struct CountedBody<'a> {
    body: BodyReader,
    length: Option<u64>,
    received: u64,
    progress: &'a dyn ProgressSink,
    stop: &'a AtomicBool,
}

impl Read for CountedBody<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("stopped"));
        }
        let count = self.body.read(buffer)?;
        self.received += count as u64;
        self.progress.advanced(count as u64);
        Ok(count)
    }
}

impl CountedBody<'_> {
    /// Compares the bytes received with the Content-Length.
    fn check_length(&self, url: &str) -> Result<(), AttemptError> {
        match self.length {
            Some(length) if length != self.received => Err(AttemptError::Damaged(
                ToolError::data(format!(
                    "{} bytes received, {length} announced",
                    self.received
                ))
                .in_file(url),
            )),
            _ => Ok(()),
        }
    }
}

/// The error for a failed read of a body.
fn read_error(error: std::io::Error, url: &str) -> AttemptError {
    match HttpError::from_io(error) {
        Ok(error) => AttemptError::Http(error),
        Err(error) => match error.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                AttemptError::Damaged(ToolError::data(error).in_file(url))
            }
            // CountedBody was stopped.
            _ => AttemptError::Permanent(ToolError::new(ExitStatus::Interrupted, error)),
        },
    }
}

fn zip_error(error: ZipError, url: &str) -> AttemptError {
    match error {
        ZipError::Io(error) => read_error(error, url),
        other => AttemptError::Damaged(ToolError::data(other).in_file(url)),
    }
}
