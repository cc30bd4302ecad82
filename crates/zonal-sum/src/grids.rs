//! Rasters by grid: those that share one are summed in one pass.

use std::fs::File;

use pop_cli::{Console, ToolError};
use pop_geo::OrgUnit;
use pop_raster::RasterFile;
use pop_zonal::{
    Chunks, Dated, Failure, Lattice, Layers, RasterBand, RasterSums, Reach, Request, Size,
    sum_stack,
};

use crate::ZonalSum;
use crate::dates::Dates;
use crate::rasters::{self, Raster};

/// What a run found.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) layers: Layers,
    /// Per raster: sums, and which of `sizes` are its outlines'.
    pub(crate) rasters: Vec<(RasterSums, usize)>,
    /// Per grid: the size of each outline.
    pub(crate) sizes: Vec<Vec<Size>>,
    pub(crate) reach: Reach,
    /// Per raster: index of the standing on its date.
    pub(crate) standings: Vec<u32>,
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
    let layers = Layers::new(units, selected, &dates.standings);
    let groups = group(rasters);
    let chunks: usize = rasters
        .iter()
        .map(|raster| raster.file.layout().count())
        .sum();
    let progress = console.progress("reading", Some(chunks as u64));
    let tick = || progress.advance(1);
    let reach = args.reach();
    let mut found: Vec<Option<(RasterSums, usize)>> = rasters.iter().map(|_| None).collect();
    let mut sizes = Vec::new();
    for group in &groups {
        let first = &rasters[group[0]].file;
        let request = Request {
            units,
            layers: &layers,
            lattice: Lattice::from(first.grid()),
            chunks: Chunks::from(first.layout()),
            method: args.method.into(),
            reach,
            tick: &tick,
        };
        let bands: Vec<RasterBand<'_, File>> = group
            .iter()
            .map(|&raster| RasterBand {
                file: &rasters[raster].file,
                band: rasters[raster].band,
            })
            .collect();
        let dated: Vec<_> = bands
            .iter()
            .zip(group)
            .map(|(cells, &raster)| Dated {
                cells,
                standing: dates.standing(raster),
            })
            .collect();
        let sums = sum_stack(&request, &dated).map_err(|error| explain(&error, group, rasters))?;
        for (&raster, sums) in group.iter().zip(sums.rasters) {
            found[raster] = Some((sums, sizes.len()));
        }
        sizes.push(sums.sizes);
    }
    progress.finish();
    let standings = (0..rasters.len())
        .map(|raster| dates.standing(raster))
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
        standings,
    })
}

/// Rasters with the same cells in the same chunks.
fn group(rasters: &[Raster]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (number, raster) in rasters.iter().enumerate() {
        let home = groups
            .iter_mut()
            .find(|group| share_grid(&rasters[group[0]].file, &raster.file));
        match home {
            Some(group) => group.push(number),
            None => groups.push(vec![number]),
        }
    }
    groups
}

fn share_grid(a: &RasterFile<File>, b: &RasterFile<File>) -> bool {
    a.layout() == b.layout() && a.grid().same_cells(b.grid())
}

fn explain(
    error: &Failure<pop_raster::RasterError>,
    group: &[usize],
    rasters: &[Raster],
) -> ToolError {
    let path = |raster: usize| rasters[group[raster]].path.as_str();
    match error {
        Failure::Read { raster, source } => rasters::failure(source, path(*raster)),
        Failure::Implausible { raster, .. } => ToolError::data(error)
            .in_file(path(*raster))
            .hint("a nodata value that is not declared, or no raster of people?"),
        Failure::Coverage { .. } => ToolError::internal(error)
            .in_file(path(0))
            .hint("this is a fault of the tool: please report it, with the input if you may"),
    }
}
