//! Tables of targets that are apart or one inside the other.

use std::collections::BTreeMap;

use super::Source;
use crate::bands::{BandSet, Piece};
use crate::mapping::Split;
use crate::recipe::Target;
use crate::split::share;

/// A column of a table: what is rounded together.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    source: Source,
    split: Split,
    factor: f64,
}

/// Targets that are rounded together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Columns.
    pub columns: Vec<Column>,
    /// Targets, by their number in the recipe, and the columns that make up each.
    pub targets: Vec<(usize, Vec<usize>)>,
}

impl Column {
    /// People of one unit, exactly. `people` gives those of a column of the sums.
    pub fn people(&self, bands: &BandSet, people: impl Fn(usize) -> f64) -> f64 {
        let sum: f64 = match &self.source {
            Source::Pieces(pieces) => pieces
                .iter()
                .map(|piece| people(piece.column) * share(piece, self.split, bands, &people))
                .sum(),
            Source::Weighted(columns) => columns
                .iter()
                .map(|(column, _, weight)| people(*column) * weight.value())
                .sum(),
        };
        sum * self.factor
    }
}

/// Months of each column that a target takes.
type Spans = BTreeMap<usize, (u32, u32)>;

fn spans(pieces: &[Piece]) -> Spans {
    pieces
        .iter()
        .map(|piece| (piece.column, (piece.from, piece.to.unwrap_or(u32::MAX))))
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
struct Draft {
    split: Option<Split>,
    members: Vec<(usize, Spans)>,
}

pub(super) fn tables(targets: &[Target], sources: &[Source], bands: &BandSet) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut drafts: Vec<Draft> = Vec::new();
    for (index, (target, source)) in targets.iter().zip(sources).enumerate() {
        let factor = target.rate.as_ref().map_or(1.0, |rate| rate.value);
        let split = target.split.unwrap_or(Split::Uniform);
        match source {
            Source::Pieces(pieces) if target.rate.is_none() => {
                let spans = spans(pieces);
                let cut = pieces
                    .iter()
                    .any(|piece| !piece.is_whole())
                    .then_some(split);
                let home = drafts.iter_mut().find(|draft| {
                    let splits_agree = cut.is_none() || draft.split.is_none() || draft.split == cut;
                    splits_agree && draft.members.iter().all(|(_, other)| nests(&spans, other))
                });
                match home {
                    Some(draft) => {
                        draft.split = draft.split.or(cut);
                        draft.members.push((index, spans));
                    }
                    None => drafts.push(Draft {
                        split: cut,
                        members: vec![(index, spans)],
                    }),
                }
            }
            _ => {
                let column = Column {
                    source: source.clone(),
                    split,
                    factor,
                };
                tables.push(Table {
                    columns: vec![column],
                    targets: vec![(index, vec![0])],
                });
            }
        }
    }
    let mut all: Vec<Table> = drafts
        .into_iter()
        .map(|draft| finish(draft, bands))
        .collect();
    all.append(&mut tables);
    all
}

/// Cuts the bands at every bound of the members; parts that the same members take become one column.
fn finish(draft: Draft, bands: &BandSet) -> Table {
    let mut columns: Vec<(Vec<usize>, Vec<Piece>)> = Vec::new();
    for (sex, band, column) in bands.bands() {
        let taken = || {
            draft
                .members
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
            let piece = Piece {
                column,
                sex,
                band,
                from: pair[0],
                to,
            };
            match columns.iter_mut().find(|(own, _)| *own == members) {
                Some((_, pieces)) => pieces.push(piece),
                None => columns.push((members, vec![piece])),
            }
        }
    }
    let targets = draft
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
    let split = draft.split.unwrap_or(Split::Uniform);
    let columns = columns
        .into_iter()
        .map(|(_, pieces)| Column {
            source: Source::Pieces(pieces),
            split,
            factor: 1.0,
        })
        .collect();
    Table { columns, targets }
}
