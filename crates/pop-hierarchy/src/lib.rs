//! Org units in a tree: their paths, as DHIS2 writes them (`/root/…/self`), and what they are called in messages.

use std::collections::{HashMap, HashSet};

/// The ids of a path, from the root to the unit itself. None for an empty path.
pub fn path_ids(path: &str) -> impl DoubleEndedIterator<Item = &str> + Clone {
    path.split('/').filter(|id| !id.is_empty())
}

/// How deep the unit at the end of a path is, 1 for the root; `None` for an empty path.
#[must_use]
pub fn depth(path: &str) -> Option<u32> {
    u32::try_from(path_ids(path).count())
        .ok()
        .filter(|&depth| depth > 0)
}

/// Units whose level is not the depth of their path, by their places in the iterator: each is given with its level and its path.
///
/// Paths that begin with the same unit must differ from the levels by the same number. Where all of them do, they begin below the root, and
/// no unit is named. A unit without a level has the depth of its path.
#[must_use]
pub fn contradicting_levels<'a>(
    units: impl Iterator<Item = (Option<u32>, Option<&'a str>)> + Clone,
) -> Vec<usize> {
    let placed = units.enumerate().filter_map(|(place, (level, path))| {
        let top = path_ids(path?).next()?;
        let depth = depth(path?)?;
        Some((
            place,
            top,
            i64::from(level.unwrap_or(depth)) - i64::from(depth),
        ))
    });
    let mut first: HashMap<&str, i64> = HashMap::new();
    let mut mixed: HashSet<&str> = HashSet::new();
    for (_, top, difference) in placed.clone() {
        if *first.entry(top).or_insert(difference) != difference {
            mixed.insert(top);
        }
    }
    placed
        .filter(|(_, top, difference)| *difference != 0 && mixed.contains(top))
        .map(|(place, ..)| place)
        .collect()
}

/// What contradicts in such a unit: `B (b): level 3, but 2 org units in its path`.
#[must_use]
pub fn contradicting_level_text(label: &str, level: Option<u32>, path: Option<&str>) -> String {
    let count = path.and_then(depth).unwrap_or_default();
    format!(
        "{label}: level {}, but {count} org {} in its path",
        level.unwrap_or_default(),
        if count == 1 { "unit" } else { "units" }
    )
}

/// A unit in messages: `Name (id)`, or the id alone where it has no name but that.
#[must_use]
pub fn unit_label(id: &str, name: Option<&str>) -> String {
    match name.map(str::trim) {
        Some(name) if !name.is_empty() && name != id => format!("{name} ({id})"),
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_at_the_ends_and_doubled_ones_are_no_ids() {
        for path in ["/a/b/c", "a/b/c", "/a/b/c/", "//a//b/c"] {
            assert_eq!(
                path_ids(path).collect::<Vec<_>>(),
                ["a", "b", "c"],
                "{path}"
            );
            assert_eq!(depth(path), Some(3), "{path}");
        }
        for path in ["", "/"] {
            assert_eq!(depth(path), None, "{path:?}");
        }
        assert_eq!(path_ids("/a/b").rev().nth(1), Some("a"));
    }

    #[test]
    fn a_level_that_is_not_the_length_of_the_path_is_found() {
        let found = |units: &[(u32, &str)]| {
            let units = units.iter();
            contradicting_levels(
                units.map(|&(level, path)| (Some(level).filter(|&l| l > 0), Some(path))),
            )
        };
        assert_eq!(found(&[(1, "/r"), (2, "/r/a"), (3, "/r/b")]), [2]);
        assert_eq!(found(&[(2, "/r/a"), (2, "/r/b/c")]), [1]);
        // paths from another tree, or from below the root, and units of which one of the two is not known
        assert!(found(&[(2, "/r/a"), (3, "/p/p-unserved")]).is_empty());
        assert!(found(&[(3, "/d/a"), (3, "/d/b"), (4, "/d/b/c")]).is_empty());
        assert!(found(&[(2, "/r/a"), (0, "/r/b/c"), (5, "")]).is_empty());
        assert_eq!(found(&[(3, "/d/a"), (0, "/d/b")]), [0]);
        assert_eq!(
            contradicting_level_text("b", Some(3), Some("/r/b")),
            "b: level 3, but 2 org units in its path"
        );
    }

    #[test]
    fn a_name_that_is_the_id_is_said_once() {
        assert_eq!(unit_label("a1", Some("North")), "North (a1)");
        for name in [None, Some(""), Some(" "), Some("a1")] {
            assert_eq!(unit_label("a1", name), "a1");
        }
    }
}
