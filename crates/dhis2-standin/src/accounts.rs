//! Sessions, personal access tokens and failed logins.

use std::collections::BTreeMap;

use serde_json::Value;

/// A personal access token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) user: String,
    /// Milliseconds since 1970.
    pub(crate) expires: i64,
    pub(crate) attributes: Vec<Value>,
    pub(crate) revoked: bool,
    /// Whether a request has come with it.
    pub(crate) used: bool,
}

/// Sessions, tokens and failed logins.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    /// Session id to user id.
    pub(crate) sessions: BTreeMap<String, String>,
    pub(crate) tokens: Vec<Token>,
    /// User name to failed logins in a row, and the time of the first in milliseconds since 1970.
    pub(crate) failures: BTreeMap<String, (u32, i64)>,
}

impl Accounts {
    /// Takes a token back; whether there was one.
    pub(crate) fn revoke(&mut self, id: &str) -> bool {
        match self
            .tokens
            .iter_mut()
            .find(|token| token.id == id && !token.revoked)
        {
            Some(token) => {
                token.revoked = true;
                true
            }
            None => false,
        }
    }

    /// Tokens that were not taken back.
    pub(crate) fn live_tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| !token.revoked)
    }
}
