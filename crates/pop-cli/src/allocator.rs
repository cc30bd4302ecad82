//! The heap of the static Linux programs.
//!
//! musl's own allocator has one lock for all threads.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
