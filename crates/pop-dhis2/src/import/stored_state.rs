//! What counts as stored, and what a push would change: values against what is stored under
//! their keys.

use std::borrow::Cow;

use pop_datavalues::number::{is_number, number_of};
use pop_datavalues::value_set::names::{Names, Sym};
use pop_datavalues::value_set::table::{Content, Row, Sorted, ValueTable};

/// What a sent value is to the one stored under its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeClass {
    /// Nothing is stored.
    New,
    /// Another value is stored, and it is ours to replace.
    Changed,
    /// As [`ChangeClass::Changed`], by one whole person at most: what rounding anew does.
    Rounding,
    /// The same value with another comment.
    Comment,
    /// The same value.
    Same,
    /// Another value is stored that someone else put there: it stays.
    Kept,
    /// A zero that is not significant: the server would not store it.
    Zero,
    /// The server would refuse it, and the user consented to leave it out.
    LeftOut,
    /// A value is stored and none is wanted (only when a push is undone).
    Removed,
}

impl ChangeClass {
    /// All classes, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::New,
        Self::Changed,
        Self::Rounding,
        Self::Comment,
        Self::Same,
        Self::Kept,
        Self::Zero,
        Self::LeftOut,
        Self::Removed,
    ];

    /// The word for it in plans, tables and receipts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Rounding => "rounding",
            Self::Comment => "comment",
            Self::Same => "same",
            Self::Kept => "kept",
            Self::Zero => "zero",
            Self::LeftOut => "left-out",
            Self::Removed => "removed",
        }
    }
}

/// A sent row's class, and the stored row it was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What writing it would do.
    pub class: ChangeClass,
    /// Index of the stored row under the same key.
    pub stored: Option<usize>,
}

/// Sent values against stored ones.
#[derive(Debug)]
pub struct Diff {
    /// One entry for each sent row.
    pub changes: Vec<Change>,
    /// Stored rows under keys that the sent set does not have, by key.
    pub not_in_set: Vec<usize>,
}

impl Diff {
    /// Compares. `is_ours` says of a stored value whether it may be replaced.
    #[must_use]
    pub fn new(
        sent: &ValueTable,
        stored: &ValueTable,
        is_ours: impl Fn(&Row) -> bool,
        names: &Names,
    ) -> Self {
        let by_key: Sorted<'_> = stored.sorted();
        let mut matched = vec![false; stored.len()];
        let changes = sent
            .rows()
            .iter()
            .map(|row| match by_key.find(&row.key) {
                None => Change {
                    class: ChangeClass::New,
                    stored: None,
                },
                Some(index) => {
                    matched[index] = true;
                    let old = &stored.rows()[index];
                    Change {
                        class: classify(
                            sent.content(row),
                            stored.content(old),
                            is_ours(old),
                            names,
                        ),
                        stored: Some(index),
                    }
                }
            })
            .collect();
        Self {
            changes,
            not_in_set: by_key.order().filter(|&index| !matched[index]).collect(),
        }
    }

    /// How many rows are of a class.
    #[must_use]
    pub fn count(&self, class: ChangeClass) -> usize {
        self.changes
            .iter()
            .filter(|change| change.class == class)
            .count()
    }
}

fn classify(new: Content<'_>, old: Content<'_>, ours: bool, names: &Names) -> ChangeClass {
    if same_value(new.value, old.value) {
        return if same_comment(new.comment, old.comment, names) {
            ChangeClass::Same
        } else {
            ChangeClass::Comment
        };
    }
    match (ours, within_rounding(new.value, old.value)) {
        (false, _) => ChangeClass::Kept,
        (true, true) => ChangeClass::Rounding,
        (true, false) => ChangeClass::Changed,
    }
}

/// What is stored now under the key of a value that a run is to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredState {
    /// What the run wants: the value counts as stored.
    AsWanted,
    /// What was stored before the run: it is still to be written.
    AsBefore,
    /// Something else: someone else wrote it, and it is kept.
    ChangedByOthers,
}

