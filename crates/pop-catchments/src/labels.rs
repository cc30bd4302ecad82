//! What each face of a subdivision is part of.

use std::collections::VecDeque;

use crate::Position;
use crate::ellipsoid::to_space;
use crate::line::Role;
use crate::network::Network;
use crate::subdivision::{OUTER, Subdivision, twin};
use crate::vector::distance_squared;

/// Faces narrower than this many degrees (a tenth of a millimetre) come from rounding and go to a neighbour.
const NARROWEST: f64 = 1e-9;

/// Mean radius of the earth in metres, to turn chords into ways along the ground.
const RADIUS: f64 = 6_371_000.0;

/// What a face is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Label {
    /// Of no parent.
    Outside,
    /// The catchment of a site.
    Catchment(u32),
    /// Beyond the limit of every site of its parent.
    Unserved(u32),
    /// The same, but within the limit of another parent's site.
    InReach(u32),
    /// A unit that keeps its polygon.
    Kept(u32),
}

/// What faces are judged by.
#[derive(Debug)]
pub(crate) struct Judge<'a> {
    pub(crate) network: &'a Network,
    pub(crate) others: &'a Network,
    /// Metres.
    pub(crate) limit: Option<f64>,
}

/// What the edges of a face say of it.
#[derive(Debug, Clone, Default)]
struct Facts {
    parent: Option<u32>,
    /// Sites that borders name, with the length of these borders in degrees: where rounding makes them differ, the longest counts.
    sites: Vec<(u32, f64)>,
    kept: Option<u32>,
    /// Sites whose limit the face is within or beyond.
    limits: Vec<(u32, bool)>,
    in_reach: Option<bool>,
}

/// The half-edges of every face.
struct FaceEdges {
    starts: Vec<usize>,
    halves: Vec<u32>,
}

impl FaceEdges {
    fn of(subdivision: &Subdivision) -> Self {
        let mut starts = vec![0; subdivision.faces + 2];
        for &face in &subdivision.face {
            starts[face as usize + 2] += 1;
        }
        for face in 2..starts.len() {
            starts[face] += starts[face - 1];
        }
        let mut halves = vec![0; subdivision.face.len()];
        for (half, &face) in (0..).zip(&subdivision.face) {
            halves[starts[face as usize + 1]] = half;
            starts[face as usize + 1] += 1;
        }
        starts.pop();
        Self { starts, halves }
    }

    fn around(&self, face: u32) -> &[u32] {
        &self.halves[self.starts[face as usize]..self.starts[face as usize + 1]]
    }
}

