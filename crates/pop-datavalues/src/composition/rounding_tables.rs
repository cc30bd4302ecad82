//! Tables of targets that are apart or one inside the other.

use std::collections::BTreeMap;

use super::BandTerms;
use crate::bands::{BandSet, BandSlice};
use crate::mapping::Split;
use crate::resolved_mapping::Target;
use crate::split::share;

/// A column of a table: what is rounded together.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundingColumn {
    source: BandTerms,
    split: Split,
    factor: f64,
}

/// Targets that are rounded together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoundingTable {
    /// Columns.
    pub columns: Vec<RoundingColumn>,
    /// Targets, by their number in the mapping, and the columns that make up each.
    pub targets: Vec<(usize, Vec<usize>)>,
}

impl RoundingColumn {
    /// People of one unit, exactly. `people` gives those of a column of the sums.
    pub fn people(&self, bands: &BandSet, people: impl Fn(usize) -> f64) -> f64 {
        let sum: f64 = match &self.source {
            BandTerms::Slices(slices) => slices
                .iter()
                .map(|slice| people(slice.column) * share(slice, self.split, bands, &people))
                .sum(),
            BandTerms::Weighted(columns) => columns
                .iter()
                .map(|(column, _, weight)| people(*column) * weight.value())
                .sum(),
        };
        sum * self.factor
    }
}

/// Months of each column that a target takes.
type Spans = BTreeMap<usize, (u32, u32)>;

fn spans(slices: &[BandSlice]) -> Spans {
    slices
        .iter()
        .map(|slice| (slice.column, (slice.from, slice.to.unwrap_or(u32::MAX))))
        .collect()
}

/// Whether two targets are apart, or one is inside the other.
fn nests(a: &Spans, b: &Spans) -> bool {
    let inside = |a: &Spans, b: &Spans| {
        a.iter().all(|(column, own)| {
            b.get(column)
                .is_some_and(|other| other.0 <= own.0 && own.1 <= other.1)
        })
    };
    let apart = a.iter().all(|(column, own)| {
        b.get(column)
            .is_none_or(|other| own.1 <= other.0 || other.1 <= own.0)
    });
    apart || inside(a, b) || inside(b, a)
}

/// A table while targets are still being put into it.
struct OpenTable {
    split: Option<Split>,
    members: Vec<(usize, Spans)>,
}

pub(super) fn rounding_tables(
    targets: &[Target],
    terms: &[BandTerms],
    bands: &BandSet,
) -> Vec<RoundingTable> {
    let mut tables = Vec::new();
    let mut open_tables: Vec<OpenTable> = Vec::new();
    for (index, (target, source)) in targets.iter().zip(terms).enumerate() {
        let factor = target.rate.as_ref().map_or(1.0, |rate| rate.value);
        let split = target.split.unwrap_or(Split::Uniform);
        match source {
            BandTerms::Slices(slices) if target.rate.is_none() => {
                let spans = spans(slices);
                let cut = slices
                    .iter()
                    .any(|slice| !slice.is_whole())
                    .then_some(split);
                let home = open_tables.iter_mut().find(|open| {
                    let splits_agree = cut.is_none() || open.split.is_none() || open.split == cut;
                    splits_agree && open.members.iter().all(|(_, other)| nests(&spans, other))
                });
                match home {
                    Some(open) => {
                        open.split = open.split.or(cut);
                        open.members.push((index, spans));
                    }
                    None => open_tables.push(OpenTable {
                        split: cut,
                        members: vec![(index, spans)],
                    }),
                }
            }
            _ => {
                let column = RoundingColumn {
                    source: source.clone(),
                    split,
                    factor,
                };
                tables.push(RoundingTable {
                    columns: vec![column],
                    targets: vec![(index, vec![0])],
                });
            }
        }
    }
    let mut all: Vec<RoundingTable> = open_tables
        .into_iter()
        .map(|open| close(open, bands))
        .collect();
    all.append(&mut tables);
    all
}

/// Cuts the bands at every bound of the members; parts that the same members take become one column.
fn close(open: OpenTable, bands: &BandSet) -> RoundingTable {
    let mut columns: Vec<(Vec<usize>, Vec<BandSlice>)> = Vec::new();
    for (sex, band, column) in bands.sliced_bands() {
        let taken = || {
            open.members
                .iter()
                .enumerate()
                .filter_map(|(i, (_, spans))| Some((i, *spans.get(&column)?)))
        };
        let mut cuts: Vec<u32> = taken().flat_map(|(_, (from, to))| [from, to]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        for pair in cuts.windows(2) {
            let members: Vec<usize> = taken()
                .filter(|(_, span)| span.0 <= pair[0] && pair[1] <= span.1)
                .map(|(i, _)| i)
                .collect();
            if members.is_empty() {
                continue;
            }
            let to = (pair[1] != u32::MAX).then_some(pair[1]);
            let slice = BandSlice {
                column,
                sex,
                band,
                from: pair[0],
                to,
            };
            match columns.iter_mut().find(|(own, _)| *own == members) {
                Some((_, slices)) => slices.push(slice),
                None => columns.push((members, vec![slice])),
            }
        }
    }
    let targets = open
        .members
        .iter()
        .enumerate()
        .map(|(member, (target, _))| {
            let own = columns
                .iter()
                .enumerate()
                .filter(|(_, (members, _))| members.contains(&member))
                .map(|(i, _)| i);
            (*target, own.collect())
        })
        .collect();
    let split = open.split.unwrap_or(Split::Uniform);
    let columns = columns
        .into_iter()
        .map(|(_, slices)| RoundingColumn {
            source: BandTerms::Slices(slices),
            split,
            factor: 1.0,
        })
        .collect();
    RoundingTable { columns, targets }
}
