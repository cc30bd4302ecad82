//! What a source says: the words of [`RasterName::source`](super::RasterName::source), such as `worldpop-global2;R2025A;CN;100m;v1`.

use super::{Constraint, Family};

impl Family {
    /// The family that a source is of; `None` for sources of others than WorldPop. See
    /// [`RasterName::source`](super::RasterName::source).
    #[must_use]
    pub fn of_source(source: &str) -> Option<Self> {
        let word = source.split(';').next()?;
        [Self::Global1, Self::Global2]
            .into_iter()
            .find(|family| family.word() == word)
    }
}

impl Constraint {
    /// What a source says of cells without people, also one that others name after the same model. See
    /// [`RasterName::source`](super::RasterName::source).
    ///
    /// ```
    /// use pop_worldpop::Constraint;
    /// let source = "worldpop-global2;R2025A;UC;1km;v1";
    /// assert_eq!(Constraint::of_source(source), Some(Constraint::Unconstrained));
    /// ```
    #[must_use]
    pub fn of_source(source: &str) -> Option<Self> {
        source.split(';').find_map(|word| {
            [Self::Constrained, Self::Unconstrained]
                .into_iter()
                .find(|constraint| constraint.word() == word)
        })
    }
}
