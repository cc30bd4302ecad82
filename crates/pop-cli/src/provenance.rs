//! `--provenance`: which inputs, options and version gave which outputs.
//!
//! The hashes chain: the output of one tool is found by its SHA-256 among the
//! inputs of the next. Deterministic: no time, host or user.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::Fingerprint;

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
struct ProvenanceDocument<'a> {
    format: &'static str,
    tool: &'a str,
    version: &'static str,
    arguments: &'a [String],
    inputs: &'a [Artefact],
    outputs: &'a [&'a Artefact],
}

/// Collects the inputs of a run; shared with the readers that hash as they read.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProvenanceLog {
    inputs: Arc<Mutex<Vec<Artefact>>>,
    /// Files that were put into place before the outputs are.
    placed: Vec<Artefact>,
}

impl ProvenanceLog {
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
        let mut text = serde_json::to_vec_pretty(&ProvenanceDocument {
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
