//! Compares two sums streams, two data value sets, or one of each; or two sets of boundaries.

mod args;
mod crosswalk;
mod inputs;
mod line;
mod run;
mod side_inputs;
mod write;

pub use args::{By, Compare, FailOn, Format};

use pop_cli::{AllowKind, AllowLimit, CommonArgs, Console, ExitStatus, Tool, ToolError};

/// Growth between figures of different sources.
pub(crate) const OTHER_SOURCE: &str = "other-source";

/// The kinds of finding that this tool judges.
const KINDS: &[AllowKind] = &[AllowKind::new(
    OTHER_SOURCE,
    "growth is judged between figures of different sources, too",
)
.limited_by(AllowLimit::None)];

impl Tool for Compare {
    const NAME: &'static str = "compare";
    const ALLOW_KINDS: &'static [AllowKind] = KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        if let Some(pieces) = &self.crosswalk {
            return crosswalk::run(self, pieces, console);
        }
        run::run(self, console)
    }
}
