//! `zonal-sum`: people inside each org unit, from population rasters, and the balance of where everybody went.
//!
//! Reads org units and rasters, gives sums. The arithmetic is `pop-zonal`'s; here are the arguments, the labels of rasters, the statuses
//! of rows, and the files.

mod args;
mod balance;
mod consent;
mod dates;
mod grids;
mod label;
mod mixture;
mod rasters;
mod report;
mod rows;
mod spec;
mod write;

pub use args::{Format, MethodArg, ZonalSum};

use pop_cli::{AllowKind, CommonArgs, Consent, Console, ExitStatus, Tool, ToolError};
use pop_geo::OrgUnitSet;
use raster_inputs::{check_geometry, in_pool, read_org_units};

impl Tool for ZonalSum {
    const NAME: &'static str = "zonal-sum";
    const ALLOW_KINDS: &'static [AllowKind] = consent::KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let outputs = write::Outputs::open(self, console)?;
        let mut consent = Consent::load(&self.consent, Self::ALLOW_KINDS, console)?;
        let specs = spec::collect(self, console)?;
        let rasters = rasters::open(&specs, self, &consent, console)?;
        mixture::check(&rasters, &mut consent)?;
        let units = read_org_units(
            &self.org_units,
            self.id_property.as_deref(),
            self.threads,
            console,
        )?;
        check_geometry(&units, |unit| !unit.context, &mut consent)?;
        let selected = self.select(&units, console)?;
        let dates = dates::Dates::new(&units.units, &rasters, self.as_of.as_deref());
        let results = in_pool(self.threads, || {
            grids::sum(self, &units.units, &selected, &dates, &rasters, console)
        })??;
        consent::judge_left_out(&rasters, &results, &consent, console)?;
        let rows = rows::all(
            &units.units,
            &selected,
            &dates,
            &rasters,
            &results,
            self.method.into(),
        );
        let balance = balance::draw_up(&units.units, &rows, &rasters, &results);
        self.check_unallocated(&balance)?;
        report::tell(&units, &rows, &rasters, &balance, &mut consent, console);
        outputs.write(self, &rows, &balance, console)?;
        Ok(ExitStatus::Done)
    }
}

impl ZonalSum {
    /// Which units get rows: all that were asked for, of the levels named.
    fn select(&self, units: &OrgUnitSet, console: &Console) -> Result<Vec<bool>, ToolError> {
        let levels = self.levels();
        let selected: Vec<bool> = units
            .units
            .iter()
            .map(|unit| {
                !unit.context
                    && (levels.is_empty() || unit.level.is_some_and(|l| levels.contains(&l)))
            })
            .collect();
        let count = selected.iter().filter(|&&s| s).count();
        if count == 0 {
            let mut found: Vec<u32> = units.units.iter().filter_map(|unit| unit.level).collect();
            found.sort_unstable();
            found.dedup();
            return Err(ToolError::data(format!(
                "none of {} units is of level {levels:?}, found levels {found:?}",
                units.units.len()
            ))
            .in_file(&self.org_units));
        }
        let others = units.units.len() - count;
        if others > 0 {
            console.note(&format!(
                "{others} units of other levels or for the tree only: no rows for them"
            ));
        }
        Ok(selected)
    }

    fn check_unallocated(&self, balance: &[balance::RasterBalance]) -> Result<(), ToolError> {
        let Some(most) = self.max_unallocated else {
            return Ok(());
        };
        for raster in balance {
            for level in &raster.levels {
                let lost = level.inside_complete_parents + level.outside_every_unit;
                let share = if raster.total > 0.0 {
                    lost / raster.total
                } else {
                    0.0
                };
                if share > most {
                    let level = level
                        .level
                        .map_or_else(|| "no level".to_owned(), |l| format!("level {l}"));
                    return Err(ToolError::data(format!(
                        "{level}: {lost:.1} of {:.1} people ({share:.4}) are in no unit, more than the {most} of --max-unallocated",
                        raster.total
                    ))
                    .in_file(&raster.raster)
                    .hint("look at the balance (--balance FILE) without the limit: is a unit missing, or do outlines miss the coast?"));
                }
            }
        }
        Ok(())
    }
}
