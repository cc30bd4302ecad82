//! The threads of `--threads`.

use pop_cli::ToolError;
use rayon::ThreadPool;

/// A pool of `threads` threads, or of one for each core where none are given.
///
/// # Errors
/// Internal, where the threads cannot be started.
pub fn thread_pool(threads: Option<usize>) -> Result<ThreadPool, ToolError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()
        .map_err(|error| ToolError::internal(format!("cannot start threads: {error}")))
}
