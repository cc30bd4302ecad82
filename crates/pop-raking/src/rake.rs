//! A whole stream raked: each source and year alone, then the years between.

mod cover;
mod range;
mod refusal;
mod scale;
mod years;

use crate::cells::{Block, Cells};
use crate::control::{Control, controls};
use crate::fit::{self, NoFit};
use crate::totals::Total;

pub use range::OutOfRange;
pub use refusal::Refusal;

/// What is to be done where the totals leave a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct RakingOptions {
    /// The smallest and the largest factor of a control, a unit or a cell.
    pub factors: (f64, f64),
    /// Cells below no control.
    pub uncontrolled: Uncontrolled,
    /// Years without totals.
    pub years: Years,
    /// The level whose totals hold where others differ from them.
    pub master: Option<u32>,
    /// Cells without a value.
    pub fill: Fill,
}

impl Default for RakingOptions {
    fn default() -> Self {
        Self {
            factors: (0.5, 2.0),
            uncontrolled: Uncontrolled::Refuse,
            years: Years::Refuse,
            master: None,
            fill: Fill::Refuse,
        }
    }
}

/// What becomes of cells below no control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncontrolled {
    /// They stop the run.
    Refuse,
    /// They stay as they are.
    Keep,
    /// They get the factor of the raked cells below the nearest unit above that has some.
    Parent,
}

/// What becomes of years without totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Years {
    /// They stop the run.
    Refuse,
    /// Factors on a straight line between the years around; held before the first and after the last.
    Linear,
    /// Factors of the nearest year, of two the earlier.
    Nearest,
}

/// What becomes of controlled cells without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// They stop the run.
    Refuse,
    /// They get the total that controls them alone.
    Official,
}

/// How a cell got its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// As it was.
    Kept,
    /// Without a value, before and after.
    Missing,
    /// Of a unit that did not exist at the date: neither read nor written.
    Apart,
    /// Fitted to controls.
    Fitted,
    /// Without a value before; an official total now.
    Filled,
    /// With the factor of cells around it.
    Parent,
    /// With factors of other years on a straight line.
    Linear,
    /// With the factor of another year.
    Nearest,
}

/// The sources of the controls above a cell, one bit each; see [`Raked::sources`].
pub type SourceSet = u64;

/// So many sources fit into one run.
pub(crate) const MOST_SOURCES: usize = 64;

/// A control after the fit.
#[derive(Debug, Clone, PartialEq)]
pub struct RakedControl {
    /// The control; its target is the one that was fitted.
    pub control: Control,
    /// By what the total was multiplied so that it agrees with those of the master level.
    pub scale: f64,
    /// People before.
    pub before: f64,
    /// People after; `None` where there is no fit.
    pub after: Option<f64>,
}

/// A block after the fit.
#[derive(Debug, Clone, PartialEq)]
pub struct RakedBlock {
    /// Position in [`Cells::blocks`].
    pub block: usize,
    /// Its controls, by level, place and columns.
    pub controls: Vec<RakedControl>,
    /// People by unit and column.
    pub values: Vec<f64>,
    /// Factors by unit and column.
    pub factors: Vec<f64>,
    /// How each cell got its value.
    pub origins: Vec<Origin>,
    /// Sources of the totals behind each cell.
    pub sources: Vec<SourceSet>,
    /// Rounds of scaling.
    pub rounds: usize,
}

/// A stream after the fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Raked {
    /// The blocks, in the order of [`Cells::blocks`].
    pub blocks: Vec<RakedBlock>,
    /// Sources of the totals, sorted; position is bit.
    pub sources: Vec<String>,
    /// What stops the run.
    pub refusals: Vec<Refusal>,
    /// Factors out of range.
    pub out_of_range: Vec<OutOfRange>,
    /// Lines whose year the sums do not have.
    pub unused: Vec<u64>,
}

/// Rakes all blocks of a stream. What is wrong is collected, so that a check can name all of it.
#[must_use]
pub fn rake(cells: &Cells, totals: &[Total], options: &RakingOptions) -> Raked {
    let mut sources: Vec<String> = totals.iter().map(|total| total.source.clone()).collect();
    sources.sort_unstable();
    sources.dedup();
    let mut raked = Raked {
        blocks: Vec::with_capacity(cells.blocks.len()),
        refusals: Vec::new(),
        out_of_range: Vec::new(),
        unused: unused(cells, totals),
        sources,
    };
    if raked.sources.len() > MOST_SOURCES {
        raked
            .refusals
            .push(Refusal::too_many_sources(raked.sources.len()));
        return raked;
    }
    let context = RakingRun {
        cells,
        totals,
        options,
    };
    for index in 0..cells.blocks.len() {
        let block = context.rake_block(index, &raked.sources, &mut raked.refusals);
        raked.blocks.push(block);
    }
    let lines = |block: &Block| {
        totals
            .iter()
            .any(|total| total.year.is_none() || total.year == block.year)
    };
    let has_lines: Vec<bool> = cells.blocks.iter().map(lines).collect();
    years::fill(&context, &has_lines, &mut raked.blocks, &mut raked.refusals);
    raked.refusals.dedup();
    for block in &raked.blocks {
        raked.out_of_range.extend(range::check(&context, block));
    }
    raked
}

