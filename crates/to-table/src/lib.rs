//! Turns sums or a data value set into one table for another program.

mod args;
mod inputs;
mod run;
mod write;

pub use args::{Format, LabelArg, Layout, ToTable, WithinYearArg};

use pop_cli::{CommonArgs, Console, ExitStatus, Tool, ToolError};

impl Tool for ToTable {
    const NAME: &'static str = "to-table";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        run::run(self, console)
    }
}
