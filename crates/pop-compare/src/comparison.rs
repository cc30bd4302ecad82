//! Two sides put together.

use std::collections::BTreeSet;

use pop_datavalues::plausibility::growth_in_a_year;

use crate::alignment::{Joined, join};
use crate::dimensions::combo_note;
use crate::rules::{self, ChangeKind};
use crate::side::place;
use crate::{
    Class, CompareError, ComparisonOptions, Dimensions, Figure, GroupSum, Row, Side, SideSummary,
    Thresholds, Unit, bands, groups, years,
};

/// Two sides compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The old side as a whole.
    pub old: SideSummary,
    /// The new side as a whole.
    pub new: SideSummary,
    /// Units of both sides, by key.
    pub units: Vec<Unit>,
    /// What figures of either side count.
    pub dimensions: Vec<Dimensions>,
    /// One row a key, by unit and dimensions.
    pub rows: Vec<Row>,
    /// Sums by level and parent.
    pub groups: Vec<GroupSum>,
    /// Years between the sides, where growth is judged.
    pub years_between: Option<u32>,
    /// Age bands that were merged.
    pub merged_bands: Vec<String>,
    /// Keys of units whose path differs.
    pub moved_units: Vec<String>,
    /// What is to be said of the comparison as a whole.
    pub notes: Vec<String>,
}

impl Comparison {
    /// Whether the sides differ in any figure.
    #[must_use]
    pub fn is_different(&self) -> bool {
        self.rows.iter().any(|row| row.class != Class::Same)
    }

    /// Whether a rule flags a figure or a sum; notes are no flags.
    #[must_use]
    pub fn is_flagged(&self) -> bool {
        let rows = self.rows.iter().filter_map(|row| row.flag.as_ref());
        let groups = self.groups.iter().flat_map(|group| &group.flags);
        rows.chain(groups).any(|flag| !flag.rule.is_note())
    }

    /// How many rows are of each class.
    #[must_use]
    pub fn counts(&self) -> Vec<(Class, usize)> {
        let mut counts = [0; Class::ALL.len()];
        for row in &self.rows {
            counts[row.class as usize] += 1;
        }
        let counted = Class::ALL.into_iter().zip(counts);
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// The unit of a row.
    #[must_use]
    pub fn unit(&self, row: &Row) -> &Unit {
        &self.units[row.unit as usize]
    }

    /// What a row counts.
    #[must_use]
    pub fn dimensions(&self, row: &Row) -> &Dimensions {
        &self.dimensions[row.dimensions as usize]
    }

    /// The growth in one year, as a share, where several years lie between the sides.
    #[must_use]
    pub fn annual_share(&self, old: Option<f64>, new: Option<f64>) -> Option<f64> {
        let years = self.years_between.filter(|&years| years > 1)?;
        growth_in_a_year(old?, new?, i32::try_from(years).ok()?)
    }
}

/// Compares two sides.
///
/// # Errors
/// [`CompareError`] where the sides cannot be put together.
pub fn compare(
    old: Side,
    new: Side,
    options: &ComparisonOptions,
) -> Result<Comparison, CompareError> {
    let (mut old, mut new) = (old, new);
    check(&old, &new)?;
    let mut notes = Vec::new();
    let kind = years::align(&mut old, &mut new, options.other_source, &mut notes)?;
    let merged_bands = bands::merge(&mut old, &mut new)?;
    if !merged_bands.is_empty() {
        notes.push(format!("age bands merged: {}", merged_bands.join(", ")));
    }
    let units = join(old.units, new.units, |a, b| a.key.cmp(&b.key));
    let dimensions = join(old.dimensions, new.dimensions, Ord::cmp);
    notes.extend(combo_note(&dimensions.items));
    let rows = rows(
        &placed(old.figures, &units.old, &dimensions.old),
        &placed(new.figures, &units.new, &dimensions.new),
        kind,
        &options.thresholds,
    );
    notes.extend(nothing_in_common(&rows, &dimensions.items));
    let pairs = completed(units);
    let mut groups = groups::sums(
        &rows,
        &pairs,
        dimensions.items.len(),
        kind,
        &options.thresholds,
    );
    let moved_units: Vec<String> = pairs.iter().filter_map(moved).collect();
    if !moved_units.is_empty() {
        notes.push(format!(
            "path of {} moved",
            if moved_units.len() == 1 {
                format!("unit {}", moved_units[0])
            } else {
                format!("{} units", moved_units.len())
            }
        ));
    }
    let units: Vec<Unit> = pairs
        .into_iter()
        .filter_map(|(old, new)| new.or(old))
        .collect();
    groups::flag_parents(&mut groups, &rows, &units);
    Ok(Comparison {
        old: old.summary,
        new: new.summary,
        units,
        dimensions: dimensions
            .items
            .into_iter()
            .filter_map(|(old, new)| new.or(old))
            .collect(),
        rows,
        groups,
        years_between: match kind {
            ChangeKind::Years(years) => Some(years),
            ChangeKind::Source | ChangeKind::NotJudged => None,
        },
        merged_bands,
        moved_units,
        notes,
    })
}

fn check(old: &Side, new: &Side) -> Result<(), CompareError> {
    if old.is_empty() && new.is_empty() {
        return Err(CompareError::Empty);
    }
    if old.summary.kind != new.summary.kind {
        return Err(CompareError::OtherKind);
    }
    let (before, after) = (&old.summary.levels, &new.summary.levels);
    if before != after && !before.is_empty() && !after.is_empty() {
        let listed = |levels: &BTreeSet<u32>| {
            let list: Vec<String> = levels.iter().map(ToString::to_string).collect();
            list.join(", ")
        };
        return Err(CompareError::OtherLevels {
            old: listed(before),
            new: listed(after),
        });
    }
    Ok(())
}

/// Figures with the indices that both sides share.
fn placed(figures: Vec<Figure>, units: &[u32], dimensions: &[u32]) -> Vec<Figure> {
    let mut figures = figures;
    for figure in &mut figures {
        figure.unit = units[figure.unit as usize];
        figure.dimensions = dimensions[figure.dimensions as usize];
    }
    figures
}

/// What each side counts, where no figure is on both.
fn nothing_in_common(
    rows: &[Row],
    dimensions: &[(Option<Dimensions>, Option<Dimensions>)],
) -> Option<String> {
    let is_one_sided = |row: &Row| matches!(row.class, Class::OnlyOld | Class::OnlyNew);
    if !rows.iter().all(is_one_sided) {
        return None;
    }
    let counted = |side: Class| {
        let places: BTreeSet<u32> = rows
            .iter()
            .filter(|row| row.class == side)
            .map(|row| row.dimensions)
            .collect();
        let mut groups: Vec<String> = places
            .into_iter()
            .filter_map(|place| {
                let (old, new) = &dimensions[place as usize];
                Some(old.as_ref().or(new.as_ref())?.group())
            })
            .collect();
        groups.dedup();
        let more = groups.len().saturating_sub(3);
        groups.truncate(3);
        match more {
            0 => groups.join(", "),
            more => format!("{} and {more} more", groups.join(", ")),
        }
    };
    let (old, new) = (counted(Class::OnlyOld), counted(Class::OnlyNew));
    (!old.is_empty() && !new.is_empty()).then(|| {
        format!("no figure is on both sides: the old side counts {old}, the new side {new}; nothing was compared")
    })
}

fn rows(old: &[Figure], new: &[Figure], kind: ChangeKind, thresholds: &Thresholds) -> Vec<Row> {
    let mut rows = Vec::with_capacity(old.len().max(new.len()));
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return rows,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => place(a).cmp(&place(b)),
        };
        let before = if order.is_le() { old.next() } else { None };
        let after = if order.is_ge() { new.next() } else { None };
        rows.extend(row(before, after, kind, thresholds));
    }
}

