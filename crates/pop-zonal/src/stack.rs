//! One pass over the rasters of a grid: coverage once, each chunk decoded once for each raster.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use pop_geo::OrgUnit;
use pop_raster::{ChunkLayout, Samples};
use rayon::prelude::*;

use crate::balance_layers::BalanceLayers;
use crate::cell_transform::CellTransform;
use crate::chunk_cache::{CacheLookup, ChunkCache, ChunkSummary};
use crate::chunk_source::ChunkSource;
use crate::chunk_weights::{ChunkWeights, PrefixSums, WeightsBuilder};
use crate::coverage::{CoverageMethod, RowBand, SortedRuns, cover};
use crate::coverage_check;
use crate::error::SumError;
use crate::first_failure::FirstFailure;
use crate::outline::{EdgeIndex, Outline};
use crate::row_bands::chunk_rows;
use crate::stack_sums::{OutlineArea, RasterSums, StackSums};
use crate::sweep::Swept;
use crate::weighted_sum::WeightedSum;

/// How much of a raster is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadScope {
    /// All of it, so that the balance is that of the whole raster.
    #[default]
    WholeRaster,
    /// Only chunks that some unit touches.
    TouchedChunks,
}

/// What to sum.
#[derive(Clone, Copy)]
pub struct SumRequest<'a> {
    /// All units, in the order that [`BalanceLayers`] speaks of.
    pub units: &'a [OrgUnit],
    /// Which of them count where.
    pub layers: &'a BalanceLayers,
    /// Where the cells lie.
    pub transform: CellTransform,
    /// How the cells are cut into chunks.
    pub layout: ChunkLayout,
    /// How border cells count.
    pub method: CoverageMethod,
    /// How much is read.
    pub reach: ReadScope,
    /// Called once for every chunk of every raster.
    pub tick: &'a (dyn Fn() + Sync),
}

/// A raster of the grid, and the units that are active on its date.
#[derive(Debug, Clone, Copy)]
pub struct StackRaster<'a, C> {
    /// The cells.
    pub cells: &'a C,
    /// Index of its set of active units among those that the layers were made for.
    pub active_set: u32,
}

/// Sums every raster of a stack over every unit, on the threads of the current pool.
///
/// The result does not depend on the number of threads, on how the rasters are cut into chunks, or on the order of anything.
///
/// # Errors
/// The first chunk that cannot be read, a cell with more people than can be, or coverage that contradicts the polygon's own area.
pub fn sum_stack<C: ChunkSource>(
    request: &SumRequest<'_>,
    rasters: &[StackRaster<'_, C>],
) -> Result<StackSums, SumError<C::Error>> {
    let (outlines, index) = outlines(request);
    let pass = StackPass {
        request,
        rasters,
        outlines: &outlines,
        index: &index,
        swept: Mutex::new(vec![Swept::default(); outlines.len()]),
        sums: rasters
            .iter()
            .map(|_| Mutex::new(RasterSums::new(request.layers)))
            .collect(),
        files: files(rasters),
        known: rasters.iter().map(|_| ChunkCache::default()).collect(),
        bands: Mutex::default(),
        filed: Mutex::default(),
        scratch: Mutex::default(),
        failure: FirstFailure::none_yet(),
    };
    (0..index.len())
        .into_par_iter()
        .for_each(|band| pass.band(band));
    pass.failure.into_result()?;
    let swept = pass
        .swept
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    if request.method == CoverageMethod::Exact {
        let unit_id = |outline: usize| {
            let unit = request.layers.units()[outline] as usize;
            request.units[unit].id.clone()
        };
        coverage_check::check_coverage(unit_id, &outlines, &swept)?;
    }
    let sums = pass
        .sums
        .into_iter()
        .map(|sums| sums.into_inner().unwrap_or_else(PoisonError::into_inner));
    let rasters: Vec<RasterSums> = sums.collect();
    Ok(StackSums {
        sizes: outlines
            .iter()
            .map(|o| OutlineArea {
                area: o.area,
                inside: o.inside,
            })
            .collect(),
        rasters,
    })
}

/// Rasters by file, so that the bands of one chunk are read one after the other.
fn files<C: ChunkSource>(rasters: &[StackRaster<'_, C>]) -> Vec<Vec<usize>> {
    let mut files: Vec<Vec<usize>> = Vec::new();
    for (number, raster) in rasters.iter().enumerate() {
        match files
            .iter_mut()
            .find(|file| rasters[file[0]].cells.shares_file(raster.cells))
        {
            Some(file) => file.push(number),
            None => files.push(vec![number]),
        }
    }
    files
}

/// Units whose outlines are laid out in one go.
const UNITS_A_TASK: usize = 64;

fn outlines<'a>(request: &SumRequest<'a>) -> (Vec<Outline<'a>>, EdgeIndex) {
    let empty = || EdgeIndex::new(&request.layout);
    let parts: Vec<_> = request
        .layers
        .units()
        .par_chunks(UNITS_A_TASK)
        .enumerate()
        .map(|(task, units)| {
            let mut index = empty();
            let outlines: Vec<Outline<'a>> = units
                .iter()
                .enumerate()
                .filter_map(|(place, &unit)| {
                    let number = (task * UNITS_A_TASK + place) as u32;
                    let area = request.units[unit as usize].area()?;
                    Some(Outline::new(area, &request.transform, &mut index, number))
                })
                .collect();
            (outlines, index)
        })
        .collect();
    let mut all = Vec::with_capacity(request.layers.outlines());
    let mut index = empty();
    for (outlines, part) in parts {
        all.extend(outlines);
        index.append(part);
    }
    (all, index)
}

struct StackPass<'a, 'b, C: ChunkSource> {
    request: &'b SumRequest<'a>,
    rasters: &'b [StackRaster<'b, C>],
    /// Rasters that share a file.
    files: Vec<Vec<usize>>,
    outlines: &'b [Outline<'a>],
    index: &'b EdgeIndex,
    swept: Mutex<Vec<Swept>>,
    sums: Vec<Mutex<RasterSums>>,
    known: Vec<ChunkCache>,
    /// Working memory of bands, handed from band to band.
    bands: Mutex<Vec<RowBand>>,
    filed: Mutex<Vec<SortedRuns>>,
    scratch: Mutex<Vec<Scratch<C>>>,
    failure: FirstFailure<SumError<C::Error>>,
}

