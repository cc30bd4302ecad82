//! Several downloads at a time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use pop_cli::{Console, ExitStatus, ToolError, counted};
use pop_worldpop::RasterName;

use super::progress::{FileProgress, TransferProgress};
use super::{Download, DownloadTask};
use crate::local_files::RasterFolder;
use crate::lock::Pin;
use crate::server::Server;

/// Messages of the worker threads.
enum Event {
    Note(String),
    Placed(RasterName, Box<Pin>),
    Failed(ToolError),
}

/// Downloads all tasks, `jobs` at a time; `on_placed` gets each file that is in the folder.
///
/// Other files are still downloaded after one has failed, unless the server cannot be reached or
/// the disk is full.
///
/// # Errors
/// The first failure, after all threads have ended.
pub(crate) fn download_all(
    tasks: &[DownloadTask],
    server: &Server,
    folder: &RasterFolder,
    jobs: u8,
    console: &mut Console,
    mut on_placed: impl FnMut(RasterName, Pin, &mut Console) -> Result<(), ToolError>,
) -> Result<(), ToolError> {
    let label = match tasks {
        [task] => task.address.file().to_owned(),
        _ => counted(tasks.len(), "file"),
    };
    let progress = console.progress_bytes(&label, 0);
    let all = TransferProgress::new(tasks, progress.clone());
    let (stop, next) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut failures = Vec::new();
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..usize::from(jobs).min(tasks.len()) {
            let sender = sender.clone();
            let (all, stop, next) = (&all, &stop, &next);
            scope.spawn(move || work(tasks, server, folder, all, stop, next, &sender));
        }
        drop(sender);
        for event in receiver {
            let result = match event {
                Event::Note(text) => {
                    console.note(&text);
                    Ok(())
                }
                Event::Placed(name, pin) => on_placed(name, *pin, console),
                Event::Failed(error) => Err(error),
            };
            if let Err(error) = result {
                match error.status() {
                    // Transfers under way may still succeed.
                    ExitStatus::Unreachable => next.store(tasks.len(), Ordering::Relaxed),
                    ExitStatus::Io => stop.store(true, Ordering::Relaxed),
                    _ => {}
                }
                failures.push(error);
            }
        }
    });
    progress.finish();
    first_failure(failures)
}

fn first_failure(failures: Vec<ToolError>) -> Result<(), ToolError> {
    // Transfers that were stopped because another failed.
    let mut failures = failures
        .into_iter()
        .filter(|error| error.status() != ExitStatus::Interrupted);
    let Some(first) = failures.next() else {
        return Ok(());
    };
    let others: Vec<String> = failures.map(|error| error.to_string()).collect();
    Err(match others.len() {
        0 => first,
        1 => first.hint(format!("another file failed too: {}", others[0])),
        count => first.hint(format!(
            "{count} other files failed too, first {}",
            others[0]
        )),
    })
}

fn work(
    tasks: &[DownloadTask],
    server: &Server,
    folder: &RasterFolder,
    all: &TransferProgress,
    stop: &AtomicBool,
    next: &AtomicUsize,
    events: &mpsc::Sender<Event>,
) {
    // The receiver outlives the threads.
    let report = |event| {
        let _ = events.send(event);
    };
    while !stop.load(Ordering::Relaxed) {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(task) = tasks.get(index) else { return };
        let download = Download {
            server,
            folder,
            progress: &FileProgress { all, index },
            stop,
        };
        let result = download.run(
            task,
            |message| report(Event::Note(message.to_owned())),
            |name, pin| report(Event::Placed(name, Box::new(pin))),
        );
        all.ended(index);
        if let Err(error) = result {
            report(Event::Failed(error));
        }
    }
}
