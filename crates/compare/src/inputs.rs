//! What is read: two sides, and what makes them comparable.

use pop_cli::{Console, ToolError};
use pop_compare::{CompareError, MappingInputs, OrgUnitTree, Side, TreeUnit, UnitKey};
use pop_datavalues::value_set::{PayloadSet, read_payload};
use pop_datavalues::{Mapping, Metadata};
use pop_sums::SumsTable;
use sums_inputs::Figures;

use crate::{By, Compare};

/// A side as it was read.
pub(crate) enum SideData {
    Sums(SumsTable),
    Values(PayloadSet),
}

/// What the sides need beside themselves.
pub(crate) struct SideOptions {
    by: UnitKey,
    level: Option<u32>,
    mapping: Option<Mapping>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) tree: Option<OrgUnitTree>,
}

impl SideOptions {
    pub(crate) fn read(args: &Compare, console: &mut Console) -> Result<Self, ToolError> {
        Ok(Self {
            by: match args.by {
                By::Id => UnitKey::Id,
                By::Code => UnitKey::Code,
            },
            level: args.level,
            mapping: console.optional_input("mapping", args.mapping.as_deref(), |bytes| {
                Mapping::read(bytes).map_err(|e| ToolError::data(&e).hint(e.hint()))
            })?,
            metadata: console.optional_input("metadata", args.metadata.as_deref(), |bytes| {
                Metadata::read(bytes).map_err(|e| ToolError::data(&e).hint(e.hint()))
            })?,
            tree: console.optional_input("org-units", args.org_units.as_deref(), tree)?,
        })
    }

    /// Both sides in one form. A side of sums becomes one of values where the other side has values.
    pub(crate) fn sides(
        &self,
        args: &Compare,
        console: &mut Console,
    ) -> Result<[Side; 2], ToolError> {
        let old = side_data(args, "old", &args.old, console)?;
        if let SideData::Sums(_) = old
            && self.mapping.is_none()
        {
            // The first table is no longer needed when the second is read.
            let old = self.side(old, false, &args.old)?;
            let new = side_data(args, "new", &args.new, console)?;
            if matches!(new, SideData::Values(_)) {
                return Err(other_kind(args));
            }
            return Ok([old, self.side(new, false, &args.new)?]);
        }
        let new = side_data(args, "new", &args.new, console)?;
        let is_mixed = matches!(
            (&old, &new),
            (SideData::Sums(_), SideData::Values(_)) | (SideData::Values(_), SideData::Sums(_))
        );
        if is_mixed && self.mapping.is_none() {
            return Err(other_kind(args));
        }
        if !is_mixed && self.mapping.is_some() {
            return Err(ToolError::usage(
                "--mapping is for sums on one side and data values on the other",
            )
            .hint("leave --mapping out"));
        }
        Ok([
            self.side(old, is_mixed, &args.old)?,
            self.side(new, is_mixed, &args.new)?,
        ])
    }

    fn side(&self, data: SideData, is_mixed: bool, name: &str) -> Result<Side, ToolError> {
        let side = match (&data, &self.mapping) {
            (SideData::Sums(table), Some(mapping)) if is_mixed => {
                let inputs = MappingInputs {
                    mapping,
                    metadata: self.metadata.as_ref(),
                };
                Side::from_mapped_sums(table, inputs, self.by, self.level)
            }
            (SideData::Sums(table), _) => Side::from_sums(table, self.by, self.level),
            (SideData::Values(set), _) => {
                Side::from_values(set, self.by, self.tree.as_ref(), self.metadata.as_ref())
            }
        };
        side.map_err(|error| refused(&error).in_file(name))
    }
}

fn other_kind(args: &Compare) -> ToolError {
    refused(&CompareError::OtherKind).in_file(format!("{} and {}", args.old, args.new))
}

/// An input that cannot be compared, with its hint.
pub(crate) fn refused(error: &CompareError) -> ToolError {
    ToolError::data(error).hint(error.hint())
}

/// A side of either kind. JSON is read whole, to tell sums from values; CSV as it comes.
fn side_data(
    args: &Compare,
    role: &str,
    name: &str,
    console: &mut Console,
) -> Result<SideData, ToolError> {
    match args.sums.read_figures(role, name, console)? {
        Figures::Sums(table) => Ok(SideData::Sums(table)),
        Figures::Values(bytes) => read_payload(bytes.as_slice())
            .map(SideData::Values)
            .map_err(|e| {
                let hint = e.hint().unwrap_or("name sums, or a data value set as JSON");
                ToolError::data(e).in_file(name).hint(hint)
            }),
    }
}

/// The tree of org units of a GeoJSON file.
fn tree(bytes: &[u8]) -> Result<OrgUnitTree, ToolError> {
    let set = pop_geo::read_orgunits(bytes, &pop_geo::ReadOptions::default()).map_err(|error| {
        let hint = error.hint();
        ToolError::data(error).hint(hint)
    })?;
    let units = set.units.iter().map(|unit| TreeUnit {
        id: unit.id.clone(),
        code: unit.code.clone(),
        name: unit.name.clone(),
        level: unit.depth(),
        path: unit.path_ids().map(str::to_owned).collect(),
    });
    Ok(OrgUnitTree::new(units.collect()))
}