/// A chunk and its size, cut to the raster.
#[derive(Clone, Copy)]
struct ChunkTask {
    number: usize,
    width: usize,
    height: usize,
}

/// Working memory of a thread, handed from task to task.
struct Scratch<C: ChunkSource> {
    decode: C::Scratch,
    prefixes: PrefixSums,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<C: ChunkSource> StackPass<'_, '_, C> {
    /// All chunks of one band of rows.
    fn band(&self, number: usize) {
        let SumRequest {
            transform,
            layout,
            method,
            reach,
            ..
        } = self.request;
        let rows = self.index.rows(number);
        let (first, height) = (rows.start as usize, (rows.end - rows.start) as usize);
        let rows_of_chunks = chunk_rows(layout, first, height);
        if self
            .failure
            .is_before(self.place(rows_of_chunks.start * layout.across))
        {
            return;
        }
        let mut band = lock(&self.bands).pop().unwrap_or_default();
        cover(
            self.outlines,
            transform,
            self.index,
            number,
            *method,
            &mut band,
        );
        {
            let mut swept = lock(&self.swept);
            for (outline, found) in &band.swept {
                swept[*outline as usize].add(found);
            }
        }
        if band.runs.is_empty() && *reach == ReadScope::TouchedChunks {
            lock(&self.bands).push(band);
            return;
        }
        let mut filed = lock(&self.filed).pop().unwrap_or_default();
        filed.fill(
            &band.runs,
            height as u32,
            layout.across as u32,
            layout.chunk_width as u32,
        );
        lock(&self.bands).push(band);
        let tasks: Vec<(usize, usize)> = rows_of_chunks
            .flat_map(|down| (0..layout.across).map(move |across| (down, across)))
            .collect();
        // One by one, so that no thread is left with several at the end.
        let tasks = tasks.into_par_iter().with_max_len(1);
        tasks.for_each(|(down, across)| {
            let number = down * layout.across + across;
            let window = layout.window(number);
            let top = (window.row - first) as u32;
            let chunk = ChunkTask {
                number,
                width: window.width,
                height: window.height,
            };
            self.chunk(
                &filed,
                chunk,
                across as u32,
                top..top + window.height as u32,
            );
        });
        lock(&self.filed).push(filed);
    }

    /// Position of the first raster's chunk of this number among all chunks of all rasters.
    fn place(&self, number: usize) -> usize {
        number * self.rasters.len()
    }

    /// One chunk of all rasters; `rows` are those of the band.
    fn chunk(&self, filed: &SortedRuns, chunk: ChunkTask, across: u32, rows: Range<u32>) {
        if !filed.touches(across, &rows) {
            if self.request.reach == ReadScope::WholeRaster {
                self.each_raster(chunk, |raster, scratch| {
                    self.untouched(raster, chunk, scratch)
                });
            }
            return;
        }
        let mut planner = WeightsBuilder::new(self.request.layers, chunk.width);
        let plan = planner.plan(filed, across, rows);
        self.each_raster(chunk, |raster, scratch| {
            self.touched(raster, chunk, &plan, scratch)
        });
    }

    fn each_raster(
        &self,
        chunk: ChunkTask,
        task: impl Fn(usize, &mut Scratch<C>) -> Result<(), SumError<C::Error>> + Sync,
    ) {
        self.files.par_iter().for_each(|rasters| {
            let mut scratch = lock(&self.scratch).pop().unwrap_or_else(|| Scratch {
                decode: C::Scratch::default(),
                prefixes: PrefixSums::default(),
            });
            for &raster in rasters {
                (self.request.tick)();
                let place = self.place(chunk.number) + raster;
                self.failure.at(place, || task(raster, &mut scratch));
            }
            lock(&self.scratch).push(scratch);
        });
    }

    /// A chunk that no unit touches.
    fn untouched(
        &self,
        raster: usize,
        chunk: ChunkTask,
        scratch: &mut Scratch<C>,
    ) -> Result<(), SumError<C::Error>> {
        let known = match self.recall(raster, chunk)? {
            CacheLookup::Hit(known) => known,
            CacheLookup::Miss(key) => {
                let plan = ChunkWeights::bare(chunk.width, chunk.height);
                let (known, _) = self.decode(raster, chunk, &plan, scratch)?;
                self.known[raster].keep(key, &known);
                known
            }
        };
        let mut sums = lock(&self.sums[raster]);
        sums.add_untouched(self.request.layers, self.rasters[raster].active_set, &known);
        Ok(())
    }

    fn touched(
        &self,
        raster: usize,
        chunk: ChunkTask,
        plan: &ChunkWeights,
        scratch: &mut Scratch<C>,
    ) -> Result<(), SumError<C::Error>> {
        let key = match self.recall(raster, chunk)? {
            // nobody in it: nothing to add
            CacheLookup::Hit(known) if !known.total.has_cells() => {
                lock(&self.sums[raster]).add_total(&known);
                return Ok(());
            }
            CacheLookup::Hit(_) => None,
            CacheLookup::Miss(key) => key,
        };
        let (known, found) = self.decode(raster, chunk, plan, scratch)?;
        self.known[raster].keep(key, &known);
        let mut sums = lock(&self.sums[raster]);
        let active_set = self.rasters[raster].active_set;
        sums.add_targets(self.request.layers, active_set, &plan.targets, &found);
        sums.add_total(&known);
        Ok(())
    }

    fn recall(&self, raster: usize, chunk: ChunkTask) -> Result<CacheLookup, SumError<C::Error>> {
        let size = (chunk.width, chunk.height);
        self.known[raster]
            .recall(self.rasters[raster].cells, chunk.number, size)
            .map_err(|source| SumError::Read { raster, source })
    }

    fn decode(
        &self,
        raster: usize,
        chunk: ChunkTask,
        plan: &ChunkWeights,
        scratch: &mut Scratch<C>,
    ) -> Result<(ChunkSummary, Vec<WeightedSum>), SumError<C::Error>> {
        let cells = self.rasters[raster].cells;
        let (samples, counts) = cells
            .read(chunk.number, &mut scratch.decode)
            .map_err(|source| SumError::Read { raster, source })?;
        let applied = match samples {
            Samples::F32(values) => plan.apply(values, chunk.width, &mut scratch.prefixes),
            Samples::F64(values) => plan.apply(values, chunk.width, &mut scratch.prefixes),
        };
        let (targets, total) = applied.map_err(|found| SumError::TooManyPeople {
            raster,
            people: found.0,
        })?;
        Ok((ChunkSummary { total, counts }, targets))
    }
}
