//! The threads of `--threads`.

use pop_cli::ToolError;

/// Does the work on a pool of `threads` threads, or of one for each core where none are given.
///
/// # Errors
/// Internal, where the threads cannot be started.
pub fn in_pool<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, ToolError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()
        .map_err(|error| ToolError::internal(format!("cannot start threads: {error}")))?;
    Ok(pool.install(work))
}