impl Judge<'_> {
    /// A label for every face.
    pub(crate) fn labels(&self, subdivision: &Subdivision) -> Vec<Label> {
        let edges = FaceEdges::of(subdivision);
        let mut facts = facts(subdivision);
        let covers = cover(subdivision, &edges, &mut facts);
        spread_parents(subdivision, &edges, &covers, &mut facts);
        let label = |face: usize| {
            let fact = &facts[face];
            if let Some(unit) = fact.kept {
                return Label::Kept(unit);
            }
            if covers[face] <= 0 {
                return Label::Outside;
            }
            let parent = fact.parent.unwrap_or(0);
            let Some(site) = self.site(subdivision, &edges, face as u32, fact) else {
                return self.unserved(subdivision, &edges, face as u32, fact, parent);
            };
            if self.is_served(subdivision, &edges, face as u32, fact, site) {
                Label::Catchment(site)
            } else {
                self.unserved(subdivision, &edges, face as u32, fact, parent)
            }
        };
        let mut labels: Vec<Label> = (0..subdivision.faces).map(label).collect();
        absorb_narrow(subdivision, &edges, &mut labels);
        labels
    }

    /// The nearest site of a face; `None` where there is no site.
    fn site(
        &self,
        subdivision: &Subdivision,
        edges: &FaceEdges,
        face: u32,
        fact: &Facts,
    ) -> Option<u32> {
        let longest = |a: (u32, f64), b: (u32, f64)| if b.1 > a.1 { b } else { a };
        if let Some((site, _)) = fact.sites.iter().copied().reduce(longest) {
            return Some(site);
        }
        let network = self.network;
        if network.points.is_empty() {
            return None;
        }
        // The corner that is least in doubt decides.
        let mut best = (f64::NEG_INFINITY, 0);
        let mut from = 0;
        for &half in edges.around(face) {
            let point = to_space(subdivision.at(subdivision.origin(half)));
            let site = network.nearest(point, from);
            let own = distance_squared(network.points[site], point).sqrt();
            let next = network.neighbours_distance(site, point);
            if next - own > best.0 {
                best = (next - own, site as u32);
            }
            from = site;
        }
        Some(best.1)
    }

    fn is_served(
        &self,
        subdivision: &Subdivision,
        edges: &FaceEdges,
        face: u32,
        fact: &Facts,
        site: u32,
    ) -> bool {
        let Some(limit) = self.limit else { return true };
        let said = |within: bool| fact.limits.contains(&(site, within));
        match (said(true), said(false)) {
            (true, false) => true,
            (false, true) => false,
            _ => self.is_within(
                subdivision,
                edges,
                face,
                limit,
                |_| Some(site as usize),
                self.network,
            ),
        }
    }

    fn unserved(
        &self,
        subdivision: &Subdivision,
        edges: &FaceEdges,
        face: u32,
        fact: &Facts,
        parent: u32,
    ) -> Label {
        let in_reach = match (fact.in_reach, self.limit) {
            (Some(true), _) => true,
            (_, Some(limit)) if !self.others.points.is_empty() => {
                let nearest = |point| Some(self.others.nearest(point, 0));
                self.is_within(subdivision, edges, face, limit, nearest, self.others)
            }
            _ => false,
        };
        if in_reach {
            Label::InReach(parent)
        } else {
            Label::Unserved(parent)
        }
    }

    /// Whether the corner that is farthest from the limit is within it.
    fn is_within(
        &self,
        subdivision: &Subdivision,
        edges: &FaceEdges,
        face: u32,
        limit: f64,
        site: impl Fn([f64; 3]) -> Option<usize>,
        network: &Network,
    ) -> bool {
        let mut farthest = 0.0;
        let mut within = false;
        for &half in edges.around(face) {
            let point = to_space(subdivision.at(subdivision.origin(half)));
            let Some(site) = site(point) else { continue };
            let chord = distance_squared(network.points[site], point).sqrt();
            let beyond = chord * (1.0 + chord * chord / (24.0 * RADIUS * RADIUS)) - limit;
            if beyond.abs() > farthest {
                farthest = beyond.abs();
                within = beyond < 0.0;
            }
        }
        within
    }
}

fn ends(subdivision: &Subdivision, half: u32) -> [Position; 2] {
    [half, twin(half)].map(|half| subdivision.at(subdivision.origin(half)))
}

/// Degrees.
fn length(subdivision: &Subdivision, half: u32) -> f64 {
    let [a, b] = ends(subdivision, half);
    (b[0] - a[0]).hypot(b[1] - a[1])
}

/// Collects what the lines along its edges say of each face.
fn facts(subdivision: &Subdivision) -> Vec<Facts> {
    let mut facts = vec![Facts::default(); subdivision.faces];
    for half in 0..subdivision.face.len() as u32 {
        let face = subdivision.face[half as usize];
        if face == subdivision.face[twin(half) as usize] {
            continue;
        }
        let fact = &mut facts[face as usize];
        for line in subdivision.lines(half as usize / 2) {
            let along = line.from == subdivision.origin(half);
            match line.role {
                Role::Outline { parent, .. } if along => {
                    fact.parent = Some(fact.parent.map_or(parent, |other| other.min(parent)));
                }
                Role::Border { left, right } => {
                    let site = if along { left } else { right };
                    match fact.sites.iter_mut().find(|(known, _)| *known == site) {
                        Some((_, total)) => *total += length(subdivision, half),
                        None => fact.sites.push((site, length(subdivision, half))),
                    }
                }
                Role::Limit { site } => {
                    if !fact.limits.contains(&(site, along)) {
                        fact.limits.push((site, along));
                    }
                }
                Role::OtherLimit => {
                    fact.in_reach = Some(along || fact.in_reach == Some(true));
                }
                Role::Outline { .. } | Role::Kept { .. } | Role::Part { .. } => {}
            }
        }
    }
    facts
}

