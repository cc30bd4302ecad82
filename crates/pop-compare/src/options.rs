//! How two sides are compared.

use crate::Thresholds;

/// Whether growth between figures of different sources is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherSource {
    /// It is not.
    NotJudged,
    /// It is, as that of one source.
    Judged,
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComparisonOptions {
    /// From where on a change is flagged.
    pub thresholds: Thresholds,
    /// What is done with years of different sources.
    pub other_source: OtherSource,
}
