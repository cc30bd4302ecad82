//! One pass over the rasters of a grid: coverage once, each chunk decoded once for each raster.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use pop_geo::OrgUnit;
use pop_raster::{Samples, Tally};
use rayon::prelude::*;

use crate::band::{Filed, Method, cover};
use crate::check;
use crate::error::Failure;
use crate::lattice::Lattice;
use crate::layers::{Layers, PARTS, Part};
use crate::outline::{BandIndex, Outline};
use crate::plan::{Claim, Plan, Planner, Prefixes};
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

/// What one raster holds.
#[derive(Debug, Clone, Default)]
pub struct RasterSums {
    /// Per outline, as [`Layers::units`] numbers them.
    pub outlines: Vec<Sum>,
    /// Per layer and [`Part`].
    parts: Vec<[Sum; PARTS]>,
    /// People in two outlines of a layer.
    pub(crate) pairs: HashMap<(u32, u32, u32), Sum>,
    /// Everybody in what was read.
    pub total: Sum,
    /// Cells without a usable value, by rule.
    pub tally: Tally,
    /// Chunks that were read.
    pub chunks_read: usize,
}

impl RasterSums {
    /// A part of the balance of a layer.
    #[must_use]
    pub fn part(&self, layer: usize, part: Part) -> &Sum {
        &self.parts[layer][part as usize]
    }
}

/// The size of an outline on the grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Cells, wherever they lie.
    pub area: f64,
    /// Cells within the raster's extent.
    pub inside: f64,
}

/// Sums of all rasters of a stack, in their order, and the sizes of the outlines.
#[derive(Debug)]
pub struct StackSums {
    /// Per outline.
    pub sizes: Vec<Size>,
    /// Per raster.
    pub rasters: Vec<RasterSums>,
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
            .map(|_| Mutex::new(pass_sums(request)))
            .collect(),
        known: rasters.iter().map(|_| Mutex::default()).collect(),
        scratch: Mutex::default(),
    };
    (0..index.len())
        .into_par_iter()
        .try_for_each(|band| pass.band(band))?;
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

fn pass_sums(request: &Request<'_>) -> RasterSums {
    RasterSums {
        outlines: vec![Sum::default(); request.layers.outlines()],
        parts: vec![Default::default(); request.layers.len()],
        ..RasterSums::default()
    }
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

/// What is known of a stored chunk that may come again, byte for byte.
#[derive(Clone)]
struct Known {
    total: Sum,
    tally: Tally,
}

/// Stored chunks longer than this are not remembered: only empty ones are short.
const LONGEST_KNOWN: usize = 8 << 10;

type KnownChunks = HashMap<(usize, usize, Vec<u8>), Known>;

struct Pass<'a, 'b, C: CellSource> {
    request: &'b Request<'a>,
    rasters: &'b [Dated<'b, C>],
    outlines: &'b [Outline<'a>],
    index: &'b BandIndex,
    swept: Mutex<Vec<Swept>>,
    sums: Vec<Mutex<RasterSums>>,
    known: Vec<Mutex<KnownChunks>>,
    scratch: Mutex<Vec<Scratch<C>>>,
}

