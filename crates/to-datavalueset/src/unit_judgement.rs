//! Which units get a value: the level, doubts, and parents that would come out too low.

use std::collections::BTreeMap;

use pop_cli::{Align, Consent, Console, Finding, Table, ToolError, shortened_list, thousands};
use pop_datavalues::BandSet;
use pop_datavalues::unit_status::{self, IncompleteParent, UnitStatus};
use pop_sums::{Reason, Status, SumsTable};

use crate::consent::{INCOMPLETE_PARENT, NO_VALUE, UNKNOWN_REASON};
use crate::count_words::by_number;

/// The levels to use: those asked for, or the only one there is. Deepest last.
pub(crate) fn levels(asked: &[u32], table: &SumsTable) -> Result<Vec<u32>, ToolError> {
    let levels = unit_status::levels(table);
    let list = || {
        levels
            .iter()
            .map(u32::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match (asked, levels.as_slice()) {
        ([], [] | [_]) => Ok(levels),
        ([], _) => Err(ToolError::data(format!("the sums hold the levels {}", list()))
            .hint("choose one with --level: DHIS2 adds up whatever lies below a unit, so several levels count people twice")),
        (_, []) => Err(ToolError::data("no unit has a level, so none can be chosen")
            .hint("leave --level out: all units of the sums are taken then")),
        (asked, _) => {
            if let Some(missing) = asked.iter().find(|level| !levels.contains(level)) {
                return Err(ToolError::data(format!("no unit of level {missing}, found {}", list())));
            }
            let mut asked = asked.to_vec();
            asked.sort_unstable();
            asked.dedup();
            Ok(asked)
        }
    }
}

/// Units of one run, judged.
pub(crate) struct JudgedUnits {
    /// Indices of the units that get a value, in the order of the table.
    pub(crate) valued: Vec<u32>,
    /// Units left out for want of a value, by consent.
    pub(crate) unvalued: Vec<u32>,
    /// Units that did not exist at the date.
    pub(crate) inactive: Vec<u32>,
}

/// The units of a level, judged over the years of a reference period.
pub(crate) struct UnitJudge<'a> {
    pub(crate) table: &'a SumsTable,
    /// The level; all units without one.
    pub(crate) level: Option<u32>,
    /// Layers of the years, with weights.
    pub(crate) years: &'a [(Vec<u32>, f64)],
    pub(crate) bands: &'a BandSet,
    pub(crate) consent: &'a mut Consent,
    pub(crate) console: &'a Console,
}

impl UnitJudge<'_> {
    pub(crate) fn judge(mut self) -> Result<JudgedUnits, ToolError> {
        let table = self.table;
        let layers: Vec<u32> = self
            .years
            .iter()
            .flat_map(|(layers, _)| layers.iter().copied())
            .collect();
        let levels: Vec<u32> = self.level.into_iter().collect();
        let unit_statuses = unit_status::unit_statuses(table, &levels, &layers);
        let (present, inactive) = split_out_of_time(table, unit_statuses, self.consent);
        stop_at_doubts(table, &present, self.consent, self.console)?;
        let of = |wanted: bool| {
            let hits = present
                .iter()
                .filter(move |unit_status| (unit_status.status == Status::None) == wanted);
            hits.map(|unit_status| unit_status.unit)
                .collect::<Vec<u32>>()
        };
        let mut judged = JudgedUnits {
            valued: of(false),
            unvalued: of(true),
            inactive,
        };
        if judged.valued.is_empty() {
            return Err(ToolError::data("no unit has a value"));
        }
        let ends_above = self
            .level
            .map(|level| unit_status::branches_ending_above(table, level, &layers))
            .unwrap_or_default();
        judged.unvalued.extend(ends_above);
        if !judged.unvalued.is_empty() {
            self.stop_at_incomplete_parents(&layers, &judged)?;
        }
        Ok(judged)
    }

    /// Stops where the units below a parent would add up to less than its people.
    fn stop_at_incomplete_parents(
        &mut self,
        layers: &[u32],
        judged: &JudgedUnits,
    ) -> Result<(), ToolError> {
        let table = self.table;
        let people = unit_status::populations(table, self.years, self.bands);
        let parents =
            unit_status::incomplete_parents(table, &judged.valued, &judged.unvalued, |unit| {
                people[unit as usize]
            });
        if !parents.is_empty() {
            self.console.show(&table_of(&parents).to_string());
        }
        let findings = parents.iter().map(describe).collect();
        let refused = self.consent.judge(INCOMPLETE_PARENT, findings).refused;
        if refused.is_empty() {
            return Ok(());
        }
        let what = by_number(
            refused.len(),
            "parent would come out too low",
            "parents would come out too low",
        );
        let error = self.consent.refusal(INCOMPLETE_PARENT, what, &refused);
        Err(match unit_status::deepest_complete_level(table, layers) {
            Some(level) => error.hint(format!(
                "the deepest level at which every unit has a value is {level}: --level {level}"
            )),
            None => error.hint("there is no level at which every unit has a value"),
        })
    }
}

