//! The ids of org units that values carry: UIDs, found through codes where the sums have no UIDs.
//!
//! A row of the sums can name its unit four times: by its id, its code, the end of its path and, where
//! a GIS wrote the file, by a row number in place of the id. Names that contradict each other are
//! refused: a row number that happens to be a code would give every unit the people of another.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use pop_hierarchy::unit_label;
use pop_sums::{SumsTable, Unit};

use crate::metadata::OrgUnit;
use crate::{IdSchemes, Metadata, Text, is_uid};

/// What the ids of the sums are said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgUnitIdScheme {
    /// UIDs. Another id is looked up as a code only where neither path nor code names the unit.
    Uid,
    /// Codes: looked up in the metadata, or sent as they are where the metadata list no units.
    Code,
}

/// The ids of some units, as they go into the values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrgUnitIds {
    /// By index of the unit in the table of sums.
    pub by_unit: HashMap<u32, Text>,
    /// How a server has to read them.
    pub schemes: IdSchemes,
    /// The ids were looked up or sent as codes, and are the numbers from 0 or 1, as row numbers are.
    pub are_row_numbers: bool,
}

/// Why an id does not lead to exactly one unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrgUnitIdProblem {
    /// Two names of one unit lead to different units.
    Contradiction,
    /// No unit of the metadata has this code, but one whose code a spreadsheet would turn into it.
    Damaged,
    /// Several units of the metadata have this code.
    Ambiguous,
    /// No unit of the metadata has it.
    Unknown,
    /// In the form of a UID, and not a code of the metadata, where codes are expected.
    UnknownCode,
    /// Not a UID, and there are no metadata to look it up in.
    NotAUid,
    /// Two rows of the sums lead to the same unit.
    SameUnit,
}

/// The ids that cannot be used: each problem with the ids it concerns, described.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct OrgUnitIdError {
    /// Descriptions by problem, at least one of each.
    pub problems: BTreeMap<OrgUnitIdProblem, Vec<String>>,
}

/// So many ids of each problem are in the message.
const SHOWN: usize = 5;

impl fmt::Display for OrgUnitIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (problem, ids)) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            let several = ids.len() > 1;
            let what = match (problem, several) {
                (OrgUnitIdProblem::Contradiction, false) => "org unit has ids of two units",
                (OrgUnitIdProblem::Contradiction, true) => "org units have ids of two units each",
                (OrgUnitIdProblem::Damaged, false) => {
                    "org unit has an id that looks like a code changed by a spreadsheet"
                }
                (OrgUnitIdProblem::Damaged, true) => {
                    "org units have ids that look like codes changed by a spreadsheet"
                }
                (OrgUnitIdProblem::Ambiguous, false) => {
                    "org unit has a code that several units have"
                }
                (OrgUnitIdProblem::Ambiguous, true) => {
                    "org units have codes that several units have"
                }
                (OrgUnitIdProblem::Unknown, false) => {
                    "org unit has an id that is neither a DHIS2 id of eleven characters nor a code in the metadata"
                }
                (OrgUnitIdProblem::Unknown, true) => {
                    "org units have ids that are neither DHIS2 ids of eleven characters nor codes in the metadata"
                }
                (OrgUnitIdProblem::UnknownCode, false) => {
                    "org unit has a DHIS2 id that is not a code in the metadata"
                }
                (OrgUnitIdProblem::UnknownCode, true) => {
                    "org units have DHIS2 ids that are not codes in the metadata"
                }
                (OrgUnitIdProblem::NotAUid, false) => {
                    "org unit has an id that is not a DHIS2 id of eleven characters"
                }
                (OrgUnitIdProblem::NotAUid, true) => {
                    "org units have ids that are not DHIS2 ids of eleven characters"
                }
                (OrgUnitIdProblem::SameUnit, false) => {
                    "org unit is in the sums twice, under two ids"
                }
                (OrgUnitIdProblem::SameUnit, true) => {
                    "org units are in the sums twice, under two ids each"
                }
            };
            let shown = ids.iter().take(SHOWN).map(String::as_str);
            let list = shown.collect::<Vec<_>>().join(", ");
            write!(f, "{} {what}: {list}", ids.len())?;
            if ids.len() > SHOWN {
                write!(f, ", … and {} more", ids.len() - SHOWN)?;
            }
        }
        Ok(())
    }
}

impl OrgUnitIdError {
    /// What to do about each problem.
    #[must_use]
    pub fn hints(&self) -> Vec<&'static str> {
        self.problems.keys().map(OrgUnitIdProblem::hint).collect()
    }
}

