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

/// What is wrong with a unit's coordinates.
#[derive(Debug)]
struct BadCoordinates {
    detail: String,
    hint: String,
    /// The file that the unit is in.
    file: String,
}

/// What is wrong, by unit.
#[derive(Debug, Default)]
pub(crate) struct Findings(BTreeMap<String, BadCoordinates>);

impl Findings {
    /// What reading found.
    pub(crate) fn of_reading(units: &Units, args: &Catchments) -> Self {
        let mut found = Self::default();
        for (unit, role) in units.units.iter().zip(&units.roles) {
            if let Role::Bad(detail, hint) = role {
                found.note(&unit.id, detail, hint, &args.facilities);
            }
        }
        for (id, detail, hint) in &units.bad_parents {
            found.note(id, detail, hint, Units::parents_file(args));
        }
        found
    }

    /// Notes a position outside of its parent that looks like a mistake.
    pub(crate) fn judge(
        &mut self,
        id: &str,
        [lon, lat]: [f64; 2],
        measured: &Measured,
        args: &Catchments,
    ) {
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
        self.note(id, &detail, hint, &args.facilities);
    }

    fn note(&mut self, id: &str, detail: &str, hint: &str, file: &str) {
        let found = BadCoordinates {
            detail: detail.to_owned(),
            hint: hint.to_owned(),
            file: file.to_owned(),
        };
        self.0.insert(id.to_owned(), found);
    }

    /// The units that are allowed to have such coordinates.
    pub(crate) fn consent(self, consent: &mut Consent) -> Result<BTreeSet<String>, ToolError> {
        let findings = self.0.iter().map(|(unit, found)| Finding {
            unit: unit.clone(),
            detail: found.detail.clone(),
        });
        let judgement = consent.judge(BAD_GEOMETRY, findings.collect());
        if judgement.refused.is_empty() {
            return Ok(judgement
                .allowed
                .into_iter()
                .map(|finding| finding.unit)
                .collect());
        }
        let refused: Vec<&BadCoordinates> = judgement
            .refused
            .iter()
            .filter_map(|finding| self.0.get(&finding.unit))
            .collect();
        let files: BTreeSet<&str> = refused.iter().map(|found| &*found.file).collect();
        let files: Vec<&str> = files.into_iter().collect();
        let hint = refused.first().map(|found| found.hint.clone());
        let what = by_number(
            judgement.refused.len(),
            "unit has coordinates that cannot be right",
            "units have coordinates that cannot be right",
        );
        Err(consent
            .refusal(BAD_GEOMETRY, what, &judgement.refused)
            .in_file(files.join(", "))
            .hint_if_any(hint))
    }
}
