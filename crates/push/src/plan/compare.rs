//! Reading what is stored, and comparing the payload with it.

use std::collections::{BTreeSet, HashMap, HashSet};

use pop_cli::{ToolError, counted, shortened_list, thousands};
use pop_datavalues::mapping::Limits;
use pop_datavalues::value_set::names::{Names, Sym};
use pop_datavalues::value_set::table::{Row, ValueKey, ValueTable};
use pop_datavalues::{Comment, Metadata, Period};
use pop_dhis2::import::stored::OrgUnitScope;
use pop_dhis2::import::stored_state::{ChangeClass, Diff};

use super::growth::{Growth, year_of};
use super::{Plan, PlanFlags};
use crate::job::{ItemState, Job, RunKind};
use crate::payload::Payload;
use crate::plan::levels::Ancestors;
use crate::session::{Scope, Session, stored_error};

/// Values that one answer should hold at most.
const ROWS_AT_ONCE: usize = 100_000;
/// Units asked for at once.
const UNITS_AT_ONCE: usize = 300;

/// What the user wants to be compared and written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CompareOptions<'a> {
    /// The flags that decide on what is written.
    pub(crate) flags: &'a PlanFlags,
    /// Keys with the value that earlier receipts say we wrote.
    pub(crate) earlier: &'a HashSet<(ValueKey, String)>,
    /// What is conspicuous about growth.
    pub(crate) limits: &'a Limits,
}

/// Reads what is stored and compares the payload with it.
///
/// # Errors
/// Refused or unreachable: what is stored cannot be read.
pub(crate) fn compare(
    session: &Session,
    metadata: &Metadata,
    tree: &Ancestors,
    payload: Payload,
    options: CompareOptions<'_>,
) -> Result<Plan, ToolError> {
    let Payload {
        mut names,
        values: mut sent,
        data_set,
        sha256,
        ..
    } = payload;
    let reader = StoredReader {
        session,
        data_set: data_set.as_deref(),
        questions: split_queries(session, metadata, tree, &mut names, &sent)?,
        elements: known(
            distinct(&sent, |key| key.element),
            |id| metadata.data_element(id).is_ok(),
            &names,
        ),
    };
    let stored = reader.same_periods(&sent, &mut names)?;
    let mut warnings = Vec::new();
    let beside = reader.years_beside(&sent, &mut names, &mut warnings)?;
    let marked = marked_comments(&sent, &stored, &names);
    let username = Some(metadata.user.username.as_str()).filter(|name| !name.is_empty());
    let account = names.intern_opt(username);
    let is_ours = |row: &Row| {
        options.flags.replace_others
            || marked.contains(&row.comment) && is_account(account, stored.stored_by(row))
            || options
                .earlier
                .contains(&(row.key, stored.text(row).to_owned()))
    };
    let diff = Diff::new(&sent, &stored, is_ours, &names);
    warnings.extend(correction_warning(&diff, &stored, &marked, &names));
    // A mark for follow-up is a person's: writing a value anew must not wipe it.
    for (row, change) in sent.rows_mut().iter_mut().zip(&diff.changes) {
        row.follow_up |= change
            .stored
            .is_some_and(|index| stored.rows()[index].follow_up);
    }
    let mut job = Job::new(RunKind::Push, data_set, names, sent, stored);
    job.items.reserve_exact(diff.changes.len());
    for (index, change) in diff.changes.iter().enumerate() {
        let key = job.wanted.rows()[index].key;
        let item = job.add(key, change.class, Some(index), change.stored);
        item.row = u32::try_from(index + 1).unwrap_or(0);
        item.state = first_state(change.class, options.flags);
    }
    job.arrange();
    Ok(Plan {
        growth: Growth::new(&job, &beside, options.limits),
        limits: options.limits.clone(),
        tree: Ancestors::default(),
        job,
        payload: sha256,
        flags: options.flags.clone(),
        not_in_set: diff.not_in_set,
        refusals: Vec::new(),
        allowed: Vec::new(),
        warnings,
    })
}

/// What becomes of a value of a class, before anything is sent.
fn first_state(class: ChangeClass, flags: &PlanFlags) -> ItemState {
    match class {
        ChangeClass::New | ChangeClass::Changed | ChangeClass::Rounding => ItemState::Open,
        ChangeClass::Comment if flags.update_comments => ItemState::Open,
        ChangeClass::Comment | ChangeClass::Same | ChangeClass::Removed => ItemState::Same,
        ChangeClass::Kept => ItemState::Kept,
        ChangeClass::Zero | ChangeClass::LeftOut => ItemState::LeftOut,
    }
}

