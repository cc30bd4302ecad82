//! `--provenance`: which inputs, options and version gave which outputs.
//!
//! The hashes chain: the output of one tool is found by its SHA-256 among the
//! inputs of the next. Deterministic: no time, host or user.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::part::Fingerprint;

/// One file or stream that a run read or wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Artefact {
    /// What it was to the run, e.g. `input`, `raster`, `balance`.
    pub(crate) role: String,
    /// As named on the command line; `-` for a stream.
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

impl Artefact {
    pub(crate) fn new(role: &str, name: &str, fingerprint: Fingerprint) -> Self {
        Self {
            role: role.to_owned(),
            name: name.to_owned(),
            bytes: fingerprint.bytes,
            sha256: fingerprint.sha256,
        }
    }
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    format: &'static str,
    tool: &'a str,
    version: &'static str,
    arguments: &'a [String],
    inputs: &'a [Artefact],
    outputs: &'a [&'a Artefact],
}

/// Collects the inputs of a run; shared with the readers that hash as they read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    inputs: Arc<Mutex<Vec<Artefact>>>,
    /// Files that were put into place before the outputs are.
    placed: Vec<Artefact>,
}

impl Ledger {
    pub(crate) fn record(&self, artefact: Artefact) {
        let mut inputs = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        if !inputs.contains(&artefact) {
            inputs.push(artefact);
        }
    }

    pub(crate) fn record_placed(&mut self, artefact: Artefact) {
        self.placed.push(artefact);
    }

    /// The document, ready to be written.
    pub(crate) fn document(
        &self,
        tool: &str,
        arguments: &[String],
        outputs: &[Artefact],
    ) -> serde_json::Result<Vec<u8>> {
        let inputs = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs: Vec<&Artefact> = self.placed.iter().chain(outputs).collect();
        let mut text = serde_json::to_vec_pretty(&Document {
            format: "headcount-provenance/1",
            tool,
            version: crate::VERSION,
            arguments,
            inputs: &inputs,
            outputs: &outputs,
        })?;
        text.push(b'\n');
        Ok(text)
    }
}

/// A SHA-256 and a length, built up piece by piece.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter {
    hash: Sha256,
    bytes: u64,
}

impl Meter {
    pub(crate) fn update(&mut self, piece: &[u8]) {
        self.hash.update(piece);
        self.bytes += piece.len() as u64;
    }

    pub(crate) fn artefact(self, role: &str, name: &str) -> Artefact {
        Artefact::new(role, name, self.fingerprint())
    }

    pub(crate) fn fingerprint(self) -> Fingerprint {
        Fingerprint {
            bytes: self.bytes,
            sha256: hex(&self.hash.finalize()),
        }
    }
}

/// The SHA-256 of `bytes`, in lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // FIPS 180-4, example "abc".
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn pieces_hash_as_the_whole() {
        let mut meter = Meter::default();
        meter.update(b"a");
        meter.update(b"bc");
        let artefact = meter.artefact("input", "x");
        assert_eq!(artefact.sha256, sha256_hex(b"abc"));
        assert_eq!(artefact.bytes, 3);
    }
}