/// The one rule for what counts as stored: a three-way comparison of what is stored `now` with
/// what the run wants and what was stored `before`. `None` is "no value".
#[must_use]
pub fn stored_state(
    now: Option<Content<'_>>,
    wanted: Option<Content<'_>>,
    before: Option<Content<'_>>,
    names: &Names,
) -> StoredState {
    if equal(now, wanted, names) {
        StoredState::AsWanted
    } else if equal(now, before, names) {
        StoredState::AsBefore
    } else if values_equal(now, wanted) && !values_equal(wanted, before) {
        // Our value under another comment: nothing is left to write.
        StoredState::AsWanted
    } else {
        StoredState::ChangedByOthers
    }
}

fn equal(a: Option<Content<'_>>, b: Option<Content<'_>>, names: &Names) -> bool {
    let same_mark = a.map(|a| a.follow_up) == b.map(|b| b.follow_up);
    same_mark && same_content(a, b, names)
}

/// Whether value and comment are the same; a mark for follow-up does not matter.
#[must_use]
pub fn same_content(a: Option<Content<'_>>, b: Option<Content<'_>>, names: &Names) -> bool {
    values_equal(a, b)
        && match (a, b) {
            (Some(a), Some(b)) => same_comment(a.comment, b.comment, names),
            _ => true,
        }
}

fn values_equal(a: Option<Content<'_>>, b: Option<Content<'_>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_value(a.value, b.value),
        (None, None) => true,
        _ => false,
    }
}

/// Whether two comments are the same text, but for blanks around it.
#[must_use]
pub fn same_comment(a: Sym, b: Sym, names: &Names) -> bool {
    a == b || names.text(a).trim() == names.text(b).trim()
}

/// Whether two values are the same number, or the same text where they are not numbers.
/// From 2.43 on `12.0` is stored as `12`; `10.50` and `10.5` are one number in analytics.
#[must_use]
pub fn same_value(a: &str, b: &str) -> bool {
    a == b || (is_number(a) && is_number(b) && plain(a) == plain(b))
}

/// A number without needless zeros and without a minus before zero.
fn plain(text: &str) -> Cow<'_, str> {
    let trimmed = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    };
    if trimmed == "-0" {
        Cow::Borrowed("0")
    } else {
        Cow::Borrowed(trimmed)
    }
}

/// Whether two whole numbers differ by one at most.
fn within_rounding(a: &str, b: &str) -> bool {
    let whole = |text: &str| plain(text).parse::<i64>().ok().filter(|_| is_number(text));
    matches!((whole(a), whole(b)), (Some(a), Some(b)) if a.abs_diff(b) <= 1)
}

