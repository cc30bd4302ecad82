//! Transport for the tools that talk to a server.
//!
//! A [`Client`] talks to one server, the one of its [`BaseUrl`], and to no other:
//! credentials and cookies never leave that origin, redirects are not followed to
//! another place, and plain HTTP is for loopback unless the caller accepts the risk.
//!
//! Whatever fails becomes an [`HttpError`], which says whether the request can have
//! had an [`Effect`] on the server. A status of 400 and above is an answer, not an
//! error: [`Response::status`] tells, [`Response::success`] judges.
//!
//! Safe requests (`GET`) are tried again by [`Client::get`] and [`Client::get_json`]
//! as their [`RetryPolicy`] says. All others are sent exactly once.
//!
//! Proxies are taken from the environment, see [`proxy`](crate::ProxyError).

mod base_url;
mod body;
mod client;
mod cookies;
mod credentials;
mod error;
mod proxy;
mod query;
mod request;
mod response;
mod retry;
mod sent;
mod timeouts;
mod tls;

pub use base_url::{BaseUrl, BaseUrlError};
pub use body::{BodyLimits, BodyReader};
pub use client::{Client, ClientError, ClientOptions, PlainHttp};
pub use credentials::{Credentials, Secret};
pub use error::{Effect, HttpError, HttpErrorKind, Outcome};
pub use proxy::ProxyError;
pub use query::Query;
pub use request::{Method, Request};
pub use response::Response;
pub use retry::{Retry, RetryAdvice, RetryLog, RetryPolicy, sleep_unless};
pub use timeouts::Timeouts;
pub use tls::TlsError;

/// What the tools call themselves: `headcount/<version>`.
pub const USER_AGENT: &str = concat!("headcount/", env!("CARGO_PKG_VERSION"));
