//! Sums over the values of a plan: by element and period, by parent, by unit. Who reads a plan need not add up.

use std::collections::BTreeMap;

use pop_datavalues::number::number_of;
use pop_datavalues::plausibility::{PlausibilityCheck, growth_in_a_year};
use pop_datavalues::value_set::names::Sym;
use pop_datavalues::value_set::table::Content;
use pop_sums::change::{FLAG, is_flagged, relative_change};
use serde::Serialize;

use crate::job::{Item, ItemState, RunKind};
use crate::plan::Plan;

/// Sums of the values of one element and period. The first five add up to the set's values.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) sent: f64,
    pub(crate) unchanged: f64,
    pub(crate) kept: f64,
    pub(crate) left_out: f64,
    pub(crate) refused: f64,
    pub(crate) before: f64,
    pub(crate) after: f64,
    pub(crate) is_any_stored: bool,
}

/// Sums over the set, by element and period: what becomes of its values, and what is stored under
/// the same keys before and after.
pub(crate) fn totals(plan: &Plan) -> BTreeMap<(Sym, Sym), Totals> {
    let mut sums: BTreeMap<(Sym, Sym), Totals> = BTreeMap::new();
    for fate in fates(plan) {
        let sums = sums
            .entry((fate.item.key.element, fate.item.key.period))
            .or_default();
        let sum = match fate.item.state {
            _ if fate.is_written => &mut sums.sent,
            ItemState::Open => &mut sums.refused,
            ItemState::Kept => &mut sums.kept,
            ItemState::LeftOut => &mut sums.left_out,
            _ => &mut sums.unchanged,
        };
        *sum += fate.wanted.unwrap_or(0.0);
        sums.before += fate.before.unwrap_or(0.0);
        sums.after += fate.after().unwrap_or(0.0);
        sums.is_any_stored |= plan.job.before_of(fate.item).is_some();
    }
    sums
}

/// What becomes of a value.
struct Fate<'a> {
    index: usize,
    item: &'a Item,
    before: Option<f64>,
    wanted: Option<f64>,
    is_written: bool,
}

impl Fate<'_> {
    /// What is stored after the push.
    fn after(&self) -> Option<f64> {
        if self.is_written {
            self.wanted
        } else {
            self.before
        }
    }
}

/// The values of a plan; of an undo only those that it takes back: the rest stays as it is.
fn fates(plan: &Plan) -> impl Iterator<Item = Fate<'_>> {
    let refused = plan.refused();
    let is_undo = plan.job.kind == RunKind::Undo;
    let items = plan.job.items.iter().enumerate();
    items
        .filter(move |(_, item)| !is_undo || item.state == ItemState::Open)
        .map(move |(index, item)| Fate {
            index,
            item,
            before: number(plan.job.before_of(item)),
            wanted: number(plan.job.wanted_of(item)),
            is_written: item.state == ItemState::Open && !refused.contains(&index),
        })
}

/// The number that a content is.
fn number(content: Option<Content<'_>>) -> Option<f64> {
    content.and_then(|content| number_of(content.value))
}

/// Values added up, as far as there are any.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    sum: f64,
    values: usize,
}

impl Sum {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.sum += value;
            self.values += 1;
        }
    }

    /// The sum, where any value is in it.
    fn any(self) -> Option<f64> {
        (self.values > 0).then_some(self.sum)
    }
}

/// Stored values before and after a push.
#[derive(Debug, Clone, Copy, Default)]
struct Change {
    values: usize,
    before: Sum,
    after: Sum,
}

impl Change {
    fn add(&mut self, fate: &Fate<'_>) {
        self.values += 1;
        self.before.add(fate.before);
        self.after.add(fate.after());
    }

    fn record(self) -> ChangeRecord {
        let (before, after) = (self.before.any(), self.after.any());
        // Sums over other values are no change of people.
        let is_same_values = self.before.values == self.after.values;
        let pair = before.zip(after).filter(|_| is_same_values);
        ChangeRecord {
            values: self.values,
            before,
            after,
            difference: pair.map(|(before, after)| after - before),
            change: pair.and_then(|(before, after)| relative_change(before, after)),
        }
    }
}

/// Stored values before and after a push: `difference` and `change` (a share of `before`) only where both are sums of the same values.
#[derive(Debug, Serialize)]
struct ChangeRecord {
    values: usize,
    before: Option<f64>,
    after: Option<f64>,
    difference: Option<f64>,
    change: Option<f64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TotalRecord<'a> {
    data_element: &'a str,
    period: &'a str,
    #[serde(flatten)]
    change: ChangeRecord,
    sent: f64,
    unchanged: f64,
    kept: f64,
    left_out: f64,
    refused: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ParentRecord<'a> {
    org_unit: &'a str,
    data_element: &'a str,
    period: &'a str,
    units: usize,
    #[serde(flatten)]
    change: ChangeRecord,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UnitRecord<'a> {
    org_unit: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    data_element: &'a str,
    period: &'a str,
    #[serde(flatten)]
    change: ChangeRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    year_before: Option<YearSum<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<FlagRecord>,
}

/// The year before, where all values of the unit have one.
#[derive(Debug, Serialize)]
struct YearSum<'a> {
    period: &'a str,
    value: f64,
    growth: Option<f64>,
}

