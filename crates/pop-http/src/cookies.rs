//! Cookies of one run, for one origin: a session saves the server a password check a call.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::Secret;

/// More than a server has reason to set.
const MOST: usize = 64;

/// The names and values the server set, never written anywhere.
#[derive(Debug, Default)]
pub(crate) struct Cookies {
    jar: Mutex<BTreeMap<String, Secret>>,
}

impl Cookies {
    /// Takes in one `Set-Cookie` header (RFC 6265, section 5.2). Attributes other than the
    /// expiry do not matter: cookies go to the origin they came from, as long as the run lasts.
    pub(crate) fn store(&self, set_cookie: &str) {
        let mut parts = set_cookie.split(';');
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() {
            return;
        }
        let expired = parts.any(|attribute| {
            attribute.split_once('=').is_some_and(|(key, age)| {
                key.trim().eq_ignore_ascii_case("max-age")
                    && age.trim().parse::<i64>().is_ok_and(|age| age <= 0)
            })
        });
        let mut jar = self.jar.lock().unwrap_or_else(PoisonError::into_inner);
        if expired {
            jar.remove(name);
        } else if jar.len() < MOST || jar.contains_key(name) {
            jar.insert(name.to_owned(), Secret::new(value.to_owned()));
        }
    }

    /// The value of the `Cookie` header, where there are any.
    pub(crate) fn header(&self) -> Option<Secret> {
        let jar = self.jar.lock().unwrap_or_else(PoisonError::into_inner);
        if jar.is_empty() {
            return None;
        }
        let pairs: Vec<String> = jar
            .iter()
            .map(|(name, value)| format!("{name}={}", value.expose()))
            .collect();
        Some(Secret::new(pairs.join("; ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_kept_replaced_and_taken_back() {
        let cookies = Cookies::default();
        assert!(cookies.header().is_none());
        cookies.store("JSESSIONID=abc; Path=/dhis; HttpOnly");
        cookies.store("SESSION_EXPIRE=1; Max-Age=3600");
        cookies.store("nonsense");
        cookies.store("JSESSIONID=def; Path=/dhis");
        assert_eq!(
            cookies.header().unwrap().expose(),
            "JSESSIONID=def; SESSION_EXPIRE=1"
        );
        cookies.store("JSESSIONID=; Max-Age=0");
        assert_eq!(cookies.header().unwrap().expose(), "SESSION_EXPIRE=1");
    }
}
