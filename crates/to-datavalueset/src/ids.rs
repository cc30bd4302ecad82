//! The ids that the values carry.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use pop_cli::{ToolError, shortened_list};
use pop_datavalues::{IdSchemes, Metadata, Text, is_uid};
use pop_sums::{SumsTable, Unit};

use crate::IdScheme;
use crate::count_words::by_number;

/// Ids of units as the metadata know them.
struct Known<'a> {
    ids: HashSet<&'a str>,
    /// UIDs by code; none where several units have it.
    codes: HashMap<&'a str, Option<&'a str>>,
}

impl<'a> Known<'a> {
    fn new(metadata: Option<&'a Metadata>) -> Self {
        let units = || {
            metadata
                .into_iter()
                .flat_map(|metadata| &metadata.org_units)
        };
        let mut codes = HashMap::new();
        for unit in units() {
            let Some(code) = unit.code.as_deref() else {
                continue;
            };
            match codes.entry(code) {
                Entry::Vacant(place) => {
                    place.insert(Some(unit.id.as_str()));
                }
                Entry::Occupied(mut place) => {
                    place.insert(None);
                }
            }
        }
        Self {
            ids: units().map(|unit| unit.id.as_str()).collect(),
            codes,
        }
    }

    fn by_code(&self, code: &str) -> Option<&'a str> {
        self.codes.get(code).copied().flatten()
    }

    /// The UID of a unit of the sums: its id, or what its id or its code stand for on the server.
    fn uid(&self, unit: &Unit, scheme: IdScheme) -> Option<Text> {
        let id = &unit.id;
        if scheme == IdScheme::Uid && is_uid(id) && !self.is_code_only(id) {
            return Some(Text::clone(id));
        }
        let found = self
            .by_code(id)
            .or_else(|| self.by_code(unit.code.as_deref()?))?;
        Some(found.into())
    }

    /// Whether a text in the form of a UID is none on this server, but a code.
    fn is_code_only(&self, text: &str) -> bool {
        !self.ids.contains(text) && self.codes.contains_key(text)
    }
}

/// Ids of the units as they go into the values, by index of the unit.
///
/// Codes are looked up where the metadata list units; else, when they are said to be codes, they travel as such.
pub(crate) fn org_units(
    table: &SumsTable,
    units: &[u32],
    scheme: IdScheme,
    metadata: Option<&Metadata>,
) -> Result<(HashMap<u32, Text>, IdSchemes), ToolError> {
    let known = Known::new(metadata);
    let as_codes = scheme == IdScheme::Code && known.ids.is_empty();
    let mut ids: HashMap<u32, Text> = HashMap::new();
    let mut owners: HashMap<Text, u32> = HashMap::new();
    let mut strange: Vec<&str> = Vec::new();
    for &unit in units {
        let own = &table.units[unit as usize];
        let found = match as_codes {
            true => Some(Text::clone(&own.id)),
            false => known.uid(own, scheme),
        };
        let Some(id) = found else {
            strange.push(&own.id);
            continue;
        };
        if let Some(other) = owners.insert(Text::clone(&id), unit)
            && other != unit
        {
            return Err(ToolError::data(format!(
                "org units {:?} and {:?} are the same one on the server, {id}",
                table.units[other as usize].id, own.id
            )));
        }
        ids.insert(unit, id);
    }
    if !strange.is_empty() {
        return Err(refusal(&strange, scheme, &known));
    }
    let schemes = IdSchemes {
        org_unit: as_codes.then(|| "CODE".into()),
        ..IdSchemes::default()
    };
    Ok((ids, schemes))
}

fn refusal(strange: &[&str], scheme: IdScheme, known: &Known<'_>) -> ToolError {
    let has = by_number(strange.len(), "org unit has an id", "org units have ids");
    let what = match (scheme, known.ids.is_empty()) {
        (IdScheme::Uid, true) => "is not a DHIS2 id of eleven characters",
        (IdScheme::Uid, false) => {
            "is neither a DHIS2 id of eleven characters nor a code in the metadata"
        }
        (IdScheme::Code, _) => "is not a code of exactly one unit in the metadata",
    };
    let error = ToolError::data(format!(
        "{} {has} that {what}: {}",
        strange.len(),
        shortened_list(strange)
    ));
    let columns = "--columns org_unit=NAME takes the ids from another column";
    error.hint(match (scheme, known.ids.is_empty()) {
        (IdScheme::Uid, true) => format!(
            "if they are codes, look them up with --metadata FILE, or send them as codes with --org-unit-ids code; {columns}"
        ),
        _ => format!(
            "the metadata document lists the units its data sets are assigned to: fetch it again if they are new; {columns}"
        ),
    })
}
