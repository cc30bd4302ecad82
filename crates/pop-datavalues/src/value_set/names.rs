//! Short handles for the ids, periods and comments that repeat in a value set.
//!
//! A million values name the same few thousand units, combos and comments.
//! Each text is kept once and a row carries a four-byte handle.

use std::collections::HashMap;
use std::sync::Arc;

/// Handle of a text in a [`Names`]; comparable and ordered only within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sym(u32);

impl Sym {
    /// The handle for "not given".
    pub const NONE: Self = Self(u32::MAX);

    /// Whether no text is given.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// This handle, or `other` where none is given.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.is_none() { other } else { self }
    }
}

/// The texts behind the handles of one run.
#[derive(Debug, Default)]
pub struct Names {
    texts: Vec<Arc<str>>,
    index: HashMap<Arc<str>, u32>,
}

impl Names {
    /// The handle of a text, kept from now on.
    pub fn intern(&mut self, text: &str) -> Sym {
        if let Some(&at) = self.index.get(text) {
            return Sym(at);
        }
        let at = u32::try_from(self.texts.len()).unwrap_or(u32::MAX - 1);
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.index.insert(text, at);
        Sym(at)
    }

    /// The handle of an optional text; `None` gives [`Sym::NONE`].
    pub fn intern_opt(&mut self, text: Option<&str>) -> Sym {
        text.map_or(Sym::NONE, |text| self.intern(text))
    }

    /// The handle of a text that was met before.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.index.get(text).map(|&at| Sym(at))
    }

    /// The text of a handle; empty for [`Sym::NONE`].
    #[must_use]
    pub fn text(&self, sym: Sym) -> &str {
        self.opt(sym).unwrap_or("")
    }

    /// The text of a handle, to be kept by others too.
    #[must_use]
    pub fn shared(&self, sym: Sym) -> Option<Arc<str>> {
        self.texts.get(sym.0 as usize).map(Arc::clone)
    }

    /// The text of a handle, or `None` where nothing is given.
    #[must_use]
    pub fn opt(&self, sym: Sym) -> Option<&str> {
        self.texts.get(sym.0 as usize).map(AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once() {
        let mut names = Names::default();
        let a = names.intern("2025");
        let b = names.intern("ouDist00001");
        assert_eq!(names.intern("2025"), a);
        assert_ne!(a, b);
        assert_eq!(names.text(b), "ouDist00001");
        assert_eq!(names.text(Sym::NONE), "");
        assert_eq!(names.opt(Sym::NONE), None);
        assert_eq!(Sym::NONE.or(a), a);
        assert_eq!(b.or(a), b);
        assert_eq!(names.find("nothing"), None);
    }
}
