//! Where a unit's geometry is taken from.

mod attribute;
mod choice;
mod file;
mod key;

use geojson::Geometry;
use pop_dhis2::org_units::{Fields, TreePosition, Unit};

pub(crate) use attribute::AttributeShapes;
pub(crate) use choice::{Fallback, GeometryChoice, Match};
pub(crate) use file::{FileShapes, UnitKeys};
pub(crate) use key::KeyComparison;

use crate::report::{Problem, Report};

/// The source that was chosen, ready to be asked.
pub(crate) enum Source {
    /// The unit's own.
    Own,
    /// An attribute of the unit.
    Attribute(AttributeShapes),
    /// A file from elsewhere.
    File(FileShapes),
}

/// A geometry, and what `geometry_source` says of it.
pub(crate) type Sourced<'a> = (Geometry, &'a str);

impl Source {
    /// What the server has to be asked for. Ancestors keep their own geometry in any case.
    pub(crate) fn fields(&self) -> Fields {
        match self {
            Self::Own | Self::File(_) => Fields::Geometry,
            Self::Attribute(_) => Fields::GeometryAndAttributes,
        }
    }

    /// The geometry of a unit, where there is one. What is missing or doubtful is reported.
    pub(crate) fn of(
        &self,
        place: &TreePosition,
        unit: &Unit<'_>,
        fallback: Fallback,
        report: &mut Report,
    ) -> Option<Sourced<'_>> {
        let found = match self {
            Self::Own => return own(unit, "own", report),
            Self::Attribute(shapes) => shapes.of(unit),
            Self::File(shapes) => shapes.of(unit),
        };
        match found {
            Ok(found) => Some(found),
            // Ancestors are there for the tree: nobody asked for another geometry of theirs.
            Err(_) if place.context => own(unit, "own", report),
            Err(problem) => {
                let fallen = match fallback {
                    Fallback::Own => own(unit, "fallback:own", report),
                    Fallback::Nothing => None,
                };
                report.unit(unit, problem, fallen.is_some());
                fallen
            }
        }
    }
}

/// The unit's own geometry.
fn own<'s>(unit: &Unit<'_>, source: &'s str, report: &mut Report) -> Option<Sourced<'s>> {
    let geometry = unit.geometry?.get().parse();
    match geometry {
        Ok(geometry) => Some((geometry, source)),
        Err(_) => {
            report.unit(unit, Problem::Unreadable, false);
            None
        }
    }
}
