//! What two sets of boundaries share: people of each pair of units, as shares of both.
//!
//! The sums of pieces come from cutting polygons first and summing the pieces after: two coverage fractions of one cell
//! cannot be multiplied where both borders pass through it.

use std::collections::{BTreeMap, BTreeSet};

use pop_sums::SumsTable;

use crate::CompareError;

/// What joins the ids of a piece: `OLD+NEW`; one of them is empty for a remainder.
pub const JOINT: char = '+';

/// Up to this share of both units a piece is a sliver: borders drawn twice.
const SLIVER: f64 = 1e-4;

/// People of pieces may differ from those of their unit by this share.
const CLOSED: f64 = 1e-9;

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PieceKind {
    /// The two units are the same, slivers apart.
    Same,
    /// The old unit became several.
    Split,
    /// Several old units became the new one.
    Merged,
    /// Land that went to a neighbour, or what a unit kept.
    MovedBorder,
    /// In no new unit.
    Gone,
    /// In no old unit.
    New,
    /// Borders that were drawn twice.
    Sliver,
}

impl PieceKind {
    /// The word in the output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Split => "split",
            Self::Merged => "merged",
            Self::MovedBorder => "moved-border",
            Self::Gone => "gone",
            Self::New => "new",
            Self::Sliver => "sliver",
        }
    }
}

/// A piece: what an old and a new unit share.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Id of the old unit; empty for what is in none.
    pub old: String,
    /// Id of the new unit; empty for what is in none.
    pub new: String,
    /// Its people; `None` where the sums have no value.
    pub people: Option<f64>,
    /// Share of the old unit's people.
    pub of_old: Option<f64>,
    /// Share of the new unit's people.
    pub of_new: Option<f64>,
    /// What became of it.
    pub kind: PieceKind,
}

/// A unit whose pieces do not add up to its own people.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenSum {
    /// `old` or `new`.
    pub side: &'static str,
    /// Id of the unit.
    pub unit: String,
    /// People of its pieces.
    pub pieces: f64,
    /// People of the unit itself.
    pub own: f64,
}

/// Two sets of boundaries over one raster.
#[derive(Debug, Clone, PartialEq)]
pub struct Crosswalk {
    /// The pieces, by old and new unit; those in no old unit come last.
    pub pieces: Vec<Piece>,
    /// Names by id.
    pub names: BTreeMap<String, String>,
    /// Units whose pieces do not add up.
    pub open_sums: Vec<OpenSum>,
}

impl Crosswalk {
    /// People of all pieces.
    #[must_use]
    pub fn people(&self) -> f64 {
        self.pieces.iter().filter_map(|piece| piece.people).sum()
    }
}

/// People by unit, of sums of one raster.
fn by_unit(table: &SumsTable) -> Result<BTreeMap<String, Option<f64>>, CompareError> {
    let mut people = BTreeMap::new();
    for sum in &table.sums {
        let id = table.unit(sum).id.to_string();
        if people.insert(id.clone(), sum.population()).is_some() {
            return Err(CompareError::Twice(id));
        }
    }
    Ok(people)
}

/// Checks that pieces and units are sums over rasters of the same years and sources, where both say which.
fn check_rasters(
    side: &'static str,
    units: &SumsTable,
    pieces: &SumsTable,
) -> Result<(), CompareError> {
    let years = |table: &SumsTable| -> BTreeSet<String> {
        let layers = table.layers.iter();
        layers
            .filter_map(|layer| Some(layer.year?.to_string()))
            .collect()
    };
    let sources = |table: &SumsTable| -> BTreeSet<String> {
        let layers = table.layers.iter().map(|layer| layer.source.clone());
        layers.filter(|source| !source.is_empty()).collect()
    };
    for (units, pieces) in [
        (years(units), years(pieces)),
        (sources(units), sources(pieces)),
    ] {
        if !units.is_empty() && !pieces.is_empty() && units != pieces {
            let list = |words: BTreeSet<String>| words.into_iter().collect::<Vec<_>>().join(", ");
            return Err(CompareError::OtherPieces {
                side,
                pieces: list(pieces),
                units: list(units),
            });
        }
    }
    Ok(())
}

