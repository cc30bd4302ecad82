//! Paths of org units as DHIS2 writes them: `/root/…/self`.

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
}
