//! Compares two sums streams, or two data value sets.

mod args;
mod inputs;
mod run;
mod write;

pub use args::{By, Compare, FailOn, Format};

use pop_cli::{AllowKind, CommonArgs, Console, ExitStatus, Tool, ToolError};

/// Growth between figures of different sources.
pub(crate) const OTHER_SOURCE: &str = "other-source";

/// The kinds of finding that this tool judges.
const KINDS: &[AllowKind] = &[AllowKind {
    name: OTHER_SOURCE,
    meaning: "growth is judged between figures of different sources, too",
}];

impl Tool for Compare {
    const NAME: &'static str = "compare";
    const ALLOW_KINDS: &'static [AllowKind] = KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        run::run(self, console)
    }
}
