//! The features that come out.

mod unserved;

use std::collections::BTreeMap;
use std::io::Write;

use geo_inputs::is_repair_doubtful;
use pop_catchments::PartitionedAreas;
use pop_cli::{Arg, Console, Messages, ResultExt, ToolError, counted, shortened_list};
use pop_geo::{FeatureRecord, FeatureWriter, OrgUnit, Polygon, PolygonGeometry};
use rayon::prelude::*;
use serde_json::value::RawValue;
use unserved::unserved;

use crate::assignment::{Assignment, Outcome, reason};
use crate::units::{Role, Units};
use crate::{Catchments, Format};

/// DHIS2's web clients load the geometries of many units at once: larger ones are worth a warning.
const LARGE_BYTES: usize = 50_000;

/// What a feature is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum FeatureKind {
    Parent,
    PassedOn,
    Catchment,
    /// A part of a parent beyond the limit of its facilities.
    Unserved,
    /// A facility without a catchment.
    #[default]
    None,
}

impl FeatureKind {
    /// The word in the report.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::PassedOn => "passed-on",
            Self::Catchment => "catchment",
            Self::Unserved => "unserved",
            Self::None => "none",
        }
    }

    /// Whether it is a facility, with a catchment or without.
    pub(crate) const fn is_facility(self) -> bool {
        matches!(self, Self::Catchment | Self::None)
    }
}

/// One feature.
#[derive(Debug, Default)]
pub(crate) struct Feature {
    pub(crate) unit: OrgUnit,
    pub(crate) kind: FeatureKind,
    pub(crate) geometry: Option<Box<RawValue>>,
    pub(crate) reasons: Vec<&'static str>,
    /// The id of the parent whose area it has a share in.
    pub(crate) within: Option<String>,
    /// The id of the unit that holds the catchment of their place.
    pub(crate) same_place_as: Option<String>,
    pub(crate) metres_outside: Option<f64>,
}

impl Feature {
    /// Whether it is the unserved part of its parent that the facilities of others reach.
    pub(crate) fn is_in_reach_of_others(&self) -> bool {
        self.reasons.contains(&reason::IN_REACH)
    }
}

/// All features, in the order of their ids.
#[derive(Debug)]
pub(crate) struct Features {
    features: Vec<Feature>,
    /// Names of the parents, by id.
    parents: BTreeMap<String, String>,
    /// The largest change of a parent's area by rounding, as a share of it.
    rounding: Option<f64>,
}

