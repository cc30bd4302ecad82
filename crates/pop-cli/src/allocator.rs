//! The heap of the static Linux programs.
//!
//! musl's allocator has one lock for all threads and gives memory back to the system at once; `zonal-sum` spends a
//! part of its time there. docs/releasing.md has the figures.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
