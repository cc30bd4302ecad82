//! A small HTTP/1.1 server on loopback: requests in, responses out, and no word of DHIS2.

mod connection;
mod request;
mod response;
mod server;

pub(crate) use request::Request;
pub(crate) use response::{Delivery, Response, reason};
pub(crate) use server::Server;

/// Something that answers requests.
pub(crate) trait Handler: Send + Sync {
    /// The answer to a request.
    fn answer(&self, request: &Request) -> Response;
    /// The answer to a request line that is too long to be read.
    fn line_too_long(&self) -> Response;
}

/// A path with its percent signs decoded.
pub(crate) fn decode_path(path: &str) -> String {
    request::decode(path, request::Plus::Itself)
}
