//! The org units that a clip is for.

use geo_inputs::{
    ThreadPool, UnitProperties, check_geometry, outline_digest, read_org_units,
    warn_of_other_outlines, warn_of_units_without_level, warn_of_unrecorded_outlines,
};
use pop_cli::{Consent, Console, ToolError, counted, shortened_list};
use pop_geo::{Area, Bounds, OrgUnit, OrgUnitSet};
use pop_raster::{CellWindow, ClipRecord, MaskMatch, MaskUnit};
use rayon::prelude::*;

use crate::ClipRaster;
use crate::cells::TouchedCells;
use crate::source::SourceRaster;

/// Reads the stream of org units.
pub(crate) fn read(
    args: &ClipRaster,
    pool: &ThreadPool,
    consent: &mut Consent,
    console: &mut Console,
) -> Result<OrgUnitSet, ToolError> {
    let units = read_org_units(
        "org-units",
        &args.org_units,
        UnitProperties {
            id: args.id_property.as_deref(),
            name: None,
        },
        pool,
        console,
    )?;
    check_geometry(&args.org_units, &units, |unit| args.wants(unit), consent)?;
    Ok(units)
}

impl ClipRaster {
    /// Whether a unit of the stream is asked for.
    fn wants(&self, unit: &OrgUnit) -> bool {
        !unit.context
            && (self.level.is_empty()
                || unit
                    .depth()
                    .is_some_and(|level| self.level.contains(&level)))
            && (self.id.is_empty() || self.id.contains(&unit.id))
    }
}

/// The units a clip is for, and the cells round them.
pub(crate) struct SelectedUnits<'a> {
    units: Vec<(&'a OrgUnit, &'a Area)>,
    /// The smallest window that holds all cells they touch, and the margin.
    pub(crate) window: CellWindow,
}

impl<'a> SelectedUnits<'a> {
    /// Picks the units that are asked for and have a polygon, and finds their window.
    pub(crate) fn of(
        set: &'a OrgUnitSet,
        args: &ClipRaster,
        source: &SourceRaster,
        console: &Console,
    ) -> Result<Self, ToolError> {
        let wanted: Vec<_> = set.units.iter().filter(|unit| args.wants(unit)).collect();
        warn_of_units_without_level(set, &args.level, console);
        let units: Vec<_> = wanted
            .iter()
            .filter_map(|unit| Some((*unit, unit.area()?)))
            .collect();
        if units.is_empty() {
            let what = if wanted.is_empty() {
                "is asked for"
            } else {
                "that is asked for has a polygon"
            };
            return Err(
                ToolError::data(format!("none of {} {what}", counted(set.units.len(), "unit")))
                    .in_file(&args.org_units)
                    .hint("name a level or units that the file has with polygons; without a choice all are taken"),
            );
        }
        if wanted.len() > units.len() {
            console.warn(&format!(
                "units without a polygon are left out: {}",
                wanted.len() - units.len()
            ));
        }
        let windows: Vec<_> = units
            .iter()
            .map(|(_, area)| window_of(area, source, args.margin.unwrap_or(0)))
            .collect();
        let Some(window) = windows.iter().flatten().copied().reduce(union) else {
            return Err(no_overlap(set, args, source));
        };
        let outside: Vec<&str> = units
            .iter()
            .zip(&windows)
            .filter(|(_, w)| w.is_none())
            .map(|((unit, _), _)| unit.id.as_str())
            .collect();
        if !outside.is_empty() {
            console.warn(&format!(
                "units outside the raster: {} ({})",
                outside.len(),
                shortened_list(&outside)
            ));
        }
        Ok(Self { units, window })
    }

    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.units.len()
    }

    /// Their ids and outlines, in the order of the stream.
    fn mask_units(&self) -> Vec<MaskUnit> {
        let unit = |(unit, area): &(&OrgUnit, &Area)| MaskUnit {
            id: unit.id.clone(),
            outline: outline_digest(area),
        };
        self.units.par_iter().map(unit).collect()
    }

    /// The cells of `window` that any of them touches.
    pub(crate) fn touched(&self, source: &SourceRaster, window: &CellWindow) -> TouchedCells {
        let areas: Vec<&Area> = self.units.iter().map(|(_, area)| *area).collect();
        TouchedCells::by(&areas, &source.file().grid().window(window))
    }
}

