//! Kinds of findings, and how `--allow KIND=MAX` names them.

use crate::ToolError;

/// A kind of finding that a tool knows, and what happens under `--allow` with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowKind {
    /// The word given to `--allow`, e.g. `no-geometry`.
    pub name: &'static str,
    /// What the tool then does, for `--help` and messages: `units without geometry are written without a value`.
    pub meaning: &'static str,
    /// What MAX of `--allow KIND=MAX` limits.
    pub limit: AllowLimit,
}

/// What MAX of `--allow KIND=MAX` limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowLimit {
    /// How many findings are allowed in the whole run. An exception allows the finding of its unit.
    Findings,
    /// How many are allowed in the whole run, of things that no exception can name, such as cells.
    Unnamed,
    /// A measure of each finding, which the tool compares. An exception allows the finding of its unit.
    Measure,
    /// Nothing: what is allowed is not counted. MAX is refused, and no exception can name it.
    None,
}

impl AllowKind {
    /// A kind of which MAX limits the number of findings, each about a unit.
    #[must_use]
    pub const fn new(name: &'static str, meaning: &'static str) -> Self {
        Self {
            name,
            meaning,
            limit: AllowLimit::Findings,
        }
    }

    /// The same kind, of which MAX limits something else.
    #[must_use]
    pub const fn limited_by(self, limit: AllowLimit) -> Self {
        Self { limit, ..self }
    }

    /// What the tool then does, and whether it takes a MAX: for `--help` and the docs.
    #[must_use]
    pub fn help(&self) -> String {
        match self.limit {
            AllowLimit::None => format!("{} (takes no MAX)", self.meaning),
            _ => self.meaning.to_owned(),
        }
    }
}

/// The kind and the limit that a value of `--allow` names.
///
/// # Errors
/// Usage for a kind that the tool does not know, and a limit that is no number or that the kind does not take.
pub(super) fn parse_allow(
    text: &str,
    known: &[AllowKind],
) -> Result<(String, Option<f64>), ToolError> {
    let (kind, most) = match text.split_once('=') {
        None => (text, None),
        Some((kind, most)) => match most.parse::<f64>() {
            Ok(value) if value.is_finite() && value >= 0.0 => (kind, Some(value)),
            _ => {
                return Err(ToolError::usage(format!(
                    "--allow {text}: MAX is {most:?}, expected a number from 0"
                ))
                .hint(format!(
                    "give a number, such as --allow {kind}=5, or leave =MAX out"
                )));
            }
        },
    };
    if let Some(known) = known.iter().find(|known| known.name == kind) {
        if most.is_some() && known.limit == AllowLimit::None {
            return Err(ToolError::usage(format!(
                "--allow {text}: {kind} takes no MAX, as it is not counted"
            ))
            .hint(format!("leave =MAX out: --allow {kind}")));
        }
        return Ok((kind.to_owned(), most));
    }
    let names: Vec<&str> = known.iter().map(|kind| kind.name).collect();
    let error = ToolError::usage(format!("--allow {text}: there is no kind {kind:?}"));
    Err(if kind.contains([',', ' ']) {
        error.hint("give the flag once for each kind: --allow A --allow B")
    } else {
        error.hint(format!("kinds: {}", names.join(", ")))
    })
}
