//! Rows of the sums stream: value, status and reasons of every unit on every raster.

use pop_cli::ToolError;
use pop_geo::{OrgUnit, Shape};
use pop_sums::limits::{MIN_AREA_CELLS, SMALL_SHARE};
use pop_sums::{Reason, Status, SumsRow};
use pop_zonal::{CoverageMethod, OutlineArea, WeightedSum};

use crate::dates::Dates;
use crate::grids::Results;
use crate::masks::Masks;
use crate::rasters::Raster;

/// A unit that covers valid cells by less than this share of its area does so by the rounding of its coordinates.
const ROUNDING: f64 = 1e-9;

/// A row, with the unit and the raster it is of.
#[derive(Debug)]
pub(crate) struct UnitRow {
    pub(crate) unit: usize,
    pub(crate) raster: usize,
    pub(crate) sums: SumsRow,
}

/// One row for each raster and each selected unit, in their order.
pub(crate) fn all(
    units: &[OrgUnit],
    selected: &[bool],
    dates: &Dates,
    masks: &Masks,
    rasters: &[Raster],
    results: &Results,
    method: CoverageMethod,
) -> Result<Vec<UnitRow>, ToolError> {
    let mut outline_of = vec![None; units.len()];
    for (outline, &unit) in results.layers.units().iter().enumerate() {
        outline_of[unit as usize] = Some(outline);
    }
    let count = selected.iter().filter(|&&selected| selected).count();
    let mut rows = Vec::with_capacity(count * rasters.len());
    for (number, (raster, (sums, grid))) in rasters.iter().zip(&results.rasters).enumerate() {
        for (place, unit) in units
            .iter()
            .enumerate()
            .filter(|(place, _)| selected[*place])
        {
            let found = outline_of[place].map(|o| (&sums.outlines[o], results.sizes[*grid][o]));
            if let Some((sum, size)) = found
                && method == CoverageMethod::Exact
            {
                check_consistent(unit, sum, size).map_err(|error| error.in_file(&raster.path))?;
            }
            let mut draft = RowDraft::new(unit, found, raster.label.constrained);
            if masks.cuts(number, place) && found.is_some() {
                draft.none(Reason::MaskedOut);
            }
            if let Some(reason) = dates.reason(unit, number) {
                draft.doubt(reason);
            }
            let sums = draft.row(unit, raster, method);
            rows.push(UnitRow {
                unit: place,
                raster: number,
                sums,
            });
        }
    }
    Ok(rows)
}

/// Share by which the cells of a unit may pass its area: a raster of the whole globe may be some thousandths of a cell too wide.
const AREA_TOLERANCE: f64 = 1e-3;

/// Refuses a row that contradicts itself: more cells than the unit has within the raster, or more area there than it has.
fn check_consistent(unit: &OrgUnit, sum: &WeightedSum, size: OutlineArea) -> Result<(), ToolError> {
    let exceeds = |a: f64, b: f64| a > b * (1.0 + AREA_TOLERANCE) + 1e-6;
    if !exceeds(sum.cells(), size.inside) && !exceeds(size.inside, size.area) {
        return Ok(());
    }
    Err(ToolError::internal(format!(
        "unit {} covers {} cells and has {} of its {} cells within the raster",
        unit.id,
        sum.cells(),
        size.inside,
        size.area
    )))
}

/// A row that is being put together: what is known of one unit on one raster.
struct RowDraft {
    value: Option<f64>,
    cells: Option<f64>,
    area: Option<f64>,
    inside: Option<f64>,
    status: Status,
    reasons: Vec<Reason>,
}

impl RowDraft {
    fn new(
        unit: &OrgUnit,
        found: Option<(&WeightedSum, OutlineArea)>,
        constrained: Option<bool>,
    ) -> Self {
        let mut draft = Self {
            value: None,
            cells: None,
            area: None,
            inside: None,
            status: Status::Ok,
            reasons: Vec::new(),
        };
        match (&unit.shape, found) {
            (Shape::Area(area), Some((sum, size))) => {
                draft.fill(sum, size, constrained);
                if let Some(repair) = &area.repair {
                    draft.measure(Reason::Repaired, repair.share());
                }
                if is_fallback(unit) {
                    draft.doubt(Reason::FallbackGeometry);
                }
            }
            (Shape::Point(_) | Shape::Line, _) => draft.none(Reason::Point),
            (Shape::Bad(_), _) => draft.none(Reason::BadGeometry),
            _ if unit.reasons.is_empty() => draft.none(Reason::NoGeometry),
            _ => draft.status = Status::None,
        }
        draft.add_stated(unit);
        draft
    }

    /// Adds the reasons that the unit came with.
    fn add_stated(&mut self, unit: &OrgUnit) {
        for word in &unit.reasons {
            let Ok(reason) = word.parse::<Reason>();
            let is_plain = matches!(reason, Reason::Unserved | Reason::InReachOfOtherParent);
            if self.reasons.contains(&reason) {
                continue;
            }
            if !is_plain {
                self.status = self.status.max(Status::Doubtful);
            }
            self.reasons.push(reason);
        }
    }

    fn fill(&mut self, sum: &WeightedSum, size: OutlineArea, constrained: Option<bool>) {
        // the two areas are summed on different ways: their quotient may pass 1 by a rounding
        let inside = if size.area > 0.0 {
            (size.inside / size.area).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let inside = if 1.0 - inside < 1e-12 { 1.0 } else { inside };
        self.cells = Some(sum.cells());
        self.area = Some(size.area);
        self.inside = Some(inside);
        self.value = Some(sum.people());
        if size.inside <= 0.0 {
            self.none(Reason::Outside);
            return;
        }
        if inside < 1.0 {
            self.measure(Reason::PartlyOutside, 1.0 - inside);
        }
        if sum.cells() <= ROUNDING * size.inside {
            self.cells = Some(0.0);
            self.value = Some(0.0);
            if constrained == Some(true) {
                self.doubt(Reason::NoValidCell);
            } else {
                self.none(Reason::NoValidCell);
                return;
            }
        }
        if size.area < MIN_AREA_CELLS {
            self.doubt(Reason::Tiny);
        }
    }

    /// A reason that leaves the status alone where it is small.
    fn measure(&mut self, reason: Reason, share: f64) {
        if share < SMALL_SHARE {
            self.reasons.push(reason);
        } else {
            self.doubt(reason);
        }
    }

    fn doubt(&mut self, reason: Reason) {
        self.status = self.status.max(Status::Doubtful);
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    fn none(&mut self, reason: Reason) {
        self.status = Status::None;
        self.value = None;
        self.reasons.push(reason);
    }

    fn row(self, unit: &OrgUnit, raster: &Raster, method: CoverageMethod) -> SumsRow {
        let label = &raster.label;
        SumsRow {
            org_unit: unit.id.clone(),
            code: unit.code.clone(),
            name: unit.name.clone(),
            level: unit.depth(),
            path: unit.path.clone(),
            raster: raster.name.clone(),
            source: label.source.clone(),
            year: label.year,
            sex: label.sex,
            age_from: label.age_from,
            age_to: label.age_to,
            population: self.value,
            cells: self.cells,
            area_cells: self.area,
            inside_share: self.inside,
            status: self.status,
            reasons: self.reasons,
            method: method.word().to_owned(),
            adjustment: None,
            unadjusted: None,
        }
    }
}

/// Whether the polygon is not the unit's own: `fetch-orgunits` marks those it fell back on.
fn is_fallback(unit: &OrgUnit) -> bool {
    unit.geometry_source
        .as_deref()
        .is_some_and(|source| source.starts_with("fallback:"))
}