/// All parents that would come out too low, for reading.
fn table_of(parents: &[IncompleteParent]) -> Table {
    let mut table = Table::new(&[
        ("parent", Align::Left),
        ("name", Align::Left),
        ("own polygon", Align::Right),
        ("children with a value", Align::Right),
        ("children without", Align::Left),
    ]);
    for parent in parents {
        table.row(&[
            parent.id.as_str(),
            parent.name.as_deref().unwrap_or_default(),
            &parent
                .own_people
                .map_or("-".to_owned(), |n| thousands(n, 0)),
            &thousands(parent.valued_people, 0),
            &parent.missing.join(", "),
        ]);
    }
    table
}

/// A parent, with the people of its own polygon, those below it, and the units that miss.
fn describe(parent: &IncompleteParent) -> Finding {
    let name = parent
        .name
        .as_ref()
        .map(|name| format!("{name}: "))
        .unwrap_or_default();
    let own = parent
        .own_people
        .map_or("not in the sums".to_owned(), |people| thousands(people, 0));
    let detail = format!(
        "{name}own polygon {own}, children with a value {}, without: {}",
        thousands(parent.valued_people, 0),
        parent.missing.join(", ")
    );
    Finding {
        unit: parent.id.clone(),
        detail,
    }
}

/// Sets units aside that did not exist at the date, unless they were asked for.
fn split_out_of_time(
    table: &SumsTable,
    unit_statuses: Vec<UnitStatus>,
    consent: &mut Consent,
) -> (Vec<UnitStatus>, Vec<u32>) {
    let (mut present, mut aside) = (Vec::new(), Vec::new());
    for unit_status in unit_statuses {
        let Some(reason) = &unit_status.inactive else {
            present.push(unit_status);
            continue;
        };
        let judged = consent.judge(reason.word(), vec![finding(table, unit_status.unit)]);
        if judged.refused.is_empty() {
            present.push(unit_status);
        } else {
            aside.push(unit_status.unit);
        }
    }
    (present, aside)
}

fn finding(table: &SumsTable, unit: u32) -> Finding {
    let unit = &table.units[unit as usize];
    Finding {
        unit: unit.id.to_string(),
        detail: unit.name.clone().unwrap_or_default(),
    }
}

/// So many findings stand in the message that stops a run; more are listed above it.
const SHOWN_IN_MESSAGE: usize = 5;

/// Units that stop a run, for reading and for an exceptions file.
fn list_of(kind: &str, refused: &[Finding]) -> Table {
    let columns = [
        ("unit", Align::Left),
        ("kind", Align::Left),
        ("name", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for finding in refused {
        table.row(&[&finding.unit, kind, &finding.detail]);
    }
    table
}

/// Stops at units without a value, and at doubtful ones, unless their kind or they themselves are named.
fn stop_at_doubts(
    table: &SumsTable,
    unit_statuses: &[UnitStatus],
    consent: &mut Consent,
    console: &Console,
) -> Result<(), ToolError> {
    let mut doubts: BTreeMap<(Status, &str), Vec<Finding>> = BTreeMap::new();
    for unit_status in unit_statuses
        .iter()
        .filter(|unit_status| unit_status.status != Status::Ok)
    {
        let mut kinds: Vec<&str> = unit_status
            .reasons
            .iter()
            .filter(|reason| !reason.is_inactive())
            .map(|reason| {
                if matches!(reason, Reason::Unknown(_)) {
                    UNKNOWN_REASON
                } else {
                    reason.word()
                }
            })
            .collect();
        if kinds.is_empty() && unit_status.inactive.is_none() {
            kinds.push(NO_VALUE);
        }
        for kind in kinds {
            doubts
                .entry((unit_status.status, kind))
                .or_default()
                .push(finding(table, unit_status.unit));
        }
    }
    let mut stop: Option<ToolError> = None;
    for ((status, kind), findings) in doubts {
        // Tables from elsewhere state no status: a blank is a blank, and is said.
        if kind == NO_VALUE && !table.states_status {
            let list: Vec<String> = findings
                .iter()
                .map(|finding| finding.unit.clone())
                .collect();
            let have = by_number(
                list.len(),
                "unit has no number and gets",
                "units have no number and get",
            );
            console.warn(&format!(
                "{} {have} no value: {}",
                list.len(),
                shortened_list(&list)
            ));
            continue;
        }
        let judged = consent.judge(kind, findings);
        if judged.refused.len() > SHOWN_IN_MESSAGE {
            console.show(&list_of(kind, &judged.refused).to_string());
        }
        if !judged.refused.is_empty() && stop.is_none() {
            let have = by_number(judged.refused.len(), "unit has", "units have");
            let value = match status {
                Status::None => "no value",
                _ => "a doubtful value",
            };
            stop = Some(consent.refusal(kind, &format!("{have} {value}, {kind}"), &judged.refused));
        }
    }
    stop.map_or(Ok(()), Err)
}
