//! One progress bar for several downloads.

use std::sync::{Mutex, PoisonError};

use pop_cli::Progress;

use super::DownloadTask;

/// Receives the progress of one file.
pub(crate) trait ProgressSink: Sync {
    /// The transfer starts at this byte of a file of this length.
    fn started(&self, offset: u64, length: Option<u64>);
    fn advanced(&self, bytes: u64);
}

/// How far all files are. Those whose length nobody has on_retry yet count as the mean of the others.
pub(super) struct TransferProgress {
    progress: Progress,
    files: Mutex<Vec<(Option<u64>, u64)>>,
}

impl TransferProgress {
    pub(super) fn new(tasks: &[DownloadTask], progress: Progress) -> Self {
        let files = tasks.iter().map(|task| (task.known_bytes(), 0)).collect();
        Self {
            progress,
            files: Mutex::new(files),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<(Option<u64>, u64)>)) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut files);
        // Lengths come from lock file and server: sums must not overflow.
        let sum = |lengths: &[u64]| lengths.iter().fold(0_u64, |sum, &n| sum.saturating_add(n));
        let known: Vec<u64> = files.iter().filter_map(|(length, _)| *length).collect();
        let received: Vec<u64> = files.iter().map(|(_, received)| *received).collect();
        let mean = sum(&known).checked_div(known.len() as u64).unwrap_or(0);
        let unknown = mean.saturating_mul((files.len() - known.len()) as u64);
        let (total, received) = (sum(&known).saturating_add(unknown), sum(&received));
        self.progress.set_total(total.max(received));
        self.progress.set_position(received);
    }

    /// A file is done, or failed: the rest of it is not expected.
    pub(super) fn ended(&self, at: usize) {
        self.change(|files| files[at].0 = Some(files[at].1));
    }
}

/// One of the files.
pub(super) struct FileProgress<'a> {
    pub(super) all: &'a TransferProgress,
    pub(super) index: usize,
}

impl ProgressSink for FileProgress<'_> {
    fn started(&self, offset: u64, length: Option<u64>) {
        self.all.change(|files| {
            let known = length.or(files[self.index].0);
            files[self.index] = (known, offset);
        });
    }

    fn advanced(&self, bytes: u64) {
        self.all.change(|files| files[self.index].1 += bytes);
    }
}