impl OrgUnitIdProblem {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Contradiction => {
                "if a GIS wrote row numbers as ids, sum again with the property that has the UIDs: zonal-sum --id-property id; if the code is wrong, leave it out: --columns code=-"
            }
            Self::Damaged => {
                "write the codes as they are on the server; in a spreadsheet, import the column as text"
            }
            Self::Ambiguous => "give the UIDs of these units, or make their codes unique in DHIS2",
            Self::Unknown => {
                "the metadata document lists the units its data sets are assigned to: fetch it again if they are new; --columns org_unit=NAME takes the ids from another column"
            }
            Self::UnknownCode => {
                "leave --org-unit-ids code out for DHIS2 ids; --columns org_unit=NAME takes the codes from another column"
            }
            Self::NotAUid => {
                "if they are codes, look them up with --metadata FILE, or send them as codes with --org-unit-ids code; --columns org_unit=NAME takes the ids from another column"
            }
            Self::SameUnit => "keep one row for each unit and raster",
        }
    }
}

impl OrgUnitIds {
    /// Ids of some units of a table.
    ///
    /// # Errors
    /// [`OrgUnitIdError`], with every unit that has no id or two.
    pub fn new(
        table: &SumsTable,
        units: &[u32],
        scheme: OrgUnitIdScheme,
        metadata: Option<&Metadata>,
    ) -> Result<Self, OrgUnitIdError> {
        let known = KnownUnits::new(metadata);
        let as_codes = scheme == OrgUnitIdScheme::Code && known.by_id.is_empty();
        let mut by_unit: HashMap<u32, Text> = HashMap::new();
        let mut owners: HashMap<Text, u32> = HashMap::new();
        let mut problems: BTreeMap<OrgUnitIdProblem, Vec<String>> = BTreeMap::new();
        let mut looked_up = as_codes;
        for &unit in units {
            let row = &table.units[unit as usize];
            let found = match as_codes {
                true => Ok((Text::clone(&row.id), true)),
                false => known.resolve(row, scheme),
            };
            match found {
                Ok((id, by_code)) => {
                    looked_up |= by_code;
                    let other = owners.insert(Text::clone(&id), unit);
                    if let Some(other) = other.filter(|other| *other != unit) {
                        let other = &table.units[other as usize].id;
                        let both = format!("{} as {other:?} and {:?}", known.label(&id), &*row.id);
                        problems
                            .entry(OrgUnitIdProblem::SameUnit)
                            .or_default()
                            .push(both);
                    }
                    by_unit.insert(unit, id);
                }
                Err((problem, text)) => problems.entry(problem).or_default().push(text),
            }
        }
        if !problems.is_empty() {
            return Err(OrgUnitIdError { problems });
        }
        let schemes = IdSchemes {
            org_unit: as_codes.then(|| "CODE".into()),
            ..IdSchemes::default()
        };
        Ok(Self {
            by_unit,
            schemes,
            are_row_numbers: looked_up && are_row_numbers(table),
        })
    }
}

/// Units of the metadata that are as deep in the hierarchy as the units of the sums, were open, and
/// are not among them. None where the metadata list no units, or the ids cannot be found.
#[must_use]
pub fn missing_units<'a>(
    table: &SumsTable,
    base: &[u32],
    scheme: OrgUnitIdScheme,
    metadata: &'a Metadata,
) -> Vec<&'a OrgUnit> {
    let Ok(found) = OrgUnitIds::new(table, base, scheme, Some(metadata)) else {
        return Vec::new();
    };
    let present: HashSet<&str> = found.by_unit.values().map(|id| &**id).collect();
    let (mut depths, mut above) = (HashSet::new(), HashSet::new());
    for unit in metadata
        .org_units
        .iter()
        .filter(|unit| present.contains(unit.id.as_str()))
    {
        depths.insert(unit.depth());
        above.extend(unit.path_ids());
    }
    metadata
        .org_units
        .iter()
        .filter(|unit| depths.contains(&unit.depth()) && unit.closed_date.is_none())
        .filter(|unit| !above.contains(unit.id.as_str()))
        // A unit above that is there counts the people of those below it.
        .filter(|unit| {
            !unit.path_ids().any(|id| present.contains(id)) && !present.contains(unit.id.as_str())
        })
        .collect()
}

/// Whether the ids of a whole table are the numbers from 0 or from 1.
fn are_row_numbers(table: &SumsTable) -> bool {
    let mut numbers: Vec<u32> = Vec::with_capacity(table.units.len());
    for unit in &table.units {
        match unit.id.parse() {
            Ok(number) => numbers.push(number),
            Err(_) => return false,
        }
    }
    numbers.sort_unstable();
    let first = numbers.first().copied().unwrap_or(2);
    let is_run = (first..).zip(&numbers).all(|(n, &number)| n == number);
    numbers.len() > 1 && first < 2 && is_run
}

/// The units of the metadata.
struct KnownUnits<'a> {
    by_id: HashMap<&'a str, &'a OrgUnit>,
    by_code: HashMap<&'a str, Vec<&'a str>>,
}

type Problem = (OrgUnitIdProblem, String);

impl<'a> KnownUnits<'a> {
    fn new(metadata: Option<&'a Metadata>) -> Self {
        let mut by_id = HashMap::new();
        let mut by_code: HashMap<&str, Vec<&str>> = HashMap::new();
        for unit in metadata.iter().flat_map(|metadata| &metadata.org_units) {
            by_id.insert(unit.id.as_str(), unit);
            if let Some(code) = unit.code.as_deref() {
                by_code.entry(code).or_default().push(&unit.id);
            }
        }
        Self { by_id, by_code }
    }

