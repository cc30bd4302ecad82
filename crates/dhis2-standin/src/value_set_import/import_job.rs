//! A request to import.

use crate::users::Caller;

use super::import_options::ImportOptions;

/// The format of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFormat {
    Json,
    Csv,
}

/// A request to import, checked as far as it is before its body is read.
#[derive(Debug, Clone)]
pub(crate) struct ImportJob {
    pub(crate) form: BodyFormat,
    pub(crate) options: ImportOptions,
    pub(crate) body: Vec<u8>,
    pub(crate) caller: Caller,
}
