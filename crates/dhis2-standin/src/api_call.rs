//! A request below `/api/`, with its path and query taken apart.

use crate::fault::ImportFault;
use crate::http::Request;
use crate::query::QueryParameters;

/// A request below `/api/`, with its path taken apart.
pub(crate) struct ApiCall<'a> {
    pub(crate) request: &'a Request,
    pub(crate) query: QueryParameters,
    /// Path after `/api/`, without a version number and a suffix.
    pub(crate) steps: Vec<&'a str>,
    /// The path as it was sent, for links to other pages.
    pub(crate) path: &'a str,
    /// `json`, `csv` and so on.
    pub(crate) suffix: Option<&'a str>,
    /// The number of a versioned path.
    pub(crate) number: Option<u32>,
    /// The server's own URL.
    pub(crate) base: String,
    pub(crate) import_fault: Option<ImportFault>,
}
