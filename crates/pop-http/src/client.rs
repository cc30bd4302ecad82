//! The client of one server.

use std::path::PathBuf;
use std::time::Duration;

use serde::de::DeserializeOwned;
use ureq::http::HeaderValue;
use ureq::{Agent, AsSendBody, SendBody};

use crate::base_url::{BaseUrl, Foreign};
use crate::body::BodyLimits;
use crate::cookies::Cookies;
use crate::credentials::{Credentials, Secret};
use crate::error::{Effect, HttpError, HttpErrorKind};
use crate::proxy::{self, ProxyError};
use crate::request::{Method, Request, check_path};
use crate::response::{Response, parse_json};
use crate::retry::{Retry, RetryAdvice, RetryLog, RetryPolicy, sleep_unless};
use crate::sent::{Sent, WatchedBody};
use crate::timeouts::Timeouts;
use crate::tls::{self, TlsError};

/// Redirects in a row that a `GET` follows within the base address.
const MOST_REDIRECTS: usize = 3;

/// How a client is set up.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// The server, the only place the client talks to.
    pub base_url: BaseUrl,
    /// Who we are to it.
    pub credentials: Credentials,
    /// A PEM file with certificate authorities that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Where HTTP without encryption is accepted.
    pub plain_http: PlainHttp,
    /// How we call ourselves.
    pub user_agent: String,
    /// Further headers of every request.
    pub headers: &'static [(&'static str, &'static str)],
    /// How long each phase may take.
    pub timeouts: Timeouts,
    /// What an answer may cost.
    pub limits: BodyLimits,
    /// How safe requests are tried again.
    pub retry: RetryPolicy,
    /// Receives a line about every retry.
    pub retry_log: RetryLog,
    /// Whether the user has asked to stop: ends the pause before a retry.
    pub interrupted: fn() -> bool,
    /// Looks up the environment variables that name a proxy.
    pub environment: fn(&str) -> Option<String>,
}

impl ClientOptions {
    /// The defaults for a server.
    #[must_use]
    pub fn new(base_url: BaseUrl, credentials: Credentials) -> Self {
        Self {
            base_url,
            credentials,
            ca_file: None,
            plain_http: PlainHttp::LoopbackOnly,
            user_agent: crate::USER_AGENT.to_owned(),
            headers: &[],
            timeouts: Timeouts::default(),
            limits: BodyLimits::default(),
            retry: RetryPolicy::default(),
            retry_log: RetryLog::default(),
            interrupted: || false,
            environment: |name| std::env::var(name).ok(),
        }
    }
}

/// Where HTTP without encryption is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainHttp {
    /// To this machine itself.
    LoopbackOnly,
    /// Anywhere: credentials and data can be read on the way.
    Anywhere,
}

/// Why a client cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is not encrypted and not on this machine.
    #[error("{0} is not encrypted: user, password and data could be read on the way")]
    PlainHttp(BaseUrl),
    /// See [`TlsError`].
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// See [`ProxyError`].
    #[error(transparent)]
    Proxy(#[from] ProxyError),
}

impl ClientError {
    /// What to do about it; `None` where the flag that accepts the risk is the tool's to name.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            // Each tool has a flag of its own for it.
            Self::PlainHttp(_) => None,
            Self::Tls(error) => Some(error.hint()),
            Self::Proxy(error) => Some(error.hint()),
        }
    }
}

/// The client of one server. Shared between threads by reference.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    options: ClientOptions,
    authorization: Option<Secret>,
    cookies: Cookies,
}