/// Servers answer 409 to a question about what they cannot read, or do not know: nothing is stored
/// under it, and the plan refuses it by name.
fn known(mut syms: Vec<Sym>, is_known: impl Fn(&str) -> bool, names: &Names) -> Vec<Sym> {
    syms.retain(|&sym| is_known(names.text(sym)));
    syms
}

fn distinct(values: &ValueTable, of: fn(&ValueKey) -> Sym) -> Vec<Sym> {
    let mut syms: Vec<Sym> = values.rows().iter().map(|row| of(&row.key)).collect();
    syms.sort_unstable();
    syms.dedup();
    syms
}

/// Some units, alone or with all below them.
#[derive(Debug)]
struct Units {
    units: Vec<Sym>,
    unit_scope: OrgUnitScope,
}

/// Divides all that the user may read into questions whose answers stay small.
fn split_queries(
    session: &Session,
    metadata: &Metadata,
    tree: &Ancestors,
    names: &mut Names,
    sent: &ValueTable,
) -> Result<Vec<Units>, ToolError> {
    let units = distinct(sent, |key| key.unit);
    let mut below: HashMap<Sym, usize> = HashMap::new();
    for &unit in &units {
        for &above in tree.above(unit).iter().chain([&unit]) {
            *below.entry(above).or_default() += 1;
        }
    }
    let rows_each = sent.len().div_ceil(units.len().max(1)).max(1);
    let most = (ROWS_AT_ONCE / rows_each).max(1);
    let size = |unit: Sym| below.get(&unit).copied().unwrap_or(0);
    let mut open: Vec<(Sym, bool)> = session
        .readable_roots(metadata)?
        .iter()
        .map(|id| (names.intern(id), false))
        .collect();
    // Units that are asked for alone, and those that are asked for with all below them.
    let mut alone = Vec::new();
    let mut small = Vec::new();
    while let Some((unit, is_leaf)) = open.pop() {
        if is_leaf {
            alone.push(unit);
        } else if size(unit) <= most {
            small.push(unit);
        } else {
            let children = session.children(names.text(unit))?;
            alone.push(unit);
            open.extend(
                children
                    .iter()
                    .map(|child| (names.intern(&child.id), child.leaf)),
            );
        }
    }
    let mut questions: Vec<Units> = alone
        .chunks(UNITS_AT_ONCE.min(most))
        .map(|units| Units {
            units: units.to_vec(),
            unit_scope: OrgUnitScope::Units,
        })
        .collect();
    let (mut batch, mut held) = (Vec::new(), 0);
    for unit in small {
        if !batch.is_empty() && (held + size(unit) > most || batch.len() == UNITS_AT_ONCE) {
            questions.push(Units {
                units: std::mem::take(&mut batch),
                unit_scope: OrgUnitScope::Subtrees,
            });
            held = 0;
        }
        held += size(unit);
        batch.push(unit);
    }
    if !batch.is_empty() {
        questions.push(Units {
            units: batch,
            unit_scope: OrgUnitScope::Subtrees,
        });
    }
    Ok(questions)
}

/// Where and of what the stored values are asked for.
struct StoredReader<'a> {
    session: &'a Session,
    data_set: Option<&'a str>,
    elements: Vec<Sym>,
    questions: Vec<Units>,
}

