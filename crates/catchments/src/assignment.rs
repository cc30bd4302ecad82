//! Which facility takes part in the partition of which parent.

use std::collections::BTreeMap;

use pop_catchments::{
    CatchmentError, PartitionOptions, PartitionTask, PartitionedAreas, metres_outside, partition,
    same_place,
};
use pop_cli::{Consent, ToolError};
use pop_geo::{Area, Operation};
use rayon::prelude::*;

use crate::positions::{Findings, Measured};
use crate::units::{BAD_GEOMETRY, Role, Units};
use crate::{Assign, Catchments};

/// The reason of a unit whose polygon is another's catchment, and so on: words of the stream.
pub(crate) mod reason {
    use pop_sums::Reason;

    pub(crate) const SAME_PLACE: &str = Reason::SamePlace.word();
    pub(crate) const NO_AREA: &str = Reason::NoArea.word();
    pub(crate) const OUTSIDE_PARENT: &str = Reason::OutsideParent.word();
    pub(crate) const CLOSED: &str = Reason::Closed.word();
    pub(crate) const NOT_YET_OPEN: &str = Reason::NotYetOpen.word();
    pub(crate) const NO_PARENT: &str = Reason::NoParent.word();
    pub(crate) const NO_GEOMETRY: &str = Reason::NoGeometry.word();
    pub(crate) const REPAIRED: &str = Reason::Repaired.word();
    pub(crate) const UNSERVED: &str = Reason::Unserved.word();
    pub(crate) const IN_REACH: &str = Reason::InReachOfOtherParent.word();
}

/// A facility: its unit and its position.
pub(crate) type Member = (usize, [f64; 2]);

/// What became of a unit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) reasons: Vec<&'static str>,
    /// The parent whose area it has a share in.
    pub(crate) parent: Option<usize>,
    /// The group and the number of its site there; also where the catchment turns out empty.
    pub(crate) site: Option<(usize, usize)>,
    /// The unit that holds the catchment of their place.
    pub(crate) same_place_as: Option<usize>,
    /// Its distance from the parent's polygon.
    pub(crate) metres_outside: Option<f64>,
}

/// Facilities that share out the same area.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// The parents: one, or all with `--across`.
    pub(crate) parents: Vec<usize>,
    /// Facilities that have a site, in the order of their ids, with their positions.
    pub(crate) sites: Vec<Member>,
    /// Units that keep their polygon.
    pub(crate) kept: Vec<usize>,
}

/// The groups, and what became of every unit so far.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) groups: Vec<Group>,
    pub(crate) outcomes: Vec<Outcome>,
}

impl Assignment {
    /// Gives every facility its group.
    pub(crate) fn of(
        units: &Units,
        args: &Catchments,
        consent: &mut Consent,
    ) -> Result<Self, ToolError> {
        let mut found = Self {
            groups: groups(units, args),
            outcomes: vec![Outcome::default(); units.units.len()],
        };
        found.note_roles(units);
        let facilities = units.facilities();
        let members = found.members(units, &facilities, args);
        found.judge_positions(units, &members, consent, args)?;
        for (group, members) in members {
            found.fill(group, &members, args);
        }
        found.add_kept(units, args);
        Ok(found)
    }

    fn note_roles(&mut self, units: &Units) {
        for (outcome, role) in self.outcomes.iter_mut().zip(&units.roles) {
            match role {
                Role::NoGeometry => outcome.reasons.push(reason::NO_GEOMETRY),
                Role::Bad(..) => outcome.reasons.push(BAD_GEOMETRY),
                _ => {}
            }
        }
    }

    /// The facilities of every group, in the order of their ids; those without a group get their reason.
    fn members(
        &mut self,
        units: &Units,
        facilities: &BTreeMap<&str, Member>,
        args: &Catchments,
    ) -> BTreeMap<usize, Vec<Member>> {
        let list: Vec<Member> = facilities.values().copied().collect();
        let parents: Vec<Option<usize>> = list
            .par_iter()
            .map(|&(unit, position)| match args.assign {
                _ if args.across => None,
                Assign::Tree => units.parent_of(&units.units[unit]),
                Assign::Place => (0..units.parents.len()).find(|&parent| {
                    units
                        .area(parent)
                        .is_some_and(|area| metres_outside(area, position).is_none())
                }),
            })
            .collect();
        let mut members: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
        for (&(unit, position), parent) in list.iter().zip(parents) {
            let outcome = &mut self.outcomes[unit];
            outcome.parent = parent;
            if parent.is_none() && !args.across {
                outcome.reasons.push(reason::NO_PARENT);
                continue;
            }
            let operation = args
                .as_of
                .as_deref()
                .map(|date| units.units[unit].operation_on(date));
            match operation {
                Some(Operation::Closed) => outcome.reasons.push(reason::CLOSED),
                Some(Operation::NotYetOpen) => outcome.reasons.push(reason::NOT_YET_OPEN),
                Some(Operation::Open) | None => members
                    .entry(parent.unwrap_or(0))
                    .or_default()
                    .push((unit, position)),
            }
        }
        members
    }

