//! `zonal-sum`: people inside each org unit, from population rasters, and the balance.
//!
//! Reads org units and rasters, writes sums. The arithmetic is in `pop-zonal`; here are the arguments, the labels of rasters, the statuses
//! of rows, and the outputs.

mod args;
mod balance;
mod by_unit;
mod cell_size;
mod consent;
mod contents;
mod dates;
mod grids;
mod label;
mod masks;
mod mixed_rasters;
mod name_findings;
mod raster_spec;
mod rasters;
mod report;
mod rows;
mod selection;
mod write;

pub use args::{Format, MethodArg, ZonalSum};

use geo_inputs::{UnitProperties, check_geometry, read_org_units};
use pop_cli::{AllowKind, CommonArgs, Consent, Console, ExitStatus, Tool, ToolError};
use pop_geo::OrgUnit;

impl Tool for ZonalSum {
    const NAME: &'static str = "zonal-sum";
    const ALLOW_KINDS: &'static [AllowKind] = consent::KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let outputs = write::Outputs::open(self, console)?;
        let mut consent = Consent::load(&self.consent, Self::ALLOW_KINDS, console)?;
        let specs = raster_spec::collect(self, console)?;
        let rasters = rasters::open(&specs, self, &consent, console)?;
        mixed_rasters::check(&rasters, &mut consent)?;
        cell_size::check(&rasters, &mut consent)?;
        let pool = self.threads.pool()?;
        let units = read_org_units(
            "org-units",
            &self.org_units,
            UnitProperties {
                id: self.id_property.as_deref(),
                name: self.name_property.as_deref(),
            },
            &pool,
            console,
        )?;
        let is_wanted = |unit: &OrgUnit| !unit.context;
        check_geometry(&self.org_units, &units, is_wanted, &mut consent)?;
        let selected = selection::select(self, &units, console)?;
        let masks = pool.install(|| masks::Masks::new(&units.units, &selected, &rasters, console));
        let dates = dates::Dates::new(&units.units, &rasters, &masks, self.as_of.as_deref());
        let results =
            pool.install(|| grids::sum(self, &units.units, &selected, &dates, &rasters, console))?;
        contents::check_contents(&rasters, &results, &mut consent)?;
        consent::judge_left_out(&rasters, &results, &mut consent, console)?;
        let rows = rows::all(
            &units.units,
            &selected,
            &dates,
            &masks,
            &rasters,
            &results,
            self.method.into(),
        )?;
        let balance = balance::balances(&units.units, &rows, &rasters, &results);
        balance::check_unallocated(&balance, self.max_unallocated)?;
        report::print(&units, &rows, &rasters, &balance, &mut consent, console);
        outputs.write(self, &units, &rows, &balance, console)?;
        // Freeing every ring takes a while, and the process ends here.
        std::mem::forget((units, rows, results));
        Ok(ExitStatus::Done)
    }
}
