//! Where a unit's geometry is taken from.

mod attribute;
mod choice;
mod file;

use pop_dhis2::org_units::{Fields, Place, Unit};
use serde_json::value::RawValue;

pub(crate) use attribute::AttributeShapes;
pub(crate) use choice::{Fallback, GeometryChoice, Match, UnitKey};
pub(crate) use file::{FileShapes, Keys};

use crate::report::{Problem, Report};

/// The source that was chosen, ready to be asked.
pub(crate) enum Source<'a> {
    /// The unit's own.
    Own,
    /// An attribute of the unit.
    Attribute(AttributeShapes),
    /// A file from elsewhere.
    File(FileShapes<'a>),
}

/// A geometry, and what `geometry_source` says of it.
pub(crate) type Sourced<'a> = (&'a RawValue, &'a str);

impl Source<'_> {
    /// What the server has to be asked for. Ancestors keep their own geometry in any case.
    pub(crate) fn fields(&self) -> Fields {
        match self {
            Self::Own | Self::File(_) => Fields::Geometry,
            Self::Attribute(_) => Fields::GeometryAndAttributes,
        }
    }

    /// The geometry of a unit, where there is one. What is missing or doubtful is reported.
    pub(crate) fn of<'u>(
        &'u self,
        place: &Place,
        unit: &'u Unit<'u>,
        fallback: Fallback,
        report: &mut Report,
    ) -> Option<Sourced<'u>> {
        let own = unit.geometry.map(|geometry| (geometry, "own"));
        let found = match self {
            Self::Own => return own,
            Self::Attribute(shapes) => shapes.of(unit),
            Self::File(shapes) => shapes.of(unit),
        };
        match found {
            Ok(found) => Some(found),
            // Ancestors are there for the tree: nobody asked for another geometry of theirs.
            Err(_) if place.context => own,
            Err(problem) => {
                let fallen = match fallback {
                    Fallback::Own => unit.geometry.map(|geometry| (geometry, "fallback:own")),
                    Fallback::Nothing => None,
                };
                report.unit(unit, problem, fallen.is_some());
                fallen
            }
        }
    }
}

/// Why a source has no geometry for a unit.
pub(crate) type Missing = Problem;
