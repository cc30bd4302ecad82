//! A small HTTP/1.1 server on loopback: requests in, responses out, and no word of DHIS2.

mod connection;
mod request;
mod response;
mod server;

pub(crate) use request::Request;
pub(crate) use response::{Delivery, Response, reason};
pub(crate) use server::{Handler, Server};

/// A path with its percent signs decoded.
pub(crate) fn decode_path(path: &str) -> String {
    request::decode(path, request::Plus::Itself)
}
