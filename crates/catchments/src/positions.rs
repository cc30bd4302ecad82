//! Positions that cannot be right.

use std::collections::{BTreeMap, BTreeSet};

use pop_catchments::metres_outside;
use pop_cli::{Consent, Finding, ToolError, by_number};
use pop_geo::Area;

use crate::Catchments;
use crate::units::{BAD_GEOMETRY, Role, Units};

/// A position outside of its parent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) metres: f64,
    /// Whether it would be inside with longitude and latitude swapped.
    is_inside_swapped: bool,
}

impl Measured {
    /// `None` for a position inside one of the areas.
    pub(crate) fn of(areas: &[&Area], position: [f64; 2]) -> Option<Self> {
        let outside = |position| {
            let metres: Option<Vec<f64>> = areas
                .iter()
                .map(|area| metres_outside(area, position))
                .collect();
            metres.map(|metres| metres.into_iter().fold(f64::INFINITY, f64::min))
        };
        let [lon, lat] = position;
        Some(Self {
            metres: outside(position)?,
            is_inside_swapped: lon.abs() <= 90.0 && outside([lat, lon]).is_none(),
        })
    }
}

/// What is wrong, by unit, with a hint.
#[derive(Debug, Default)]
pub(crate) struct Findings(BTreeMap<String, (String, String)>);

impl Findings {
    /// What reading found.
    pub(crate) fn of_reading(units: &Units) -> Self {
        let mut found = Self::default();
        for (unit, role) in units.units.iter().zip(&units.roles) {
            if let Role::Bad(detail, hint) = role {
                found
                    .0
                    .insert(unit.id.clone(), (detail.clone(), hint.clone()));
            }
        }
        for (id, detail, hint) in &units.bad_parents {
            found.0.insert(id.clone(), (detail.clone(), hint.clone()));
        }
        found
    }

    /// Notes a position outside of its parent that looks like a mistake.
    pub(crate) fn judge(&mut self, id: &str, [lon, lat]: [f64; 2], measured: &Measured) {
        let (detail, hint) = if [lon, lat] == [0.0, 0.0] {
            let km = measured.metres / 1000.0;
            (
                format!("position 0, 0, {km:.0} km outside its parent"),
                "give the facility its position, or none",
            )
        } else if measured.is_inside_swapped {
            (
                format!("position {lon}, {lat} is outside its parent, {lat}, {lon} is inside"),
                "positions are [longitude, latitude]: are the axes swapped?",
            )
        } else {
            return;
        };
        self.0.insert(id.to_owned(), (detail, hint.to_owned()));
    }

    /// The units that are allowed to have such coordinates.
    pub(crate) fn consent(
        self,
        consent: &mut Consent,
        args: &Catchments,
    ) -> Result<BTreeSet<String>, ToolError> {
        let hint = self.0.values().map(|(_, hint)| hint.clone()).next();
        let findings = self
            .0
            .into_iter()
            .map(|(unit, (detail, _))| Finding { unit, detail });
        let judgement = consent.judge(BAD_GEOMETRY, findings.collect());
        if judgement.refused.is_empty() {
            return Ok(judgement
                .allowed
                .into_iter()
                .map(|finding| finding.unit)
                .collect());
        }
        let what = by_number(
            judgement.refused.len(),
            "unit has coordinates that cannot be right",
            "units have coordinates that cannot be right",
        );
        Err(consent
            .refusal(BAD_GEOMETRY, what, &judgement.refused)
            .in_file(&args.facilities)
            .hint_if_any(hint))
    }
}
