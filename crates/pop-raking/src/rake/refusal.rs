//! What stops a run, in words.

use crate::cells::{Block, Cells};
use crate::fit::NoFit;
use crate::totals::Total;

use super::RakedControl;

/// Something that stops a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Lines of the totals that it is about.
    pub lines: Vec<u64>,
    /// The source and year it happens in; `None` for a line that is wrong by itself.
    pub block: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What the user can do about it.
    pub hint: String,
}

/// So many names stand in one message.
const SHOWN: usize = 5;

impl Refusal {
    pub(super) fn too_many_sources(found: usize) -> Self {
        Self {
            lines: Vec::new(),
            block: None,
            what: format!("{found} sources, expected at most {}", super::MOST_SOURCES),
            hint: "source is whose total a line is, not a note".to_owned(),
        }
    }
}

/// The name of a block in messages.
pub(super) fn name_of(block: &Block) -> String {
    let source = if block.source.is_empty() {
        "unknown source"
    } else {
        &block.source
    };
    match block.year {
        Some(year) => format!("{source} {year}"),
        None => source.to_owned(),
    }
}

/// The first names of a list, and how many more there are.
pub(super) fn listed(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    let text = shown.join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

/// People with as many decimals as tell them apart.
fn shown(people: f64) -> String {
    let text = format!("{people:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn no_fit(
    totals: &[Total],
    cells: &Cells,
    block: &Block,
    controls: &[RakedControl],
    no_fit: &NoFit,
) -> Refusal {
    let names = Names {
        totals,
        cells,
        block,
        controls,
    };
    let mut lines: Vec<u64> = at_fault(no_fit)
        .iter()
        .map(|&at| totals[controls[at].control.total].line)
        .collect();
    lines.sort_unstable();
    Refusal {
        lines,
        block: Some(name_of(block)),
        what: sentence(&names, no_fit),
        hint: hint(no_fit).to_owned(),
    }
}

/// The controls that a refusal is about.
fn at_fault(no_fit: &NoFit) -> Vec<usize> {
    match no_fit {
        NoFit::NoPeople { control } => vec![*control],
        NoFit::DifferentTotals { first, second, .. } => [first.as_slice(), second].concat(),
        NoFit::NoRemainder { outer, inner, .. } => [outer.as_slice(), inner].concat(),
        NoFit::NoTable { controls }
        | NoFit::Emptied { controls, .. }
        | NoFit::NotConverged { controls, .. } => controls.clone(),
    }
}

const fn hint(no_fit: &NoFit) -> &'static str {
    match no_fit {
        NoFit::NoPeople { .. } => {
            "a zero stays a zero: take the total out, or use a raster that has people there"
        }
        NoFit::DifferentTotals { .. } => {
            "correct the totals, or let those of one level hold with --master LEVEL"
        }
        NoFit::NoRemainder { .. } => {
            "correct the totals: those inside must add up to less than the one around them"
        }
        NoFit::NoTable { .. } => {
            "people are wanted in cells that have none: take one of these totals out, or use a raster that has people there"
        }
        NoFit::Emptied { .. } | NoFit::NotConverged { .. } => {
            "take one of these totals out, or correct it"
        }
    }
}

fn sentence(names: &Names<'_>, no_fit: &NoFit) -> String {
    match no_fit {
        NoFit::NoPeople { control } => format!(
            "{} people are wanted in {}, where all cells have 0 or no value",
            shown(names.controls[*control].control.cells.target),
            names.list(&[*control])
        ),
        NoFit::DifferentTotals {
            first,
            first_total,
            second,
            second_total,
            by_zeros,
        } => {
            let come = if first.len() == 1 { "comes" } else { "come" };
            let why = if *by_zeros {
                " (the cells that only one side covers have no people)"
            } else {
                ""
            };
            format!(
                "{} {come} to {}, and {}, for the same people, to {}{why}",
                names.list(first),
                shown(*first_total),
                names.list(second),
                shown(*second_total)
            )
        }
        NoFit::NoRemainder {
            outer,
            inner,
            remainder,
        } => format!(
            "of {}, {} leave {} people for the units and groups without a total of their own",
            names.list(outer),
            names.list(inner),
            shown(*remainder)
        ),
        NoFit::NoTable { controls } => format!(
            "no table with these zeros meets the totals together: {}",
            names.list(controls)
        ),
        NoFit::Emptied { controls, cells } => format!(
            "the totals are met only if populated cells become empty ({}): {}",
            names.cells(cells),
            names.list(controls)
        ),
        NoFit::NotConverged {
            controls,
            residual,
            rounds,
        } => format!(
            "no table found after {rounds} rounds: totals are still missed by up to {residual:.1e} of them: {}",
            names.list(controls)
        ),
    }
}

/// What controls and cells are called in messages.
struct Names<'a> {
    totals: &'a [Total],
    cells: &'a Cells,
    block: &'a Block,
    controls: &'a [RakedControl],
}

impl Names<'_> {
    fn list(&self, controls: &[usize]) -> String {
        let name = |&at: &usize| {
            let control = &self.controls[at].control;
            let total = &self.totals[control.total];
            format!(
                "{} {} (line {})",
                self.cells.label(&control.org_unit),
                total.people(),
                total.line
            )
        };
        listed(&controls.iter().map(name).collect::<Vec<_>>())
    }

    fn cells(&self, cells: &[usize]) -> String {
        let columns = &self.block.columns;
        let name = |&cell: &usize| {
            let people = columns[cell % columns.len()].people;
            let unit = self.cells.label(self.cells.id(cell / columns.len()));
            format!("{unit} {people}")
        };
        listed(&cells.iter().map(name).collect::<Vec<_>>())
    }
}
