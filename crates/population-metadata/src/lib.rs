//! Writes the DHIS2 metadata that target groups need, and the mapping that fills them.

mod args;
mod report;
mod run;

pub use args::PopulationMetadata;

use pop_cli::{CommonArgs, Console, ExitStatus, Tool, ToolError};

impl Tool for PopulationMetadata {
    const NAME: &'static str = "population-metadata";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        run::run(self, console)
    }
}
