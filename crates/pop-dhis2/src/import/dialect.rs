//! The two ways in which DHIS2 imports data values.

/// An import dialect, told by version and confirmed by how a server counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Up to 2.42 (`DefaultDataValueSetService`): each value passes or fails on its own.
    A,
    /// From 2.43 on (`DataEntryPipeline`): a request passes or fails as a group.
    B,
}
