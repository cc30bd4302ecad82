//! Org units in a tree: their paths, as DHIS2 writes them (`/root/…/self`), and what they are called in messages.

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
    fn a_name_that_is_the_id_is_said_once() {
        assert_eq!(unit_label("a1", Some("North")), "North (a1)");
        for name in [None, Some(""), Some(" "), Some("a1")] {
            assert_eq!(unit_label("a1", name), "a1");
        }
    }
}
