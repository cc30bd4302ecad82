//! Downloads members of an archive while it is received.

use std::io::{BufReader, Read};
use std::sync::Mutex;

use pop_cli::ToolError;
use pop_http::Method;
use pop_worldpop::RasterName;
use pop_zip::{Archive, ZipError};

use super::body::{BUFFER, CountedBody, read_error};
use super::{Download, DownloadTask, MAX_FILE, TOO_LARGE};
use crate::address::file_name;
use crate::local_files::check_complete;
use crate::lock::Pin;
use crate::server::AttemptError;

impl Download<'_> {
    /// Extracts the requested members of an archive while it is read, up to the last of them.
    pub(super) fn members(
        &self,
        task: &DownloadTask,
        open: &Mutex<Vec<usize>>,
        on_placed: &impl Fn(RasterName, Pin),
    ) -> Result<(), AttemptError> {
        let response = self.server.send(Method::Get, &task.address.path, "*/*")?;
        self.check_response(&response, task)?;
        self.progress.started(0, response.content_length());
        let body = CountedBody::new(response, self.progress, self.stop);
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
            let mut extracted = 0_u64;
            loop {
                let count = entry
                    .read(&mut buffer)
                    .map_err(|error| read_error(error, &task.address.url))?;
                if count == 0 {
                    break;
                }
                extracted += count as u64;
                if extracted > MAX_FILE {
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
            let written = part.reopen().map_err(|error| {
                AttemptError::Permanent(
                    ToolError::io(error).in_file(self.folder.path_of(file).display()),
                )
            })?;
            check_complete(written, file).map_err(AttemptError::Damaged)?;
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

fn zip_error(error: ZipError, url: &str) -> AttemptError {
    match error {
        ZipError::Io(error) => read_error(error, url),
        other => {
            let hint = other.hint();
            AttemptError::Damaged(ToolError::data(other).in_file(url).hint(hint))
        }
    }
}
