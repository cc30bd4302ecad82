//! Org units as the sides know them.

use pop_datavalues::Text;

/// By what units are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKey {
    /// The id of the stream.
    Id,
    /// The code.
    Code,
}

/// An org unit of a side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unit {
    /// What it is matched by: its id, or its code.
    pub key: Text,
    /// Code.
    pub code: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Level, 1 for the root.
    pub level: Option<u32>,
    /// Key of the unit above.
    pub parent: Option<Text>,
    /// Ids from the root to the unit; `None` where units are matched by code.
    pub path: Option<String>,
}