    /// Measures how far facilities are outside, and judges positions that cannot be right.
    fn judge_positions(
        &mut self,
        units: &Units,
        members: &BTreeMap<usize, Vec<Member>>,
        consent: &mut Consent,
        args: &Catchments,
    ) -> Result<(), ToolError> {
        let mut findings = Findings::of_reading(units, args);
        for (&group, members) in members {
            let parents = self.groups[group].parents.iter();
            let areas: Vec<&Area> = parents.filter_map(|&parent| units.area(parent)).collect();
            let measured: Vec<Option<Measured>> = members
                .par_iter()
                .map(|&(_, position)| Measured::of(&areas, position))
                .collect();
            for (&(unit, position), measured) in members.iter().zip(measured) {
                let Some(measured) = measured else { continue };
                findings.judge(&units.units[unit].id, position, &measured, args);
                let outcome = &mut self.outcomes[unit];
                outcome.metres_outside = Some(measured.metres);
                outcome.reasons.push(reason::OUTSIDE_PARENT);
            }
        }
        let allowed = findings.consent(consent)?;
        for (unit, outcome) in units.units.iter().zip(&mut self.outcomes) {
            if allowed.contains(&unit.id) {
                outcome.reasons = vec![BAD_GEOMETRY];
            }
        }
        Ok(())
    }

    /// Makes sites of the places of a group's facilities.
    fn fill(&mut self, group: usize, members: &[Member], args: &Catchments) {
        let fit = members
            .iter()
            .filter(|(unit, _)| !self.outcomes[*unit].reasons.contains(&BAD_GEOMETRY));
        let fit: Vec<Member> = fit.copied().collect();
        let positions: Vec<[f64; 2]> = fit.iter().map(|&(_, position)| position).collect();
        for (member, first) in same_place(&positions, args.same_place)
            .into_iter()
            .enumerate()
        {
            let (unit, position) = fit[member];
            if first == member {
                let sites = &mut self.groups[group].sites;
                self.outcomes[unit].site = Some((group, sites.len()));
                sites.push((unit, position));
            } else {
                self.outcomes[unit].same_place_as = Some(fit[first].0);
                self.outcomes[unit].reasons.push(reason::SAME_PLACE);
            }
        }
    }

    fn add_kept(&mut self, units: &Units, args: &Catchments) {
        let mut kept: Vec<usize> = (0..units.units.len())
            .filter(|&unit| units.roles[unit] == Role::Kept)
            .collect();
        kept.sort_by(|&a, &b| units.units[a].id.cmp(&units.units[b].id));
        for unit in kept {
            let parent = if args.across {
                Some(0)
            } else {
                units.parent_of(&units.units[unit])
            };
            match parent {
                Some(group) => {
                    self.outcomes[unit].parent = (!args.across).then_some(group);
                    self.groups[group].kept.push(unit);
                }
                None => self.outcomes[unit].reasons.push(reason::NO_PARENT),
            }
        }
    }

    /// Shares out the parents.
    pub(crate) fn partition(
        &self,
        units: &Units,
        args: &Catchments,
    ) -> Result<Vec<PartitionedAreas>, ToolError> {
        let tasks: Vec<PartitionTask<'_>> = self
            .groups
            .iter()
            .enumerate()
            .map(|(number, group)| PartitionTask {
                parents: group
                    .parents
                    .iter()
                    .filter_map(|&parent| units.area(parent))
                    .collect(),
                sites: group.sites.iter().map(|&(_, position)| position).collect(),
                others: if args.split_unserved {
                    self.others(number)
                } else {
                    Vec::new()
                },
                kept: group
                    .kept
                    .iter()
                    .filter_map(|&unit| units.units[unit].area())
                    .collect(),
            })
            .collect();
        let options = PartitionOptions {
            tolerance: args.tolerance,
            max_distance: args.max_distance,
        };
        partition(&tasks, &options).map_err(partition_error)
    }

    /// The places of all other groups' facilities, in the order of their ids.
    fn others(&self, group: usize) -> Vec<[f64; 2]> {
        let others = self
            .groups
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != group);
        let sites: Vec<[f64; 2]> = others
            .flat_map(|(_, group)| group.sites.iter().map(|&(_, position)| position))
            .collect();
        let first = same_place(&sites, 0.0);
        (0..sites.len())
            .filter(|&site| first[site] == site)
            .map(|site| sites[site])
            .collect()
    }
}

fn groups(units: &Units, args: &Catchments) -> Vec<Group> {
    let parents = 0..units.parents.len();
    let group = |parents: Vec<usize>| Group {
        parents,
        ..Group::default()
    };
    if args.across {
        vec![group(parents.collect())]
    } else {
        parents.map(|parent| group(vec![parent])).collect()
    }
}

/// No sound input is known to cause it.
pub(crate) fn partition_error(error: CatchmentError) -> ToolError {
    ToolError::internal(error)
}