impl Client {
    /// Sets a client up; sends nothing.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn new(options: ClientOptions) -> Result<Self, ClientError> {
        let base = &options.base_url;
        if !base.is_encrypted()
            && !base.is_loopback()
            && options.plain_http == PlainHttp::LoopbackOnly
        {
            return Err(ClientError::PlainHttp(base.clone()));
        }
        let timeouts = options.timeouts;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // ureq would replay a POST as a GET and call it a success: redirects are ours.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(&options.user_agent)
            .proxy(proxy::choose(base, options.environment)?)
            .timeout_resolve(Some(timeouts.connect))
            .timeout_connect(Some(timeouts.connect))
            .timeout_per_write(Some(timeouts.answer))
            .timeout_recv_response(Some(timeouts.answer))
            .timeout_per_read(Some(timeouts.answer));
        if base.is_encrypted() {
            config = config
                .https_only(true)
                .tls_config(tls::config(options.ca_file.as_deref())?);
        }
        Ok(Self {
            agent: config.build().new_agent(),
            authorization: options.credentials.header(),
            cookies: Cookies::default(),
            options,
        })
    }

    /// The server's address.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.options.base_url
    }

    /// Sends a request once. An answer of any status is an answer.
    ///
    /// A `GET` follows redirects within the base address; no other request follows any.
    ///
    /// # Errors
    /// Whatever kept an answer from coming, with its [`Effect`].
    pub fn send(&self, request: &Request<'_>) -> Result<Response, HttpError> {
        let mut path = request.path.to_owned();
        for _ in 0..=MOST_REDIRECTS {
            let response = self.exchange(request, &path)?;
            if !matches!(response.status(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            path = self.follow(request, &path, response)?;
        }
        let sent = self.sent(request, &path);
        Err(sent.error(HttpErrorKind::Protocol("redirects in a circle".into())))
    }

    /// Gets an answer, trying again while the server is out of reach or too busy.
    ///
    /// # Errors
    /// Those of the last try. A status of 400 and above is an answer.
    pub fn get(&self, path: impl AsRef<str>) -> Result<Response, HttpError> {
        let request = Request::new(Method::Get, path.as_ref());
        self.with_retries(
            || self.send(&request),
            |result| match result {
                Ok(response) if response.status() < 400 => None,
                Ok(response) => Some((
                    format!(
                        "{}: the server answers {}",
                        response.request(),
                        response.status()
                    ),
                    response.retry_advice(),
                )),
                Err(error) => Some((error.to_string(), error.retry_advice())),
            },
        )
    }

    /// Gets an answer with a status of 2xx and reads its body with `read`, trying again also
    /// where that fails in a way that `advice` says may pass.
    ///
    /// # Errors
    /// Those of the last try.
    pub fn get_and_read<T, E: std::fmt::Display + From<HttpError>>(
        &self,
        path: impl AsRef<str>,
        mut read: impl FnMut(Response) -> Result<T, E>,
        advice: impl Fn(&E) -> RetryAdvice,
    ) -> Result<T, E> {
        let request = Request::new(Method::Get, path.as_ref());
        self.with_retries(
            || read(self.send(&request)?.success()?),
            |result| {
                result
                    .as_ref()
                    .err()
                    .map(|error| (error.to_string(), advice(error)))
            },
        )
    }

    /// Gets the bytes of a JSON answer with a status of 2xx, trying again also where the
    /// answer's body is cut short.
    ///
    /// # Errors
    /// Those of the last try; a status other than 2xx; an answer that is not JSON.
    pub fn get_json_bytes(&self, path: impl AsRef<str>) -> Result<Vec<u8>, HttpError> {
        self.get_and_read(path, Response::json_bytes, HttpError::retry_advice)
    }

    /// Gets a JSON answer as a value, trying again as [`Self::get_json_bytes`].
    ///
    /// # Errors
    /// As [`Self::get_json_bytes`]; JSON that does not parse into `T`.
    pub fn get_json<T: DeserializeOwned>(&self, path: impl AsRef<str>) -> Result<T, HttpError> {
        let path = path.as_ref();
        let bytes = self.get_json_bytes(path)?;
        parse_json(&bytes).map_err(|error| {
            self.sent(&Request::new(Method::Get, path), path)
                .error(HttpErrorKind::BadJson(error))
        })
    }

    /// Posts a body, once.
    ///
    /// # Errors
    /// Whatever kept an answer from coming, with its [`Effect`].
    pub fn post(
        &self,
        path: impl AsRef<str>,
        content_type: &str,
        body: &[u8],
    ) -> Result<Response, HttpError> {
        self.send(&Request::new(Method::Post, path.as_ref()).body(content_type, body))
    }

    /// Runs an exchange without effect until it succeeds, or no retry is left. `failure` gives
    /// what is wrong with a result, and its advice; `None` for a success.
    fn with_retries<T, E>(
        &self,
        mut exchange: impl FnMut() -> Result<T, E>,
        failure: impl Fn(&Result<T, E>) -> Option<(String, RetryAdvice)>,
    ) -> Result<T, E> {
        let mut retry = Retry::new(&self.options.retry);
        loop {
            let result = exchange();
            let Some((message, advice)) = failure(&result) else {
                return result;
            };
            let Some(pause) = retry.next_pause(advice) else {
                return result;
            };
            self.options.retry_log.write(message, pause);
            if !sleep_unless(pause, self.options.interrupted) {
                return result;
            }
        }
    }

    fn sent(&self, request: &Request<'_>, path: &str) -> Sent {
        Sent::new(request, path, self.options.timeouts)
    }

    fn exchange(&self, request: &Request<'_>, path: &str) -> Result<Response, HttpError> {
        let mut sent = self.sent(request, path);
        check_path(request.method, path).map_err(|kind| sent.error_without_effect(kind))?;
        let mut body = WatchedBody::new(request.content.map_or(&[], |(_, body)| body));
        let result = self.run(request, path, &mut body);
        // What of the body was taken from us may have arrived. A request without a body is
        // known to be harmless only where no connection came about.
        if request.content.is_some() && !body.touched {
            sent.effect = Effect::None;
        }
        let response = result.map_err(|error| sent.failed(error))?;
        for cookie in response.headers().get_all("set-cookie") {
            if let Ok(cookie) = cookie.to_str() {
                self.cookies.store(cookie);
            }
        }
        Ok(Response::new(response, self.options.limits.clone(), sent))
    }

    fn run(
        &self,
        request: &Request<'_>,
        path: &str,
        body: &mut WatchedBody<'_>,
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let mut head = ureq::http::Request::builder()
            .method(request.method.name())
            .uri(self.options.base_url.join(path))
            .header("accept", request.accept);
        for (name, value) in self.options.headers {
            head = head.header(*name, *value);
        }
        if request.as_stored {
            head = head.header("accept-encoding", "identity");
        }
        if let Some(range) = &request.range {
            head = head.header("range", format!("bytes={}-", range.offset));
            if let Some(validator) = range.if_range {
                head = head.header("if-range", validator);
            }
        }
        if let Some(secret) = &self.authorization {
            head = head.header("authorization", sensitive(secret)?);
        }
        if let Some(secret) = self.cookies.header() {
            head = head.header("cookie", sensitive(&secret)?);
        }
        let answer = request
            .answer_within
            .unwrap_or(self.options.timeouts.answer);
        match request.content {
            Some((content_type, bytes)) => {
                head = head
                    .header("content-type", content_type)
                    .header("content-length", bytes.len());
                self.dispatch(head.body(SendBody::from_reader(body))?, answer)
            }
            None => self.dispatch(head.body(SendBody::none())?, answer),
        }
    }

    fn dispatch(
        &self,
        request: ureq::http::Request<impl AsSendBody>,
        answer: Duration,
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let configured = self
            .agent
            .configure_request(request)
            .timeout_recv_response(Some(answer))
            .timeout_per_read(Some(answer))
            .build();
        self.agent.run(configured)
    }

    /// The path a `GET` is sent on to, where that is within the base address.
    fn follow(
        &self,
        request: &Request<'_>,
        path: &str,
        response: Response,
    ) -> Result<String, HttpError> {
        let base = &self.options.base_url;
        let status = response.status();
        let location = response.header("location").unwrap_or_default().to_owned();
        let is_login = location.to_ascii_lowercase().contains("login");
        if matches!(request.method, Method::Get | Method::Head)
            && !is_login
            && let Some(path) = base.relative(&location)
        {
            return Ok(path);
        }
        let without_query = |text: &str| text.split(['?', '#']).next().unwrap_or("").to_owned();
        let shown = match base.on_this_host(&location) {
            _ if is_login => "a login page".to_owned(),
            Ok(path) => format!("{}{}", base.origin(), without_query(&path)),
            Err(Foreign::Origin(_)) => without_query(&location),
            Err(Foreign::Malformed) => "not a valid address".to_owned(),
        };
        let elsewhere = shown
            .strip_suffix(&without_query(path))
            .filter(|_| shown.contains("://"))
            .map(ToOwned::to_owned);
        let mut sent = self.sent(request, path);
        if status != 303 {
            // All but "see other" mean that nothing was done here (RFC 9110, section 15.4).
            sent.effect = Effect::None;
        }
        Err(sent.error(HttpErrorKind::Redirect {
            status,
            location: shown,
            base: elsewhere,
        }))
    }
}

fn sensitive(secret: &Secret) -> Result<HeaderValue, ureq::Error> {
    let mut value =
        HeaderValue::from_bytes(secret.expose().as_bytes()).map_err(ureq::http::Error::from)?;
    value.set_sensitive(true);
    Ok(value)
}
