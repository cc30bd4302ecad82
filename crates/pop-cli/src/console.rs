//! What a running tool talks through: its streams, its messages, its record.

mod language;
mod outputs;

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use pop_messages::Messages;

use crate::path_guard::PathGuard;
use crate::progress::Progress;
use crate::provenance::{Artefact, ProvenanceLog};
use crate::table::columns_of;
use crate::{CommonArgs, Fingerprint, Output, Table, ToolError, display_safe};

/// How much a tool says on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verbosity {
    Quiet,
    Normal,
    Verbose,
}

/// The streams, messages and record of one run of a tool.
///
/// Stdout carries data only, through [`Console::output`]; everything for people
/// goes to stderr and carries the tool's name.
#[derive(Debug)]
pub struct Console {
    tool: &'static str,
    arguments: Vec<String>,
    verbosity: Verbosity,
    bars: bool,
    bar: Option<Progress>,
    stdin_taken: bool,
    path_guard: PathGuard,
    provenance_log: ProvenanceLog,
    provenance: Option<Output>,
    keeps_provenance: bool,
    messages: Arc<Messages>,
}

impl Console {
    /// The console of a run of `tool` with these flags.
    ///
    /// # Errors
    /// I/O when the provenance file cannot be written to, or the message file not read; data when that is not valid.
    pub fn new(tool: &'static str, args: &CommonArgs) -> Result<Self, ToolError> {
        let verbosity = match (args.quiet, args.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, false) => Verbosity::Normal,
            (false, true) => Verbosity::Verbose,
        };
        let mut console = Self {
            tool,
            arguments: std::env::args().skip(1).collect(),
            verbosity,
            bars: verbosity == Verbosity::Normal
                && !args.no_progress
                && std::io::stderr().is_terminal(),
            bar: None,
            stdin_taken: false,
            path_guard: PathGuard::default(),
            provenance_log: ProvenanceLog::default(),
            provenance: None,
            keeps_provenance: args.provenance.is_some(),
            messages: Arc::default(),
        };
        console.messages = console.messages_of(args.lang.as_deref())?;
        if let Some(name) = &args.provenance {
            console.provenance = Some(console.open_provenance(name)?);
        }
        Ok(console)
    }

    /// The tool's name, as it stands in front of its messages.
    #[must_use]
    pub fn tool(&self) -> &'static str {
        self.tool
    }

    /// What is said in the user's language: tables and summaries.
    #[must_use]
    pub fn messages(&self) -> Arc<Messages> {
        Arc::clone(&self.messages)
    }

    /// One line that says what was done; silenced by `-q`.
    pub fn summary(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.say(text);
        }
    }

    /// A doubt that the user should see, whatever the verbosity.
    pub fn warn(&self, text: &str) {
        self.say(text);
    }

    /// A hint for what was said before.
    pub fn hint(&self, text: &str) {
        self.say(&format!("hint: {text}"));
    }

    /// A decision taken; shown with `-v`.
    pub fn note(&self, text: &str) {
        if self.verbosity >= Verbosity::Verbose {
            self.say(text);
        }
    }

    /// A way to say notes from where the console itself is out of reach, such as a callback.
    pub fn note_taker(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let (tool, verbosity) = (self.tool, self.verbosity);
        // With -v there are no progress bars that a line could fall into.
        move |text| {
            if verbosity >= Verbosity::Verbose {
                let text = message(tool, TimePrefix::Utc, text);
                let _ = writeln!(std::io::stderr().lock(), "{text}");
            }
        }
    }

    /// How many columns a table on stderr has: COLUMNS, else those of the terminal, else 80.
    #[must_use]
    pub fn columns(&self) -> usize {
        columns_of(&std::io::stderr())
    }

    /// A table on stderr, without the tool's name; silenced by `-q`.
    pub fn show_table(&self, table: &Table) {
        self.show(&table.within(self.columns()).to_string());
    }

    /// A text of several lines for people, without the tool's name; silenced by `-q`.
    pub fn show(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.on_stderr(text.trim_end());
        }
    }

    /// Progress of `total` steps (or of unknown length), drawn only on a terminal.
    pub fn progress(&mut self, label: &str, total: Option<u64>) -> Progress {
        if !self.bars {
            return Progress::hidden();
        }
        let bar = Progress::visible(label, total);
        self.bar = Some(bar.clone());
        bar
    }

    /// Progress of `total` bytes, drawn only on a terminal.
    pub fn progress_bytes(&mut self, label: &str, total: u64) -> Progress {
        if !self.bars {
            return Progress::hidden();
        }
        let bar = Progress::visible_bytes(label, total);
        self.bar = Some(bar.clone());
        bar
    }

    /// Puts on record a file that the run read by means of its own.
    pub fn record_input(&mut self, role: &str, name: &str, fingerprint: &Fingerprint) {
        self.provenance_log
            .record(Artefact::new(role, name, fingerprint.clone()));
    }

    /// Puts on record a file that the run put into place, or found there as it should be.
    pub fn record_placed(&mut self, role: &str, name: &str, fingerprint: &Fingerprint) {
        self.provenance_log
            .record_placed(Artefact::new(role, name, fingerprint.clone()));
    }

    fn say(&self, text: &str) {
        let time = match self.verbosity {
            Verbosity::Verbose => TimePrefix::Utc,
            Verbosity::Quiet | Verbosity::Normal => TimePrefix::None,
        };
        self.on_stderr(&message(self.tool, time, text));
    }

    fn on_stderr(&self, text: &str) {
        // A stderr that is closed leaves nobody to tell.
        let print = || {
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        };
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    pub(crate) fn provenance_log(&self) -> &ProvenanceLog {
        &self.provenance_log
    }

    pub(crate) fn keeps_provenance(&self) -> bool {
        self.keeps_provenance
    }

    pub(crate) fn take_provenance_output(&mut self) -> Option<Output> {
        self.provenance.take()
    }

    /// Whether stdin was still free.
    pub(crate) fn take_stdin(&mut self) -> bool {
        !std::mem::replace(&mut self.stdin_taken, true)
    }

    pub(crate) fn path_guard(&mut self) -> &mut PathGuard {
        &mut self.path_guard
    }
}

/// Whether each line of a message begins with the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimePrefix {
    None,
    /// `2026-11-28T02:00:07Z `, to the second (RFC 3339).
    Utc,
}

/// Each line of a message behind the tool's name, safe for a terminal.
pub(crate) fn message(tool: &str, time: TimePrefix, text: &str) -> String {
    let time = match time {
        TimePrefix::None => String::new(),
        TimePrefix::Utc => jiff::Timestamp::now()
            .strftime("%Y-%m-%dT%H:%M:%SZ ")
            .to_string(),
    };
    let lines: Vec<String> = text
        .lines()
        .map(|line| format!("{time}{tool}: {}", display_safe(line)))
        .collect();
    lines.join("\n")
}
