//! Plans, org units and a balance as the tools write them, of units in a row.

use serde_json::{Value, json};

/// A unit with what is stored and what is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlanUnit<'a> {
    id: &'a str,
    name: &'a str,
    before: Option<f64>,
    after: Option<f64>,
}

impl<'a> PlanUnit<'a> {
    pub(crate) const fn new(
        id: &'a str,
        name: &'a str,
        before: Option<f64>,
        after: Option<f64>,
    ) -> Self {
        Self {
            id,
            name,
            before,
            after,
        }
    }
}

fn change(before: Option<f64>, after: Option<f64>) -> Option<f64> {
    Some((after? - before?) / before?)
}

/// A plan of one element and year; all units are below one parent.
pub(crate) fn plan(units: &[PlanUnit<'_>]) -> Value {
    let sum = |of: fn(&PlanUnit<'_>) -> Option<f64>| -> Option<f64> {
        let known: Vec<f64> = units.iter().filter_map(of).collect();
        (!known.is_empty()).then(|| known.iter().sum())
    };
    let (before, after) = (sum(|unit| unit.before), sum(|unit| unit.after));
    let is_complete = units
        .iter()
        .all(|unit| unit.before.is_some() == unit.after.is_some());
    let difference = before
        .zip(after)
        .filter(|_| is_complete)
        .map(|(before, after)| after - before);
    let share = change(before, after).filter(|_| is_complete);
    let total = json!({
        "dataElement": "dePopTot001", "period": "2025", "values": units.len(), "before": before, "after": after,
        "difference": difference, "change": share,
        "sent": after.unwrap_or(0.0), "unchanged": 0.0, "kept": 0.0, "leftOut": 0.0, "refused": 0.0,
    });
    let mut parent = total.clone();
    parent["orgUnit"] = json!("CountryXSC1");
    parent["units"] = json!(units.len());
    let records: Vec<Value> = units.iter().map(unit_sum).collect();
    let values: Vec<Value> = units
        .iter()
        .map(|unit| {
            json!({
                "row": 1, "dataElement": "dePopTot001", "period": "2025", "orgUnit": unit.id, "class": "new",
                "wanted": {
                    "value": unit.after.unwrap_or(0.0).to_string(),
                    "comment": "headcount source=worldpop-global2;R2025A;CN;100m;v1 method=exact reference=2025-01-01",
                },
            })
        })
        .collect();
    let class = |unit: &&PlanUnit<'_>| (unit.before.is_none(), unit.before == unit.after);
    let count = |wanted: (bool, bool)| units.iter().filter(|unit| class(unit) == wanted).count();
    let mut names: serde_json::Map<String, Value> = units
        .iter()
        .map(|unit| (unit.id.to_owned(), json!(unit.name)))
        .collect();
    names.insert("dePopTot001".into(), json!("Population, total"));
    names.insert("dsPopYear01".into(), json!("Population"));
    names.insert("CountryXSC1".into(), json!("Sample"));
    let totals: Vec<Value> = if units.is_empty() {
        Vec::new()
    } else {
        vec![total]
    };
    let parents: Vec<Value> = if units.is_empty() {
        Vec::new()
    } else {
        vec![parent]
    };
    json!({
        "plan": 1, "kind": "push", "tool": "push 0.1.0", "systemId": "eed3d451-4ff5-4193-b951-ffcc68954299",
        "version": "2.42.5.2", "dataSet": "dsPopYear01", "payload": "a".repeat(64),
        "asked": {"replaceOthers": false, "updateComments": false, "allow": []},
        "counts": {"new": count((true, false)), "changed": count((false, false)), "same": count((false, true)), "notInSet": 0},
        "names": names,
        "sums": {"totals": totals, "parents": parents, "units": records},
        "refusals": [], "leftOut": [], "warnings": [], "values": values, "notInSet": [],
    })
}

fn unit_sum(unit: &PlanUnit<'_>) -> Value {
    let share = change(unit.before, unit.after);
    let flags: Vec<Value> = share
        .filter(|share| share.abs() >= 0.1)
        .map(|found| json!({"rule": "change", "found": found, "threshold": 0.1}))
        .into_iter()
        .collect();
    json!({
        "orgUnit": unit.id, "parent": "CountryXSC1", "dataElement": "dePopTot001", "period": "2025", "values": 1,
        "before": unit.before, "after": unit.after,
        "difference": unit.before.zip(unit.after).map(|(before, after)| after - before), "change": share, "flags": flags,
    })
}

/// Squares of half a degree, in rows from the south-west.
pub(crate) fn org_units(units: &[PlanUnit<'_>]) -> Value {
    let columns = (units.len() as f64).sqrt().ceil().max(1.0) as usize;
    let features = units.iter().enumerate().map(|(place, unit)| {
        let [west, south] = [place % columns, place / columns].map(|at| at as f64 / 2.0 - 20.0);
        let (east, north) = (west + 0.5, south + 0.5);
        json!({
            "type": "Feature", "id": unit.id,
            "properties": {"name": unit.name, "level": 2, "parent": "CountryXSC1"},
            "geometry": {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]},
        })
    });
    json!({"type": "FeatureCollection", "features": features.collect::<Vec<_>>()})
}

pub(crate) fn balance() -> Value {
    json!({
        "format": "headcount-balance", "version": 1, "method": "exact",
        "rasters": [{
            "raster": "xsc_pop", "source": "worldpop-global2;R2025A;CN;100m;v1", "year": 2025, "sex": "t",
            "age_from": null, "age_to": null, "reach": "whole", "total": 54302.5,
            "levels": [{
                "level": 2, "units": 4, "units_counted": 4, "in_units": 50724.8, "more_than_once": 0.0, "in_no_unit": 3577.7,
                "inside_incomplete_parents": 3089.7, "inside_complete_parents": 0.0, "outside_every_unit": 488.0,
                "difference": 0.0, "without_value": [],
            }],
        }],
    })
}
