//! `fetch-worldpop`: downloads WorldPop rasters into a folder, verifies them, and lists them.
//!
//! The modules follow the data: [`request`] (what is asked for), [`catalogue`] (where it is),
//! [`lock`] (what it must be), [`local_files`] (what is here already), [`download`] (the rest),
//! [`raster_list`] (the output). [`resolve`] turns a selection into requests, [`fetch_job`] serves
//! them.

mod address;
mod args;
mod catalogue;
mod download;
mod fetch_job;
mod local_files;
mod lock;
mod overlap_check;
mod raster_list;
mod request;
mod resolve;
mod run;
mod server;

pub use args::FetchWorldpop;
use pop_cli::{CommonArgs, Console, ExitStatus, Tool, ToolError};

impl Tool for FetchWorldpop {
    const NAME: &'static str = "fetch-worldpop";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        run::run(self, console)
    }
}
