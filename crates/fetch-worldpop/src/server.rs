//! Requests to catalogue and data server, with retries.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pop_cli::{ExitStatus, ToolError};
use pop_http::{
    BaseUrl, BodyLimits, Client, ClientError, ClientOptions, Credentials, HttpError, Method,
    Outcome, PlainHttp, Request, Response, Retry, RetryAdvice, RetryPolicy, Timeouts, sleep_unless,
};

use crate::args::NetworkArgs;

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A client of one server.
#[derive(Debug)]
pub(crate) struct Server {
    client: Client,
    retry: RetryPolicy,
}

/// Why a try failed.
#[derive(Debug)]
pub(crate) enum AttemptError {
    /// The server or the connection.
    Http(HttpError),
    /// The content is damaged: retried once, the transfer may have damaged it.
    Damaged(ToolError),
    /// The connection failed after new bytes were kept: retried without counting the tries so far.
    Resumable(HttpError),
    /// Another try cannot help.
    Permanent(ToolError),
}

impl Server {
    /// For the address given with a flag.
    ///
    /// # Errors
    /// Usage: not an address. I/O: the certificates cannot be read.
    pub(crate) fn new(
        flag: &str,
        url: &str,
        args: &NetworkArgs,
        most_bytes: u64,
    ) -> Result<Self, ToolError> {
        let base = base_url(flag, url)?;
        let retry = RetryPolicy {
            tries: args.tries,
            tries_of_500: 2,
            first_pause: args.pause,
            longest_pause: LONGEST_PAUSE,
        };
        let options = ClientOptions {
            ca_file: args.ca_file.clone(),
            plain_http: if args.plain_http {
                PlainHttp::Anywhere
            } else {
                PlainHttp::LoopbackOnly
            },
            timeouts: Timeouts {
                answer: Duration::from_secs(u64::from(args.timeout)),
                ..Timeouts::default()
            },
            limits: BodyLimits {
                bytes: most_bytes,
                ..BodyLimits::default()
            },
            // Retries are counted in with_retries: a damaged body counts as well.
            retry: RetryPolicy::never(),
            ..ClientOptions::new(base, Credentials::Anonymous)
        };
        Ok(Self {
            client: Client::new(options)
                .map_err(|error| of_client(&error, args.ca_file.as_deref()))?,
            retry,
        })
    }

    pub(crate) fn base(&self) -> &BaseUrl {
        self.client.base_url()
    }

    /// Sends a request once; any status but 200 is an error.
    pub(crate) fn send(
        &self,
        method: Method,
        path: &str,
        accept: &str,
    ) -> Result<Response, AttemptError> {
        let request = Request::new(method, path).accept(accept).as_stored();
        let response = self.client.send(&request).map_err(AttemptError::Http)?;
        if response.status() != 200 {
            return Err(AttemptError::Http(response.into_error()));
        }
        Ok(response)
    }

    /// Requests the bytes of a file from `offset` on, once; 206 is a part, 200 all of it, and 416
    /// says that there are none.
    pub(crate) fn send_range(
        &self,
        path: &str,
        offset: u64,
        if_range: Option<&str>,
    ) -> Result<Response, AttemptError> {
        let request = Request::new(Method::Get, path)
            .accept("*/*")
            .as_stored()
            .range_from(offset, if_range);
        let response = self.client.send(&request).map_err(AttemptError::Http)?;
        match response.status() {
            200 | 206 | 416 => Ok(response),
            _ => Err(AttemptError::Http(response.into_error())),
        }
    }

    /// Repeats `attempt` while its error is worth a retry; `on_retry` gets a message before each.
    pub(crate) fn with_retries<T>(
        &self,
        path: &str,
        mut attempt: impl FnMut() -> Result<T, AttemptError>,
        on_retry: impl Fn(&str),
        stop: &AtomicBool,
    ) -> Result<T, ToolError> {
        let mut retry = Retry::of_key(&self.retry, path);
        loop {
            let (error, advice) = match attempt() {
                Ok(done) => return Ok(done),
                Err(AttemptError::Permanent(error)) => (error, RetryAdvice::Never),
                Err(AttemptError::Damaged(error)) => (error, RetryAdvice::OnceMore),
                Err(AttemptError::Http(error)) => (self.failure(&error), error.retry_advice()),
                Err(AttemptError::Resumable(error)) => {
                    retry = Retry::of_key(&self.retry, path);
                    (self.failure(&error), RetryAdvice::Again(None))
                }
            };
            let Some(pause) = retry.next_pause(advice) else {
                return Err(error);
            };
            on_retry(&format!("{error}; retry in {:.1} s", pause.as_secs_f64()));
            sleep_unless(pause, || stop.load(Ordering::Relaxed));
        }
    }

    /// The status is that of `dhis2_session::ServerRole::Source`; this tool knows no DHIS2.
    fn failure(&self, error: &HttpError) -> ToolError {
        let status = match error.outcome() {
            Outcome::Unreachable => ExitStatus::Unreachable,
            Outcome::Refused => ExitStatus::Refused,
            Outcome::BadAnswer => ExitStatus::Data,
        };
        ToolError::new(status, error)
            .in_file(self.base())
            .hint_if_any(error.hint())
    }
}

/// The error for an HTML page in place of data.
pub(crate) fn html_instead(server: &BaseUrl, request: &str) -> AttemptError {
    AttemptError::Permanent(
        ToolError::refused(format!("{request}: the response is an HTML page"))
            .in_file(server)
            .hint("check the server's address, and whether a proxy or network login answers in its place"),
    )
}

/// The address given with a flag.
pub(crate) fn base_url(flag: &str, url: &str) -> Result<BaseUrl, ToolError> {
    BaseUrl::parse(url).map_err(|error| {
        ToolError::usage(format!("{flag}: {error}"))
            .hint("give an address such as https://host/path")
    })
}

fn of_client(error: &ClientError, ca_file: Option<&Path>) -> ToolError {
    match (error, ca_file) {
        (ClientError::PlainHttp(base), _) => ToolError::usage(format!(
            "{base} is not encrypted: the files could be changed in transit"
        ))
        .hint("use https://, or accept the risk with --plain-http"),
        (ClientError::Tls(problem), Some(_)) => ToolError::io(error).hint(problem.hint()),
        (ClientError::Tls(problem), None) => ToolError::usage(error).hint(problem.hint()),
        (ClientError::Proxy(problem), _) => ToolError::usage(error).hint(problem.hint()),
    }
}
