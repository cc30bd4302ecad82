//! Which of the values sent a refusal is about.
//!
//! Up to 2.42 a conflict lists the positions it concerns. From 2.43 on a refused group lists all
//! of its positions, and only the message's arguments name what is wrong: `dsPopYear01-[ouNoSuch001]`.

use super::summary::Conflict;
use pop_datavalues::value_set::names::Names;
use pop_datavalues::value_set::table::ValueKey;

/// Whom a conflict concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictRows {
    /// These positions.
    Rows(Vec<usize>),
    /// The request as a whole: its data set, or the user's rights on it.
    All,
    /// Some rows, and the conflict does not say which.
    Unnamed,
}

/// Finds the rows a conflict is about. `keys` are those of the request, in order.
#[must_use]
pub fn rows_of_conflict(conflict: &Conflict, keys: &[ValueKey], names: &Names) -> ConflictRows {
    let code = conflict.error_code.as_deref().unwrap_or("");
    let args = conflict.objects.get("args").map_or("", String::as_str);
    let rows = match code {
        "E8002" | "E8003" | "E8004" | "E8005" | "E8010" => return ConflictRows::All,
        "E7600" | "E7601" | "E7602" | "E7603" | "E7604" => return ConflictRows::All,
        "E8020" => named(args, keys, |key| names.text(key.element)),
        "E8011" | "E8022" => named(args, keys, |key| names.text(key.unit)),
        "E8021" | "E8030" => named(args, keys, |key| names.text(key.period)),
        "E8023" | "E8032" | "E8033" => named(args, keys, |key| names.text(key.attribute)),
        "E8024" => of_element(args, keys, names),
        "E8031" => of_unit_and_period(args, keys, names),
        // `[0, 1]-DataValueKey[…]`
        "E8128" => positions(
            args.split(']')
                .next()
                .map(|text| text.trim_start_matches('[')),
            keys.len(),
        ),
        _ if code.starts_with("E810") || code.starts_with("E812") => {
            positions(args.split('-').next(), keys.len())
        }
        // Up to 2.42, and conflicts without a code, the positions mean what they say.
        _ if !code.starts_with("E8") => listed(conflict, keys.len()),
        _ => Vec::new(),
    };
    match (rows.is_empty(), listed(conflict, keys.len())) {
        (false, _) => ConflictRows::Rows(rows),
        // Positions that are not simply all of the group say something.
        (true, listed) if !listed.is_empty() && (listed.len() < keys.len() || keys.len() == 1) => {
            ConflictRows::Rows(listed)
        }
        (true, _) => ConflictRows::Unnamed,
    }
}

fn listed(conflict: &Conflict, sent: usize) -> Vec<usize> {
    conflict
        .indexes
        .iter()
        .filter_map(|&index| usize::try_from(index).ok())
        .filter(|&index| index < sent)
        .collect()
}

/// The text between the last pair of square brackets.
fn bracketed(text: &str) -> Option<&str> {
    let end = text.rfind(']')?;
    let start = text[..end].rfind('[')?;
    Some(&text[start + 1..end])
}

fn list(text: &str) -> Vec<&str> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .collect()
}

fn rows_where(keys: &[ValueKey], is: impl Fn(&ValueKey) -> bool) -> Vec<usize> {
    (0..keys.len()).filter(|&index| is(&keys[index])).collect()
}

fn named<'a>(args: &str, keys: &[ValueKey], part: impl Fn(&ValueKey) -> &'a str) -> Vec<usize> {
    let wrong = bracketed(args).map(list).unwrap_or_default();
    rows_where(keys, |key| wrong.contains(&part(key)))
}

/// `dataSet-element-[combo, combo]`
fn of_element(args: &str, keys: &[ValueKey], names: &Names) -> Vec<usize> {
    let wrong = bracketed(args).map(list).unwrap_or_default();
    let element = args.split('-').nth(1).unwrap_or("");
    rows_where(keys, |key| {
        wrong.contains(&names.text(key.combo))
            && (element.is_empty() || names.text(key.element) == element)
    })
}

/// `unit-[period, period]`
fn of_unit_and_period(args: &str, keys: &[ValueKey], names: &Names) -> Vec<usize> {
    let periods = bracketed(args).map(list).unwrap_or_default();
    let unit = args.split('-').next().unwrap_or("");
    rows_where(keys, |key| {
        names.text(key.unit) == unit
            && (periods.is_empty() || periods.contains(&names.text(key.period)))
    })
}

fn positions(text: Option<&str>, sent: usize) -> Vec<usize> {
    list(text.unwrap_or(""))
        .into_iter()
        .filter_map(|item| item.parse().ok())
        .filter(|&index: &usize| index < sent)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict(code: &str, args: &str, indexes: &[i64]) -> Conflict {
        Conflict {
            error_code: Some(code.into()),
            objects: [("args".to_owned(), args.to_owned())].into(),
            indexes: indexes.to_vec(),
            ..Conflict::default()
        }
    }

    #[test]
    fn a_group_refusal_is_traced_to_its_rows() {
        let mut names = Names::default();
        let mut key = |element: &str, unit: &str, period: &str, combo: &str| ValueKey {
            period: names.intern(period),
            unit: names.intern(unit),
            element: names.intern(element),
            combo: names.intern(combo),
            attribute: names.intern("HllvX50cXC0"),
        };
        let keys = [
            key("dePopTot001", "ouDist00001", "2025", "HllvX50cXC0"),
            key("dePopTot001", "ouNoSuch001", "2025", "HllvX50cXC0"),
            key("dePopAgeSex", "ouDist00001", "2031", "cocNoSuch01"),
            key("dePopTot001", "ouNoSuch001", "2031", "cocNoSuch01"),
        ];
        let all = [0, 1, 2, 3];
        // Codes and arguments as running servers give them.
        for (code, args, indexes, rows) in [
            ("E8022", "dsPopYear01-[ouNoSuch001]", &all[..], vec![1, 3]),
            (
                "E8020",
                "dsPopYear01-[deNoSuch001, dePopAgeSex]",
                &all,
                vec![2],
            ),
            ("E8030", "dsPopYear01-[2031]", &all, vec![2, 3]),
            (
                "E8024",
                "dsPopYear01-dePopAgeSex-[cocNoSuch01]",
                &all,
                vec![2],
            ),
            ("E8031", "ouNoSuch001-[2025]", &all, vec![1]),
            ("E8107", "3-D99", &[-1], vec![3]),
            (
                "E8122",
                "1-12.5-INTEGER_ZERO_OR_POSITIVE-value_not_zero_or_positive_integer",
                &[1],
                vec![1],
            ),
            (
                "E8128",
                "[0, 1]-DataValueKey[dataElement=dePopTot001, period=2017]",
                &all,
                vec![0, 1],
            ),
            ("E8012", "[coNoShare01]", &all, vec![]),
            ("E7612", "", &[2], vec![2]),
        ] {
            let found = rows_of_conflict(&conflict(code, args, indexes), &keys, &names);
            if rows.is_empty() {
                assert_eq!(found, ConflictRows::Unnamed, "{code}");
            } else {
                assert_eq!(found, ConflictRows::Rows(rows), "{code}");
            }
        }
        assert_eq!(
            rows_of_conflict(&conflict("E8010", "dsPopYear01", &all), &keys, &names),
            ConflictRows::All
        );
        assert_eq!(
            rows_of_conflict(&conflict("E7641", "", &all), &keys, &names),
            ConflictRows::Rows(vec![0, 1, 2, 3])
        );
    }
}
