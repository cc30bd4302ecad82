//! The sizes of files on the data server, for `--dry-run`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use pop_cli::{Console, ToolError};
use pop_http::Method;

use super::DownloadTask;
use crate::server::{AttemptError, Server};

/// Lengths in bytes, in the order of the tasks; `None` where the server does not say.
///
/// # Errors
/// Those of the server, for the first file that fails.
pub(crate) fn sizes(
    tasks: &[DownloadTask],
    server: &Server,
    jobs: u8,
    console: &mut Console,
) -> Result<Vec<Option<u64>>, ToolError> {
    let progress = console.progress("sizes", Some(tasks.len() as u64));
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let found: Mutex<Vec<Result<Option<u64>, ToolError>>> = Mutex::new(vec![Ok(None); tasks.len()]);
    std::thread::scope(|scope| {
        for _ in 0..usize::from(jobs).min(tasks.len()) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(task) = tasks.get(at) else { return };
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let length = length(task, server, &stop);
                    stop.fetch_or(length.is_err(), Ordering::Relaxed);
                    found.lock().unwrap_or_else(PoisonError::into_inner)[at] = length;
                    progress.advance(1);
                }
            });
        }
    });
    progress.finish();
    found
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .into_iter()
        .collect()
}

fn length(
    task: &DownloadTask,
    server: &Server,
    stop: &AtomicBool,
) -> Result<Option<u64>, ToolError> {
    if let Some(bytes) = task.known_bytes() {
        return Ok(Some(bytes));
    }
    let path = &task.address.path;
    server.with_retries(
        path,
        || match server.send(Method::Head, path, "*/*") {
            Ok(answer) => Ok(answer.content_length()),
            // A copy of the data server may support GET only.
            Err(AttemptError::Http(error)) if matches!(error.status(), Some(405 | 501)) => Ok(None),
            Err(error) => Err(error),
        },
        |_| {},
        stop,
    )
}
