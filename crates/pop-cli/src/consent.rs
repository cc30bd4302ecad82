//! `--allow` and `--exceptions`: a finding is allowed only if its kind or its unit is named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

mod allow_kind;
mod exceptions;

pub use allow_kind::{AllowKind, AllowLimit};
pub use exceptions::{ExceptionEntry, read_exceptions, write_exceptions_draft};

use allow_kind::parse_allow;

use crate::{Arg, ConsentArgs, Console, Messages, ToolError, shortened_list};

/// One finding: about which unit, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id under which an exceptions file may name it.
    pub unit: String,
    /// What is wrong, with the values found.
    pub detail: String,
}

/// What became of the findings of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Allowed, by `--allow` or by an exception.
    pub allowed: Vec<Finding>,
    /// Those that stop the run.
    pub refused: Vec<Finding>,
}

#[derive(Debug)]
struct Exception {
    line: u64,
    unit: String,
    kind: String,
    met: bool,
}

impl From<ExceptionEntry> for Exception {
    fn from(entry: ExceptionEntry) -> Self {
        Self {
            line: entry.line,
            unit: entry.unit,
            kind: entry.kind,
            met: false,
        }
    }
}

/// What the user allows: kinds by `--allow`, single units by `--exceptions`.
#[derive(Debug)]
pub struct Consent {
    known: Vec<AllowKind>,
    allowed: BTreeMap<String, Option<f64>>,
    file: PathBuf,
    exceptions: Vec<Exception>,
    /// How many were allowed, by kind.
    passed: BTreeMap<String, u64>,
    /// How many were found that no exception names, by kind: what MAX limits.
    counted: BTreeMap<String, u64>,
    /// Kinds found, by unit.
    found: BTreeMap<String, BTreeSet<String>>,
}

/// Findings of one kind that stop a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The kind.
    pub kind: String,
    /// What the units have, after their number: `units have no value, no-geometry`.
    pub what: String,
    /// The findings.
    pub findings: Vec<Finding>,
}

impl Consent {
    /// Reads the flags and the exceptions file. `known` are the kinds this tool can meet.
    ///
    /// # Errors
    /// Usage for a kind the tool does not know; I/O or data for the exceptions file.
    pub fn load(
        args: &ConsentArgs,
        known: &[AllowKind],
        console: &mut Console,
    ) -> Result<Self, ToolError> {
        let mut consent = Self {
            known: known.to_vec(),
            allowed: BTreeMap::new(),
            file: args.exceptions.clone().unwrap_or_default(),
            exceptions: Vec::new(),
            passed: BTreeMap::new(),
            counted: BTreeMap::new(),
            found: BTreeMap::new(),
        };
        for text in &args.allow {
            let (kind, most) = parse_allow(text, known)?;
            consent.allowed.insert(kind, most);
        }
        if let Some(path) = &args.exceptions {
            let name = path.display().to_string();
            let data = console.input("exceptions", &name)?;
            let entries = read_exceptions(&data.bytes).map_err(|error| error.in_file(&name))?;
            consent.exceptions = entries.into_iter().map(Exception::from).collect();
        }
        Ok(consent)
    }

    /// The limit given with `--allow KIND=MAX`: `None` when the kind is not allowed,
    /// `Some(None)` when it is without a limit. For kinds that are measured, not counted.
    #[must_use]
    pub fn limit(&self, kind: &str) -> Option<Option<f64>> {
        self.allowed.get(kind).copied()
    }

    /// Whether `--allow` names the kind.
    #[must_use]
    pub fn allows(&self, kind: &str) -> bool {
        self.allowed.contains_key(kind)
    }

    /// The exceptions of the kinds that this tool judges: `KIND of UNIT`.
    #[must_use]
    pub fn exceptions(&self) -> Vec<String> {
        self.exceptions
            .iter()
            .filter(|exception| self.knows(&exception.kind))
            .map(|exception| format!("{} of {}", exception.kind, exception.unit))
            .collect()
    }

    fn knows(&self, kind: &str) -> bool {
        self.known.iter().any(|known| known.name == kind)
    }

    /// Divides findings of one kind into those allowed and those that stop the run.
    ///
    /// An exception allows the finding of its own unit. `--allow KIND` allows all others,
    /// `--allow KIND=MAX` only as long as those of the whole run are at most MAX: the findings of
    /// all calls are counted together.
    #[must_use = "refused findings must stop the run"]
    pub fn judge(&mut self, kind: &str, findings: Vec<Finding>) -> Judgement {
        let mut judgement = Judgement::default();
        let mut rest = Vec::new();
        for finding in findings {
            let kinds = self.found.entry(finding.unit.clone()).or_default();
            kinds.insert(kind.to_owned());
            let mut named = false;
            for exception in &mut self.exceptions {
                if exception.kind == kind && exception.unit == finding.unit {
                    exception.met = true;
                    named = true;
                }
            }
            if named {
                judgement.allowed.push(finding);
            } else {
                rest.push(finding);
            }
        }
        let named = judgement.allowed.len() as u64;
        *self.passed.entry(kind.to_owned()).or_default() += named;
        if self.judge_count(kind, rest.len() as u64) {
            judgement.allowed.append(&mut rest);
        }
        judgement.refused = rest;
        judgement
    }

    /// Whether so many more findings of a kind, which no exception names, are allowed.
    #[must_use = "a refused count must stop the run"]
    pub fn judge_count(&mut self, kind: &str, count: u64) -> bool {
        let limit = self.limit_of(kind);
        let counted = self.counted.entry(kind.to_owned()).or_default();
        *counted += count;
        let is_allowed = match self.allowed.get(kind) {
            None => false,
            // A tool widens its measure by MAX: what it still finds is beyond it.
            Some(Some(_)) if limit == AllowLimit::Measure => false,
            Some(Some(most)) => *counted as f64 <= *most,
            Some(None) => true,
        };
        if is_allowed {
            *self.passed.entry(kind.to_owned()).or_default() += count;
        }
        is_allowed
    }

