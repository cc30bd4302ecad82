//! Downloads: single files, which can be resumed, and members of archives.

mod archive;
mod body;
mod content_range;
mod parallel;
mod progress;
mod single_file;
mod sizes;
mod task;

pub(crate) use parallel::download_all;
use progress::ProgressSink;
use single_file::SingleFile;
pub(crate) use sizes::sizes;
pub(crate) use task::DownloadTask;

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use pop_cli::{ExitStatus, ToolError, thousands};
use pop_http::Response;
use pop_worldpop::RasterName;

use crate::local_files::RasterFolder;
use crate::lock::Pin;
use crate::server::{AttemptError, Server, html_instead};

/// The largest file that is downloaded.
pub(crate) const MAX_FILE: u64 = 64 << 30;
const TOO_LARGE: &str = "no WorldPop raster is that large: check the address";

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
        let path = &task.address.path;
        if task.is_archive {
            // Members that are placed stay placed when a later try fails.
            let open: Mutex<Vec<usize>> = Mutex::new((0..task.requests.len()).collect());
            let attempt = || self.members(task, &open, &on_placed);
            return self
                .server
                .with_retries(path, attempt, on_retry, self.stop)
                .map_err(|error| with_other_ways(error, task, 0));
        }
        let mut file = SingleFile::new(self, task)?;
        let downloaded = self
            .server
            .with_retries(path, || file.attempt(), on_retry, self.stop);
        match downloaded {
            Ok((name, pin)) => {
                on_placed(name, pin);
                Ok(())
            }
            Err(error) => Err(with_other_ways(error, task, file.kept_bytes())),
        }
    }

    fn check_response(&self, response: &Response, task: &DownloadTask) -> Result<(), AttemptError> {
        if response.is_html() {
            return Err(html_instead(self.server.base(), response.request()));
        }
        if response
            .content_length()
            .is_some_and(|length| length > MAX_FILE)
        {
            return Err(AttemptError::Permanent(
                ToolError::data(format!("larger than {MAX_FILE} bytes"))
                    .in_file(&task.address.url)
                    .hint(TOO_LARGE),
            ));
        }
        Ok(())
    }
}

/// What else can be done about a download that failed.
fn with_other_ways(error: ToolError, task: &DownloadTask, kept_bytes: u64) -> ToolError {
    let mut error = error;
    if kept_bytes > 0 {
        error = error.hint(format!(
            "{} bytes of {} are kept: the same command continues there",
            thousands(kept_bytes as f64, 0),
            task.address.file()
        ));
    }
    if matches!(
        error.status(),
        ExitStatus::Unreachable | ExitStatus::Refused
    ) {
        error = error.hint(format!(
            "or download {} by other means into a folder DIR, and add --mirror DIR --offline",
            task.address.url
        ));
    }
    error
}