/// A rule that a unit meets: what was found, and the threshold.
#[derive(Debug, Serialize)]
struct FlagRecord {
    rule: &'static str,
    found: f64,
    threshold: f64,
}

/// The member `sums` of a plan.
#[derive(Debug, Serialize)]
pub(crate) struct SumRecords<'a> {
    totals: Vec<TotalRecord<'a>>,
    parents: Vec<ParentRecord<'a>>,
    units: Vec<UnitRecord<'a>>,
}

/// What is added up of a unit, for an element and a period.
#[derive(Debug, Default)]
struct UnitSum {
    change: Change,
    year_before: Sum,
    year: Option<Sym>,
    /// Wanted values that have a year before.
    compared: Sum,
}

impl<'a> SumRecords<'a> {
    /// The sums of a plan.
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let text = |sym: Sym| plan.job.names.text(sym);
        let units = unit_sums(plan);
        let changes = total_changes(plan);
        let totals = totals(plan)
            .into_iter()
            .map(|((element, period), totals)| TotalRecord {
                data_element: text(element),
                period: text(period),
                change: changes
                    .get(&(element, period))
                    .copied()
                    .unwrap_or_default()
                    .record(),
                sent: totals.sent,
                unchanged: totals.unchanged,
                kept: totals.kept,
                left_out: totals.left_out,
                refused: totals.refused,
            });
        let parents = parent_sums(plan, &units).into_iter().map(
            |((element, period, parent), (units, change))| ParentRecord {
                org_unit: text(parent),
                data_element: text(element),
                period: text(period),
                units,
                change: change.record(),
            },
        );
        let units = units
            .iter()
            .map(|(&(element, period, unit), sum)| UnitRecord {
                org_unit: text(unit),
                parent: plan.tree.above(unit).last().map(|&parent| text(parent)),
                data_element: text(element),
                period: text(period),
                change: sum.change.record(),
                year_before: sum.year(plan),
                flags: sum.flags(plan),
            });
        Self {
            totals: totals.collect(),
            parents: parents.collect(),
            units: units.collect(),
        }
    }
}

/// Element, period and org unit.
type UnitKey = (Sym, Sym, Sym);

/// The sums of each unit.
fn unit_sums(plan: &Plan) -> BTreeMap<UnitKey, UnitSum> {
    let mut units: BTreeMap<UnitKey, UnitSum> = BTreeMap::new();
    for fate in fates(plan) {
        let key = &fate.item.key;
        let unit = units
            .entry((key.element, key.period, key.unit))
            .or_default();
        unit.change.add(&fate);
        if let Some(beside) = plan.growth.before(fate.index) {
            unit.year = Some(beside.period);
            unit.year_before.add(number_of(&beside.value));
            unit.compared.add(fate.wanted);
        }
    }
    units
}

/// The change of each element and period.
fn total_changes(plan: &Plan) -> BTreeMap<(Sym, Sym), Change> {
    let mut changes: BTreeMap<(Sym, Sym), Change> = BTreeMap::new();
    for fate in fates(plan) {
        let key = &fate.item.key;
        changes
            .entry((key.element, key.period))
            .or_default()
            .add(&fate);
    }
    changes
}

/// How many units are directly below each parent, and their change.
fn parent_sums(
    plan: &Plan,
    units: &BTreeMap<UnitKey, UnitSum>,
) -> BTreeMap<UnitKey, (usize, Change)> {
    let mut parents: BTreeMap<UnitKey, (usize, Change)> = BTreeMap::new();
    for fate in fates(plan) {
        let key = &fate.item.key;
        if let Some(&parent) = plan.tree.above(key.unit).last() {
            let sum = parents
                .entry((key.element, key.period, parent))
                .or_default();
            sum.1.add(&fate);
        }
    }
    for (element, period, unit) in units.keys() {
        if let Some(&parent) = plan.tree.above(*unit).last()
            && let Some((count, _)) = parents.get_mut(&(*element, *period, parent))
        {
            *count += 1;
        }
    }
    parents
}

impl UnitSum {
    fn growth(&self) -> Option<f64> {
        let is_complete = self.year_before.values == self.change.values
            && self.compared.values == self.change.values;
        growth_in_a_year(self.year_before.any()?, self.compared.any()?, 1).filter(|_| is_complete)
    }

    fn year<'a>(&self, plan: &'a Plan) -> Option<YearSum<'a>> {
        (self.year_before.values == self.change.values).then_some(())?;
        Some(YearSum {
            period: plan.job.names.text(self.year?),
            value: self.year_before.any()?,
            growth: self.growth(),
        })
    }

    fn flags(&self, plan: &Plan) -> Vec<FlagRecord> {
        let change = self.change.record().change;
        let of_stored = change.filter(|share| is_flagged(*share));
        let growth = self.growth();
        let growth = growth.and_then(|share| Some((share, plan.limits.check_growth(share)?)));
        let of_stored = of_stored.map(|found| FlagRecord {
            rule: "change",
            found,
            threshold: FLAG,
        });
        let of_year = growth.map(|(found, check)| match check {
            PlausibilityCheck::Decline => FlagRecord {
                rule: "decline",
                found,
                threshold: 0.0,
            },
            _ => FlagRecord {
                rule: "growth",
                found,
                threshold: plan.limits.growth,
            },
        });
        of_stored.into_iter().chain(of_year).collect()
    }
}
