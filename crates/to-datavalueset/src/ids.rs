//! The ids that the values carry.

use std::collections::HashMap;

use pop_cli::{ToolError, first_of};
use pop_datavalues::{IdSchemes, Metadata, Text, is_uid};
use pop_sums::SumTable;

use crate::IdScheme;

/// Ids of the units as they go into the values, by index of the unit; units that get none are left empty.
pub(crate) fn org_units(
    table: &SumTable,
    units: &[u32],
    scheme: IdScheme,
    metadata: Option<&Metadata>,
) -> Result<(HashMap<u32, Text>, IdSchemes), ToolError> {
    let codes: HashMap<&str, &str> = metadata
        .into_iter()
        .flat_map(|metadata| &metadata.org_units)
        .filter_map(|unit| Some((unit.code.as_deref()?, unit.id.as_str())))
        .collect();
    let mut ids = HashMap::new();
    let mut strange: Vec<&str> = Vec::new();
    for &unit in units {
        let id = &table.units[unit as usize].id;
        let text: Text = match scheme {
            IdScheme::Uid if is_uid(id) => Text::clone(id),
            // A stream may come with codes where the metadata know them.
            _ if codes.contains_key(&**id) => codes[&**id].into(),
            IdScheme::Uid => {
                strange.push(id);
                continue;
            }
            IdScheme::Code if metadata.is_some() => {
                strange.push(id);
                continue;
            }
            IdScheme::Code => Text::clone(id),
        };
        ids.insert(unit, text);
    }
    if !strange.is_empty() {
        let what = if scheme == IdScheme::Uid {
            "no DHIS2 ids of eleven characters"
        } else {
            "codes the metadata do not know"
        };
        let error = ToolError::data(format!(
            "{} org units have ids that are {what}: {}",
            strange.len(),
            first_of(&strange)
        ));
        return Err(if scheme == IdScheme::Uid {
            error.hint("if they are codes, say so with --org-unit-ids code; --columns org_unit=… names another column")
        } else {
            error
        });
    }
    let as_codes = scheme == IdScheme::Code && metadata.is_none();
    Ok((
        ids,
        IdSchemes {
            org_unit: as_codes.then(|| "CODE".into()),
            ..IdSchemes::default()
        },
    ))
}
