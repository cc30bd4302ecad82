//! The units and dimensions of two sides in one list each.

use std::cmp::Ordering;

/// Two sorted lists in one, and where each item of both went.
pub(crate) struct Joined<T> {
    pub(crate) items: Vec<(Option<T>, Option<T>)>,
    pub(crate) old: Vec<u32>,
    pub(crate) new: Vec<u32>,
}

/// Joins two lists that are sorted by `order`.
pub(crate) fn join<T>(old: Vec<T>, new: Vec<T>, order: impl Fn(&T, &T) -> Ordering) -> Joined<T> {
    let mut joined = Joined {
        items: Vec::with_capacity(old.len().max(new.len())),
        old: Vec::with_capacity(old.len()),
        new: Vec::with_capacity(new.len()),
    };
    let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return joined,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => order(a, b),
        };
        let index = crate::side::index_of(joined.items.len());
        let before = if order.is_le() { old.next() } else { None };
        let after = if order.is_ge() { new.next() } else { None };
        if before.is_some() {
            joined.old.push(index);
        }
        if after.is_some() {
            joined.new.push(index);
        }
        joined.items.push((before, after));
    }
}
