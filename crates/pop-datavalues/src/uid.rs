//! DHIS2 identifiers.

use std::fmt;
use std::str::FromStr;

/// A DHIS2 identifier: a letter and ten letters or digits, upper and lower case told apart
/// (`CodeGenerator.UID_REGEXP`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(String);

/// A text that is not a DHIS2 identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a valid DHIS2 id, expected a letter and ten letters or digits")]
pub struct NotAUid(pub String);

/// Whether a text has the form of a DHIS2 identifier.
#[must_use]
pub fn is_uid(text: &str) -> bool {
    text.len() == 11
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
}

impl Uid {
    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Uid {
    type Err = NotAUid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_uid(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAUid(text.to_owned()))
        }
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_is_a_letter_and_ten_more() {
        for good in ["DkmMEcubiPv", "a1234567890", "ABCDEFGHIJK"] {
            assert_eq!(good.parse::<Uid>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "O6uvpzGd5p",
            "1abcdefghij",
            "=1+1",
            "DkmMEcubiPvX",
            "DkmMEcubi-v",
            "ékmMEcubiP",
        ] {
            assert!(bad.parse::<Uid>().is_err(), "{bad}");
        }
    }
}
