//! Who we are to the server, kept so that it never prints.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// A text that shows itself to nobody: its `Debug` is a mark, it has no `Display`,
/// and its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Hides a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    /// The text itself; never to be shown.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// How a request says who sends it.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// It does not say.
    Anonymous,
    /// `Authorization: Basic …` (RFC 7617, UTF-8).
    Basic {
        /// The user's name; it never appears in an output either.
        user: Secret,
        /// The user's password.
        password: Secret,
    },
    /// `Authorization: <scheme> <token>`.
    Token {
        /// The scheme's name, as the server knows it.
        scheme: &'static str,
        /// The token.
        token: Secret,
    },
}

impl Credentials {
    /// A user with a password.
    #[must_use]
    pub fn basic(user: &str, password: &str) -> Self {
        Self::Basic {
            user: Secret::new(user.to_owned()),
            password: Secret::new(password.to_owned()),
        }
    }

    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> Option<Secret> {
        match self {
            Self::Anonymous => None,
            Self::Basic { user, password } => {
                let pair = Secret::new(format!("{}:{}", user.expose(), password.expose()));
                Some(Secret::new(format!(
                    "Basic {}",
                    base64(pair.expose().as_bytes())
                )))
            }
            Self::Token { scheme, token } => {
                Some(Secret::new(format!("{scheme} {}", token.expose())))
            }
        }
    }
}

/// Base 64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            if digit <= group.len() {
                text.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(user: &str, password: &str) -> String {
        let header = Credentials::basic(user, password).header();
        header.unwrap().expose().to_owned()
    }

    #[test]
    fn basic_credentials_are_base_64_of_utf_8() {
        // The example of RFC 7617, section 2.
        assert_eq!(
            header("Aladdin", "open sesame"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        // And of its section 2.1, in UTF-8.
        assert_eq!(header("test", "123£"), "Basic dGVzdDoxMjPCow==");
        assert_eq!(header("u", "a:b"), "Basic dTphOmI=");
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", Credentials::basic("who", "marker-5ecret"));
        assert!(
            !shown.contains("marker") && !shown.contains("who"),
            "{shown}"
        );
    }
}
