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

    pub(crate) fn expose(&self) -> &str {
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
    /// `Authorization: ApiToken …`.
    ApiToken(Secret),
}

/// Why a text holds no credentials. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// Nothing but white space.
    #[error("holds no credentials")]
    Empty,
    /// More than one line.
    #[error("holds {0} lines, expected one: user:password, or a token")]
    Lines(usize),
    /// A character that no header can carry.
    #[error("holds a control character")]
    ControlCharacter,
    /// A token with characters that no token has.
    #[error("holds neither user:password nor a token (letters, digits and -._~+/=)")]
    Token,
}

impl Credentials {
    /// Reads `user:password`, or a token, from the content of a file.
    ///
    /// A BOM, surrounding white space and a leading `ApiToken ` are taken off. The password
    /// may hold colons.
    ///
    /// # Errors
    /// See [`CredentialsError`].
    pub fn parse(text: &str) -> Result<Self, CredentialsError> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        match lines {
            0 => return Err(CredentialsError::Empty),
            1 => {}
            more => return Err(CredentialsError::Lines(more)),
        }
        if text.chars().any(char::is_control) {
            return Err(CredentialsError::ControlCharacter);
        }
        let token = text.strip_prefix("ApiToken ").map(str::trim);
        if let (None, Some((user, password))) = (token, text.split_once(':')) {
            return Ok(Self::basic(user, password));
        }
        let token = token.unwrap_or(text);
        let is_token = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
        if token.is_empty() || !token.chars().all(is_token) {
            return Err(CredentialsError::Token);
        }
        Ok(Self::ApiToken(Secret::new(token.to_owned())))
    }

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
            Self::ApiToken(token) => Some(Secret::new(format!("ApiToken {}", token.expose()))),
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

    fn header(text: &str) -> String {
        let credentials = Credentials::parse(text).unwrap();
        credentials.header().unwrap().expose().to_owned()
    }

    #[test]
    fn a_file_holds_a_pair_or_a_token() {
        // The example of RFC 7617, section 2.
        assert_eq!(
            header("Aladdin:open sesame\r\n"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        // And of its section 2.1, in UTF-8.
        assert_eq!(header("\u{feff}test:123£\n"), "Basic dGVzdDoxMjPCow==");
        assert_eq!(header("d2p_abc123"), "ApiToken d2p_abc123");
        assert_eq!(header("ApiToken d2pat_x\n"), "ApiToken d2pat_x");
        assert_eq!(header("u:a:b"), "Basic dTphOmI=");
    }

    #[test]
    fn what_holds_none_says_so_without_showing_it() {
        let refused = |text: &str| Credentials::parse(text).unwrap_err();
        assert_eq!(refused(" \n"), CredentialsError::Empty);
        assert_eq!(refused("a:b\nc:d"), CredentialsError::Lines(2));
        assert_eq!(refused("a:b\u{7}c"), CredentialsError::ControlCharacter);
        assert_eq!(refused("pass word"), CredentialsError::Token);
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", Credentials::parse("who:marker-5ecret").unwrap());
        assert!(
            !shown.contains("marker") && !shown.contains("who"),
            "{shown}"
        );
    }
}
