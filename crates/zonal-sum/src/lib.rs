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
mod mixed_rasters;
mod raster_spec;
mod rasters;
mod report;
mod rows;
mod write;

pub use args::{Format, MethodArg, ZonalSum};

use pop_cli::{
    AllowKind, CommonArgs, Consent, Console, ExitStatus, Tool, ToolError, by_number, counted,
};
use pop_geo::OrgUnitSet;
use raster_inputs::{UnitProperties, check_geometry, read_org_units};

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
            &self.org_units,
            UnitProperties {
                id: self.id_property.as_deref(),
                name: self.name_property.as_deref(),
            },
            &pool,
            console,
        )?;
        check_geometry(&units, |unit| !unit.context, &mut consent)?;
        let selected = self.select(&units, console)?;
        let dates = dates::Dates::new(&units.units, &rasters, self.as_of.as_deref());
        let results =
            pool.install(|| grids::sum(self, &units.units, &selected, &dates, &rasters, console))?;
        contents::check_contents(&rasters, &results, &mut consent)?;
        consent::judge_left_out(&rasters, &results, &consent, console)?;
        let rows = rows::all(
            &units.units,
            &selected,
            &dates,
            &rasters,
            &results,
            self.method.into(),
        )?;
        let balance = balance::balances(&units.units, &rows, &rasters, &results);
        self.check_unallocated(&balance)?;
        report::print(&units, &rows, &rasters, &balance, &mut consent, console);
        outputs.write(self, &units, &rows, &balance, console)?;
        // Freeing every ring takes a while, and the process ends here.
        std::mem::forget((units, rows, results));
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
                "none of {} is of {} {}, found {} {}",
                counted(units.units.len(), "unit"),
                by_number(levels.len(), "level", "levels"),
                join(levels),
                by_number(found.len(), "level", "levels"),
                join(&found)
            ))
            .in_file(&self.org_units)
            .hint("the units carry their level in the property `level`: name one that is there, or leave --level out"));
        }
        let others = units.units.len() - count;
        if others > 0 {
            console.note(&format!(
                "no rows for {}: of other levels, or context only",
                counted(others, "unit")
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
                    .hint("write the balance without the limit (--balance FILE): a unit may be missing, or outlines may miss the coast"));
                }
            }
        }
        Ok(())
    }
}

fn join(levels: &[u32]) -> String {
    let levels: Vec<String> = levels.iter().map(u32::to_string).collect();
    levels.join(", ")
}
