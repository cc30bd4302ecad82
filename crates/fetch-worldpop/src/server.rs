//! The two servers, and how often they are asked.

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

/// A server that is asked for something, again where that may help.
#[derive(Debug)]
pub(crate) struct Server {
    client: Client,
    retry: RetryPolicy,
}

/// Why a try came to nothing.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The server, or the way to it.
    Http(HttpError),
    /// What came is broken: once more, it may have been the way.
    Broken(ToolError),
    /// Nothing that another try could change.
    Final(ToolError),
}

impl Server {
    /// A server at an address that a flag gives.
    ///
    /// # Errors
    /// Usage: no address. I/O: the certificates cannot be read.
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
            // Tries are counted here: what a body turns out to be counts as well.
            retry: RetryPolicy::never(),
            ..ClientOptions::new(base, Credentials::Anonymous)
        };
        Ok(Self {
            client: Client::new(options)
                .map_err(|error| of_client(&error, args.ca_file.as_deref()))?,
            retry,
        })
    }

    /// Where it is.
    pub(crate) fn base(&self) -> &BaseUrl {
        self.client.base_url()
    }

    /// Asks once; only 200 is an answer.
    pub(crate) fn ask(
        &self,
        method: Method,
        path: &str,
        accept: &str,
    ) -> Result<Response, Trouble> {
        let request = Request::new(method, path).accept(accept).as_stored();
        let response = self.client.send(&request).map_err(Trouble::Http)?;
        if response.status() != 200 {
            return Err(Trouble::Http(response.into_error()));
        }
        Ok(response)
    }

    /// Tries until it works, fails for good, or patience ends. `told` hears of each try to come.
    pub(crate) fn persist<T>(
        &self,
        path: &str,
        mut once: impl FnMut() -> Result<T, Trouble>,
        told: impl Fn(&str),
        stop: &AtomicBool,
    ) -> Result<T, ToolError> {
        let mut retry = Retry::of_key(&self.retry, path);
        loop {
            let (error, advice) = match once() {
                Ok(done) => return Ok(done),
                Err(Trouble::Final(error)) => (error, RetryAdvice::Never),
                Err(Trouble::Broken(error)) => (error, RetryAdvice::OnceMore),
                Err(Trouble::Http(error)) => (self.failure(&error), error.retry_advice()),
            };
            let Some(pause) = retry.next_pause(advice) else {
                return Err(error);
            };
            told(&format!("{error}; again in {:.1} s", pause.as_secs_f64()));
            sleep_unless(pause, || stop.load(Ordering::Relaxed));
        }
    }

    fn failure(&self, error: &HttpError) -> ToolError {
        let status = match error.outcome() {
            Outcome::Unreachable => ExitStatus::Unreachable,
            Outcome::Refused => ExitStatus::Refused,
            Outcome::BadAnswer => ExitStatus::Data,
        };
        let failure = ToolError::new(status, error).in_file(self.base());
        match error.remedy() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// What comes is a page for people, not what was asked for.
pub(crate) fn page(server: &BaseUrl, request: &str) -> Trouble {
    Trouble::Final(
        ToolError::refused(format!("{request}: found an HTML page instead"))
            .in_file(server)
            .hint("is the server's address right, or does something on the way ask for a login?"),
    )
}

/// The address that a flag gives.
pub(crate) fn base_url(flag: &str, url: &str) -> Result<BaseUrl, ToolError> {
    BaseUrl::parse(url).map_err(|error| ToolError::usage(format!("{flag}: {error}")))
}

fn of_client(error: &ClientError, ca_file: Option<&Path>) -> ToolError {
    match (error, ca_file) {
        (ClientError::PlainHttp(base), _) => ToolError::usage(format!(
            "{base} is not encrypted: anybody on the way could change what comes"
        ))
        .hint("use https://, or accept the risk with --plain-http"),
        (ClientError::Tls(_), Some(_)) => ToolError::io(error),
        _ => ToolError::usage(error),
    }
}
