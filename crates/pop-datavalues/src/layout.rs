//! Targets laid out in tables that can be rounded as a whole.
//!
//! Targets that are apart or one inside the other share a table: its columns are
//! the parts of bands they are made of, so that they add up among themselves. A
//! target that crosses others (ages 10-19 beside 15-49), a rate or a formula with
//! weights gets a table of its own, and adds up over units only.

use std::collections::BTreeMap;

use pop_sums::Sex;

use crate::ages::{Age, Ages};
use crate::bands::{BandError, BandSet, Piece};
use crate::formula::{Formula, Ratio};
use crate::mapping::{Split, TotalFrom};
use crate::recipe::{Target, Who};
use crate::split::{can_sprague, share};

/// What a target is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Parts of bands.
    Pieces(Vec<Piece>),
    /// Columns with weights.
    Weighted(Vec<(usize, String, Ratio)>),
}

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

/// Targets as they are laid out for one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// What each target is made of, in the order of the recipe.
    pub sources: Vec<Source>,
    /// Tables.
    pub tables: Vec<Table>,
}

/// Why a target cannot be made of the bands at hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The bands do not hold it.
    #[error("{target}: {problem}")]
    Bands {
        /// The target.
        target: String,
        /// What is wrong.
        problem: BandError,
    },
    /// A formula names a band that is not there.
    #[error("{target}: the sums have no band {band}")]
    NoBand {
        /// The target.
        target: String,
        /// The band, as in the formula.
        band: String,
    },
    /// A formula of another set of bands.
    #[error(
        "{target}: the formula's last band is 80, and the sums go on to 90: it was written for 18 bands, or forgets people"
    )]
    OtherScheme {
        /// The target.
        target: String,
    },
    /// The mapping was written for other bands.
    #[error("the mapping was written for {wanted} bands, the sums have {found}")]
    BandCount {
        /// Bands of the mapping.
        wanted: u32,
        /// Bands of the sums.
        found: usize,
    },
    /// A group cuts a band and nobody said how.
    #[error("{target}: {ages} cut the band {band}, and no split says how")]
    NoSplit {
        /// The target.
        target: String,
        /// Ages wanted.
        ages: String,
        /// The band cut.
        band: String,
    },
    /// Sprague's multipliers without the groups they need.
    #[error("{target}: sprague needs all bands from birth to age 24, which the sums do not have")]
    NoSprague {
        /// The target.
        target: String,
    },
    /// Nothing holds everybody.
    #[error("{target}: the sums have neither the whole population nor all its bands")]
    NoTotal {
        /// The target.
        target: String,
    },
}

impl Layout {
    /// Lays out targets over the bands of a moment.
    ///
    /// # Errors
    /// See [`LayoutError`].
    pub fn new(
        targets: &[Target],
        bands: &BandSet,
        total: TotalFrom,
        band_count: Option<u32>,
    ) -> Result<Self, LayoutError> {
        if let (Some(wanted), Some(scheme)) = (band_count, bands.scheme()) {
            let found = scheme.bands().len();
            if found != wanted as usize {
                return Err(LayoutError::BandCount { wanted, found });
            }
        }
        let fills_bands = targets
            .iter()
            .any(|target| target.rate.is_none() && !is_everybody(&target.who));
        let prefers_bands = fills_bands && total == TotalFrom::Bands;
        let sources: Vec<Source> = targets
            .iter()
            .map(|target| source(target, bands, prefers_bands, band_count.is_some()))
            .collect::<Result<_, _>>()?;
        for (target, source) in targets.iter().zip(&sources) {
            check_split(target, source, bands)?;
        }
        let tables = tables(targets, &sources, bands);
        Ok(Self { sources, tables })
    }
}

fn is_everybody(who: &Who) -> bool {
    matches!(who, Who::Group { sex: None | Some(Sex::Total), ages } if *ages == Ages::ALL)
}

fn title(target: &Target) -> String {
    if target.option_combo_name.is_empty() {
        target.element.clone()
    } else {
        format!("{}, {}", target.element, target.option_combo_name)
    }
}

fn source(
    target: &Target,
    bands: &BandSet,
    prefers_bands: bool,
    says_bands: bool,
) -> Result<Source, LayoutError> {
    let error = |problem| LayoutError::Bands {
        target: title(target),
        problem,
    };
    match &target.who {
        Who::Formula(formula) => weighted(target, formula, bands, says_bands),
        Who::Group { sex, ages } if *ages == Ages::ALL => {
            let whole = bands.everybody(sex.unwrap_or(Sex::Total));
            let from_bands = || bands.pieces(*sex, Ages::ALL).map(Source::Pieces);
            match whole {
                Some(_) if prefers_bands && bands.has_bands() => from_bands().map_err(error),
                Some(column) => {
                    let name = format!("{} of all ages", sex.unwrap_or(Sex::Total));
                    Ok(Source::Weighted(vec![(column, name, Ratio::reduced(1, 1))]))
                }
                None if bands.has_bands() => from_bands().map_err(error),
                None => Err(LayoutError::NoTotal {
                    target: title(target),
                }),
            }
        }
        Who::Group { sex, ages } => bands.pieces(*sex, *ages).map(Source::Pieces).map_err(error),
    }
}

