//! One HTML page of a run's files, for a committee to read, print and sign.
//!
//! It computes no figure: what it shows is in the plan or comparison, the balance, the raking report. It checks that the files belong together.

mod agreement;
mod args;
mod assembly;
mod documents;
mod run;
mod verify;

pub use args::Review;

use pop_cli::{CommonArgs, Console, ExitStatus, Tool, ToolError};

impl Tool for Review {
    const NAME: &'static str = "review";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        match (&self.verify, &self.plan) {
            (Some(page), Some(plan)) => verify::run(page, plan, console),
            _ => run::run(self, console),
        }
    }
}
