//! Identifiers as DHIS2 makes them: a letter and ten letters or digits.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Whether the text has the form of an identifier (`CodeGenerator.UID_REGEXP`).
pub(crate) fn is_uid(text: &str) -> bool {
    text.len() == 11
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.as_bytes()[0].is_ascii_alphabetic()
}

/// Makes identifiers, the same ones in each run.
#[derive(Debug, Default)]
pub(crate) struct UidMaker {
    made: u64,
}

impl UidMaker {
    /// The next identifier.
    pub(crate) fn next(&mut self) -> String {
        self.code(11)
    }

    /// The next code of that many letters and digits, a letter first.
    pub(crate) fn code(&mut self, length: usize) -> String {
        self.made += 1;
        let mut code = String::with_capacity(length);
        let mut round = 0_u64;
        while code.len() < length {
            let digest = Sha256::digest(format!("stand-in {} {round}", self.made));
            for &byte in digest.as_slice() {
                let among = if code.is_empty() { 52 } else { 62 };
                if code.len() < length {
                    code.push(char::from(ALPHABET[usize::from(byte) % among]));
                }
            }
            round += 1;
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_identifiers_are_well_formed_and_differ() {
        let mut maker = UidMaker::default();
        let made: std::collections::BTreeSet<_> = (0..1000).map(|_| maker.next()).collect();
        assert_eq!(made.len(), 1000);
        assert!(made.iter().all(|uid| is_uid(uid)));
        assert!(!is_uid("1bcdefghijk"));
        assert!(!is_uid("short"));
    }
}