fn row(
    old: Option<&Figure>,
    new: Option<&Figure>,
    kind: ChangeKind,
    thresholds: &Thresholds,
) -> Option<Row> {
    let (unit, dimensions) = place(new.or(old)?);
    let value = |figure: Option<&Figure>| figure.and_then(|figure| figure.value);
    let (before, after) = (value(old), value(new));
    let grid = |figure: Option<&Figure>| figure.and_then(|figure| figure.unadjusted);
    let is_raked = grid(old).is_some() || grid(new).is_some();
    let grid_difference = before
        .zip(after)
        .filter(|_| is_raked)
        .map(|(before, after)| grid(new).unwrap_or(after) - grid(old).unwrap_or(before));
    Some(Row {
        unit,
        dimensions,
        old: before,
        new: after,
        class: Class::of(
            old.map(|figure| figure.value),
            new.map(|figure| figure.value),
        ),
        flag: before
            .zip(after)
            .and_then(|(before, after)| rules::judge(before, after, kind, thresholds)),
        grid_difference,
    })
}

/// The units of both sides, each with what the other side knows of it.
fn completed(units: Joined<Unit>) -> Vec<(Option<Unit>, Option<Unit>)> {
    let complete = |unit: &mut Unit, other: &Unit| {
        let is_placed = unit.level.is_some() || unit.parent.is_some();
        if !is_placed {
            unit.level = other.level;
            unit.parent.clone_from(&other.parent);
            unit.path.clone_from(&other.path);
        }
        if unit.name.is_none() {
            unit.name.clone_from(&other.name);
        }
        if unit.code.is_none() {
            unit.code.clone_from(&other.code);
        }
    };
    let mut pairs = units.items;
    for pair in &mut pairs {
        if let (Some(old), Some(new)) = pair {
            complete(old, new);
            complete(new, old);
        }
    }
    pairs
}

/// The key of a unit whose path differs.
fn moved((old, new): &(Option<Unit>, Option<Unit>)) -> Option<String> {
    let (old, new) = (old.as_ref()?, new.as_ref()?);
    let differs = old.path.is_some() && new.path.is_some() && old.path != new.path;
    differs.then(|| new.key.to_string())
}
