//! `catchments`: point facilities in, service areas out.
//!
//! Reads facilities and parents (`pop-geo`), gives each facility its parent, has the parents shared out among their facilities
//! (`pop-catchments`), and writes a feature for every unit and for what is unserved.

mod args;
mod assignment;
mod decimals;
mod features;
mod length;
mod people;
mod positions;
mod report;
mod units;

pub use args::{Assign, Catchments, Format, ReportFormat};

use pop_cli::{AllowKind, CommonArgs, Consent, Console, ExitStatus, Tool, ToolError};

use assignment::Assignment;
use features::Features;
use people::People;
use units::Units;

/// What `--allow` can name.
const KINDS: &[AllowKind] = &[AllowKind::new(
    units::BAD_GEOMETRY,
    "units whose coordinates cannot be right, or whose polygon can be read in two ways, are left without a catchment",
)];

impl Tool for Catchments {
    const NAME: &'static str = "catchments";

    const ALLOW_KINDS: &'static [AllowKind] = KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let pool = self.threads.pool()?;
        let mut consent = Consent::load(&self.consent, Self::ALLOW_KINDS, console)?;
        let mut output = console.output("output", &self.common.output)?;
        let report = console.optional_output("report", self.report.as_deref())?;
        let people = People::read(self, console)?;
        let units = Units::read(self, &pool, console)?;
        let assignment = pool.install(|| Assignment::of(&units, self, &mut consent))?;
        let mut parts = pool.install(|| assignment.partition(&units, self))?;
        let rounding = self
            .decimals
            .map(|decimals| pool.install(|| decimals::round(&mut parts, decimals)))
            .transpose()?;
        let features = pool.install(|| Features::of(&units, &assignment, &parts, rounding))?;
        people.check(features.iter())?;
        pool.install(|| features.write(&mut output, self))?;
        let mut outputs = vec![output];
        if let Some(mut report) = report {
            report::write(&features, &people, self.report_format, &mut report)?;
            outputs.push(report);
        }
        console.publish(outputs)?;
        units.warn_of_repairs(self, console);
        features.warn(self, console);
        let allowed = consent.close(console);
        console.summary(&features.summary(&assignment, allowed, &console.messages()));
        Ok(ExitStatus::Done)
    }
}