/// Puts the sums of the pieces beside those of the old and the new units.
///
/// # Errors
/// Pieces of another year or source, whose id is not `OLD+NEW`, or of units that are on neither side.
pub fn crosswalk(
    old: &SumsTable,
    new: &SumsTable,
    pieces: &SumsTable,
) -> Result<Crosswalk, CompareError> {
    check_rasters("old", old, pieces)?;
    check_rasters("new", new, pieces)?;
    let (before, after, cut) = (by_unit(old)?, by_unit(new)?, by_unit(pieces)?);
    let mut shared: Vec<Piece> = Vec::new();
    for (id, people) in &cut {
        let (from, to) = ids(id)?;
        for (unit, known, side) in [(from, &before, "old"), (to, &after, "new")] {
            if !unit.is_empty() && !known.contains_key(unit) {
                return Err(CompareError::Rows(format!(
                    "piece {id}: org unit {unit} is not on the {side} side"
                )));
            }
        }
        let share = |unit: &str, known: &BTreeMap<String, Option<f64>>| {
            let own = known.get(unit).copied().flatten();
            crate::indicators::quotient(*people, own)
        };
        shared.push(Piece {
            old: from.to_owned(),
            new: to.to_owned(),
            people: *people,
            of_old: share(from, &before),
            of_new: share(to, &after),
            kind: PieceKind::MovedBorder,
        });
    }
    let kinds: Vec<PieceKind> = {
        let heirs = majorities(&shared, |piece| &piece.old, |piece| piece.of_new);
        let sources = majorities(&shared, |piece| &piece.new, |piece| piece.of_old);
        shared
            .iter()
            .map(|piece| kind(piece, &heirs, &sources))
            .collect()
    };
    for (piece, kind) in shared.iter_mut().zip(kinds) {
        piece.kind = kind;
    }
    shared.sort_by(|a, b| {
        (a.old.is_empty(), &a.old, &a.new).cmp(&(b.old.is_empty(), &b.old, &b.new))
    });
    let mut open_sums = open(&shared, &before, "old", |piece| &piece.old);
    open_sums.extend(open(&shared, &after, "new", |piece| &piece.new));
    let names = [old, new].into_iter().flat_map(|table| &table.units);
    Ok(Crosswalk {
        names: names
            .filter_map(|unit| Some((unit.id.to_string(), unit.name.clone()?)))
            .collect(),
        pieces: shared,
        open_sums,
    })
}

/// The ids of a piece.
fn ids(id: &str) -> Result<(&str, &str), CompareError> {
    match id.split_once(JOINT) {
        Some((old, new)) if !(old.is_empty() && new.is_empty()) => Ok((old, new)),
        _ => Err(CompareError::Rows(format!(
            "{id:?} is not a piece, expected OLD{JOINT}NEW as cross-orgunits names it"
        ))),
    }
}

/// By unit, the number of units on the other side of which it is the larger part.
fn majorities<'a>(
    pieces: &'a [Piece],
    unit: impl Fn(&'a Piece) -> &'a String,
    share: impl Fn(&Piece) -> Option<f64>,
) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for piece in pieces {
        let is_pair = !piece.old.is_empty() && !piece.new.is_empty();
        if is_pair && share(piece).is_some_and(|share| share >= 0.5) {
            *counts.entry(unit(piece).as_str()).or_default() += 1;
        }
    }
    counts
}

fn kind(
    piece: &Piece,
    heirs: &BTreeMap<&str, usize>,
    sources: &BTreeMap<&str, usize>,
) -> PieceKind {
    let is = |share: Option<f64>, least: f64| share.is_some_and(|share| share >= least);
    let is_small = |share: Option<f64>| share.is_none_or(|share| share < SLIVER);
    let several = |counts: &BTreeMap<&str, usize>, unit: &str| {
        counts.get(unit).is_some_and(|&count| count > 1)
    };
    let has_share = piece.of_old.is_some() || piece.of_new.is_some();
    if has_share && is_small(piece.of_old) && is_small(piece.of_new) {
        PieceKind::Sliver
    } else if piece.old.is_empty() {
        PieceKind::New
    } else if piece.new.is_empty() {
        PieceKind::Gone
    } else if is(piece.of_old, 1.0 - SLIVER) && is(piece.of_new, 1.0 - SLIVER) {
        PieceKind::Same
    } else if several(heirs, &piece.old) && is(piece.of_new, 0.5) {
        PieceKind::Split
    } else if several(sources, &piece.new) && is(piece.of_old, 0.5) {
        PieceKind::Merged
    } else {
        PieceKind::MovedBorder
    }
}

/// The units whose pieces do not add up to their own people.
fn open<'a>(
    pieces: &'a [Piece],
    own: &BTreeMap<String, Option<f64>>,
    side: &'static str,
    unit: impl Fn(&'a Piece) -> &'a String,
) -> Vec<OpenSum> {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for piece in pieces {
        *sums.entry(unit(piece).as_str()).or_default() += piece.people.unwrap_or_default();
    }
    let known = own.iter().filter_map(|(id, people)| Some((id, (*people)?)));
    known
        .filter_map(|(id, own)| {
            let pieces = sums.get(id.as_str()).copied().unwrap_or_default();
            let is_open = (pieces - own).abs() > CLOSED * own.max(1.0);
            is_open.then(|| OpenSum {
                side,
                unit: id.clone(),
                pieces,
                own,
            })
        })
        .collect()
}

/// The units of both sides that no piece is of.
#[must_use]
pub fn units_without_pieces(
    crosswalk: &Crosswalk,
    old: &SumsTable,
    new: &SumsTable,
) -> Vec<String> {
    let named: BTreeSet<&str> = crosswalk
        .pieces
        .iter()
        .flat_map(|piece| [piece.old.as_str(), piece.new.as_str()])
        .collect();
    let units = old.units.iter().chain(&new.units);
    units
        .filter(|unit| !named.contains(&*unit.id))
        .map(|unit| unit.id.to_string())
        .collect()
}
