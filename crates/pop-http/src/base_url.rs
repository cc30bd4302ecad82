//! The address of the one server a client talks to.

use std::fmt;
use std::net::IpAddr;

use ureq::http::Uri;

/// An `http` or `https` address, with an optional path below which everything lies.
///
/// Kept without a trailing slash: `https://host/dhis`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    scheme: Scheme,
    host: String,
    port: Option<u16>,
    /// Empty, or `/…` without a trailing slash.
    path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// No scheme, or another than http and https.
    #[error("the address does not begin with https:// (or http://)")]
    Scheme,
    /// Not an address at all.
    #[error("not an address: {0}")]
    Malformed(String),
    /// A user name or password inside the address would end up in logs and receipts.
    #[error("the address holds a user name or password")]
    Credentials,
    /// A query or fragment after the path.
    #[error("the address has a query or fragment (`?` or `#`) after its path")]
    Query,
}

impl BaseUrlError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Scheme | Self::Malformed(_) => {
                "give the address as the browser shows it: https://dhis2.example.org/dhis"
            }
            Self::Credentials => {
                "put user:password into a file, and name it with --credentials-file"
            }
            Self::Query => "give the address up to where the server's own pages begin",
        }
    }
}

/// Why a link made by the server is not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// It leads to another scheme, host or port.
    Origin(String),
    /// It is not an address.
    Malformed,
}

impl BaseUrl {
    /// Parses an address as people write it: with or without trailing slashes.
    ///
    /// # Errors
    /// See [`BaseUrlError`]; none of them repeats a secret.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim();
        if text.contains(['?', '#']) {
            return Err(BaseUrlError::Query);
        }
        let (scheme, rest) = split_scheme(text).ok_or(BaseUrlError::Scheme)?;
        if rest.split('/').next().unwrap_or_default().contains('@') {
            return Err(BaseUrlError::Credentials);
        }
        let uri: Uri = text.parse().map_err(|error: ureq::http::uri::InvalidUri| {
            BaseUrlError::Malformed(error.to_string())
        })?;
        let host = uri
            .host()
            .filter(|host| !host.is_empty())
            .ok_or_else(|| BaseUrlError::Malformed("no host".into()))?;
        Ok(Self {
            scheme,
            host: host.to_ascii_lowercase(),
            port: uri.port_u16().filter(|port| *port != scheme.port()),
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// The same address without a last path segment, where it is `segment`.
    #[must_use]
    pub fn without_last(mut self, segment: &str) -> Self {
        if let Some(shorter) = self.path.strip_suffix(segment)
            && let Some(shorter) = shorter.strip_suffix('/')
        {
            self.path = shorter.to_owned();
        }
        self
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// Whether the server is this machine itself.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// The host, without port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path below which the server lives: empty, or `/dhis`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Scheme, host and port: where secrets may go.
    #[must_use]
    pub fn origin(&self) -> String {
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        format!("{}://{}{port}", self.scheme.name(), self.host)
    }

    /// The path and query below this base of a link that the server made.
    ///
    /// A link may be absolute, or begin at the root of the host. `None` where it leads
    /// to another origin or out of the base path.
    #[must_use]
    pub fn relative(&self, link: &str) -> Option<String> {
        let on_host = self.on_this_host(link).ok()?;
        let below = on_host.strip_prefix(&self.path)?;
        below.starts_with('/').then(|| below.to_owned())
    }

    /// The path and query of `link` on this origin.
    pub(crate) fn on_this_host(&self, link: &str) -> Result<String, Foreign> {
        if link.starts_with('/') && !link.starts_with("//") {
            return Ok(link.to_owned());
        }
        let uri: Uri = link.parse().map_err(|_| Foreign::Malformed)?;
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return Err(Foreign::Malformed);
        };
        let port = uri.port_u16();
        let same = scheme.eq_ignore_ascii_case(self.scheme.name())
            && host.eq_ignore_ascii_case(&self.host)
            && port.filter(|port| *port != self.scheme.port()) == self.port
            && uri
                .authority()
                .is_some_and(|authority| !authority.as_str().contains('@'));
        if same {
            Ok(uri
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string))
        } else {
            let port = port.map_or(String::new(), |port| format!(":{port}"));
            Err(Foreign::Origin(format!("{scheme}://{host}{port}")))
        }
    }

    /// The whole address of `path` (which begins with `/`) below this base.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{self}{path}")
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.path)
    }
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    const fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

fn split_scheme(text: &str) -> Option<(Scheme, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Some((Scheme::Http, rest)),
        "https" => Some((Scheme::Https, rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> BaseUrl {
        BaseUrl::parse(text).unwrap()
    }

    #[test]
    fn trailing_slashes_default_ports_and_the_last_segment_go() {
        for text in [
            "https://Host.example/dhis/api/",
            "https://host.example:443/dhis/",
            "https://host.example/dhis",
        ] {
            assert_eq!(
                base(text).without_last("api").to_string(),
                "https://host.example/dhis"
            );
        }
        assert_eq!(
            base("http://localhost:8080")
                .without_last("api")
                .to_string(),
            "http://localhost:8080"
        );
        assert_eq!(base("https://x/myapi").without_last("api").path(), "/myapi");
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_a_password() {
        assert_eq!(BaseUrl::parse("host/dhis"), Err(BaseUrlError::Scheme));
        assert_eq!(BaseUrl::parse("ftp://host"), Err(BaseUrlError::Scheme));
        assert_eq!(
            BaseUrl::parse("https://u:p@host"),
            Err(BaseUrlError::Credentials)
        );
        assert_eq!(BaseUrl::parse("https://host/#/x"), Err(BaseUrlError::Query));
        assert!(BaseUrl::parse("https://").is_err());
        assert!(BaseUrl::parse("https://a b").is_err());
    }

    #[test]
    fn loopback_is_by_name_or_address() {
        assert!(base("http://localhost:8080/x").is_loopback());
        assert!(base("http://127.8.9.1").is_loopback());
        assert!(base("http://[::1]:8080").is_loopback());
        assert!(!base("http://localhost.example").is_loopback());
        assert!(!base("http://10.0.0.1").is_loopback());
    }

    #[test]
    fn only_links_to_the_same_origin_are_ours() {
        let base = base("https://host.example/dhis");
        assert_eq!(
            base.relative("https://host.example:443/dhis/api/x?page=2"),
            Some("/api/x?page=2".into())
        );
        assert_eq!(base.relative("/dhis/api/x"), Some("/api/x".into()));
        for foreign in [
            "http://host.example/dhis/api/x",
            "https://host.example:8443/dhis/api/x",
            "https://host.example.evil.example/dhis/api/x",
            "https://host.example@evil.example/dhis/api/x",
            "https://evil@host.example/dhis/api/x",
            "//evil.example/dhis/api",
            "@evil.example/",
            "/dhisx/api",
            "/other",
        ] {
            assert_eq!(base.relative(foreign), None, "{foreign}");
        }
    }
}
