//! Which units get a value in each period: findings are collected over all periods and asked for together.

mod missing;
mod mixtures;
mod parents;

use std::collections::{BTreeMap, HashSet};

use pop_cli::{Consent, Console, Finding, Refusal, ToolError, by_number, counted, shortened_list};
use pop_datavalues::conversion::{Conversion, PreparedPeriod};
use pop_datavalues::unit_status::{UnitStatus, base_units, unit_statuses, unserved_parts};
use pop_sums::nesting::units_without_level;
use pop_sums::{Reason, Status, SumsTable};

use crate::consent::{INACTIVE, NO_VALUE, UNKNOWN_REASON};
use crate::unit_tables;

/// The levels to use: those asked for, or the only one there is. Deepest last.
pub(crate) fn levels(asked: &[u32], table: &SumsTable) -> Result<Vec<u32>, ToolError> {
    let levels = table.levels();
    let list = || {
        levels
            .iter()
            .map(u32::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let without: Vec<String> = units_without_level(table)
        .into_iter()
        .map(|unit| table.units[unit as usize].label())
        .collect();
    if !without.is_empty() {
        let what = by_number(without.len(), "has no level", "have no level");
        return Err(ToolError::data(format!(
            "{} {what}, though others have one: {}",
            counted(without.len(), "unit"),
            shortened_list(&without)
        ))
        .hint("give every unit its level (fetch-orgunits writes it), or none of them"));
    }
    match (asked, levels.as_slice()) {
        ([], [] | [_]) => Ok(levels),
        ([], _) => Err(ToolError::data(format!("the sums hold the levels {}", list()))
            .hint("choose one with --level: DHIS2 adds up whatever is below a unit, so several levels count people twice")),
        (_, []) => Err(ToolError::data("no unit has a level, so none can be chosen")
            .hint("leave --level out: all units of the sums are taken then")),
        (asked, _) => {
            if let Some(missing) = asked.iter().find(|level| !levels.contains(level)) {
                return Err(ToolError::data(format!("no unit of level {missing}, found {}", list()))
                    .hint("choose one of the levels found, or sum the units of that level"));
            }
            let mut asked = asked.to_vec();
            asked.sort_unstable();
            asked.dedup();
            Ok(asked)
        }
    }
}

/// Units of one period, judged.
#[derive(Debug, Clone, Default)]
pub(crate) struct JudgedUnits {
    /// Indices of the units that get a value, in the order of the table.
    pub(crate) valued: Vec<u32>,
    /// Units left out for want of a value, by consent.
    pub(crate) unvalued: Vec<u32>,
    /// Units that did not exist at the date.
    pub(crate) inactive: Vec<u32>,
    /// Units whose people no value counts: a parent that has such units comes out too low.
    uncounted: Vec<u32>,
}

/// Findings of one kind, each unit once.
struct FindingGroup {
    status: Status,
    findings: Vec<Finding>,
    units: HashSet<String>,
}

/// What is judged, and with what.
pub(crate) struct UnitJudge<'a> {
    pub(crate) conversion: &'a Conversion<'a>,
    pub(crate) periods: &'a [PreparedPeriod],
    pub(crate) consent: &'a mut Consent,
    pub(crate) console: &'a Console,
    /// Whether the sums are a part taken on purpose.
    pub(crate) is_subset: bool,
}

/// What a run may do: the units of each period, and the findings that stop it.
pub(crate) struct Verdict {
    pub(crate) units: Vec<JudgedUnits>,
    pub(crate) refusals: Vec<Refusal>,
    /// More to say where it stops.
    pub(crate) hints: Vec<String>,
}

impl UnitJudge<'_> {
    /// Judges the units of all periods.
    pub(crate) fn judge(mut self) -> Verdict {
        let table = self.conversion.table;
        let base = base_units(table, self.conversion.levels);
        let layers: Vec<Vec<u32>> = self.periods.iter().map(layers_of).collect();
        let unserved = unserved_parts(table);
        let mut statuses: Vec<Vec<UnitStatus>> = layers
            .iter()
            .map(|layers| unit_statuses(table, &base, layers))
            .collect();
        let mut refusals = mixtures::refusals(&mut self);
        let mut hints = Vec::new();
        let inactive = self.split_inactive(&mut statuses, &mut refusals, &mut hints);
        self.doubtful_units(&statuses, &unserved, &mut refusals);
        self.missing_units(&base, &unserved, &mut refusals);
        let mut units = Vec::new();
        let is_uncounted = |status: &&UnitStatus| {
            // An unserved part is in no sum of values, unless a unit above has one.
            let is_in_no_sum = unserved[status.unit as usize] && self.conversion.levels.len() < 2;
            !is_in_no_sum && !status.is_counted_elsewhere()
        };
        // A closed unit has a successor as a rule; one that opens later leaves its people out.
        let is_later = |status: &&UnitStatus| status.inactive == Some(Reason::NotYetOpen);
        for (present, inactive) in statuses.iter().zip(inactive) {
            let (unvalued, valued): (Vec<&UnitStatus>, Vec<&UnitStatus>) = present
                .iter()
                .partition(|status| status.status == Status::None);
            let indices = |statuses: &[&UnitStatus]| statuses.iter().map(|s| s.unit).collect();
            let without = unvalued.iter().copied().filter(is_uncounted);
            units.push(JudgedUnits {
                valued: indices(&valued),
                unvalued: indices(&unvalued),
                uncounted: (without.chain(inactive.iter().filter(is_later)))
                    .map(|status| status.unit)
                    .collect(),
                inactive: inactive.iter().map(|status| status.unit).collect(),
            });
        }
        self.incomplete_parents(&base, &layers, &mut units, &mut refusals, &mut hints);
        Verdict {
            units,
            refusals,
            hints,
        }
    }

    /// Asks for consent to findings of a kind; those refused are added to the list.
    fn ask(
        &mut self,
        kind: &str,
        one: &str,
        several: &str,
        findings: Vec<Finding>,
        refusals: &mut Vec<Refusal>,
    ) {
        let refused = self.consent.judge(kind, findings).refused;
        if refused.is_empty() {
            return;
        }
        if refused.len() > unit_tables::SHOWN_IN_MESSAGE {
            self.console.show_table(&unit_tables::findings(
                kind,
                &refused,
                &self.console.messages(),
            ));
        }
        let what = if refused.len() == 1 { one } else { several };
        refusals.push(Refusal {
            kind: kind.to_owned(),
            what: what.to_owned(),
            findings: refused,
        });
    }

    /// Takes the units out that did not exist at the date, unless they are to be put in.
    fn split_inactive(
        &mut self,
        statuses: &mut [Vec<UnitStatus>],
        refusals: &mut Vec<Refusal>,
        hints: &mut Vec<String>,
    ) -> Vec<Vec<UnitStatus>> {
        let table = self.conversion.table;
        let mut groups: BTreeMap<String, FindingGroup> = BTreeMap::new();
        for status in statuses.iter().flatten() {
            if let Some(reason) = &status.inactive {
                add(table, &mut groups, reason.word().to_owned(), status);
            }
        }
        let mut put_in: HashSet<String> = HashSet::new();
        for (word, group) in groups {
            let judged = self.consent.judge(&word, group.findings);
            put_in.extend(judged.allowed.into_iter().map(|finding| finding.unit));
            if judged.refused.is_empty() {
                continue;
            }
            if word == Reason::Closed.word() {
                self.console.warn(&format!(
                    "{} {}: {}",
                    judged.refused.len(),
                    by_number(
                        judged.refused.len(),
                        "unit was closed and gets no value",
                        "units were closed and get no value"
                    ),
                    unit_tables::list(&judged.refused)
                ));
                continue;
            }
            let all = judged.refused.len();
            let left_out = self.consent.judge(INACTIVE, judged.refused).refused;
            if left_out.is_empty() {
                continue;
            }
            hints.push(format!(
                "--allow {INACTIVE}: leave them out instead; the parents that lack them come out too low"
            ));
            if all == statuses.iter().map(Vec::len).max().unwrap_or_default() {
                hints.push(
                    "no unit was open: where the instance was set up this year, sum again with zonal-sum --as-of DAY, a day on which the units were open; servers from 2.43 refuse values before the opening dates, so correct them in DHIS2"
                        .to_owned(),
                );
            }
            let what = by_number(
                left_out.len(),
                "unit was not yet open, not-yet-open",
                "units were not yet open, not-yet-open",
            );
            refusals.push(Refusal {
                kind: word,
                what: what.to_owned(),
                findings: left_out,
            });
        }
        let is_aside = |status: &UnitStatus| {
            let id = &*table.units[status.unit as usize].id;
            status.inactive.is_some() && !put_in.contains(id)
        };
        let split = |of_period: &mut Vec<UnitStatus>| {
            let all = std::mem::take(of_period).into_iter();
            let (aside, present) = all.partition(is_aside);
            *of_period = present;
            aside
        };
        statuses.iter_mut().map(split).collect()
    }

    /// Units without a value, and doubtful ones.
    fn doubtful_units(
        &mut self,
        statuses: &[Vec<UnitStatus>],
        unserved: &[bool],
        refusals: &mut Vec<Refusal>,
    ) {
        let table = self.conversion.table;
        // An unserved part has no value of its own: its doubts matter where a unit above holds its people.
        let has_above = self.conversion.levels.len() > 1;
        let mut groups: BTreeMap<(Status, &str), FindingGroup> = BTreeMap::new();
        let doubtful = |status: &&UnitStatus| {
            status.status != Status::Ok && (has_above || !unserved[status.unit as usize])
        };
        for status in statuses.iter().flatten().filter(doubtful) {
            let mut kinds: Vec<&str> = status
                .reasons
                .iter()
                .filter(|reason| !reason.is_inactive() && reason.is_doubt())
                .map(|reason| match reason {
                    Reason::Unknown(_) => UNKNOWN_REASON,
                    reason => reason.word(),
                })
                .collect();
            if kinds.is_empty() && status.inactive.is_none() {
                kinds.push(NO_VALUE);
            }
            for kind in kinds {
                add(table, &mut groups, (status.status, kind), status);
            }
        }
        for ((_, kind), group) in groups {
            let value = match group.status {
                Status::None => "no value",
                _ => "a doubtful value",
            };
            let one = format!("unit has {value}, {kind}");
            let several = format!("units have {value}, {kind}");
            self.ask(kind, &one, &several, group.findings, refusals);
        }
    }
}

fn layers_of(period: &PreparedPeriod) -> Vec<u32> {
    let layers = period.years.iter().flat_map(|(layers, _)| layers);
    layers.copied().collect()
}

/// Adds a finding about a unit to its group, once.
fn add<K: Ord>(
    table: &SumsTable,
    groups: &mut BTreeMap<K, FindingGroup>,
    key: K,
    status: &UnitStatus,
) {
    let group = groups.entry(key).or_insert_with(|| FindingGroup {
        status: status.status,
        findings: Vec::new(),
        units: HashSet::new(),
    });
    let unit = &table.units[status.unit as usize];
    if group.units.insert(unit.id.to_string()) {
        group.findings.push(Finding {
            unit: unit.id.to_string(),
            detail: unit.name.clone().unwrap_or_default(),
        });
    }
}
