//! `cross-orgunits`: two sets of boundaries in, their pieces out.

mod args;
mod features;
mod units;

pub use args::CrossOrgunits;

use geo_inputs::BAD_GEOMETRY;
use pop_cli::{AllowKind, Arg, CommonArgs, Consent, Console, ExitStatus, Tool, ToolError};

use features::Features;
use units::Units;

const KINDS: &[AllowKind] = &[AllowKind::new(
    BAD_GEOMETRY,
    "units whose polygon can be read in two ways come out without geometry",
)];

impl Tool for CrossOrgunits {
    const NAME: &'static str = "cross-orgunits";
    const ALLOW_KINDS: &'static [AllowKind] = KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let mut output = console.output("output", &self.common.output)?;
        let mut consent = Consent::load(&self.consent, KINDS, console)?;
        let old = Units::read_old(self, &mut consent, console)?;
        let new = Units::read_new(self, &mut consent, console)?;
        let features = Features::new(&old, &new);
        features.write(&mut output)?;
        console.publish(vec![output])?;
        old.warn(console);
        new.warn(console);
        let args = [
            ("pieces", Arg::Count(features.pieces.len())),
            ("old", Arg::Count(old.units.len())),
            ("new", Arg::Count(new.units.len())),
        ];
        let messages = console.messages();
        console.summary(&format!(
            "{} {}",
            messages.text_of("summary-pieces", &args),
            features.summary(&messages)
        ));
        consent.report(console);
        Ok(ExitStatus::Done)
    }
}
