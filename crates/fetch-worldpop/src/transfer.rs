//! Several downloads at a time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

use pop_cli::{Console, ExitStatus, Progress, ToolError};
use pop_worldpop::RasterName;

use crate::download::{Download, Meter};
use crate::folder::Folder;
use crate::lock::Pin;
use crate::server::Server;
use crate::task::Task;

/// What the main thread hears of the others.
enum Event {
    Note(String),
    Placed(RasterName, Box<Pin>),
    Failed(ToolError),
}

/// Downloads all tasks, `jobs` at a time; `placed` gets each file once it is in its place.
///
/// A file that cannot be had does not keep the others from coming, unless nothing can be had at
/// all: the server is out of reach, or the disk is full.
///
/// # Errors
/// The first failure, after everything that was on its way has ended.
pub(crate) fn all(
    tasks: &[Task],
    server: &Server,
    folder: &Folder,
    jobs: u8,
    console: &mut Console,
    mut placed: impl FnMut(RasterName, Pin, &mut Console) -> Result<(), ToolError>,
) -> Result<(), ToolError> {
    let label = match tasks {
        [task] => task.address.file().to_owned(),
        _ => format!("{} files", tasks.len()),
    };
    let progress = console.progress_bytes(&label, 0);
    let board = Board::new(tasks, progress.clone());
    let (stop, next) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut failures = Vec::new();
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..usize::from(jobs).min(tasks.len()) {
            let sender = sender.clone();
            let (board, stop, next) = (&board, &stop, &next);
            scope.spawn(move || work(tasks, server, folder, board, stop, next, &sender));
        }
        drop(sender);
        for event in receiver {
            let result = match event {
                Event::Note(text) => {
                    console.note(&text);
                    Ok(())
                }
                Event::Placed(name, pin) => placed(name, *pin, console),
                Event::Failed(error) => Err(error),
            };
            if let Err(error) = result {
                match error.status() {
                    // What is on its way may still arrive.
                    ExitStatus::Unreachable => next.store(tasks.len(), Ordering::Relaxed),
                    ExitStatus::Io => stop.store(true, Ordering::Relaxed),
                    _ => {}
                }
                failures.push(error);
            }
        }
    });
    progress.finish();
    first(failures)
}

fn first(failures: Vec<ToolError>) -> Result<(), ToolError> {
    // What was stopped for another's sake is no failure of its own.
    let mut failures = failures
        .into_iter()
        .filter(|error| error.status() != ExitStatus::Interrupted);
    let Some(first) = failures.next() else {
        return Ok(());
    };
    let others: Vec<String> = failures.map(|error| error.to_string()).collect();
    Err(match others.len() {
        0 => first,
        1 => first.hint(format!("and another file: {}", others[0])),
        count => first.hint(format!("and {count} other files, e.g. {}", others[0])),
    })
}

fn work(
    tasks: &[Task],
    server: &Server,
    folder: &Folder,
    board: &Board,
    stop: &AtomicBool,
    next: &AtomicUsize,
    events: &mpsc::Sender<Event>,
) {
    // The receiver lives as long as we do.
    let tell = |event| {
        let _ = events.send(event);
    };
    while !stop.load(Ordering::Relaxed) {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(task) = tasks.get(at) else { return };
        let download = Download {
            server,
            folder,
            meter: &Line { board, at },
            stop,
        };
        let result = download.run(
            task,
            |why| tell(Event::Note(why.to_owned())),
            |name, pin| tell(Event::Placed(name, Box::new(pin))),
        );
        board.ends(at);
        if let Err(error) = result {
            tell(Event::Failed(error));
        }
    }
}

/// How far all files are. Those whose length nobody has told yet count as the mean of the others.
struct Board {
    progress: Progress,
    files: Mutex<Vec<(Option<u64>, u64)>>,
}

impl Board {
    fn new(tasks: &[Task], progress: Progress) -> Self {
        let files = tasks.iter().map(|task| (task.known_bytes(), 0)).collect();
        Self {
            progress,
            files: Mutex::new(files),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<(Option<u64>, u64)>)) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut files);
        // A lock may say anything.
        let sum = |lengths: &[u64]| lengths.iter().fold(0_u64, |sum, &n| sum.saturating_add(n));
        let known: Vec<u64> = files.iter().filter_map(|(length, _)| *length).collect();
        let come: Vec<u64> = files.iter().map(|(_, come)| *come).collect();
        let mean = sum(&known).checked_div(known.len() as u64).unwrap_or(0);
        let unknown = mean.saturating_mul((files.len() - known.len()) as u64);
        let (total, come) = (sum(&known).saturating_add(unknown), sum(&come));
        self.progress.set_total(total.max(come));
        self.progress.set_position(come);
    }

    /// A file came to its end: what is not come of it is not wanted.
    fn ends(&self, at: usize) {
        self.change(|files| files[at].0 = Some(files[at].1));
    }
}

/// One file of the board.
struct Line<'a> {
    board: &'a Board,
    at: usize,
}

impl Meter for Line<'_> {
    fn begins(&self, length: Option<u64>) {
        self.board.change(|files| {
            let known = length.or(files[self.at].0);
            files[self.at] = (known, 0);
        });
    }

    fn comes(&self, bytes: u64) {
        self.board.change(|files| files[self.at].1 += bytes);
    }
}