    /// `Name (UID)` of a unit, or the UID alone.
    fn label(&self, id: &str) -> String {
        let name = self.by_id.get(id).and_then(|unit| unit.name.as_deref());
        unit_label(id, name)
    }

    /// The unit with a code, where it is one.
    fn with_code(&self, code: &str) -> Option<&'a str> {
        match self.by_code.get(code).map(Vec::as_slice) {
            Some([one]) => Some(one),
            _ => None,
        }
    }

    /// The UID of a unit of the sums, and whether its id was looked up as a code.
    fn resolve(&self, unit: &Unit, scheme: OrgUnitIdScheme) -> Result<(Text, bool), Problem> {
        let id = &*unit.id;
        let path_end = unit.path_ids().next_back().filter(|end| is_uid(end));
        let by_code = unit.code.as_deref().and_then(|code| self.with_code(code));
        let is_code_only = !self.by_id.contains_key(id) && self.by_code.contains_key(id);
        let own = (scheme == OrgUnitIdScheme::Uid && is_uid(id) && !is_code_only).then_some(id);
        let others = [("path", path_end), ("code", by_code)];
        let is_named_elsewhere = others.iter().any(|(_, other)| other.is_some());
        let asked = scheme == OrgUnitIdScheme::Code;
        // An id that equals a code and is said to be none is looked up only for want of anything else.
        let looked_up = (asked || !is_named_elsewhere) && own.is_none();
        let as_code = looked_up.then(|| self.with_code(id)).flatten();
        let first = own
            .map(|id| ("id", id))
            .or(as_code.map(|found| ("id", found)));
        let found = first.or_else(|| {
            others
                .iter()
                .find_map(|(word, other)| other.map(|other| (*word, other)))
        });
        let Some((word, found)) = found else {
            return Err(self.problem(unit, asked));
        };
        for (other_word, other) in others {
            if let Some(other) = other.filter(|other| *other != found) {
                return Err((
                    OrgUnitIdProblem::Contradiction,
                    self.contradiction(unit, (word, found), (other_word, other)),
                ));
            }
        }
        // A number that is the code of another unit than the path or the code names is a row number.
        let stray = self
            .with_code(id)
            .filter(|stray| own.is_none() && *stray != found);
        if let Some(stray) = stray {
            return Err((
                OrgUnitIdProblem::Contradiction,
                self.contradiction(unit, ("id", stray), (word, found)),
            ));
        }
        Ok((found.into(), as_code.is_some()))
    }

    /// `id "3" is West (uid), path is East (uid)`.
    fn contradiction(&self, unit: &Unit, one: (&str, &str), other: (&str, &str)) -> String {
        let shown = |(word, found): (&str, &str)| {
            let text = match word {
                "id" => format!("id {:?}", &*unit.id),
                "code" => format!("code {:?}", unit.code.as_deref().unwrap_or_default()),
                _ => "path".to_owned(),
            };
            format!("{text} is {}", self.label(found))
        };
        let of = unit.name.as_deref().unwrap_or(&unit.id);
        format!("{of} ({}, {})", shown(one), shown(other))
    }

    /// What is wrong with an id that leads to no unit, or to several.
    fn problem(&self, unit: &Unit, asked: bool) -> Problem {
        if self.by_id.is_empty() && !asked {
            return (OrgUnitIdProblem::NotAUid, unit.label());
        }
        for key in [Some(&*unit.id), unit.code.as_deref()]
            .into_iter()
            .flatten()
        {
            if let Some(several) = self.by_code.get(key).filter(|units| units.len() > 1) {
                let units: Vec<String> = several.iter().map(|id| self.label(id)).collect();
                let text = format!("{key} ({})", units.join(", "));
                return (OrgUnitIdProblem::Ambiguous, text);
            }
        }
        match self.undamaged(&unit.id) {
            Some(code) => (
                OrgUnitIdProblem::Damaged,
                format!("{:?} for {code:?}", &*unit.id),
            ),
            None if asked && is_uid(&unit.id) => (OrgUnitIdProblem::UnknownCode, unit.label()),
            None => (OrgUnitIdProblem::Unknown, unit.label()),
        }
    }

    /// The one code that a spreadsheet turns into this text: blanks at the ends, zeros in front,
    /// numbers with an exponent or a point.
    fn undamaged(&self, text: &str) -> Option<&'a str> {
        let is_like = |code: &str| {
            let (code, text) = (code.trim(), text.trim());
            let same_number = || {
                let (a, b) = (code.parse::<f64>().ok()?, text.parse::<f64>().ok()?);
                Some(a.is_finite() && a == b)
            };
            code.eq_ignore_ascii_case(text) || same_number() == Some(true)
        };
        let mut like: HashSet<&str> = HashSet::new();
        like.extend(self.by_code.keys().copied().filter(|code| is_like(code)));
        match like.len() {
            1 => like.into_iter().next(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