fn unused(cells: &Cells, totals: &[Total]) -> Vec<u64> {
    let has = |year: i32| cells.blocks.iter().any(|block| block.year == Some(year));
    totals
        .iter()
        .filter(|total| total.year.is_some_and(|year| !has(year)))
        .map(|total| total.line)
        .collect()
}

/// What stays the same over the blocks of a run.
struct RakingRun<'a> {
    cells: &'a Cells,
    totals: &'a [Total],
    options: &'a RakingOptions,
}

impl RakingRun<'_> {
    fn rake_block(
        &self,
        index: usize,
        sources: &[String],
        refusals: &mut Vec<Refusal>,
    ) -> RakedBlock {
        let block = &self.cells.blocks[index];
        let (controls, errors) = controls(self.totals, self.cells, block);
        let mut raked = self.unraked(index, &controls);
        if !errors.is_empty() {
            refusals.extend(
                errors
                    .iter()
                    .map(|(at, error)| self.line_refusal(*at, error)),
            );
            return raked;
        }
        if controls.is_empty() {
            return raked;
        }
        let before = refusals.len();
        let seed = cover::prepare(self, &mut raked, sources, refusals);
        if refusals.len() > before {
            return raked;
        }
        if let Some(master) = self.options.master {
            scale::to_master(master, &seed, block.columns.len(), &mut raked.controls);
        }
        let list: Vec<_> = raked
            .controls
            .iter()
            .map(|c| c.control.cells.clone())
            .collect();
        match fit::fit(&seed, block.columns.len(), &list) {
            Ok(fit) => self.take(fit, &mut raked),
            Err(no_fit) => refusals.push(self.no_fit(block, &raked.controls, &no_fit)),
        }
        cover::uncontrolled(self, &mut raked, refusals);
        raked
    }

    /// A block as it came.
    fn unraked(&self, index: usize, controls: &[Control]) -> RakedBlock {
        let block = &self.cells.blocks[index];
        let mut origins = vec![Origin::Kept; block.seed.len()];
        for &cell in &block.missing {
            origins[cell] = Origin::Missing;
        }
        for &cell in &block.apart {
            origins[cell] = Origin::Apart;
        }
        let controls = controls.iter().map(|control| RakedControl {
            before: sum(&block.seed, control, block),
            after: None,
            scale: 1.0,
            control: control.clone(),
        });
        RakedBlock {
            block: index,
            controls: controls.collect(),
            values: block.seed.clone(),
            factors: vec![1.0; block.seed.len()],
            sources: vec![0; block.seed.len()],
            origins,
            rounds: 0,
        }
    }

    fn take(&self, fit: fit::Fit, raked: &mut RakedBlock) {
        let block = &self.cells.blocks[raked.block];
        raked.rounds = fit.rounds;
        raked.values = fit.values;
        raked.factors = fit.factors;
        for (cell, origin) in raked.origins.iter().enumerate() {
            if matches!(origin, Origin::Kept | Origin::Missing | Origin::Apart) {
                raked.values[cell] = block.seed[cell];
                raked.factors[cell] = 1.0;
            }
        }
        for control in &mut raked.controls {
            control.after = Some(sum(&raked.values, &control.control, block));
        }
    }
}

/// What the cells of a control add up to.
fn sum(values: &[f64], control: &Control, block: &Block) -> f64 {
    let cells = control.cells.cells(block.columns.len());
    // Neumaier's sum, as in the fit.
    let (sum, rest) = cells.fold((0.0_f64, 0.0_f64), |(sum, rest), cell| {
        let value = values[cell];
        let total = sum + value;
        let lost = if sum >= value {
            (sum - total) + value
        } else {
            (value - total) + sum
        };
        (total, rest + lost)
    });
    sum + rest
}

impl RakingRun<'_> {
    /// A cell in messages: its unit and whom it counts.
    fn cell_name(&self, block: usize, cell: usize) -> String {
        let columns = &self.cells.blocks[block].columns;
        let unit = self.cells.label(self.cells.id(cell / columns.len()));
        format!("{unit} {}", columns[cell % columns.len()].people)
    }

    fn line_refusal(&self, at: usize, error: &crate::control::ControlError) -> Refusal {
        Refusal {
            lines: vec![self.totals[at].line],
            block: None,
            what: error.to_string(),
            hint: error.hint().to_owned(),
        }
    }

    fn no_fit(&self, block: &Block, controls: &[RakedControl], no_fit: &NoFit) -> Refusal {
        refusal::no_fit(self.totals, self.cells, block, controls, no_fit)
    }
}
