//! Rasters by grid: those that share one are summed in one pass.

use std::fs::File;

use geo_inputs::raster_error;
use pop_cli::{Console, ToolError};
use pop_geo::OrgUnit;
use pop_raster::RasterFile;
use pop_sums::limits::MAX_PEOPLE;
use pop_zonal::{
    BalanceLayers, CellTransform, OutlineArea, RasterBand, RasterSums, ReadScope, StackRaster,
    SumError, SumRequest, sum_stack,
};

use crate::ZonalSum;
use crate::dates::Dates;
use crate::rasters::Raster;

/// What a run found.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) layers: BalanceLayers,
    /// Per raster: sums, and which of `sizes` are its outlines'.
    pub(crate) rasters: Vec<(RasterSums, usize)>,
    /// Per grid: the size of each outline.
    pub(crate) sizes: Vec<Vec<OutlineArea>>,
    pub(crate) reach: ReadScope,
    /// Per raster: index of the set of units that are active on its date.
    pub(crate) active_sets: Vec<u32>,
}

/// Sums all rasters, grid by grid.
pub(crate) fn sum(
    args: &ZonalSum,
    units: &[OrgUnit],
    selected: &[bool],
    dates: &Dates,
    rasters: &[Raster],
    console: &mut Console,
) -> Result<Results, ToolError> {
    let layers = BalanceLayers::new(units, selected, &dates.active_sets);
    let groups = group(rasters);
    let chunks: usize = rasters
        .iter()
        .map(|raster| raster.file().layout().count())
        .sum();
    let progress = console.progress("reading", Some(chunks as u64));
    let tick = || progress.advance(1);
    let reach = args.reach();
    let mut found: Vec<Option<(RasterSums, usize)>> = rasters.iter().map(|_| None).collect();
    let mut sizes = Vec::new();
    for group in &groups {
        let first = rasters[group[0]].file();
        let request = SumRequest {
            units,
            layers: &layers,
            transform: CellTransform::from(first.grid()),
            layout: *first.layout(),
            method: args.method.into(),
            reach,
            tick: &tick,
        };
        let bands: Vec<RasterBand<'_, File>> = group
            .iter()
            .map(|&raster| RasterBand {
                file: rasters[raster].file(),
                band: rasters[raster].band,
            })
            .collect();
        let dated: Vec<_> = bands
            .iter()
            .zip(group)
            .map(|(cells, &raster)| StackRaster {
                cells,
                active_set: dates.active_set(raster),
            })
            .collect();
        let sums = sum_stack(&request, &dated).map_err(|error| explain(&error, group, rasters))?;
        for (&raster, sums) in group.iter().zip(sums.rasters) {
            check_total(&rasters[raster], &sums)?;
            found[raster] = Some((sums, sizes.len()));
        }
        sizes.push(sums.sizes);
    }
    progress.finish();
    let active_sets = (0..rasters.len())
        .map(|raster| dates.active_set(raster))
        .collect();
    if groups.len() > 1 {
        console.note(&format!(
            "{} rasters on {} grids",
            rasters.len(),
            groups.len()
        ));
    }
    Ok(Results {
        layers,
        rasters: found.into_iter().flatten().collect(),
        sizes,
        reach,
        active_sets,
    })
}

/// Rasters with the same cells, to the last bit of their corner and cell size, in the same chunks: each raster is summed on its own lattice.
fn group(rasters: &[Raster]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (number, raster) in rasters.iter().enumerate() {
        let home = groups
            .iter_mut()
            .find(|group| share_grid(rasters[group[0]].file(), raster.file()));
        match home {
            Some(group) => group.push(number),
            None => groups.push(vec![number]),
        }
    }
    groups
}

fn share_grid(a: &RasterFile<File>, b: &RasterFile<File>) -> bool {
    a.layout() == b.layout() && a.grid() == b.grid()
}

/// Refuses a total that no raster of people can have.
fn check_total(raster: &Raster, sums: &RasterSums) -> Result<(), ToolError> {
    let people = sums.total.people();
    if people <= MAX_PEOPLE {
        return Ok(());
    }
    Err(ToolError::data(format!(
        "{people:e} people, more than the {MAX_PEOPLE:e} that a raster can hold"
    ))
    .in_file(&raster.path)
    .hint(NOT_PEOPLE))
}

/// What to look at where there are too many people.
const NOT_PEOPLE: &str = "check with clip-raster --info whether the raster holds people per cell and declares its nodata value (gdal_edit.py -a_nodata VALUE)";

fn explain(
    error: &SumError<pop_raster::RasterError>,
    group: &[usize],
    rasters: &[Raster],
) -> ToolError {
    let path = |raster: usize| rasters[group[raster]].path.as_str();
    match error {
        SumError::Read { raster, source } => raster_error(source, path(*raster)),
        SumError::TooManyPeople { raster, .. } => ToolError::data(error)
            .in_file(path(*raster))
            .hint(NOT_PEOPLE),
        SumError::Coverage { .. } => ToolError::internal(error)
            .in_file(path(0))
            .hint("please report it, with the input if you may share it"),
    }
}