/// Working memory of a thread, handed from task to task.
struct Scratch<C: CellSource> {
    decode: C::Scratch,
    prefixes: Prefixes,
    stored: Vec<u8>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<C: CellSource> Pass<'_, '_, C> {
    /// All chunks of one band of rows.
    fn band(&self, number: usize) -> Result<(), Failure<C::Error>> {
        let Request {
            lattice,
            chunks,
            method,
            ..
        } = self.request;
        let band = cover(self.outlines, lattice, self.index, number, *method);
        {
            let mut swept = lock(&self.swept);
            for (outline, found) in &band.swept {
                swept[*outline as usize].add(found);
            }
        }
        if band.runs.is_empty() && self.request.reach == Reach::Touched {
            return Ok(());
        }
        let rows = (band.rows.end - band.rows.start) as u32;
        let filed = Filed::new(&band.runs, rows, chunks.across as u32, chunks.width as u32);
        drop(band.runs);
        let first = band.rows.start;
        let tasks: Vec<(usize, usize)> = chunks
            .rows_of_band(first as usize, rows as usize)
            .flat_map(|down| (0..chunks.across).map(move |across| (down, across)))
            .collect();
        tasks.into_par_iter().try_for_each(|(down, across)| {
            let window = chunks.window(down, across);
            let top = (window.row - first as usize) as u32;
            self.chunk(&filed, down, across, top..top + window.height as u32)
        })
    }

    /// One chunk of all rasters; `rows` are those of the band.
    fn chunk(
        &self,
        filed: &Filed,
        down: usize,
        across: usize,
        rows: Range<u32>,
    ) -> Result<(), Failure<C::Error>> {
        let window = self.request.chunks.window(down, across);
        let number = down * self.request.chunks.across + across;
        if !filed.touches(across as u32, &rows) {
            if self.request.reach == Reach::Touched {
                return Ok(());
            }
            return self.each_raster(|raster, scratch| {
                self.untouched(raster, number, window.width, window.height, scratch)
            });
        }
        let mut planner = Planner::new(self.request.layers, window.width);
        let plan = planner.plan(filed, across as u32, rows);
        self.each_raster(|raster, scratch| {
            self.touched(raster, number, window.width, window.height, &plan, scratch)
        })
    }

    fn each_raster(
        &self,
        task: impl Fn(usize, &mut Scratch<C>) -> Result<(), Failure<C::Error>> + Sync,
    ) -> Result<(), Failure<C::Error>> {
        (0..self.rasters.len())
            .into_par_iter()
            .try_for_each(|raster| {
                let mut scratch = lock(&self.scratch).pop().unwrap_or_else(|| Scratch {
                    decode: C::Scratch::default(),
                    prefixes: Prefixes::default(),
                    stored: Vec::new(),
                });
                let result = task(raster, &mut scratch);
                lock(&self.scratch).push(scratch);
                (self.request.tick)();
                result
            })
    }

    /// A chunk that no unit touches: everybody in it is outside, for every layer.
    fn untouched(
        &self,
        raster: usize,
        chunk: usize,
        width: usize,
        height: usize,
        scratch: &mut Scratch<C>,
    ) -> Result<(), Failure<C::Error>> {
        let remembers = self.recall(raster, chunk, width, height, scratch)?;
        let known = match remembers {
            Recall::Known(known) => known,
            Recall::New(key) => {
                let plan = Plan::bare(width, height);
                let (known, _) = self.decode(raster, chunk, width, &plan, scratch)?;
                self.remember(raster, key, &known);
                known
            }
        };
        let standing = self.rasters[raster].standing;
        let mut sums = lock(&self.sums[raster]);
        for (layer, parts) in self.request.layers.all().iter().zip(&mut sums.parts) {
            if layer.standing == standing {
                parts[Part::Outside as usize].merge(&known.total);
            }
        }
        sums.take_in(&known);
        Ok(())
    }

    fn touched(
        &self,
        raster: usize,
        chunk: usize,
        width: usize,
        height: usize,
        plan: &Plan,
        scratch: &mut Scratch<C>,
    ) -> Result<(), Failure<C::Error>> {
        let key = match self.recall(raster, chunk, width, height, scratch)? {
            // nobody in it: no claim gets anything
            Recall::Known(known) if !known.total.has_cells() => {
                lock(&self.sums[raster]).take_in(&known);
                return Ok(());
            }
            Recall::Known(_) => None,
            Recall::New(key) => key,
        };
        let (known, claims) = self.decode(raster, chunk, width, plan, scratch)?;
        self.remember(raster, key, &known);
        let standing = self.rasters[raster].standing;
        let layers = self.request.layers.all();
        let mut sums = lock(&self.sums[raster]);
        for (claim, sum) in plan.claims.iter().zip(&claims) {
            match *claim {
                Claim::Outline(outline) => sums.outlines[outline as usize].merge(sum),
                Claim::Part(layer, part) if layers[layer as usize].standing == standing => {
                    sums.parts[layer as usize][part as usize].merge(sum);
                }
                Claim::Pair(layer, a, b) if layers[layer as usize].standing == standing => {
                    sums.pairs.entry((layer, a, b)).or_default().merge(sum);
                }
                Claim::Part(..) | Claim::Pair(..) => {}
            }
        }
        sums.take_in(&known);
        Ok(())
    }

    fn decode(
        &self,
        raster: usize,
        chunk: usize,
        width: usize,
        plan: &Plan,
        scratch: &mut Scratch<C>,
    ) -> Result<(Known, Vec<Sum>), Failure<C::Error>> {
        let read = self.rasters[raster].cells.read(chunk, &mut scratch.decode);
        let (samples, tally) = read.map_err(|source| Failure::Read { raster, source })?;
        let applied = match samples {
            Samples::F32(values) => plan.apply(values, width, &mut scratch.prefixes),
            Samples::F64(values) => plan.apply(values, width, &mut scratch.prefixes),
        };
        let (claims, total) = applied.map_err(|found| Failure::Implausible {
            raster,
            people: found.0,
        })?;
        Ok((Known { total, tally }, claims))
    }

    /// Looks a short chunk up among those that were met before.
    fn recall(
        &self,
        raster: usize,
        chunk: usize,
        width: usize,
        height: usize,
        scratch: &mut Scratch<C>,
    ) -> Result<Recall, Failure<C::Error>> {
        let cells = self.rasters[raster].cells;
        if cells.stored_length(chunk) > LONGEST_KNOWN {
            return Ok(Recall::New(None));
        }
        cells
            .read_stored(chunk, &mut scratch.stored)
            .map_err(|source| Failure::Read { raster, source })?;
        let key = (width, height, std::mem::take(&mut scratch.stored));
        match lock(&self.known[raster]).get(&key) {
            Some(known) => {
                let known = known.clone();
                scratch.stored = key.2;
                Ok(Recall::Known(known))
            }
            None => Ok(Recall::New(Some(key))),
        }
    }

    fn remember(&self, raster: usize, key: Option<(usize, usize, Vec<u8>)>, known: &Known) {
        if let Some(key) = key {
            lock(&self.known[raster]).insert(key, known.clone());
        }
    }
}

enum Recall {
    Known(Known),
    New(Option<(usize, usize, Vec<u8>)>),
}

impl RasterSums {
    fn take_in(&mut self, chunk: &Known) {
        self.total.merge(&chunk.total);
        self.tally += chunk.tally;
        self.chunks_read += 1;
    }
}
