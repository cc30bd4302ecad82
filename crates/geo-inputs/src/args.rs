//! Arguments that several tools take.

use pop_cli::{ExitStatus, ToolError};
use rayon::ThreadPool;

/// How many threads work.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct ThreadArgs {
    /// Threads; all cores if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

impl ThreadArgs {
    /// A pool of that many threads, or of one for each core where no number is given.
    ///
    /// # Errors
    /// I/O, where the system does not start the threads.
    pub fn pool(self) -> Result<ThreadPool, ToolError> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads.map_or(0, usize::from))
            .build()
            .map_err(|error| {
                ToolError::new(ExitStatus::Io, format!("cannot start threads: {error}"))
                    .hint("use fewer: --threads 1")
            })
    }
}

/// A value parser of days, `YYYY-MM-DD`.
///
/// # Errors
/// The form that is expected.
pub fn date(text: &str) -> Result<String, String> {
    if pop_geo::is_date(text) {
        Ok(text.to_owned())
    } else {
        Err("expected a date, YYYY-MM-DD".to_owned())
    }
}
