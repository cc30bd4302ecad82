//! Turns sums per org unit into DHIS2 data values: whole numbers that add up.

mod args;
mod consent;
mod explain;
mod init;
mod inputs;
mod mapping_findings;
mod parent_gaps;
mod period_words;
mod periods;
mod report;
mod run;
mod summary;
mod target_sets;
mod unit_judgement;
mod unit_tables;
mod write;

pub use args::{
    Format, IdScheme, ProjectBy, Reference, Rounding, ToDataValueSet, WithinYear, YearRule,
};

use pop_cli::{AllowKind, CommonArgs, Console, ExitStatus, Tool, ToolError};

impl Tool for ToDataValueSet {
    const NAME: &'static str = "to-datavalueset";
    const ALLOW_KINDS: &'static [AllowKind] = consent::KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        run::run(self, console)
    }
}