/// How many parents cover each face; and finds the kept unit that a face is in.
fn cover(subdivision: &Subdivision, edges: &FaceEdges, facts: &mut [Facts]) -> Vec<i32> {
    let mut covers = vec![i32::MIN; subdivision.faces];
    covers[OUTER as usize] = 0;
    let mut open = VecDeque::from([OUTER]);
    while let Some(face) = open.pop_front() {
        for &half in edges.around(face) {
            let other = subdivision.face[twin(half) as usize];
            if covers[other as usize] != i32::MIN {
                continue;
            }
            let mut cover = covers[face as usize];
            let mut kept = facts[face as usize].kept;
            for line in subdivision.lines(half as usize / 2) {
                // Seen along the half-edge, this face is to the left and the other to the right.
                let along = line.from == subdivision.origin(half);
                match line.role {
                    Role::Outline { .. } => cover += if along { -1 } else { 1 },
                    Role::Kept { unit } => kept = (!along).then_some(unit),
                    _ => {}
                }
            }
            covers[other as usize] = cover;
            facts[other as usize].kept = kept;
            open.push_back(other);
        }
    }
    covers
}

/// Faces that no outline bounds belong to the parent of the faces beside them.
fn spread_parents(
    subdivision: &Subdivision,
    edges: &FaceEdges,
    covers: &[i32],
    facts: &mut [Facts],
) {
    let known = |face: &u32| covers[*face as usize] > 0 && facts[*face as usize].parent.is_some();
    let mut open: VecDeque<u32> = (0..subdivision.faces as u32).filter(known).collect();
    while let Some(face) = open.pop_front() {
        let parent = facts[face as usize].parent;
        for &half in edges.around(face) {
            let other = subdivision.face[twin(half) as usize];
            let outline = |line: &crate::line::Line| matches!(line.role, Role::Outline { .. });
            if facts[other as usize].parent.is_none()
                && covers[other as usize] > 0
                && !subdivision.lines(half as usize / 2).iter().any(outline)
            {
                facts[other as usize].parent = parent;
                open.push_back(other);
            }
        }
    }
}

/// Gives faces that are only as wide as rounding makes them to the neighbour with which they share most.
fn absorb_narrow(subdivision: &Subdivision, edges: &FaceEdges, labels: &mut [Label]) {
    let is_narrow = |face: u32| {
        let halves = edges.around(face);
        let Some(&first) = halves.first() else {
            return false;
        };
        let [origin, _] = ends(subdivision, first);
        let mut twice = 0.0;
        let mut around = 0.0;
        for &half in halves {
            let [a, b] = ends(subdivision, half).map(|[x, y]| [x - origin[0], y - origin[1]]);
            twice += a[0] * b[1] - a[1] * b[0];
            around += length(subdivision, half);
        }
        twice.abs() < NARROWEST * around
    };
    let kinds = |label: &Label| {
        matches!(
            label,
            Label::Catchment(_) | Label::Unserved(_) | Label::InReach(_)
        )
    };
    let narrow: Vec<bool> = (0..)
        .zip(labels.iter())
        .map(|(face, label)| kinds(label) && is_narrow(face))
        .collect();
    let found: Vec<(usize, Label)> = (0..labels.len())
        .filter(|&face| narrow[face])
        .filter_map(|face| {
            let mut shared: Vec<(Label, f64)> = Vec::new();
            for &half in edges.around(face as u32) {
                let other = subdivision.face[twin(half) as usize] as usize;
                if other == face || narrow[other] || !kinds(&labels[other]) {
                    continue;
                }
                match shared.iter_mut().find(|(label, _)| *label == labels[other]) {
                    Some((_, total)) => *total += length(subdivision, half),
                    None => shared.push((labels[other], length(subdivision, half))),
                }
            }
            let most = shared.into_iter().reduce(|a, b| {
                if b.1 > a.1 || b.1 == a.1 && b.0 < a.0 {
                    b
                } else {
                    a
                }
            });
            most.map(|(label, _)| (face, label))
        })
        .collect();
    for (face, label) in found {
        labels[face] = label;
    }
}
