//! Whether two margins can be met by a table with the seed's zeros, and with no others.
//!
//! A table with two margins is a flow from the controls of the one to those of the other through the populated cells; people whom one of
//! them does not control come from or go to a free node. Two margins have a table exactly where a flow fills all controls (D. Gale, "A
//! theorem on flows in networks", Pacific Journal of Mathematics 7, 1957). A populated cell is 0 in every table exactly where nothing flows
//! through it and nothing can be led back: its controls are in different strong components of what the flow leaves. Targets are taken as
//! whole multiples of a power of two, so whole numbers of people are judged exactly.
//!
//! For three and more margins this is necessary for each pair of them; what all of them together exclude is left to Newton's method.

use std::collections::HashMap;

use super::flow::{FlowNetwork, UNLIMITED};
use super::margins::{Margin, Margins, NONE};
use super::{NoFit, TOLERANCE};

/// Bits of the sum of all targets, in their unit.
const BITS: i32 = 100;
/// So many bits of them are the rounding of targets that are no whole numbers.
const DUST_BITS: i32 = 54;

/// Checks every two margins.
///
/// # Errors
/// [`NoFit::NoTable`] and [`NoFit::Emptied`], with the controls that cause it.
pub(super) fn check(seed: &[f64], margins: &Margins) -> Result<(), NoFit> {
    for second in 1..margins.list.len() {
        for first in 0..second {
            Flow::new(seed, &margins.list[first], &margins.list[second]).check(seed)?;
        }
    }
    Ok(())
}

/// The flow between two margins.
struct Flow<'a> {
    first: &'a Margin,
    second: &'a Margin,
    network: FlowNetwork,
    /// From the source to each control of the first, and from each of the second to the sink.
    supplies: Vec<usize>,
    demands: Vec<usize>,
    /// By controls, which may be [`NONE`].
    arcs: HashMap<(u32, u32), usize>,
    dust: i128,
}

impl<'a> Flow<'a> {
    fn new(seed: &[f64], first: &'a Margin, second: &'a Margin) -> Self {
        let all: f64 = first.targets.iter().chain(&second.targets).sum();
        // The power of two above the sum, from its bits: the same on every machine.
        let exponent = ((all.to_bits() >> 52) & 0x7ff) as i32 - 1022;
        let unit = 2.0_f64.powi(BITS - exponent);
        let whole = |target: f64| (target * unit) as i128;
        let controls = first.targets.len() + second.targets.len();
        let mut flow = Self {
            first,
            second,
            network: FlowNetwork::new(controls + 3),
            supplies: Vec::new(),
            demands: Vec::new(),
            arcs: HashMap::new(),
            dust: 1 << (BITS - DUST_BITS + 6),
        };
        let [free, source, sink] = flow.poles();
        for (label, &target) in (0..).zip(&first.targets) {
            let to = flow.first_node(label);
            flow.supplies
                .push(flow.network.add(source, to, whole(target)));
        }
        for (label, &target) in (0..).zip(&second.targets) {
            let from = flow.second_node(label);
            flow.demands
                .push(flow.network.add(from, sink, whole(target)));
        }
        for cell in (0..seed.len()).filter(|&cell| seed[cell] > 0.0) {
            let labels = (first.labels[cell], second.labels[cell]);
            if labels != (NONE, NONE) && !flow.arcs.contains_key(&labels) {
                let (from, to) = (flow.first_node(labels.0), flow.second_node(labels.1));
                flow.arcs
                    .insert(labels, flow.network.add(from, to, UNLIMITED));
            }
        }
        // First from all controls of the one margin, then from the free node to what is left of the other's.
        let drain = flow.network.add(free, sink, UNLIMITED);
        flow.network.fill(source, sink);
        flow.network.close(drain);
        flow.network.fill(free, sink);
        flow
    }

    /// The free node, source and sink.
    fn poles(&self) -> [usize; 3] {
        let free = self.first.targets.len() + self.second.targets.len();
        [free, free + 1, free + 2]
    }

    fn first_node(&self, label: u32) -> usize {
        match label {
            NONE => self.poles()[0],
            label => label as usize,
        }
    }

    fn second_node(&self, label: u32) -> usize {
        match label {
            NONE => self.poles()[0],
            label => self.first.targets.len() + label as usize,
        }
    }

    fn check(mut self, seed: &[f64]) -> Result<(), NoFit> {
        let is_short = |network: &FlowNetwork, arc: usize| {
            let (left, flow) = (network.left(arc), network.flow(arc));
            left as f64 > TOLERANCE * (left + flow) as f64
        };
        let short = (self.supplies.iter()).position(|&arc| is_short(&self.network, arc));
        if let Some(label) = short {
            let around = self.network.reachable(label, self.dust);
            return Err(NoFit::NoTable {
                controls: self.controls(&around),
            });
        }
        let short = (self.demands.iter()).position(|&arc| is_short(&self.network, arc));
        if let Some(label) = short {
            let node = self.second_node(label as u32);
            let around = self.network.reaching(node, self.dust);
            return Err(NoFit::NoTable {
                controls: self.controls(&around),
            });
        }
        self.check_emptied(seed)
    }

    fn check_emptied(&mut self, seed: &[f64]) -> Result<(), NoFit> {
        for &arc in self.supplies.iter().chain(&self.demands) {
            self.network.close(arc);
        }
        let components = self.network.strong_components(self.dust);
        let nodes = |cell: usize| {
            let labels = (self.first.labels[cell], self.second.labels[cell]);
            (self.first_node(labels.0), self.second_node(labels.1))
        };
        let is_emptied = |cell: &usize| {
            let (from, to) = nodes(*cell);
            seed[*cell] > 0.0 && components[from] != components[to]
        };
        let cells: Vec<usize> = (0..seed.len()).filter(is_emptied).collect();
        let Some(&cell) = cells.first() else {
            return Ok(());
        };
        // The controls behind the cell fill each other, and so do those before it: either says why.
        let (from, to) = nodes(cell);
        let behind = self.network.reachable(to, self.dust);
        let around = if behind[self.poles()[0]] {
            self.network.reaching(from, self.dust)
        } else {
            behind
        };
        Err(NoFit::Emptied {
            controls: self.controls(&around),
            cells,
        })
    }

    /// The controls among some nodes.
    fn controls(&self, nodes: &[bool]) -> Vec<usize> {
        let all = self.first.controls.iter().chain(&self.second.controls);
        let mut controls: Vec<usize> = all
            .zip(nodes)
            .filter(|&(_, &is_in)| is_in)
            .map(|(&control, _)| control)
            .collect();
        controls.sort_unstable();
        controls.dedup();
        controls
    }
}
