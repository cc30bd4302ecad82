//! The flags that say which server, and as whom.

use std::path::{Path, PathBuf};
use std::time::Duration;

use pop_dhis2::{CredentialsError, client_options, parse_credentials};
use pop_http::{
    BaseUrl, BaseUrlError, ClientError, ClientOptions, Credentials, PlainHttp, Timeouts, TlsError,
};

use crate::terminal;

/// The last path segment of a server's API, which people copy along with its address.
const API: &str = "api";

/// Flags shared by all tools that talk to a server.
#[derive(Debug, Clone, clap::Args)]
pub struct ServerArgs {
    /// The server's address.
    #[arg(long, value_name = "URL", env = "DHIS2_URL", hide_env_values = true)]
    #[arg(help_heading = "Server")]
    #[arg(help = "The server's address, e.g. https://dhis2.example.org/dhis")]
    pub url: Option<String>,

    /// File with user:password, or a token; without it the tool asks on the terminal
    #[arg(
        long,
        value_name = "FILE",
        env = "DHIS2_CREDENTIALS_FILE",
        hide_env_values = true
    )]
    #[arg(help_heading = "Server")]
    pub credentials_file: Option<PathBuf>,

    /// PEM file with certificate authorities to trust in addition to the system's
    #[arg(long, value_name = "FILE", help_heading = "Server")]
    pub ca_file: Option<PathBuf>,

    /// Allow http:// to other machines too: anybody on the way can read password and data
    #[arg(long, help_heading = "Server")]
    pub send_password_unencrypted: bool,

    /// Seconds to wait for an answer to begin, and between two pieces of it
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 120,
        help_heading = "Server"
    )]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub timeout: u32,
}

/// Why the flags name no server to talk to.
#[derive(Debug, thiserror::Error)]
pub enum ServerArgsError {
    /// Neither flag nor environment.
    #[error("no server named: give --url, or set DHIS2_URL")]
    NoUrl,
    /// The address cannot be used.
    #[error("--url: {0}")]
    Url(#[from] BaseUrlError),
    /// Neither a file nor a terminal to ask on.
    #[error(
        "no credentials: give --credentials-file, or set DHIS2_CREDENTIALS_FILE (there is no terminal to ask on)"
    )]
    NoCredentials,
    /// The file cannot be read.
    #[error("{}: {}", path.display(), pop_cli::unreadable(source))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("{}: {source}", path.display())]
    BadFile {
        /// The file.
        path: PathBuf,
        /// What it holds instead.
        source: CredentialsError,
    },
    /// What was typed is not credentials.
    #[error("what was typed {0}")]
    BadInput(CredentialsError),
    /// The client cannot be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl ServerArgsError {
    /// Whether a local file failed to be read, rather than the command line being wrong.
    #[must_use]
    pub fn is_io(&self) -> bool {
        matches!(
            self,
            Self::Unreadable { .. } | Self::Client(ClientError::Tls(TlsError::Unreadable { .. }))
        )
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoUrl => {
                "the address is the part before /dhis-web-… or /apps in the browser: --url https://dhis2.example.org/dhis"
            }
            Self::Url(error) => error.hint(),
            Self::NoCredentials => {
                "write user:password, or a personal access token, into a file that only you can read (chmod 600)"
            }
            Self::Unreadable { .. } => {
                "name a file that this user may read with --credentials-file"
            }
            Self::BadFile { source, .. } | Self::BadInput(source) => source.hint(),
            Self::Client(error) => error
                .hint()
                .unwrap_or("use https://, or accept the risk with --send-password-unencrypted"),
        }
    }
}

impl ServerArgs {
    /// The server's address, with or without its `/api` at the end.
    ///
    /// # Errors
    /// When none is given, or it is not an address.
    pub fn base_url(&self) -> Result<BaseUrl, ServerArgsError> {
        let url = self.url.as_deref().filter(|url| !url.trim().is_empty());
        let url = url.ok_or(ServerArgsError::NoUrl)?;
        Ok(BaseUrl::parse(url)?.without_last(API))
    }

    /// The options of a client of the server. Asks for credentials on the terminal if no file is
    /// named: call it after stdin was read to its end.
    ///
    /// # Errors
    /// See [`ServerArgsError`].
    pub fn options(&self) -> Result<ClientOptions, ServerArgsError> {
        let base_url = self.base_url()?;
        let plain_http = if self.send_password_unencrypted {
            PlainHttp::Anywhere
        } else {
            PlainHttp::LoopbackOnly
        };
        // Before anybody is asked for a password that could not be sent.
        if !base_url.is_encrypted()
            && !base_url.is_loopback()
            && plain_http == PlainHttp::LoopbackOnly
        {
            return Err(ClientError::PlainHttp(base_url).into());
        }
        let credentials = self.credentials(&base_url)?;
        Ok(ClientOptions {
            ca_file: self.ca_file.clone(),
            plain_http,
            timeouts: Timeouts {
                answer: Duration::from_secs(u64::from(self.timeout)),
                ..Timeouts::default()
            },
            ..client_options(base_url, credentials)
        })
    }

    /// The credentials file, if others than its owner may read it.
    pub(crate) fn exposed_credentials(&self) -> Option<&Path> {
        let path = self.credentials_file.as_deref()?;
        is_readable_by_others(path).then_some(path)
    }

    fn credentials(&self, server: &BaseUrl) -> Result<Credentials, ServerArgsError> {
        let Some(path) = &self.credentials_file else {
            return terminal::ask(server)
                .map_err(ServerArgsError::BadInput)?
                .ok_or(ServerArgsError::NoCredentials);
        };
        let bytes = std::fs::read(path).map_err(|source| ServerArgsError::Unreadable {
            path: path.clone(),
            source,
        })?;
        std::str::from_utf8(&bytes)
            .map_err(|_| CredentialsError::Encoding)
            .and_then(parse_credentials)
            .map_err(|source| ServerArgsError::BadFile {
                path: path.clone(),
                source,
            })
    }
}

#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let group_and_others = 0o044;
    std::fs::metadata(path).is_ok_and(|metadata| {
        metadata.is_file() && metadata.permissions().mode() & group_and_others != 0
    })
}

/// Access lists are not looked at.
#[cfg(not(unix))]
fn is_readable_by_others(_: &Path) -> bool {
    false
}
