//! Rasters that are wanted, make by make.

use std::collections::BTreeMap;

use pop_cli::ToolError;
use pop_worldpop::{ProductSpec, RasterKey};

use crate::lock::Lock;
use crate::request::Request;
use crate::wish::Wish;

/// Rasters of one make.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) terms: ProductSpec,
    pub(crate) wanted: Vec<RasterKey>,
}

/// What is asked for, make by make: the world comes in other cells than countries.
pub(crate) fn of_request(
    request: &Request,
    release: Option<&str>,
) -> Result<Vec<Order>, ToolError> {
    let mut orders: Vec<Order> = Vec::new();
    for area in &request.areas {
        let terms = request.terms(area, release.map(ToOwned::to_owned));
        let wanted = request.wanted(area)?;
        match orders.iter_mut().find(|order| order.terms == terms) {
            Some(order) => order.wanted.extend(wanted),
            None => orders.push(Order { terms, wanted }),
        }
    }
    Ok(orders)
}

/// What a lock holds of a release, make by make.
pub(crate) fn of_lock(lock: &Lock, locked: &str) -> Result<Vec<Order>, ToolError> {
    let mut by_terms: BTreeMap<ProductSpec, Vec<RasterKey>> = BTreeMap::new();
    for (name, pin) in lock.pins() {
        if name.release() != Some(locked) {
            continue;
        }
        let terms = ProductSpec::of(name)
            .ok_or_else(|| ToolError::data(format!("{}: names no kind", pin.file)))?;
        let wish = Wish::of_pin(name, pin)?;
        by_terms.entry(terms).or_default().push(wish.wanted);
    }
    let orders = by_terms
        .into_iter()
        .map(|(terms, wanted)| Order { terms, wanted });
    Ok(orders.collect())
}
