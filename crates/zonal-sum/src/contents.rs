//! Whether cells hold people, where neither a name nor a label says so.

use std::ops::RangeInclusive;

use geo_inputs::{MAX_CELL_DEGREES, undeclared_nodata};
use pop_cli::{Consent, Finding, ToolError, by_number, counted, thousands};
use pop_raster::Grid;
use pop_worldpop::refusal_of_text;

use crate::consent::UNKNOWN_CONTENTS;
use crate::grids::Results;
use crate::name_findings::image_description;
use crate::rasters::Raster;

/// People on a square kilometre of valid cells, on average, outside of which cells are unlikely to hold people: from the emptiest
/// countries to the densest cities.
const PLAUSIBLE_DENSITY: RangeInclusive<f64> = 0.5..=25_000.0;
/// An average says something about a country, not about a smaller piece of ground (square kilometres), and not about a handful of people.
const MIN_AREA: f64 = 10_000.0;
const MIN_PEOPLE: f64 = 1000.0;
/// Kilometres of a degree of latitude.
const KM_PER_DEGREE: f64 = 111.2;
/// Refuses rasters that look like something else than people per cell, unless allowed.
pub(crate) fn check_contents(
    rasters: &[Raster],
    results: &Results,
    consent: &mut Consent,
) -> Result<(), ToolError> {
    let mut findings = Vec::new();
    for (raster, (sums, _)) in rasters.iter().zip(&results.rasters) {
        if sums.counts.largest > 0 {
            findings.push(Finding {
                unit: raster.name.clone(),
                detail: format!(
                    "{} with the largest value of type {} and no nodata value declared: nodata, or counts that were cut off",
                    counted(usize::try_from(sums.counts.largest).unwrap_or(usize::MAX), "cell"),
                    raster.file().encoding().sample
                ),
            });
            continue;
        }
        let detail = undeclared_nodata(&sums.counts)
            .or_else(|| raster.name_finding.clone())
            .or_else(|| {
                if raster.is_labelled {
                    return None;
                }
                let (people, cells) = (sums.total.people(), sums.total.cells());
                other_quantity(raster).or_else(|| {
                    density(
                        raster.file().grid(),
                        people,
                        cells,
                        &plausible_density(raster),
                    )
                })
            });
        findings.extend(detail.map(|detail| Finding {
            unit: raster.name.clone(),
            detail,
        }));
    }
    let judgement = consent.judge(UNKNOWN_CONTENTS, findings);
    let Some(first) = judgement.refused.first() else {
        return Ok(());
    };
    let what = by_number(
        judgement.refused.len(),
        "raster may hold something else than people per cell",
        "rasters may hold something else than people per cell",
    );
    Err(consent
        .refusal(UNKNOWN_CONTENTS, what, &judgement.refused)
        .hint(format!(
            "if the cells hold people, say who is counted: --label {0}:source=NAME,sex=t for everybody, --label {0}:source=NAME,sex=f,age_from=15,age_to=50 for a part; nodata is declared with gdal_edit.py -a_nodata VALUE file.tif",
            first.unit
        )))
}

/// What the file says of the band that denies that its cells are people.
fn other_quantity(raster: &Raster) -> Option<String> {
    let file = raster.file();
    let texts = [
        ("description", file.description(raster.band)),
        ("unit", file.metadata().unit(raster.band)),
        ("description", image_description(file)),
    ];
    texts.into_iter().find_map(|(what, text)| {
        let text = text?;
        refusal_of_text(text).map(|_| format!("its {what} is {text:?}"))
    })
}

/// Where the name or a label says that cells are people, a band of the oldest in an empty country may be as small as it is.
fn plausible_density(raster: &Raster) -> RangeInclusive<f64> {
    if raster.label.says_people() {
        0.0..=*PLAUSIBLE_DENSITY.end()
    } else {
        PLAUSIBLE_DENSITY
    }
}

/// What is odd about the average number of people on the ground that valid cells cover.
fn density(
    grid: &Grid,
    people: f64,
    cells: f64,
    plausible: &RangeInclusive<f64>,
) -> Option<String> {
    if people < MIN_PEOPLE || grid.lattice.cell_width > MAX_CELL_DEGREES {
        return None;
    }
    let extent = grid.extent();
    let (south, north) = (extent.south.to_radians(), extent.north.to_radians());
    // mean of the cosine of the latitude: width of a degree of longitude
    let narrowing = if north > south {
        (north.sin() - south.sin()) / (north - south)
    } else {
        south.cos()
    };
    let cell =
        grid.lattice.cell_width * grid.lattice.cell_height * KM_PER_DEGREE.powi(2) * narrowing;
    let area = cells * cell;
    let is_odd = area >= MIN_AREA && !plausible.contains(&(people / area));
    is_odd.then(|| {
        format!(
            "{} people on {} square kilometres of valid cells",
            thousands(people, 0),
            thousands(area, 0)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_no_country_has_are_odd() {
        let grid = Grid::new(1000, 1000, -13.0, 10.0, 0.008_333, 0.008_333).unwrap();
        let density = |people, cells| density(&grid, people, cells, &PLAUSIBLE_DENSITY);
        assert_eq!(density(8.7e6, 85_000.0), None);
        assert!(density(13_708.0, 85_000.0).is_some());
        assert!(density(5e9, 85_000.0).is_some());
        // too small a piece of ground, and too few people, to tell
        assert_eq!(density(5e9, 999.0), None);
        assert_eq!(density(999.0, 85_000.0), None);
    }
}