impl Features {
    /// A feature for every unit and every unserved part.
    pub(crate) fn of(
        units: &Units,
        assignment: &Assignment,
        parts: &[PartitionedAreas],
        rounding: Option<f64>,
    ) -> Result<Self, ToolError> {
        let kept = kept_places(assignment);
        let mut features: Vec<Feature> = (0..units.units.len())
            .into_par_iter()
            .map(|unit| {
                let outcome = &assignment.outcomes[unit];
                let own = match &units.roles[unit] {
                    Role::Kept => match kept.get(&unit) {
                        Some(&(group, place)) => parts[group].kept[place].as_slice(),
                        None => units.units[unit]
                            .area()
                            .map_or(&[][..], |area| &area.polygons),
                    },
                    Role::Parent | Role::PassedOn => units.units[unit]
                        .area()
                        .map_or(&[][..], |area| &area.polygons),
                    _ => outcome
                        .site
                        .map_or(&[][..], |(group, site)| &parts[group].catchments[site]),
                };
                of_unit(units, unit, outcome, own)
            })
            .collect::<Result<_, _>>()?;
        features.extend(unserved(units, assignment, parts)?);
        features.sort_by(|a, b| a.unit.id.cmp(&b.unit.id));
        Ok(Self {
            features,
            parents: units
                .parents
                .iter()
                .map(|unit| (unit.id.clone(), unit.name.clone().unwrap_or_default()))
                .collect(),
            rounding,
        })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Feature> {
        self.features.iter()
    }

    /// The name of a parent; its id where it has none.
    pub(crate) fn parent_name<'a>(&'a self, id: &'a str) -> &'a str {
        let name = self.parents.get(id).map(String::as_str);
        name.filter(|name| !name.is_empty()).unwrap_or(id)
    }

    /// Writes the stream.
    pub(crate) fn write(&self, output: impl Write, args: &Catchments) -> Result<(), ToolError> {
        let mut writer =
            FeatureWriter::new(std::io::BufWriter::with_capacity(1 << 20, output)).or_io()?;
        let wanted = |feature: &&Feature| match args.format {
            Format::Geojson => true,
            Format::Dhis2Import => feature.kind == FeatureKind::Catchment,
        };
        for feature in self.features.iter().filter(wanted) {
            write(&mut writer, feature).or_io()?;
        }
        writer.finish().or_io()?;
        Ok(())
    }

    /// Names what stands in the way of a full account.
    pub(crate) fn warn(&self, args: &Catchments, console: &Console) {
        if args.across {
            console.warn(
                "parents are ignored: people are counted for the nearest facility of any parent",
            );
        }
        let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for feature in self
            .features
            .iter()
            .filter(|feature| feature.kind != FeatureKind::Unserved)
        {
            for &word in &feature.reasons {
                let id = &feature.unit.id;
                by_reason
                    .entry(word)
                    .or_default()
                    .push(match feature.metres_outside {
                        Some(metres) if word == reason::OUTSIDE_PARENT => {
                            format!("{id} ({:.1} km)", metres / 1000.0)
                        }
                        _ => id.clone(),
                    });
            }
        }
        for (word, ids) in by_reason {
            console.warn(&format!(
                "{} {word}: {}",
                counted(ids.len(), "unit"),
                shortened_list(&ids)
            ));
        }
        let large = self
            .features
            .iter()
            .filter(|feature| bytes(feature) > LARGE_BYTES);
        let large: Vec<String> = large
            .map(|feature| format!("{} ({} bytes)", feature.unit.id, bytes(feature)))
            .collect();
        if !large.is_empty() {
            console.warn(&format!(
                "{} over {LARGE_BYTES} bytes: {}",
                counted(large.len(), "geometry").replace("geometrys", "geometries"),
                shortened_list(&large)
            ));
            if args.decimals.is_none() {
                console.hint("--decimals 7 makes geometries shorter");
            }
        }
    }

    /// One line on the whole.
    pub(crate) fn summary(
        &self,
        assignment: &Assignment,
        allowed: Option<String>,
        messages: &Messages,
    ) -> String {
        let of_kind = |kind| {
            self.features
                .iter()
                .filter(|feature| feature.kind == kind && feature.geometry.is_some())
                .count()
        };
        let facilities = assignment.outcomes.len()
            - self
                .features
                .iter()
                .filter(|feature| {
                    matches!(feature.kind, FeatureKind::Parent | FeatureKind::PassedOn)
                })
                .count();
        let args = [
            ("catchments", Arg::Count(of_kind(FeatureKind::Catchment))),
            ("facilities", Arg::Count(facilities)),
            ("parents", Arg::Count(self.parents.len())),
            ("unserved", Arg::Count(of_kind(FeatureKind::Unserved))),
        ];
        let mut clauses = vec![messages.text_of("summary-catchments", &args)];
        if let Some(share) = self.rounding {
            let share = format!("{share:.1e}");
            let rounding = messages.text_of("catchments-rounding", &[("share", Arg::Text(&share))]);
            clauses.push(rounding);
        }
        clauses.extend(allowed);
        messages.clauses(&clauses)
    }
}

/// Bytes of a feature's geometry.
pub(crate) fn bytes(feature: &Feature) -> usize {
    feature
        .geometry
        .as_ref()
        .map_or(0, |geometry| geometry.get().len())
}

/// Group and place there of every unit that keeps its polygon.
fn kept_places(assignment: &Assignment) -> BTreeMap<usize, (usize, usize)> {
    let groups = assignment.groups.iter().enumerate();
    groups
        .flat_map(|(number, group)| {
            group
                .kept
                .iter()
                .enumerate()
                .map(move |(place, &unit)| (unit, (number, place)))
        })
        .collect()
}

fn geometry(polygons: &[Polygon]) -> Result<Option<Box<RawValue>>, ToolError> {
    let geometry = PolygonGeometry::new(polygons).to_raw();
    geometry.map_err(|error| ToolError::internal(format!("coordinates: {error}")))
}

fn of_unit(
    units: &Units,
    place: usize,
    outcome: &Outcome,
    polygons: &[Polygon],
) -> Result<Feature, ToolError> {
    let unit = &units.units[place];
    let mut reasons = outcome.reasons.clone();
    let kind = match &units.roles[place] {
        Role::Parent => FeatureKind::Parent,
        Role::PassedOn => FeatureKind::PassedOn,
        _ if polygons.is_empty() => FeatureKind::None,
        _ => FeatureKind::Catchment,
    };
    if outcome.site.is_some() && polygons.is_empty() {
        reasons.push(reason::NO_AREA);
    }
    let cut_from = outcome.parent.map(|parent| &units.parents[parent]);
    let is_repaired = cut_from.into_iter().chain([unit]).any(is_repair_doubtful);
    if is_repaired && !polygons.is_empty() {
        reasons.push(reason::REPAIRED);
    }
    Ok(Feature {
        unit: unit.clone(),
        kind,
        geometry: geometry(polygons)?,
        reasons,
        within: outcome
            .parent
            .map(|parent| units.parents[parent].id.clone()),
        same_place_as: outcome
            .same_place_as
            .map(|other| units.units[other].id.clone()),
        metres_outside: outcome.metres_outside,
    })
}

fn write<W: Write>(writer: &mut FeatureWriter<W>, feature: &Feature) -> std::io::Result<()> {
    let unit = &feature.unit;
    let ancestors: Vec<&str> = unit.ancestor_ids().collect();
    let reasons = feature.reasons.join(";");
    let mut extra = Vec::new();
    if let Some(within) = &feature.within {
        extra.push(("within", within.as_str().into()));
    }
    if let Some(other) = &feature.same_place_as {
        extra.push(("samePlaceAs", other.as_str().into()));
    }
    if let Some(metres) = feature.metres_outside {
        extra.push(("kmOutside", (metres.round() / 1000.0).into()));
    }
    writer.write(FeatureRecord {
        id: &unit.id,
        geometry: None,
        raw_geometry: feature.geometry.as_deref(),
        code: unit.code.as_deref(),
        name: unit.name.as_deref(),
        level: unit.level,
        parent: unit.parent.as_deref().or(ancestors.last().copied()),
        parent_graph: &ancestors.join("/"),
        groups: &unit.groups,
        path: unit.path.as_deref(),
        opening_date: unit.opening_date.as_deref(),
        closed_date: unit.closed_date.as_deref(),
        geometry_source: unit.geometry_source.as_deref(),
        context: unit.context,
        reasons: (!reasons.is_empty()).then_some(reasons.as_str()),
        extra: &extra,
    })
}