impl StoredReader<'_> {
    /// What is stored for the periods sent.
    fn same_periods(&self, sent: &ValueTable, names: &mut Names) -> Result<ValueTable, ToolError> {
        let mut stored = ValueTable::default();
        for period in known(
            distinct(sent, |key| key.period),
            |text| text.parse::<Period>().is_ok(),
            names,
        ) {
            self.read(period, names, &mut stored)?;
        }
        Ok(stored)
    }

    /// Adds what is stored for one period.
    fn read(
        &self,
        period: Sym,
        names: &mut Names,
        stored: &mut ValueTable,
    ) -> Result<(), ToolError> {
        if self.elements.is_empty() {
            return Ok(());
        }
        for question in &self.questions {
            let scope = Scope {
                data_set: self.data_set,
                elements: &self.elements,
                periods: &[period],
                units: &question.units,
            };
            self.session
                .read_stored(&scope, question.unit_scope, names, stored, |key| {
                    self.elements.binary_search(&key.element).is_ok()
                })
                .map_err(stored_error)?;
        }
        Ok(())
    }

    /// Reads the years before and after those sent; says which hold values of another source.
    fn years_beside(
        &self,
        sent: &ValueTable,
        names: &mut Names,
        warnings: &mut Vec<String>,
    ) -> Result<ValueTable, ToolError> {
        let mut beside = ValueTable::default();
        let years: BTreeSet<i32> = distinct(sent, |key| key.period)
            .iter()
            .filter_map(|&period| year_of(names.text(period)))
            .collect();
        let around: BTreeSet<i32> = years
            .iter()
            .flat_map(|&year| [year - 1, year + 1])
            .filter(|year| !years.contains(year))
            .collect();
        if sent.len() > ROWS_AT_ONCE && !around.is_empty() {
            warnings.push(format!(
                "the years before and after were not compared: the set has more than {} values",
                thousands(ROWS_AT_ONCE as f64, 0)
            ));
            return Ok(beside);
        }
        let ours = sources(sent.rows(), names);
        for year in around {
            let start = beside.len();
            let period = names.intern(&year.to_string());
            self.read(period, names, &mut beside)?;
            let rows = &beside.rows()[start..];
            let theirs = sources(rows, names);
            let foreign: Vec<&String> = theirs.difference(&ours).collect();
            let unmarked = rows
                .iter()
                .filter(|row| names.text(row.comment).parse::<Comment>().is_err())
                .count();
            let unknown = format!("{} of unknown source", counted(unmarked, "value"));
            let whose = match (foreign.is_empty(), unmarked) {
                (true, 0) => continue,
                (true, _) => unknown,
                (false, 0) => format!("values of {}", shortened_list(&foreign)),
                (false, _) => format!("values of {} and {unknown}", shortened_list(&foreign)),
            };
            warnings.push(format!(
                "{year} holds {whose}: the change between it and this set may be one of source, not of people"
            ));
        }
        Ok(beside)
    }
}

/// The sources that the comments of some values name.
fn sources(rows: &[Row], names: &Names) -> BTreeSet<String> {
    let comments: HashSet<Sym> = rows.iter().map(|row| row.comment).collect();
    comments
        .into_iter()
        .filter_map(|comment| names.text(comment).parse::<Comment>().ok())
        .map(|comment| comment.source)
        .collect()
}

/// A correction by hand leaves our comment where it is; only the account changes. A server that does not say who
/// stored a value, or who we are, leaves the comment to decide.
fn is_account(account: Sym, stored_by: Sym) -> bool {
    account == Sym::NONE || stored_by == Sym::NONE || stored_by == account
}

/// Values with our comment that are kept all the same, and the accounts that stored them.
fn correction_warning(
    diff: &Diff,
    stored: &ValueTable,
    marked: &HashSet<Sym>,
    names: &Names,
) -> Option<String> {
    let kept = diff.changes.iter().filter_map(|change| {
        let row = &stored.rows()[change.stored?];
        (change.class == ChangeClass::Kept && marked.contains(&row.comment)).then_some(row)
    });
    let (mut values, mut accounts) = (0, BTreeSet::new());
    for row in kept {
        values += 1;
        accounts.insert(names.text(stored.stored_by(row)));
    }
    let accounts: Vec<&str> = accounts.into_iter().collect();
    (values > 0).then(|| {
        format!(
            "{} kept with our comment, since another account than this one stored {}: {}; --earlier RECEIPT writes over what a receipt of ours has",
            counted(values, "value"),
            if values == 1 { "it" } else { "them" },
            shortened_list(&accounts)
        )
    })
}

/// Comments that say that a value came from these tools, or that this set itself carries.
fn marked_comments(sent: &ValueTable, stored: &ValueTable, names: &Names) -> HashSet<Sym> {
    let comments = |values: &ValueTable| -> HashSet<Sym> {
        values.rows().iter().map(|row| row.comment).collect()
    };
    let mut marked = comments(sent);
    marked.extend(
        comments(stored)
            .into_iter()
            .filter(|&comment| names.text(comment).parse::<Comment>().is_ok()),
    );
    marked.remove(&Sym::NONE);
    marked
}
