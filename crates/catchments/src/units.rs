//! Facilities and parents, as they are read and judged.

use std::collections::{BTreeMap, HashMap};

use geo_inputs::{ThreadPool, UnitProperties, read_org_units, warn_of_repairs};
use pop_cli::{Console, ToolError};
use pop_geo::{Area, OrgUnit, Shape, within_half_turn};

use crate::Catchments;

/// Units with coordinates that cannot be right, or a polygon that can be read in two ways.
pub(crate) const BAD_GEOMETRY: &str = geo_inputs::BAD_GEOMETRY;

/// What a unit of the stream is to this run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Role {
    /// A point, at these degrees, its longitude within ±180.
    Facility([f64; 2]),
    /// Its polygon is shared out among facilities.
    Parent,
    /// A facility with a polygon of its own.
    Kept,
    /// Passed on as it is: an ancestor, or a unit above the parents.
    PassedOn,
    /// No geometry, or a line.
    NoGeometry,
    /// Coordinates that cannot be right: what is wrong, and a hint.
    Bad(String, String),
}

/// The units of the run.
#[derive(Debug)]
pub(crate) struct Units {
    /// The stream of facilities, in its order.
    pub(crate) units: Vec<OrgUnit>,
    pub(crate) roles: Vec<Role>,
    /// Parents with a polygon, sorted by id.
    pub(crate) parents: Vec<OrgUnit>,
    /// Parents whose polygon can be read in two ways: id, what is wrong, hint.
    pub(crate) bad_parents: Vec<(String, String, String)>,
    places: HashMap<String, usize>,
}

impl Units {
    /// Reads the streams.
    pub(crate) fn read(
        args: &Catchments,
        pool: &ThreadPool,
        console: &mut Console,
    ) -> Result<Self, ToolError> {
        let properties = UnitProperties {
            id: args.id_property.as_deref(),
            name: None,
        };
        let mut read = |role: &str, file: &str| -> Result<Vec<OrgUnit>, ToolError> {
            Ok(read_org_units(role, file, properties, pool, console)?.units)
        };
        let units = read("facilities", &args.facilities)?;
        let roles: Vec<Role> = units
            .iter()
            .map(|unit| role(unit, args.within_level))
            .collect();
        let (mut parents, file) = match &args.within {
            Some(file) => {
                let parents = read("parents", file)?;
                (
                    parents
                        .into_iter()
                        .filter(|unit| !unit.context)
                        .collect::<Vec<_>>(),
                    file,
                )
            }
            None => {
                let of_level = units.iter().zip(&roles).filter(|(unit, role)| {
                    **role == Role::Parent
                        || !unit.context
                            && unit.depth() == args.within_level
                            && matches!(role, Role::Bad(..))
                });
                (
                    of_level.map(|(unit, _)| unit.clone()).collect(),
                    &args.facilities,
                )
            }
        };
        parents.sort_by(|a, b| a.id.cmp(&b.id));
        let mut bad_parents = Vec::new();
        parents.retain(|unit| match &unit.shape {
            Shape::Area(_) => true,
            Shape::Bad(problem) => {
                bad_parents.push((
                    unit.id.clone(),
                    problem.to_string(),
                    problem.hint().to_owned(),
                ));
                false
            }
            _ => false,
        });
        if parents.is_empty() && bad_parents.is_empty() {
            return Err(ToolError::data("none of the parents has a polygon")
                .in_file(file)
                .hint("give the units above the facilities, drawn as polygons: fetch-orgunits --level N"));
        }
        let found = Self {
            places: (0..)
                .zip(&parents)
                .map(|(place, unit)| (unit.tree_id().to_owned(), place))
                .collect(),
            units,
            roles,
            parents,
            bad_parents,
        };
        found.refuse_polygons(args)?;
        Ok(found)
    }

    /// Names the polygons that were repaired, file by file.
    pub(crate) fn warn_of_repairs(&self, args: &Catchments, console: &Console) {
        if let Some(file) = &args.within {
            warn_of_repairs(&self.parents, file, console);
        }
        let of_stream = self.units.iter().filter(|unit| !unit.context);
        warn_of_repairs(of_stream, &args.facilities, console);
    }

    /// The file that the parents are read from.
    pub(crate) fn parents_file(args: &Catchments) -> &str {
        args.within.as_deref().unwrap_or(&args.facilities)
    }

    /// The parent among the ancestors of a unit, the nearest first.
    pub(crate) fn parent_of(&self, unit: &OrgUnit) -> Option<usize> {
        unit.parent
            .as_deref()
            .into_iter()
            .chain(unit.ancestor_ids().rev())
            .find_map(|id| self.places.get(id).copied())
    }

    /// The polygons of a parent.
    pub(crate) fn area(&self, parent: usize) -> Option<&Area> {
        self.parents[parent].area()
    }

    /// The facilities by id.
    pub(crate) fn facilities(&self) -> BTreeMap<&str, (usize, [f64; 2])> {
        let facilities = self.units.iter().zip(&self.roles).enumerate();
        facilities
            .filter_map(|(place, (unit, role))| match role {
                Role::Facility(position) => Some((unit.id.as_str(), (place, *position))),
                _ => None,
            })
            .collect()
    }

    fn refuse_polygons(&self, args: &Catchments) -> Result<(), ToolError> {
        let of = |wanted: &Role| {
            let units = self
                .units
                .iter()
                .zip(&self.roles)
                .filter(|(_, role)| *role == wanted);
            units.map(|(unit, _)| unit.id.as_str()).collect::<Vec<_>>()
        };
        let kept = of(&Role::Kept);
        if kept.is_empty() || args.keep_polygons {
            return Ok(());
        }
        Err(ToolError::data(format!(
            "{} with a polygon among the facilities: {}",
            pop_cli::counted(kept.len(), "unit"),
            pop_cli::shortened_list(&kept)
        ))
        .in_file(&args.facilities)
        .hint("with --keep-polygons they keep it; parents belong into --within FILE, or name their level with --within-level"))
    }
}

fn role(unit: &OrgUnit, level: Option<u32>) -> Role {
    let above = |level: Option<u32>| matches!((unit.depth(), level), (Some(depth), Some(level)) if depth < level);
    match &unit.shape {
        _ if unit.context => Role::PassedOn,
        Shape::Area(_) if level.is_some() && unit.depth() == level => Role::Parent,
        Shape::Area(_) if above(level) => Role::PassedOn,
        Shape::Area(_) => Role::Kept,
        Shape::Point(positions) => point(positions),
        Shape::None | Shape::Line => Role::NoGeometry,
        Shape::Bad(problem) => Role::Bad(problem.to_string(), problem.hint().to_owned()),
    }
}

/// A position in degrees, or what is wrong with it.
fn point(positions: &[[f64; 2]]) -> Role {
    let &[[lon, lat]] = positions else {
        return Role::Bad(
            format!("{} positions, expected 1", positions.len()),
            "a facility is at one place: keep one of its points".to_owned(),
        );
    };
    let is_degrees = lon.abs() <= 360.0 && lat.abs() <= 360.0;
    if !is_degrees {
        Role::Bad(
            format!("position {lon}, {lat}, expected degrees"),
            "coordinates must be degrees (EPSG:4326): is the file in a projected reference system, in metres?".to_owned(),
        )
    } else if lat.abs() > 90.0 {
        Role::Bad(
            format!("latitude {lat}, expected -90 to 90"),
            "positions are [longitude, latitude]: are the axes swapped?".to_owned(),
        )
    } else {
        Role::Facility([within_half_turn(lon), lat])
    }
}
