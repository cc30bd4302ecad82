//! The units of one side.

use geo_inputs::{ThreadArgs, UnitProperties, check_geometry, read_org_units, warn_of_repairs};
use pop_cli::{Consent, Console, ToolError, counted, shortened_list};
use pop_geo::OrgUnit;

use crate::CrossOrgunits;

/// What joins the ids of a piece: `OLD+NEW`; one of them is empty for a remainder.
pub(crate) const JOINT: char = '+';

/// The units of one side that are cut, without ancestors that came along for the tree.
pub(crate) struct Units {
    /// `old` or `new`.
    side: &'static str,
    /// The file that it was read from.
    path: String,
    pub(crate) units: Vec<OrgUnit>,
}

impl Units {
    pub(crate) fn read_old(
        args: &CrossOrgunits,
        consent: &mut Consent,
        console: &mut Console,
    ) -> Result<Self, ToolError> {
        let properties = UnitProperties {
            id: args.old_id_property.as_deref(),
            name: args.old_name_property.as_deref(),
        };
        Self::read("old", &args.old, properties, args.level, consent, console)
    }

    pub(crate) fn read_new(
        args: &CrossOrgunits,
        consent: &mut Consent,
        console: &mut Console,
    ) -> Result<Self, ToolError> {
        let properties = UnitProperties {
            id: args.new_id_property.as_deref(),
            name: args.new_name_property.as_deref(),
        };
        Self::read("new", &args.new, properties, args.level, consent, console)
    }

    fn read(
        side: &'static str,
        path: &str,
        properties: UnitProperties<'_>,
        level: Option<u32>,
        consent: &mut Consent,
        console: &mut Console,
    ) -> Result<Self, ToolError> {
        let pool = ThreadArgs::default().pool()?;
        let set = read_org_units("org-units", path, properties, &pool, console)?;
        let levels = set.levels();
        if level.is_none() && levels.len() > 1 {
            let list: Vec<String> = levels.iter().map(u32::to_string).collect();
            return Err(
                ToolError::data(format!("units of the levels {}", list.join(", ")))
                    .in_file(path)
                    .hint("name the level to cut: --level N"),
            );
        }
        let is_wanted = |unit: &OrgUnit| match level {
            Some(level) => unit.depth() == Some(level),
            None => !unit.context,
        };
        check_geometry(path, &set, is_wanted, consent)?;
        let units: Vec<OrgUnit> = set.units.into_iter().filter(is_wanted).collect();
        if units.is_empty() {
            let what = level.map_or("no units".to_owned(), |level| {
                format!("no unit of level {level}")
            });
            return Err(ToolError::data(what)
                .in_file(path)
                .hint("name another level, or another file"));
        }
        if let Some(unit) = units.iter().find(|unit| unit.id.contains(JOINT)) {
            return Err(ToolError::data(format!(
                "the id {:?} contains {JOINT:?}, which joins the ids of a piece",
                unit.id
            ))
            .in_file(path)
            .hint(format!(
                "take the ids from another property: --{side}-id-property"
            )));
        }
        Ok(Self {
            side,
            path: path.to_owned(),
            units,
        })
    }

    /// Says which units have no polygon to cut, and whose polygon was repaired.
    pub(crate) fn warn(&self, console: &Console) {
        warn_of_repairs(&self.units, &self.path, console);
        let bare: Vec<&str> = self
            .units
            .iter()
            .filter(|unit| unit.area().is_none())
            .map(|unit| unit.id.as_str())
            .collect();
        if !bare.is_empty() {
            console.warn(&format!(
                "{} without a polygon: {}",
                counted(bare.len(), &format!("{} unit", self.side)),
                shortened_list(&bare)
            ));
        }
    }
}
