//! `cross-orgunits`: two sets of boundaries in, their pieces out.

mod args;
mod features;
mod units;

pub use args::CrossOrgunits;

use pop_cli::{AllowKind, CommonArgs, Consent, Console, ExitStatus, Tool, ToolError, counted};
use raster_inputs::BAD_GEOMETRY;

use features::Features;
use units::Units;

const KINDS: &[AllowKind] = &[AllowKind {
    name: BAD_GEOMETRY,
    meaning: "units whose polygon can be read in two ways come out without geometry",
}];

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
        console.summary(&format!(
            "{} of {} and {}: {}",
            counted(features.pieces.len(), "piece"),
            counted(old.units.len(), "old unit"),
            counted(new.units.len(), "new unit"),
            features.summary()
        ));
        Ok(ExitStatus::Done)
    }
}
