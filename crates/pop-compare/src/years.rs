//! Which years are compared with which, and what a change between them is.

use std::collections::BTreeSet;

use pop_datavalues::Period;

use crate::rules::ChangeKind;
use crate::{CompareError, OtherSource, Side};

/// Decides what a change is; two different single years are compared with each other.
///
/// # Errors
/// Years that do not meet.
pub(crate) fn align(
    old: &mut Side,
    new: &mut Side,
    other_source: OtherSource,
    notes: &mut Vec<String>,
) -> Result<ChangeKind, CompareError> {
    let (before, after) = (old.summary.years.clone(), new.summary.years.clone());
    if before.is_empty() || after.is_empty() || !before.is_disjoint(&after) {
        return Ok(ChangeKind::Source);
    }
    let (Some(first), Some(last)) = (one(&before), one(&after)) else {
        let listed =
            |years: &BTreeSet<String>| years.iter().cloned().collect::<Vec<_>>().join(", ");
        return Err(CompareError::OtherYears {
            old: listed(&before),
            new: listed(&after),
        });
    };
    old.without_year();
    new.without_year();
    let Some(years) = years_between(&first, &last) else {
        notes.push(format!("growth is not judged from {first} to {last}"));
        return Ok(ChangeKind::NotJudged);
    };
    let (ours, theirs) = (&old.summary.source, &new.summary.source);
    if other_source == OtherSource::Judged {
        return Ok(ChangeKind::Years(years));
    }
    if ours != theirs {
        notes.push(format!(
            "growth is not judged between sources ({} and {}); --allow other-source judges it",
            named(ours),
            named(theirs)
        ));
        return Ok(ChangeKind::NotJudged);
    }
    if ours.is_empty() {
        notes.push(
            "neither side names its source: growth is judged as that of one source".to_owned(),
        );
    }
    Ok(ChangeKind::Years(years))
}

fn named(source: &str) -> &str {
    if source.is_empty() {
        "not named"
    } else {
        source
    }
}

fn one(years: &BTreeSet<String>) -> Option<String> {
    years.first().filter(|_| years.len() == 1).cloned()
}

/// Years from one year to a later one, calendar or financial.
fn years_between(first: &str, last: &str) -> Option<u32> {
    let (first, last) = (first.parse::<Period>().ok()?, last.parse::<Period>().ok()?);
    let same_kind = first.kind() == last.kind() && first.kind().is_year();
    let years = i32::from(last.start().year()) - i32::from(first.start().year());
    u32::try_from(years).ok().filter(|_| same_kind)
}