fn weighted(
    target: &Target,
    formula: &Formula,
    bands: &BandSet,
    says_bands: bool,
) -> Result<Source, LayoutError> {
    let highest = formula.0.iter().map(|term| term.from).max();
    let goes_on = bands.bands().any(|(_, band, _)| band.from > 80);
    if highest == Some(80) && goes_on && !says_bands {
        return Err(LayoutError::OtherScheme {
            target: title(target),
        });
    }
    let mut columns = Vec::new();
    for term in &formula.0 {
        let missing = || LayoutError::NoBand {
            target: title(target),
            band: format!("{}{:02}", term.sex, term.from),
        };
        // A t band is the sum of its f and m bands where only those are there.
        let sexes = match bands.band(term.sex, term.from) {
            None if term.sex == Sex::Total => vec![Sex::Female, Sex::Male],
            _ => vec![term.sex],
        };
        for sex in sexes {
            let (_, column) = bands.band(sex, term.from).ok_or_else(missing)?;
            columns.push((column, format!("{sex}{:02}", term.from), term.weight));
        }
    }
    Ok(Source::Weighted(columns))
}

fn check_split(target: &Target, source: &Source, bands: &BandSet) -> Result<(), LayoutError> {
    let Source::Pieces(pieces) = source else {
        return Ok(());
    };
    let Some(piece) = pieces.iter().find(|piece| !piece.is_whole()) else {
        return Ok(());
    };
    match target.split {
        Some(Split::Sprague) if !can_sprague(piece.sex, bands) => Err(LayoutError::NoSprague {
            target: title(target),
        }),
        Some(_) => Ok(()),
        None => Err(LayoutError::NoSplit {
            target: title(target),
            ages: match &target.who {
                Who::Group { ages, .. } => ages.to_string(),
                Who::Formula(formula) => formula.to_string(),
            },
            band: format!("{}{:02} ({})", piece.sex, piece.band.from, piece.band),
        }),
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

fn tables(targets: &[Target], sources: &[Source], bands: &BandSet) -> Vec<Table> {
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

impl Source {
    /// Whether some band is taken in part.
    #[must_use]
    pub fn is_split(&self) -> bool {
        match self {
            Self::Pieces(pieces) => pieces.iter().any(|piece| !piece.is_whole()),
            Self::Weighted(columns) => columns
                .iter()
                .any(|(_, _, weight)| weight.over != weight.under),
        }
    }

    /// Columns of the sums that it uses.
    pub fn columns(&self) -> Vec<usize> {
        match self {
            Self::Pieces(pieces) => pieces.iter().map(|piece| piece.column).collect(),
            Self::Weighted(columns) => columns.iter().map(|(column, ..)| *column).collect(),
        }
    }
}

impl Source {
    /// `f15 + f20`, `1/4 t01 + t05`; where the weight differs from unit to unit, the ages taken: `t01[12-23 months]`.
    #[must_use]
    pub fn formula(&self, split: Option<Split>) -> String {
        let weighted = |name: &str, weight: Ratio| match weight.over == weight.under {
            true => name.to_owned(),
            false => format!("{weight} {name}"),
        };
        let terms: Vec<String> = match self {
            Self::Pieces(pieces) => pieces
                .iter()
                .map(|piece| {
                    let name = format!("{}{:02}", piece.sex, piece.band.from);
                    match (piece.band.to, piece.to) {
                        (Some(_), Some(to))
                            if !piece.is_whole() && split == Some(Split::Sprague) =>
                        {
                            let month = |months| Age { months, days: 0 };
                            format!(
                                "{name}[{}]",
                                Ages {
                                    from: month(piece.from),
                                    to: Some(month(to))
                                }
                            )
                        }
                        (Some(band_to), Some(to)) => weighted(
                            &name,
                            Ratio::reduced(to - piece.from, 12 * (band_to - piece.band.from)),
                        ),
                        _ => name,
                    }
                })
                .collect(),
            Self::Weighted(columns) => columns
                .iter()
                .map(|(_, name, weight)| weighted(name, *weight))
                .collect(),
        };
        terms.join(" + ")
    }
}

#[cfg(test)]
mod tests;
