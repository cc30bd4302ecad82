//! Lines of an arrangement, and what each is.

/// What a line is, seen along its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// A side of a parent's outline, the parent to the left; with its number among the sides of this arrangement.
    Outline { parent: u32, side: u32 },
    /// A border between catchments.
    Border { left: u32, right: u32 },
    /// The limit of a site's catchment: within it to the left.
    Limit { site: u32 },
    /// The limit of a site of another parent.
    OtherLimit,
    /// The outline of a unit that keeps its polygon, which is to the left.
    Kept { unit: u32 },
    /// A side of a finished part, which is to the left.
    Part { part: u32 },
}

/// A straight line between two vertices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) role: Role,
}
