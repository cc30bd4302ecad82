//! How DHIS2 is spoken to: the credentials it takes, and a header that every request carries.

use pop_http::{BaseUrl, ClientOptions, Credentials, Secret};

/// The scheme of a personal access token (`ApiTokenAuthenticationToken` in the DHIS2 source).
const TOKEN_SCHEME: &str = "ApiToken";
/// Without it DHIS2 answers a missing login with a redirect to a page.
const HEADERS: &[(&str, &str)] = &[("x-requested-with", "XMLHttpRequest")];

/// The options of a client that talks to DHIS2.
#[must_use]
pub fn client_options(base_url: BaseUrl, credentials: Credentials) -> ClientOptions {
    ClientOptions {
        headers: HEADERS,
        ..ClientOptions::new(base_url, credentials)
    }
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
    /// Not UTF-8.
    #[error("is not UTF-8 text")]
    Encoding,
    /// A character that no header can carry.
    #[error("holds a control character")]
    ControlCharacter,
    /// A token with characters that no token has.
    #[error("holds neither user:password nor a token (letters, digits and -._~+/=)")]
    Token,
}

impl CredentialsError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::Lines(_) | Self::Token => {
                "write one line: user:password, or a personal access token (DHIS2: Edit profile, Manage personal access tokens)"
            }
            Self::Encoding => {
                "save it as UTF-8; > of Windows PowerShell 5.1 writes UTF-16: [IO.File]::WriteAllText(\"$PWD\\credentials\", 'user:password')"
            }
            Self::ControlCharacter => "type the line anew in a text editor, and save it as UTF-8",
        }
    }
}

/// Reads `user:password`, or a personal access token, from the content of a file.
///
/// A BOM, surrounding white space and a leading `ApiToken ` are taken off. The password
/// may hold colons.
///
/// # Errors
/// See [`CredentialsError`].
pub fn parse_credentials(text: &str) -> Result<Credentials, CredentialsError> {
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
    let token = text
        .strip_prefix(TOKEN_SCHEME)
        .and_then(|rest| rest.strip_prefix(' '))
        .map(str::trim);
    if let (None, Some((user, password))) = (token, text.split_once(':')) {
        return Ok(Credentials::basic(user, password));
    }
    let token = token.unwrap_or(text);
    let is_token = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    if token.is_empty() || !token.chars().all(is_token) {
        return Err(CredentialsError::Token);
    }
    Ok(Credentials::Token {
        scheme: TOKEN_SCHEME,
        token: Secret::new(token.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse_credentials(text).unwrap() {
            Credentials::Anonymous => "none".to_owned(),
            Credentials::Basic { user, password } => {
                format!("{} + {}", user.expose(), password.expose())
            }
            Credentials::Token { scheme, token } => format!("{scheme} {}", token.expose()),
        }
    }

    #[test]
    fn a_file_holds_a_pair_or_a_token() {
        assert_eq!(shown("Aladdin:open sesame\r\n"), "Aladdin + open sesame");
        assert_eq!(shown("\u{feff}test:123£\n"), "test + 123£");
        assert_eq!(shown("u:a:b"), "u + a:b");
        assert_eq!(shown("d2p_abc123"), "ApiToken d2p_abc123");
        assert_eq!(shown("ApiToken d2pat_x\n"), "ApiToken d2pat_x");
    }

    #[test]
    fn a_file_without_credentials_is_described_without_showing_it() {
        let refused = |text: &str| parse_credentials(text).unwrap_err();
        assert_eq!(refused(" \n"), CredentialsError::Empty);
        assert_eq!(refused("a:b\nc:d"), CredentialsError::Lines(2));
        assert_eq!(refused("a:b\u{7}c"), CredentialsError::ControlCharacter);
        assert_eq!(refused("pass word"), CredentialsError::Token);
    }
}
