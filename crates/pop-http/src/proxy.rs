//! The proxy that the environment asks for.
//!
//! As `curl` does: `https_proxy` or `http_proxy` by the scheme of the server's address,
//! else `all_proxy`; lower case before upper case. `no_proxy` lists hosts that are
//! reached directly: a name with all below it, an address, or `*`. Loopback is always
//! reached directly: what is said to this machine without encryption must not leave it.

use crate::BaseUrl;

/// Why the environment's proxy cannot be used. Never shows the value: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the proxy in ${variable} cannot be used: {reason}")]
pub struct ProxyError {
    /// The environment variable that names it.
    pub variable: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl ProxyError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "set it to http://host:port, or name the server in no_proxy to reach it directly"
    }
}

/// The proxy for a server, by the variables that `lookup` knows.
pub(crate) fn choose(
    base: &BaseUrl,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<Option<ureq::Proxy>, ProxyError> {
    if base.is_loopback() {
        return Ok(None);
    }
    let either = |name: &str| {
        [name.to_owned(), name.to_ascii_uppercase()]
            .into_iter()
            .find_map(|name| {
                let value = lookup(&name)?.trim().to_owned();
                (!value.is_empty()).then_some((name, value))
            })
    };
    if either("no_proxy").is_some_and(|(_, list)| lists(&list, base.host())) {
        return Ok(None);
    }
    let own = if base.is_encrypted() {
        "https_proxy"
    } else {
        "http_proxy"
    };
    let Some((variable, value)) = either(own).or_else(|| either("all_proxy")) else {
        return Ok(None);
    };
    let refuse = |reason| ProxyError {
        variable: variable.clone(),
        reason,
    };
    if value.starts_with("socks") {
        return Err(refuse("SOCKS is not supported, only http:// and https://"));
    }
    ureq::Proxy::new(&value)
        .map(Some)
        .map_err(|_| refuse("not an address of the form http://host:port"))
}

/// Whether a `no_proxy` list names this host or a domain it is in.
fn lists(list: &str, host: &str) -> bool {
    list.split([',', ' ']).map(str::trim).any(|entry| {
        let entry = entry.trim_start_matches("*.").trim_start_matches('.');
        let entry = entry.to_ascii_lowercase();
        entry == "*"
            || (!entry.is_empty()
                && host
                    .strip_suffix(entry.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(url: &str, environment: &[(&str, &str)]) -> Result<Option<String>, ProxyError> {
        let base = BaseUrl::parse(url).unwrap();
        let lookup = |name: &str| {
            environment
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        choose(&base, lookup).map(|proxy| proxy.map(|proxy| proxy.host().to_owned()))
    }

    #[test]
    fn the_scheme_decides_then_all_proxy() {
        let environment = [
            ("HTTPS_PROXY", "http://secure:3128"),
            ("http_proxy", "plain:3128"),
            ("ALL_PROXY", "http://all:1"),
        ];
        assert_eq!(
            chosen("https://a.example", &environment),
            Ok(Some("secure".into()))
        );
        assert_eq!(
            chosen("http://a.example", &environment),
            Ok(Some("plain".into()))
        );
        assert_eq!(
            chosen("https://a.example", &environment[1..]),
            Ok(Some("all".into()))
        );
        assert_eq!(chosen("https://a.example", &[]), Ok(None));
    }

    #[test]
    fn loopback_and_listed_hosts_are_reached_directly() {
        let proxied = |url, list| {
            chosen(url, &[("all_proxy", "http://p:1"), ("no_proxy", list)])
                .unwrap()
                .is_some()
        };
        assert!(!proxied("http://127.0.0.1:8080", ""));
        assert!(!proxied("http://localhost", ""));
        assert!(!proxied("https://a.example.org", "x, .Example.org"));
        assert!(!proxied("https://example.org", "*.example.org"));
        assert!(!proxied("https://a.b", "*"));
        assert!(proxied("https://badexample.org", "example.org"));
        assert!(proxied("https://a.b", ""));
    }

    #[test]
    fn a_bad_proxy_is_an_error_that_shows_no_password() {
        for value in ["socks5://u:marker@p:1", "http://u:mar ker@p:1"] {
            let error = chosen("https://a.b", &[("https_proxy", value)]).unwrap_err();
            assert!(!error.to_string().contains("mar"), "{error}");
        }
    }
}