    fn limit_of(&self, kind: &str) -> AllowLimit {
        let known = self.known.iter().find(|known| known.name == kind);
        known.map_or(AllowLimit::Findings, |known| known.limit)
    }

    /// Warns of exceptions that no finding met, and gives what was allowed for the
    /// summary: `allowed: 1 no-geometry, 3 partly-outside`.
    #[must_use = "the summary says what was allowed"]
    pub fn close(&self, console: &Console) -> Option<String> {
        self.report_unmet(console, &|_| None);
        self.allowed(&console.messages())
    }

    /// [`Self::close`], with what was allowed as a line of its own behind the summary.
    pub fn report(&self, console: &Console) {
        if let Some(allowed) = self.close(console) {
            console.summary(&allowed);
        }
    }

    /// What was allowed, for the summary.
    #[must_use]
    pub fn allowed(&self, messages: &Messages) -> Option<String> {
        let passed: Vec<String> = self
            .passed
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let passed = passed.join(", ");
        let kinds = [("kinds", Arg::Text(&passed))];
        (!passed.is_empty()).then(|| messages.text_of("summary-allowed", &kinds))
    }

    /// Warns of exceptions that no finding met, with the reason. `explain` says of a text that is not
    /// the id of a unit what it is: `the name of X`, `not a unit of the input`.
    pub fn report_unmet(&self, console: &Console, explain: &dyn Fn(&str) -> Option<String>) {
        let file = self.file.display();
        let (ours, foreign): (Vec<_>, Vec<_>) = self
            .exceptions
            .iter()
            .filter(|exception| !exception.met)
            .partition(|exception| self.knows(&exception.kind));
        for Exception {
            line, unit, kind, ..
        } in ours
        {
            let others = self.found.get(unit);
            if matches!(self.limit_of(kind), AllowLimit::Unnamed | AllowLimit::None) {
                console.warn(&format!(
                    "{file}: line {line}: {kind} is not of single units: the exception has no effect, --allow {kind} has"
                ));
                continue;
            }
            let why = match (explain(unit), others) {
                (Some(what), None) => format!("{unit} is {what}: the exception has no effect"),
                (_, Some(kinds)) => {
                    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
                    format!(
                        "{unit} has {}, not {kind}: the exception has no effect",
                        kinds.join(" and ")
                    )
                }
                (None, None) => format!("{unit} no longer has {kind}: the exception can go"),
            };
            console.warn(&format!("{file}: line {line}: {why}"));
        }
        if !foreign.is_empty() {
            let kinds: Vec<&str> = foreign.iter().map(|e| e.kind.as_str()).collect();
            console.note(&format!(
                "{file}: kinds that this tool does not judge: {}",
                shortened_list(&kinds)
            ));
        }
    }

    /// The error that stops a run for these refused findings, with the two ways to allow them and what then happens.
    #[must_use]
    pub fn refusal(&self, kind: &str, what: &str, refused: &[Finding]) -> ToolError {
        self.refusals(&[Refusal {
            kind: kind.to_owned(),
            what: what.to_owned(),
            findings: refused.to_vec(),
        }])
    }

    /// As [`Consent::refusal`], for several kinds at once: all that a run needs is asked for together.
    #[must_use]
    pub fn refusals(&self, refusals: &[Refusal]) -> ToolError {
        let messages: Vec<String> = refusals
            .iter()
            .map(|refusal| format!("{}{}", refusal.message(), self.beyond(&refusal.kind)))
            .collect();
        let kinds: Vec<&str> = refusals.iter().map(|r| r.kind.as_str()).collect();
        let error = ToolError::data(messages.join("; "));
        if let [kind] = kinds.as_slice() {
            return error.hint(format!(
                "list them in --exceptions FILE (columns unit,kind,reason; kind {kind}), or allow all with --allow {kind}: {}",
                self.meaning(kind)
            ));
        }
        let flags: Vec<String> = kinds.iter().map(|kind| format!("--allow {kind}")).collect();
        let error = error.hint(format!(
            "list them in --exceptions FILE (columns unit,kind,reason), or allow all with {}",
            flags.join(" ")
        ));
        kinds.iter().fold(error, |error, kind| {
            error.hint(format!("--allow {kind}: {}", self.meaning(kind)))
        })
    }

    /// That a kind is allowed, and more is found than its MAX.
    fn beyond(&self, kind: &str) -> String {
        match (self.allowed.get(kind), self.counted.get(kind)) {
            (Some(Some(most)), Some(found))
                if *found as f64 > *most && self.limit_of(kind) != AllowLimit::Measure =>
            {
                format!(" ({found} in all, more than the {most} of --allow {kind})")
            }
            _ => String::new(),
        }
    }

    fn meaning(&self, kind: &str) -> &'static str {
        let known = self.known.iter().find(|known| known.name == kind);
        known.map_or("", |known| known.meaning)
    }
}

impl Refusal {
    /// `2 units have no value, no-geometry: A (Name), B (Name)`.
    fn message(&self) -> String {
        let list: Vec<String> = self
            .findings
            .iter()
            .map(|finding| {
                if finding.detail.is_empty() {
                    finding.unit.clone()
                } else {
                    format!("{} ({})", finding.unit, finding.detail)
                }
            })
            .collect();
        let count = self.findings.len();
        format!("{count} {}: {}", self.what, shortened_list(&list))
    }
}

#[cfg(test)]
mod tests;