/// The record of a clip masked to the units. Units that the mask of the source cut away are named.
pub(crate) fn masked(
    record: ClipRecord,
    selected: &SelectedUnits<'_>,
    source: &SourceRaster,
    console: &Console,
) -> ClipRecord {
    let units = selected.mask_units();
    if let Some(earlier) = record.mask() {
        let matching = |wanted: MaskMatch| -> Vec<&str> {
            let units = units.iter();
            let found = units.filter(|unit| earlier.match_of(&unit.id, &unit.outline) == wanted);
            found.map(|unit| unit.id.as_str()).collect()
        };
        let other = matching(MaskMatch::NotKept);
        if !other.is_empty() {
            console.warn(&format!(
                "{}: masked to other units than {} ({}), which the clip does not keep",
                source.path(),
                counted(other.len(), "unit"),
                shortened_list(&other)
            ));
        }
        let redrawn = matching(MaskMatch::OtherOutline);
        warn_of_other_outlines(&[source.path()], &redrawn, console);
        if !earlier.has_outlines() {
            warn_of_unrecorded_outlines(&[source.path()], console);
        }
    }
    record.masked(units)
}

/// The cells round an area, which may lie a whole turn away from where the raster counts.
fn window_of(area: &Area, source: &SourceRaster, margin: usize) -> Option<CellWindow> {
    let grid = source.file().grid();
    let at = |bounds: &Bounds, turn: f64| {
        let bounds = pop_raster::RasterExtent {
            west: bounds.west + turn,
            south: bounds.south,
            east: bounds.east + turn,
            north: bounds.north,
        };
        grid.window_of(&bounds, margin)
    };
    let parts = area.rings().filter_map(|(ring, _)| {
        let (first, rest) = ring.split_first()?;
        Some(
            rest.iter()
                .fold(Bounds::at(*first), |bounds, &point| bounds.with(point)),
        )
    });
    parts
        .flat_map(|bounds| [0.0, 360.0, -360.0].map(|turn| at(&bounds, turn)))
        .flatten()
        .reduce(union)
}

/// The smallest window that holds both.
fn union(a: CellWindow, b: CellWindow) -> CellWindow {
    let (col, row) = (a.col.min(b.col), a.row.min(b.row));
    CellWindow {
        col,
        row,
        width: a.end_col().max(b.end_col()) - col,
        height: a.end_row().max(b.end_row()) - row,
    }
}

fn no_overlap(set: &OrgUnitSet, args: &ClipRaster, source: &SourceRaster) -> ToolError {
    let grid = source.file().grid().extent();
    let raster = Bounds {
        west: grid.west,
        south: grid.south,
        east: grid.east,
        north: grid.north,
    };
    let error = match set.bounds() {
        Some(units) => ToolError::data(format!(
            "no unit lies in the raster: units reach from {:.3} to {:.3} E and {:.3} to {:.3} N, the raster from {:.3} to {:.3} E and {:.3} to {:.3} N",
            units.west,
            units.east,
            units.south,
            units.north,
            raster.west,
            raster.east,
            raster.south,
            raster.north
        )),
        None => ToolError::data("no unit lies in the raster"),
    };
    let error = error.in_file(&args.org_units);
    if set
        .bounds()
        .is_some_and(|units| units.swapped().intersects(&raster))
    {
        error.hint("latitudes and longitudes look swapped: GeoJSON wants [longitude, latitude]")
    } else {
        error.hint("is it the raster of another country?")
    }
}
