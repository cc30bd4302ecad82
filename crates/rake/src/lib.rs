//! Fits sums per org unit to official totals.

mod args;
mod consent;
mod inputs;
mod parent_rows;
mod report;
mod run;

pub use args::{FillArg, Rake, ReportFormat, UncontrolledArg, YearsArg};

use pop_cli::{AllowKind, CommonArgs, Console, ExitStatus, Tool, ToolError};

impl Tool for Rake {
    const NAME: &'static str = "rake";
    const ALLOW_KINDS: &'static [AllowKind] = consent::KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        run::run(self, console)
    }
}
