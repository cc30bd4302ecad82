//! One pass over the rasters of a grid: coverage once, each chunk decoded once for each raster.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use pop_geo::OrgUnit;
use pop_raster::Samples;
use rayon::prelude::*;

use crate::band::{Filed, Method, cover};
use crate::check;
use crate::error::Failure;
use crate::first_failure::FirstFailure;
use crate::known::{Known, KnownChunks, Recall};
use crate::lattice::Lattice;
use crate::layers::Layers;
use crate::outline::{BandIndex, Outline};
use crate::plan::{Plan, Planner, Prefixes};
use crate::results::{RasterSums, Size, StackSums};
use crate::source::{CellSource, Chunks};
use crate::sweep::Swept;
use crate::tally::Sum;

/// How much of a raster is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// All of it, so that the balance is that of the whole raster.
    #[default]
    Whole,
    /// Only chunks that some unit touches.
    Touched,
}

/// What to sum.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// All units, in the order that [`Layers`] speaks of.
    pub units: &'a [OrgUnit],
    /// Which of them count where.
    pub layers: &'a Layers,
    /// Where the cells lie.
    pub lattice: Lattice,
    /// How the cells are cut into chunks.
    pub chunks: Chunks,
    /// How border cells count.
    pub method: Method,
    /// How much is read.
    pub reach: Reach,
    /// Called once for every chunk of every raster.
    pub tick: &'a (dyn Fn() + Sync),
}

/// A raster of the grid, and the standing of the units on its date.
#[derive(Debug, Clone, Copy)]
pub struct Dated<'a, C> {
    /// The cells.
    pub cells: &'a C,
    /// Index of the standing among those that the layers were laid out for.
    pub standing: u32,
}