/// Change relative to the old value: `None` where either is not a number; infinite from zero.
#[must_use]
pub fn value_change(new: &str, old: &str) -> Option<f64> {
    let (new, old) = (number_of(new)?, number_of(old)?);
    if new == old {
        Some(0.0)
    } else {
        Some((new - old) / old.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pop_datavalues::value_set::table::ValueKey;

    #[test]
    fn numbers_are_compared_as_numbers_and_texts_as_texts() {
        for (a, b) in [
            ("12", "12.0"),
            ("10.50", "10.5"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("abc", "abc"),
            ("100", "100"),
        ] {
            assert!(same_value(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("1", "10"),
            ("100", "1"),
            ("007", "7"),
            ("1e3", "1000"),
            ("abc", "ABC"),
            (" ", ""),
            ("0.1", "0.10000000000000001"),
        ] {
            assert!(!same_value(a, b), "{a} {b}");
        }
        assert!(within_rounding("100", "101") && within_rounding("0", "1"));
        assert!(!within_rounding("100", "102") && !within_rounding("0.5", "1"));
        assert_eq!(value_change("110", "100"), Some(0.1));
        assert_eq!(value_change("1", "0"), Some(f64::INFINITY));
        assert_eq!(value_change("x", "0"), None);
    }

    #[test]
    fn each_sent_value_has_one_class() {
        let mut names = Names::default();
        let ours = names.intern("WorldPop");
        let next = names.intern("WorldPop v2");
        let mut table = |rows: &[(&str, &str, Sym)]| {
            let mut values = ValueTable::default();
            for &(unit, value, comment) in rows {
                let key = ValueKey {
                    period: names.intern("2025"),
                    unit: names.intern(unit),
                    element: names.intern("de"),
                    combo: Sym::NONE,
                    attribute: Sym::NONE,
                };
                values
                    .push(
                        key,
                        Content {
                            value,
                            comment,
                            follow_up: false,
                        },
                    )
                    .unwrap();
            }
            values
        };
        let sent = table(&[
            ("a", "1", ours),
            ("b", "20", ours),
            ("c", "11", ours),
            ("d", "5", next),
            ("e", "5", ours),
            ("f", "9", ours),
        ]);
        let stored = table(&[
            ("f", "100", Sym::NONE),
            ("e", "5", ours),
            ("d", "5.0", ours),
            ("c", "10", ours),
            ("b", "10", ours),
            ("z", "1", ours),
        ]);
        let diff = Diff::new(&sent, &stored, |row| row.comment == ours, &names);
        let classes: Vec<ChangeClass> = diff.changes.iter().map(|change| change.class).collect();
        assert_eq!(
            classes,
            [
                ChangeClass::New,
                ChangeClass::Changed,
                ChangeClass::Rounding,
                ChangeClass::Comment,
                ChangeClass::Same,
                ChangeClass::Kept
            ]
        );
        assert_eq!(
            diff.not_in_set,
            [5],
            "what is stored and not sent is only listed"
        );
        assert_eq!(diff.changes[1].stored, Some(4));
    }

    #[test]
    fn another_s_value_is_never_ours_to_overwrite() {
        let names = Names::default();
        let content = |value| {
            Some(Content {
                value,
                comment: Sym::NONE,
                follow_up: false,
            })
        };
        let rule = |now, wanted, before| stored_state(now, wanted, before, &names);
        assert_eq!(
            rule(content("2"), content("2"), content("1")),
            StoredState::AsWanted
        );
        assert_eq!(
            rule(content("1"), content("2"), content("1")),
            StoredState::AsBefore
        );
        assert_eq!(rule(None, content("2"), None), StoredState::AsBefore);
        assert_eq!(
            rule(content("3"), content("2"), None),
            StoredState::ChangedByOthers
        );
        assert_eq!(
            rule(None, content("2"), content("1")),
            StoredState::ChangedByOthers,
            "deleted by someone"
        );
        assert_eq!(
            rule(None, None, content("1")),
            StoredState::AsWanted,
            "a deletion"
        );
        assert_eq!(
            rule(content("7"), None, content("1")),
            StoredState::ChangedByOthers
        );
    }

    #[test]
    fn our_value_under_another_comment_counts_as_stored_unless_it_was_there_before() {
        let mut names = Names::default();
        let (ours, other) = (names.intern("ours"), names.intern("other"));
        let content = |value, comment| {
            Some(Content {
                value,
                comment,
                follow_up: false,
            })
        };
        let rule = |now, wanted, before| stored_state(now, wanted, before, &names);
        assert_eq!(
            rule(content("2", other), content("2", ours), content("1", other)),
            StoredState::AsWanted
        );
        assert_eq!(
            rule(content("2", other), content("2", ours), None),
            StoredState::AsWanted
        );
        // Only the comment was to change, and someone else changed it.
        assert_eq!(
            rule(
                content("2", other),
                content("2", ours),
                content("2", Sym::NONE)
            ),
            StoredState::ChangedByOthers
        );
    }

    #[test]
    fn a_mark_for_follow_up_is_part_of_what_is_stored() {
        let names = Names::default();
        let content = |value, follow_up| {
            Some(Content {
                value,
                comment: Sym::NONE,
                follow_up,
            })
        };
        let rule = |now, wanted, before| stored_state(now, wanted, before, &names);
        // Someone marked the old value meanwhile: what is wanted would wipe the mark.
        assert_eq!(
            rule(content("1", true), content("2", false), content("1", false)),
            StoredState::ChangedByOthers
        );
        // Our value is there, and someone marked it: nothing is left to write.
        assert_eq!(
            rule(content("2", true), content("2", false), content("1", false)),
            StoredState::AsWanted
        );
        // Of two equal values the mark was to change.
        assert_eq!(
            rule(content("2", true), content("2", false), content("2", true)),
            StoredState::AsBefore
        );
        assert!(same_content(
            content("2", true),
            content("2.0", false),
            &names
        ));
    }
}
