//! The tree of org units, where a file names it.

use std::collections::HashMap;

use pop_datavalues::Text;

use crate::{CompareError, Unit, UnitKey};

/// A unit of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TreeUnit {
    /// Id.
    pub id: String,
    /// Code.
    pub code: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Level, 1 for the root.
    pub level: Option<u32>,
    /// Ids from the root to the unit itself.
    pub path: Vec<String>,
}

/// Org units by id and by code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrgUnitTree {
    units: Vec<TreeUnit>,
    by_id: HashMap<String, usize>,
    by_code: HashMap<String, usize>,
}

impl OrgUnitTree {
    /// A tree of these units.
    #[must_use]
    pub fn new(units: Vec<TreeUnit>) -> Self {
        let by_id = units
            .iter()
            .enumerate()
            .map(|(at, unit)| (unit.id.clone(), at))
            .collect();
        let by_code = units
            .iter()
            .enumerate()
            .filter_map(|(at, unit)| Some((unit.code.clone()?, at)))
            .collect();
        Self {
            units,
            by_id,
            by_code,
        }
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&TreeUnit> {
        self.by_id.get(id).map(|&at| &self.units[at])
    }

    pub(crate) fn by_code(&self, code: &str) -> Option<&TreeUnit> {
        self.by_code.get(code).map(|&at| &self.units[at])
    }

    /// A unit as a side has it.
    ///
    /// # Errors
    /// A unit without a code, where codes match.
    pub(crate) fn unit(&self, unit: &TreeUnit, by: UnitKey) -> Result<Unit, CompareError> {
        let key = |unit: &TreeUnit| -> Result<Text, CompareError> {
            match by {
                UnitKey::Id => Ok(unit.id.as_str().into()),
                UnitKey::Code => unit
                    .code
                    .as_deref()
                    .map(Text::from)
                    .ok_or_else(|| CompareError::NoCode(unit.id.clone())),
            }
        };
        let parent = unit.path.iter().rev().nth(1);
        let parent_key = parent.map(|id| {
            let known = self.by_id(id);
            known
                .and_then(|parent| key(parent).ok())
                .unwrap_or_else(|| id.as_str().into())
        });
        let path = (by == UnitKey::Id && !unit.path.is_empty())
            .then(|| format!("/{}", unit.path.join("/")));
        Ok(Unit {
            key: key(unit)?,
            code: unit.code.clone(),
            name: unit.name.clone(),
            level: unit.level,
            parent: parent_key,
            path,
        })
    }
}