/// Sums every raster of a stack over every unit, on the threads of the current pool.
///
/// The result does not depend on the number of threads, on how the rasters are cut into chunks, or on the order of anything.
///
/// # Errors
/// The first chunk that cannot be read, a cell with more people than can be, or coverage that contradicts the polygon's own area.
pub fn sum_stack<C: CellSource>(
    request: &Request<'_>,
    rasters: &[Dated<'_, C>],
) -> Result<StackSums, Failure<C::Error>> {
    let (outlines, index) = outlines(request);
    let pass = Pass {
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
        known: rasters.iter().map(|_| KnownChunks::default()).collect(),
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
    if request.method == Method::Exact {
        check::coverage(request, &outlines, &swept)?;
    }
    let sums = pass
        .sums
        .into_iter()
        .map(|sums| sums.into_inner().unwrap_or_else(PoisonError::into_inner));
    let rasters: Vec<RasterSums> = sums.collect();
    if let Some(raster) = rasters
        .iter()
        .position(|sums| sums.total.people() > MOST_PEOPLE)
    {
        return Err(Failure::Implausible {
            raster,
            people: rasters[raster].total.people(),
        });
    }
    Ok(StackSums {
        sizes: outlines
            .iter()
            .map(|o| Size {
                area: o.area,
                inside: o.inside,
            })
            .collect(),
        rasters,
    })
}

/// Rasters by file, so that the bands of one chunk are read one after the other.
fn files<C: CellSource>(rasters: &[Dated<'_, C>]) -> Vec<Vec<usize>> {
    let mut files: Vec<Vec<usize>> = Vec::new();
    for (number, raster) in rasters.iter().enumerate() {
        match files
            .iter_mut()
            .find(|file| rasters[file[0]].cells.shares_chunks(raster.cells))
        {
            Some(file) => file.push(number),
            None => files.push(vec![number]),
        }
    }
    files
}

/// More people than this in one raster are no people.
const MOST_PEOPLE: f64 = 1e12;

/// Units whose outlines are laid out in one go.
const UNITS_A_TASK: usize = 64;

fn outlines<'a>(request: &Request<'a>) -> (Vec<Outline<'a>>, BandIndex) {
    let chunks = &request.chunks;
    let empty = || BandIndex::new(chunks);
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
                    Some(Outline::new(area, &request.lattice, &mut index, number))
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

struct Pass<'a, 'b, C: CellSource> {
    request: &'b Request<'a>,
    rasters: &'b [Dated<'b, C>],
    /// Rasters that share a file.
    files: Vec<Vec<usize>>,
    outlines: &'b [Outline<'a>],
    index: &'b BandIndex,
    swept: Mutex<Vec<Swept>>,
    sums: Vec<Mutex<RasterSums>>,
    known: Vec<KnownChunks>,
    scratch: Mutex<Vec<Scratch<C>>>,
    failure: FirstFailure<Failure<C::Error>>,
}

/// A chunk and its size, cut to the raster.
#[derive(Clone, Copy)]
struct Chunk {
    number: usize,
    width: usize,
    height: usize,
}

/// Working memory of a thread, handed from task to task.
struct Scratch<C: CellSource> {
    decode: C::Scratch,
    prefixes: Prefixes,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<C: CellSource> Pass<'_, '_, C> {
    /// All chunks of one band of rows.
    fn band(&self, number: usize) {
        let Request {
            lattice,
            chunks,
            method,
            reach,
            ..
        } = self.request;
        let rows = self.index.rows(number);
        let (first, height) = (rows.start as usize, (rows.end - rows.start) as usize);
        let rows_of_chunks = chunks.rows_of_band(first, height);
        if self
            .failure
            .is_before(self.place(rows_of_chunks.start * chunks.across))
        {
            return;
        }
        let band = cover(self.outlines, lattice, self.index, number, *method);
        {
            let mut swept = lock(&self.swept);
            for (outline, found) in &band.swept {
                swept[*outline as usize].add(found);
            }
        }
        if band.runs.is_empty() && *reach == Reach::Touched {
            return;
        }
        let filed = Filed::new(
            &band.runs,
            height as u32,
            chunks.across as u32,
            chunks.width as u32,
        );
        drop(band.runs);
        let tasks: Vec<(usize, usize)> = rows_of_chunks
            .flat_map(|down| (0..chunks.across).map(move |across| (down, across)))
            .collect();
        tasks.into_par_iter().for_each(|(down, across)| {
            let window = chunks.window(down, across);
            let top = (window.row - first) as u32;
            let chunk = Chunk {
                number: down * chunks.across + across,
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
    }

    /// Where the first raster's chunk of this number stands among all chunks of all rasters.
    fn place(&self, number: usize) -> usize {
        number * self.rasters.len()
    }

    /// One chunk of all rasters; `rows` are those of the band.
    fn chunk(&self, filed: &Filed, chunk: Chunk, across: u32, rows: Range<u32>) {
        if !filed.touches(across, &rows) {
            if self.request.reach == Reach::Whole {
                self.each_raster(chunk, |raster, scratch| {
                    self.untouched(raster, chunk, scratch)
                });
            }
            return;
        }
        let mut planner = Planner::new(self.request.layers, chunk.width);
        let plan = planner.plan(filed, across, rows);
        self.each_raster(chunk, |raster, scratch| {
            self.touched(raster, chunk, &plan, scratch)
        });
    }

    fn each_raster(
        &self,
        chunk: Chunk,
        task: impl Fn(usize, &mut Scratch<C>) -> Result<(), Failure<C::Error>> + Sync,
    ) {
        self.files.par_iter().for_each(|rasters| {
            let mut scratch = lock(&self.scratch).pop().unwrap_or_else(|| Scratch {
                decode: C::Scratch::default(),
                prefixes: Prefixes::default(),
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
        chunk: Chunk,
        scratch: &mut Scratch<C>,
    ) -> Result<(), Failure<C::Error>> {
        let known = match self.recall(raster, chunk)? {
            Recall::Known(known) => known,
            Recall::New(key) => {
                let plan = Plan::bare(chunk.width, chunk.height);
                let (known, _) = self.decode(raster, chunk, &plan, scratch)?;
                self.known[raster].keep(key, &known);
                known
            }
        };
        let mut sums = lock(&self.sums[raster]);
        sums.take_untouched(self.request.layers, self.rasters[raster].standing, &known);
        Ok(())
    }

    fn touched(
        &self,
        raster: usize,
        chunk: Chunk,
        plan: &Plan,
        scratch: &mut Scratch<C>,
    ) -> Result<(), Failure<C::Error>> {
        let key = match self.recall(raster, chunk)? {
            // nobody in it: no claim gets anything
            Recall::Known(known) if !known.total.has_cells() => {
                lock(&self.sums[raster]).take_total(&known);
                return Ok(());
            }
            Recall::Known(_) => None,
            Recall::New(key) => key,
        };
        let (known, found) = self.decode(raster, chunk, plan, scratch)?;
        self.known[raster].keep(key, &known);
        let mut sums = lock(&self.sums[raster]);
        let standing = self.rasters[raster].standing;
        sums.take_claims(self.request.layers, standing, &plan.claims, &found);
        sums.take_total(&known);
        Ok(())
    }

    fn recall(&self, raster: usize, chunk: Chunk) -> Result<Recall, Failure<C::Error>> {
        let size = (chunk.width, chunk.height);
        self.known[raster]
            .recall(self.rasters[raster].cells, chunk.number, size)
            .map_err(|source| Failure::Read { raster, source })
    }

    fn decode(
        &self,
        raster: usize,
        chunk: Chunk,
        plan: &Plan,
        scratch: &mut Scratch<C>,
    ) -> Result<(Known, Vec<Sum>), Failure<C::Error>> {
        let cells = self.rasters[raster].cells;
        let (samples, tally) = cells
            .read(chunk.number, &mut scratch.decode)
            .map_err(|source| Failure::Read { raster, source })?;
        let applied = match samples {
            Samples::F32(values) => plan.apply(values, chunk.width, &mut scratch.prefixes),
            Samples::F64(values) => plan.apply(values, chunk.width, &mut scratch.prefixes),
        };
        let (claims, total) = applied.map_err(|found| Failure::Implausible {
            raster,
            people: found.0,
        })?;
        Ok((Known { total, tally }, claims))
    }
}
